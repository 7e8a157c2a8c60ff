"""Canonical bytes agree with an independent implementation of RFC 8785, and nothing else is read."""

from __future__ import annotations

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.canonical import Codec, canonical_bytes, digest
from evenhand.ground.errors import EvenhandError, InputError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefgh_ABC", max_size=6), inner, max_size=4),
    max_leaves=20,
)


class Pair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A small record."""

    name: str
    count: int


@given(VALUES)
def test_the_encoding_is_that_of_rfc_8785(value: object) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_a_codec_reads_its_own_bytes_only() -> None:
    codec = Codec(Pair)
    data = codec.encode(Pair(name="ب", count=1))
    assert codec.decode(data) == Pair(name="ب", count=1)
    for other in (
        b" " + data,
        data.replace(b":1", b":1.0"),
        b'{"name":"a","count":1}',
        b"\xff",
        b"{}",
        b'{"count":1,"name":"a","x":0}',
    ):
        with pytest.raises(InputError):
            codec.decode(other)


def test_digests_are_over_the_canonical_form() -> None:
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    assert len(digest(None)) == 32


def test_an_error_says_what_why_and_what_to_do() -> None:
    assert (
        str(EvenhandError("It broke", why="a cause", remedy="mend it!"))
        == "It broke. Because: a cause. What to do: mend it!"
    )
    assert str(EvenhandError("It broke")) == "It broke."
