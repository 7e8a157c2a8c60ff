"""Notices as STIX 2.1 objects and bundles.

Knows:    STIX 2.1 (OASIS Standard, June 2021), its identity, sighting and location; TLP 2.0 by extension.
Told:     notices that passed `released.choose`.
Answers:  objects with ids that never change, each version later than the one before; withdrawals as revoked.
Trusted:  yes: only the originator's word makes or revokes its objects; sightings are their sayer's own.

The notice is an object of its own type, `evenhand-notice`, by extension definition (section 7.3): an indicator
would need a pattern over network data. A person is an identity of class `individual` that carries our fields
as a property extension. What was withdrawn keeps its ids and loses every word about anyone; what is suspended,
has expired or is kept from its reader loses the words and is not revoked, for STIX knows no way back from `revoked`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from evenhand.ground.canonical import canonical_bytes
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.identity.person import Place
from evenhand.interop.countries import country_alpha2
from evenhand.interop.export.regions import region_of
from evenhand.interop.export.released import Exportable, Seen
from evenhand.interop.export.stix_extension import EXTENSION_ID, NOTICE_TYPE, extension, extension_definition
from evenhand.interop.export.stix_marks import mark_refs, marking_definitions
from evenhand.interop.export.uuids import uuid5
from evenhand.interop.export.wording import NEVER_AN_ORDER, subject_line
from evenhand.notices.model import Handling, PersonNotice

StixObject = dict[str, Any]

WITHDRAWN: Final = "withdrawn"
"""The name of what was taken back: STIX asks for one, and no other may be said."""
_FRAME_TIME: Final = "2026-01-01T00:00:00.000Z"


def stix_id(kind: str, key: str) -> str:
    """Return `kind--UUID`, where the UUID is computed from our namespace, the kind and the key."""
    return f"{kind}--{uuid5(f'stix/{kind}', key)}"


def member_identity(code: str) -> StixObject:
    """Return the identity of a member, the creator of its notices. It never changes."""
    name = stix_id("identity", f"member/{code}")
    return {
        "type": "identity", "spec_version": "2.1", "id": name, "created_by_ref": name,
        "created": _FRAME_TIME, "modified": _FRAME_TIME, "name": code, "identity_class": "organization",
        "roles": ["originator"],
    }  # fmt: skip


def objects(item: Exportable) -> list[StixObject]:
    """Return a notice's own objects: its subject (a person), the notice, its sightings and their places.

    What does not stand comes as the same ids, empty of content, and revoked if withdrawn; sightings are left
    as they are, since they are other members' word. Frame objects (`frame`) are not repeated here.
    """
    notice = item.notice
    made: list[StixObject] = []
    if isinstance(notice, PersonNotice):
        made.append(_person(item, notice))
    made.append(_notice(item))
    for seen in item.sightings if item.stands else ():
        made.extend(_sighting(item, seen))
    return made


def emptied(name: str, key: str, *, created: str, modified: str, by: str, for_good: bool) -> StixObject:
    """Return what is left of an object of the notice `key` for whoever no longer has it: valid, and no word of anyone.

    `by` is its creator. Revoked only `for_good`: what is narrowed or moved may come again under the same id.
    """
    kind, _, _ = name.partition("--")
    said: StixObject = {
        "type": kind, "spec_version": "2.1", "id": name, "created": created, "modified": modified,
        "created_by_ref": by,
    }  # fmt: skip
    if for_good:
        said["revoked"] = True
    if kind == "identity":
        return said | {"identity_class": "individual", "name": WITHDRAWN}
    if kind == "sighting":
        return said | {"sighting_of_ref": stix_id(NOTICE_TYPE, key)}
    if kind == "location":
        return said | {"name": WITHDRAWN, "region": WITHDRAWN}
    return said | _name_of_notice(key) | {"name": WITHDRAWN, "state": WITHDRAWN}


def frame(items: Sequence[Exportable]) -> list[StixObject]:
    """Return what the objects rest on: the extension definition, the members named, and the marks used."""
    members = {item.originator for item in items} | {s.member for item in items for s in item.sightings}
    author = member_identity("EVENHAND")
    return [
        author,
        extension_definition(author["id"], _FRAME_TIME),
        *(member_identity(code) for code in sorted(members)),
        *marking_definitions(_marks(items), author["id"]),
    ]


def _marks(items: Iterable[Exportable]) -> Iterator[Handling]:
    for item in items:
        yield item.notice.handling
        yield from (seen.handling for seen in item.sightings)


def bundle(items: Sequence[Exportable]) -> StixObject:
    """Return a bundle of notices with everything they rest on. The same items give the same bundle."""
    return as_bundle([*frame(items), *(made for item in items for made in objects(item))])


def as_bundle(listed: Iterable[StixObject]) -> StixObject:
    """Return objects as one bundle, each version of each object once, under an id computed from them."""
    held = {(one["id"], one.get("modified", "")): one for one in listed}
    named = canonical_bytes([list(name) for name in held]).decode()
    return {"type": "bundle", "id": stix_id("bundle", named), "objects": list(held.values())}


def bundle_bytes(items: Sequence[Exportable]) -> bytes:
    """Return `bundle` as canonical JSON."""
    return canonical_bytes(bundle(items))


def _base(kind: str, key: str, item: Exportable, *, handling: Handling | None = None) -> StixObject:
    said: StixObject = {
        "type": kind, "spec_version": "2.1", "id": stix_id(kind, key), "created": item.created,
        "modified": item.modified, "created_by_ref": stix_id("identity", f"member/{item.originator}"),
        "object_marking_refs": mark_refs(handling or item.notice.handling),
    }  # fmt: skip
    if item.gone:
        said["revoked"] = True
    return said


def _person(item: Exportable, notice: PersonNotice) -> StixObject:
    said = _base("identity", item.key, item) | {"identity_class": "individual"}
    if not item.stands:
        return said | {"name": WITHDRAWN}
    said["name"] = subject_line(notice)
    said["description"] = NEVER_AN_ORDER
    said["extensions"] = {EXTENSION_ID: extension("property-extension", person=_plain(notice.person))}
    return said


def _notice(item: Exportable) -> StixObject:
    notice = item.notice
    said = _base(NOTICE_TYPE, item.key, item) | _name_of_notice(item.key)
    if not item.stands:
        return said | {"name": WITHDRAWN, "state": WITHDRAWN if item.state == "taken_back" else item.state}
    said |= {
        "name": subject_line(notice), "description": NEVER_AN_ORDER, "state": "stands",
        "version": notice.version, "category": notice.category, "requested_action": item.action,
        "fallback_action": notice.fallback, "valid_from": _millis(notice.valid_from),
        "review_by": _millis(notice.review_by), "valid_until": _millis(notice.expires),
        "handling": {"tlp": notice.handling.tlp, "pap": notice.handling.pap},
    }  # fmt: skip
    if isinstance(notice, PersonNotice):
        said["subject_ref"] = stix_id("identity", item.key)
    else:
        said["document"] = _plain(notice.document)
    if notice.source is not None:
        said["source"] = _plain(notice.source)
    if item.detail is not None:
        said["detail"] = _plain(item.detail)
    return said


def _name_of_notice(key: str) -> StixObject:
    originator, _, notice_id = key.partition(":")
    extensions = {EXTENSION_ID: {"extension_type": "new-sdo"}}
    return {"extensions": extensions, "notice_id": notice_id, "originator": originator}


def _sighting(item: Exportable, seen: Seen) -> Iterable[StixObject]:
    said = seen.sighting
    key = f"{seen.member}/{seen.said_ms}/{item.key}/{said.seen_at}"
    creator = stix_id("identity", f"member/{seen.member}")
    common = {
        "spec_version": "2.1", "created": format_ms(seen.said_ms), "created_by_ref": creator,
        # A version of the notice may make its marks stricter, and takes that back: then it is another one of it.
        "modified": format_ms(max(seen.said_ms, seen.marked_ms)),
        "object_marking_refs": mark_refs(seen.handling),
    }  # fmt: skip
    where = _location(said.place, key)
    if where is not None:
        yield where | common
    yield common | {
        "type": "sighting", "id": stix_id("sighting", key), "count": 1, "summary": False,
        "first_seen": _millis(said.seen_at), "last_seen": _millis(said.seen_at), "description": said.report,
        "sighting_of_ref": stix_id(NOTICE_TYPE, item.key),
        "where_sighted_refs": [creator, *([] if where is None else [where["id"]])],
    }  # fmt: skip


def _location(place: Place, key: str) -> StixObject | None:
    """A location needs a country by its ISO code (section 4.11); without one the report's words must do."""
    alpha2 = None if place.country is None else country_alpha2(place.country)
    if alpha2 is None:
        return None
    said: StixObject = {"type": "location", "id": stix_id("location", key), "country": alpha2}
    parts = {"region": region_of(alpha2), "name": place.text, "city": place.city, "administrative_area": place.region}
    return said | {name: text for name, text in parts.items() if text}


def _millis(instant: str) -> str:
    return format_ms(parse_ms(instant))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any struct
    return msgspec.to_builtins(value)
