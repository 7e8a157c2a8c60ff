# ruff: noqa: PLR2004 - shares of the kinds of noise, and lengths of words
"""Pairs of names of one person, spoilt, made for learning what two names side by side say.

They add to those of a list (tools.learn_scorer_pairs) what nobody looks for in a list: words written as one or broken,
fond forms, two ways of writing Chinese, words turned about, slips in every alphabet, two of these at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from random import Random

from evenhand.matching.spelled import chinese
from evenhand.names.latin import fold
from evenhand.names.parts import PARTICLES, PLAIN, TITLES, class_of, nicknames
from tools.learn_scorer_noise import bare, initials, keyboard, misread, missing, order, particles
from tools.learn_scorer_pairs import Pair, Person

_TITLES = ("Dr.", "Mr.", "Mr", "Mrs.", "Ms", "Prof.", "President", "Sir", "Sheikh", "General", "Minister", "Herr")
_ENDS_OF_FIRMS = ("LLC", "Ltd", "SA", "Inc", "Jr", "Jr.", "PhD", "Esq")
_FOND = ("y", "ie", "i", "ey")
_BALTIC = ("s", "s", "as", "is")
_SLAVIC_END = re.compile("(ij|iy|yj|yi|yy|y|i|ii)$")
_SLAVIC_ENDS = ("iy", "ij", "yi", "y", "i", "yy", "ii", "yj")
_PINYIN = (
    ("zh", "ch"),
    ("q", "ch"),
    ("j", "ch"),
    ("x", "hs"),
    ("z", "ts"),
    ("c", "ts"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
)
ALPHABETS = ("Arabic", "Cyrillic", "Devanagari", "Greek", "Hebrew", "Kana")
_ONE, _TWO, _FEW = 1, 2, 3


def is_word(word: str) -> bool:
    """Tell whether a word says who somebody is: no initial, number, particle or title."""
    plain = fold(word)
    return len(plain) > _TWO and plain not in PARTICLES and plain not in TITLES and class_of(plain, 0, 2) == PLAIN


def glued(name: str, dice: Random) -> str | None:
    """Write all words as one, at times with a slip."""
    words = name.split()
    if not 1 < len(words) <= _FEW:
        return None
    text = "".join(words)
    return keyboard(text, dice) if dice.random() < 0.4 else text


def broken(name: str, dice: Random) -> str | None:
    """Break a long word in two, at times another one too."""
    words = name.split()
    long = [at for at, word in enumerate(words) if len(word) > 5]
    if not long:
        return None
    at = dice.choice(long)
    cut = dice.randrange(2, len(words[at]) - 1)
    return " ".join([*words[:at], words[at][:cut], words[at][cut:], *words[at + 1 :]])


def twice(name: str, dice: Random) -> str | None:
    """Write one word twice."""
    words = name.split()
    if len(words) < _TWO:
        return None
    at = dice.randrange(len(words))
    return " ".join([*words[:at], words[at], *words[at:]])


def entitled(name: str, dice: Random) -> str | None:
    """Put a title before a name, or what follows names after it."""
    if dice.random() < 0.7:
        return f"{dice.choice(_TITLES)} {name}"
    return f"{name} {dice.choice(_ENDS_OF_FIRMS)}"


def turned_about(name: str, dice: Random) -> str | None:
    """Write a word, or every word, from its end, or from its middle."""
    words = name.split()
    long = [at for at, word in enumerate(words) if len(word) > 4]
    if not long or len(words) < _TWO:
        return None
    at = dice.choice(long)
    kind = dice.random()
    if kind < 0.4:
        return " ".join(word[::-1] for word in words)
    cut = dice.randrange(2, len(words[at]) - 1)
    new = words[at][::-1] if kind < 0.6 else words[at][cut:] + words[at][:cut]
    return " ".join([*words[:at], new, *words[at + 1 :]])


def fond(name: str, dice: Random) -> str | None:
    """Give the first name in a short form: one that is in use, its beginning, or its beginning with an ending."""
    words = name.split()
    word = fold(words[0])
    if len(words) < _TWO or len(word) < 5:
        return None
    kind = dice.random()
    if kind < 0.5:
        known = _short_forms().get(word)
        if not known:
            return None
        new = dice.choice(known)
    else:
        new = word[: dice.choice((3, 3, 4, 4, 5))]
        if kind > 0.75 and new[-1] not in "aeiouy":
            new += (new[-1] if dice.random() < 0.6 and len(new) == _FEW else "") + dice.choice(_FOND)
        if len(new) >= len(word):
            return None
    return " ".join([new.capitalize(), *words[1:]])


_kept: dict[str, list[str]] = {}


def _short_forms() -> dict[str, list[str]]:
    """Return the short forms of a formal name."""
    if not _kept:
        for short, formal in nicknames().items():
            for one, _ in formal:
                if len(short) <= len(one):
                    _kept.setdefault(one, []).append(short)
    return _kept


def ended(name: str, dice: Random) -> str | None:
    """Give Slavic words a Baltic or another usual ending."""
    words = name.split()
    if len(words) < _TWO or not re.search("(ov|ev|in|sky|skiy|skij|ich|ei|ey|iy|y|i)$", words[-1].lower()):
        return None
    if dice.random() < 0.5:
        return " ".join(_baltic(word, dice) for word in words)
    new = [_SLAVIC_END.sub(dice.choice(_SLAVIC_ENDS), word) for word in words]
    return " ".join(new) if new != words else None


def _baltic(word: str, dice: Random) -> str:
    end = dice.choice(_BALTIC).upper() if word.isupper() else dice.choice(_BALTIC)
    if word[-1].lower() in "yi":
        return word[:-1] + "js"
    return word + end if word[-1].lower() not in "aeous" and word[-1].isalpha() else word


def respelt(name: str, dice: Random) -> str | None:
    """Write a Chinese name as Wade and Giles did; None for any other."""
    del dice
    words = [fold(word) for word in name.replace("-", " ").split()]
    if chinese(words) is None or len(words) > _FEW or any(len(word) > 10 for word in words):
        return None
    if not any(mark in name.lower() for mark in ("x", "zh", "q", "j", "z")):
        return None
    new = []
    for word in words:
        text = re.sub("ong", "ung", re.sub("ian", "ien", word))
        for mark, sign in _PINYIN:
            if text.startswith(mark):
                text = sign + text[len(mark) :]
                break
        new.append(text.capitalize())
    return " ".join(new)


def letters_run(name: str, dice: Random) -> str | None:
    """Write the given names as their first letters in one word."""
    words = name.replace("-", " ").split()
    del dice
    if len(words) < _FEW or not name.isascii():
        return None
    return f"{''.join(word[0] for word in words[:-1]).upper()} {words[-1]}" if len(words) == _FEW else None


def fewer(name: str, dice: Random) -> str | None:
    """Leave out all but two or three words of a long name."""
    words = name.split()
    if len(words) <= _FEW:
        return None
    kept = sorted(dice.sample(range(len(words)), dice.choice((_TWO, _FEW))))
    if dice.random() < 0.6 and kept[0] != 0:  # the first word is seldom left out
        return None
    new = [words[at] for at in kept]
    return " ".join(new) if sum(is_word(word) for word in new) >= _TWO else None


def slip(name: str, dice: Random) -> str | None:
    """Change, drop, double or swap a letter of a name in any alphabet; the new letter is one of the name's own."""
    places = [at for at, mark in enumerate(name) if mark.isalpha()]
    if len(places) < 5:
        return None
    at, kind = dice.choice(places), dice.random()
    if kind < 0.5:
        return name[:at] + name[dice.choice(places)] + name[at + 1 :]
    if kind < 0.75:
        return name[:at] + name[at + 1 :]
    if kind < 0.85 or at + 1 >= len(name) or not name[at + 1].isalpha():
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


Noise = Callable[[str, Random], str | None]
TRUE_LATIN: dict[str, tuple[int, Noise]] = {
    "glued": (1500, glued), "broken": (1200, broken), "twice": (500, twice), "entitled": (700, entitled),
    "turned_about": (700, turned_about), "fond": (3000, fond), "ended": (2500, ended), "respelt": (1200, respelt),
    "letters_run": (500, letters_run), "fewer": (1500, fewer),
}  # fmt: skip
BOTH_NOISES: tuple[Noise, ...] = (
    keyboard, keyboard, misread, missing, missing, order, initials, particles, fond, ended, ended, entitled, fewer,
    broken,
    lambda name, _: bare(name).upper(),
)  # fmt: skip
TWO_NOISES, SLIPS, ONE_WORD = 6000, 4000, 600


def named_by_script(everyone: list[Person]) -> dict[str, list[str]]:
    """Return names by their script, a few of everybody who is not known from one register alone."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in everyone:
        for text, script in one.names[:4]:
            if not one.chadwick:
                found[script].append(text)
    return found


def _enough(spoilt: str, text: str) -> bool:
    """Tell whether at least two words of a name are left, or a word and an initial, if there were two."""
    left = [word for word in spoilt.split() if is_word(word) or len(fold(word)) == 1]
    return any(is_word(word) for word in left) and (len(left) > 1 or len(text.split()) < _FEW)


def take(kind: str, most: int, make: Callable[[], tuple[str, str] | None]) -> list[Pair]:
    """Make pairs until there are enough, or it is hopeless."""
    found: list[Pair] = []
    for _ in range(most * 80):
        if len(found) == most:
            break
        both = make()
        if both is not None and both[0] != both[1] and both[0].strip():
            found.append(Pair(kind, *both))
    return found


def true_pairs(everyone: list[Person], dice: Random, share: float) -> list[Pair]:
    """Return pairs of one person's names, spoilt beyond what a list is asked."""
    named = named_by_script(everyone)
    latin, found = named["Latin"], list[Pair]()

    def spoilt(noise: Noise) -> tuple[str, str] | None:
        text = dice.choice(latin)
        new = noise(text, dice)
        return None if new is None else (new, text)

    def twice_spoilt() -> tuple[str, str] | None:
        text = dice.choice(latin)
        one, other = dice.sample(BOTH_NOISES, 2)
        first = one(text, dice)
        second = None if first is None else other(first, dice)
        return None if second is None or not _enough(second, text) else (second, text)

    def slipped() -> tuple[str, str] | None:
        text = dice.choice(named[dice.choice(ALPHABETS)])
        new = slip(text, dice)
        return None if new is None else (new, text)

    def one_word() -> tuple[str, str] | None:
        word = max(dice.choice(latin).split(), key=len)
        new = keyboard(word, dice) if len(word) > 5 else None
        return None if new is None else (new, word)

    for kind, (most, noise) in TRUE_LATIN.items():
        found += take(kind, round(most * share), lambda noise=noise: spoilt(noise))  # type: ignore[misc]
    found += take("two_noises", round(TWO_NOISES * share), twice_spoilt)
    found += take("slip", round(SLIPS * share), slipped)
    return found + take("one_word", round(ONE_WORD * share), one_word)
