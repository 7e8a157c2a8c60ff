"""The difference between a list and what is held of it: publish, correct, withdraw, leave alone.

Knows:    entries by their list id, held notices by theirs.
Told:     entries and refusals of a list as they come by, the held notices, a policy.
Answers:  what becomes of each entry, and what is gone; nothing is published here.
Trusted:  yes: a wrong difference withdraws a notice that stands.

A planner keeps an id, a line and a fate for each entry, never the entry: a list of any length is read twice, once to
plan and once to publish, and is never held whole.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.person import Document, Person
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, Refusal
from evenhand.interop.policy import ImportPolicy, content_digest, to_notice
from evenhand.notices.checks import check_notice

_NO_ID: Final = "0" * 32
_FULL_DATE: Final = len("1966-12-31")
_TWICE: Final = "the list has this entry twice, or refused another part of it"


class HeldNotice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice that stands from an earlier import: `digest` is `content_digest` of its two parts.

    `known_by` is `known_by` of whom it describes; without it no correction is held to be of somebody else.
    """

    notice_id: str
    version: int
    digest: str
    known_by: tuple[int, ...] = ()


def known_by(told: Person | Document | None) -> tuple[int, ...]:
    """Return what somebody is known by, as hashes of this process: names, full dates of birth, document numbers.

    Two descriptions that share none of these may well be of two people. A year alone is shared by too many.
    """
    if isinstance(told, Person):
        names = (" ".join(sorted(name.text.casefold().split())) for name in told.names)
        births = (born.value for born in told.birth_dates if len(born.value) == _FULL_DATE)
        return tuple(map(hash, (*names, *births, *(paper.number.casefold() for paper in told.documents))))
    return () if told is None else (hash(told.number.casefold()),)


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry that says something new about a held notice."""

    entry: ImportedEntry
    held: HeldNotice


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A held notice whose entry the list no longer has."""

    entry_id: str
    held: HeldNotice


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly the difference. `alarm` is empty, or says why nothing may be done without a person's word."""

    publish: tuple[ImportedEntry, ...]
    correct: tuple[Correction, ...]
    withdraw: tuple[Withdrawal, ...]
    unchanged: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    alarm: str


def entry_digest(entry: ImportedEntry, policy: ImportPolicy) -> str:
    """Return the content digest the entry's notice would have. Raises InputError as `to_notice`."""
    return content_digest(*to_notice(entry, policy, notice_id=_NO_ID, version=1, now_ms=0))


class Fate(IntEnum):
    """What becomes of an entry."""

    REFUSED = 0
    PUBLISH = 1
    CORRECT = 2
    UNCHANGED = 3


class Planner:
    """Compares a list with what is held of it, entry by entry, keyed by entry id."""

    def __init__(self, held: Mapping[str, HeldNotice], policy: ImportPolicy) -> None:
        self.held = held
        self._policy = policy
        self._places: dict[str, int] = {}
        self._whole: set[str] = set()
        self._kept: set[str] = set()
        self._lines = array("Q")
        self._fates = bytearray()
        self._strangers: list[int] = []
        self.refusals: list[Refusal] = []

    def refuse(self, refusal: Refusal) -> None:
        """Note a parser's refusal. An entry refused as a whole is not an entry that is gone: what is held stays."""
        self.refusals.append(refusal)
        if not refusal.whole:
            return
        place = self._places.get(refusal.entry_id)
        if place is not None and self._fates[place]:
            self._fates[place] = Fate.REFUSED
            self.refusals.append(_whole(self._lines[place], refusal.entry_id, _TWICE))
        self._whole.add(refusal.entry_id)

    def take(self, entry: ImportedEntry, objection: str = "") -> Fate:
        """Decide on the next entry; `objection` refuses it, and so do the procedure's checks."""
        fate, reason = self._decided(entry, objection)
        if reason:
            self.refusals.append(_whole(entry.line, entry.entry_id, reason))
        self._places.setdefault(entry.entry_id, len(self._fates))
        if fate is Fate.CORRECT and _another(self.held[entry.entry_id], entry):
            self._strangers.append(len(self._fates))
        self._fates.append(fate)
        self._lines.append(entry.line)
        return fate

    def leave(self, place: int, entry_id: str, reason: str) -> None:
        """Refuse after all an entry that was taken at a place: its notice is not what it was when it was planned."""
        self._fates[place] = Fate.REFUSED
        self.refusals.append(_whole(self._lines[place], entry_id, reason))

    def keep(self, entry_id: str) -> None:
        """Leave alone a notice that is gone from the list: it is not what it was when its withdrawal was planned."""
        self._kept.add(entry_id)

    def has(self, entry_id: str) -> bool:
        """Say whether the list has an entry, be it refused; call it after the whole list."""
        return entry_id in self._places or entry_id in self._whole

    def fate(self, place: int) -> Fate:
        """Return what becomes of the entry that was taken at a place, counted from 0."""
        return Fate(self._fates[place])

    def count(self, fate: Fate) -> int:
        """Return how many entries have a fate."""
        return self._fates.count(fate)

    def gone(self) -> tuple[Withdrawal, ...]:
        """Return what is held and no longer on the list; call it after the whole list."""
        missing = ((key, one) for key, one in self.held.items() if not self.has(key) and key not in self._kept)
        return tuple(Withdrawal(entry_id=key, held=one) for key, one in missing)

    def alarm(self) -> str:
        """Return why nothing may be done without a person's word, or nothing.

        It is set when the withdrawals are more than `policy.withdraw_percent_max` per cent of what is held; there is
        no smallest number below which it stays silent, because a short list is as easily cut off as a long one. And
        it is set when a correction would put somebody else under the notice of a person: a number used twice.
        """
        gone, held, percent_max = len(self.gone()), len(self.held), self._policy.withdraw_percent_max
        said = [self.somebody_else()]
        if gone * 100 > held * percent_max:
            said.insert(0, f"the import would withdraw {gone} of {held} notices, more than {percent_max} per cent")
        return "; ".join(one for one in said if one)

    def somebody_else(self) -> str:
        """Return how many corrections may be of somebody else than the notice that they would correct, or nothing."""
        others = [place for place in self._strangers if self._fates[place] == Fate.CORRECT]
        if not others:
            return ""
        return (
            f"in {len(others)} of {self.count(Fate.CORRECT)} corrections no name, full date of birth or document of"
            f" the notice is left, first at line {self._lines[others[0]]}: its number may now be somebody else's"
        )

    def _decided(self, entry: ImportedEntry, objection: str) -> tuple[Fate, str]:
        entry_id = entry.entry_id
        if entry_id in self._places or entry_id in self._whole:
            return Fate.REFUSED, _TWICE
        try:
            made = to_notice(entry, self._policy, notice_id=_NO_ID, version=1, now_ms=0)
        except InputError as error:
            return Fate.REFUSED, objection or str(error)
        objection = objection or "; ".join(f"{finding.rule}: {finding.found}" for finding in check_notice(*made))
        if objection:
            return Fate.REFUSED, objection
        held = self.held.get(entry_id)
        if held is None:
            return Fate.PUBLISH, ""
        return (Fate.UNCHANGED if held.digest == content_digest(*made) else Fate.CORRECT), ""


def plan_import(
    entries: Iterable[ImportedEntry],
    held: Mapping[str, HeldNotice],
    *,
    policy: ImportPolicy,
    refusals: Iterable[Refusal] = (),
) -> ImportPlan:
    """Compare a whole list with what is held of it. `refusals` are the parser's."""
    planner = Planner(held, policy)
    for refusal in refusals:
        planner.refuse(refusal)
    fates = [(planner.take(entry), entry) for entry in entries]
    return ImportPlan(
        publish=tuple(one for fate, one in fates if fate is Fate.PUBLISH),
        correct=tuple(Correction(entry=one, held=held[one.entry_id]) for fate, one in fates if fate is Fate.CORRECT),
        withdraw=planner.gone(),
        unchanged=tuple(one.entry_id for fate, one in fates if fate is Fate.UNCHANGED),
        refusals=tuple(planner.refusals),
        alarm=planner.alarm(),
    )


def _another(held: HeldNotice, entry: ImportedEntry) -> bool:
    """Whether an entry shares nothing with what is held under its number."""
    now = known_by(entry.person or entry.document)
    return bool(held.known_by and now) and not set(held.known_by).intersection(now)


def _whole(line: int, entry_id: str, reason: str) -> Refusal:
    return Refusal(line=line, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason)
