"""Korean names in Latin letters: whether two spellings may be one name in Hangul.

Knows:    how syllables are written by the Revised Romanisation, by McCune and Reischauer without breves and
          apostrophes, in the north and by Koreans themselves (`evenhand.names.asia`); the usual family names.
Told:     the folded words of a name, or of two.
Answers:  whether they may be one, and how else a name is written; never of a name that is no Korean one by its shape.
Trusted:  yes: what may be one name is not taken for two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice, product, zip_longest
from typing import Final, NamedTuple

from evenhand.names.asia import HARD, hangul, popular, revised
from evenhand.names.latin import sounding_apart
from evenhand.names.parts import is_known

_GIVEN_MAX: Final = 2
_CUTS_MAX: Final = 2
_OTHERS_MAX: Final = 20
_MORE: Final = "평전류"
"""Syllables of given names that the learned table has none of."""
_USUAL: Final = {
    "건": "gun", "경": "kyung", "근": "keun", "기": "ki", "동": "dong", "명": "myung", "문": "moon", "민": "min",
    "병": "byung", "석": "suk", "선": "sun", "성": "sung", "수": "soo", "숙": "sook", "순": "soon", "승": "sung",
    "연": "youn", "영": "young", "용": "yong", "우": "woo", "운": "woon", "원": "won", "윤": "yoon", "은": "eun",
    "정": "jung chung", "종": "jong", "주": "joo", "준": "joon", "중": "joong", "철": "chul", "춘": "choon",
    "헌": "hun", "현": "hyun", "형": "hyung", "훈": "hoon", "희": "hee",
}  # fmt: skip
"""How people write syllables of their own given names where no system does."""
_FAMILIES: Final = {
    "김": "", "이": "lee yi ri rhee li rhi", "박": "park pak", "최": "choi", "정": "jung chung", "강": "", "조": "",
    "윤": "yoon youn", "장": "", "임": "lim rim yim", "한": "", "오": "oh", "서": "suh", "신": "shin", "권": "kwon",
    "황": "", "안": "ahn", "송": "", "류": "yu yoo ryoo", "전": "jun chun", "홍": "", "고": "koh", "문": "moon",
    "양": "ryang", "손": "sohn", "배": "", "백": "paik", "허": "huh hur", "유": "ryu", "남": "", "심": "shim",
    "노": "roh noh", "하": "", "곽": "", "성": "sung", "차": "", "주": "joo", "우": "woo", "구": "koo", "민": "",
    "진": "", "나": "ra", "지": "", "엄": "um", "채": "", "원": "", "천": "chun", "방": "", "공": "", "현": "hyun",
    "함": "", "변": "byun", "염": "ryom", "여": "ryo", "추": "choo", "도": "", "석": "", "설": "", "선": "",
    "길": "", "연": "", "표": "", "명": "myung", "기": "", "반": "", "왕": "", "금": "", "옥": "", "육": "",
    "맹": "", "제": "", "태": "",
}  # fmt: skip
"""The usual family names and how else they are written, beside what the rules make of them; the commonest first."""
_RANK: Final = {mark: place for place, mark in enumerate(_FAMILIES)}


def _with_hard(spelt: Iterable[str]) -> tuple[str, ...]:
    """Return spellings and, with them, those of McCune and Reischauer at the beginning of a word: Chong beside Jong."""
    found = dict.fromkeys(spelt)
    hard = (HARD[text[0]] + text[1:] for text in (*found,) if text[0] in HARD and HARD[text[0]] != "l")
    return tuple(found | dict.fromkeys(hard))


@cache
def _family_spelt() -> dict[str, tuple[str, ...]]:
    """Return how usual family names are spelt, the usual ways first."""
    told = {mark: (*also.split(), revised(mark), *popular(mark)) for mark, also in _FAMILIES.items()}
    return {mark: _with_hard(spelt) for mark, spelt in told.items()}


@cache
def _spelt() -> dict[str, tuple[str, ...]]:
    """Return how syllables of given names are spelt, the usual ways first."""
    told = {mark: (*given, revised(mark), *popular(mark)) for mark, (_, given) in hangul().items() if given}
    return {mark: _with_hard(spelt) for mark, spelt in told.items()}


def _by_system(mark: str) -> tuple[str, ...]:
    """Return a syllable by the Revised Romanisation, as in the north, and by McCune and Reischauer without breves."""
    whole = revised(mark)
    north = whole.replace("eo", "o").replace("eu", "u")
    hard = HARD.get(north[0], north[0])
    breathed = north[0] + "h" + north[1:] if north[0] in "tpk" else north
    return tuple(dict.fromkeys((whole, north, hard + north[1:] if hard != "l" else north, breathed)))


@cache
def _asked_as(mark: str, *, family: bool) -> tuple[str, ...]:
    """Return how a family name or syllable is usually written: few ways, as what is asked for must say something."""
    usual = (_FAMILIES if family else _USUAL).get(mark, "")
    return tuple(dict.fromkeys((*usual.split(), *_by_system(mark))))


@cache
def _asked() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Return which family names, and which syllables of given names, may be meant by a spelling."""
    given = sorted({*hangul(), *_MORE})
    return (
        _by_spelling({mark: _asked_as(mark, family=True) for mark in _FAMILIES}),
        _by_spelling({mark: _asked_as(mark, family=False) for mark in given if mark in _MORE or hangul()[mark][1]}),
    )


@cache
def _families() -> dict[str, frozenset[str]]:
    return _by_spelling(_family_spelt())


@cache
def _syllables() -> dict[str, frozenset[str]]:
    return _by_spelling(_spelt())


def _by_spelling(told: dict[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for mark, spelt in told.items():
        for text in spelt:
            found.setdefault(text, set()).add(mark)
    return {text: frozenset(marks) for text, marks in found.items()}


def _cuts(words: tuple[str, ...], known: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Return a given name's words as two of some syllables: apart, or of one word that is not one itself."""
    whole = words[0]
    if len(words) == _GIVEN_MAX:
        return [words] if all(one in known for one in words) else []
    cuts = [] if whole in known else [(whole[:at], whole[at:]) for at in range(1, len(whole))]
    return [cut for cut in cuts if all(one in known for one in cut)]


def _given(words: tuple[str, ...]) -> frozenset[str]:
    """Return what the words of a given name may be in Hangul."""
    known = _syllables()
    return frozenset(a + b for one, other in _cuts(words, known) for a in known[one] for b in known[other])


@lru_cache(maxsize=50_000)
def hangul_of(words: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """Return what folded words may be as a Korean family and given name of two syllables, whichever stands first."""
    if not 1 < len(words) <= 1 + _GIVEN_MAX:
        return frozenset()
    sides = ((words[0], words[1:]), (words[-1], words[:-1]))
    return frozenset(
        (mark, given) for family, rest in sides for mark in _families().get(family, ()) for given in _given(rest)
    )


def may_be_one(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two names may be one in Hangul: Pak Chonghui and Park Jeonghui."""
    return not hangul_of(one).isdisjoint(hangul_of(other))


class Respelt(NamedTuple):
    """A name as it may be read: its words in their order, and beside each how else Koreans write it."""

    words: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=50_000)
def respelt_names(words: tuple[str, ...]) -> tuple[Respelt, ...]:
    """Return folded words as Korean names with the given name apart and in one word; none if they are none.

    The commoner family name of those at either end is taken for it. A given name in one word that is a known name
    elsewhere is left as it is: Gina is not Gi-na.
    """
    if not 1 < len(words) <= 1 + _GIVEN_MAX:
        return ()
    families, syllables = _asked()
    ends = {last: families.get(words[-1 if last else 0], frozenset()) for last in (False, True)}
    last = min(ends, key=lambda side: min((_RANK[mark] for mark in ends[side]), default=len(_RANK)))
    family, rest = (words[-1], words[:-1]) if last else (words[0], words[1:])
    if not ends[last] or (len(rest) == 1 and is_known(rest[0])):
        return ()
    names, found = _by_turns([_asked_as(mark, family=True) for mark in sorted(ends[last])]), list[Respelt]()
    for cut in _cuts(rest, syllables)[:_CUTS_MAX]:
        first, second = (_by_turns([_asked_as(mark, family=False) for mark in sorted(syllables[one])]) for one in cut)
        whole = [one + other for one, other in product(first, second)]
        for given, others in ((cut, (first, second)), (("".join(cut),), (whole,))):
            parts = ((family, *given), (names, *others))
            told, beside = ((*one[1:], one[0]) for one in parts) if last else parts
            apart = (sounding_apart(one, more) for one, more in zip(told, beside, strict=True))
            found.append(Respelt(told, tuple(tuple(islice(one, _OTHERS_MAX)) for one in apart)))
    return tuple(found)


def _by_turns(columns: Iterable[Sequence[str]]) -> list[str]:
    """Return the spellings of several syllables, the usual one of each first."""
    return [text for row in zip_longest(*columns) for text in row if text]
