"""A PNRGOV divided into bookings: who is named in each, and whose every travel document is.

Knows:    where TIF, SSR DOCS and INFT and references stand (IATA PNRGOV EDIFACT 11.1); FI and MI are infants' sexes.
Told:     the segments of one message.
Answers:  each booking's people with their documents' fields, and the documents of nobody.
Trusted:  no: a document that may be another's is given to nobody, and said to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from evenhand.interop.carriers.edifact import Segment

_TITLES: Final = ("MSTR", "MISS", "MRS", "MR", "MS", "DR")
_FIELDS: Final = 9
_KIND: Final = re.compile(r"[A-Z]{0,2}", re.ASCII)
_TEXT_AT: Final = 4
"""The first component of SSR behind code, status, number and airline; free text comes somewhere behind."""
_INFANTS: Final = frozenset({"IN", "INF"})
_SEXES_OF_INFANTS: Final = frozenset({"FI", "MI", "XI", "UI"})

_INFANT: Final = re.compile(
    r"([^/\d]+)/([^/\d]*)(?:/?(\d\d[A-Z]{3}\d\d|\d{8})\D*|(.+))?"
)
"""What SSR INFT says in free text: FAMILY/GIVEN 05MAY25."""


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


class Booking(NamedTuple):
    """One booking; `is_one` is false of what stands outside any. `orphans`: segments that belong to nobody, and why."""

    locator: str
    people: list[Booked]
    orphans: list[tuple[int, str]]
    is_one: bool


def bookings(segments: Sequence[Segment]) -> list[Booking]:
    """Return what stands outside any booking, if somebody does, and each booking; SRC begins it."""
    starts = [index for index, item in enumerate(segments) if item.tag == "SRC"]
    outside = _booking(segments[: starts[0] if starts else len(segments)], is_one=False)
    found = [outside] if outside.people or outside.orphans else []
    return found + [_booking(segments[start:end], is_one=True) for start, end in pairwise([*starts, len(segments)])]


def short_given(given: str) -> str:
    """Return a given name without a title run into it: WILLIAMMR is William."""
    title = next((title for title in _TITLES if given.upper().endswith(title)), "")
    return given[: len(given) - len(title)]


def _booking(part: Sequence[Segment], *, is_one: bool) -> Booking:
    locator = next((item.get(0, 1) for item in part if item.tag == "RCI"), "")
    people: dict[tuple[object, ...], Booked] = {}
    named: dict[int, list[Booked]] = {}
    for item in part:
        if item.tag == "TIF":
            named[item.number] = [people.setdefault(key, one) for key, one in _named(item)]
    everyone = list(people.values())
    orphans: list[tuple[int, str]] = []
    owners = everyone
    for item in part:
        if item.tag == "TIF":
            owners = named[item.number]
        elif item.tag == "TVL":
            owners = list(people.values())
        elif item.tag == "SSR" and item.get(0) == "DOCS":
            papers = _papers(item)
            if papers is None:
                orphans.append((item.number, "travel document data in no known form"))
                continue
            owner = _owner(papers, everyone, owners)
            if owner is None:
                orphans.append((item.number, "travel document data that refers to no traveller"))
            else:
                owner.papers.append(papers)
    orphans += _infants(part, everyone)
    return Booking(locator, everyone, orphans, is_one)


def _infants(part: Sequence[Segment], everyone: list[Booked]) -> list[tuple[int, str]]:
    """Add the infants that SSR INFT alone names, and return the segments behind which one must stand without a name.

    The line is repeated for each flight. It stands with the adult; an infant with a name of its own in TIF or DOCS is
    known by that. A line without a name is told by one infant at most who has no line with a name.
    """
    unnamed: dict[tuple[object, ...], int] = {}
    claimed: list[Booked] = []
    for item in part:
        if item.tag != "SSR" or item.get(0) != "INFT":
            continue
        references = _references(item)
        papers = _infant(item, references)
        if papers is None:
            unnamed.setdefault(references or (item.number,), item.number)
            continue
        found = [one for one in everyone if one.is_infant and _is_named(one, papers)]
        if not found:
            found = [Booked(item.number, papers.family, papers.given, is_infant=True, reference="", papers=[papers])]
            everyone += found
        claimed += found
    others = sum(one.is_infant and one not in claimed for one in everyone)
    return [(number, "an infant without a name (SSR INFT)") for number in [*unnamed.values()][others:]]


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


def _owner(papers: Papers, everyone: list[Booked], owners: Sequence[Booked]) -> Booked | None:
    """Return whose a document is; None where it may be several people's, or nobody's.

    An infant's stands with the adult who carries the child: it is the infant's of that name, and who has no TIF is a
    traveller of their own.
    """
    if papers.references:
        owners = [one for one in everyone if one.reference in papers.references]
    if papers.sex in _SEXES_OF_INFANTS:
        found = [one for one in everyone if one.is_infant and _is_named(one, papers)]
        if not found and len(owners) == 1 and owners[0].is_infant:
            found = list(owners)
        if not found:
            found = [Booked(papers.number_at, papers.family, papers.given, is_infant=True, reference="", papers=[])]
            everyone += found
        return found[0] if len(found) == 1 else None
    if len(owners) > 1:
        owners = [one for one in owners if not one.is_infant]
    return owners[0] if len(owners) == 1 else None


def _is_named(one: Booked, papers: Papers) -> bool:
    """Tell whether a document's name is the one booked: the family name, and the first of the given names."""
    booked = {part.upper().split()[0] for part in (one.given, short_given(one.given)) if part.split()}
    first = papers.given.upper().split()[:1]
    return one.family.upper() == papers.family.upper() and bool(booked.intersection(first))
