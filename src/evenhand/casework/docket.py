"""The docket: every encounter under way, and what is owed because of each, by when.

Knows:    the state of each encounter, the charter as it stood, and the earliest clock.
Told:     events in the order of the decision book, while it is read at start and ever after.
Answers:  the step an event makes, or a refusal; duties whose last instant has passed.
Trusted:  yes: recovery is reading the book again, so that no duty is lost and none is done twice.

Nothing here is stored. A duty is owed because of the state, and the state is what the book says.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Final, get_args

import msgspec

from evenhand.screening.admitted import admit
from evenhand.screening.clocks import Policy, policy_of
from evenhand.screening.coercion import Charter, Refusal
from evenhand.screening.encounter import Deadline, Encounter, open_duties
from evenhand.screening.events import Event
from evenhand.screening.notice_events import CharterChanged, EncounterEvent, EntitlementSet, LegalBasisRegistered
from evenhand.screening.procedure import Step, step
from evenhand.screening.purpose import Entitlement

KINDS: Final[frozenset[type]] = frozenset(get_args(EncounterEvent))
_CHARTERING: Final = frozenset({EntitlementSet, CharterChanged, LegalBasisRegistered})
OVER: Final = frozenset({"NO_HIT", "CLOSED"})


class Overdue(msgspec.Struct, frozen=True, kw_only=True):
    """A duty whose last instant has passed."""

    encounter: str
    deadline: Deadline


class Docket:
    """The encounters of one member."""

    def __init__(self, member: str, policy: Policy) -> None:
        self.member = member
        self.charter = Charter(policy=policy)
        self.states: dict[str, Encounter] = {}
        self.chartered = False
        """Whether the roster's charter ever set a period."""
        self.open: set[str] = set()
        """Encounters that are not over."""
        self._persons: dict[str, set[str]] = {}
        self._timers: list[tuple[int, str]] = []

    @property
    def policy(self) -> Policy:
        """The periods in force."""
        return self.charter.policy

    def learn(self, event: Event) -> None:
        """Take in what changes the charter: entitlements, legal bases, and the periods that the roster sets."""
        if type(event) not in _CHARTERING:
            return  # as nearly every event
        before = self.charter.policy
        self.chartered = self.chartered or isinstance(event, CharterChanged)
        self.charter = learned(self.charter, self.member, event)
        if self.charter.policy != before:
            for encounter in sorted(self.open):  # what is owed may be due earlier now
                for deadline in open_duties(self.states[encounter], self.charter.policy)[1]:
                    heappush(self._timers, (deadline.by_ms, encounter))

    def step(
        self, event: EncounterEvent, *, after: Encounter | None = None, charter: Charter | None = None
    ) -> Step | Refusal:
        """Return what an event would do, to the present state or to `after`; nothing changes."""
        state = after if after is not None else self.states.get(event.encounter)
        return step(state, event, self.charter if charter is None else charter)

    def take(self, event: EncounterEvent, *, against: bool) -> None:
        """Take in a recorded event; one done against the procedure changes what it cannot help changing.

        One that was lawful by the charter of its day and is not by today's is taken as it was.
        """
        state = self.states.get(event.encounter)
        stepped = None if against else step(state, event, self.charter)
        if stepped is None or isinstance(stepped, Refusal):
            stepped = admit(state, event, self.charter)
        if stepped is not None:
            self._put(stepped)

    def _put(self, stepped: Step) -> None:
        state = stepped.state
        self.states[state.encounter] = state
        self._persons.setdefault(state.person, set()).add(state.encounter)
        if state.stage == "NO_HIT":
            self._drop(state.encounter)  # nothing can follow, and there are a hundred of them to each hit
        (self.open.discard if state.stage in OVER else self.open.add)(state.encounter)
        for deadline in stepped.deadlines:
            heappush(self._timers, (deadline.by_ms, state.encounter))

    def forget(self, encounters: Iterable[str]) -> None:
        """Forget encounters whose records are deleted."""
        for encounter in encounters:
            self._drop(encounter)
            self.open.discard(encounter)

    def of_person(self, person: str) -> list[Encounter]:
        """Return the encounters of one person with a candidate, by the person's token."""
        return [self.states[encounter] for encounter in sorted(self._persons.get(person, ()))]

    def _drop(self, encounter: str) -> None:
        state = self.states.pop(encounter, None)
        if state is not None:
            known = self._persons[state.person]
            known.discard(encounter)
            if not known:
                del self._persons[state.person]

    @property
    def next_due_ms(self) -> int | None:
        """The earliest clock that may have to be looked at."""
        return self._timers[0][0] if self._timers else None

    def overdue(self, now_ms: int) -> list[Overdue]:
        """Return the duties still open whose last instant lies before `now_ms`; each clock is looked at once."""
        ripe: set[str] = set()
        while self._timers and self._timers[0][0] < now_ms:
            ripe.add(heappop(self._timers)[1])
        return [
            Overdue(encounter=encounter, deadline=deadline)
            for encounter in sorted(ripe)
            if encounter in self.states
            for deadline in open_duties(self.states[encounter], self.policy)[1]
            if deadline.by_ms < now_ms
        ]

    def concerned(self) -> dict[str, list[str]]:
        """Return each notice that is a candidate of an open encounter, with those encounters."""
        found: dict[str, list[str]] = {}
        for encounter in sorted(self.open):
            for candidate in self.states[encounter].candidates:
                found.setdefault(candidate.notice, []).append(encounter)
        return found


def learned(charter: Charter, member: str, event: Event) -> Charter:
    """Return the charter of a member after an event: entitlements and legal bases are its own, periods the roster's."""
    if type(event) not in _CHARTERING or event.member != member:
        return charter
    if isinstance(event, EntitlementSet):
        given = Entitlement(purposes=frozenset(event.purposes), categories=frozenset(event.categories))
        return msgspec.structs.replace(charter, entitlements={**charter.entitlements, event.subject: given})
    if isinstance(event, CharterChanged):
        return msgspec.structs.replace(charter, policy=policy_of(event.parameters))
    if isinstance(event, LegalBasisRegistered):
        bases = charter.legal_bases | {(event.member, event.action, event.legal_basis)}
        return msgspec.structs.replace(charter, legal_bases=bases)
    return charter
