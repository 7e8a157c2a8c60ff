# ruff: noqa: PLR2004 - shares of the kinds of pairs, and lengths of words
"""Pairs made word by word for two names side by side: every word spelt otherwise, and words that are two people's.

They teach what slips alone do not: that a name may differ in every word and be one (Mohammed Ali, Muhammad Aly), and
that two usual names are two, however alike (Daniel, Donald; ben Mohamed, ben Ahmed).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from random import Random

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from evenhand.names.asia import han
from evenhand.names.latin import fold, sound
from evenhand.names.native import variants
from evenhand.names.parts import TITLES, is_known, nicknames, rarity
from evenhand.names.respelt import respellings, respelt
from tools.learn_pairs_made import is_word, take
from tools.learn_pairs_near import is_syllabic
from tools.learn_scorer_noise import keyboard, missing, order
from tools.learn_scorer_pairs import Pair, Person

EVERY_WORD, SLIPS, RESPELT, TITLED, SERVANTS = 2500, 1000, 2000, 900, 700
FATHERS, GIVEN, CHAINS, ENDINGS, FEW_OF_MANY = 1500, 3500, 1500, 900, 1200
NO_SERVANTS, HOMOPHONES, LONG_CHAINS, TAILS, SHORT_WORDS, TURNED = 1500, 1500, 2500, 2500, 1500, 2500
SOME_OF_MANY, SYLLABLES_SLIPPED = 1000, 1500
_TAIL, _SHORT = 4, (3, 4)
_RESPELT_MIN = 2
_ALIKE_MAX = 88
_LONG, _SEEN_MIN, _MANY = 10, 4, 5
_USUAL = 104
"""The rarity up to which a word is a usual name."""
_ARABIC = re.compile(
    "^(abd|abu|moh|muh|ahm|has|hus|hos|kha|sal|mah|yus|ibr|oma|ali|umar|fais|saif|rah|jal|nur|kar|haf)"
)
_SONS = ("bin", "ben", "ibn", "Bin", "Ben")
_SERVANT_OF = ("Abdul", "Abdul", "Abdel", "Abd al", "Abdal", "Abdoul")
_WRITTEN_TITLES = ("President", "Mr.", "Mr", "Mrs.", "Dr.", "Prof.", "General", "Minister", "Sheikh", "Senator",
                   "Captain")  # fmt: skip
_SONS_ENDINGS = ("sson", "dottir", "sdottir", "oglu", "zade", "evich", "ovich", "ovna")


def _read(mark: str) -> str:
    """Return how a Han character is read in Mandarin."""
    return next(iter(han().get(mark, ((), (), (), ""))[0]), mark)


def _is_said(word: str) -> bool:
    """Tell whether a word of a long name is one by which somebody may be called: no number, quotation, lesser word."""
    return is_word(word) and word.replace("-", "").replace("'", "").isalpha() and word[0].isupper()


def _as(model: str, word: str) -> str:
    return word.upper() if model.isupper() and len(model) > 1 else word.capitalize()


class Namer:
    """Names and words of training people, usual words as often as they are borne."""

    def __init__(self, everyone: list[Person], dice: Random) -> None:
        self.dice = dice
        self.latin = [text for one in everyone if not one.chadwick or dice.random() < 0.2
                      for text, script in one.names[:3] if script == "Latin" and 1 < len(text.split()) < 9]  # fmt: skip
        self.given = [fold(text.split()[0]) for text in self.latin if is_word(text.split()[0])]
        self.family = [fold(text.split()[-1]) for text in self.latin if is_word(text.split()[-1])]
        self.arabic = [text for text in self.latin if sum(bool(_ARABIC.match(fold(word))) for word in text.split()) > 1]
        words = [word for text in self.arabic for word in map(fold, text.split())
                 if _ARABIC.match(word) and is_word(word) and len(word) < _LONG]  # fmt: skip
        seen = Counter(words)
        self.chained = [word for text in self.arabic for word in map(fold, text.split()) if is_word(word)]
        self.arab = [word for word in words if seen[word] >= _SEEN_MIN]
        self.long = [text for text in self.latin if len(text.split()) >= _MANY and all(map(_is_said, text.split()))]
        self.han = [text for one in everyone for text, script in one.names
                    if script == "Han" and 1 < len(text) <= 4 and all(mark in han() for mark in text)]  # fmt: skip
        self.by_reading: dict[str, list[str]] = defaultdict(list)
        for mark in sorted({variants().get(mark, mark) for text in self.han for mark in text}):
            self.by_reading[_read(mark)].append(mark)
        self.syllabic = [text for text in self.latin if is_syllabic(text)]
        self.by_tail: dict[str, list[str]] = defaultdict(list)
        for word in sorted({*self.given, *self.family}):
            if len(word) > _TAIL and is_known(word):
                self.by_tail[word[-_TAIL:]].append(word)
        self.short: dict[str, list[str]] = defaultdict(list)
        for word in sorted({*self.given, *self.family}):
            if len(word) in _SHORT and is_known(word):
                self.short[word[0]].append(word)
        self.by_letter: dict[str, list[str]] = defaultdict(list)
        for word, count in Counter([*self.given, *self.family]).items():
            if is_known(word) and rarity(word) <= _USUAL:
                self.by_letter[word[0]] += [word] * min(count, 50)

    def spelt_otherwise(self, word: str) -> str | None:
        """Return a word in another spelling that is seen for one word of another script, the usual ones oftener."""
        known = respellings(fold(word))
        if not known or not is_word(word):
            return None
        return _as(word, self.dice.choices([one for one, _ in known], [bits for _, bits in known])[0])

    def every_word(self) -> tuple[str, str] | None:
        """Write every word otherwise: in another spelling, or with a slip."""
        dice = self.dice
        name = dice.choice(self.arabic if dice.random() < 0.3 else self.latin)
        words = name.split()
        new, spelt = [], 0
        for word in words:
            other = self.spelt_otherwise(word)
            spelt += other is not None
            new.append(other or (keyboard(word, dice) if is_word(word) and dice.random() < 0.4 else None) or word)
        if spelt < min(_RESPELT_MIN, len(words)):
            return None
        text = " ".join(new)
        return (order(text, dice) or text if dice.random() < 0.1 else text, name)

    def slips(self) -> tuple[str, str] | None:
        """Make a slip in every word that is long enough."""
        name = self.dice.choice(self.latin)
        long = [is_word(word) and len(word) > 3 for word in name.split()]
        if sum(long) < 2 or len(long) > 3:
            return None
        both = zip(name.split(), long, strict=True)
        new = [(keyboard(word, self.dice) or word) if slip else word for word, slip in both]
        return (" ".join(new), name)

    def one_respelt(self) -> tuple[str, str] | None:
        """Write one word in another spelling, at times with another left out or a slip."""
        dice, name = self.dice, self.dice.choice(self.latin)
        words = name.split()
        at = dice.randrange(len(words))
        new = self.spelt_otherwise(words[at])
        if new is None:
            return None
        text = " ".join([*words[:at], new, *words[at + 1 :]])
        kind = dice.random()
        spoilt = missing(text, dice) if kind < 0.2 else keyboard(text, dice) if kind < 0.35 else None
        return (spoilt or text, name)

    def titled(self) -> tuple[str, str] | None:
        """Give a family name with a title alone."""
        name = self.dice.choice(self.latin)
        word = name.split()[-1]
        if not is_word(word) or len(name.split()) < 2 or fold(name.split()[0]) in TITLES:
            return None
        return (f"{self.dice.choice(_WRITTEN_TITLES)} {word}", name)

    def servant(self) -> tuple[str, str] | None:
        """Put "servant of" before a word of an Arabic name, or leave it out."""
        words = self.dice.choice(self.arabic).split()
        places = [at for at, word in enumerate(words) if is_word(word) and not fold(word).startswith("abd")]
        if not places or any(fold(word).startswith("abd") for word in words):
            return None
        at = self.dice.choice(places)
        new = [*words[:at], _as_case(words[at], self.dice.choice(_SERVANT_OF)), *words[at:]]
        return (" ".join(new), " ".join(words))

    def _two(self, words: list[str], *, first: str | None = None) -> tuple[str, str] | None:
        """Return two words that are two people's."""
        one = first or self.dice.choice(words)
        other = self.dice.choice(words) if words else one
        same = sound(one) == sound(other) or respelt(one, other) or fuzz.ratio(one, other) > _ALIKE_MAX
        same = same or any(b == text for a, b in ((one, other), (other, one)) for text, _ in nicknames().get(a, ()))
        return None if same else (one, other)

    def fathers(self) -> tuple[str, str] | None:
        """Give a man two fathers."""
        dice, both = self.dice, self._two(self.arab)
        if both is None:
            return None
        head, tail = dice.choice(self.arab).capitalize(), dice.choice(self.family).capitalize()
        son, article = dice.choice(_SONS), dice.choice(("al-", "el ", "", "Al-"))
        grandfather = f" {dice.choice(_SONS)} {dice.choice(self.arab).capitalize()}" if dice.random() < 0.3 else ""
        names = [f"{head} {son} {father.capitalize()}{grandfather} {article}{tail}" for father in both]
        if dice.random() < 0.25:  # the older of the two fathers
            names = [f"{head} {son} {tail} {son} {father.capitalize()}" for father in both]
        return _shouted(names, dice)

    def chains(self) -> tuple[str, str] | None:
        """Exchange one name of a chain of fathers for another usual one."""
        dice, words = self.dice, self.dice.choice(self.arabic).split()
        places = [at for at, word in enumerate(words) if is_word(word) and len(words) > 2]
        if not places:
            return None
        at = dice.choice(places)
        both = self._two(self.arab, first=fold(words[at]))
        new = None if both is None else " ".join([*words[:at], _as(words[at], both[1]), *words[at + 1 :]])
        return None if new is None else _shouted([new, " ".join(words)], dice)

    def no_servant(self) -> tuple[str, str] | None:
        """Exchange a word for "servant of" alone, so that what comes after it is another name."""
        dice, words = self.dice, self.dice.choice(self.arabic).split()
        places = [at for at, word in enumerate(words) if at and is_word(word) and not fold(word).startswith("abd")]
        if len(words) < 3 or not places:
            return None
        at = dice.choice(places)
        new = [*words[:at], _as_case(words[at], "Abdul"), *words[at + 1 :]]
        return (" ".join(new), " ".join(words))

    def homophone(self) -> tuple[str, str] | None:
        """Exchange a character for another that is read alike."""
        name = self.dice.choice(self.han)
        at = self.dice.randrange(len(name))
        mark = variants().get(name[at], name[at])
        others = [one for one in self.by_reading[_read(mark)] if one != mark]
        return (f"{name[:at]}{self.dice.choice(others)}{name[at + 1 :]}", name) if others else None

    def long_chain(self) -> tuple[str, str] | None:
        """Give a man two fathers or two grandfathers, where both are told and the family too."""
        dice, both = self.dice, self._two(self.arab)
        if both is None:
            return None
        head, third = (dice.choice(self.chained).capitalize() for _ in range(2))
        son, tail = dice.choice(_SONS), f"{dice.choice(('al-', 'Al ', 'el '))}{dice.choice(self.family).capitalize()}"
        chains = [[head, word.capitalize(), third, tail] for word in both]
        if dice.random() < 0.5:
            chains = [[first, last, word, end] for first, word, last, end in chains]
        return _shouted([f"{a} {son} {b} {son} {c} {d}" for a, b, c, d in chains], dice)

    def tail(self) -> tuple[str, str] | None:
        """Exchange a word for a usual one that ends as it does: Hamidullah, Waliullah."""
        words = self.dice.choice(self.latin).split()
        at = self.dice.randrange(len(words))
        word = fold(words[at])
        if not is_word(words[at]) or len(word) <= _TAIL:
            return None
        both = self._two(self.by_tail[word[-_TAIL:]], first=word)
        if both is None or both[1][:2] == word[:2]:
            return None
        return (" ".join([*words[:at], _as(words[at], both[1]), *words[at + 1 :]]), " ".join(words))

    def short_word(self) -> tuple[str, str] | None:
        """Exchange a short word for another short one."""
        words = self.dice.choice(self.latin).split()
        places = [at for at, word in enumerate(words) if len(fold(word)) in _SHORT and is_word(word)]
        if not places or len(words) < 2:
            return None
        at = self.dice.choice(places)
        both = self._two(self.short[fold(words[at])[0]], first=fold(words[at]))
        if both is None or OSA.distance(*both) < 2:
            return None
        return (" ".join([*words[:at], _as(words[at], both[1]), *words[at + 1 :]]), " ".join(words))

    def turned(self) -> tuple[str, str] | None:
        """Exchange a word and write the family name first: another order makes no two people one."""
        make = self.dice.choice((self.other_given, self.short_word, self.tail, self.chains, self.fathers))
        both = make()
        new = None if both is None else order(both[0], self.dice)
        return None if both is None or new is None else (new, both[1])

    def syllables_slipped(self) -> tuple[str, str] | None:
        """Make a slip in a name of the Chinese or Korean way of writing."""
        name = self.dice.choice(self.syllabic)
        return (keyboard(name, self.dice) or name, name)

    def some_of_many(self) -> tuple[str, str] | None:
        """Keep three words or more of five or more, the first among them."""
        words = self.dice.choice(self.long).split()
        kept = self.dice.sample(range(1, len(words)), self.dice.randrange(2, len(words) - 1))
        return (" ".join([words[0], *(words[at] for at in sorted(kept))]), " ".join(words))

    def other_given(self) -> tuple[str, str] | None:
        """Exchange a name for another usual one that begins with the same letter: a given name, or the last."""
        dice, name = self.dice, self.dice.choice(self.latin)
        words = name.split()
        at = 0 if dice.random() < 0.7 else len(words) - 1
        if not is_word(words[at]) or not self.by_letter[fold(words[at])[0]]:
            return None
        both = self._two(self.by_letter[fold(words[at])[0]], first=fold(words[at]))
        return None if both is None else (" ".join([*words[:at], _as(words[at], both[1]), *words[at + 1 :]]), name)

    def endings(self) -> tuple[str, str] | None:
        """Give somebody who is called after the father two fathers: Jonsson, Karlsson."""
        both, dice = self._two(self.given), self.dice
        if both is None or min(map(len, both)) < 3:
            return None
        head, end = dice.choice(self.given).capitalize(), dice.choice(_SONS_ENDINGS)
        tail = f" {dice.choice(self.family).capitalize()}" if end.startswith(("ev", "ov")) else ""
        one, other = (f"{head} {re.sub('[aeiouy]+$', '', word).capitalize()}{end}{tail}" for word in both)
        return (one, other)

    def few_of_many(self) -> tuple[str, str] | None:
        """Keep two words of five or more: of a chain of fathers that are many people's."""
        words = self.dice.choice(self.long).split()
        plain = [at for at, word in enumerate(words) if is_word(word)]
        one, other = sorted(self.dice.sample(plain, 2))
        one = plain[0] if self.dice.random() < 0.7 else one
        return None if one >= other else (f"{words[one]} {words[other]}", " ".join(words))


def _as_case(model: str, word: str) -> str:
    return word.upper() if model.isupper() else word


def _shouted(names: list[str], dice: Random) -> tuple[str, str]:
    one, other = (name.upper() for name in names) if dice.random() < 0.4 else names
    return one, other


def of_one(everyone: list[Person], dice: Random, share: float) -> list[Pair]:
    """Return pairs of one person's names."""
    namer = Namer(everyone, dice)
    return [
        *take("every_word", round(EVERY_WORD * share), namer.every_word),
        *take("slips", round(SLIPS * share), namer.slips),
        *take("respelt", round(RESPELT * share), namer.one_respelt),
        *take("titled", round(TITLED * share), namer.titled),
        *take("servant", round(SERVANTS * share), namer.servant),
    ]


def more_of_one(everyone: list[Person], dice: Random, share: float) -> list[Pair]:
    """Return more pairs of one person's names: with dice of their own, they change no other pair."""
    namer = Namer(everyone, dice)
    return [
        *take("some_of_many", round(SOME_OF_MANY * share), namer.some_of_many),
        *take("syllables", round(SYLLABLES_SLIPPED * share), namer.syllables_slipped),
    ]


def more_of_two(everyone: list[Person], dice: Random, share: float) -> list[Pair]:
    """Return more pairs of two people's names: with dice of their own, they change no other pair."""
    namer = Namer(everyone, dice)
    return [
        *take("near_servant", round(NO_SERVANTS * share), namer.no_servant),
        *take("near_homophone", round(HOMOPHONES * share), namer.homophone),
        *take("near_long_chain", round(LONG_CHAINS * share), namer.long_chain),
        *take("near_short", round(SHORT_WORDS * share), namer.short_word),
        *take("near_turned", round(TURNED * share), namer.turned),
        *take("near_tail", round(TAILS * share), namer.tail),
    ]


def of_two(everyone: list[Person], dice: Random, share: float) -> list[Pair]:
    """Return pairs of two people's names."""
    namer = Namer(everyone, dice)
    return [
        *take("near_father", round(FATHERS * share), namer.fathers),
        *take("near_given", round(GIVEN * share), namer.other_given),
        *take("near_chain", round(CHAINS * share), namer.chains),
        *take("near_ending", round(ENDINGS * share), namer.endings),
        *take("near_few", round(FEW_OF_MANY * share), namer.few_of_many),
    ]
