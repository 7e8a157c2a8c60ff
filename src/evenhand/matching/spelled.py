"""How two names are spelled, letter by letter: what two names side by side can say beyond what a list needs.

Knows:    slips of the pen, usual short forms, the two ways of writing Chinese, words turned about.
Told:     two names as written, and one reading of each.
Answers:  a row of integers, the same whichever of the two names comes first.
Trusted:  no: it decides nobody's alarm (see `evenhand.matching.beside`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from evenhand.names.cleaning import clean
from evenhand.names.latin import skeleton, sound
from evenhand.names.native import variants
from evenhand.names.parts import INITIAL, NASAB, PARTICLE, RARITY_MAX, TITLE, is_known, nicknames, rarity
from evenhand.names.respelt import respelt
from evenhand.names.script import scripts_in
from evenhand.names.usages import are_usages
from evenhand.names.word import ASKED_ALONE, Reading

SPELLED: Final = (
    "written", "words_few", "words_many", "joined_edits", "joined_alike", "edits", "worst_edits", "worst_alike",
    "second_edits", "worst_begin", "worst_end", "worst_short", "worst_long", "first_letters_differ", "untouched",
    "letters_over", "bag", "worst_bag", "initials_clash", "initials_met", "short_forms", "sound_edits", "bone_edits",
    "chinese", "stem_edits", "worst_place", "letters_kept", "merged_initials", "doubled", "tail_only", "stands_for",
    "worst_rarer", "worst_commoner", "worst_respelt", "strange_edits", "strange_alike", "strange_known", "titled",
    "worst_role",
)  # fmt: skip
LATIN, ONE_SCRIPT, CHARACTERS, TWO_SCRIPTS = range(4)
"""How two names are written: both in Latin, both in another script, both in Han or Hangul, or in two scripts."""

_SPELLINGS: Final = 3
_EDITS_MAX: Final = 40
_NOT_CHINESE: Final = 9
_STRANGE_COST: Final = 99
_USAGE_BITS: Final = 4
_SHORT_MIN, _STEM_MIN = 3, 3
_ALIKE = 1000
_CHARACTERS: Final = frozenset({"Hani", "Hang"})
NO_ROLE, OF_FATHER, OF_ENDING = range(3)
"""What the least alike words are in both names: any words; a father's name after "son of"; one made of a father's."""
_SAY_WHO: Final = frozenset({"abd", "abdul", "din", "eddin", "uddin", "udin", "saint", "santa"})
"""Particles that tell one person from another when they stand for another word."""
_BREAK: Final = re.compile(r"[^\w]+|_", re.UNICODE)
_DIMINUTIVE: Final = re.compile("(ie|ey|y|i|e|o|ka|ya|ia|ik)$")
_FATHERS_ENDING: Final = re.compile(
    "(?<=...)(o?vich|o?vych|evich|evych|ovna|evna|ivna|yivna|ichna|ovic|dottir|sson|zade|zadeh|oglu|ogly|ovitch|evitch)$"
)
"""Endings that make a name of a father's: Petrovich, Jonsdottir."""
_ENDING: Final = re.compile("(?<=...)(is|as|us|es|os|ijs|ejs|js|ij|yj|iy|ey|ei|ai|yi|yy|s|y|i|j|e|o)$")
_SYLLABLES: Final = re.compile(
    "(?:(?:zh|ch|sh|hs|ts|tz|sz|ss|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:i?[ae]ng?|i?ao|i[ae]h?|i?ong|i?ung|iu|ing?|ih|i|ai|ei|ou|er|eh|uai|uang?|uen|uei|uo|ueh?|ui|un|ua|u|a|o|e))+"
)
_CHINESE: Final = (
    (re.compile("tz|ts|c(?!h)|z(?!h)"), "z"), (re.compile("zh|ch|q|j"), "c"), (re.compile("hs|sh|x|s[sz]"), "s"),
    (re.compile("ung"), "ong"), (re.compile("ien"), "ian"), (re.compile("uei"), "ui"), (re.compile("uen"), "un"),
    (re.compile("(?<=[iue])h"), ""), (re.compile("uo"), "o"), (re.compile("yi"), "i"), (re.compile("zu$"), "zi"),
    (re.compile("p"), "b"), (re.compile("t"), "d"), (re.compile("k"), "g"), (re.compile("r"), "c"),
)  # fmt: skip


class Text(NamedTuple):
    """One word: its spellings, likeliest first; whether it is an initial; whether a particle."""

    spellings: tuple[str, ...]
    initial: bool
    particle: bool

    @property
    def first(self) -> str:
        """Return the likeliest spelling."""
        return self.spellings[0]


class Met(NamedTuple):
    """Two words that are held against one another: their spellings, slips between them, likeness, places."""

    one: str
    other: str
    edits: int
    alike: int
    places: tuple[int, int]


@lru_cache(maxsize=20_000)
def _written(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the one script of a name (empty if there are several) and its words in it; Han in their simplest forms."""
    scripts = scripts_in(clean(name))
    plain = "".join(variants().get(mark, mark) for mark in unicodedata.normalize("NFC", clean(name).casefold()))
    words = tuple(word for word in _BREAK.split(plain) if word)
    return (scripts[0] if len(scripts) == 1 else ""), words


def _latin(reading: Reading, other: Reading) -> list[Text]:
    """Return the words of a reading; a title counts where both names have it beside their first word: Agha, Rana."""
    theirs = {word.spellings[0][0] for word in other[1:]}
    found = []
    for at, word in enumerate(reading):
        if word.kind != TITLE or (at and word.spellings[0][0] in theirs):
            kept = tuple(text for text, _, kind in word.spellings if not kind & ASKED_ALONE)[:_SPELLINGS]
            kept = kept or (word.spellings[0][0],)
            found.append(Text(kept, word.kind == INITIAL, word.kind == PARTICLE and kept[0] not in _SAY_WHO))
    return found


def _as_written(words: Sequence[str]) -> list[Text]:
    return [Text((word,), initial=len(word) == 1 and len(words) > 1, particle=False) for word in words]


def texts(names: tuple[str, str], readings: tuple[Reading, Reading]) -> tuple[int, list[Text], list[Text]]:
    """Return how two names are written, and the words of both in letters that can be held against one another."""
    (script, words), (other_script, other_words) = (_written(name) for name in names)
    if script == other_script and script not in ("", "Latn"):
        how = CHARACTERS if script in _CHARACTERS else ONE_SCRIPT
        return how, _as_written(words), _as_written(other_words)
    how = LATIN if script == other_script == "Latn" else TWO_SCRIPTS
    return how, _latin(*readings), _latin(readings[1], readings[0])


@lru_cache(maxsize=200_000)
def _edits(one: str, other: str) -> int:
    return OSA.distance(one, other)


def _nearest(one: Text, other: Text) -> tuple[int, str, str]:
    """Return the fewest slips between spellings of two words, and those spellings."""
    return min((_edits(a, b), a, b) for a in one.spellings for b in other.spellings)


def _alike(edits: int, one: str, other: str) -> int:
    return _ALIKE - _ALIKE * edits // max(1, len(one), len(other))


def _hold(ours: Sequence[Text], theirs: Sequence[Text]) -> list[Met]:
    """Hold every word of the shorter name against one of the longer, the most alike first."""
    every = []
    for x, one in enumerate(ours):
        for y, other in enumerate(theirs):
            edits, a, b = _nearest(one, other)
            every.append(Met(a, b, edits, _alike(edits, a, b), (x, y)))
    every.sort(key=lambda met: (-met.alike, abs(met.places[0] - met.places[1]), met.places))
    kept: list[Met] = []
    for met in every:
        if all(met.places[0] != one.places[0] and met.places[1] != one.places[1] for one in kept):
            kept.append(met)
    return kept


def _same_ends(one: str, other: str) -> tuple[int, int]:
    """Return how many letters two words share at their beginnings, and at their ends beside those."""
    short, begin, end = min(len(one), len(other)), 0, 0
    while begin < short and one[begin] == other[begin]:
        begin += 1
    while end < short - begin and one[-1 - end] == other[-1 - end]:
        end += 1
    return begin, end


def _bag(one: str, other: str) -> int:
    """Return how many letters one of two words has that the other has not, in whatever order."""
    a, b = Counter(one), Counter(other)
    return (a - b).total() + (b - a).total()


def is_short_form(one: str, other: str) -> bool:
    """Tell whether one word is the other shortened: its beginning, or its beginning with a fond ending."""
    short, long = sorted((one, other), key=len)
    if len(long) <= _SHORT_MIN or short == long:
        return False
    if len(short) >= _SHORT_MIN and long.startswith(short):
        return True
    stem = _DIMINUTIVE.sub("", short)
    if len(stem) > _STEM_MIN and stem[-1] == stem[-2]:
        stem = stem[:-1]
    return stem != short and len(stem) >= _STEM_MIN and long.startswith(stem) and len(long) > len(stem) + 1


def chinese(words: Sequence[str]) -> str | None:
    """Return what a name in Chinese syllables sounds like in either way of writing them; None if it is none."""
    plain = "".join(words)
    if len(words) < 2 or not plain.isascii() or not all(_SYLLABLES.fullmatch(word) for word in words):  # noqa: PLR2004
        return None
    keys = []
    for word in words:
        for mark, sign in _CHINESE:
            word = mark.sub(sign, word)  # noqa: PLW2901 - one rule after another
        keys.append(word)
    return "".join(sorted(keys))


def _stem(word: str) -> str:
    return _ENDING.sub("", word)


def _initials(ours: Sequence[Text], theirs: Sequence[Text]) -> tuple[int, int]:
    """Return how many initials of either name begin a word of the other that none else begins, and how many do not."""
    met, clash = 0, 0
    for mine, other in ((ours, theirs), (theirs, ours)):
        left = [word.first for word in other]
        for word in mine:
            if not word.initial and word.first in left:
                left.remove(word.first)
        for word in mine:
            if word.initial:
                found = next((text for text in left if text[0] == word.first[0]), None)
                if found is not None:
                    left.remove(found)
                    met += 1
                elif left:
                    clash += 1
    return met, clash


def _merged(ours: Sequence[Text], theirs: Sequence[Text]) -> int:
    """Return whether a short word of one name is the first letters of two or more words of the other, in a row."""
    for mine, other in ((ours, theirs), (theirs, ours)):
        heads = "".join(word.first[0] for word in other)
        if any(1 < len(word.first) <= _STEM_MIN and word.first in heads for word in mine if not word.particle):
            return 1
    return 0


def _doubled(words: Sequence[Text]) -> int:
    return len(words) - len({word.first for word in words})


def _stands_for(one: str, other: str) -> int:
    """Return what it costs that one word stands for the other (see `parts.nicknames`); a lot if it does not."""
    known = nicknames()
    costs = [cost for a, b in ((one, other), (other, one)) for text, cost in known.get(a, ()) if text == b]
    return min(costs, default=_STRANGE_COST)


@lru_cache(maxsize=200_000)
def _respelt(one: str, other: str) -> int:
    """Return how often two words were written for one word (see `respelt`), or that peoples spell one name so."""
    return respelt(one, other) or (_USAGE_BITS if are_usages(one, other) else 0)


def _strange(held: Sequence[Met]) -> tuple[int, int, int]:
    """Return the slips in words that differ and are not known to be one, their least likeness, how many bear names.

    Known to be one are words that sound alike, that were seen for one word of another script, and fond forms. Two words
    that are names of people by themselves are seldom one with a slip: Daniel and Donald.
    """
    edits, alike, known = 0, _ALIKE, 0
    for met in held:
        both = met.one, met.other
        heard = sound(met.one) == sound(met.other)
        if met.edits and not heard and not _respelt(*both) and _stands_for(*both) == _STRANGE_COST:
            edits, alike = edits + met.edits, min(alike, met.alike)
            known += is_known(met.one) and is_known(met.other)
    return min(edits, _EDITS_MAX), alike, known


def _rarities(met: Met) -> tuple[int, int]:
    """Return how rare the rarer and the commoner of two words are; words of other scripts are as if never seen."""
    rare = sorted(rarity(word) if word.isascii() else RARITY_MAX for word in (met.one, met.other))
    return rare[1], rare[0]


def _titled(readings: tuple[Reading, Reading]) -> int:
    """Return how many titles the name with fewer words has beside them: President Olsunde."""
    titles, plain = ([sum((word.kind == TITLE) is is_title for word in words) for words in readings]
                     for is_title in (True, False))  # fmt: skip
    return 0 if plain[0] == plain[1] else titles[plain.index(min(plain))]


def _role(met: Met, ours: Sequence[Text], theirs: Sequence[Text]) -> int:
    """Return what two words are in both names (see NO_ROLE)."""
    if _after_son(met.one, ours) and _after_son(met.other, theirs):
        return OF_FATHER
    ends = _FATHERS_ENDING.search(met.one), _FATHERS_ENDING.search(met.other)
    return OF_ENDING if ends[0] and ends[1] else NO_ROLE


def _after_son(word: str, words: Sequence[Text]) -> bool:
    """Tell whether a word comes after a word for son or daughter, or after Abd or Abu behind one."""
    at = next((at for at, one in enumerate(words) if word in one.spellings), 0)
    while at and words[at - 1].particle and words[at - 1].first not in NASAB:
        at -= 1
    return bool(at) and words[at - 1].first in NASAB


def _worst(plain: list[Met]) -> Met:
    return min(plain, key=lambda met: (met.alike, -met.edits))


def _of_worst(worst: Met) -> tuple[int, int, int, int]:
    """Return the letters that the least alike words share at both ends, and the lengths of both."""
    short, long = sorted((len(worst.one), len(worst.other)))
    return (*_same_ends(worst.one, worst.other), short, long)


def _tail_only(worst: Met) -> int:
    """Return the letters of the shorter word after which two words part for good; 0 if they meet again or never met."""
    begin, end = _same_ends(worst.one, worst.other)
    return min(len(worst.one), len(worst.other)) - begin if end == 0 < begin else 0


def _chinese_apart(ours: Sequence[Text], theirs: Sequence[Text]) -> int:
    """Return the slips between two names as Chinese syllables; a lot if either is none."""
    one, other = (chinese([word.first for word in words]) for words in (ours, theirs))
    return _NOT_CHINESE if one is None or other is None else min(_edits(one, other), _NOT_CHINESE - 1)


def _over(words: Sequence[Text], used: set[int]) -> int:
    """Return the letters of words that were held against none."""
    return sum(len(word.first) for at, word in enumerate(words) if at not in used)


def spelled(names: tuple[str, str], readings: tuple[Reading, Reading]) -> list[int]:
    """Return the row of two names (see SPELLED)."""
    how, ours, theirs = texts(names, readings)
    mine = [word for word in ours if not word.initial and not word.particle] or ours
    other = [word for word in theirs if not word.initial and not word.particle] or theirs
    if not mine or not other:
        return [how, *[0] * (len(SPELLED) - 1)]
    held = _hold(mine, other)
    worst = _worst(held)
    edits = sorted((met.edits for met in held), reverse=True)
    over = sum(_over(words, {met.places[side] for met in held}) for side, words in enumerate((mine, other)))
    whole, other_whole = ("".join(word.first for word in words) for words in (ours, theirs))
    joined = _edits(whole, other_whole)
    met, clash = _initials(ours, theirs)
    heard = [_edits(sound(one.one), sound(one.other)) for one in held]
    return [
        how,
        min(len(mine), len(other)),
        max(len(mine), len(other)),
        min(joined, _EDITS_MAX),
        _alike(joined, whole, other_whole),
        min(sum(edits), _EDITS_MAX),
        edits[0],
        worst.alike,
        edits[1] if len(edits) > 1 else 0,
        *_of_worst(worst),
        sum(one.one[0] != one.other[0] for one in held),
        sum(one.edits == 0 for one in held),
        over,
        _bag(whole, other_whole),
        _bag(worst.one, worst.other),
        clash,
        met,
        sum(is_short_form(one.one, one.other) for one in held if one.edits),
        min(sum(heard), _EDITS_MAX),
        min(sum(_edits(skeleton(sound(one.one)), skeleton(sound(one.other))) for one in held), _EDITS_MAX),
        _chinese_apart(ours, theirs),
        min(sum(_edits(_stem(one.one), _stem(one.other)) for one in held), _EDITS_MAX),
        0 if 0 in worst.places else 1,
        sum(len(one.one) for one in held if one.edits == 0),
        _merged(ours, theirs),
        max(_doubled(mine), _doubled(other)),
        _tail_only(worst),
        _stands_for(worst.one, worst.other),
        *_rarities(worst),
        _respelt(worst.one, worst.other),
        *_strange(held),
        _titled(readings),
        _role(worst, ours, theirs),
    ]
