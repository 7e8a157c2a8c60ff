"""Cleared pairs: this person is not that notice's subject, and is not stopped for it again.

Knows:    pairs, the identity evidence each rested on, and which parts of a notice matter.
Told:     negative verifications, later versions of notices, and persons about to be shown.
Answers:  whether a candidate is suppressed, and why a pair no longer holds.
Trusted:  yes: a pair too wide waves a suspect through, one too narrow stops an innocent again.

A pair is bound twice: to the person's identity evidence (token or redress number, and the document it was
seen with) and to a digest of what the notice said about its subject's identity. A new action, review date
or remark leaves the pair alone; a new name, birth date, document or biometric reference ends it, because
the decision rested on other facts. Source: PROCEDURE sections 1 (point 4), 3 and 5; DHS OIG-09-103.
"""

from __future__ import annotations

import msgspec

from evenhand.ground.canonical import digest
from evenhand.identity.person import Person
from evenhand.notices.model import DocumentNotice, Notice


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who was cleared: tokens of the person, of the document shown, and a redress number if any."""

    person: str
    document: str = ""
    redress_number: str = ""


class ClearedPair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One remembered decision; `basis` is `identity_basis` of the notice as it was compared."""

    notice: str
    basis: str
    evidence: Evidence
    cleared_ms: int
    encounter: str


def identity_basis(notice: Notice) -> str:
    """Return the hex digest of all in a notice that says who its subject is, and of nothing else."""
    subject: Person | object = notice.document if isinstance(notice, DocumentNotice) else notice.person
    return digest(subject).hex()


def is_same_person(pair: Evidence, shown: Evidence) -> bool:
    """Say whether the evidence in hand is that of the cleared person.

    A redress number decides alone (it is tied to the documents at issue). Otherwise the person token must
    agree, and the document too if the decision rested on one: another passport is another question.
    """
    if pair.redress_number and pair.redress_number == shown.redress_number:
        return True
    if pair.person != shown.person:
        return False
    return not pair.document or pair.document == shown.document


class ClearedPairs:
    """The pairs one member remembers; a fold over PairCleared, rebuilt on start like every fold."""

    def __init__(self) -> None:
        self._pairs: dict[str, list[ClearedPair]] = {}

    def add(self, pair: ClearedPair) -> None:
        """Remember a pair; adding it twice changes nothing."""
        held = self._pairs.setdefault(pair.notice, [])
        if pair not in held:
            held.append(pair)

    def suppresses(self, notice: str, basis: str, shown: Evidence) -> ClearedPair | None:
        """Return the pair for which this candidate is not shown, or None where it must be shown."""
        for pair in self._pairs.get(notice, ()):
            if pair.basis == basis and is_same_person(pair.evidence, shown):
                return pair
        return None

    def lapse(self, notice: str, basis: str) -> tuple[ClearedPair, ...]:
        """Forget and return the pairs that a new version of the notice ends, because `basis` differs."""
        held = self._pairs.get(notice, [])
        gone = tuple(pair for pair in held if pair.basis != basis)
        self._keep(notice, [pair for pair in held if pair.basis == basis])
        return gone

    def forget(self, notice: str) -> tuple[ClearedPair, ...]:
        """Forget and return every pair of an erased notice."""
        gone = tuple(self._pairs.get(notice, ()))
        self._keep(notice, [])
        return gone

    def forget_before(self, instant_ms: int) -> None:
        """Forget every pair cleared before an instant: its record is deleted."""
        for notice in list(self._pairs):
            self._keep(notice, [pair for pair in self._pairs[notice] if pair.cleared_ms >= instant_ms])

    def _keep(self, notice: str, pairs: list[ClearedPair]) -> None:
        if pairs:
            self._pairs[notice] = pairs
        else:
            self._pairs.pop(notice, None)

    def __len__(self) -> int:
        return sum(len(pairs) for pairs in self._pairs.values())
