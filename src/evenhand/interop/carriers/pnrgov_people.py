"""The people of one booking record, found by reference and by name.

Knows:    whom a document may belong to, and when that is one person alone.
Told:     who is named in a booking, and the fields of documents.
Answers:  the one person, or the infants, a document points to; a booking of thousands costs no more for each.
Trusted:  yes: a document given to the wrong traveller is a wrong search.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from evenhand.travellers.titles import untitled

_ENOUGH: Final = 2
"""How many are kept to know that somebody is not alone."""


class Papers(NamedTuple):
    """The fields of one SSR DOCS, and the travellers it says it belongs to."""

    number_at: int
    references: tuple[str, ...]
    kind: str
    issuer: str
    number: str
    nationality: str
    birth: str
    sex: str
    expires: str
    family: str
    given: str


class Booked(NamedTuple):
    """One person of a booking as named in TIF, or an infant as its document or INFT does; `number` is the segment."""

    number: int
    family: str
    given: str
    is_infant: bool
    reference: str
    papers: list[Papers]

    @classmethod
    def of(cls, papers: Papers, *, is_infant: bool) -> Booked:
        """Return whom a document names, and nothing else does."""
        return cls(papers.number_at, papers.family, papers.given, is_infant, "", [papers])


class Group:
    """Some of a booking's people, as far as it matters whose a document is."""

    def __init__(self, people: Iterable[Booked] = ()) -> None:
        self._some: list[Booked] = []
        self._adults: list[Booked] = []
        for one in people:
            self.add(one)

    def add(self, one: Booked) -> None:
        """Add one who is not in it yet."""
        if len(self._some) < _ENOUGH:
            self._some.append(one)
        if len(self._adults) < _ENOUGH and not one.is_infant:
            self._adults.append(one)

    def join(self, other: Group) -> None:
        """Add those of another, none of whom is in it yet."""
        self._some = [*self._some, *other._some][:_ENOUGH]
        self._adults = [*self._adults, *other._adults][:_ENOUGH]

    @property
    def only(self) -> Booked | None:
        """Who is alone in it."""
        return self._some[0] if len(self._some) == 1 else None

    @property
    def only_adult(self) -> Booked | None:
        """Who is alone in it, or alone with infants."""
        return self.only or (self._adults[0] if len(self._adults) == 1 else None)


class People:
    """Those of one booking, found by reference and, if they are infants, by name."""

    def __init__(self, named: Iterable[Booked]) -> None:
        self.everyone: list[Booked] = []
        self._referred: dict[str, Group] = {}
        self._infants: dict[tuple[str, str], list[Booked]] = {}
        for one in named:
            self.add(one)

    def add(self, one: Booked) -> Booked:
        """Add one who is not in it yet."""
        self.everyone.append(one)
        self._referred.setdefault(one.reference, Group()).add(one)
        if one.is_infant:
            for name in {_name(one.family, given) for given in untitled(one.given, run_on=True)}:
                if name[1]:  # nothing tells apart those without a given name: twins, or one child on two flights
                    self._infants.setdefault(name, []).append(one)
        return one

    def infants(self, papers: Papers) -> list[Booked]:
        """Return the infants a document names: by the family name, and the first of the given names."""
        return self._infants.get(_name(papers.family, papers.given), [])

    def referred(self, references: Iterable[str]) -> Group:
        """Return those booked under any of some references."""
        found = Group()
        for reference in dict.fromkeys(references):
            if reference in self._referred:
                found.join(self._referred[reference])
        return found


def _name(family: str, given: str) -> tuple[str, str]:
    return family.upper(), next(iter(given.upper().split()), "")
