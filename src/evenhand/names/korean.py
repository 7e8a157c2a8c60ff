"""Korean names in Latin letters: whether two spellings may be one name in Hangul.

Knows:    how syllables are written by the Revised Romanisation, by McCune and Reischauer without breves and
          apostrophes, in the north and by Koreans themselves (`evenhand.names.asia`); the usual family names.
Told:     the folded words of two names.
Answers:  whether they may be one; never where one of them is no Korean name by its shape.
Trusted:  yes: what may be one name is not taken for two.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from evenhand.names.asia import HARD, hangul, popular, revised

_GIVEN_MAX: Final = 2
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
"""The usual family names and how else they are written, beside what the rules make of them."""


def _with_hard(found: set[str]) -> set[str]:
    """Return spellings and, with them, those of McCune and Reischauer at the beginning of a word: Chong beside Jong."""
    return found | {HARD[text[0]] + text[1:] for text in found if text[0] in HARD and HARD[text[0]] != "l"}


@cache
def _families() -> dict[str, frozenset[str]]:
    return _by_spelling({mark: {*also.split(), revised(mark), *popular(mark)} for mark, also in _FAMILIES.items()})


@cache
def _syllables() -> dict[str, frozenset[str]]:
    told = {mark: {*given, revised(mark), *popular(mark)} for mark, (_, given) in hangul().items() if given}
    return _by_spelling(told)


def _by_spelling(told: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for mark, spelt in told.items():
        for text in _with_hard(spelt):
            found.setdefault(text, set()).add(mark)
    return {text: frozenset(marks) for text, marks in found.items()}


def _given(words: tuple[str, ...]) -> frozenset[str]:
    """Return what the words of a given name may be in Hangul: two syllables, apart or in one word that is not one."""
    known, whole = _syllables(), words[0]
    if len(words) == _GIVEN_MAX:
        cuts = [words]
    else:
        cuts = [] if whole in known else [(whole[:at], whole[at:]) for at in range(1, len(whole))]
    return frozenset(a + b for one, other in cuts for a in known.get(one, ()) for b in known.get(other, ()))


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
