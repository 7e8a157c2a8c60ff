"""What an officer should know of two names beside how alike they are: what was cut off, and who is whose child.

Knows:    words for son and daughter, marks of generation, kunyas.
Told:     two names as written.
Answers:  remarks in words; whether one name is but a kunya.
Trusted:  yes: a reason that leaves out what speaks against misleads whoever must decide.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from evenhand.identity.person import Name
from evenhand.names.forms import forms
from evenhand.names.parts import KUNYA, NASAB, PLAIN, TITLE, TRUNCATED
from evenhand.names.word import LEARNED, Word

_WEAK: Final = {
    "alias_low": "an alias of low quality", "kunya": "a kunya", "nickname": "a nickname",
}  # fmt: skip
"""Kinds of listed names that prove little by themselves."""
_KUNYA_TOO: Final = frozenset({"ebu", "aboo", "oum"})
"""Words of a kunya that are no particles of other names."""
_JOINED: Final = ("abu", "abou", "aboo", "ebu", "umm")
_JOINED_MIN: Final = 6
"""Letters of the shortest kunya written as one word: AbuAli, ابوعلي."""
_GENERATIONS: Final = {"jr": "junior", "junior": "junior", "sr": "senior"} | dict.fromkeys(
    ("ii", "iii", "iv", "vii", "viii", "ix"), ""
)


@lru_cache(maxsize=50_000)
def is_kunya(name: str) -> bool:
    """Tell whether a name is no more than Abu or Umm and one word, apart or written as one, whatever title it bears."""
    readings = forms(name)
    words = [word for word in readings[0] if word.kind != TITLE] if readings else []
    if not words:
        return False
    head, rest = words[0], words[1:]
    if not rest:
        return _is_joined(head)
    if head.kind == PLAIN and head.spellings[0][0] not in _KUNYA_TOO:
        return False
    return sum(word.kind == PLAIN for word in rest) <= 1 and any(text in KUNYA for text, _, _ in head.spellings)


def _is_joined(word: Word) -> bool:
    read = [text for text, _, kind in word.spellings if kind & LEARNED] or [word.spellings[0][0]]
    return word.kind == PLAIN and any(len(one) >= _JOINED_MIN and one.startswith(_JOINED) for one in read)


def weakness(mine: str, theirs: Name) -> str:
    """Return in words why an asked and a listed name prove little by themselves; empty if they prove what names can."""
    if theirs.kind in _WEAK:
        return _WEAK[theirs.kind]
    return _WEAK["kunya"] if is_kunya(mine) or is_kunya(theirs.text) else ""


def remarks(mine: str, theirs: str) -> list[str]:
    """Return what else is to be told of an asked and a listed name that are alike."""
    found = ["the last word was cut off"] if "<" in mine and _is_cut(mine, theirs) else []
    one, other = _generation(mine), _generation(theirs)
    if one and other and one != other:
        found.append(f"but of another generation: {one} asked, {other} listed")
    if father_and_son(mine, theirs):
        found.append("but who is whose child is the other way round")
    return found


def _is_cut(mine: str, theirs: str) -> bool:
    """Tell whether the word at which a zone's field ended is the beginning of a listed one."""
    cut = [word for reading in forms(mine) for word in reading if word.kind == TRUNCATED]
    ends = {text for word in cut for text, _, _ in word.spellings}
    whole = {text for reading in forms(theirs) for word in reading for text, _, _ in word.spellings}
    return any(text.startswith(end) and text != end for end in ends for text in whole)


def _generation(name: str) -> str:
    """Return the mark of generation that a name ends with: junior, III; empty if it has none."""
    last = forms(name)[0][-1] if forms(name) else None
    if last is None or last.kind != TITLE:
        return ""
    text = last.spellings[0][0]
    return _GENERATIONS.get(text, "") or (text.upper() if text in _GENERATIONS else "")


def father_and_son(one: str, other: str) -> bool:
    """Tell whether two names say the other way round who is whose child: Salim bin Tarek, Tarek bin Salim."""
    sons = _sons(one)
    if not sons:
        return False
    others = _sons(other)
    return any((father, son) in others and father != son for son, father in sons)


@lru_cache(maxsize=50_000)
def _sons(name: str) -> frozenset[tuple[str, str]]:
    """Return the words before and after every word for son or daughter in the readings of a name."""
    read = [[word.spellings[0][0] for word in reading] for reading in forms(name)]
    triples = (three for words in read for three in zip(words, words[1:], words[2:], strict=False))
    return frozenset((one, other) for one, tie, other in triples if tie in NASAB)
