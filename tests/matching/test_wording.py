"""Words by number say of a name what reading it whole says."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.matching.wording import Vocabulary
from evenhand.names.besides import korean_too
from evenhand.names.forms import forms
from evenhand.names.parts import ARTICLES, PARTICLES, TITLES
from evenhand.names.word import ASKED_ALONE, Word

PIECES = st.one_of(
    st.sampled_from(sorted(PARTICLES | TITLES | ARTICLES)),
    st.sampled_from(["Abed", "Abdul", "Rabbo", "mac", "Ivanovich", "Bob", "Radomir", "Jean-Paul", "O'Neill", "J.",
                     "محمد", "عبد", "الرحمن", "عابد", "Иван", "Мария", "Κώστας", "राम", "김", "TISHARIN"]),
    st.from_regex("[A-Za-z]{1,9}", fullmatch=True),
)  # fmt: skip


class _Kept(Vocabulary):
    """A vocabulary that can say which word a number stands for."""

    def said(self, name: str) -> list[list[Word]]:
        """Return the readings of a name as it is written, without those of other systems (`korean_too`)."""
        words = {number: word for word, number in self._ids.items()}
        return [[words[number] for number in reading] for reading in self._as_written(name)] if words else []

    def beside(self, name: str) -> list[list[Word]]:
        """Return the readings beside those."""
        read = self.readings(name)[len(self._as_written(name)) :]
        words = {number: word for word, number in self._ids.items()}
        return [[words[number] for number in reading] for reading in read]


@pytest.mark.parametrize("nicknames", [True, False])
@settings(deadline=None, max_examples=300)
@given(pieces=st.lists(PIECES, min_size=1, max_size=5))
@example(pieces=["Abed", "ar", "Rahman"])
@example(pieces=["Abed", "Rabbo"])
@example(pieces=["عابد", "ar", "Rahman"])
@example(pieces=["ar", "Abed"])
@example(pieces=["Nur", "el", "Din"])
@example(pieces=["Dhu", "el", "Nun"])
def test_a_name_by_its_pieces_is_the_name_read_whole(pieces: list[str], *, nicknames: bool) -> None:
    name, words = " ".join(pieces), _Kept(nicknames=nicknames)
    words.readings(name)  # the pieces are known from here on
    for shuffled in (name, " ".join(reversed(pieces)), name):
        whole = [list(reading) for reading in forms(shuffled) if reading]
        words.readings(shuffled)
        assert [[_bare(one) for one in reading] for reading in words.said(shuffled)] == [
            [_bare(one) for one in reading] for reading in whole
        ]


def test_a_patronymic_has_its_other_usages_whichever_way_it_is_read() -> None:
    words, name = _Kept(nicknames=True), "Velko Serhiyovych Tisharin"
    for asked in (name, "Serhiyovych Tisharin", name):
        words.readings(asked)
        assert words.said(asked) == [list(reading) for reading in forms(asked)]


@pytest.mark.parametrize("name", ["Kim Chong-un", "an abu", "Lee Min Jung", "Radomir Tisharin"])
def test_only_who_asks_reads_a_name_as_a_korean_one(name: str) -> None:
    assert _Kept(nicknames=True).beside(name) == [list(reading) for reading in korean_too(name)]
    assert _Kept(nicknames=False).beside(name) == []


def _bare(word: Word) -> Word:
    """Return a word without what it stands for: whether those are kept in the end is the vocabulary's to say."""
    return word._replace(spellings=tuple(one for one in word.spellings if not one[2] & ASKED_ALONE))
