"""A PNRGOV divided into bookings: who is named in each, and whose every travel document is.

Knows:    where TIF, SSR DOCS and INFT and references stand (IATA PNRGOV EDIFACT 11.1); FI and MI are infants' sexes.
Told:     the segments of one message.
Answers:  each booking's people with their documents' fields, and the documents of nobody.
Trusted:  no: a document that may be another's is given to nobody, and said to be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from evenhand.interop.carriers.edifact import Segment
from evenhand.interop.carriers.pnrgov_people import Booked, Group, Papers, People

_FIELDS: Final = 9
_KIND: Final = re.compile(r"[A-Z]{0,2}", re.ASCII)
_TEXT_AT: Final = 4
"""The first component of SSR behind code, status, number and airline; free text comes somewhere behind."""
_STOPS: Final = (6, 7)
"""The components of SSR that say from where to where the flight goes that it is about."""
_INFANTS: Final = frozenset({"IN", "INF"})
_SEXES_OF_INFANTS: Final = frozenset({"FI", "MI", "XI", "UI"})

_INFANT: Final = re.compile(
    r"([^/\d]+)/([^/\d]*)(?:/?(\d\d[A-Z]{3}\d\d|\d{8})\D*|(.+))?"
)
"""What SSR INFT says in free text: FAMILY/GIVEN 05MAY25."""


class Orphan(NamedTuple):
    """A segment that is nobody's, and why; `named` is whom its document names, who may be one of the others."""

    number: int
    why: str
    named: Booked | None = None


class Booking(NamedTuple):
    """One booking; `is_one` is false of what stands outside any. `orphans` are segments that belong to nobody."""

    locator: str
    people: list[Booked]
    orphans: list[Orphan]
    is_one: bool


def bookings(segments: Sequence[Segment]) -> list[Booking]:
    """Return what stands outside any booking, if somebody does, and each booking; SRC begins it."""
    starts = [index for index, item in enumerate(segments) if item.tag == "SRC"]
    outside = _booking(segments[: starts[0] if starts else len(segments)], is_one=False)
    found = [outside] if outside.people or outside.orphans else []
    return found + [_booking(segments[start:end], is_one=True) for start, end in pairwise([*starts, len(segments)])]


def _booking(part: Sequence[Segment], *, is_one: bool) -> Booking:
    locator = next((item.get(0, 1) for item in part if item.tag == "RCI"), "")
    named: dict[tuple[object, ...], Booked] = {}
    behind: dict[int, Group] = {}
    for item in part:
        if item.tag == "TIF":
            behind[item.number] = Group(named.setdefault(key, one) for key, one in _named(item))
    people = People(named.values())
    all_named = owners = Group(named.values())
    orphans: list[Orphan] = []
    for item in part:
        if item.tag == "TIF":
            owners = behind[item.number]
        elif item.tag == "TVL":
            owners = all_named
        elif item.tag == "SSR" and item.get(0) == "DOCS":
            papers = _papers(item)
            if papers is None:
                orphans.append(Orphan(item.number, "travel document data in no known form"))
                continue
            if not _give(papers, people, owners):
                named_there = Booked.of(papers, is_infant=False)
                orphans.append(Orphan(item.number, "travel document data that refers to no traveller", named_there))
    orphans += _infants(part, people)
    return Booking(locator, people.everyone, orphans, is_one)


def _infants(part: Sequence[Segment], people: People) -> list[Orphan]:
    """Add the infants that SSR INFT alone names, and return the segments behind which one must stand without a name.

    The line is repeated for each flight. It stands with the adult; an infant with a name of its own in TIF or DOCS is
    known by that. A line without a name is told by one infant at most who has no line with a name; of one flight each
    such line is another infant's, unless it refers to the same adult.
    """
    unnamed: dict[tuple[object, ...], int] = {}
    of_flight: Counter[tuple[str, ...]] = Counter()
    claimed: set[int] = set()
    for item in part:
        if item.tag != "SSR" or item.get(0) != "INFT":
            continue
        references = _references(item)
        papers = _infant(item, references)
        if papers is None:
            if not references:
                flight = tuple(item.get(0, part) for part in _STOPS)
                of_flight[flight] += 1
                references = ("", f"{of_flight[flight]} of a flight" if all(flight) else f"segment {item.number}")
            unnamed.setdefault(references, item.number)
            continue
        found = people.infants(papers)
        if not found:
            found = [people.add(Booked.of(papers, is_infant=True))]
        claimed.update(map(id, found))
    others = sum(one.is_infant and id(one) not in claimed for one in people.everyone)
    return [Orphan(number, "an infant without a name (SSR INFT)") for number in [*unnamed.values()][others:]]


def _infant(item: Segment, references: tuple[str, ...]) -> Papers | None:
    """Return the name of an infant and, where it is told, the date of birth; None without a name."""
    parts = item.elements[0][0]
    start = next((at for at, part in enumerate(parts) if at >= _TEXT_AT and "/" in part), len(parts))
    said = " ".join(parts[start:])
    found = _INFANT.fullmatch(said.strip(" ./-"))
    if found is None:
        return None
    family, given, birth, rest = found.groups()
    born = birth or ("" if rest is None else f"unread: {rest}")  # which is no date, and so a fault, and not lost
    return Papers(item.number, references, "", "", "", "", born, "", "", family.strip(), given.strip())


def _named(item: Segment) -> Iterator[tuple[tuple[object, ...], Booked]]:
    """Yield each person of a TIF, with what makes two of them one: the same name under the same reference.

    A name is repeated where check-in and history are told, always with its reference.
    """
    family = item.get(0)
    parts = [part for element in item.elements[1:] for part in element if any(part)]
    for at, part in enumerate(parts or [("",)]):
        given, kind, reference = (*part, "", "")[:3]
        key = (family, given, reference) if reference else (item.number, at)
        yield key, Booked(item.number, family, given, kind in _INFANTS, reference, [])


def _papers(item: Segment) -> Papers | None:
    """Return the fields of SSR DOCS, wherever its free text begins; None if they are not told apart."""
    parts = item.elements[0][0]
    start = next((at for at, part in enumerate(parts) if at >= _TEXT_AT and "/" in part), len(parts))
    fields = "".join(parts[start:]).removeprefix("/").split("/")
    if start == len(parts) or not _KIND.fullmatch(fields[0]):
        return None
    fields += [""] * (_FIELDS - len(fields))
    *first, given = fields[:_FIELDS]
    given = " ".join(part for part in (given, *fields[_FIELDS:]) if part)
    return Papers._make((item.number, _references(item), *first, given))


def _references(item: Segment) -> tuple[str, ...]:
    """Return the travellers an SSR refers to (data element 9944)."""
    found = [part[2] for element in item.elements[1:] for part in element if len(part) > 2]  # noqa: PLR2004 - 9944
    return tuple(filter(None, found))


def _give(papers: Papers, people: People, owners: Group) -> bool:
    """Give a document to whose it is; False where it may be several people's, or nobody's.

    An infant's stands with the adult who carries the child: it is the infant's of that name, and who has no TIF is a
    traveller of their own.
    """
    if papers.references:
        owners = people.referred(papers.references)
    owner = owners.only_adult
    if papers.sex in _SEXES_OF_INFANTS:
        found = people.infants(papers)
        if not found and (owner is None or not owner.is_infant):
            people.add(Booked.of(papers, is_infant=True))
            return True
        owner = owner if not found else found[0] if len(found) == 1 else None
    if owner is not None:
        owner.papers.append(papers)
    return owner is not None
