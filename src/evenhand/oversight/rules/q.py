"""Rules Q: nobody is looked up without a reason, and nobody is left out.

Knows:    queries, movements at lanes, entitlements, audiences, and counts by group.
Told:     queries, answers, movements and releases of data.
Answers:  findings Q-01 to Q-04.
Trusted:  yes: curiosity, favouritism and profiling hide in plain queries.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from typing import Final

from evenhand.oversight.findings import Finding
from evenhand.oversight.rules.rule import Rule
from evenhand.oversight.world import World
from evenhand.screening.clocks import DAY_MS
from evenhand.screening.events import DataReleased, Event, Movement, PersonAsked, QueryMade
from evenhand.screening.purpose import PURPOSES, Entitlement, missing_fields, outside_entitlement

LATE_MS: Final = DAY_MS
"""How long a movement or query waits for its late counterpart from an offline post."""
_OWED_BY_ASKING: Final = ("officer", "authority", "purpose", "legal_basis")
_NOTHING: Final = Entitlement()
_OWED_BY_Q01: Final = {"officer", "authority", "purpose", "legal_basis", "encounter"}
REACH: Final[dict[str, frozenset[str]]] = {
    "RED": frozenset(),
    "AMBER+STRICT": frozenset({"MEMBER"}),
    "AMBER": frozenset({"MEMBER", "DOMESTIC"}),
    "GREEN": frozenset({"MEMBER", "DOMESTIC", "CARRIER"}),
    "CLEAR": frozenset({"MEMBER", "DOMESTIC", "CARRIER", "PUBLIC"}),
}
"""Who may be told under each marking (FIRST TLP 2.0, read for members, agencies, carriers, public)."""


class Q01(Rule):
    """A query without its reasons or outside the officer's entitlement; data to a non-party."""

    code = "Q-01"
    source = "PROCEDURE section 3 state 0; Directive (EU) 2016/680 art 25; FIRST TLP 2.0"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {QueryMade: self._query, PersonAsked: self._asked, DataReleased: self._released}

    def _asked(self, event: PersonAsked) -> list[Finding]:
        found = []
        if not (event.officer and event.authority and event.purpose and event.legal_basis):
            missing = [name for name in _OWED_BY_ASKING if not getattr(event, name)]
            words = ", ".join(name.replace("_", " ") for name in missing)
            found.append(self.find(event, f"a question without {words}", "S2", key="missing"))
        entitled = self.world.entitlements.get((event.member, event.officer), _NOTHING)
        over = [] if not event.purpose or event.purpose in entitled.purposes else [event.purpose]
        if "*" not in entitled.categories:
            over += [category for category in event.categories if category not in entitled.categories]
        if over:
            found.append(self.find(event, f"outside the officer's entitlement: {', '.join(over)}", "S2", key="over"))
        return found

    def _query(self, event: QueryMade) -> list[Finding]:
        missing = [name for name in missing_fields(event) if name in _OWED_BY_Q01]
        found = []
        if missing:
            found.append(self.find(event, f"a query without {', '.join(missing)}", "S2", key="missing"))
        entitled = self.world.entitlements.get((event.member, event.officer), Entitlement())
        over = outside_entitlement(event, entitled)
        if over:
            found.append(self.find(event, f"outside the officer's entitlement: {', '.join(over)}", "S2", key="over"))
        return found

    def _released(self, event: DataReleased) -> list[Finding]:
        published = self.world.notice(event.notice).published
        if event.reach == "MEMBER" and event.recipient not in self.world.parties:
            return [self.find(event, f"data went to {event.recipient}, which is no party", "S1")]
        if event.outside_audience:
            return [self.find(event, f"{event.recipient} is not in the notice's audience", "S1")]
        if published is None:
            return []
        if event.reach == "MEMBER" and published.audience and event.recipient not in published.audience:
            return [self.find(event, f"{event.recipient} is not in the notice's audience", "S1")]
        if event.reach not in REACH[published.tlp]:
            return [self.find(event, f"TLP:{published.tlp} does not reach {event.reach}", "S1")]
        return []


class _Beside(Rule):
    """An event that needs another one beside it in time, in either order of arrival."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._seen: dict[tuple[str, str], list[int]] = {}
        self._waiting: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._order: deque[tuple[int, tuple[str, str]]] = deque()

    def needs(self, event: Event, person: str, within_ms: int, words: str) -> None:
        """Start a clock for `event` unless something stands beside it already."""
        key = (event.member, person)
        if _near(self._seen.get(key, []), event.at_ms, within_ms):
            return
        waiting = self._waiting.setdefault(key, [])
        del waiting[: bisect_left(waiting, (event.at_ms - LATE_MS, ""))]
        insort(waiting, (event.at_ms, event.event_id))
        self.owe(event.event_id, event.at_ms + within_ms, self.find(event, words, "S2"))

    def stands(self, event: Event, person: str, within_ms: int) -> list[Finding]:
        """Note what may stand beside others, and return what it retracts.

        Both lists are kept in order of time and cut at one end: a busy person costs as much as any other.
        """
        key = (event.member, person)
        seen = self._seen.setdefault(key, [])
        del seen[: bisect_left(seen, event.at_ms - LATE_MS)]
        if not _near(seen, event.at_ms, 0):
            insort(seen, event.at_ms)
            self._order.append((event.at_ms, key))
            self._forget(event.at_ms - 2 * LATE_MS)
        waiting = self._waiting.get(key)
        if waiting is None:
            return []
        start = bisect_left(waiting, (event.at_ms - within_ms, ""))
        stop = bisect_left(waiting, (event.at_ms + within_ms + 1, ""))
        beside = waiting[start:stop]
        del waiting[start:stop]
        if not waiting:
            del self._waiting[key]
        return [finding for _, event_id in beside for finding in self.meet(event_id, event)]

    def _forget(self, before_ms: int) -> None:
        """Forget persons last seen before an instant: nearly everybody passes once."""
        while self._order[0][0] < before_ms:
            _, key = self._order.popleft()
            if key in self._seen and (not self._seen[key] or self._seen[key][-1] < before_ms):
                del self._seen[key]


def _near(instants: list[int], at_ms: int, within_ms: int) -> bool:
    index = bisect_left(instants, at_ms - within_ms)
    return index < len(instants) and instants[index] <= at_ms + within_ms


class Q02(_Beside):
    """No crossing, boarding or case beside the encounter; one person queried again and again."""

    code = "Q-02"
    source = "PROCEDURE section 4; Directive (EU) 2016/680 art 25"
    parameters = ("case_beside_ms", "repeat_queries_count", "repeat_window_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._times: dict[tuple[str, str, str, str], int | deque[int]] = {}
        self._first: deque[tuple[int, tuple[str, str, str, str]]] = deque()
        self.handlers = {QueryMade: self._query, PersonAsked: self._asked, Movement: self._moved}

    def _query(self, event: QueryMade) -> list[Finding]:
        purpose = PURPOSES.get(event.purpose)
        if purpose is not None and purpose.needs_movement:
            words = "no crossing, boarding or case stands beside the query"
            self.needs(event, event.person, self.policy.case_beside_ms, words)
        return self._repeated(event, event.encounter)

    def _asked(self, event: PersonAsked) -> list[Finding]:
        """A question names its crossing, boarding or case; only what needs none (a list compared again) may repeat."""
        purpose = PURPOSES.get(event.purpose)
        if purpose is not None and not purpose.needs_movement:
            return []
        if purpose is not None and not event.reference:
            words = "no crossing, boarding or case stands beside the question"
            self.needs(event, event.person, self.policy.case_beside_ms, words)
        return self._repeated(event, event.reference)

    def _repeated(self, event: QueryMade | PersonAsked, beside: str) -> list[Finding]:
        key = (event.member, event.officer, event.person, beside)
        from_ms = event.at_ms - self.policy.repeat_window_ms
        while self._first and self._first[0][0] < from_ms:
            _, old = self._first.popleft()
            left = self._times.pop(old)
            if isinstance(left, deque) and left[-1] >= from_ms:
                self._times[old] = left
                self._first.append((left[-1], old))
        held = self._times.get(key)
        if held is None:
            self._times[key] = event.at_ms  # nearly every query is the only one: an integer is enough
            self._first.append((event.at_ms, key))
            return []
        times = self._times[key] = deque((held,)) if isinstance(held, int) else held
        while times and times[0] < from_ms:
            times.popleft()
        times.append(event.at_ms)
        if len(times) < self.policy.repeat_queries_count:
            return []
        return [self.find(event, f"one person queried {len(times)} times without a new encounter", "S2", key="again")]

    def _moved(self, event: Movement) -> list[Finding]:
        return self.stands(event, event.person, self.policy.case_beside_ms)


class Q03(_Beside):
    """A crossing or boarding at a systematic-check lane without a query."""

    code = "Q-03"
    source = "PROCEDURE section 1 point 5; Regulation (EU) 2016/399 art 8; ECA special report 20/2019"
    parameters = ("systematic_query_ms",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.handlers = {Movement: self._moved, QueryMade: self._query, PersonAsked: self._query}

    def _moved(self, event: Movement) -> list[Finding]:
        if event.systematic and event.what != "CASE":
            words = f"a {event.what.lower()} at a systematic lane without a query"
            self.needs(event, event.person, self.policy.systematic_query_ms, words)
        return []

    def _query(self, event: QueryMade | PersonAsked) -> list[Finding]:
        return self.stands(event, event.person, self.policy.systematic_query_ms)
