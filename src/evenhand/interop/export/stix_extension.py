"""The extension definition under which our data travels in STIX, and its schema.

Knows:    the properties of `evenhand-notice` and of the extension on an identity.
Told:     nothing; this is data.
Answers:  the definition object and the schema as text.
Trusted:  yes: others validate what we send against it.

Source: STIX 2.1 section 7.3 (extension-definition). The schema is JSON Schema 2020-12, inside the definition:
a receiver behind a closed network needs no address to look it up. docs/reference/exports.md says it in words.
"""

from __future__ import annotations

from typing import Any, Final

from evenhand.ground.canonical import canonical_bytes
from evenhand.interop.export.uuids import uuid5

NOTICE_TYPE: Final = "evenhand-notice"
EXTENSION_ID: Final = f"extension-definition--{uuid5('stix/extension-definition', 'evenhand/1')}"
VERSION: Final = "1.1.0"
_CHANGED: Final = "2026-11-29T00:00:00.000Z"
"""When the definition was last changed: whoever has another version of it takes this one by its `modified`."""

_TEXT: Final = {"type": "string"}
_INSTANT: Final = {"type": "string", "format": "date-time"}
_DOCUMENT: Final = {
    "type": "object",
    "required": ["type", "number"],
    "properties": dict.fromkeys(("type", "number", "issuer", "issued", "expires", "status", "note"), _TEXT),
    "additionalProperties": False,
}
_PERSON: Final = {
    "type": "object",
    "required": ["names"],
    "properties": {
        "names": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["text"]}},
        "birth_dates": {"type": "array", "items": {"type": "object", "required": ["value"]}},
        "birth_places": {"type": "array", "items": {"type": "object"}},
        "sex": {"enum": ["F", "M", "X", "U"]},
        "nationalities": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{1,3}$"}},
        "documents": {"type": "array", "items": _DOCUMENT},
        "biometrics": {"type": "array", "items": {"type": "object", "required": ["kind", "sha256"]}},
    },
    "additionalProperties": False,
}
_LIST: Final = {"type": "array"}
_COMMON: Final = {
    "spec_version": {"const": "2.1"}, "created": _INSTANT, "modified": _INSTANT, "created_by_ref": _TEXT,
    "revoked": {"type": "boolean"}, "confidence": {"type": "integer"}, "lang": _TEXT,
    "extensions": {"type": "object"},
    **dict.fromkeys(("labels", "external_references", "object_marking_refs", "granular_markings"), _LIST),
}  # fmt: skip
"""What any object may have by STIX 2.1 section 3.2, beside its type and id."""
SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Evenhand notices in STIX 2.1",
    "oneOf": [{"$ref": f"#/$defs/{NOTICE_TYPE}"}, {"$ref": "#/$defs/identity"}],
    "$defs": {
        "identity": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"const": "identity"},
                "extensions": {
                    "type": "object",
                    "properties": {EXTENSION_ID: {"$ref": "#/$defs/identity-extension"}},
                },
            },
        },
        "identity-extension": {
            "type": "object",
            "required": ["extension_type", "person"],
            "properties": {"extension_type": {"const": "property-extension"}, "person": _PERSON},
            "additionalProperties": False,
        },
        NOTICE_TYPE: {
            "type": "object",
            "required": ["type", "id", "name", "notice_id", "originator", "state"],
            "properties": {
                "type": {"const": NOTICE_TYPE},
                "id": {"type": "string", "pattern": f"^{NOTICE_TYPE}--"},
                **_COMMON,
                "name": _TEXT,
                "description": _TEXT,
                "notice_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "originator": {"type": "string", "pattern": "^[A-Z]{1,3}$"},
                "state": {"enum": ["stands", "withdrawn", "suspended", "expired"]},
                "version": {"type": "integer", "minimum": 1},
                "category": _TEXT,
                "requested_action": _TEXT,
                "fallback_action": _TEXT,
                "valid_from": _INSTANT,
                "review_by": _INSTANT,
                "valid_until": _INSTANT,
                "handling": {"type": "object", "required": ["tlp", "pap"]},
                "subject_ref": {"type": "string", "pattern": "^identity--"},
                "document": _DOCUMENT,
                "source": {"type": "object", "required": ["list", "entry_id"]},
                "detail": {"type": "object"},
            },
            "additionalProperties": False,
        },
    },
}
"""What `schema` of the extension definition holds, as text."""


def extension(kind: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return an extension's content with its type."""
    return {"extension_type": kind, **said}


def extension_definition(creator: str, instant: str) -> dict[str, Any]:
    """Return the definition object. `creator` is an identity's id, `instant` when it was first made."""
    return {
        "type": "extension-definition", "spec_version": "2.1", "id": EXTENSION_ID, "created_by_ref": creator,
        "created": instant, "modified": _CHANGED, "name": "Evenhand notices", "version": VERSION,
        "description": "Person and document notices of a coalition: who is sought, by whom, what is asked, until "
        "when. Never an order: a match must be verified with the originator.",
        "schema": canonical_bytes(SCHEMA).decode(),
        "extension_types": ["new-sdo", "property-extension"],
    }  # fmt: skip
