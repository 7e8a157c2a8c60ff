"""Names of every script become Latin words; what cannot be read says so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.names.cleaning import mrz_words
from evenhand.names.forms import forms
from evenhand.names.latin import fold, sound, spellings
from evenhand.names.parts import INITIAL, PARTICLE, PLAIN, TITLE, TRUNCATED
from evenhand.names.script import scripts_in
from evenhand.names.word import NICKNAME


def texts(name: str) -> list[set[str]]:
    return [{text for text, _, _ in word.spellings} for reading in forms(name) for word in reading]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("محمد", "mohammad"), ("Баярбаатар", "bayarbaatar"), ("Σωτηρία", "sotiria"), ("სანდრო", "sandro"),
        ("विलासराव", "vilasrav"), ("ハーヴェイ", "harvey"), ("백진희", "jinhee"), ("李進勇", "chinyung"),
        ("小谷真理", "otani"), ("金炳官", "kim"), ("ดิก", "dik"), ("Müller", "mueller"), ("Łukasz", "lukasz"),
        ("شەرافەددین", "sherafeddin"), ("සජිත්", "sajit"), ("Վալերի", "valeri"), ("גאיוס", "gaius"),
    ],
)  # fmt: skip
def test_a_word_is_read(name: str, word: str) -> None:
    assert any(word in found for found in texts(name))


def test_classes_of_words() -> None:
    kinds = [word.kind for word in forms("Dr. J. van Oldenhaag")[0]]
    assert kinds == [TITLE, INITIAL, PARTICLE, 0]
    assert [word.kind for word in forms("FNU Tisharin")[0]] == [TITLE, 0]  # first name unknown, says the document


def test_servants_are_joined() -> None:
    assert [word.spellings[0][0] for word in forms("Abdul Rahmanov Tisharin")[0]] == ["abdulrahmanov", "tisharin"]
    assert [word.spellings[0][0] for word in forms("Mac Tisharin Radomir")[0]] == ["mactisharin", "radomir"]


def test_abed_is_a_servant_before_an_article_only() -> None:
    for name, first in (("Abed el-Tisharin", "abdultisharin"), ("Abed Rabbo Tisharin", "abdrabbo")):
        assert forms(name)[0][0].spellings[0][0] == first
    assert [word.spellings[0][0] for word in forms("Abed Tisharin")[0]] == ["abed", "tisharin"]
    assert [word.spellings[0][0] for word in forms("Tisharin Abed")[0]] == ["tisharin", "abed"]


def test_dhu_is_a_servant_before_an_article_only() -> None:
    assert [word.spellings[0][0] for word in forms("Dhu al-Tisharin")[0]] == ["dhultisharin"]
    assert [word.spellings[0][0] for word in forms("Marta zu Tisharin")[0]] == ["marta", "zu", "tisharin"]


def test_an_article_is_one_where_it_is_tied() -> None:
    assert [word.kind for word in forms("Izzat er-Tisharin")[0]] == [PLAIN, PARTICLE, PLAIN]
    assert [word.kind for word in forms("Izzat Er Tisharin")[0]] == [PLAIN, PLAIN, PLAIN]


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("Salah al-Din Tisharin", ["salahuddin", "tisharin"]), ("Tisharin Nur ed-Din", ["tisharin", "nuruddin"]),
        ("Salah ud Din Nur al-Haq", ["salahuddin", "nurulhaq"]), ("نور الدين", ["nouruddin"]),
    ],
)  # fmt: skip
def test_a_name_with_an_article_and_a_word_of_faith_is_read_as_one_too(name: str, one: list[str]) -> None:
    apart, together = forms(name)
    assert len(apart) > len(together)
    assert [word.spellings[0][0] for word in together] == one


@pytest.mark.parametrize("name", ["Din Tisharin", "al-Din Tisharin", "Bin al-Din Tisharin", "Nur Din Tisharin"])
def test_a_word_of_faith_alone_makes_no_name_one(name: str) -> None:
    assert all(any(word.spellings[0][0] in ("din", "tisharin") for word in reading) for reading in forms(name))
    assert not any("uddin" in word.spellings[0][0] for reading in forms(name) for word in reading)


def test_dh_may_be_z_in_a_known_name() -> None:
    assert {"ridha", "riza", "reda", "ridho"} in texts("Ridha Tisharin"), "the last two by usages"
    assert {"gandhi"} in texts("Gandhi Tisharin")


def test_a_machine_readable_zone() -> None:
    assert mrz_words("TISHARIN<<RADOMIR<V") == "RADOMIR V TISHARIN"
    assert mrz_words("Tisharin Radomir") is None
    cut = forms("TISHARINOV<VELKO<<RADOMIR<ALEK")[0]
    assert [word.kind for word in cut][1] == TRUNCATED


@pytest.mark.parametrize("mark", "'’‘`ʼ\u00b4\u0384\u1fbd\u1fbf\u1ffd\u1ffe")
def test_whatever_is_typed_for_an_apostrophe_is_none_of_a_name(mark: str) -> None:
    assert forms(f"Conor O{mark}Malvezzin") == forms("Conor OMalvezzin")


@pytest.mark.parametrize("mark", "‐–−⁃")
def test_whatever_is_typed_for_a_hyphen_is_one(mark: str) -> None:
    assert forms(f"Radomir Tisharin{mark}Quentarro") == forms("Radomir Tisharin-Quentarro")


def test_unknown_scripts_are_seen() -> None:
    assert scripts_in("ꦗꦮ") == ("Zzzz",)
    assert forms("ꦗꦮ") == ()


def test_folding() -> None:
    assert fold("Þórr") == "thorr"
    assert spellings("0livia")[0] == "olivia"
    assert sound("mohammed") == sound("mohamed")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_without_harm(name: str) -> None:
    for reading in forms(name):
        for word in reading:
            assert word.spellings
            assert all(text.isascii() and text.isalpha() and text == text.lower() for text, _, _ in word.spellings)


@pytest.mark.parametrize(
    ("name", "short", "formal"), [("Ben Tisharin", "ben", "benjamin"), ("Al Tisharin", "al", "albert")]
)
def test_a_particle_that_a_name_begins_with_is_read_as_a_given_name_too(name: str, short: str, formal: str) -> None:
    particle, given = forms(name)
    assert (particle[0].kind, given[0].kind) == (PARTICLE, PLAIN)
    assert [word[0].spellings[0][0] for word in (particle, given)] == [short, short]
    assert (formal, NICKNAME) in {(text, kind) for text, _, kind in given[0].spellings}
    assert particle[1:] == given[1:]


@pytest.mark.parametrize(
    "name", ["Omar Ben Tisharin", "Tisharin Ben", "Ben", "Van Tisharin", "Bin Tisharin", "Al-Tisharin Omar"]
)
def test_other_particles_have_one_reading(name: str) -> None:
    assert len(forms(name)) == 1
