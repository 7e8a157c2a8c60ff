"""What our own export says in FollowTheMoney by sentences, read back as what it was: marks, ranges, states, places.

Knows:    the sentences of `export.ftm` and `export.wording`.
Told:     properties of an entity, or texts of them, before anything else of them is read.
Answers:  marks as handling, ranges of birth years, a document's status, and what is left.
Trusted:  no: input; but a mark can only make stricter what a policy says.

FollowTheMoney has no place for any of these. Whoever took them for plain words would publish a notice more widely than
its originator allowed, and would make two exact years of birth out of a range.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import DocumentStatus
from evenhand.interop.countries import country_code
from evenhand.interop.export.released import stricter
from evenhand.notices.model import Handling

_MARKS: Final = re.compile(r"TLP:(?P<tlp>\S{1,20}) PAP:(?P<pap>\S{1,20})")
_STATUS: Final = re.compile(r"status: (?P<status>[a-z_]{1,20})")
_BORN: Final = re.compile(
    r"Born (?P<about>approximately )?(?:between (?P<first>[0-9-]{4,10}) and (?P<last>[0-9]{4})|(?P<day>[0-9-]{4,10}))"
)
_STATUSES: Final[frozenset[DocumentStatus]] = frozenset(get_args(DocumentStatus))


def marks_among(texts: Iterable[str]) -> tuple[Handling | None, list[str]]:
    """Return the strictest marks that texts state, or none, and the texts that state none."""
    found: Handling | None = None
    left = []
    for text in texts:
        said = _MARKS.fullmatch(text)
        try:
            made = None if said is None else msgspec.convert(said.groupdict(), Handling)
        except msgspec.ValidationError:
            made = None
        if made is None:
            left.append(text)
        else:
            found = stricter(found or made, made)
    return found, left


def status_among(texts: Iterable[str]) -> tuple[DocumentStatus, list[str]]:
    """Return the status of a document that texts state, or `unknown`, and the texts that state none."""
    status: DocumentStatus = "unknown"
    left = []
    for text in texts:
        said = _STATUS.fullmatch(text)
        if said is None or said["status"] not in _STATUSES:
            left.append(text)
        elif status in ("unknown", said["status"]):
            status = said["status"]
        else:
            left.append(text)
    return status, left


def take_births(properties: dict[str, Any]) -> list[BirthDate]:
    """Take the births that a note says in full out of the properties: the note, and the dates it puts together.

    A note whose dates are not there is no sentence of ours, and stays.
    """
    notes, dates = properties.get("notes"), properties.get("birthDate")
    if not (isinstance(notes, list) and isinstance(dates, list)):
        return []
    found: list[BirthDate] = []
    spent: set[str] = set()
    left = []
    for note in notes:
        born = _born(note) if isinstance(note, str) else None
        ends = set() if born is None else {born.value, born.until or born.value}
        if born is None or not ends.issubset(one for one in dates if isinstance(one, str)):
            left.append(note)
        else:
            found.append(born)
            spent |= ends
    if found:
        properties["notes"] = left
        properties["birthDate"] = [one for one in dates if not (isinstance(one, str) and one in spent)]
    return found


def _born(note: str) -> BirthDate | None:
    said = _BORN.fullmatch(note)
    if said is None or not (said["about"] or said["last"]):
        return None
    certainty = "approximate" if said["about"] else "exact"
    try:
        return BirthDate(value=said["first"] or said["day"], until=said["last"], certainty=certainty)  # type: ignore[arg-type]
    except InputError:
        return None


def birth_places(places: Iterable[str], countries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each place of birth as its text and the code of its country, where one is known.

    Our own export ends a place with its country's code. Where there is one place and one country, they are of one
    another, unless the place says another country itself. A country without its place is a place of birth as well.
    """
    codes = dict.fromkeys(countries)
    texts = list(places)
    left = dict(codes)
    for text in texts:
        head, _, last = text.rpartition(", ")
        said = last if last in codes else country_code(last)
        only = next(iter(codes)) if len(codes) == len(texts) == 1 and said in (None, *codes) else ""
        code = said if said in codes else only
        if code:
            left.pop(code, None)
        yield head if last in codes else text, code or ""
    for code in left:
        yield "", code
