"""A word that is the same in every name is what whole names make of it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.names.forms import forms
from evenhand.names.parts import ARTICLES, PARTICLES, TITLES, nicknames, rarity_words
from evenhand.names.usual import usual

KNOWN = sorted(rarity_words() | PARTICLES | TITLES | ARTICLES | set(nicknames()))
PIECES = st.one_of(
    st.sampled_from(KNOWN), st.from_regex("[A-Za-z]{1,30}", fullmatch=True),
    st.tuples(st.sampled_from(KNOWN), st.sampled_from(["ovich", "evna", "OGLU"])).map("".join),
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(PIECES, st.sampled_from([str.lower, str.upper, str.capitalize]))
@example("bob", str.capitalize)
@example("abed", str.capitalize)
@example("ridha", str.lower)
def test_a_usual_word_is_what_names_make_of_it(piece: str, written: object) -> None:
    piece = written(piece)  # type: ignore[operator]
    word = usual(piece)
    if word is None:
        return
    for before, after in (((), ()), (("Tisharin",), ()), ((), ("Tisharin",)), (("Radomir", "Tisharin"), ("Velko",))):
        (reading,) = forms(" ".join((*before, piece, *after)))
        assert word in reading


@pytest.mark.parametrize("piece", ["van", "Dr", "J", "abdul", "Mac", "Ivanovich", "O'Neill", "Jean-Paul", "李", "x1"])
def test_what_depends_on_its_neighbours_or_is_no_plain_word_is_left_to_whole_names(piece: str) -> None:
    assert usual(piece) is None


def test_most_words_of_names_are_usual() -> None:
    assert sum(usual(word) is not None for word in KNOWN) > 0.98 * len(KNOWN)
