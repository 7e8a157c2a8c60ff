"""The few sentences that every export says in the same words.

Knows:    places, documents and marks.
Told:     parts of notices.
Answers:  one line of text each.
Trusted:  yes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from evenhand.identity.person import Document, FileReference, NameKind, Place
from evenhand.notices.model import Handling, Notice, PersonNotice

VEHICLE_TYPES: Final = frozenset({"licence_plate", "vehicle_registration", "vin"})
"""Document types that name a vehicle by what is written on it."""
WEAK_NAMES: Final[frozenset[NameKind]] = frozenset({"alias_low", "nickname"})
"""Kinds of name that say little by themselves: every format that can tells them from the others."""
NEVER_AN_ORDER: Final = "A match with this record is not an order: verify the person with its originator."

_LINE: Final = re.compile(r"(?P<said>.{1,400}?)(?: \((?P<issuer>[A-Z]{1,3})\))?")
_KIND_WORDS_MAX: Final = 6


def place_line(place: Place) -> str:
    """Return a place in one line: text, city, region, country."""
    return ", ".join(part for part in (place.text, place.city, place.region, place.country) if part)


def document_line(document: Document) -> str:
    """Return a document in one line: type, number, issuer where known."""
    kind = document.type.replace("_", " ")
    return f"{kind} {document.number}" + (f" ({document.issuer})" if document.issuer else "")


def documents_in_line(line: str) -> Iterator[tuple[str, str, str | None]]:
    """Yield as which documents (type, number, issuer) a line of `document_line` may be read: a number has a digit.

    Where the kind ends and a number with spaces begins the line does not say, so each place is one reading.
    """
    read = _LINE.fullmatch(line)
    words = [] if read is None else read["said"].split()
    for place in range(1, min(len(words), _KIND_WORDS_MAX + 1)):
        number = " ".join(words[place:])
        if read is not None and any(mark.isdigit() for mark in number):
            yield "_".join(words[:place]), number, read["issuer"]


def subject_line(notice: Notice) -> str:
    """Return who or what a notice is about, in one line."""
    if isinstance(notice, PersonNotice):
        return notice.person.names[0].text
    return document_line(notice.document)


def files_line(files: Sequence[FileReference]) -> str:
    """Return what kinds of file an originator holds and how many: never which, so neither a hash nor a sample."""
    counted = Counter(one.kind for one in files)
    return ", ".join(f"{number} {kind}" for kind, number in counted.items())


def handling_marks(handling: Handling) -> str:
    """Return `TLP:AMBER PAP:GREEN`."""
    return f"TLP:{handling.tlp} PAP:{handling.pap}"
