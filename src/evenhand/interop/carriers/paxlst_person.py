"""One traveller of a PAXLST: read as far as it can be, with everything that could not be.

Knows:    what the directories let stand of a traveller (segment groups 4 and 5), and where carriers put it wrongly.
Told:     the segments of one traveller, the flight, and today's date.
Answers:  a traveller read whole; or one not screened, with what could be read, to be searched for all the same.
Trusted:  no: what is told twice in two ways, or cannot be, is unknown here; it never speaks for or against anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Final, Literal, TypeVar

from evenhand.ground.errors import InputError
from evenhand.ground.limits import QUERY_DOCUMENTS_MAX
from evenhand.identity.numbers import states_no_number
from evenhand.identity.person import Document, Sex
from evenhand.interop.carriers.edifact import Segment
from evenhand.interop.carriers.flights import (
    Listed,
    NotScreened,
    agreed,
    all_faults,
    birth_date,
    country,
    expiry_date,
    is_two_digit_year,
    laid_out,
    longest_names,
    sex_in,
)
from evenhand.travellers.traveller import Journey, Traveller, unknown_parts

Role = Literal["passenger", "crew", "transit", "unknown"]
_ROLES: Final[dict[str, Role]] = {
    "FL": "passenger", "FM": "crew", "DDU": "transit", "DDT": "crew", "COT": "unknown", "ZZZ": "unknown",
    "ZZ": "unknown",
}  # fmt: skip
"""NAD's qualifier. COT asks for a gate pass; ZZZ stands in cancellations and closures, often with references alone."""
_TAGS: Final = frozenset(
    {"NAD", "ATT", "DTM", "MEA", "GEI", "GIS", "FTX", "LOC", "COM", "EMP", "NAT", "RFF", "DOC", "CPI", "QTY", "GID"}
    | {"BII"}
)
"""What the directories let stand of a traveller: also who pays (CPI), goods (GID) and, before it was GEI, GIS."""
_DOCUMENTS: Final = {"P": "passport", "V": "visa", "I": "identity_card", "A": "identity_card", "C": "identity_card"}
_SEXES: Final[dict[str, Sex]] = {"F": "F", "M": "M", "X": "X", "U": "U"}
_T = TypeVar("_T")
_DATE: Final = (0, slice(1, 3))
"""Where DTM has a date and the code of its format (C507)."""
_MARK: Final = "\x1f"
"""What stands between the two in one text: no message can have it in a value."""
_NAME_AT: Final = 3
"""The element of NAD with the name (C080); before and behind it stand addresses (C058, C059)."""


def read_person(group: Sequence[Segment], flight: str, today: date) -> Listed | NotScreened:
    """Return the traveller of a group. Whoever could not be read whole is not screened, and never lost."""
    head, faults = group[0], list[str]()
    tags = [item.tag for item in group]
    if not _TAGS.issuperset(tags):
        faults.append(f"{next(tag for tag in tags if tag not in _TAGS)} is no segment of a traveller")
    role = _ROLES.get(head.get(0))
    if role is None:
        faults.append("an unknown role of a traveller")
    parts = _name(head, faults)
    names = longest_names(parts[0], " ".join(parts[1:]), faults) if parts else ()
    starts = [at for at, tag in enumerate(tags) if tag == "DOC"] if "DOC" in tags else []
    born, sex, nations, place = _personal(group[: starts[0]] if starts else group, today, faults)
    documents = _documents(group, starts, today, faults)
    booking, reference = references(group)
    traveller = None
    if names or documents:
        traveller = Traveller(
            names=names,
            birth_date=born,
            sex=sex,
            nationalities=nations,
            documents=documents,
            journey=Journey(
                transport=flight,
                embarks=place["178"] or None,
                disembarks=place["179"] or None,
                booking=booking or None,
                reference=reference or None,
            ),
            role=role or "unknown",
            unknown=unknown_parts(names, born),
            two_digit_year=born is not None and is_two_digit_year(_births(group)),
        )
        if not faults:
            return Listed(traveller=traveller, booking=booking, reference=reference, segment=head.number)
    else:
        faults.append("a traveller without name and document")
    return NotScreened(
        segment=head.number, why=all_faults(faults), booking=booking, reference=reference,
        name="/".join((parts[0], " ".join(parts[1:]))).strip("/ ") if parts else "", traveller=traveller,
    )  # fmt: skip


def references(group: Sequence[Segment]) -> tuple[str, str]:
    """Return booking and passenger reference, the first of each."""
    told: dict[str, str] = {}
    for item in group:
        if item.tag == "RFF":
            told.setdefault(item.get(0), item.get(0, 1))
    return told.get("AVF", ""), told.get("ABO", "")


def is_reference_only(group: Sequence[Segment]) -> bool:
    """Tell whether a group names its traveller by references alone, as closures and cancellations do."""
    head = group[0]
    return (
        head.get(0) in _ROLES
        and all(item.tag == "RFF" for item in group[1:])
        and not any(text for element in head.elements[1:] for part in element for text in part)
        and any(references(group))
    )


def _name(head: Segment, faults: list[str]) -> tuple[str, ...]:
    """Return the parts of the name in NAD; a name in the place of an address is a fault."""
    elements = head.elements
    parts = elements[_NAME_AT][0] if len(elements) > _NAME_AT else ()
    if any(parts):
        if len(elements[_NAME_AT]) > 1:
            faults.append("a repeated name")
        return parts
    for at in (2, 4):
        if len(elements) > at and any(elements[at][0]):
            faults.append("a name where an address should stand")
            return elements[at][0]
    return ()


def _personal(
    part: Sequence[Segment], today: date, faults: list[str]
) -> tuple[str | None, Sex, tuple[str, ...], dict[str, str]]:
    """Return birth date, sex, nationalities, and where a journey begins and ends."""
    place = {"178": "", "179": ""}
    births: list[Segment] = []
    sexes: list[Segment] = []
    nations: list[str] = []
    for item in part:
        tag = item.tag
        if tag == "LOC":
            at = item.get(0)
            if at in place:
                place[at] = item.get(1)
        elif tag == "DTM":
            if _tells(item, "329"):
                births.append(item)
        elif tag == "ATT":
            if item.get(0) == "2" and item.get(2):
                sexes.append(item)
        elif tag == "NAT":
            for repetition in item.elements[1] if len(item.elements) > 1 else ():
                if repetition[0]:
                    _add_nation(repetition[0], nations, faults)
    born = _one(births, _DATE, lambda text: birth_date(_dated(text), today), "birth date", faults) if births else None
    sex = _one(sexes, (2, slice(1)), partial(sex_in, _SEXES), "sex", faults) if sexes else None
    return born, sex or "U", tuple(nations), place


def _births(group: Sequence[Segment]) -> Iterator[str]:
    """Yield the birth dates of a traveller as written, less the time that may stand behind one (201, 203)."""
    for item in group:
        if _tells(item, "329"):
            with suppress(ValueError):
                yield laid_out(item.get(0, 1), item.get(0, 2))


def _add_nation(code: str, nations: list[str], faults: list[str]) -> None:
    try:
        nations.append(country(code))
    except InputError as error:
        faults.append(f"nationality: {error.what}")


def _one(
    told: Sequence[Segment], at: tuple[int, slice], read: Callable[[str], _T], what: str, faults: list[str]
) -> _T | None:
    """Return the one value of a field that segments tell; None, and a fault, where they do not agree."""
    element, components = at
    texts = []
    for item in told:
        (said, *others) = item.elements[element]
        if others:
            faults.append(f"{what}: two values")
            return None
        texts.append(_MARK.join(said[components]))
    return agreed(texts, read, what, faults)


def _dated(text: str) -> str:
    """Return a date by the code of its format, which stands behind it. Raises ValueError."""
    value, _, code = text.partition(_MARK)
    return laid_out(value, code)


def _tells(item: Segment, code: str) -> bool:
    """Tell whether a DTM of this qualifier has a date. Carriers send it empty where the date is not known (DTM+36:)."""
    return item.get(0) == code and bool(item.get(0, 1))


def _documents(
    group: Sequence[Segment], starts: Sequence[int], today: date, faults: list[str]
) -> tuple[Document, ...]:
    """Return each document; a visa announced without a number (DOC+V) says nothing to search by."""
    documents: list[Document] = []
    for start, end in pairwise((*starts, len(group))):
        head, number = group[start], group[start].get(1)
        dated: list[Segment] = []
        issuers: list[Segment] = []
        for item in group[start + 1 : end]:
            if item.tag == "DTM" and _tells(item, "36"):
                dated.append(item)
            elif item.tag == "LOC" and item.get(0) == "91" and item.get(1):
                issuers.append(item)
        expires = _one(dated, _DATE, lambda text: expiry_date(_dated(text), today), "expiry", faults) if dated else None
        issuer = _one(issuers, (1, slice(1)), country, "issuer", faults) if issuers else None
        if sum(map(len, head.elements)) > len(head.elements):
            faults.append("a repeated document")
        if not states_no_number(number):
            kind = _DOCUMENTS.get(head.get(0)[:1], "other")
            try:
                documents.append(Document(type=kind, number=number, issuer=issuer, expires=expires))
            except InputError as error:
                faults.append(f"document: {error.what}")
    if len(documents) > QUERY_DOCUMENTS_MAX:
        faults.append(f"more than {QUERY_DOCUMENTS_MAX} documents")
    return tuple(documents[:QUERY_DOCUMENTS_MAX])
