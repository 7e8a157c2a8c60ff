"""Handling marks as STIX marking definitions: TLP 2.0 by its own extension, PAP as a statement.

Knows:    the ids of TLP 2.0's marking definitions, which are the same for everyone.
Told:     marks.
Answers:  references, and the definitions they point to.
Trusted:  yes: a wrong reference would release what its originator did not.

Source: OASIS "STIX 2.1 Examples / TLP 2.0 extension"; FIRST, TLP 2.0; PAP as in the MISP taxonomy of that name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from evenhand.interop.export.released import PAP_ORDER, TLP_ORDER
from evenhand.interop.export.uuids import uuid5
from evenhand.notices.model import Handling

_TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP_IDS: Final = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_TLP_CREATED: Final = "2022-10-01T00:00:00.000Z"
_PAP_CREATED: Final = "2026-01-01T00:00:00.000Z"


@cache
def pap_id(pap: str) -> str:
    """Return the id of our marking definition for a PAP mark."""
    return f"marking-definition--{uuid5('stix/marking-definition', f'PAP:{pap}')}"


def mark_refs(handling: Handling) -> list[str]:
    """Return the references for `object_marking_refs`: exactly one TLP and one PAP."""
    return [_TLP_IDS[handling.tlp], pap_id(handling.pap)]


def marking_definitions(used: Iterable[Handling], creator: str) -> list[dict[str, Any]]:
    """Return the definitions that the given marks need, in order of strictness."""
    marks = list(used)
    tlps, paps = {mark.tlp for mark in marks}, {mark.pap for mark in marks}
    return [
        *(_tlp(name) for name in TLP_ORDER if name in tlps),
        *(_pap(name, creator) for name in PAP_ORDER if name in paps),
    ]


def _tlp(name: str) -> dict[str, Any]:
    return {
        "type": "marking-definition", "spec_version": "2.1", "id": _TLP_IDS[name], "created": _TLP_CREATED,
        "name": f"TLP:{name}",
        "extensions": {_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": name.lower()}},
    }  # fmt: skip


def _pap(name: str, creator: str) -> dict[str, Any]:
    return {
        "type": "marking-definition", "spec_version": "2.1", "id": pap_id(name), "created": _PAP_CREATED,
        "created_by_ref": creator, "name": f"PAP:{name}", "definition_type": "statement",
        "definition": {"statement": f"PAP:{name}"},
    }  # fmt: skip
