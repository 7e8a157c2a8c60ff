"""One member's month, from its decision ledger and its own notices, and the totals of all.

Knows:    which instants are a month's, what is counted where, and how shares of many members add up.
Told:     events and findings of the decision ledger; the fold; reports of partners.
Answers:  reports that print back the same bytes, signed; totals with intervals.
Trusted:  for arithmetic: what was not recorded cannot be counted.

Notices entered and withdrawn, their age and how fast a withdrawal was carried out are read off the shared
ledger, where anyone can count them again. Source: PROCEDURE section 6.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from evenhand.casework.mailroom import count_letter
from evenhand.casework.records import Decision, EventRecord, FindingRecord, LetterRecord
from evenhand.ground.canonical import Codec, canonical_bytes
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import InputError, SignatureInvalidError
from evenhand.oversight.figures import Ages, Figures, MonthlyReport, Open, Share, Times, share, times
from evenhand.oversight.rules.profile import month_of
from evenhand.oversight.statistics import quantile
from evenhand.screening.clocks import DAY_MS
from evenhand.screening.notice_events import CharterChanged
from evenhand.trust import ed25519
from evenhand.trust.keys import MemberKeys, sign_bytes
from evenhand.watchlist.fold import Fold, Held

_TITLE: Final = b"evenhand/monthly-report/v1\n"


class Pledge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a member promised to deliver; 0 is no promise. Units are in the names."""

    notices_monthly: int = 0
    publish_hours: int = 0
    answer_minutes: int = 0
    released_permille: int = 0


class Month(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A month's figures with what they rest on: size and root of the decision ledger when they were taken."""

    month: str
    taken_at: str
    decisions: int
    root: str
    report: MonthlyReport
    pledge: Pledge = Pledge()


class Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A month under its member's ledger key (Ed25519, base64)."""

    figures: Month
    signature: str


MONTHS: Final = Codec(Month)
SIGNED: Final = Codec(Signed)


def bounds(month: str) -> tuple[int, int]:
    """Return the first instant of a month (`2026-11`) and of the next, UTC ms. Raises InputError."""
    try:
        return month_of(parse_ms(f"{month}-01T00:00:00Z"))
    except InputError as error:
        words = f"{month[:20]!r} is no month"
        raise InputError(words, why=error.why, remedy="write a year and a month: 2026-11") from error


def month_before(now_ms: int) -> str:
    """Return the last month that is over."""
    start_ms, _ = month_of(now_ms)
    return datetime.fromtimestamp((start_ms - 1) // 1000, UTC).strftime("%Y-%m")


def count(member: str, decisions: Iterable[Decision], *, month: str, now_ms: int | None = None) -> MonthlyReport:
    """Count a month over the whole book. Events count by their own instants, findings when they were found."""
    start_ms, end_ms = bounds(month)
    begun = Open()
    figures, others = Figures(member, begun=begun), Figures(member, begun=begun)
    for decision in decisions:
        if isinstance(decision, EventRecord):
            inside = start_ms <= decision.event.at_ms < end_ms
            (figures if inside or isinstance(decision.event, CharterChanged) else others).observe(decision.event)
        elif isinstance(decision, FindingRecord) and start_ms <= decision.finding.at_ms < end_ms:
            figures.find(decision.finding)
        elif isinstance(decision, LetterRecord) and (decision.outgoing or start_ms <= decision.at_ms < end_ms):
            count_letter(figures, decision, member)
    return figures.report(end_ms, until_ms=end_ms if now_ms is None else min(end_ms, now_ms))


def completed(member: str, counted: MonthlyReport, fold: Fold, *, month: str) -> MonthlyReport:
    """Return a month's count with what the shared ledger says of this member's own notices."""
    start_ms, end_ms = bounds(month)
    own = fold.ledger(member).notices.values()
    withdrawn = [held for held in own if held.retracted is not None and start_ms <= held.retracted[1] < end_ms]
    notices = counted.notices | {
        "entered": sum(1 for held in own if start_ms <= first_said_ms(held) < end_ms), "withdrawn": len(withdrawn)
    }  # fmt: skip
    ages = sorted((end_ms - first_said_ms(held)) // DAY_MS for held in own if _in_force(held, end_ms))
    return msgspec.structs.replace(
        counted, notices=notices, withdrawal_propagation=times(_propagation(member, withdrawn, fold)),
        notice_age=Ages(count=len(ages), p50_days=quantile(ages, 500), p95_days=quantile(ages, 950)),
    )  # fmt: skip


def first_said_ms(held: Held) -> int:
    """Return when the first version that is still known was said; -1 where none is."""
    return held.versions[0].time_ms if held.versions else -1


def _in_force(held: Held, at_ms: int) -> bool:
    said = [version for version in held.versions if version.time_ms < at_ms]
    over = held.retracted is not None and held.retracted[1] < at_ms
    return bool(said) and not over and said[-1].expires_ms > at_ms


def _propagation(member: str, withdrawn: Sequence[Held], fold: Fold) -> list[int]:
    """Return, for each withdrawal and each partner's receipt, how long it took."""
    took = []
    for held in withdrawn:
        assert held.retracted is not None
        name = f"{member}:{held.retracted[0]}:withdrawn"
        for ledger in fold.ledgers.values():
            receipt = ledger.receipts.get(name)
            if receipt is not None:
                took.append(max(0, parse_ms(receipt.done_at) - held.retracted[1]))
    return took


# -- signed -----------------------------------------------------------------------------------------------------


def sign(figures: Month, keys: MemberKeys) -> Signed:
    """Sign a month with the member's ledger key."""
    signature = sign_bytes(keys, _TITLE + canonical_bytes(figures))
    return Signed(figures=figures, signature=b64encode(signature).decode("ascii"))


def open_signed(data: bytes, keys: Sequence[bytes]) -> Month:
    """Return the month in a signed report. Raises InputError or SignatureInvalidError."""
    signed = SIGNED.decode(data)
    text = _TITLE + canonical_bytes(signed.figures)
    try:
        signature = b64decode(signed.signature, validate=True)
    except ValueError as error:
        raise InputError("the signature is not base64", why=str(error)) from error
    if not any(ed25519.verify(key, text, signature) for key in keys):
        raise SignatureInvalidError(
            f"this is not {signed.figures.report.member[:10]}'s report", why="no ledger key of that member signed it",
            remedy="ask the member for the file again",
        )  # fmt: skip
    return signed.figures


# -- totals -------------------------------------------------------------------------------------------------------


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Members' own medians: the lowest, the middle and the highest, in ms, of how many members."""

    members: int
    low_ms: int
    middle_ms: int
    high_ms: int


class Totals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The coalition's month. Counts add up; quantiles do not, so these are given as ranges over members."""

    month: str
    members: tuple[str, ...]
    missing: tuple[str, ...]
    counts: dict[str, int]
    outcomes: dict[str, int]
    hold_minutes: dict[str, int]
    findings: dict[str, int]
    refusal_reasons: dict[str, int]
    outcomes_by_group: dict[str, int]
    false_positive: Share
    answers_late: Share
    medians: dict[str, Range]


_TIMES: Final = ("resolution", "answers", "redress_duration", "withdrawal_propagation")


def total(month: str, reports: Sequence[MonthlyReport], active: Sequence[str]) -> Totals:
    """Add the reports of a month; members that published none are named."""
    here = tuple(sorted(one.member for one in reports))
    counts: Counter[str] = Counter()
    for one in reports:
        counts.update(queries=one.queries, candidates=one.candidates, verifications=one.verifications, holds=one.holds)
        counts.update(repeat_stops=one.repeat_stops)
        counts.update({f"notices_{name}": value for name, value in one.notices.items()})
        counts.update(one.redress)
    return Totals(
        month=month, members=here, missing=tuple(code for code in active if code not in here), counts=dict(counts),
        outcomes=_added(one.outcomes for one in reports), hold_minutes=_added(one.hold_minutes for one in reports),
        findings=_added(one.findings for one in reports),
        refusal_reasons=_added(one.refusal_reasons for one in reports),
        outcomes_by_group=_added(one.outcomes_by_group for one in reports),
        false_positive=_share(one.false_positive for one in reports),
        answers_late=_share(one.answers_late for one in reports),
        medians={name: _range([getattr(one, name) for one in reports]) for name in _TIMES},
    )  # fmt: skip


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in counts:
        found.update(one)
    return dict(found)


def _share(shares: Iterable[Share]) -> Share:
    known = list(shares)
    return share(sum(one.count for one in known), sum(one.of for one in known))


def _range(known: Sequence[Times]) -> Range:
    medians = sorted(one.p50_ms for one in known if one.count)
    return Range(
        members=len(medians), low_ms=medians[0] if medians else 0, middle_ms=quantile(medians, 500),
        high_ms=medians[-1] if medians else 0,
    )  # fmt: skip


def taken(report: MonthlyReport, *, month: str, now_ms: int, ledger: tuple[int, str], pledge: Pledge) -> Month:
    """Return a month's figures with what they rest on."""
    return Month(
        month=month, taken_at=format_ms(now_ms), decisions=ledger[0], root=ledger[1], report=report, pledge=pledge
    )
