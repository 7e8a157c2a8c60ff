"""Threads in kernels take turns: every number is given once, every word taken once, every question answered once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
from numba import njit

from evenhand.identity.person import Name, Person
from evenhand.matching.asking import ALONE_BARS
from evenhand.matching.block import build_block, turns
from evenhand.matching.contract import Listed
from evenhand.matching.engine import NameMatcher
from evenhand.matching.facts import WHOLE_CUT
from evenhand.matching.finding import in_hand
from evenhand.matching.scorer import NO_CUT
from evenhand.matching.sharing import hear, next_of, take, tell
from evenhand.matching.wording import Vocabulary

THREADS, NUMBERS = 4, 200_000


@njit(nogil=True)
def walk(turn: Any, given: Any, owners: Any, told: Any, me: int) -> int:
    """Take numbers in turn and places as they are free; tell of each place after it was written to `given`."""
    count = 0
    while True:
        number = next_of(turn, 0)
        if number >= given.size:
            return count
        given[number] += 1
        if take(owners, number // 2, 0, me):
            told[number // 2, 0] = me * 3
            tell(owners, number // 2 + owners.size // 2, me)
        elif hear(owners, number // 2 + owners.size // 2):
            count += int(told[number // 2, 0] != owners[number // 2] * 3)


def test_every_turn_is_given_once_and_every_place_taken_once() -> None:
    turn, given = np.zeros(1, np.int64), np.zeros(NUMBERS, np.int64)
    owners, told, begin = np.zeros(NUMBERS, np.int64), np.zeros((NUMBERS // 2, 1), np.int64), Barrier(THREADS)
    walk(np.zeros(1, np.int64), given[:0], owners[:0], told[:0], 1)

    def part(thread: int) -> int:
        begin.wait()
        return int(walk(turn, given, owners, told, thread + 1))

    with ThreadPoolExecutor(THREADS) as threads:
        torn = sum(threads.map(part, range(THREADS)))
    assert turn[0] == NUMBERS + THREADS
    assert (given == 1).all(), "each number once"
    half = NUMBERS // 2
    assert (owners[:half] > 0).all()
    assert (owners[half:] == owners[:half]).all(), "who took a place told of it, and nobody else"
    assert torn == 0, "what was told of is there"


def test_a_place_that_is_taken_stays_as_it_is() -> None:
    @njit
    def twice(array: Any) -> tuple[bool, bool]:
        return take(array, 1, -1, 5), take(array, 1, -1, 6)

    array = np.full(3, -1, np.int64)
    assert twice(array) == (True, False)
    assert array.tolist() == [-1, 5, -1]


def _asked(vocabulary: Vocabulary, names: list[str]) -> tuple[Any, ...]:
    starts, ids = [0], list[int]()
    for name in names:
        (reading,) = vocabulary.readings(name)
        ids.extend(reading)
        starts.append(len(ids))
    bars = (*ALONE_BARS, NO_CUT, *ALONE_BARS, NO_CUT, 0, WHOLE_CUT)
    words = np.array(ids, np.int32)
    return in_hand(vocabulary.words()), np.array(starts, np.int64), words, np.array([bars] * len(names), np.int64)


def test_a_question_is_answered_by_one_thread_however_often_it_comes_back() -> None:
    block = build_block((f"P:{at}", Listed(person=Person(names=(Name(text="Radomir Tisharin"),)))) for at in range(20))
    vocabulary = Vocabulary(nicknames=True)
    asked = _asked(vocabulary, ["Radomir Tisharin", "Velkovan Bardolo", *["Tisharin Radomir"] * 7])
    block.prepare(len(vocabulary), 2)
    turn = turns()
    rows, said = block.find(*asked, turn=turn, thread=1)
    assert said.tolist() == [[0, 20], *([at, 20 * at] for at in range(1, 9))], "room for two answers at a time"
    assert rows[:20, 0].tolist() == rows[20:40, 0].tolist() == list(range(20))
    rows, said = block.find(*asked, turn=turn, thread=0)
    assert (rows.size, said.size) == (0, 0), "none is left for another thread"


def test_words_that_one_thread_is_looking_up_are_found_by_the_other() -> None:
    matcher = NameMatcher()
    matcher.put("P:1", Listed(person=Person(names=(Name(text="Radomir Tisharin"),))))
    (found,) = matcher.find(["Radomir Tischarin"], (*ALONE_BARS, NO_CUT, *ALONE_BARS, NO_CUT, 0))
    (block,) = matcher._all_blocks()
    assert block._near is not None
    block._near.size[block._near.size >= 0] = -2  # as if a thread had taken them and were not done
    (again,) = matcher.find(["Radomir Tischarin"], (*ALONE_BARS, NO_CUT, *ALONE_BARS, NO_CUT, 0))
    assert again._replace(block=found.block) == found
    assert (block._near.size < 0).all(), "and left to the thread that took them"
