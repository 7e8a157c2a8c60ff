"""What the words of a name may be besides what they are written as: other names, or one name together.

Knows:    nicknames, usages of other peoples, particles that are given names too, names made with al-Din.
Told:     a word's spellings, or the words of a name.
Answers:  more spellings, and more readings.
Trusted:  yes: what a word stands for is compared as if it were written.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.names.korean import respelt_names
from evenhand.names.latin import fold
from evenhand.names.native import word_code
from evenhand.names.parts import ARTICLES, FAITH, GIVEN_TOO, NAMED_SO, PARTICLE, PLAIN, TITLE, TITLES, nicknames
from evenhand.names.usages import usages
from evenhand.names.word import ASKED_ALONE, LEARNED, NICKNAME, USAGE, WRITTEN, Reading, Word

_USAGE_COST: Final = 30
_NEARLY_AS_LIKELY: Final = 30
_ARTICLES: Final = frozenset({*ARTICLES, "ud", "ad", "ed", "id"})
_HEAD_MIN: Final = 3
_KOREAN_MAX: Final = 30
_KOREAN_COST: Final = 60
"""Of one syllable there are many spellings, so another one says less than a usage."""
_LATIN: Final = re.compile(r"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff'\u2019\s.,<-]+")
_PARTS: Final = re.compile(r"[\s.,<-]+")
_KOREAN_WORDS: Final = 3
_TIES: Final = {"ben": "bin", "ibn": "bin", "ibne": "bin", "binti": "bint", "binte": "bint"}


def with_nicknames(found: tuple[tuple[str, int, int], ...]) -> tuple[tuple[str, int, int], ...]:
    """Return spellings of a word and, behind them, the formal names for which it is a nickname, and other usages."""
    kind = found[0][2]
    likely = found[:3] if kind & LEARNED else found[:1]
    likely = (likely[0], *(one for one in likely[1:] if one[1] < _NEARLY_AS_LIKELY))
    formal = next((names for text, _, _ in likely if (names := nicknames().get(text))), ())
    elsewhere = next((others for text, _, _ in likely if (others := usages(text))), ())
    if not formal and not elsewhere:
        return found
    known = {text for text, _, _ in found}
    extra = {text: (text, cost, NICKNAME) for text, cost in formal if text not in known}
    extra.update((text, (text, _USAGE_COST, kind | USAGE)) for text in elsewhere if text not in known)
    return (*found, *extra.values())


def readings_besides(words: list[Word]) -> tuple[Reading, ...]:
    """Return the readings of a name by which some of its words are others than they seem."""
    return (*_given_too(words), *_titled_so(words), *_of_faith(words))


def made_one(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return those of a name's readings by which words of its first reading are one."""
    return tuple(one for one in readings[1:] if one in _of_faith(list(readings[0])))


def _given_too(words: list[Word]) -> tuple[Reading, ...]:
    """Return the reading by which the particle that a name begins with is a given name: Ben, Al, but not Al-Hashimi."""
    first = words[0]
    if first.kind != PARTICLE or first.tied or first.spellings[0][0] not in GIVEN_TOO or len(words) == 1:
        return ()
    return ((first._replace(spellings=with_nicknames(first.spellings), kind=PLAIN), *words[1:]),)


def _titled_so(words: list[Word]) -> tuple[Reading, ...]:
    """Return the reading by which Sayyid is a name, which Dari, Malay and Comorian usage writes Said, and Md."""
    named = [
        word._replace(spellings=with_nicknames(word.spellings), kind=PLAIN)
        if word.kind == TITLE and word.spellings[0][0] in NAMED_SO else word
        for word in words
    ]  # fmt: skip
    return (tuple(named),) if named != words else ()


def with_usual_tie(found: tuple[tuple[str, int, int], ...]) -> tuple[tuple[str, int, int], ...]:
    """Return spellings of a particle and, behind them, the one it is usually written by: ben and ibn are bin."""
    usual = _TIES.get(found[0][0])
    return found if usual is None or any(usual == text for text, _, _ in found) else (*found, (usual, 0, found[0][2]))


def korean_too(name: str) -> tuple[Reading, ...]:
    """Return the readings of a name in Latin letters as a Korean one, as the other ways of romanising write it.

    For who asks: what is listed is read as it is written.
    """
    if len(name) > _KOREAN_MAX or not _LATIN.fullmatch(name):
        return ()
    words = [fold(part) for part in _PARTS.split(name) if part]
    while len(words) > _KOREAN_WORDS and words[0] in TITLES:
        del words[0]
    return tuple(
        tuple(
            Word(((word, 0, WRITTEN), *((other, _KOREAN_COST, WRITTEN | USAGE) for other in others)), PLAIN, tied=False)
            for word, others in zip(*one, strict=True)
        )
        for one in respelt_names(tuple(words)) if any(one.others)
    )  # fmt: skip


def _of_faith(words: list[Word]) -> tuple[Reading, ...]:
    """Return the reading by which a name of three words is one: Salah al-Din is Salahuddin."""
    out: list[Word] = []
    at = 0
    while at < len(words):
        one = _made_with(words[at : at + 3])
        out.append(one or words[at])
        at += 3 if one else 1
    return (tuple(out),) if len(out) < len(words) else ()


def _made_with(words: list[Word]) -> Word | None:
    """Return the one word that a name, an article and a word of faith are; None if they are not that."""
    if len(words) < 3 or words[1].spellings[0][0] not in _ARTICLES or words[0].kind != PLAIN:  # noqa: PLR2004
        return None
    head, _, last = words
    end = next((FAITH[text] for text, _, _ in last.spellings if text in FAITH), "")
    if not end or len(head.spellings[0][0]) < _HEAD_MIN:
        return None
    found = tuple((text + end, cost, kind) for text, cost, kind in head.spellings if not kind & ASKED_ALONE)
    native = min(head.native, last.native) and word_code(f"{head.native} {last.native}")
    return Word(with_nicknames(found), PLAIN, last.tied, native)
