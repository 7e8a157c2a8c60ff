"""Characters of Han and Hangul names as numbers."""

from __future__ import annotations

from evenhand.names.native import CHARACTER_BITS, SCRIPT_BITS, codes, variants, word_code


def test_forms_of_one_character_are_alike() -> None:
    assert codes("陳大文") == codes("陈大文")
    assert codes("沢田") == codes("澤田")


def test_other_characters_differ_and_longer_names_fill_the_second_number() -> None:
    assert codes("김철수") != codes("김철호")
    first, second = codes("김철수")
    assert first >> 2 * CHARACTER_BITS == ord("김")
    assert second == 0
    assert codes("一二三四")[1] == ord("四")


def test_the_table_ends_where_it_points_to() -> None:
    assert all(target not in variants() for target in variants().values())


def test_a_word_tells_its_alphabet() -> None:
    scripts = {(-1 - word_code(word)) & ((1 << SCRIPT_BITS) - 1) for word in ("Велко", "Тишарин")}
    assert len(scripts) == 1
    assert 0 not in scripts
    assert (-1 - word_code("Βέλκο")) & ((1 << SCRIPT_BITS) - 1) not in scripts
    assert (-1 - word_code("백진희")) & ((1 << SCRIPT_BITS) - 1) == 0
