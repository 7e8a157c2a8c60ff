"""The objects behind the lines of a TAXII reader: made when asked for, kept as bytes for a minute.

Knows:    how a notice, and each earlier text of it that still stands in the ledger, is written as STIX.
Told:     lines of one reader's collections, after the reader's feed has caught up with the ledgers.
Answers:  the bytes of each object, or nothing where an earlier version may no longer be shown.
Trusted:  yes: what is gone comes as revoked; an earlier text passes the terms of its own marks and readers.

Bytes are kept because many readers of one member ask for the same news within a minute, and no longer, so
that after an erasure no copy outlives it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

import msgspec

from evenhand.exchange.feed import envelope_of
from evenhand.ground.clock import parse_ms
from evenhand.ground.limits import TAXII_KEPT_BYTES_MAX
from evenhand.interop.export import stix
from evenhand.interop.export.released import Exportable, Terms, choose
from evenhand.node.details import detail_of, header_of
from evenhand.node.exporting import gather
from evenhand.node.member import Member
from evenhand.notices.model import DocumentNotice, PersonNotice, decode_record
from evenhand.watchlist.fold import Held, Version
from evenhand.watchlist.opening import audience_of

KEPT_SECONDS: Final = 60.0


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One version of an object in a collection. `gone`: it was taken back from this collection at `version`."""

    object_id: str
    version: str
    notice: str
    created: str
    gone: bool = False
    frame: bytes = b""
    """The object itself where it says nothing of any notice: members, marks, our extension."""
    number: int = 0
    """Which version of the notice it was made from; 0: one that says nothing of anybody."""
    first: bool = True
    """Whether no earlier version is held."""
    last: bool = True
    """Whether no later version is held."""


class Objects:
    """Makes objects for one reader."""

    def __init__(self, member: Member, reader: str) -> None:
        self._member, self._terms = member, Terms(own=member.code, reader=reader)
        self._kept: dict[str, dict[tuple[str, str], bytes]] = {}  # by notice, then by object and version
        self._kept_bytes = 0

    def chosen(self, keys: Iterable[str]) -> tuple[Exportable, ...]:
        """Return what the reader may have of some notices."""
        return choose(gather(self._member, sorted(keys), self._terms.reader), self._terms).items

    def forget(self, notices: Iterable[str]) -> None:
        """Drop every copy of some notices' objects."""
        for key in notices:
            self._kept_bytes -= sum(map(len, self._kept.pop(key, {}).values()))

    def of(self, lines: Iterable[Line]) -> list[bytes]:
        """Return the objects of lines, as JSON; an earlier version that may not be shown any more is left out."""
        listed = [(line, self._copy(line)) for line in lines]
        items = {item.key: item for item in self.chosen({one.notice for one, made in listed if not made})}
        latest = {one["id"]: one for item in items.values() for one in stix.objects(item)}
        made = (kept or self._made(line, items, latest) for line, kept in listed)
        return [one for one in made if one]

    def _copy(self, line: Line) -> bytes:
        """Return what is there without a look at the notice; empty where that is needed."""
        if line.gone or not line.notice:
            return line.frame or msgspec.json.encode(_revoked(line))
        return self._kept.get(line.notice, {}).get((line.object_id, line.version), b"")

    def _made(self, line: Line, items: dict[str, Exportable], latest: dict[str, stix.StixObject]) -> bytes:
        if line.last:
            said = latest.get(line.object_id) or _revoked(line)
        else:
            said = self._earlier(line, items.get(line.notice)) or {}
        made = msgspec.json.encode(said) if said else b""
        if self._kept_bytes + len(made) <= TAXII_KEPT_BYTES_MAX:
            if not self._kept:
                asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget_all)
            self._kept.setdefault(line.notice, {})[line.object_id, line.version] = made
            self._kept_bytes += len(made)
        return made

    def _forget_all(self) -> None:
        self.forget(list(self._kept))

    def _earlier(self, line: Line, item: Exportable | None) -> stix.StixObject | None:
        """Return an earlier version of an object, by the notice's text at that time; None if it may not be shown."""
        if item is None or not item.stands:
            return None
        originator, _, notice_id = line.notice.partition(":")
        held = self._member.watchlist.fold.ledger(originator).notices[notice_id]
        version = next((one for one in held.versions if one.number == line.number), None)
        was = None if version is None else self._as_it_was(held, version, line, item)
        made = () if was is None else choose([was], self._terms).items
        return next((one for item in made if item.stands for one in stix.objects(item) if one["id"] == line.object_id),
                    None)  # fmt: skip

    def _as_it_was(self, held: Held, version: Version, line: Line, item: Exportable) -> Exportable | None:
        notice, member = decode_record(version.text), self._member
        if not isinstance(notice, PersonNotice | DocumentNotice):
            return None
        readers, detail_readers = (self._readers(held, version, part) for part in ("match", "detail"))
        return msgspec.structs.replace(
            item, notice=notice, earlier=(), sightings=(), modified_ms=parse_ms(line.version), readers=readers,
            action=notice.action, detail_readers=detail_readers,
            detail=detail_of(member, held.originator, version.index) if version.detail else None,
        )  # fmt: skip

    def _readers(self, held: Held, version: Version, part: str) -> frozenset[str]:
        """Return the reader, if a part of an earlier version was released to it."""
        log, reader = self._member.ledgers.log(held.originator), self._terms.reader
        if reader == self._member.code:
            return frozenset({reader})
        envelope = envelope_of(log.entries(version.index, version.index + 1)[0])
        header = header_of(envelope, part)
        may = header is not None and self._member.watchlist.keyring.may_read(reader, audience_of(envelope, header))
        return frozenset({reader}) if may else frozenset()


def _revoked(line: Line) -> stix.StixObject:
    """Return what is left of an object that was taken back."""
    kind = line.object_id.partition("--")[0]
    said = {"type": kind, "spec_version": "2.1", "id": line.object_id, "created": line.created,
            "modified": line.version, "revoked": True}  # fmt: skip
    return said | ({"name": stix.WITHDRAWN} if kind == "identity" else {})
