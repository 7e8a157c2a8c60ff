"""The objects behind the lines of a TAXII reader: made when asked for, kept as bytes for a minute.

Knows:    how a notice is written as STIX, and what is left of one that is gone.
Told:     lines of one reader's collections, after the reader's feed has caught up with the ledgers.
Answers:  the bytes of each object, under the version that its line gives it.
Trusted:  yes: what is gone says no word of anyone.

Bytes are kept because many readers of one member ask for the same news within a minute, and no longer, so
that after an erasure no copy outlives it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from evenhand.ground.limits import TAXII_KEPT_BYTES_MAX
from evenhand.interop.export import stix
from evenhand.interop.export.released import Exportable, Terms, choose
from evenhand.node.exporting import gather
from evenhand.node.member import Member

KEPT_SECONDS: Final = 60.0


class Line(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """An object in a collection, in its last version."""

    object_id: str
    version: str
    created: str
    notice: str = ""
    """The key of the notice it belongs to; none where it says nothing of any: members, marks, our extension."""
    by: str = ""
    """Its creator, as an id."""
    source: str = ""
    """What the notice gave as the object's last change; `version` is above that where it moved or came back."""
    number: int = 0
    """Which version of the notice it was made from; 0: one that says nothing of anybody."""
    gone: Literal["", "emptied", "revoked"] = ""
    """Whether it was taken back from this collection, and whether for good."""
    told: bool = False
    """Whether it is on record that this version was given to the reader."""
    frame: bytes = b""
    """The object itself, where it belongs to no notice."""


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
        """Return the objects of lines, as JSON."""
        listed = [(line, self._copy(line)) for line in lines]
        items = self.chosen({line.notice for line, made in listed if not made})
        latest = {one["id"]: one for item in items for one in stix.objects(item)}
        return [made or self._made(line, latest) for line, made in listed]

    def _copy(self, line: Line) -> bytes:
        """Return what is there without a look at the notice; empty where that is needed."""
        if line.gone or not line.notice:
            return line.frame or msgspec.json.encode(_emptied(line))
        return self._kept.get(line.notice, {}).get((line.object_id, line.version), b"")

    def _made(self, line: Line, latest: dict[str, stix.StixObject]) -> bytes:
        said = latest.get(line.object_id)
        made = msgspec.json.encode(_emptied(line) if said is None else said | {"modified": line.version})
        if self._kept_bytes + len(made) <= TAXII_KEPT_BYTES_MAX:
            if not self._kept:
                asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget_all)
            self._kept.setdefault(line.notice, {})[line.object_id, line.version] = made
            self._kept_bytes += len(made)
        return made

    def _forget_all(self) -> None:
        self.forget(list(self._kept))


def _emptied(line: Line) -> stix.StixObject:
    """Return what is left of an object that was taken back."""
    return stix.emptied(
        line.object_id, line.notice, created=line.created, modified=line.version, by=line.by,
        for_good=line.gone == "revoked",
    )  # fmt: skip
