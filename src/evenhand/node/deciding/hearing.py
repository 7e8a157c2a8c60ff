"""What the shared ledgers say, told to the rules when it arrives: publications, recalls, flags.

Knows:    up to where each ledger was heard, and which notices changed since.
Told:     to listen, with every look into the post.
Answers:  events for the decision ledger: rules P judge how partners publish, L whether what is due is done.
Trusted:  yes: what it does not hear is judged only when it is shown, if ever.

A crash between hearing and remembering hears again: each event has an id that follows from its entry. Who joins
judges what stands, not the years before. Source: PROCEDURE sections 2 and 4; docs/adr/0070.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from evenhand.casework.office import Item
from evenhand.casework.records import EventRecord
from evenhand.ground.store import Batch
from evenhand.node.deciding.judging import judged
from evenhand.node.deciding.owed import Change
from evenhand.node.deciding.statuses import held_of, status_of
from evenhand.node.details import audience_of_entry
from evenhand.node.site import Site
from evenhand.notices.model import Notice, decode_record
from evenhand.notices.proving import provenance
from evenhand.screening.events import Status
from evenhand.screening.notice_events import NoticeFlagged, NoticeStatusChanged
from evenhand.watchlist.fold import Held
from evenhand.watchlist.release import readers_of

_PLACE: Final = b"heard/"
_INDEX_BYTES: Final = 8
_AT_A_TIME: Final = 2_000
"""Notices looked at in one go: about ten milliseconds."""
_KEEP_MS: Final = 60_000
_SAID: Final[dict[str, Status]] = {"SUSPENDED": "SUSPENDED", "BLOCKED": "BLOCKED"}


def hear(site: Site) -> int:
    """Tell the rules what came in since the last time; say how many notices wait to be looked at.

    Raises StoreError.
    """
    heard, member = site.casework.heard, site.member
    if not heard.begun:
        _begin(site)
    heard.waiting.update(dict.fromkeys(heard.changed))
    heard.changed.clear()
    some = list(heard.waiting)[:_AT_A_TIME]
    items: list[Item] = []
    for key in some:
        del heard.waiting[key]
        held = held_of(member, key)
        if held is not None:
            items += _about(site, held)
    items += _flags(site)
    fresh = [one for one in items if not _stands(site, one)]
    site.casework.office.write(fresh, site.casework.now_ms)
    if not heard.waiting:
        heard.sizes = {code: member.ledgers.log(code).size for code in member.ledgers.codes()}
        remember(site)
    return len(heard.waiting)


def remember(site: Site, *, closing: bool = False) -> None:
    """Keep up to where was heard: every minute, and when the node stops. Raises StoreError."""
    heard, now = site.casework.heard, site.casework.now_ms
    if not heard.begun or (now - heard.kept_ms < _KEEP_MS and not closing):
        return
    heard.kept_ms = now
    own, oldest = site.member.code, heard.owed.oldest
    sizes = heard.sizes if oldest is None else heard.sizes | {own: min(oldest, heard.sizes.get(own, 0))}
    rows: Batch = {_row(code): size.to_bytes(_INDEX_BYTES, "big") for code, size in sizes.items()}
    if any(site.member.store.get(row) != value for row, value in rows.items()):
        site.member.store.apply(rows)


def _row(code: str) -> bytes:
    return _PLACE + code.encode("ascii")


def _begin(site: Site) -> None:
    """Take up where the last life ended. What was not heard then is found by looking through those ledgers."""
    heard, member = site.casework.heard, site.member
    heard.begun = True
    member.listeners.append(heard.changed)
    for code in member.ledgers.codes():
        kept, size = member.store.get(_row(code)), member.ledgers.log(code).size
        if kept is None and code == member.code:
            heard.sizes[code] = size  # our own changes from before we listened are nobody's to acknowledge now
            continue
        heard.sizes[code] = 0 if kept is None else int.from_bytes(kept, "big")
        if heard.sizes[code] < size:
            heard.waiting.update(dict.fromkeys(f"{code}:{one}" for one in member.watchlist.fold.ledger(code).notices))


def _stands(site: Site, item: Item) -> bool:
    record = item[0]
    return isinstance(record, EventRecord) and site.casework.book.index_of(record.event.event_id) is not None


def _about(site: Site, held: Held) -> Iterable[Item]:
    """Return what the rules are to be told of one notice."""
    own, now = held.originator == site.member.code, site.casework.now_ms
    if own:
        _owe(site, held)
    items = [] if own or _listed(held) else judged(site, held)
    known = site.casework.office.overseer.engine.world.notices.get(held.key)
    before = None if known is None else known.status_at(now)
    status = status_of(site.member, held.key, now)
    return items if before in {None, status} else [*items, *_changed(held, status, now)]


def _listed(held: Held) -> bool:
    """Whether a notice rests on a list: that may be a million, and they are looked at when they are shown."""
    if held.latest is None or held.latest.source is None:
        return False
    notice = decode_record(held.latest.text)
    assert isinstance(notice, Notice)
    return provenance(notice) == "from a list"


def _changed(held: Held, status: Status, now_ms: int) -> list[Item]:
    """Return a change of status as an event at the instant at which it was said; expiry and review need none."""
    if status in {"EXPIRED", "REVIEW_DUE"}:
        return []
    at_ms = held.retracted[1] if held.retracted is not None else max(_said_at(held), default=now_ms)
    event = NoticeStatusChanged(
        event_id=f"{held.key}:{status}:{at_ms}", at_ms=at_ms, member=held.originator, unit="", notice=held.key,
        status=status,
    )  # fmt: skip
    return [(EventRecord(event=event), "case")]


def _said_at(held: Held) -> Iterator[int]:
    """Yield the instants of what decides how the version in force stands."""
    if held.latest is not None and held.outdated:
        outdated = [at_ms for _, at_ms, last in held.outdated if held.latest.number <= last]
        yield outdated[-1] if outdated else held.latest.time_ms  # one for us again, and it came later
    yield from (at_ms for _, at_ms, _ in held.statuses[-1:])
    yield from (at_ms for _, at_ms, _ in held.outcomes.values())


def _flags(site: Site) -> Iterator[Item]:
    """Yield our own new flags: what they lower is the most that may be done here (rule A-01)."""
    own, world = site.member.code, site.casework.office.overseer.engine.world
    start = site.casework.heard.sizes.get(own, 0)
    for key, (index, flag) in site.member.watchlist.fold.ledger(own).flags.items():
        action = None if flag.lifted else flag.action
        known = world.notices.get(key)
        if index < start or (known is not None and known.flags.get(own) == action):
            continue
        event = NoticeFlagged(
            event_id=f"flag:{own}:{index}", at_ms=site.casework.now_ms, member=own, unit="", notice=key, action=action
        )
        yield EventRecord(event=event), "case"


# -- what partners owe us ------------------------------------------------------------------------------------------


def _owe(site: Site, held: Held) -> None:
    """Wait for acknowledgements of what we said of a notice of ours since the last time."""
    heard, start = site.casework.heard, site.casework.heard.sizes.get(held.originator, 0)
    for change in _changes(held):
        if change.index >= start:
            heard.owed.add(change, _readers(site, change.index))


def _changes(held: Held) -> Iterator[Change]:
    last = held.versions[-1].number if held.versions else 0
    for one in held.versions:
        if one.number > 1:
            yield Change(index=one.index, at_ms=one.time_ms, notice=held.key, version=one.number)
    for index, at_ms, said in held.statuses:
        status = _SAID.get(said)
        if status is not None:
            yield Change(index=index, at_ms=at_ms, notice=held.key, version=last, status=status)
    for index, at_ms, number in held.outdated:
        yield Change(index=index, at_ms=at_ms, notice=held.key, version=number, status="SUSPENDED", in_turn=True)
    if held.retracted is not None:
        index, at_ms = held.retracted
        yield Change(
            index=index, at_ms=at_ms, notice=held.key, version=last, status="ERASED" if held.erased else "WITHDRAWN"
        )


def _readers(site: Site, index: int) -> frozenset[str]:
    """Return the partners that may ever have read what stands in one of our entries."""
    member = site.member
    audience = audience_of_entry(member, index)
    return readers_of(member.publisher.book.withdrawal_label(audience, member.roster), member.roster) - {member.code}
