"""The blinded question: right answers, and nothing to see for whoever is asked."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ground.errors import VerificationError
from evenhand.trust import blinded


def wide(text: str) -> bytes:
    return hashlib.sha512(text.encode()).digest()


KEY = blinded.derived_scalar(b"s" * 32, b"protection/PHL")


@settings(deadline=None, max_examples=25)
@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(min_size=64, max_size=64))
def test_the_asker_learns_whether_an_item_is_in_the_set(mine: bytes, theirs: bytes, dice: bytes) -> None:
    blinding = blinded.scalar(dice)
    if not any(blinding):
        return
    answer = blinded.evaluate(blinded.blind(mine, blinding), KEY)
    assert (blinded.unblinded_tag(mine, answer, blinding) == blinded.tag(theirs, KEY)) is (mine == theirs)


def test_one_item_is_another_point_each_time_and_another_tag_for_each_asker() -> None:
    points = {blinded.blind(b"UTO|X1", blinded.scalar(wide(str(n)))) for n in range(8)}
    assert len(points) == 8
    other = blinded.derived_scalar(b"s" * 32, b"protection/ITA")
    assert blinded.tag(b"UTO|X1", KEY) != blinded.tag(b"UTO|X1", other)


# RFC 8032 gives the base point; 2^255 - 19 + 1 is not canonical; the rest are of small order or no points.
@pytest.mark.parametrize(
    "point",
    [
        b"", b"\x00" * 32, b"\x01" + b"\x00" * 31, b"\xec" + b"\xff" * 30 + b"\x7f", b"\x02" + b"\x00" * 31,
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        b"\xee" + b"\xff" * 30 + b"\x7f",
    ],
)  # fmt: skip
def test_what_is_no_point_of_the_group_is_refused(point: bytes) -> None:
    with pytest.raises(VerificationError):
        blinded.evaluate(point, KEY)


def test_a_key_of_zero_gives_nothing_away() -> None:
    with pytest.raises(VerificationError, match="evaluated"):
        blinded.evaluate(blinded.hash_to_group(b"x"), b"\x00" * 32)
