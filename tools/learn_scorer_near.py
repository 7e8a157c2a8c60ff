"""Pairs of names that look alike and are of two people: one word, patronymic or father exchanged for another.

Retrieval finds few of them in a list of invented people, and a real list is full of brothers; without them the trees
would learn that what agrees decides, whatever disagrees.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from random import Random

from rapidfuzz import fuzz, process

from evenhand.names.latin import fold, sound
from evenhand.names.parts import PARTICLES, TITLES
from tools.learn_scorer_pairs import Pair, Person

REPLACED, PATRONYMICS, FATHERS, LIKE, SHORTER = 9000, 1500, 700, 4000, 1500
FAR, HALF, CHARACTER = 7000, 7000, 2500
BOTH, SINGLE = 4000, 2500
_LIKE_MIN, _LIKE_MAX, _CHOICES = 55, 86, 4000
_PATRONYMIC = re.compile("(вич|вна|чна|vich|vna|chna|vych)$")
_SONS = ("bin", "ben", "ibn", "bint")
_ARABIC = re.compile("^(abd|abu|moh|muh|ahm|has|hus|hos|kha|sal|mah|yus|ibr|oma|ali|umar|fais)", re.IGNORECASE)


def _plain(word: str) -> bool:
    return len(word) > 2 and fold(word) not in PARTICLES and fold(word) not in TITLES and "." not in word  # noqa: PLR2004


def _variants(everyone: Iterable[Person]) -> set[tuple[str, str]]:
    """Return pairs of folded words that stand for one another in the names of one person."""
    found = set()
    for one in everyone:
        words = {fold(word) for text, script in one.names if script == "Latin" for word in text.split()}
        found.update((a, b) for a in words for b in words if a != b)
    return found


class Words:
    """Words of people by script and place, to draw others from."""

    def __init__(self, everyone: list[Person]) -> None:
        self.by_place: dict[tuple[str, int], list[str]] = defaultdict(list)
        self.by_head: dict[str, set[str]] = defaultdict(set)
        self.variants = _variants(everyone)
        for one in everyone:
            for text, script in one.names[:2]:
                words = text.split()
                for at, word in enumerate(words):
                    if _plain(word):
                        self.by_place[script, self.place(at, len(words))].append(word)
                        if script == "Latin":
                            self.by_head[fold(word)[:2]].add(fold(word))
        self.arab = [word for word in self.by_place["Latin", 0] if _ARABIC.match(word)]
        self.lists = {head: sorted(words)[:_CHOICES] for head, words in self.by_head.items()}

    @staticmethod
    def place(at: int, count: int) -> int:
        """Return 0 for a first word, 2 for a last, 1 between."""
        return 0 if at == 0 else 2 if at == count - 1 else 1

    def other(self, word: str, key: tuple[str, int], dice: Random) -> str | None:
        """Return another word of a place in a name; None if the one drawn may be the same."""
        drawn = dice.choice(self.by_place[key]) if self.by_place[key] else word
        one, two = fold(word), fold(drawn)
        same = sound(one) == sound(two) or (one, two) in self.variants or one[:3] == two[:3]
        return None if same or fuzz.ratio(one, two) > _LIKE_MIN else _as(word, drawn)

    def like(self, word: str, dice: Random) -> str | None:
        """Return another word that looks like this one; None if there is none."""
        one = fold(word)
        found = process.extract(one, self.lists.get(one[:2], []), scorer=fuzz.ratio, limit=6, score_cutoff=_LIKE_MIN)
        kept = [
            text
            for text, score, _ in found
            if score <= _LIKE_MAX and (one, text) not in self.variants and sound(one) != sound(text)
        ]
        return _as(word, dice.choice(kept).capitalize()) if kept else None


def _as(model: str, word: str) -> str:
    return word.upper() if model.isupper() and len(model) > 1 else word


def _exchanged(words: list[str], at: int, new: str) -> str:
    return " ".join([*words[:at], new, *words[at + 1 :]])


def _replaced(text: str, script: str, held: Words, dice: Random, *, shorter: bool = False) -> str | None:
    """Exchange one word; `shorter`: leave out one of the others too."""
    words = text.split()
    places = [at for at, word in enumerate(words) if _plain(word)]
    if len(places) < 2 or (len(places) == 2 and dice.random() < 0.85):  # noqa: PLR2004 - longer names are rarer and harder
        return None
    at = dice.choice(places)
    if _PATRONYMIC.search(words[at].lower()):
        return None
    new = held.other(words[at], (script, held.place(at, len(words))), dice)
    if new is not None and shorter:
        gone = dice.choice([place for place in places if place != at])
        return " ".join(new if place == at else word for place, word in enumerate(words) if place != gone)
    return None if new is None else _exchanged(words, at, new)


def _other_patronymic(text: str, patronymics: list[str], dice: Random) -> str | None:
    words = text.split()
    at = next((at for at, word in enumerate(words) if at and _PATRONYMIC.search(word.lower())), None)
    if at is None or len(words) < 3:  # noqa: PLR2004
        return None
    new = dice.choice(patronymics)
    return None if new[:3].lower() == words[at][:3].lower() else _exchanged(words, at, _as(words[at], new))


def _alike(text: str, held: Words, dice: Random) -> str | None:
    words = text.split()
    places = [at for at, word in enumerate(words) if len(word) > 4 and _plain(word)]  # noqa: PLR2004
    if not places or len(words) < 2:  # noqa: PLR2004
        return None
    at = dice.choice(places)
    new = held.like(words[at], dice)
    return None if new is None else _exchanged(words, at, new)


def _fathers(held: Words, dice: Random) -> tuple[str, str] | None:
    """Return son-of-father and father-of-son."""
    one, other = (dice.choice(held.arab) for _ in range(2))
    last = dice.choice(held.by_place["Latin", 2])
    if fold(one)[:2] == fold(other)[:2]:
        return None
    son, last = dice.choice(_SONS), f"{dice.choice(('al-', 'al ', ''))}{last}"
    return f"{one} {son} {other} {last}", f"{other} {son} {one} {last}"


def _one_character(text: str, others: list[str], dice: Random) -> str | None:
    """Exchange the last character of a Han or Hangul name, or the one before, for that of another name."""
    at, other = dice.randrange(1, len(text)), dice.choice(others)
    return None if other[-1] == text[at] or " " in text else text[:at] + other[-1] + text[at + 1 :]


def strangers(everyone: list[Person], dice: Random, share: float = 1.0) -> list[Pair]:
    """Return pairs of two people's names that have nothing, one word, or all but one character in common."""
    named = [name for one in everyone if not one.chadwick or dice.random() < 0.2 for name in one.names]  # noqa: PLR2004
    found = [Pair("near_far", dice.choice(named)[0], dice.choice(named)[0]) for _ in range(round(FAR * share))]
    by_word: dict[str, list[str]] = defaultdict(list)
    for text, script in named:
        for word in text.split():
            if script == "Latin" and _plain(word):
                by_word[fold(word)].append(text)
    shared = [texts for texts in by_word.values() if len(texts) > 1]
    while len(found) < round((FAR + HALF) * share):
        one, other = dice.sample(dice.choice(shared), 2)
        if (
            len({fold(word) for word in one.split()} & {fold(word) for word in other.split()}) == 1
            and min(len(one.split()), len(other.split())) > 1
        ):
            found.append(Pair("near_half", one, other))
    native = [text for text, script in named if script in {"Han", "Hangul"} and len(text) in {2, 3, 4}]
    while len(found) < round((FAR + HALF + CHARACTER) * share):
        text = dice.choice(native)
        new = _one_character(text, native, dice)
        if new is not None:
            found.append(Pair("near_character", new, text))
    return found


def both_alike(everyone: list[Person], held: Words, dice: Random, share: float) -> list[Pair]:
    """Return pairs of names of which every word looks like the other's, and of one word with a name that has it."""
    named = [text.split() for one in everyone for text, script in one.names[:1] if script == "Latin" and " " in text]
    found: list[Pair] = []
    while len(found) < round(BOTH * share):
        words = dice.choice(named)
        new = [held.like(word, dice) if _plain(word) and len(word) > 3 else None for word in words]  # noqa: PLR2004
        if None not in new:
            found.append(Pair("near_both", " ".join(map(str, new)), " ".join(words)))
    while len(found) < round((BOTH + SINGLE) * share):
        words = dice.choice(named)
        word = dice.choice(words)
        if _plain(word):
            like = held.like(word, dice) if dice.random() < 0.5 else None  # noqa: PLR2004
            found.append(Pair("near_single", like or word, " ".join(words)))
    return found


def near_misses(everyone: list[Person], dice: Random, share: float = 1.0) -> list[Pair]:
    """Return pairs of two people's names that have most in common, a share of what can be made."""
    held = Words(everyone)
    named = [(text, script) for one in everyone if not one.chadwick for text, script in one.names]
    patronymics = [word for text, script in named if script in {"Latin", "Cyrillic"} for word in text.split()[1:]
                   if _PATRONYMIC.search(word.lower()) and len(text.split()) > 2]  # fmt: skip  # noqa: PLR2004
    by_script = {key: [word for word in patronymics if word.isascii() == key] for key in (True, False)}
    found: list[Pair] = []
    for kind, most in (("replaced", REPLACED), ("patronymics", PATRONYMICS), ("fathers", FATHERS), ("like", LIKE),
                       ("shorter", SHORTER)):  # fmt: skip
        made, tries, most = 0, 0, round(most * share)  # noqa: PLW2901
        while made < most and tries < most * 60:
            tries += 1
            text, script = dice.choice(named)
            both: tuple[str, str] | None = None
            if kind == "replaced":
                new = _replaced(text, script, held, dice)
            elif kind == "patronymics":
                new = _other_patronymic(text, by_script[text.isascii()] or patronymics, dice)
            elif kind == "like" and script == "Latin":
                new = _alike(text, held, dice)
            else:
                new = _replaced(text, script, held, dice, shorter=True) if len(text.split()) > 3 else None  # noqa: PLR2004
                both = _fathers(held, dice) if kind == "fathers" else None
            both = (new, text) if new is not None else both
            if both is not None:
                found.append(Pair(f"near_{kind}", *both))
                made += 1
    return found + strangers(everyone, dice, share) + both_alike(everyone, held, dice, share)
