"""Numbers for what a format must name and a notice does not: documents and aliases, the same from version to version.

Knows:    when two documents are the same one: by type, number and issuer.
Told:     what each version that one reader had names, the oldest first.
Answers:  numbers from 0, in the order in which the reader was first told of each.
Trusted:  yes: a number that went over to another thing would make one document of two.

What leaves a list moves nothing else, and no number tells of what its reader never had. A name computed from the
number of a passport would do the first as well, but whoever has it could try all numbers until one fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from evenhand.identity.person import Document
from evenhand.notices.model import Notice, PersonNotice


class Numbers:
    """Numbers by what a thing is, in each of some series."""

    def __init__(self) -> None:
        self._given: dict[str, dict[Hashable, int]] = {}

    def of(self, series: str, thing: Hashable) -> int:
        """Return the number of a thing, the next one where it is new."""
        given = self._given.setdefault(series, {})
        return given.setdefault(thing, len(given))


def told_apart(documents: Iterable[Document]) -> Iterator[tuple[Hashable, Document]]:
    """Yield each document of a version with what it is; the second that looks the same is another one."""
    alike: Counter[Hashable] = Counter()
    for document in documents:
        named = document.type, document.number, document.issuer
        yield (named, alike[named]), document
        alike[named] += 1


def numbered(versions: Iterable[Notice]) -> list[tuple[int, Document]]:
    """Return the documents of a person's last version by number."""
    numbers, made = Numbers(), list[tuple[int, Document]]()
    for notice in versions:
        documents = notice.person.documents if isinstance(notice, PersonNotice) else ()
        made = [(numbers.of("document", thing), document) for thing, document in told_apart(documents)]
    return made
