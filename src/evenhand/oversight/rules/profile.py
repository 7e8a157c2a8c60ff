"""Rule Q-04: one lane checks one group of people more than the others.

Knows:    movements and checks without a candidate, by lane, month and group.
Told:     movements, answers to queries, and acts.
Answers:  finding Q-04, once for a lane, month and group: a reason to review, not proof.
Trusted:  yes: counts, no persons.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from evenhand.oversight.findings import Finding
from evenhand.oversight.rules.rule import NEVER_MS, Rule
from evenhand.oversight.statistics import is_ratio_reached, is_significant
from evenhand.oversight.world import World
from evenhand.screening.clocks import DAY_MS
from evenhand.screening.events import ActionTaken, CandidatesShown, Event, Movement, QueryMade

_ATTRIBUTES: Final = ("nationality", "sex", "age_band")
_LATE_MS: Final = DAY_MS  # offline posts may report this long after the month


def month_of(at_ms: int) -> tuple[int, int]:
    """Return the UTC month of an instant as its first instant and the next month's, in ms."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    start = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    following = datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)
    return int(start.timestamp()) * 1000, int(following.timestamp()) * 1000


class _Lane:
    """Counts of one lane in one month: (attribute, value) to [checks, people]."""

    def __init__(self, event: Event) -> None:
        self.first = event
        self.groups: dict[tuple[str, str], list[int]] = {}
        self.totals: dict[str, list[int]] = {}

    def count(self, event: QueryMade | Movement, index: int) -> None:
        for attribute in _ATTRIBUTES:
            value: str = getattr(event, attribute)
            if value:
                self.groups.setdefault((attribute, value), [0, 0])[index] += 1
                self.totals.setdefault(attribute, [0, 0])[index] += 1


class Q04(Rule):
    """Checks or actions without a candidate fall on one nationality, sex or age group."""

    code = "Q-04"
    source = "ICCPR art 26; PROCEDURE section 4 (a reason to review, not proof)"
    parameters = ("profile_ratio_permille", "profile_checks_count", "profile_p_permille")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._month = (0, 0)
        self._lanes: dict[tuple[int, str, str], _Lane] = {}
        self._closed: set[tuple[int, str, str]] = set()
        self.handlers = {Movement: self._moved, CandidatesShown: self._answered, ActionTaken: self._acted}

    def _lane(self, event: Event, lane: str) -> _Lane | None:
        if not self._month[0] <= event.at_ms < self._month[1]:
            self._month = month_of(event.at_ms)
        start_ms, end_ms = self._month
        key = (start_ms, event.member, lane)
        found = self._lanes.get(key)
        if found is None and key not in self._closed:
            found = self._lanes[key] = _Lane(event)
            self.next_due_ms = min(self.next_due_ms, end_ms + _LATE_MS)
        return found

    def _moved(self, event: Movement) -> list[Finding]:
        if event.lane and event.what != "CASE":
            lane = self._lane(event, event.lane)
            if lane is not None:
                lane.count(event, 1)
        return []

    def _answered(self, event: CandidatesShown) -> list[Finding]:
        return [] if event.candidates else self._checked(event)

    def _acted(self, event: ActionTaken) -> list[Finding]:
        return [] if self.world.encounter(event.encounter).candidates else self._checked(event)

    def _checked(self, event: CandidatesShown | ActionTaken) -> list[Finding]:
        query = self.world.encounter(event.encounter).query
        if query is not None and query.lane:
            lane = self._lane(query, query.lane)
            if lane is not None:
                lane.count(query, 0)
        return []

    def due(self, now_ms: int) -> list[Finding]:
        """Judge each lane once, when its month and the time for late reports are over.

        Looking once keeps p what it says: looking daily would find something everywhere.
        """
        found: list[Finding] = []
        ends = {key: month_of(key[0])[1] + _LATE_MS for key in self._lanes}
        for key in sorted(key for key, end_ms in ends.items() if end_ms < now_ms):
            found += self._judge(self._lanes.pop(key), key, ends.pop(key))
            self._closed.add(key)
        self.next_due_ms = min(ends.values(), default=NEVER_MS)
        return found

    def _judge(self, lane: _Lane, key: tuple[int, str, str], end_ms: int) -> list[Finding]:
        found = []
        for (attribute, value), (checks, people) in sorted(lane.groups.items()):
            all_checks, all_people = lane.totals[attribute]
            # More checks than people: each was checked at least once; the test counts people.
            hits, others = min(checks, people), max(all_people - people, 0)
            other_hits = min(all_checks - checks, others)
            least = self.policy.profile_checks_count
            if checks < least or others < least:
                continue
            if not is_ratio_reached(
                checks, people, all_checks - checks, other_of=others, permille=self.policy.profile_ratio_permille
            ) or not is_significant(
                hits, people, other_hits, other_of=others, permille=self.policy.profile_p_permille
            ):
                continue
            words = (
                f"lane {key[2]}: {checks} checks without a candidate on {people} people of {attribute} {value}, "
                f"{all_checks - checks} on {others} others"
            )
            finding = self.find(
                lane.first, words, "S2", key=f"{key[0]}:{key[2]}:{attribute}:{value}", officer="", encounter="",
                answer_by_ms=end_ms + self.policy.finding_answer_ms,
            )  # fmt: skip
            found.append(finding)
        return found
