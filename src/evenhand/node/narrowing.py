"""Narrowing: a version for fewer members than those before it also tells whoever is left out.

Knows:    the versions of a notice of ours, and whom each was for.
Told:     records about to be published.
Answers:  the same records; behind each version that leaves somebody out, the word that earlier ones stand no longer.
Trusted:  yes: who is not told would go on stopping people by a text that was corrected.

The word is sealed as the earlier versions were, and not to those left out today: who joins later, or comes back, can
read these versions too. It binds nobody who holds a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from evenhand.node.details import audience_of_entry
from evenhand.node.publishing import CHUNK_ENTRIES, Outgoing
from evenhand.notices.model import Notice, StatusChange
from evenhand.watchlist.fold import Held, Version
from evenhand.watchlist.release import ALL

if TYPE_CHECKING:
    from evenhand.node.member import Member

_REASON: Final = "a later version is released to fewer members"


def publish_told(member: Member, outgoing: Sequence[Outgoing]) -> list[int]:
    """Publish records and tell whom they leave out. Returns the index of each record. Raises as `Publisher.publish`."""
    indexes: list[int] = []
    said: list[Outgoing] = []
    places: list[int] = []

    def write() -> None:
        written = member.publisher.publish(said, member.roster)
        indexes.extend(written[place] for place in places)
        said.clear()
        places.clear()

    for one in outgoing:
        both = [one, *_left_out(member, one)]
        if len(said) + len(both) > CHUNK_ENTRIES:  # one transaction has a version and the word about it, or neither
            write()
        places.append(len(said))
        said += both
    write()
    return indexes


def _left_out(member: Member, one: Outgoing) -> Iterator[Outgoing]:
    """Yield what is to be told of earlier versions that are for somebody whom this one is not for."""
    if not isinstance(one.record, Notice) or one.match_label == ALL:
        return
    held = member.watchlist.fold.ledger(member.code).notices.get(one.record.notice_id)
    open_versions = [] if held is None else [version for version in held.versions if not _is_outdated(held, version)]
    meant, readers = member.publisher.book.meant_for, frozenset(one.match_label.split(","))
    earlier = [meant(audience_of_entry(member, version.index)) for version in open_versions]
    if all(codes is not None and codes <= readers | {member.code} for codes in earlier):
        return
    assert held is not None
    record = StatusChange(
        notice_id=held.notice_id, status="SUSPENDED", reason=_REASON, up_to=open_versions[-1].number
    )  # fmt: skip
    yield Outgoing(record, match_label=label_of_all(member, open_versions))


def _is_outdated(held: Held, version: Version) -> bool:
    return any(version.number <= last for _, _, last in held.outdated)


def label_of_all(member: Member, versions: Iterable[Version]) -> str:
    """Return the label that reaches everyone who may ever have read some versions of a notice of ours."""
    audiences = {audience_of_entry(member, version.index) for version in versions}
    reached = {member.publisher.book.withdrawal_label(one, member.roster) for one in audiences}
    if ALL in reached:
        return ALL
    return ",".join(sorted({code for label in reached for code in label.split(",")}))
