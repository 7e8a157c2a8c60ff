"""What the event stream has established so far, kept once for all rules.

Knows:    encounters, notices with their histories, roster, entitlements, legal bases, connections.
Told:     every event, once, before the rules see it.
Answers:  the facts as they stood at an event's own time, where a late event may ask.
Trusted:  yes: rules judge by it. It judges nothing itself.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, Final

from evenhand.notices.model import Action
from evenhand.screening.clocks import DEFAULT_POLICY, Policy, policy_of
from evenhand.screening.events import (
    ActionAuthorised,
    ActionEnded,
    ActionTaken,
    Candidate,
    CandidatesShown,
    CustodyAct,
    CustodyStep,
    EncounterClosed,
    Event,
    LiveChecked,
    OriginatorAnswered,
    OriginatorContacted,
    QueryMade,
    SideStateEntered,
    Status,
    Verified,
)
from evenhand.screening.notice_events import (
    CharterChanged,
    ConnectionChanged,
    EntitlementSet,
    ExportAnswered,
    ExportRequested,
    LegalBasisRegistered,
    NoticeApproved,
    NoticeExtended,
    NoticeFlagged,
    NoticePublished,
    NoticeStatusChanged,
    NoticeSubmitted,
    PartiesChanged,
)
from evenhand.screening.purpose import Entitlement

IN_FORCE: Final[Status] = "PUBLISHED"


class Encounter:
    """The facts of one encounter that became more than a query."""

    __slots__ = (
        "acted", "action", "answer", "authorised", "candidates", "checked", "child", "contacted_ms",
        "custody", "ended", "held", "independent", "notice", "protected", "query", "verified",
    )  # fmt: skip

    def __init__(self, query: QueryMade | None) -> None:
        self.query = query
        self.candidates: dict[str, Candidate] = {}
        self.verified: Verified | None = None
        self.notice = ""
        self.checked: LiveChecked | None = None
        self.contacted_ms: int | None = None
        self.answer: OriginatorAnswered | None = None
        self.authorised: ActionAuthorised | None = None
        self.independent = False
        self.protected = False
        self.action: ActionTaken | None = None
        self.acted = False
        self.held = False
        self.child = False
        self.ended: ActionEnded | None = None
        self.custody: set[CustodyAct] = set()

    @property
    def terrorism(self) -> bool:
        """Whether the notice in hand is one of terrorism."""
        candidate = self.candidates.get(self.notice)
        return candidate is not None and candidate.terrorism


class Notice:
    """The facts of one notice; `statuses` and `versions` are histories in order of time."""

    __slots__ = ("approvals", "author", "expires_ms", "extended", "flags", "published", "review_by_ms",
                 "statuses", "versions")  # fmt: skip

    def __init__(self) -> None:
        self.author = ""
        self.approvals: list[NoticeApproved] = []
        self.published: NoticePublished | None = None
        self.versions: list[tuple[int, int]] = []
        self.statuses: list[tuple[int, Status]] = []
        self.review_by_ms = 0
        self.expires_ms = 0
        self.flags: dict[str, Action] = {}
        self.extended: NoticeExtended | None = None

    def status_at(self, at_ms: int) -> Status | None:
        """Return the status at an instant; expiry and overdue review need no event. None: not published."""
        index = bisect_right(self.statuses, at_ms, key=lambda item: item[0])
        if not index:
            return None
        status = self.statuses[index - 1][1]
        if status == IN_FORCE and at_ms >= self.expires_ms:
            return "EXPIRED"
        if status == IN_FORCE and at_ms > self.review_by_ms:
            return "REVIEW_DUE"
        return status

    def version_at(self, at_ms: int) -> int:
        """Return the version in force at an instant, 0 before publication."""
        index = bisect_right(self.versions, at_ms, key=lambda item: item[0])
        return self.versions[index - 1][1] if index else 0


class World:
    """The fold. `observe` each event once; then read."""

    def __init__(self, policy: Policy = DEFAULT_POLICY) -> None:
        self.policy = policy
        self.encounters: dict[str, Encounter] = {}
        self.notices: dict[str, Notice] = {}
        self.parties: frozenset[str] = frozenset()
        self.entitlements: dict[tuple[str, str], Entitlement] = {}
        self.legal_bases: set[tuple[str, str, str]] = set()
        self.offline: set[str] = set()
        self.executors: dict[str, set[tuple[str, str]]] = {}
        """Members and units that acted on a notice: kept when the encounter is over, for whoever decides on redress."""
        self.exports: dict[str, ExportRequested] = {}
        """Exports asked for and neither delivered nor refused, by request."""
        self._folds: dict[type[Event], Any] = {
            QueryMade: self._query,
            CandidatesShown: self._shown,
            Verified: self._verified,
            LiveChecked: self._checked,
            SideStateEntered: self._side,
            OriginatorContacted: self._contacted,
            OriginatorAnswered: self._answered,
            ActionAuthorised: self._authorised,
            ActionTaken: self._acted,
            ActionEnded: self._ended,
            CustodyStep: self._custody,
            NoticeSubmitted: self._submitted,
            NoticeApproved: self._approved,
            NoticePublished: self._published,
            NoticeStatusChanged: self._status,
            NoticeExtended: self._extended,
            NoticeFlagged: self._flagged,
            PartiesChanged: self._parties,
            CharterChanged: self._charter,
            EntitlementSet: self._entitled,
            LegalBasisRegistered: self._registered,
            ConnectionChanged: self._connected,
            ExportRequested: self._export_asked,
            ExportAnswered: self._export_answered,
        }

    def observe(self, event: Event) -> None:
        """Take one event into the facts."""
        fold = self._folds.get(type(event))
        if fold is not None:
            fold(event)

    def settle(self, event: Event) -> None:
        """Forget an encounter that this event ended; called once the rules have seen the event."""
        kind = type(event)
        if kind is EncounterClosed or (kind is CandidatesShown and not self.encounter(event.encounter).candidates):
            self.encounters.pop(event.encounter, None)

    def encounter(self, key: str) -> Encounter:
        """Return the facts of an encounter; one never queried begins empty."""
        found = self.encounters.get(key)
        if found is None:
            found = self.encounters[key] = Encounter(None)
        return found

    def notice(self, key: str) -> Notice:
        """Return the facts of a notice; one never heard of begins empty."""
        found = self.notices.get(key)
        if found is None:
            found = self.notices[key] = Notice()
        return found

    def _query(self, event: QueryMade) -> None:
        self.encounters[event.encounter] = Encounter(event)

    def _shown(self, event: CandidatesShown) -> None:
        if event.candidates:
            facts = self.encounter(event.encounter)
            facts.candidates = {candidate.notice: candidate for candidate in event.candidates}

    def _verified(self, event: Verified) -> None:
        facts = self.encounter(event.encounter)
        facts.verified, facts.notice = event, event.notice

    def _checked(self, event: LiveChecked) -> None:
        facts = self.encounter(event.encounter)
        facts.checked, facts.protected = event, facts.protected or event.protected

    def _side(self, event: SideStateEntered) -> None:
        if event.side == "PROTECTED_PERSON":
            self.encounter(event.encounter).protected = True

    def _contacted(self, event: OriginatorContacted) -> None:
        if event.about == "CONFIRMATION":
            facts = self.encounter(event.encounter)
            facts.contacted_ms, facts.answer = event.at_ms, None

    def _answered(self, event: OriginatorAnswered) -> None:
        self.encounter(event.encounter).answer = event

    def _authorised(self, event: ActionAuthorised) -> None:
        facts = self.encounter(event.encounter)
        facts.authorised = event
        facts.independent = facts.independent or event.independent

    def _acted(self, event: ActionTaken) -> None:
        facts = self.encounter(event.encounter)
        if facts.notice:
            self.executors.setdefault(facts.notice, set()).add((event.member, event.unit))
        facts.acted, facts.child = True, facts.child or event.child
        if not facts.held:
            facts.action, facts.custody = event, set()
        facts.held = facts.held or event.action in {"HOLD", "ARREST"}

    def _ended(self, event: ActionEnded) -> None:
        facts = self.encounter(event.encounter)
        facts.ended, facts.acted, facts.held = event, False, False
        facts.authorised, facts.independent = None, False  # an authorisation is for one act, and is used up with it

    def _custody(self, event: CustodyStep) -> None:
        self.encounter(event.encounter).custody.add(event.act)

    def _submitted(self, event: NoticeSubmitted) -> None:
        facts = self.notice(event.notice)
        facts.author, facts.approvals = event.officer, []

    def _approved(self, event: NoticeApproved) -> None:
        self.notice(event.notice).approvals.append(event)

    def _published(self, event: NoticePublished) -> None:
        facts = self.notice(event.notice)
        facts.published, facts.review_by_ms, facts.expires_ms = event, event.review_by_ms, event.expires_ms
        _insert(facts.versions, (event.at_ms, event.version))
        _insert(facts.statuses, (event.at_ms, IN_FORCE))

    def _status(self, event: NoticeStatusChanged) -> None:
        if not event.encounter:  # told to one encounter, it is a copy of what the originator said to all
            _insert(self.notice(event.notice).statuses, (event.at_ms, event.status))

    def _extended(self, event: NoticeExtended) -> None:
        facts = self.notice(event.notice)
        facts.extended, facts.review_by_ms, facts.expires_ms = event, event.review_by_ms, event.expires_ms
        _insert(facts.statuses, (event.at_ms, IN_FORCE))

    def _flagged(self, event: NoticeFlagged) -> None:
        flags = self.notice(event.notice).flags
        if event.action is None:
            flags.pop(event.member, None)
        else:
            flags[event.member] = event.action

    def _charter(self, event: CharterChanged) -> None:
        self.policy = policy_of(event.parameters)

    def _parties(self, event: PartiesChanged) -> None:
        self.parties = frozenset(event.parties)

    def _entitled(self, event: EntitlementSet) -> None:
        self.entitlements[event.member, event.subject] = Entitlement(
            purposes=frozenset(event.purposes), categories=frozenset(event.categories)
        )

    def _registered(self, event: LegalBasisRegistered) -> None:
        self.legal_bases.add((event.member, event.action, event.legal_basis))

    def _connected(self, event: ConnectionChanged) -> None:
        (self.offline.discard if event.online else self.offline.add)(event.member)

    def _export_asked(self, event: ExportRequested) -> None:
        self.exports[event.request] = event

    def _export_answered(self, event: ExportAnswered) -> None:
        self.exports.pop(event.request, None)


def _insert(history: list[Any], item: tuple[int, Any]) -> None:
    history.insert(bisect_right(history, item[0], key=lambda held: held[0]), item)
