"""Narrowing: a version for fewer members than the one before it also tells those who are left out.

Knows:    which version of a notice of ours was the last, and who may have read it.
Told:     records about to be published.
Answers:  the same records; behind each version that leaves somebody out, the word that theirs stands no longer.
Trusted:  yes: who is not told would go on stopping people by a text that was corrected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from evenhand.node.details import audience_of_entry
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Notice, StatusChange
from evenhand.watchlist.release import ALL, readers_of

if TYPE_CHECKING:
    from evenhand.node.member import Member

_REASON: Final = "a later version is not released to this member"


def publish_told(member: Member, outgoing: Sequence[Outgoing]) -> list[int]:
    """Publish records and tell whom they leave out. Returns the index of each record. Raises as `Publisher.publish`."""
    said: list[Outgoing] = []
    places: list[int] = []
    for one in outgoing:
        places.append(len(said))
        said += one, *_left_out(member, one)
    indexes = member.publisher.publish(said, member.roster)
    return [indexes[place] for place in places]


def _left_out(member: Member, one: Outgoing) -> Iterator[Outgoing]:
    """Yield what those are to be told who may have read the version before, and are not to read this one."""
    if not isinstance(one.record, Notice) or one.match_label == ALL:
        return
    held = member.watchlist.fold.ledger(member.code).notices.get(one.record.notice_id)
    if held is None or held.latest is None:
        return
    audience, roster = audience_of_entry(member, held.latest.index), member.roster
    reached = readers_of(member.publisher.book.withdrawal_label(audience, roster), roster)
    left = reached - readers_of(one.match_label, roster) - {member.code}
    if left:
        record = StatusChange(
            notice_id=held.notice_id, status="SUSPENDED", reason=_REASON, up_to=held.latest.number
        )  # fmt: skip
        yield Outgoing(record, match_label=",".join(sorted({*left, member.code})))
