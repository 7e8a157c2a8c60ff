"""Readings of Han, kanji and Hangul names, syllable by syllable.

Knows:    Mandarin (pinyin, Wade-Giles), Cantonese, Min and Korean readings of Han, Japanese family and given names,
          and how Koreans spell their syllables (tables derived by tools/learn_readings_han.py and learn_readings.py;
          Min is written by hand in tables/min.tsv).
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

from evenhand.names.native import variants
from evenhand.names.romanise import readings

Spellings = tuple[tuple[str, int], ...]
_SPELLINGS_MAX: Final = 10
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
def southern() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return per mainland character the family and the given names that people of Min and Hakka speech spell so."""
    text = files("evenhand.names").joinpath("tables/min.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    family, given = ({row[0]: _split(row[column]) for row in rows if row[column]} for column in (1, 2))
    return family, given


@cache
def hangul() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return per syllable: spellings as a family name, spellings in a given name."""
    return {
        mark: (_plausible(mark, _split(family)), _plausible(mark, _split(given)))
        for mark, family, given in _lines("hangul")
    }


_BEGIN_ALIKE: Final = ("gkcq", "dt", "bpv", "jcz", "lrn", "s", "h", "m")


def _plausible(mark: str, found: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what was counted where a foreign name was taken for a Korean one."""
    whole = revised(mark)
    if whole[0] in "aeiouwy":
        return tuple(text for text in found if len(text) <= len(whole) + 2)
    return tuple(
        text
        for text in found
        if len(text) <= len(whole) + 2 and any(whole[0] in alike and text[0] in alike for alike in _BEGIN_ALIKE)
    )


@cache
def kanji() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return readings of (written name, F or G)."""
    return {(text, kind): _split(read) for text, kind, read in _lines("kanji")}


@cache
def _kanji_alike() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the same where forms of one character are alike."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for (text, kind), read in kanji().items():
        found.setdefault((_plain(text), kind), read)
    return found


def _plain(text: str) -> str:
    return "".join(variants().get(mark, mark) for mark in text)


def _kanji(text: str, kind: str) -> tuple[str, ...]:
    """Return readings of a Japanese family (F) or given name (G)."""
    return kanji().get((text, kind)) or _kanji_alike().get((_plain(text), kind), ())


def revised(syllable: str) -> str:
    """Return the Revised Romanisation (2000) of one syllable, without assimilation."""
    index = ord(syllable) - 0xAC00
    parts = (_JAMO[0][index // 588], _JAMO[1][index % 588 // 28], _JAMO[2][index % 28])
    return "".join(part for part in parts if part != "_")


_POPULAR: Final = {
    "eo": ("u", "o"), "yeo": ("you", "yo", "yu"), "eu": ("u",), "u": ("oo",), "ae": ("ai",), "wo": ("weo",),
    "oe": ("oi",), "ui": ("eui",), "yu": ("yoo",), "i": ("ee",),
}  # fmt: skip
"""Vowels as McCune and Reischauer and as Koreans themselves often write them, beside the Revised Romanisation."""


def popular(syllable: str) -> tuple[str, ...]:
    """Return how else Koreans write one syllable: Yong-chol beside Yeong-cheol, Moo-hyup beside Mu-hyeop."""
    index = ord(syllable) - 0xAC00
    first, vowel, last = _JAMO[0][index // 588], _JAMO[1][index % 588 // 28], _JAMO[2][index % 28]
    found = [(first, other) for other in _POPULAR.get(vowel, ())]
    if first == "h" and vowel.startswith("w"):
        found.append(("w", f"h{vowel[1:]}"))
    return tuple(f"{head}{other}{last}".replace("_", "") for head, other in found)


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
        columns.append(tuple(dict.fromkeys((*known[:3], revised(mark), *popular(mark))))[:6])
    found: dict[str, int] = {}
    for choice in islice(product(*[tuple(enumerate(column)) for column in columns]), 216):
        text, cost = "".join(text for _, text in choice), 8 * sum(rank for rank, _ in choice)
        found[text] = min(cost, found.get(text, cost))
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


def _southern(part: str, place: int) -> dict[str, int]:
    """Return spellings of a family (place 0) or given name as in Singapore and Malaysia; none if unknown."""
    marks = _plain(part)
    table = southern()[place]
    if not any(mark in table for mark in marks):
        return {}
    columns = [table.get(mark, ())[:3] or _system(part[at], 0)[:1] for at, mark in enumerate(marks)]
    return dict(islice(_joined(columns, 6).items(), 4))


@lru_cache(maxsize=50_000)
def chinese(word: str) -> tuple[Spellings, ...]:
    """Return family and given name of a Han word by Mandarin and Cantonese reading; empty if it is too long."""
    if not 2 <= len(word) <= 4 or any(mark not in han() for mark in word):  # noqa: PLR2004 - Chinese names
        return ()
    cut = 2 if word[:2] in _FAMILY_ZH and len(word) > 2 else 1  # noqa: PLR2004
    parts: list[Spellings] = []
    for part in (word[:cut], word[cut:]):
        found: dict[str, int] = {}
        for system, cost in ((0, 0), (1, 2), (2, 4)):
            columns: list[tuple[str, ...]] = [han()[mark][0][:1] for mark in part]
            for at, mark in enumerate(part):
                columns[at] = _system(mark, system)[:2] or columns[at]
            for text, paid in list(_joined(columns, cost).items())[:3]:
                found.setdefault(text, paid)
        for text, paid in _southern(part, 1 if parts else 0).items():
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
    if _kanji(word, "F") and _kanji(word, "G") and len(word) > _LONG_MAX:
        return ()
    found = []
    for cut in range(1, len(word)):
        family, given = _kanji(word[:cut], "F"), _kanji(word[cut:], "G")
        if family and given:
            found.append((abs(2 * cut - len(word) - (len(word) % 2)), (_ranked(family), _ranked(given))))
        elif family and len(word) - cut <= 3:  # noqa: PLR2004 - a given name read by its characters
            loose = _given_by_character(word[cut:]) or (_loosely(word[cut:]) if cut > 1 else ())
            if loose:
                found.append((10 + abs(cut - 2), (_ranked(family), loose)))
        elif given and 2 <= cut <= 3 and (loose := _loosely(word[:cut])):  # noqa: PLR2004 - a rare family name
            found.append((12 + abs(cut - 2), (loose, _ranked(given))))
    found.sort(key=lambda item: item[0])
    return tuple(both for _, both in found[:2])


def _ranked(found: tuple[str, ...]) -> Spellings:
    return tuple((read, 6 * rank) for rank, read in enumerate(found))


_UNREAD: Final = 100
"""A reading so much dearer than the best has left a character out."""


def _loosely(word: str) -> Spellings:
    """Return how the characters of a Japanese name that is in no dictionary may be read, by the learned table."""
    if any(mark not in han() for mark in word):
        return ()
    return tuple((read, 12 + cost) for read, cost in readings(word, "kanji", 5) if cost < _UNREAD)


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


HARD: Final = {"g": "k", "d": "t", "b": "p", "j": "ch", "r": "l"}
"""First sounds of Korean syllables as they are written where they are not voiced."""


@cache
def syllables() -> frozenset[str]:
    """Return every Latin spelling of one Chinese or Korean syllable of two letters or more that the tables know."""
    found = {text for mark in han() for system in range(3) for text in _system(mark, system)}
    found |= {text for table in southern() for read in table.values() for text in read}
    for mark in hangul():
        spelt = {*hangul()[mark][1], revised(mark), *popular(mark)}
        found |= spelt | {HARD[text[0]] + text[1:] for text in spelt if text[0] in HARD}
    return frozenset(text for text in found if len(text) > 1)
