# ruff: noqa: PLR0917
"""Retrieval loses nobody: ten thousand questions get the answer of a walk over every listed name."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from numba import njit

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Name, Person
from evenhand.matching.asking import ALONE_BARS, DATED_BARS, LOOSE_BARS
from evenhand.matching.block import Block, build_block, turns
from evenhand.matching.candidacy import (
    ALONE,
    DATED,
    YEAR,
    enough,
    mass_of,
    same_hash,
    sum_up,
    years_agree,
)
from evenhand.matching.contract import Listed
from evenhand.matching.facts import WHOLE_CUT
from evenhand.matching.finding import in_hand
from evenhand.matching.invented import invent
from evenhand.matching.lookup import KEYS_MAX, grade_of, grade_of_join, keys_of
from evenhand.matching.nearby import (
    likeness,
    takes_part,
)
from evenhand.matching.unfolding import SLOTS_MAX, may_join, rooms_for_one, unfold
from evenhand.matching.wording import Vocabulary
from evenhand.matching.working import (
    ADDS,
    BUCKETS,
    GRADED,
    MASK,
    ROW,
    SLOT,
    UNIT,
    WHOLE,
    WORD,
)
from evenhand.names.word import ABJAD, ASKED_ALONE

QUESTIONS = 10_000
OTHERS = (
    "طارق البلوشاني",
    "Радомир Тишарин",
    "백진희",
    "李進勇",
    "Τάσος Μελιγκάς",
    "Anna Maria Velsing",
    "Annamaria Velsing",
    "Radomir Radomir Tisharin",
    "Radomir Radomir Velsing Radomir",
    "Anna Maria Jean Tisharo Velsing",
    "D. J. Tisharin",
    "DJ Velsing",
    "Cemal Velsing",
    "Nur ed-Din Velsing",
)
NO_CUT = -(1 << 40)
MAYBE = np.uint64(1 << 12)  # keys that no asked key is congruent to need no comparing with each


@njit(cache=True)
def listed_keys(w: Any, out: Any, counts: Any) -> None:
    for form in range(counts.size):
        counts[form] = keys_of(
            w.keys[form], w.sizes[form, 2], w.bones[form], w.sizes[form, 3], w.bare[form], 0, 0, out[form],
            w.letters[form], w.sizes[form, 0],
        )  # fmt: skip


@njit(cache=True)
def grades_of(q: Any, first: int, last: int, exact: int, w: Any, keys: Any, counts: Any, out: Any) -> None:
    """Grade every listed word against some spellings: by the definition, form after form."""
    mine, maybe = np.zeros(KEYS_MAX, np.uint64), np.zeros(MAYBE, np.bool_)
    lines = np.zeros((3, 32), np.int32)
    out[:] = 0
    for u in range(first, last):
        f = q.form[u]
        all_of_it = exact | (q.kind[u] & ASKED_ALONE)
        count = keys_of(
            q.keys[f], q.sizes[f, 2], q.bones[f], q.sizes[f, 3], q.kind[u] & ABJAD, 1, all_of_it, mine,
            q.letters[f], q.sizes[f, 0],
        )  # fmt: skip
        maybe[:] = False
        for m in range(count):
            maybe[mine[m] % MAYBE] = True
        for word in range(w.word_kind.size):
            for v in range(w.spelling_start[word], w.spelling_start[word + 1]):
                form, shared = w.form[v], False
                for k in range(counts[form]):
                    if maybe[keys[form, k] % MAYBE]:
                        for m in range(count):
                            shared = shared or keys[form, k] == mine[m]
                if shared:
                    out[word] = max(out[word], grade_of(q, u, w, form, lines))


@njit(cache=True)
def join_grades(q: Any, word: int, listing: Any, spare: Any, out: Any) -> None:
    """Grade every reading by its neighbouring words written as one, against an asked word."""
    w, lines = listing.words, np.zeros((3, 32), np.int32)
    out[:] = 0
    for reading in range(listing.owner.size):
        for at in range(listing.start[reading], listing.start[reading + 1] - 1):
            one, other = listing.ids[at], listing.ids[at + 1]
            for u in range(q.spelling_start[word], q.spelling_start[word + 1]):
                if not q.kind[u] & ASKED_ALONE and may_join(w, one, other):
                    out[reading] = max(out[reading], grade_of_join(q, u, w, one, other, spare, lines))


@njit(cache=True)
def slots_of(q: Any, ids: Any, asked: Any, listing: Any, keys: Any, counts: Any, spare: Any, work: Any) -> int:
    """Fill slots, hits and rows of joined words from every listed word and reading; return the number of slots."""
    slots, pool = work
    w = listing.words
    grades, joined = np.zeros(w.word_kind.size, np.int64), np.zeros(listing.owner.size, np.int64)
    end, count = 0, 0
    for slot in range(asked.slot_start[1]):
        mask = 0
        for at in range(ids.size):
            if asked.span[slot] >> at & 1 and takes_part(q, ids[at]):
                mask |= 1 << at
        if not mask:
            continue
        joined[:] = 0
        if slot < ids.size:
            grades_of(q, q.spelling_start[ids[slot]], q.spelling_start[ids[slot] + 1], 0, w, keys, counts, grades)
            join_grades(q, ids[slot], listing, spare, joined)
        else:
            first, last = asked.spelling_start[slot], asked.spelling_start[slot + 1]
            grades_of(asked, first, last, 1, w, keys, counts, grades)
        slots[count, :] = 0
        slots[count, 0], slots[count, MASK] = end, mask
        for at in range(ids.size):
            slots[count, WHOLE] += q.weight[ids[at]] if mask >> at & 1 else 0
        for word in range(grades.size):
            if takes_part(w, word) and grades[word]:
                pool[end, WORD], pool[end, GRADED] = word, grades[word]
                shared = min(slots[count, WHOLE], w.weight[word])
                pool[end, ADDS] = (shared * likeness(grades[word]) + UNIT - 1) // UNIT << 16
                end += 1
        slots[count, 1] = end
        for reading in range(joined.size):
            if joined[reading]:
                pool[end, WORD], pool[end, GRADED] = reading, joined[reading]
                end += 1
        slots[count, 2] = end
        count += 1
    return count


@njit(cache=True)
def brute(
    q: Any, ids: Any, ask: Any, listing: Any, people: Any, keys: Any, counts: Any, rooms: Any, work: Any, out: Any
) -> int:  # fmt: skip
    """Write every reading that passes, in the order of readings."""
    asked, spare = rooms[0][0], rooms[1][0]
    unfold(q, ids, asked)
    count = slots_of(q, ids, asked, listing, keys, counts, spare, work)
    slots, pool = work
    weights, sums = np.zeros(ids.size, np.int64), np.zeros((2, ids.size + 1), np.int64)
    every = np.ones(BUCKETS, np.uint8)  # any word may be near
    for at in range(ids.size):
        weights[at] = q.weight[ids[at]]
    whole, found = mass_of(q, ids), 0
    for reading in range(listing.owner.size if count else 0):
        owner, first, last = listing.owner[reading], listing.start[reading], listing.start[reading + 1]
        dated = ask[YEAR] != 0 and people[owner, 1] != 0
        bars = DATED if dated else ALONE
        if not people[owner, 0] or (dated and not years_agree(ask[YEAR], people[owner, 1], people[owner, 2])):
            continue
        sum_up(
            weights, listing.record, listing.start, listing.ids, pool, slots, count, reading, every,
            sums,
        )  # fmt: skip
        same = same_hash(q, ids) == same_hash(listing.words, listing.ids[first:last])
        mass = mass_of(listing.words, listing.ids[first:last])
        if enough(sums[0, 0], sums[1, 0], whole, mass, ask, bars, int(same)):
            out[found] = reading
            found += 1
    return found


def the_list() -> Block:
    dice = Random(7)
    people = [*((name,) for name in OTHERS), *invent(200, seed=3)]
    items = []
    for at, names in enumerate(people):
        born = (BirthDate(value=str(dice.randrange(1940, 1960))),) if at % 2 else ()
        items.append((f"X:{at}", Listed(person=Person(names=tuple(Name(text=one) for one in names), birth_dates=born))))
    block = build_block(items)
    for owner in range(0, len(block), 17):
        block.forget(owner)
    return block


def asked_name(dice: Random, names: list[str]) -> str:
    """Return a listed name with words left out, turned, joined and letters changed; now and then two names mixed."""
    words = dice.choice(names).split()
    if dice.random() < 0.1:
        words += dice.choice(names).split()
    if dice.random() < 0.1:
        words.append(dice.choice(words))
    if len(words) > 1 and dice.random() < 0.3:
        words.pop(dice.randrange(len(words)))
    dice.shuffle(words)
    text = list("".join(word + (" " if dice.random() < 0.85 else "") for word in words).strip())
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        text[dice.randrange(len(text))] = dice.choice("aeiousmtrnl ")
    return "".join(text) if not "".join(text).isspace() else "Ada"


def test_retrieval_equals_a_walk_over_every_name() -> None:
    block, dice = the_list(), Random(5)
    names = [name.text for owner in range(len(block)) for name in block.listed(owner).person.names]  # type: ignore[union-attr]
    words, starts = Vocabulary(nicknames=True), [0]
    ids: list[int] = []
    asks: list[tuple[int, ...]] = []
    while len(asks) < QUESTIONS:
        for reading in words.readings(asked_name(dice, names)):
            ids.extend(reading)
            starts.append(len(ids))
            year = dice.choice((0, dice.randrange(1938, 1962)))
            bars = dice.choice(((*ALONE_BARS, *DATED_BARS), (*LOOSE_BARS, *LOOSE_BARS)))
            asks.append((*bars[:3], NO_CUT, *bars[3:], NO_CUT, year, WHOLE_CUT))
    q, rows = words.words(), np.array(ids, np.int32)
    cuts = np.array(asks, np.int64)
    block.prepare(len(words))
    answers, said = block.find(in_hand(q), np.array(starts, np.int64), rows, cuts, turn=turns())
    forms = block.listing.words.bare.size
    keys, counts = np.zeros((forms, KEYS_MAX), np.uint64), np.zeros(forms, np.int64)
    listed_keys(block.listing.words, keys, counts)
    rooms, out, begin, met = (rooms_for_one(1), rooms_for_one(1)), np.zeros(block.listing.owner.size, np.int64), 0, 0
    work = (
        np.zeros((SLOTS_MAX, SLOT), np.int64),
        np.zeros((SLOTS_MAX * (block.listing.words.word_kind.size + block.listing.owner.size), ROW), np.int32),
    )  # fmt: skip
    for at, end in said.tolist():
        asked = rows[starts[at] : starts[at + 1]]
        count = brute(q, asked, cuts[at], block.listing, block.held.people, keys, counts, rooms, work, out)
        assert sorted(answers[begin:end, 0].tolist()) == out[:count].tolist(), at
        begin, met = end, met + count
    assert said[:, 0].tolist() == list(range(len(asks))), "one thread answers all in their order"
    assert met > QUESTIONS
