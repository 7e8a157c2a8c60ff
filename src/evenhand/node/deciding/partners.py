"""Partners as the rules must know them: who is in reach, acknowledges, shows its decision ledger, has the right time.

Knows:    heartbeats and when they came, receipts, and which decision ledgers were shown to us.
Told:     to look, every second while the node runs.
Answers:  events for the decision ledger, only where something changed or an hour has passed.
Trusted:  yes: rules L-02 and O-02 are judged by it.

A heartbeat that covers an entry acknowledges it, and so does a receipt. Whose heartbeats stay out for a minute is
offline. A clock is compared with the middle of all clocks, so that one that is wrong does not accuse the others; what
comes late does not look slow, because the best heartbeat of a minute counts. Source: PROCEDURE rules L-02 and O-02;
docs/adr/0070.
"""

from __future__ import annotations

from statistics import median_low
from typing import Final

from evenhand.exchange.heartbeat import Heartbeat
from evenhand.ground.clock import parse_ms
from evenhand.node.deciding.owed import Change
from evenhand.node.site import Site
from evenhand.screening.notice_events import (
    AcknowledgementOwed,
    AnyEvent,
    AuditChecked,
    ConnectionChanged,
    NoticeAcknowledged,
)

SILENT_MS: Final = 60_000
_HOUR_MS: Final = 3_600_000
_ACTS: Final = {"WITHDRAWN": "withdrawn", "ERASED": "erased"}


def look_at_partners(site: Site) -> None:
    """Tell the rules what changed about partners since the last look. Raises StoreError."""
    heard, now = site.casework.heard, site.casework.now_ms
    if not heard.since_ms:
        heard.since_ms = now
    partners = frozenset(site.member.roster.active_codes) - {site.member.code}
    _note_time(site, partners)
    for event in (*_lines(site, partners), *_owing(site, partners), *_audits(site), *_clocks(site, partners)):
        if site.casework.book.index_of(event.event_id) is None:
            site.casework.record(event)


def _base(site: Site, member: str, event_id: str, at_ms: int = 0) -> dict[str, str | int]:
    return {"event_id": event_id, "at_ms": at_ms or site.casework.now_ms, "member": member, "unit": ""}


def _lines(site: Site, partners: frozenset[str]) -> list[AnyEvent]:
    """Return who came into reach or fell silent; for a minute after the start nobody is missed."""
    now, offline = site.casework.now_ms, site.casework.office.overseer.engine.world.offline
    found: list[AnyEvent] = []
    for code in sorted(partners):
        last = site.member.ledgers.heard_ms.get(code)
        if last is None and now - site.casework.heard.since_ms <= SILENT_MS:
            continue
        online = last is not None and now - last <= SILENT_MS
        if online is (code in offline):
            found.append(ConnectionChanged(**_base(site, code, site.casework.new_id()), online=online))  # type: ignore[arg-type]
    return found


# -- acknowledgements ------------------------------------------------------------------------------------------------


def _owing(site: Site, partners: frozenset[str]) -> list[AnyEvent]:
    """Return what is told late as owed, and that it was acknowledged since."""
    own, owed = site.member.code, site.casework.heard.owed
    found: list[AnyEvent] = []
    for code, change in owed.settle(lambda code, change: _has(site, code, change), partners):
        found.append(
            NoticeAcknowledged(
                **_base(site, code, f"acknowledged:{code}:{change.index}"), notice=change.notice,  # type: ignore[arg-type]
                version=change.version, status=change.status,
            )
        )  # fmt: skip
    for code, change in owed.late(site.casework.now_ms):
        found.append(
            AcknowledgementOwed(
                **_base(site, own, f"owed:{code}:{change.index}", change.at_ms), notice=change.notice,  # type: ignore[arg-type]
                version=change.version, status=change.status, owed_by=(code,),
            )
        )  # fmt: skip
    return found


def _has(site: Site, code: str, change: Change) -> bool:
    """Say whether a partner signed that it applied an entry of ours."""
    own, act = site.member.code, _ACTS.get(change.status)
    if act is not None and f"{own}:{change.index}:{act}" in site.member.watchlist.fold.ledger(code).receipts:
        return True
    heartbeat = site.member.ledgers.heartbeats.get(code)
    head = None if heartbeat is None else next((one for one in heartbeat.heads if one.ledger == own), None)
    if head is None:
        return False
    return change.index in head.express or (head.size > change.index and change.index not in head.missing)


# -- audit and time --------------------------------------------------------------------------------------------------


def _audits(site: Site) -> list[AnyEvent]:
    """Return which decision ledgers were shown to us, once an hour; and at once where two histories were signed."""
    found: list[AnyEvent] = []
    for code, (at_s, good) in sorted(site.member.witness.audited.items()):
        event = audit(site, code, at_s * 1000, good=good)
        if event is not None:
            found.append(event)
    return found


def audit(site: Site, code: str, at_ms: int, *, good: bool = True) -> AuditChecked | None:
    """Return that an audit reached a member's decision ledger, where that was not recorded within the hour."""
    last = site.casework.heard.audited_ms.get(code, 0)
    if at_ms <= last or (good and at_ms - last < _HOUR_MS):
        return None
    site.casework.heard.audited_ms[code] = at_ms
    name = f"audit:{code}:{at_ms}" if good else f"conflict:{code}:{at_ms}"
    return AuditChecked(**_base(site, code, name, at_ms), problem="NONE" if good else "HASH")  # type: ignore[arg-type]


def _note_time(site: Site, partners: frozenset[str]) -> None:
    """Keep of each partner's clock the heartbeat that was on its way for the shortest time."""
    for code in partners:
        heartbeat, came_ms = site.member.ledgers.heartbeats.get(code), site.member.ledgers.heard_ms.get(code, 0)
        if heartbeat is not None and came_ms > site.casework.heard.skews_ms:
            skew = _skew(heartbeat, came_ms)
            site.casework.heard.skews[code] = max(skew, site.casework.heard.skews.get(code, skew))


def _skew(heartbeat: Heartbeat, came_ms: int) -> int:
    return parse_ms(heartbeat.time) - came_ms


def _clocks(site: Site, partners: frozenset[str]) -> list[AnyEvent]:
    """Return whose clock is off from the middle of all, ours among them: once an hour for each."""
    heard, now = site.casework.heard, site.casework.now_ms
    if now - heard.skews_ms < SILENT_MS:
        return []
    skews = {code: skew for code, skew in heard.skews.items() if code in partners} | {site.member.code: 0}
    heard.skews_ms, heard.skews = now, {}
    middle = median_low(skews.values()) if len(skews) > len(("ours", "theirs")) else 0  # of two, none is in the middle
    found: list[AnyEvent] = []
    for code, skew in sorted(skews.items()):
        off = skew - middle
        if abs(off) > site.casework.office.policy.clock_skew_ms and now - heard.skewed_ms.get(code, 0) >= _HOUR_MS:
            heard.skewed_ms[code] = now
            found.append(AuditChecked(**_base(site, code, f"clock:{code}:{now}"), skew_ms=off))  # type: ignore[arg-type]
    return found
