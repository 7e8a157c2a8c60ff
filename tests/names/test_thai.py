"""Thai words in Latin letters (invented and dictionary words)."""

from __future__ import annotations

import pytest

from evenhand.names.letters import by_ear
from evenhand.names.thai import foreign, thai


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
        ("เควิน", "khewin"),  # k and w that are no cluster
        ("ออล", "ol"),  # a letter that carries a vowel of the same form
        ("ฤทธิ์", "rit"),
    ],
)
def test_usual_spellings_are_among_those_given(word: str, spelling: str) -> None:
    assert spelling in thai(word)


def test_what_is_not_thai_has_no_spelling() -> None:
    assert thai("๑๒") == ()


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("กอร์ดอน", "гордон"),  # one letter for k and g
        ("คาร์ล", "карл"),  # a silenced letter is said abroad
        ("ฟร็องซัว", "франсуа"),  # French nasal vowels
        ("ฌัก", "жак"),
        ("มีแชล", "мишел"),  # one letter for sh and ch
        ("แพทริก", "патриг"),  # the vowel of Patrick
        ("เคร์รี", "керри"),
        ("ลียอแนล", "лионел"),
        ("บราวน์", "браун"),
        ("มานุแอล", "мануел"),
        ("ไรเดิน", "райден"),
    ],
)
def test_foreign_names_are_heard_as_abroad(word: str, heard: str) -> None:
    assert heard in {by_ear(one) for one in foreign(word)}


def test_what_has_no_sound_is_not_foreign() -> None:
    assert foreign("๑๒") == ()
