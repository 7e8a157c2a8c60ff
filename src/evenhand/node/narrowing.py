"""Narrowing and widening: with a version for others than those before it goes whatever these others must be told.

Knows:    the versions of a notice of ours, how it stands, and whom each word about it was for.
Told:     records about to be published.
Answers:  the same records; before a version for more members, how the notice stands; behind one that leaves somebody
          out, the word that earlier ones stand no longer. A refusal of a version whose number is not the next.
Trusted:  yes: who is not told would stop people by a text that was corrected, or by a notice that is suspended.

A number is used once: of two entries that use it partners keep the first (ADR 67), and the second would be said to
nobody. So what was numbered some time ago, by a case or by the plan of an import, is looked at again here, where it is
written.

The word about earlier versions is sealed as they were, and not to those left out today: who joins later, or comes back,
can read these versions too. It binds nobody who holds a later one, or waits for it: it speaks of the entry directly
before it, and comes in its turn as that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from evenhand.ground.errors import RefusedError
from evenhand.node.details import audience_of_entry
from evenhand.node.publishing import CHUNK_ENTRIES, Outgoing
from evenhand.notices.model import Notice, StatusChange, encode_record
from evenhand.watchlist.fold import Held, Version
from evenhand.watchlist.release import ALL

if TYPE_CHECKING:
    from evenhand.node.member import Member

_REASON: Final = "a later version is released to fewer members"
_STOOD_SO: Final = "so it stood when this version was released"


def publish_told(member: Member, outgoing: Sequence[Outgoing]) -> list[int]:
    """Publish records and what goes with them. Returns the index of each record.

    Raises as `Publisher.publish`, and RefusedError for a version of what was withdrawn, or that is not the next.
    """
    indexes: list[int] = []
    said: list[Outgoing] = []
    places: list[int] = []
    about: set[str] = set()

    def write() -> None:
        written = member.publisher.publish(said, member.roster)
        indexes.extend(written[place] for place in places)
        said.clear()
        places.clear()
        about.clear()

    for one in outgoing:
        notice = getattr(one.record, "notice_id", "")
        if notice in about:
            write()  # what goes with the second is told from what the first says
        before, after = _told_with(member, one)
        if len(said) + len(before) + 1 + len(after) > CHUNK_ENTRIES:
            write()  # one transaction has a version and what goes with it, or neither
        places.append(len(said) + len(before))
        said += [*before, one, *after]
        about |= {notice} - {""}
    write()
    return indexes


def _told_with(member: Member, one: Outgoing) -> tuple[list[Outgoing], list[Outgoing]]:
    """Return what is to be told before a record, and directly behind it."""
    if not isinstance(one.record, Notice):
        return [], []
    require_next(member, one.record)
    held = _held(member, one.record.notice_id)
    if held is None:
        return [], []
    return list(_stood(member, held, one)), list(_left_out(member, held, one))


def next_version(member: Member, notice_id: str) -> int:
    """Return the number of the next version of a notice of ours. Raises RefusedError: a withdrawal is final."""
    held = _held(member, notice_id)
    if held is None:
        return 1
    if held.retracted is not None:
        raise RefusedError(
            f"{held.key} was withdrawn", why="a withdrawal is final", remedy="publish a new notice instead"
        )
    return held.versions[-1].number + 1 if held.versions else 1


def require_next(member: Member, notice: Notice) -> None:
    """Refuse a version of a notice of ours that is not its next one. Raises RefusedError."""
    due = next_version(member, notice.notice_id)
    if notice.version != due:
        raise RefusedError(
            f"version {notice.version} of {member.code}:{notice.notice_id} is not its next one",
            why=f"the next is {due}: a version number is used once, and partners keep the first that used it",
            remedy="say it anew, as a correction of what stands now",
        )


def written_as(member: Member, notice: Notice) -> int | None:
    """Return the index of the entry that says exactly this version in our own ledger, or None."""
    held, text = _held(member, notice.notice_id), encode_record(notice)
    return next((one.index for one in held.versions if one.text == text), None) if held is not None else None


def _held(member: Member, notice_id: str) -> Held | None:
    return member.watchlist.fold.ledger(member.code).notices.get(notice_id)


def _stood(member: Member, held: Held, one: Outgoing) -> Iterator[Outgoing]:
    """Yield how a notice stands if a version is for somebody to whom that was not said.

    It goes before the version: whoever takes both in this order never sees the notice stand.
    """
    index, _, status = held.statuses[-1] if held.statuses else (0, 0, "STANDING")
    if status == "STANDING" or _reaches(_readers(member, index), _meant(member, one)):
        return
    said = cast("Literal['SUSPENDED', 'BLOCKED']", status)
    yield Outgoing(
        StatusChange(notice_id=held.notice_id, status=said, reason=_STOOD_SO), match_label=one.match_label
    )


def _left_out(member: Member, held: Held, one: Outgoing) -> Iterator[Outgoing]:
    """Yield what is to be told of earlier versions that are for somebody whom this one is not for."""
    meant = _meant(member, one)
    open_versions = [version for version in held.versions if not _is_outdated(held, version)]
    if all(_reaches(meant, _readers(member, version.index)) for version in open_versions):
        return
    record = StatusChange(
        notice_id=held.notice_id, status="SUSPENDED", reason=_REASON, up_to=open_versions[-1].number
    )  # fmt: skip
    yield Outgoing(record, match_label=label_of_all(member, open_versions))


def _meant(member: Member, one: Outgoing) -> frozenset[str] | None:
    """Return whom a record is for; None for whoever is a member."""
    return None if one.match_label == ALL else frozenset(one.match_label.split(",")) | {member.code}


def _readers(member: Member, index: int) -> frozenset[str] | None:
    """Return whom one of our entries was ever for; None for whoever is a member."""
    return member.publisher.book.meant_for(audience_of_entry(member, index))


def _reaches(some: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    """Say whether what is for `some` is for all `others` too."""
    return some is None or (others is not None and others <= some)


def _is_outdated(held: Held, version: Version) -> bool:
    return any(version.number <= last for _, _, last in held.outdated)


def label_of_all(member: Member, versions: Iterable[Version]) -> str:
    """Return the label that reaches everyone who may ever have read some versions of a notice of ours."""
    audiences = {audience_of_entry(member, version.index) for version in versions}
    reached = {member.publisher.book.withdrawal_label(one, member.roster) for one in audiences}
    if ALL in reached:
        return ALL
    return ",".join(sorted({code for label in reached for code in label.split(",")}))
