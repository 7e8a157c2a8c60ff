# ruff: noqa: ANN401, PLR0917
"""One question or many against one list, in one kernel: candidates, their comparison, and the cut.

Knows:    which birth years can still agree.
Told:     questions as word numbers with their cuts, a list, and room for one thread.
Answers:  (reading, points) of every candidate at or above its cut.
Trusted:  yes: a candidate lost here is a suspect waved through.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import types
from numba.experimental import structref
from numpy.typing import NDArray

from evenhand.matching.ahead import ahead
from evenhand.matching.alike import DROPS, DROPS_ABJAD, LOOKS, PRICES, int64, look_drops
from evenhand.matching.borrowing import borrowed
from evenhand.matching.candidacy import (
    ALONE,
    CUT,
    DATED,
    FACTS,
    YEAR,
)
from evenhand.matching.changes import changes_said, either_said
from evenhand.matching.comparing import SLOTS_MAX, compare
from evenhand.matching.facts import cut_beside
from evenhand.matching.kernels import jit, kernel_with_room
from evenhand.matching.measuring import FEATURES, WORD_FEATURES
from evenhand.matching.nearby import LEARNT, learn
from evenhand.matching.recall import candidates
from evenhand.matching.scorer import Forest, score
from evenhand.matching.sharing import next_of
from evenhand.matching.unfolding import FORMS_MAX, rooms_for_one, unfold
from evenhand.matching.wording import Words
from evenhand.matching.working import (
    Listing,
    Near,
    Work,
)

TABLES: Final = (PRICES, LOOKS, DROPS, DROPS_ABJAD, look_drops(), changes_said(), either_said())
PAIRS_MAX: Final = 32
ANSWERED: Final = LEARNT + 1
"""Place among the turns of a block: the next question to answer."""
TURNS: Final = ANSWERED + 1


class Room(NamedTuple):
    """What one thread works in beside `Work`."""

    asked: Any
    listed: Any
    """Arrays of one record: numba takes an array from Python at once, a record through a text that describes it."""
    memo: NDArray[np.int32]
    words: NDArray[np.int32]
    row: NDArray[np.int32]
    pairs: NDArray[np.int32]


class Desk(NamedTuple):
    """All that one thread needs to ask a list.

    `people`: (alive, first birth year, last birth year, what else is known: see facts_of) by owner; a first year of 0:
    no birth date is listed. `cuts`: see facts.cuts.
    """

    listing: Listing
    people: NDArray[np.int16]
    near: Near
    work: Work
    room: Room
    tables: tuple[NDArray[Any], ...]
    cuts: NDArray[np.int64]
    trees: Forest
    out: NDArray[np.int64]


@structref.register
class InHandType(types.StructRef):
    """Numba's type of arrays in hand."""

    def preprocess_fields(self, fields: Any) -> Any:
        """Return the fields without literal types, as numba asks for."""
        return tuple((name, types.unliteral(kind)) for name, kind in fields)  # type: ignore[no-untyped-call]


class InHand(structref.StructRefProxy):
    """Arrays in hand (see in_hand)."""

    def __new__(cls, value: Any) -> Any:
        """Return the arrays in one piece."""
        return structref.StructRefProxy.__new__(cls, value)  # type: ignore[no-untyped-call]


structref.define_proxy(InHand, InHandType, ["value"])  # type: ignore[no-untyped-call]


@jit
def _forget_joined(b: Any, memo: Any) -> None:
    """Forget what was remembered of the joined words of the reading just compared; their numbers are given again."""
    for form in range(b.spelling_start[b.words[0]], b.spelling_start[b.slot_start[1]]):
        for slot in range(SLOTS_MAX):
            memo[b.number[form], slot] = 0


@jit
def _forget(listing: Any, reading: int, room: Any) -> None:
    """Forget what was remembered of the words of a reading, for the next question."""
    w = listing.words
    for place in range(listing.start[reading], listing.start[reading + 1]):
        word = listing.ids[place]
        for spelling in range(w.spelling_start[word], w.spelling_start[word + 1]):
            form = w.form[spelling]
            for slot in range(SLOTS_MAX):
                room.memo[form, slot] = 0


@jit
def _ask_ahead(listing: Any, found: Any, count: int, memo: Any) -> None:
    """Ask for the memory of the readings that will be compared: which words, what these are, how they are written."""
    w, start, ids = listing.words, listing.start, listing.ids
    for k in range(count):
        ahead(start, found[k])
    for k in range(count):
        ahead(ids, start[found[k]])
    for k in range(count):
        for place in range(start[found[k]], start[found[k] + 1]):
            ahead(w.spelling_start, ids[place])
            ahead(w.weight, ids[place])
    for k in range(count):
        for place in range(start[found[k]], start[found[k] + 1]):
            first = w.spelling_start[ids[place]]
            form = w.form[first]
            ahead(w.cost, first)
            ahead(w.letters, form)
            ahead(w.sounds, form)
            ahead(w.sizes, form)
            ahead(w.consonants, form)
            ahead(memo, form)


@jit
def _is_sole(listing: Any, reading: int) -> bool:
    """Tell whether a reading is the only one of its name: those of one name lie side by side."""
    owner, place, other = listing.owner, listing.place, reading + 1
    if reading and owner[reading - 1] == owner[reading] and place[reading - 1] == place[reading]:
        return False
    return bool(other == owner.size or owner[other] != owner[reading] or place[other] != place[reading])


@jit
def find(q: Any, ids: Any, ask: Any, desk: Any, at: int) -> int:
    """Write rows (reading, points) from row `at` of desk.out on; return the row after the last."""
    listing, people, work, room, out = desk.listing, desk.people, desk.work, desk.room, desk.out
    asked, listed = room.asked[0], room.listed[0]
    unfold(q, ids, asked)
    count = candidates(q, ids, asked, ask, listing, people, desk.near, work, listed)
    _ask_ahead(listing, work.found, count, room.memo)
    for k in range(count):
        reading = work.found[k]
        owner = listing.owner[reading]
        first = DATED if ask[YEAR] and people[owner, 1] else ALONE
        cut = ask[first + CUT]
        if _is_sole(listing, reading):  # else another reading may say more of the name
            cut = cut_beside(desk.cuts, cut, ask[FACTS], int64(people[owner, 3]), int64(first == DATED))
        unfold(listing.words, listing.ids[listing.start[reading] : listing.start[reading + 1]], listed)
        met = compare(asked, int64(0), listed, int64(0), desk.tables, room.memo, room.words, room.row, room.pairs)
        points = score(desk.trees, room.words, met, room.row, cut)
        _forget_joined(listed, room.memo)
        if points >= cut:
            out[at, 0], out[at, 1] = reading, points
            at += 1
    for k in range(count):
        _forget(listing, work.found[k], room)
    return at


@kernel_with_room
def find_many(words: Any, starts: Any, ids: Any, asks: Any, at_desk: Any, turns: Any, said: Any) -> int:
    """Answer questions in turn with other threads, once none is left of the words that nobody looked up.

    `words`, `at_desk`: the questions' words and a Desk, in hand. `turns`: at ANSWERED the next question. Writes to
    `said` which question it answered, and where its rows in `out` of the desk end; returns how many. It stops before
    the last where `out` might have no room for every reading once more.
    """
    q, desk = borrowed(words.value), borrowed(at_desk.value)
    starts, ids, asks, turns, said = borrowed((starts, ids, asks, turns, said))
    learn(q, ids, turns, desk.listing, desk.near, desk.work, desk.room.listed[0])
    at, count = int64(0), int64(0)  # a literal would be compiled for on its own
    while at + desk.listing.owner.size <= desk.out.shape[0]:
        question = next_of(turns, ANSWERED)
        if question >= starts.size - 1:
            break
        at = find(q, ids[starts[question] : starts[question + 1]], asks[question], desk, at)
        said[count, 0], said[count, 1] = question, at
        count += 1
    return int(count)


@kernel_with_room
def learn_many(words: Any, asked: Any, at_desk: Any, turns: Any) -> None:
    """Look up what is near some asked words, as far as there is room to keep it."""
    desk = borrowed(at_desk.value)
    work, spare = desk.work, desk.room.listed[0]
    learn(borrowed(words.value), borrowed(asked), borrowed(turns), desk.listing, desk.near, work, spare)


@kernel_with_room
def _hand(value: Any) -> Any:
    return InHand(value)


def in_hand(value: Words | Listing | Desk) -> Any:
    """Return arrays as one thing that kernels take at once: ninety arrays one by one cost more than a question."""
    return _hand(value)


def room_for(listing: Listing) -> Room:
    """Return the rest of the room for one thread over a list."""
    return Room(
        rooms_for_one(1),
        rooms_for_one(1),
        np.zeros((listing.words.bare.size + FORMS_MAX, SLOTS_MAX), np.int32),
        np.zeros((PAIRS_MAX, len(WORD_FEATURES)), np.int32),
        np.zeros(len(FEATURES), np.int32),
        np.zeros((PAIRS_MAX, 4), np.int32),
    )
