"""Readings of Han, kanji and Hangul names, syllable by syllable.

Knows:    Mandarin (pinyin, Wade-Giles), Cantonese and Korean readings of Han, Japanese family and given names,
          and how Koreans spell their syllables (tables derived by tools/learn_readings_han.py and learn_readings.py).
Told:     a word of Han characters or Hangul syllables.
Answers:  readings: family name and given name, each with Latin spellings and costs.
Trusted:  yes: the tables are part of the matcher's version.
"""

from __future__ import annotations

import gzip
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from typing import Final

Spellings = tuple[tuple[str, int], ...]
_SPELLINGS_MAX: Final = 8
_FAMILY_KO: Final = frozenset(["남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"])
_FAMILY_ZH: Final = frozenset(
    [
        "歐陽",
        "欧阳",
        "司馬",
        "司马",
        "上官",
        "諸葛",
        "诸葛",
        "司徒",
        "皇甫",
        "尉遲",
        "尉迟",
        "夏侯",
        "端木",
        "慕容",
        "令狐",
        "東方",
        "东方",
    ]
)
_FAMILY_KO_READ: Final = {
    "金": "김",
    "李": "이",
    "林": "임",
    "柳": "유",
    "劉": "유",
    "梁": "양",
    "羅": "나",
    "盧": "노",
    "廉": "염",
    "呂": "여",
}
_LONG_MAX: Final = 5
_JAMO: Final = (
    "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "_").split(),
    [
        "a",
        "ae",
        "ya",
        "yae",
        "eo",
        "e",
        "yeo",
        "ye",
        "o",
        "wa",
        "wae",
        "oe",
        "yo",
        "u",
        "wo",
        "we",
        "wi",
        "yu",
        "eu",
        "ui",
        "i",
    ],
    [
        "_",
        "k",
        "k",
        "k",
        "n",
        "n",
        "n",
        "t",
        "l",
        "k",
        "m",
        "l",
        "l",
        "l",
        "p",
        "l",
        "m",
        "p",
        "p",
        "t",
        "t",
        "ng",
        "t",
        "t",
        "k",
        "t",
        "p",
        "t",
    ],
)


@cache
def _lines(name: str) -> tuple[tuple[str, ...], ...]:
    packed = files("evenhand.names").joinpath(f"tables/{name}.tsv.gz").read_bytes()
    return tuple(tuple(line.split("\t")) for line in gzip.decompress(packed).decode("utf-8").split("\n"))


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


@cache
def han() -> dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]]:
    """Return per character: pinyin, Wade-Giles, Hong Kong, Hangul."""
    return {mark: (_split(a), _split(b), _split(c), d) for mark, a, b, c, d in _lines("han")}


def _system(mark: str, system: int) -> tuple[str, ...]:
    """Return the readings of a character: 0 pinyin, 1 Wade-Giles, 2 Hong Kong."""
    pinyin, wade, canto, _ = han()[mark]
    return (pinyin, wade, canto)[system]


@cache
def hangul() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return per syllable: spellings as a family name, spellings in a given name."""
    return {mark: (_split(family), _split(given)) for mark, family, given in _lines("hangul")}


@cache
def kanji() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return readings of (written name, F or G)."""
    return {(text, kind): _split(read) for text, kind, read in _lines("kanji")}


def revised(syllable: str) -> str:
    """Return the Revised Romanisation (2000) of one syllable, without assimilation."""
    index = ord(syllable) - 0xAC00
    parts = (_JAMO[0][index // 588], _JAMO[1][index % 588 // 28], _JAMO[2][index % 28])
    return "".join(part for part in parts if part != "_")


def _joined(columns: list[tuple[str, ...]], cost: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for choice in islice(product(*columns), 24):
        found.setdefault("".join(choice), cost)
    return found


def _best(found: dict[str, int]) -> Spellings:
    return tuple(sorted(found.items(), key=lambda item: (item[1], item[0])))[:_SPELLINGS_MAX]


def _korean_part(word: str, column: int) -> Spellings:
    columns = []
    for mark in word:
        known = hangul().get(mark, ((), ()))[column]
        columns.append(tuple(dict.fromkeys((*known[:3], revised(mark)))))
    found: dict[str, int] = {}
    for choice in islice(product(*[tuple(enumerate(column)) for column in columns]), 32):
        found.setdefault("".join(text for _, text in choice), 8 * sum(rank for rank, _ in choice))
    return _best(found)


def family_size(word: str) -> int:
    """Return how many syllables of a native Hangul name are its family name."""
    return 2 if word[:2] in _FAMILY_KO and len(word) > 2 else 1  # noqa: PLR2004


@lru_cache(maxsize=50_000)
def korean(word: str) -> tuple[Spellings, ...]:
    """Return family and given name of a native Hangul word of two to four syllables; empty if it is none."""
    if not 2 <= len(word) <= 4 or any(not "가" <= mark <= "힣" for mark in word):  # noqa: PLR2004 - Korean names
        return ()
    cut = family_size(word)
    if cut == 1 and not hangul().get(word[0], ((), ()))[0]:
        return ()
    return _korean_part(word[:cut], 0), _korean_part(word[cut:], 1)


@lru_cache(maxsize=50_000)
def chinese(word: str) -> tuple[Spellings, ...]:
    """Return family and given name of a Han word by Mandarin and Cantonese reading; empty if it is too long."""
    if not 2 <= len(word) <= 4 or any(mark not in han() for mark in word):  # noqa: PLR2004 - Chinese names
        return ()
    cut = 2 if word[:2] in _FAMILY_ZH and len(word) > 2 else 1  # noqa: PLR2004
    parts = []
    for part in (word[:cut], word[cut:]):
        found: dict[str, int] = {}
        for system, cost in ((0, 0), (1, 2), (2, 4)):
            columns: list[tuple[str, ...]] = [han()[mark][0][:1] for mark in part]
            for at, mark in enumerate(part):
                columns[at] = _system(mark, system)[:2] or columns[at]
            for text, paid in list(_joined(columns, cost).items())[:3]:
                found.setdefault(text, paid)
        parts.append(_best(found))
    return tuple(parts)


@lru_cache(maxsize=50_000)
def hanja(word: str) -> tuple[Spellings, ...]:
    """Return family and given name of a Han word by Korean reading; empty where a character has none."""
    read = "".join(
        _FAMILY_KO_READ.get(mark, han()[mark][3]) if not at else han()[mark][3]
        for at, mark in enumerate(word)
        if mark in han()
    )
    return korean(read) if len(read) == len(word) else ()


@lru_cache(maxsize=50_000)
def japanese(word: str) -> tuple[tuple[Spellings, ...], ...]:
    """Return (family, given) readings of a kanji word, best cut first; empty if no cut is known."""
    names = kanji()
    if (word, "F") in names and (word, "G") in names and len(word) > _LONG_MAX:
        return ()
    found = []
    for cut in range(1, len(word)):
        family, given = names.get((word[:cut], "F")), names.get((word[cut:], "G"))
        if family and given:
            both = tuple(tuple((read, 6 * rank) for rank, read in enumerate(part)) for part in (family, given))
            found.append((abs(2 * cut - len(word) - (len(word) % 2)), both))
        elif family and len(word) - cut <= 3:  # noqa: PLR2004 - a given name read by its characters
            loose = _given_by_character(word[cut:])
            if loose:
                found.append((10 + abs(cut - 2), (tuple((read, 6 * rank) for rank, read in enumerate(family)), loose)))
    found.sort(key=lambda item: item[0])
    return tuple(both for _, both in found[:2])


@cache
def _character_readings() -> dict[str, dict[str, int]]:
    """Readings of single characters in given names of two, cut where both halves are names themselves."""
    found: dict[str, dict[str, int]] = {}
    names = kanji()
    for (text, kind), read in names.items():
        if kind != "G" or len(text) != 2:  # noqa: PLR2004
            continue
        for first in names.get((text[0], "G"), ()):
            for whole in read:
                if whole.startswith(first) and len(whole) > len(first):
                    tail = found.setdefault(text[1], {})
                    tail[whole[len(first) :]] = tail.get(whole[len(first) :], 0) + 1
                    head = found.setdefault(text[0], {})
                    head[first] = head.get(first, 0) + 1
    return found


def _given_by_character(word: str) -> Spellings:
    columns: list[tuple[str, ...]] = []
    for mark in word:
        known = _character_readings().get(mark, {})
        ranked = tuple(sorted(known, key=lambda read: (-known[read], read)))[:3]
        ranked = ranked or kanji().get((mark, "G"), ())[:2]
        if not ranked:
            return ()
        columns.append(ranked)
    return _best(_joined(columns, 12))
