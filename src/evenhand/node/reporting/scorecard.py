"""The sharing scorecard: what each member pledged and what it delivers, counted from what everyone can see.

Knows:    ledgers' entries, approvals inside notices, who can open what, how fast questions were answered.
Told:     the fold, the keyring, and this member's own letters to others.
Answers:  one line for each member: the bureaucratic barriers in numbers.
Trusted:  for counting what this member can see: others may be shown more, or less.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from evenhand.casework.records import Decision, EventRecord
from evenhand.ground.clock import parse_ms
from evenhand.node.member import Member
from evenhand.node.reporting.month import MONTHS, Pledge, bounds, first_said_ms
from evenhand.notices.model import Notice, decode_record
from evenhand.oversight.figures import Share, Times, share, times
from evenhand.screening.events import OriginatorAnswered, OriginatorContacted
from evenhand.watchlist.fold import Held

_HOUR_MS: Final = 3_600_000
_MINUTE_MS: Final = 60_000


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One member. `released` is the share of its sealed entries that each other member can open, as far as we know.

    `decided_to_published` runs from the last approval in a notice to its entry in the ledger.
    """

    member: str
    pledge: Pledge
    entered: int
    decided_to_published: Times
    approved: Share
    with_detail: Share
    released: dict[str, Share]
    asked: int
    answered: Share
    answer: Times
    kept: dict[str, bool]


class Scorecard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A month, as seen by `seen_by`."""

    month: str
    seen_by: str
    lines: tuple[Line, ...]


def scorecard(member: Member, answers: dict[str, list[int | None]], *, month: str) -> Scorecard:
    """Return the scorecard of a month; `answers` as `waited` returns them."""
    return Scorecard(
        month=month, seen_by=member.code,
        lines=tuple(_line(member, code, month, answers.get(code, [])) for code in member.roster.active_codes),
    )  # fmt: skip


def waited(decisions: Iterable[Decision], *, month: str) -> dict[str, list[int | None]]:
    """Return, by originator, how long each question of ours waited, over the whole book; None where no answer came."""
    start_ms, end_ms = bounds(month)
    asked: dict[str, OriginatorContacted] = {}
    waits: dict[str, int] = {}
    for decision in decisions:
        event = decision.event if isinstance(decision, EventRecord) else None
        if isinstance(event, OriginatorContacted) and start_ms <= event.at_ms < end_ms:
            asked[event.message] = event
        elif isinstance(event, OriginatorAnswered) and event.message in asked:
            waits.setdefault(event.message, event.at_ms - asked[event.message].at_ms)
    found: dict[str, list[int | None]] = {}
    for message, event in asked.items():
        found.setdefault(event.notice.partition(":")[0], []).append(waits.get(message))
    return found


def _line(member: Member, code: str, month: str, waited: list[int | None]) -> Line:
    start_ms, end_ms = bounds(month)
    ledger = member.watchlist.fold.ledger(code)
    entered = [held for held in ledger.notices.values() if start_ms <= first_said_ms(held) < end_ms]
    said = ledger.figures.get(month)
    pledge = Pledge() if said is None else MONTHS.decode(said[1].body.encode("utf-8")).pledge
    waits = [one for one in waited if one is not None]
    published = [took for held in entered if (took := _took_ms(held)) is not None]
    released = {reader: _released(member, code, reader) for reader in member.roster.active_codes if reader != code}
    line = Line(
        member=code, pledge=pledge, entered=len(entered), decided_to_published=times(published),
        approved=share(len(published), len(entered)),
        with_detail=share(sum(1 for held in entered if held.versions[0].detail), len(entered)), released=released,
        asked=len(waited), answered=share(len(waits), len(waited)), answer=times(waits), kept={},
    )  # fmt: skip
    return msgspec.structs.replace(line, kept=_kept(line))


def _took_ms(held: Held) -> int | None:
    """Return how long the first version took from its last approval to the ledger; None without approvals."""
    notice = decode_record(held.versions[0].text)
    assert isinstance(notice, Notice)
    if notice.approvals is None:
        return None
    return max(0, held.versions[0].time_ms - max(parse_ms(one.at) for one in notice.approvals.given))


def _released(member: Member, code: str, reader: str) -> Share:
    entries = sum(len(indexes) for name, indexes in member.watchlist.sealed_under.items() if name[0] == code)
    return share(entries - member.watchlist.withheld(code, reader), entries)


def _kept(line: Line) -> dict[str, bool]:
    """Say of each promise whether it was kept; what was not promised is not judged."""
    pledge = line.pledge
    worst = min((one.permille for one in line.released.values()), default=1000)
    judged = {
        "notices_monthly": (pledge.notices_monthly, line.entered >= pledge.notices_monthly),
        "publish_hours": (
            pledge.publish_hours, line.decided_to_published.p95_ms <= pledge.publish_hours * _HOUR_MS
        ),
        "answer_minutes": (
            pledge.answer_minutes,
            line.answered.count == line.answered.of and line.answer.p95_ms <= pledge.answer_minutes * _MINUTE_MS,
        ),
        "released_permille": (pledge.released_permille, worst >= pledge.released_permille),
    }  # fmt: skip
    return {name: kept for name, (promised, kept) in judged.items() if promised}
