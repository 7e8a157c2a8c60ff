"""Notices as a MISP feed: `manifest.json`, one event a notice, `hashes.csv`.

Knows:    MISP's core format: events, objects, attributes, tags, and how a pull decides what is newer.
Told:     notices that passed `released.choose`.
Answers:  the feed's files as bytes by name, the same for the same notices.
Trusted:  yes: what a receiver keeps of a withdrawn notice depends on what is written here.

Source: IETF draft-dulaunoy-misp-core-format; MISP 2.5 `Feed` and `MispObject::editObject`. A receiver takes an
edit only if its timestamp (seconds) is later, and deletes an attribute only if that attribute is named again
with `deleted`. So a withdrawal names every attribute that ever went out, each with the value `withdrawn`; and an
erasure, after which nobody knows what did, every attribute that may have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from evenhand.ground.canonical import UNREADABLE, canonical_bytes
from evenhand.identity.person import NameKind
from evenhand.interop.export.misp_objects import Described, described, every_place
from evenhand.interop.export.released import Exportable
from evenhand.interop.export.uuids import uuid5
from evenhand.interop.export.wording import NEVER_AN_ORDER, WEAK_NAMES, files_line, place_line
from evenhand.notices.model import Detail, PersonNotice

Event = dict[str, Any]

WITHDRAWN: Final = "withdrawn"
_ANALYSIS_COMPLETED: Final = "2"
_THREAT_UNDEFINED: Final = "4"
_INFO: Final = re.compile(rf"(?:Person n|Document n|N)otice (\S+)(?: \({WITHDRAWN}\))?")
_IN_MANIFEST: Final = ("info", "Orgc", "analysis", "threat_level_id", "date", "timestamp", "Tag")


def event_uuid(key: str) -> str:
    """Return the UUID of a notice's event."""
    return uuid5("misp/event", key)


def event(item: Exportable) -> Event:
    """Return a notice's event, in the form a feed serves it (without the outer `Event`)."""
    stamp = _stamp(item)
    return {
        **_meta(item),
        "uuid": event_uuid(item.key), "extends_uuid": "", "published": True, "publish_timestamp": stamp,
        "Attribute": _statements(item, stamp), "Object": _objects(item, stamp),
    }  # fmt: skip


def feed(items: Sequence[Exportable]) -> dict[str, bytes]:
    """Return the files of a feed: `manifest.json`, `hashes.csv`, and `UUID.json` for each notice."""
    return files_of([event(item) for item in items])


def files_of(events: Iterable[Event]) -> dict[str, bytes]:
    """Return the files of a feed of events, in the order to write them: what the manifest names is there before it."""
    manifest: dict[str, Any] = {}
    hashes: list[str] = []
    files: dict[str, bytes] = {}
    for made in events:
        name = made["uuid"]
        manifest[name] = {field: made[field] for field in _IN_MANIFEST}
        files[f"{name}.json"] = canonical_bytes({"Event": made})
        hashes += [f"{_md5(value)},{name}\n" for value in _values(made)]
    return files | {"hashes.csv": "".join(hashes).encode(), "manifest.json": canonical_bytes(manifest)}


def is_event_file(name: str, data: bytes) -> bool:
    """Say whether a file is an event written by `files_of`: its name is computed from the notice that it names."""
    try:
        info = msgspec.json.decode(data, type=_File).event.info
    except UNREADABLE:
        return False
    key = _INFO.fullmatch(info)
    return key is not None and name == f"{event_uuid(key[1])}.json"


class _Info(msgspec.Struct, frozen=True):
    info: str


class _File(msgspec.Struct, frozen=True):
    event: _Info = msgspec.field(name="Event")


def _meta(item: Exportable) -> dict[str, Any]:
    kind = "Person notice" if isinstance(item.notice, PersonNotice) else "Document notice"
    return {
        "info": f"{'Notice' if item.erased else kind} {item.key}" + ("" if item.stands else f" ({WITHDRAWN})"),
        "Orgc": {"name": item.originator, "uuid": uuid5("misp/org", item.originator)},
        "analysis": _ANALYSIS_COMPLETED, "threat_level_id": _THREAT_UNDEFINED, "date": item.created[:10],
        "timestamp": _stamp(item), "Tag": [{"name": name} for name in _tags(item)],
    }  # fmt: skip


def _stamp(item: Exportable) -> str:
    """Seconds, as MISP counts; a withdrawal in the second of a correction must still be the later one, and so on."""
    return str(max(item.modified_ms, item.created_ms) // 1_000 + (not item.stands) + item.erased)


def _tags(item: Exportable) -> list[str]:
    handling = item.notice.handling
    marks = [f"tlp:{handling.tlp.lower()}", f"PAP:{handling.pap}"]
    if not item.stands:
        return [*marks, 'evenhand:state="withdrawn"']
    if item.detail is not None and item.detail.reliability is not None:
        marks.append(f'admiralty-scale:source-reliability="{item.detail.reliability.source.lower()}"')
        marks.append(f'admiralty-scale:information-credibility="{item.detail.reliability.information}"')
    return [*marks, 'evenhand:state="stands"', f'evenhand:requested-action="{item.action}"']


def _statements(item: Exportable, stamp: str) -> list[dict[str, Any]]:
    """Say what the notice asks and why, as plain text: software must not act on it, people may read it."""
    said = _of_notice(item) | _of_detail(item.detail)
    made = []
    for name in _STATEMENTS:
        text = said.get(name, "")
        base = {"uuid": uuid5("misp/attribute", f"{item.key}/{name}"), "timestamp": stamp, "to_ids": False}
        if item.stands and text:
            made.append(base | {"type": "text", "category": "Internal reference", "value": text, "deleted": False})
        else:
            made.append(base | _GONE)
    return made


def _of_notice(item: Exportable) -> dict[str, str]:
    notice, source = item.notice, item.notice.source
    held = notice.person.biometrics if isinstance(notice, PersonNotice) else ()
    edition = "" if source is None or source.edition is None else f", edition {source.edition}"
    return {
        "never-an-order": NEVER_AN_ORDER, "category": f"Category: {notice.category}",
        "action": f"Requested action: {item.action}",
        "fallback": "" if notice.fallback == "NONE" else f"Fallback action: {notice.fallback}",
        "validity": f"Valid from {notice.valid_from} until {notice.expires}; review by {notice.review_by}",
        "source": "" if source is None else f"Listed by: {source.list}, entry {source.entry_id}{edition}",
        "biometrics": f"The originator holds: {files_line(held)}" if held else "",
    }  # fmt: skip


def _of_detail(detail: Detail | None) -> dict[str, str]:
    if detail is None:
        return {}
    lists = {
        "addresses": ("Addresses", [place_line(place) for place in detail.addresses]),
        "marks": ("Distinguishing marks", detail.marks), "languages": ("Languages", detail.languages),
        "remarks": ("Remarks", detail.remarks),
    }  # fmt: skip
    return {
        "offence": f"Offence: {detail.offence}", "law": f"Legal basis: {detail.legal_basis}",
        "authority": f"Authority: {detail.issuing_authority}", "decision": f"Decision: {detail.decision_reference}",
        "proportionality": f"Proportionality: {detail.proportionality}",
        "photos": f"The originator holds: {files_line(detail.photos)}" if detail.photos else "",
    } | {name: "\n".join([f"{title}:", *lines]) for name, (title, lines) in lists.items() if lines}  # fmt: skip


_STATEMENTS: Final = (
    "never-an-order", "category", "action", "fallback", "validity", "source", "biometrics", "offence", "law",
    "authority", "decision", "proportionality", "addresses", "marks", "languages", "remarks", "photos",
)  # fmt: skip
"""Every one is in every event, said or named as deleted: which of them a notice ever had is then no one's to tell."""
_GONE: Final = {
    "type": "comment", "category": "Other", "value": WITHDRAWN, "deleted": True, "comment": "",
    "disable_correlation": True,
}  # fmt: skip
"""What MISP itself leaves of a deleted attribute where it is told to leave nothing."""


def _objects(item: Exportable, stamp: str) -> list[dict[str, Any]]:
    if item.erased:
        return [_object(item.key, None, [one], stamp) for one in every_place()]
    versions = described([*(one.notice for one in item.earlier), item.notice])
    now = {one.place: one for one in versions[-1]} if item.stands else {}
    ever: dict[tuple[str, int], list[Described]] = {}
    for one in (one for version in versions for one in version):
        ever.setdefault(one.place, []).append(one)
    return [_object(item.key, now.get(place), ever[place], stamp) for place in ever]


def _object(key: str, now: Described | None, ever: list[Described], stamp: str) -> dict[str, Any]:
    latest = ever[-1]
    name = uuid5("misp/object", f"{key}/{latest.template.name}/{latest.number}")
    attributes = []
    for relation, ordinal in dict.fromkeys(slot for one in ever for slot in one.values):
        said = None if now is None else now.values.get((relation, ordinal))
        base = {
            "uuid": uuid5("misp/attribute", f"{name}/{relation}/{ordinal}"), "timestamp": stamp, "to_ids": False,
            "object_relation": relation,
        }  # fmt: skip
        kind, category = latest.template.kind(relation)
        names = () if now is None else now.kinds.get((relation, ordinal), ())
        current = {
            "type": kind, "category": category, "value": said, "deleted": False, "comment": _kinds_line(names),
            "disable_correlation": bool(names) and WEAK_NAMES.issuperset(names),
        }  # fmt: skip
        attributes.append(base | (_GONE if said is None else current))
    template = latest.template
    return {
        "uuid": name, "name": template.name, "meta-category": template.category, "timestamp": stamp,
        "template_uuid": template.uuid, "template_version": str(template.version),
        "description": template.description, "deleted": now is None, "Attribute": attributes,
        "ObjectReference": [],
    }  # fmt: skip


def _kinds_line(kinds: Iterable[NameKind]) -> str:
    """Return what a name is where it is not simply the name; a weak one must not pass for the others."""
    words = {one: one.replace("_", " ") + (" (weak)" if one in WEAK_NAMES else "") for one in kinds}
    return ", ".join(words[one] for one in words if one != "primary")


def _values(made: Event) -> list[str]:
    attributes = [*made["Attribute"], *(one for held in made["Object"] for one in held["Attribute"])]
    return [one["value"] for one in attributes if not one["deleted"]]


def _md5(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()
