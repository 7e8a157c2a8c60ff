"""Thai words in Latin letters (invented and dictionary words)."""

from __future__ import annotations

import pytest

from evenhand.names.thai import thai


@pytest.mark.parametrize(
    ("word", "spelling"),
    [
        ("สมชาย", "somchai"),  # a vowel that is not written
        ("มาลี", "mali"),
        ("โกมล", "komon"),  # final l sounds n
        ("โกมล", "komol"),  # and is spelt l
        ("เดือน", "duean"),  # a vowel around its consonant
        ("ไพศาล", "phaisan"),
        ("หมี", "mi"),  # a silent leading letter
        ("อารี", "ari"),  # a letter that only carries a vowel
        ("คาร์ล", "karl"),  # a silenced letter of a foreign name
        ("ธรรม", "tham"),
        ("พร", "phon"),
        ("สวัสดี", "swatdi"),  # a cluster
        ("ต้น", "ton"),  # tone marks have no letter
    ],
)
def test_usual_spellings_are_among_those_given(word: str, spelling: str) -> None:
    assert spelling in thai(word)


def test_what_is_not_thai_has_no_spelling() -> None:
    assert thai("๑๒") == ()
