# ruff: noqa: ANN401, PLR0917
"""Which listed words are near an asked word: found once, then kept.

Knows:    that travellers' words repeat, so that what was found for a word is worth keeping.
Told:     a question's words and a list.
Answers:  rows of (listed word, grade) and of (reading, grade) for every word of the question.
Trusted:  yes: a listed word left out here is a suspect waved through.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.matching.ahead import ahead
from evenhand.matching.alike import alike_from, apart, int64, softly
from evenhand.matching.joining import holding
from evenhand.matching.kernels import jit, jit_with_room
from evenhand.matching.lanes import consonants_in, near_forms, sounds_in
from evenhand.matching.lookup import (
    GRADE_BASE,
    GRADE_BITS,
    GRADE_MAX,
    GRADE_STEP,
    KEYS_MAX,
    NEIGHBOUR_MIN,
    NICKNAME_MIN,
    bucket_of,
    first_of,
    grade_for,
    keys_of,
)  # fmt: skip
from evenhand.matching.sharing import hear, next_of, take, tell
from evenhand.matching.working import (
    ADDS,
    AHEAD,
    BUMP,
    GRADED,
    LIMIT,
    MASK,
    NOT_YET,
    POSTS,
    TAKING_PART,
    UNDATED,
    UNDER_WAY,
    UNIT,
    WHOLE,
    WORD,
)
from evenhand.names.word import ABJAD, ASKED_ALONE

LEARNT: Final = 0
"""Place among the turns of a block: the next word to look up."""
_FEW: Final = 6
"""So few forms are measured one by one."""
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_ONE: Final = np.uint64(1)


@jit
def takes_part(w: Any, word: int) -> bool:
    """Tell whether a word counts in retrieval."""
    return bool(w.word_kind[word] in TAKING_PART)


@jit
def likeness(grade: int) -> int:
    """Return the similarity in thousandths that a grade stands for."""
    return int(GRADE_BASE + GRADE_STEP * grade)


@jit
def _with_keys(keys: Any, count: int, keyed: Any, bucket: Any, met: Any, forms: Any) -> int:
    """Write the forms that have one of some keys, each once; return how many."""
    number = int64(0)
    for k in range(count):
        ahead(bucket, bucket_of(bucket, keys[k]))
    for k in range(count):
        ahead(keyed, bucket[bucket_of(bucket, keys[k])])
    for k in range(count):
        place = first_of(keyed, bucket, keys[k])
        while place < keyed.size and keyed[place] >> _HALF == keys[k]:
            form = int64(keyed[place] & _LOW)
            place += 1
            bit = _ONE << np.uint64(form & 63)
            if not met[form >> 6] & bit:
                met[form >> 6] |= bit
                forms[number] = form
                number += 1
    return int(number)


@jit
def _forgotten(forms: Any, count: int, met: Any) -> None:
    """Empty `met`, in which each form has a bit."""
    for at in range(count):
        met[forms[at] >> 6] = 0


@jit
def _not_apart(forms: Any, similar: Any, count: int, consonants: int, size: int, faces: Any) -> int:
    """Keep of forms that are alike those that are not apart from one with these consonants and so many sounds."""
    marks, kept = faces.view(np.int64), int64(0)
    for at in range(count):
        form = forms[at]
        if not apart(consonants, consonants_in(marks, form), max(size, sounds_in(faces, form))):
            forms[kept], similar[kept] = form, similar[at]
            kept += 1
    return int(kept)


@jit_with_room
def _one_by_one(q: Any, f: int, kind: int, need: int, w: Any, forms: Any, count: int, similar: Any) -> int:
    """Do what `lanes.near_forms` does, for few forms."""
    lines, kept = np.zeros((3, 32), np.int32), int64(0)
    letters, sounds, sizes = q.letters, q.sounds, q.sizes  # taken out here: a call copies what it is given
    others, other_sounds, other_sizes = w.letters, w.sounds, w.sizes
    for at in range(count):
        form = forms[at]
        soft = softly(kind, w.bare[form], int64(sizes[f, 3]), int64(other_sizes[form, 3]))
        found = alike_from(
            letters, sounds, f, sizes, others, other_sounds, form, other_sizes, soft, int64(0), need, lines
        )
        if found >= need:
            forms[kept], similar[kept] = form, found
            kept += 1
    return int(kept)


@jit
def _near_spelling(q: Any, u: int, exact: int, listing: Any, work: Any, keys: Any, at: int) -> int:
    """Write every listed word near spelling u to work.rows, and its best grade to work.level.

    `exact`: by the whole key only; `keys`: room; `at`: words written before. Returns how many are written now.
    """
    f, kind, cost = int64(q.form[u]), int64(q.kind[u]), int64(q.cost[u])
    count = keys_of(
        q.keys[f], q.sizes[f, 2], q.bones[f], q.sizes[f, 3], int64(kind & ABJAD), int64(1), exact, keys,
        q.letters[f], q.sizes[f, 0],
    )  # fmt: skip
    met = _with_keys(keys, count, listing.keyed, listing.bucket, work.met, work.forms)
    if met == 0:
        return at
    _forgotten(work.forms, met, work.met)
    need = int64(NICKNAME_MIN if kind & ASKED_ALONE else NEIGHBOUR_MIN)
    if met < _FEW:
        met = _one_by_one(q, f, kind, need, listing.words, work.forms, met, work.similar)
    else:
        met = near_forms(
            q.letters, q.sounds, q.sizes, f, kind, need, listing.faces, work.forms, met, work.order, work.similar
        )
    met = _not_apart(work.forms, work.similar, met, q.consonants[f], int64(q.sizes[f, 1]), listing.faces)
    used_start, used, level, rows = listing.used_start, listing.used, work.level, work.rows
    for k in range(met):
        ahead(used_start, work.forms[min(k + AHEAD, met - 1)])
        grade, form = grade_for(work.similar[k], kind, cost), work.forms[k]
        for place in range(used_start[form], used_start[form + 1]):
            word = used[place]
            if level[word] == 0:
                rows[at] = word
                at += 1
            level[word] = max(level[word], grade)
    return at


@jit_with_room
def _kept_rows(listing: Any, work: Any, pool: Any, count: int, whole: int, at: int) -> int:
    """Write a row for each of the words in work.rows, in their order, from row `at` on; return the row after the last.

    `whole`: what the asked words weigh.
    """
    rows, level = work.rows, work.level
    for row in range(count):
        word = rows[row]
        rows[row] = word << GRADE_BITS | int64(level[word])
        level[word] = 0
    rows[:count].sort()
    for row in range(count):
        soon = rows[min(row + AHEAD, count - 1)] >> GRADE_BITS
        ahead(listing.words.weight, soon)
        ahead(listing.post_start, soon)
        ahead(listing.dated_start, soon)
        word, grade = rows[row] >> GRADE_BITS, rows[row] & GRADE_MAX
        shared = min(whole, int64(listing.words.weight[word]))
        first, second = shared * likeness(grade), shared * (likeness(grade) - 500)
        begin, end = listing.post_start[word], listing.post_start[word + 1]
        pool[at, WORD], pool[at, POSTS], pool[at, GRADED] = word, begin, (end - begin) << GRADE_BITS | grade
        pool[at, UNDATED] = listing.dated_start[word] - begin
        pool[at, ADDS] = (first + UNIT - 1) // UNIT << 16 | (second + UNIT - 1) // UNIT
        at += 1
    return at


@jit
def _near(
    q: Any, word: int, listing: Any, pool: Any, work: Any, spare: Any, keys: Any, begin: int
) -> tuple[int, int]:  # fmt: skip
    """Write the rows of an asked word from row `begin` on; return where those of words end, and those of readings."""
    count = int64(0)
    for u in range(q.spelling_start[word], q.spelling_start[word + 1]):
        count = _near_spelling(q, u, int64(q.kind[u] & ASKED_ALONE), listing, work, keys, count)
    middle = _kept_rows(listing, work, pool, count, int64(q.weight[word]), begin)
    return middle, holding(q, word, listing, work, pool, spare, middle)


@jit_with_room
def learn(q: Any, words: Any, turns: Any, listing: Any, near: Any, work: Any, spare: Any) -> None:
    """Look up what is near asked words that nobody looked up, word by word in turn with other threads.

    As far as there is room to keep it. `turns`: at LEARNT the place of the next of the words.
    """
    keys = np.zeros(KEYS_MAX, np.uint64)
    while work.room[BUMP] <= work.room[LIMIT]:
        place = next_of(turns, LEARNT)
        if place >= words.size:
            return
        word = words[place]
        if near.size[word] == NOT_YET and take(near.size, word, NOT_YET, UNDER_WAY):
            if takes_part(q, word):
                begin = int64(work.room[BUMP])
                middle, end = _near(q, word, listing, near.pool, work, spare, keys, begin)
                near.start[word], near.join_size[word] = begin, end - middle
                work.room[BUMP] = end
                tell(near.size, word, middle - begin)  # the last: whoever hears it finds the rest
            else:
                tell(near.size, word, int64(0))  # known from now on: nobody looks it up again


@jit_with_room
def near_slots(q: Any, ids: Any, asked: Any, listing: Any, near: Any, work: Any, spare: Any, slots: Any) -> int:
    """Fill rows (see MASK) of slots and return their number.

    `ids`: the question's words; `asked`: the same unfolded, two words written as one among them; `spare`: room.
    """
    count, part, keys, end = 0, int64(0), np.zeros(KEYS_MAX, np.uint64), int64(work.room[BUMP])
    for at in range(ids.size):
        word = ids[at]
        if not takes_part(q, word):
            continue
        part |= int64(1) << at
        size = hear(near.size, word)
        if size < 0:
            slots[count, 0] = end
            slots[count, 1], end = _near(q, word, listing, near.pool, work, spare, keys, end)
            slots[count, 2] = end
        else:
            slots[count, 0] = near.start[word]
            slots[count, 1] = slots[count, 0] + size
            slots[count, 2] = slots[count, 1] + near.join_size[word]
        slots[count, MASK], slots[count, WHOLE] = int64(1) << at, q.weight[word]
        count += 1
    for slot in range(ids.size, asked.slot_start[1]):
        mask = asked.span[slot] & part
        if not mask:
            continue
        found, whole = int64(0), int64(0)
        for u in range(asked.spelling_start[slot], asked.spelling_start[slot + 1]):
            found = _near_spelling(asked, u, int64(1), listing, work, keys, found)
        if found:
            for at in range(ids.size):
                whole += q.weight[ids[at]] if mask >> at & 1 else 0
            begin = end
            end = _kept_rows(listing, work, near.pool, found, whole, begin)
            slots[count, 0], slots[count, 1], slots[count, 2] = begin, end, end
            slots[count, MASK], slots[count, WHOLE] = mask, whole
            count += 1
    return count
