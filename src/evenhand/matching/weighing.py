"""From names that were found to candidates: what else is known is weighed, and what remains is told with its reasons.

Knows:    that most of what is found falls below the cut-off once everything else is weighed.
Told:     a question, and the names of one listed person that meet it.
Answers:  a candidate, or nothing below the cut-off.
Trusted:  yes: what is left out here is a suspect waved through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from evenhand.identity.person import Document, Person
from evenhand.matching.bands import band_of, weigh
from evenhand.matching.block import Block
from evenhand.matching.contract import Candidate, Query
from evenhand.matching.evidence import document_reasons, person_reasons
from evenhand.matching.naming import Named, best_name, named_by
from evenhand.matching.parting import Way
from evenhand.matching.remarks import weakness
from evenhand.matching.scorer import LOOK_MIN, NAME_MIN, POINTS_PER_UNIT, name_score
from evenhand.matching.wording import Vocabulary

APART_POINTS: Final = POINTS_PER_UNIT // 2
"""What a name that was run together is told less than the same name written apart."""


class Asked(NamedTuple):
    """Questions as word numbers: where each reading begins, its words, its cuts, the name it reads.

    `words`: all words asked so far, in hand; `vocabulary`: which gave them their numbers; `parts`: by reading that
    writes apart what was run together, the words that it says are listed (see matching.parting).
    """

    starts: NDArray[np.int64]
    ids: NDArray[np.int32]
    asks: NDArray[np.int64]
    whose: list[int]
    words: Any
    vocabulary: Vocabulary
    parts: Mapping[int, Way]

    def less(self, row: int, block: Block, reading: int) -> int | None:
        """Return what a meeting with a listed reading is told less; None where that has not all the parts."""
        parts = self.parts.get(row)
        if parts is None:
            return 0
        return APART_POINTS if block.together.holds(reading, parts) else None

    def ids_of(self, row: int) -> NDArray[np.int32]:
        """Return the words of a reading."""
        return self.ids[self.starts[row] : self.starts[row + 1]]


class Found(NamedTuple):
    """A listed name that meets an asked one: where, which of their names, which of the asked, log odds.

    And by which readings: the listed one, and the row of the asked one.
    """

    block: Block
    owner: int
    place: int
    asked: int
    points: int
    reading: int
    row: int


def told(block: Block, rows: NDArray[np.int64], said: NDArray[np.int64], asked: Asked) -> list[Found]:
    """Return what a block answered to some questions: rows, and which question it was and where its rows end."""
    found: list[Found] = []
    begin, owner, place, whose = 0, block.listing.owner, block.listing.place, asked.whose
    if not rows.shape[0]:
        return found
    for row, end in said.tolist():
        for reading, points in rows[begin:end].tolist():
            less = asked.less(row, block, reading)
            if less is not None:
                so = points - less
                found.append(Found(block, int(owner[reading]), int(place[reading]), whose[row], so, reading, row))
        begin = end
    return found


Met = dict[tuple[int, int], tuple[Block, list[Found]]]
"""By block and owner: where they are held, and what was found of them; nothing where a document was met."""


def candidates(query: Query, met: Met, asked: Asked) -> tuple[Candidate, ...]:
    """Return those who reach the cut-off, the likeliest first; `asked`: all questions of which this is one."""
    if not met:
        return ()  # as for most who are asked for
    every = (weighed(query, block, owner, found, asked) for (_, owner), (block, found) in met.items())
    return tuple(sorted((one for one in every if one is not None), key=lambda one: (-one.strength, one.key)))


def weighed(query: Query, block: Block, owner: int, met: Sequence[Found], asked: Asked) -> Candidate | None:
    """Return a listed person as a candidate; None below the cut-off.

    `met`: nothing where a document was met; `asked`: all questions of which this is one.
    """
    listed = block.listed(owner)
    documents: tuple[Document, ...] = () if listed.person is None else listed.person.documents
    if listed.document is not None:
        documents = (*documents, listed.document)
    reasons = document_reasons(query, documents)
    strength = weigh(0, weak_name=False, reasons=reasons)
    if listed.person is not None and query.names:
        beside = person_reasons(query, listed.person)
        best = _best(met, asked)
        if best:
            most = weigh(name_score(best[0].points), weak_name=False, reasons=[*reasons, *beside])
            if band_of(most) is None:
                return None  # before any reason is put into words: a weak name can only say less
        least = NAME_MIN if query.birth_date is None and not query.documents else LOOK_MIN
        told_of = [one for one in _ways(query, listed.person, met, best, asked) if one.score >= least]
        ways = [([one.reason, *reasons, *beside], one) for one in told_of]
        for says, one in ways:
            reached = weigh(one.score, weak_name=one.weak, reasons=says)
            if one is ways[0][1] or reached > strength:
                strength, reasons = reached, says
    band = band_of(strength)
    if band is None:
        return None
    return Candidate(key=block.key(owner), strength=strength, band=band, reasons=tuple(reasons))


def _ways(query: Query, person: Person, met: Sequence[Found], best: list[Found], asked: Asked) -> Iterator[Named]:
    """Return how the names of a person meet: the best pair and, if that is a weak one, the best of full names.

    A weak alias that is spelt as asked must not hide that a full name is alike, which proves more.
    """
    named = _named(query, person, best, asked) if best else best_name(query.names, person.names)
    if named is None:
        return
    yield named
    if not named.weak:
        return
    full: Named | None = None
    if met:
        names = query.names, person.names
        best = _best([one for one in met if not weakness(names[0][one.asked], names[1][one.place])], asked)
        full = _named(query, person, best, asked) if best else None
    elif others := [one for one in person.names if not weakness("", one)]:
        full = best_name(query.names, others)
    if full is not None and not full.weak:
        yield full


def _best(met: Sequence[Found], asked: Asked) -> list[Found]:
    """Return what meets best: by every reading of the names that do, for only those that share enough were found."""
    if not met:
        return []
    most = max(one.points for one in met)
    best = [one for one in met if one.points == most]
    if len(best) == 1 and _is_sole(best[0], asked.whose):
        return best  # as of most names
    rows = sorted({row for one in best for row in _rows_of(asked.whose, one.row)})
    place_of = {reading: one.place for one in best for reading in _readings_of(one)}
    readings, found, every = sorted(place_of), {(one.row, one.reading) for one in met}, list[Found]()
    if all((row, reading) in found for row in rows for reading in readings):
        return best
    one, before = best[0], asked.whose[best[0].row] - best[0].asked  # names of other questions
    compared = one.block.points(asked.words, asked.starts, asked.ids, rows, readings)
    for row, line in zip(rows, compared, strict=True):
        for reading, points in zip(readings, line, strict=True):
            place, name, less = place_of[reading], asked.whose[row] - before, asked.less(row, one.block, reading)
            if less is not None:
                every.append(one._replace(place=place, asked=name, points=points - less, reading=reading, row=row))
    most = max(one.points for one in every)
    return [one for one in every if one.points == most]


def _is_sole(found: Found, whose: Sequence[int]) -> bool:
    """Tell whether both the asked and the listed name have but the reading by which they met."""
    row, at, owner, place = found.row, found.reading, found.block.listing.owner, found.block.listing.place
    beside = [one for one in (row - 1, row + 1) if 0 <= one < len(whose)]
    around = [one for one in (at - 1, at + 1) if 0 <= one < owner.size]
    return all(whose[one] != whose[row] for one in beside) and all(
        owner[one] != found.owner or place[one] != found.place for one in around
    )


def _rows_of(whose: Sequence[int], row: int) -> range:
    """Return the rows of the asked name that a row is a reading of."""
    first, last, name = row, row + 1, whose[row]
    while first and whose[first - 1] == name:
        first -= 1
    while last < len(whose) and whose[last] == name:
        last += 1
    return range(first, last)


def _readings_of(found: Found) -> range:
    """Return the readings of the listed name that was found by one of them; they lie side by side."""
    owner, place = found.block.listing.owner, found.block.listing.place
    first, last = found.reading, found.reading + 1
    while first and owner[first - 1] == found.owner and place[first - 1] == found.place:
        first -= 1
    while last < owner.size and owner[last] == found.owner and place[last] == found.place:
        last += 1
    return range(first, last)


def _named(query: Query, person: Person, best: Sequence[Found], asked: Asked) -> Named:
    """Return the best pair of names by what found them: a full name before a weak one, earlier names before later."""
    _, one = min(
        ((bool(weakness(query.names[one.asked], person.names[one.place])), one) for one in best),
        key=lambda pair: (pair[0], pair[1].place, pair[1].asked, pair[1].row, pair[1].reading),
    )
    compared = one.block.explain(asked.words, asked.ids_of(one.row), one.reading)
    named = named_by((query.names[one.asked], person.names[one.place]), one.points, compared)
    if one.row not in asked.parts:
        return named
    return named._replace(reason=replace(named.reason, text=f"{named.reason.text}, written as one word"))
