"""Which of our own corrections and recalls each partner has yet to acknowledge.

Knows:    for each partner, in order, what it has not acknowledged, and what of that the rules were told.
Told:     changes of our own notices, and a test for whether a partner has acknowledged one.
Answers:  what is to be told now: the oldest that a partner did not acknowledge at once, and that it did so later.
Trusted:  yes: rule L-02 is judged by it.

What everybody acknowledges within a minute leaves no trace: a list of a million notices is corrected every day. Of the
rest the oldest is told for each partner: it bears the deadline, and whoever misses it is found by it. Recalls stand in
a line of their own, because they overtake. Source: PROCEDURE section 2 and rule L-02; docs/adr/0070.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from evenhand.screening.events import Status

AT_ONCE_MS: Final = 60_000
"""Whoever is connected acknowledges with its next heartbeat."""
LINE_MAX: Final = 10_000
"""A partner that is away for days has its oldest changes kept: they are the late ones."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A correction (`version`) or a recall (`status`) of a notice of ours, in entry `index` of our ledger."""

    index: int
    at_ms: int
    notice: str
    version: int
    status: Status = "PUBLISHED"
    in_turn: bool = False
    """Whether it comes in its turn although it stops a version: a word about older ones belongs to a correction."""

    @property
    def is_recall(self) -> bool:
        """Whether it stops the notice ahead of its turn."""
        return self.status != "PUBLISHED" and not self.in_turn


Line = dict[int, Change]
Acknowledged = Callable[[str, Change], bool]


class Owed:
    """One line of corrections and one of recalls for each partner."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, bool], Line] = {}
        self._told: dict[tuple[str, bool], int] = {}

    @property
    def oldest(self) -> int | None:
        """The entry of the oldest change that somebody has yet to acknowledge."""
        return min((next(iter(line)) for line in self._lines.values() if line), default=None)

    def add(self, change: Change, readers: Iterable[str]) -> None:
        """Begin to wait for those who may read a change."""
        for code in readers:
            line = self._lines.setdefault((code, change.is_recall), {})
            if len(line) < LINE_MAX:
                line[change.index] = change

    def settle(self, acknowledged: Acknowledged, partners: frozenset[str]) -> list[tuple[str, Change]]:
        """Strike out what was acknowledged; return what the rules wait for. Who left owes nothing."""
        met: list[tuple[str, Change]] = []
        for (code, recall), line in list(self._lines.items()):
            if code not in partners:
                del self._lines[code, recall]
                continue
            while line:
                index, change = next(iter(line.items()))
                if not acknowledged(code, change):
                    break
                del line[index]
                if self._told.get((code, recall)) == index:
                    met.append((code, change))
        return met

    def late(self, now_ms: int) -> list[tuple[str, Change]]:
        """Return, once each, the oldest change of a line that was not acknowledged at once."""
        found: list[tuple[str, Change]] = []
        for place, line in self._lines.items():
            change = next(iter(line.values()), None)
            if change is None or now_ms - change.at_ms < AT_ONCE_MS or self._told.get(place) == change.index:
                continue
            self._told[place] = change.index
            found.append((place[0], change))
        return found


@dataclass
class Heard:
    """Where hearing stands: what was not looked at yet, and what of our own is not acknowledged."""

    waiting: dict[str, None] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    """What changed since it was last put among those that wait."""
    sizes: dict[str, int] = field(default_factory=dict)
    """By ledger: entries up to here were heard."""
    owed: Owed = field(default_factory=Owed)
    begun: bool = False
    kept_ms: int = 0
    since_ms: int = 0
    """When this life began to look at partners."""
    audited_ms: dict[str, int] = field(default_factory=dict)
    """By member: the last audit of its decision ledger that was recorded."""
    skews: dict[str, int] = field(default_factory=dict)
    """By partner: by how much its clock is ahead at most, in the minute since `skews_ms`."""
    skews_ms: int = 0
    skewed_ms: dict[str, int] = field(default_factory=dict)
