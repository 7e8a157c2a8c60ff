"""Korean names in Latin letters: one in Hangul by several systems, or two."""

from __future__ import annotations

import pytest

from evenhand.names.korean import hangul_of, may_be_one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ham sok hon", "ham seokheon"), ("pak chonghui", "park jeonghui"), ("kim chongun", "kim jongun"),
        ("jo yon jun", "yon chun cho"), ("ri yongho", "lee yongho"), ("choe ryong hae", "choi ryonghae"),
        ("kim minsu", "kim min soo"), ("chongsok yun", "yoon jong seok"),
    ],
)  # fmt: skip
def test_systems_of_writing_korean_are_one(one: str, other: str) -> None:
    assert may_be_one(tuple(one.split()), tuple(other.split()))
    assert may_be_one(tuple(other.split()), tuple(one.split()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kim jongil", "kim jongun"), ("kim il sung", "kim jong il"), ("kim minsu", "park minsu"),
        ("kim minsu", "kim minho"), ("kim anderson", "kim andersen"), ("lee kuan yew", "ri kwan yu"),
        ("marta kim", "martha kim"), ("kim", "kim"), ("han chae", "han jae"), ("", ""),
    ],
)  # fmt: skip
def test_other_names_are_two_or_no_korean_ones(one: str, other: str) -> None:
    assert not may_be_one(tuple(one.split()), tuple(other.split()))


def test_a_name_is_read_whichever_word_stands_first() -> None:
    assert ("조", "연준") in hangul_of(("cho", "yonjun")) & hangul_of(("yon", "jun", "jo"))
    assert hangul_of(("kim",)) == hangul_of(("kim", "min", "su", "jin")) == frozenset()
