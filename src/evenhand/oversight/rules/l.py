"""Rules L: notices are reviewed when they say, and corrections reach everyone.

Knows:    review dates, extensions, versions, and who acknowledged them.
Told:     publications, extensions, changes of status, acknowledgements and connections.
Answers:  findings L-01 and L-02.
Trusted:  yes: a withdrawn notice that lives on at one post arrests a cleared person.
"""

from __future__ import annotations

from collections import deque

from evenhand.oversight.findings import Finding, Severity
from evenhand.oversight.rules.rule import Rule
from evenhand.oversight.world import World
from evenhand.screening.clocks import HOUR_MS
from evenhand.screening.events import CandidatesShown
from evenhand.screening.notice_events import (
    AcknowledgementOwed,
    ConnectionChanged,
    NoticeAcknowledged,
    NoticeExtended,
    NoticePublished,
    NoticeStatusChanged,
    PartiesChanged,
)


class L01(Rule):
    """Review date passed without review; extension unreasoned, copied, or at assembly-line speed."""

    code = "L-01"
    source = "PROCEDURE section 2; Regulation (EU) 2018/1862 art 53"
    parameters = ("extensions_hourly_count",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._texts: dict[str, set[str]] = {}
        self._hour: dict[tuple[str, str], deque[int]] = {}
        self.handlers = {
            NoticePublished: self._published,
            NoticeExtended: self._extended,
            NoticeStatusChanged: self._status,
        }

    def _clock(self, event: NoticePublished | NoticeExtended) -> None:
        self._texts.setdefault(event.notice, set()).add(event.text)
        if event.review_by_ms < event.expires_ms:
            finding = self.find(event, "the review date passed without a review", "S2", key="review", officer="")
            self.owe(event.notice, event.review_by_ms, finding)
        else:
            self.release(event.notice)  # it expires first, by itself

    def _published(self, event: NoticePublished) -> list[Finding]:
        self._clock(event)
        return []

    def _extended(self, event: NoticeExtended) -> list[Finding]:
        found = self.meet(event.notice, event)
        if not event.assessment:
            found.append(self.find(event, "extended without an assessment", "S2", key="assessment"))
        if event.text in self._texts.get(event.notice, ()):
            found.append(self.find(event, "extended with the old text", "S2", key="text"))
        times = self._hour.setdefault((event.member, event.officer), deque())
        times.append(event.at_ms)
        while times[0] <= event.at_ms - HOUR_MS:
            times.popleft()
        if len(times) > self.policy.extensions_hourly_count:
            found.append(self.find(event, f"{len(times)} extensions in an hour by one reviewer", "S2", key="many"))
        self._clock(event)
        return found

    def _status(self, event: NoticeStatusChanged) -> list[Finding]:
        if event.status not in {"EXPIRED", "WITHDRAWN", "ERASED"} or event.encounter:
            return []
        self._texts.pop(event.notice, None)
        return self.meet(event.notice, event)


class L02(Rule):
    """A correction or withdrawal not acknowledged in time, or the old version shown afterwards."""

    code = "L-02"
    source = "PROCEDURE section 2; Regulation (EU) 2018/1862 art 59; DOJ OIG 07-41"
    parameters = ("acknowledge_online_ms", "acknowledge_ms")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._online: dict[str, set[str]] = {}
        self._owing: dict[str, set[str]] = {}
        """By party: everything it owes."""
        self.handlers = {
            AcknowledgementOwed: self._owes,
            NoticeAcknowledged: self._acknowledged,
            ConnectionChanged: self._connected,
            PartiesChanged: self._parties,
            CandidatesShown: self._shown,
        }

    def _owes(self, event: AcknowledgementOwed) -> list[Finding]:
        what = str(event.version) if event.status == "PUBLISHED" else event.status
        words = f"{'version ' + what if event.status == 'PUBLISHED' else what} not acknowledged"
        for party in event.owed_by:
            base = f"{event.notice}:{what}:{party}"
            late = self.find(event, f"{words} in a day", "S1", key=f"{party}:day", member=party, unit="", officer="")
            self.owe(f"{base}:day", event.at_ms + self.policy.acknowledge_ms, late)
            self._owing.setdefault(party, set()).add(base)
            if party not in self.world.offline:
                soon = self.find(event, f"{words} while online", "S2", key=party, member=party, unit="", officer="")
                self.owe(base, event.at_ms + self.policy.acknowledge_online_ms, soon)
                self._online.setdefault(party, set()).add(base)
        return []

    def _parties(self, event: PartiesChanged) -> list[Finding]:
        for party in self._owing.keys() - set(event.parties):  # who left answers for nothing any more
            for base in self._owing.pop(party):
                self.release(base)
                self.release(f"{base}:day")
        return []

    def _acknowledged(self, event: NoticeAcknowledged) -> list[Finding]:
        what = str(event.version) if event.status == "PUBLISHED" else event.status
        base = f"{event.notice}:{what}:{event.member}"
        for owing in (self._online, self._owing):
            owing.get(event.member, set()).discard(base)
        return self.meet(base, event) + self.meet(f"{base}:day", event)

    def _connected(self, event: ConnectionChanged) -> list[Finding]:
        if not event.online:  # who is cut off has the day
            for base in self._online.pop(event.member, set()):
                self.release(base)
        return []

    def _shown(self, event: CandidatesShown) -> list[Finding]:
        found = []
        for candidate in event.candidates:
            facts = self.world.notice(candidate.notice)
            severity: Severity | None = None
            offline = event.member in self.world.offline
            if candidate.version < facts.version_at(event.at_ms - self.policy.acknowledge_ms):
                severity = "S1"
            elif not offline and candidate.version < facts.version_at(event.at_ms - self.policy.acknowledge_online_ms):
                severity = "S2"
            if severity is not None:
                words = f"version {candidate.version} was shown after its correction"
                key = candidate.notice
                found.append(self.find(event, words, severity, key=key, notice=candidate.notice))
        return found
