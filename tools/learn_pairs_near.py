# ruff: noqa: PLR2004 - shares of the kinds of noise, and lengths of words
"""Pairs of names of two people who look alike, made for learning what two names side by side say.

They add to those of a list (tools.learn_scorer_near): words with another ending, in every alphabet; initials that
differ; one word of a long name; other syllables; and names that look alike but stand in two scripts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from evenhand.matching.spelled import chinese
from evenhand.names.latin import fold
from evenhand.names.parts import are_syllables
from tools.learn_pairs_made import ALPHABETS, is_word, named_by_script, take
from tools.learn_scorer_noise import missing
from tools.learn_scorer_pairs import Pair, Person, native

Written = dict[str, dict[str, list[tuple[str, int]]]]
_TWO, _FEW = 2, 3
_LIKE_MIN, _LIKE_MAX, _STEM = 50, 84, 3
LIKE_OTHERS, STEMS, STEMS_LESS, INITIALS_APART, ONE_OF_MANY, SYLLABLES = 3500, 4000, 2500, 2000, 2000, 2000
CROSSED, CROSSED_HALF = 3500, 2500
_LANGUAGES = ("ar", "fa", "ru", "el", "hy", "zh", "ko", "ja-kana")


class Alike:
    """Words of every script, to find one that begins as another does and is another name."""

    def __init__(self, named: dict[str, list[str]]) -> None:
        self.by_head: dict[tuple[str, str], set[str]] = defaultdict(set)
        for script, names in named.items():
            for name in names:
                for word in name.split():
                    if len(word) > _STEM:
                        self.by_head[script, word[:2].casefold()].add(word)
        self.lists = {key: sorted(words)[:3000] for key, words in self.by_head.items()}

    def like(self, word: str, script: str, dice: Random, *, stem: int = 0) -> str | None:
        """Return another word that begins alike, with `stem` letters the same; None if there is none."""
        choices = self.lists.get((script, word[:2].casefold()), [])
        if stem:
            choices = [one for one in choices if one[:stem].casefold() == word[:stem].casefold()]
        found = process.extract(word, choices, scorer=fuzz.ratio, limit=12, score_cutoff=_LIKE_MIN)
        kept = [text for text, score, _ in found
                if score <= _LIKE_MAX and not text.casefold().startswith(word.casefold())]  # fmt: skip
        return dice.choice(kept) if kept else None


def is_syllabic(name: str) -> bool:
    """Tell whether a name is of three syllables, each a word of its own: of the Chinese or Korean way of writing."""
    parts = [fold(part) for part in re.split("[ -]", name)]
    return len(parts) == _FEW and all(1 < len(part) <= 6 for part in parts) and (
        chinese(parts) is not None or are_syllables(parts[1], parts[2]))  # fmt: skip


Both = tuple[str, str] | None


class Maker:
    """Makes pairs of every kind from the names of training people."""

    def __init__(self, named: dict[str, list[str]], dice: Random) -> None:
        self.named, self.dice, self.held = named, dice, Alike(named)
        self.latin = [name for name in named["Latin"] if 1 < len(name.split()) < 6]
        self.long = [name for name in self.latin if len(name.split()) >= _FEW]
        self.short = [name for name in self.latin if is_syllabic(name)]
        parts = [re.split("[ -]", name) for name in self.short]
        self.heads = [fold(words[0]) for words in parts]
        self.tails = [fold(word) for words in parts for word in words[1:]]

    def _exchanged(self, name: str, script: str, stem: int) -> str | None:
        words, dice = name.split(), self.dice
        places = [at for at, word in enumerate(words) if len(word) > _STEM + (1 if stem else 0)]
        if len(words) < _TWO or not places:
            return None
        at = places[-1] if dice.random() < 0.6 else dice.choice(places)
        new = self.held.like(words[at], script, dice, stem=stem)
        return None if new is None else " ".join([*words[:at], new, *words[at + 1 :]])

    def like_other(self) -> Both:
        """Exchange a word for one that begins alike, in any alphabet but Latin."""
        script = self.dice.choice(ALPHABETS)
        name = self.dice.choice(self.named[script])
        new = self._exchanged(name, script, self.dice.choice((0, _STEM)))
        return None if new is None else (new, name)

    def stems(self) -> Both:
        """Exchange a word for one with the same stem and another ending."""
        name = self.dice.choice(self.latin)
        new = self._exchanged(name, "Latin", _STEM)
        return None if new is None else (new, name)

    def stems_less(self) -> Both:
        """Exchange a word so, and leave another out."""
        name = self.dice.choice(self.long)
        less = missing(name, self.dice) or ""
        new = self._exchanged(less, "Latin", self.dice.choice((0, _STEM)))
        return None if new is None else (new, name)

    def initials_apart(self) -> Both:
        """Give a name an initial that is not the word's."""
        dice = self.dice
        words = dice.choice(self.long if dice.random() < 0.7 else self.latin).split()
        at = dice.randrange(len(words) - 1) if len(words) > _TWO else 0
        letter = dice.choice("ABCDEFGHIJKLMNOPRSTVW")
        if letter == fold(words[at])[:1].upper() or not words[at][0].isalpha():
            return None
        one = " ".join([*words[:at], letter + dice.choice(("", ".")), *words[at + 1 :]])
        other = [*words[:at], words[at][0] + dice.choice(("", ".")), *words[at + 1 :]]
        if dice.random() < 0.3:
            other = [other[-1] + ",", *other[:-1]]
        return (one, " ".join(other if dice.random() < 0.5 else words))

    def one_of_many(self) -> Both:
        """Take one word of a long name."""
        words = self.dice.choice(self.long).split()
        word = self.dice.choice(words)
        return (word, " ".join(words)) if len(word) > _STEM else None

    def syllables(self) -> Both:
        """Exchange syllables of a Chinese or Korean name, or its family name."""
        dice, name = self.dice, self.dice.choice(self.short)
        parts = re.split("([ -])", name)
        places = range(2, len(parts), 2)
        for at in dice.sample(places, dice.choice((1, 1, len(places)))):
            parts[at] = dice.choice(self.tails).capitalize()
        if dice.random() < 0.15:
            parts = [dice.choice(self.heads).capitalize(), *re.split("([ -])", name)[1:]]
        new = "".join(parts)
        return (new, name) if OSA.distance(fold(new), fold(name)) > 1 else None


def near_pairs(everyone: list[Person], dice: Random, share: float) -> list[Pair]:
    """Return pairs of two people's names that look alike, beyond those a list is asked."""
    maker = Maker(named_by_script(everyone), dice)
    return [
        *take("near_syllables", round(SYLLABLES * share), maker.syllables),
        *take("near_like_other", round(LIKE_OTHERS * share), maker.like_other),
        *take("near_stem", round(STEMS * share), maker.stems),
        *take("near_stem_less", round(STEMS_LESS * share), maker.stems_less),
        *take("near_initial", round(INITIALS_APART * share), maker.initials_apart),
        *take("near_one_of_many", round(ONE_OF_MANY * share), maker.one_of_many),
    ]


def crossed(everyone: list[Person], alike: list[Pair], words: Written, dice: Random, share: float) -> list[Pair]:
    """Return pairs of two people's names in two scripts: one of two that look alike is written word by word in another.

    And of people who share a word of their Latin names, one as written in another script.
    """

    def rewritten() -> tuple[str, str] | None:
        pair = dice.choice(alike)
        new = native(pair.asked, words[dice.choice(_LANGUAGES)], dice)
        return None if new is None else (new, pair.listed)

    by_word: dict[str, list[Person]] = defaultdict(list)
    for one in everyone:
        if len({script for _, script in one.names}) > 1:
            for word in next((text.split() for text, script in one.names if script == "Latin"), []):
                if is_word(word):
                    by_word[fold(word)].append(one)
    shared = [people for people in by_word.values() if len(people) > 1]

    def half() -> tuple[str, str] | None:
        one, other = dice.sample(dice.choice(shared), 2)
        mine = next(text for text, script in one.names if script == "Latin")
        theirs = [text for text, script in other.names if script != "Latin"]
        same = {fold(word) for word in mine.split()} & {
            fold(word) for text, script in other.names if script == "Latin" for word in text.split()}  # fmt: skip
        return (dice.choice(theirs), mine) if theirs and len(same) == 1 and len(mine.split()) > 1 else None

    return [
        *take("near_crossed", round(CROSSED * share), rewritten),
        *take("near_crossed_half", round(CROSSED_HALF * share), half),
    ]
