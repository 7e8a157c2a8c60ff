"""The matcher: names, dates and documents asked against everything listed.

Knows:    blocks of listed people, what changed since, and the words asked lately.
Told:     listed notices by key, and questions.
Answers:  the Matcher interface; candidates with reasons, in an order that is the same on every machine.
Trusted:  yes: a lost candidate is a suspect waved through, a false one an innocent stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from evenhand.matching.asking import ask_of
from evenhand.matching.block import Block, arrays_of, block_of, build_block, numbers_asked, turns
from evenhand.matching.candidacy import ALONE, ASK, CUT, DATED, FACTS
from evenhand.matching.contract import Answer, Listed, Query
from evenhand.matching.edition import matcher_version
from evenhand.matching.evidence import numberless
from evenhand.matching.facts import WHOLE_CUT
from evenhand.matching.finding import in_hand
from evenhand.matching.packing import form_row
from evenhand.matching.parting import Way
from evenhand.matching.storing import load, opened, pieces, save
from evenhand.matching.together import WrittenApart, apart_in, long_words_of
from evenhand.matching.weighing import APART_POINTS, Asked, Found, Met, candidates, told
from evenhand.matching.wording import Vocabulary, Words
from evenhand.names.cleaning import clean
from evenhand.names.forms import WORDS_MAX, forms, has_more
from evenhand.names.latin import sound, spellings
from evenhand.names.parts import commonest
from evenhand.names.script import scripts_in

_PENDING_MAX: Final = 64
_BLOCKS_MAX: Final = 24
"""So many blocks are merged where nobody calls `tidy`."""
_LIKE_SIZES: Final = 4
"""So many blocks of like size are merged by `tidy`."""
_SMALL: Final = 2_000
"""Blocks of so few owners are always merged: in a tenth of a second, and each costs every question 0.05 ms."""
_FORGOTTEN_SHARE: Final = 1_000
"""A block is built again when more than one in so many of its owners is forgotten."""
_ASKED_WORDS_MAX: Final = 300_000
_FRESH_WORDS_MAX: Final = 2_000
_MANY: Final = 10_000
_FORESEEN: Final = 12_000
"""So many of the commonest words of names are looked up by `tidy` before anybody asks: most that travellers bring."""
_FORESEEN_AT_ONCE: Final = 32
"""So many at a time: questions wait some ten milliseconds for them at a million people."""
_FOR_A_THREAD: Final = 2
"""So many readings of names are worth a thread: fewer are answered sooner by the caller alone."""
_Done = TypeVar("_Done")


class NameMatcher:
    """The Matcher protocol over blocks; changes gather in a small one that is built again at the next search."""

    def __init__(self) -> None:
        self._lock = RLock()  # over blocks, what is pending, and where kernels work
        self._wording = Lock()  # over words asked so far; never waited for by who holds the other
        self._blocks: list[Block] = []
        self._pending: dict[str, bytes] = {}
        self._fresh: Block | None = None
        self._fresh_words = Vocabulary(nicknames=False)
        self._asked = Vocabulary(nicknames=True)
        self._in_hand: tuple[Words, Any] | None = None

    @property
    def version(self) -> str:
        """SHA-256 in hex over tables, weights, thresholds and code that decide an answer."""
        return matcher_version()

    def fresh(self) -> NameMatcher:
        """Return an empty matcher of the same version."""
        return NameMatcher()

    def readings(self) -> int:
        """Return how many readings of names are listed, forgotten ones too."""
        with self._lock:
            return sum(int(block.listing.owner.size) for block in self._all_blocks())

    # -- changes -----------------------------------------------------------------------------------

    def put(self, key: str, listed: Listed) -> None:
        """Add a notice or replace what was held under its key; the next search sees it."""
        with self._lock:
            self.drop(key)
            self._pending[key] = msgspec.msgpack.encode(listed)
            self._fresh = None
            if len(self._pending) > _PENDING_MAX:
                self._settle()

    def put_many(self, items: Iterable[tuple[str, Listed]]) -> None:
        """Add many at once; they are read and built before the lock is taken, so questions go on meanwhile."""
        block = build_block(items)
        with self._lock:
            if self._blocks or self._pending:
                for owner in range(len(block)):
                    self.drop(block.key(owner))
            self._settle()
            if len(block):
                self._blocks.append(block)
            if len(block) > _MANY:
                for cached in (forms, form_row, sound, spellings):
                    cached.cache_clear()

    def drop(self, key: str) -> None:
        """Forget a notice; unknown keys are ignored."""
        with self._lock:
            if self._pending.pop(key, None) is not None:
                self._fresh = None
            for block in self._blocks:
                owner = block.owner_of(key)
                if owner is not None:
                    block.forget(owner)

    def _settle(self) -> None:
        """Move what is pending into a block."""
        items, self._pending, self._fresh = list(self._pending.items()), {}, None
        if items:
            self._blocks.append(build_block(items))
        if len(self._blocks) > _BLOCKS_MAX:
            while self._merge():
                pass

    def tidy(self) -> bool:
        """Merge blocks, or look up some common words before anybody asks; tell whether there was anything to do.

        For a thread of its own: questions and changes wait for moments, not until all is done.
        """
        return self._merge() or self._foresee()

    def _foresee(self) -> bool:
        """Look up what is near a few of the commonest words in a large block; tell whether any were left."""
        with self._lock:
            block = next((one for one in self._blocks if len(one) > _MANY and one.foreseen < _FORESEEN), None)
        if block is None:
            return False
        words = _commonest()[block.foreseen : block.foreseen + _FORESEEN_AT_ONCE]

        def learn(asked: Asked) -> None:
            block.prepare(len(self._asked))
            block.learn(asked.words, asked.ids)
            block.foreseen += _FORESEEN_AT_ONCE

        self._while_asked(words, [(0,) * ASK] * len(words), learn)
        return True

    def _merge(self) -> bool:
        """Merge blocks of like size and leave out what was forgotten; tell whether there were any."""
        with self._lock:
            chosen = _to_merge(self._blocks)
            listed = [block.held.people[:, 0].copy() for block in chosen]
        if not chosen:
            return False
        merged = build_block(item for block in chosen for item in block.living())
        with self._lock:
            if all(any(block is one for one in self._blocks) for block in chosen):
                for block, before in zip(chosen, listed, strict=True):
                    for owner in np.flatnonzero((before != 0) & (block.held.people[:, 0] == 0)).tolist():
                        if (gone := merged.owner_of(block.key(owner))) is not None:
                            merged.forget(gone)  # dropped while the block was built
                kept = [one for one in self._blocks if not any(block is one for block in chosen)]
                self._blocks = [*kept, merged] if len(merged) else kept
        return True

    def _all_blocks(self) -> list[Block]:
        if self._pending and self._fresh is None:
            if len(self._fresh_words) > _FRESH_WORDS_MAX:
                self._fresh_words = Vocabulary(nicknames=False)
            self._fresh = build_block(self._pending.items(), self._fresh_words)
        return [*self._blocks, *([self._fresh] if self._fresh is not None else [])]

    # -- questions ---------------------------------------------------------------------------------

    def _ask(self, names: Sequence[str], cuts: Sequence[Sequence[int]], apart: WrittenApart) -> Asked:
        """Return names as questions, each with its cuts (see candidacy.ASK); `apart`: what some may be besides."""
        with self._wording:
            if len(self._asked) > _ASKED_WORDS_MAX:
                with self._lock:
                    self._asked = Vocabulary(nicknames=True)
                    for block in self._all_blocks():
                        block.forget_questions()
            starts, ids, asks, whose, parts = [0], list[int](), list[Sequence[int]](), list[int](), dict[int, Way]()
            for at, name in enumerate(names):
                for said, made_of in ((name, ()), *apart.get(at, ())):
                    for reading in self._asked.readings(said):
                        if made_of:
                            parts[len(whose)] = made_of
                        ids.extend(reading)
                        starts.append(len(ids))
                        asks.append(cuts[at])
                        whose.append(at)
            rows = np.array(asks, np.int64).reshape(-1, ASK)
            for row in parts:
                rows[row, [ALONE + CUT, DATED + CUT]] += APART_POINTS
            if len(whose) > len(names):  # what one reading says, another may say better
                number = np.array(whose, np.int64)
                rows[np.bincount(number)[number] > 1, FACTS] = WHOLE_CUT
            return Asked(
                np.array(starts, np.int64), np.array(ids, np.int32), rows, whose, self._words(), self._asked, parts
            )

    def _words(self) -> Any:  # noqa: ANN401 - what numba hands on
        """Return the words asked so far, in hand for kernels."""
        words = self._asked.roomy()
        if self._in_hand is None or self._in_hand[0] is not words:
            self._in_hand = words, in_hand(words)
        return self._in_hand[1]

    def _while_asked(
        self, names: Sequence[str], cuts: Sequence[Sequence[int]], find: Callable[[Asked], _Done]
    ) -> tuple[Asked, _Done]:  # fmt: skip
        """Ask under the lock. Names are read before it is taken: while kernels answer others.

        What is run together in them is known only under it: for the few of whom somebody bears the parts it is left
        once more.
        """
        runs, apart = long_words_of(names), WrittenApart()
        while True:
            asked = self._ask(names, cuts, apart)
            with self._lock:
                found = apart_in(names, runs, [one.together for one in self._all_blocks()] if runs else ())
                if asked.vocabulary is self._asked and found == apart:  # else words have other numbers by now
                    return asked, find(asked)
                apart = found

    def find(self, names: Sequence[str], cuts: Sequence[int]) -> list[Found]:
        """Return every listed name that meets one of some names; `cuts`: as in candidacy.ASK, up to the year."""
        each = [(*cuts, WHOLE_CUT)] * len(names)
        return self._while_asked(names, each, lambda asked: self._find(asked, threads=1))[1]

    def search(self, query: Query) -> Answer:
        """Return every notice whose evidence reaches the cut-off."""
        return self.search_many([query], threads=1)[0]

    def search_many(self, queries: Sequence[Query], *, threads: int = 2) -> list[Answer]:
        """Answer many questions, names on several threads at once; the same answers as `search` in the same order.

        Two may call at once: while kernels answer one, the other's names are read, or what it found is weighed.
        """
        query_of = [at for at, query in enumerate(queries) for _ in query.names]
        cuts = [ask_of(query) for query in queries]
        names = [name for query in queries for name in query.names]
        first = [0, *accumulate(len(query.names) for query in queries)]
        numbers = numbers_asked(queries)

        def met(asked: Asked) -> list[Met]:
            each: list[Met] = [{} for _ in queries]
            for one in self._find(asked, threads) if names else ():
                at = query_of[one.asked]
                mine = one._replace(asked=one.asked - first[at]) if first[at] else one
                each[at].setdefault((id(one.block), one.owner), (one.block, []))[1].append(mine)
            for block in self._all_blocks() if numbers.asker else ():
                for place, owner in block.owners_of_numbers(numbers.hashes):
                    each[numbers.asker[place]][id(block), owner] = block, []
            return each

        asked, each = self._while_asked(names, [cuts[at] for at in query_of], met)
        return [
            Answer(candidates=candidates(query, one, asked), not_compared=_not_compared(query))
            for query, one in zip(queries, each, strict=True)
        ]

    def _find(self, asked: Asked, threads: int) -> list[Found]:
        """Ask every block on several threads, each of which takes the next question when it has answered one."""
        words, blocks = asked.words, self._all_blocks()
        threads = max(1, min(threads, len(asked.whose) // _FOR_A_THREAD))
        for block in blocks:
            block.prepare(len(self._asked), threads)
        turn = [turns() for _ in blocks]

        def part(thread: int) -> list[Found]:
            found: list[Found] = []
            for block, next_one in zip(blocks, turn, strict=True):
                rows, said = block.find(words, asked.starts, asked.ids, asked.asks, turn=next_one, thread=thread)
                found += told(block, rows, said, asked)
            return found

        found = [one for part_of in _on_each(threads, part) for one in part_of]
        if threads > 1:
            found.sort(key=attrgetter("row"))  # in whatever order threads took their turns
        return found

    # -- snapshots ---------------------------------------------------------------------------------

    def _arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of every block by number and name; what was forgotten is left out."""
        self._settle()
        for at, block in enumerate(self._blocks):
            if block.forgotten():
                self._blocks[at] = build_block(block.living())
        every = enumerate(self._blocks)
        return {f"{at}.{name}": part for at, block in every for name, part in arrays_of(block).items()}

    def dump(self) -> bytes:
        """Return the index as bytes that `load` of the same version takes back."""
        with self._lock:
            return b"".join(pieces(self.version, self._arrays()))

    def load(self, data: bytes) -> None:
        """Replace the index by a dump. Raises CorruptionError if it is damaged or of another version."""
        self._replace(load(data, self.version))

    def save(self, path: Path) -> None:
        """Write the index to a file that `open` of the same version maps. Raises OSError."""
        with self._lock:
            save(path, self.version, self._arrays())

    def open(self, path: Path) -> None:
        """Replace the index by a saved one, verified. Raises CorruptionError, OSError."""
        self._replace(opened(path, self.version))

    def _replace(self, arrays: dict[str, NDArray[Any]]) -> None:
        parts: dict[str, dict[str, NDArray[Any]]] = {}
        for label, array in arrays.items():
            number, _, name = label.partition(".")
            parts.setdefault(number, {})[name] = array
        with self._lock:
            self._blocks, self._pending, self._fresh = [block_of(part) for part in parts.values()], {}, None


@cache
def _threads(threads: int) -> ThreadPoolExecutor:
    """Return threads for questions, started once: to start them for each batch takes as long as a few questions."""
    return ThreadPoolExecutor(threads, thread_name_prefix="names")


def _on_each(threads: int, work: Callable[[int], _Done]) -> list[_Done]:
    """Have every thread do its part, the calling one the first; return what each has done."""
    others = [_threads(threads - 1).submit(work, thread) for thread in range(1, threads)] if threads > 1 else []
    try:
        done = [work(0)]
    finally:
        begun = [one for one in others if not one.cancel()]  # nothing is left for whoever has not begun
        wait(begun)  # nobody is at work any more when the matcher is free again
    return done + [one.result() for one in begun]


@cache
def _commonest() -> tuple[str, ...]:
    return commonest(_FORESEEN)


def _to_merge(blocks: Sequence[Block]) -> list[Block]:
    """Return small blocks, blocks of like size when they are many, or one of which much was forgotten; or none."""
    ordered = sorted(blocks, key=len)
    small = [one for one in ordered if len(one) <= _SMALL]
    if len(small) > 1:
        return small
    for first in range(len(ordered) - _LIKE_SIZES + 1):
        alike = [one for one in ordered[first:] if len(one) <= 2 * len(ordered[first + 1])]
        if len(alike) >= _LIKE_SIZES:
            return ordered[: first + len(alike)]
    return next(([one] for one in ordered if one.forgotten() > len(one) // _FORGOTTEN_SHARE), [])


def _not_compared(query: Query) -> tuple[str, ...]:
    found = []
    for name in query.names:
        shown = repr(name[:60])
        if has_more(name):
            found.append(f"{shown}: of its words the first {WORDS_MAX} were compared; compare the others by hand")
        if name.isascii() and any(mark.isalpha() for mark in name):
            continue
        if "Zzzz" in scripts_in(clean(name)):
            found.append(f"{shown}: written in a script this matcher does not know; compare it by hand")
        elif not forms(name):
            found.append(f"{shown}: no letters that can be compared")
    return *found, *numberless(query)
