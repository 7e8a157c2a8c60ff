"""The view: which notices stand at an instant, what is asked, and what else is said of them.

Knows:    validity, retraction, expiry, flags, links, standing of originators.
Told:     a fold, a roster and an instant.
Answers:  the standing notice for a key, or None; its action here, flags and links.
Trusted:  yes: a notice that no longer stands must not stop anyone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evenhand.notices.model import ACTION_LADDER, Notice, decode_record
from evenhand.notices.proving import outcome_fault
from evenhand.trust.note_keys import parse_vkey
from evenhand.trust.roster import Roster, RosterMember
from evenhand.watchlist.fold import Fold, Held, Version


@dataclass(frozen=True)
class Standing:
    """A notice that stands, as this member sees it."""

    key: str
    originator: str
    version: Version
    notice: Notice
    action: str
    """What is asked here: the lower of the notice's action and our own flag."""
    flagged_here: bool
    refer_to_originator: bool
    """The detail part was not released to us: ask its originator."""
    links: tuple[tuple[str, str, str], ...]
    """(member who says so, relation, other notice's key), in force."""


def ledger_keys(member: RosterMember) -> tuple[bytes, ...]:
    """Return every public key, 32 bytes each, that a member's ledger is or was signed with."""
    return tuple(parse_vkey(one.vkey).public_key for one in member.logs)


class View:
    """A fold seen by one member under one roster."""

    def __init__(self, fold: Fold, roster: Roster, member: str) -> None:
        self._fold = fold
        self._roster = roster
        self._member = member

    def is_listed(self, held: Held) -> bool:
        """Say whether a notice belongs in the matcher: it may stand, now or later."""
        member = self._roster.by_code.get(held.originator)
        # Nobody answers for the notices of an expelled member any more, so they stop no one.
        return (
            bool(held.versions)
            and held.retracted is None
            and member is not None
            and member.status != "expelled"
            and held.status == "STANDING"
            and not (held.outcomes and self.overruled(held, held.versions[-1].number))
        )

    def overruled(self, held: Held, number: int, *, at_ms: int | None = None) -> str:
        """Return the member whose redress outcome keeps this version from standing, or nothing."""
        for code in sorted(held.outcomes):
            _, said_ms, outcome = held.outcomes[code]
            member = self._roster.by_code.get(code)
            if member is None or member.status == "expelled" or (at_ms is not None and said_ms > at_ms):
                continue
            if outcome_fault(outcome, decider=code, keys={code: ledger_keys(member)}):
                continue
            if outcome.decision == "DELETE" or (outcome.decision == "CORRECT" and number <= outcome.version):
                return code
        return ""

    def now(self, key: str, now_ms: int) -> Standing | None:
        """Return the notice as it stands now: everything that was said counts, whatever its clock says."""
        held = self._find(key)
        if held is None or not self.is_listed(held):
            return None
        return self._standing(held, held.versions[-1], now_ms)

    def at(self, key: str, instant_ms: int) -> Standing | None:
        """Return the notice as it stood at an instant by its originator's own times."""
        held = self._find(key)
        if held is None or (held.retracted is not None and held.retracted[1] <= instant_ms):
            return None
        member = self._roster.by_code.get(held.originator)
        if member is None or member.status == "expelled":
            return None  # nobody answers for it
        said = [version for version in held.versions if version.time_ms <= instant_ms]
        if held.status_of(said[-1].number if said else 0, at_ms=instant_ms) != "STANDING":
            return None
        if said and self.overruled(held, said[-1].number, at_ms=instant_ms):
            return None
        return self._standing(held, said[-1], instant_ms) if said else None

    def keys_told_otherwise(self, instant_ms: int) -> Iterator[str]:
        """Yield the keys of notices that are not listed now as they were at an instant: changed since, or ended."""
        for code in sorted(self._fold.ledgers):
            for held in self._fold.ledgers[code].notices.values():
                if not self.is_listed(held) or held.versions[-1].time_ms > instant_ms:
                    yield held.key

    def listed_keys(self) -> Iterator[str]:
        """Yield the keys of all listed notices in order."""
        for code in sorted(self._fold.ledgers):
            notices = self._fold.ledgers[code].notices
            yield from (notices[one].key for one in sorted(notices) if self.is_listed(notices[one]))

    def _find(self, key: str) -> Held | None:
        originator, _, notice_id = key.partition(":")
        ledger = self._fold.ledgers.get(originator)
        return None if ledger is None else ledger.notices.get(notice_id)

    def _standing(self, held: Held, version: Version, instant_ms: int) -> Standing | None:
        if not version.valid_from_ms <= instant_ms < version.expires_ms:
            return None
        notice = decode_record(version.text)
        assert isinstance(notice, Notice)
        said = self._fold.ledger(self._member).flags.get(held.key)
        flag = None if said is None else said[1]
        action: str = notice.action
        flagged = flag is not None and not flag.lifted
        if flag is not None and flagged and ACTION_LADDER[flag.action] < ACTION_LADDER[action]:
            action = flag.action
        return Standing(
            key=held.key, originator=held.originator, version=version, notice=notice, action=action,
            flagged_here=flagged, refer_to_originator=not version.detail, links=self._links(held.key),
        )  # fmt: skip

    def _links(self, key: str) -> tuple[tuple[str, str, str], ...]:
        found = []
        for code in sorted(self._fold.ledgers):
            member = self._roster.by_code.get(code)
            if member is None or member.status == "expelled":
                continue
            for _, link in self._fold.ledgers[code].links.values():
                if key in {link.first.key, link.second.key} and link.relation != "unlinked":
                    other = link.second.key if link.first.key == key else link.first.key
                    found.append((code, link.relation, other))
        return tuple(sorted(found))
