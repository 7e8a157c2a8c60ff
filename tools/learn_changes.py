# ruff: noqa: ANN401
"""Learn what the letters say in which two words differ: another usual spelling, a slip, or another word.

Run: python -m tools.learn_changes PERSONS.jsonl.gz src/evenhand/matching/tables/changes.npz
Three heaps of pairs of words: spellings of one word (seen for one word of another script, or in the names of one
person), words and what keyboards and readers make of them, and words of different people that are somehow alike. Two
logistic regressions over the kinds of changes tell the first heap and the second from the third; what they weigh is the
table. Needs scikit-learn and scipy at derivation only.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from evenhand.matching.alike import WIDTH
from evenhand.matching.changes import KINDS, changes_between, room_for_changes
from evenhand.names.latin import fold
from evenhand.names.parts import nicknames
from evenhand.names.respelt import known_pairs
from tools.learn_scorer_noise import keyboard, misread
from tools.learn_scorer_pairs import Person, people

Pair = tuple[str, str]
WORDS, SLIPS, LETTERS_MIN = 14_000, 60_000, 3
APART_MAX, LIKE_MIN = 0.5, 0.55
"""The share of letters that may differ in spellings of one word, and that words of two people have in common."""
CALM = 0.1
"""The inverse strength of regularisation: of every kind of change the table may say little that was seen seldom."""
UNIT, APART_SAID = 100, 700
"""Hundredths of log odds; so far apart two explanations are no more than the better one."""
_FEW = 40
"""Above so many bearers a pair of usual words weighs no more."""


class Heap(NamedTuple):
    """Pairs of words, and what each weighs."""

    pairs: list[Pair]
    weights: list[float]


def words_apart(one: str, other: str) -> list[Pair]:
    """Return the folded words of two names that differ, each with the likest of the other name."""
    mine, theirs = (Counter(filter(None, map(fold, name.replace("-", " ").split()))) for name in (one, other))
    left, found = list((theirs - mine).elements()), []
    for word in (mine - theirs).elements():
        if left:
            near = min(left, key=lambda text: OSA.normalized_distance(word, text))
            if OSA.normalized_distance(word, near) <= APART_MAX and min(len(word), len(near)) >= LETTERS_MIN:
                left.remove(near)
                found.append((min(word, near), max(word, near)))
    return found


def _stands_for(one: str, other: str) -> bool:
    known = nicknames()
    return any(text == b for a, b in ((one, other), (other, one)) for text, _ in known.get(a, ()))


def seen_in_one_name(everyone: list[Person]) -> Counter[Pair]:
    """Return of how many people two words that are no fond forms stand for one another in their Latin names."""
    found: Counter[Pair] = Counter()
    for one in everyone:
        latin = [text for text, script in one.names if script == "Latin"]
        both = {pair for a, b in combinations(latin, 2) for pair in words_apart(a, b)}
        found.update(pair for pair in both if not _stands_for(*pair))
    return found


def spellings(everyone: list[Person]) -> Heap:
    """Return spellings of one word, by how often they were seen for it."""
    seen: Counter[Pair] = Counter()
    for word, other, bits in known_pairs():
        if min(len(word), len(other)) >= LETTERS_MIN:
            seen[word, other] += bits
    for pair, count in seen_in_one_name(everyone).items():
        seen[pair] += count.bit_length()
    return Heap(list(seen), [1 + float(count) ** 0.5 for count in seen.values()])


def bearers(everyone: list[Person]) -> Counter[str]:
    """Return how many people bear each folded word in their first Latin name."""
    found: Counter[str] = Counter()
    for one in everyone:
        latin = [text for text, script in one.names if script == "Latin"][:1]
        found.update({word for text in latin for word in map(fold, text.replace("-", " ").split()) if len(word) > 2})  # noqa: PLR2004
    return found


def strangers(borne: Counter[str], one_word: set[Pair]) -> Heap:
    """Return words of different people that are somehow alike, by how many people bear them."""
    words = [word for word, _ in borne.most_common(WORDS)]
    pairs, weights = [], []
    for begin in range(0, len(words), 2_000):
        near = process.cdist(words[begin : begin + 2_000], words, scorer=OSA.normalized_similarity, dtype=np.float32,
                             score_cutoff=LIKE_MIN)  # fmt: skip
        for x, y in zip(*np.nonzero(near), strict=True):
            one, other = sorted((words[begin + x], words[y]))
            if begin + x < y and (one, other) not in one_word and not _stands_for(one, other):
                pairs.append((one, other))
                weights.append(min(_FEW, (borne[one] * borne[other]) ** 0.5) ** 0.7)
    return Heap(pairs, weights)


def spoilt(borne: Counter[str], dice: Random) -> Heap:
    """Return words as keyboards and readers spoil them, and the words."""
    found: set[Pair] = set()
    words = sorted(borne)
    for word in dice.choices(words, [borne[word] ** 0.5 for word in words], k=SLIPS):
        kind = dice.random()
        new = misread(word, dice) if kind > 0.7 else keyboard(word, dice, 1 if kind < 0.45 else 2)  # noqa: PLR2004
        slip = fold(new or word)
        if len(slip) > 1 and slip != word:
            found.add((slip, word))
    return Heap(sorted(found), [1.0] * len(found))


def changes(pairs: list[Pair]) -> Any:
    """Return a sparse matrix: per pair of words how often each kind of change is seen between them."""
    rows = np.zeros((2, WIDTH), np.uint8)
    price, found = room_for_changes()
    kinds, ends = [], [0]
    for pair in pairs:
        sizes = []
        for row, word in zip(rows, pair, strict=True):
            text = word[:WIDTH].encode()
            row[: len(text)] = np.frombuffer(text, np.uint8)
            sizes.append(len(text))
        count = changes_between(rows[0], sizes[0], rows[1], sizes[1], price, found)
        kinds.append(found[:count].copy())
        ends.append(ends[-1] + count)
    matrix = csr_matrix((np.ones(ends[-1], np.float32), np.concatenate(kinds), ends), (len(pairs), KINDS))
    matrix.sum_duplicates()
    return matrix


def told_apart(one: Heap, other: Heap) -> Any:
    """Return what every kind of change says for the first heap, against the second."""
    label = np.repeat([1, 0], [len(one.pairs), len(other.pairs)])
    weight = np.concatenate([np.array(heap.weights) / np.mean(heap.weights) for heap in (one, other)])
    weight[label == 0] *= len(one.pairs) / len(other.pairs)
    model = LogisticRegression(C=CALM, solver="liblinear", max_iter=200, random_state=7)
    model.fit(changes(one.pairs + other.pairs), label, sample_weight=weight)
    return np.round(model.coef_[0] * UNIT).astype(np.int16)


def derive(persons: Path, out: Path) -> None:
    """Write the table."""
    everyone = people(persons)
    borne = bearers(everyone)
    one_word = spellings(everyone)
    near = strangers(borne, set(one_word.pairs))
    slips = spoilt(borne, Random(3))  # noqa: S311 - reproducible, not secret
    print(len(one_word.pairs), "spellings,", len(slips.pairs), "slips,", len(near.pairs), "of two people")
    said = [told_apart(heap, near) for heap in (one_word, slips)]
    either = UNIT * np.log1p(np.exp(-np.arange(APART_SAID) / UNIT))
    np.savez_compressed(out, said=np.array(said, np.int16), either=np.round(either).astype(np.int16))


if __name__ == "__main__":
    derive(Path(sys.argv[1]), Path(sys.argv[2]))
