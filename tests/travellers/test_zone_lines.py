"""The lines of a zone as readers and people give them: what carries nothing is read over, the rest is refused aptly."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_print import print_mrz
from evenhand.travellers.mrz_values import clean_lines

TODAY = date(2026, 11, 23)
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")


@pytest.mark.parametrize("zone", [TD3, TD1])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", "\t \r\n"])
def test_empty_lines_at_the_ends_and_blanks_at_line_ends_carry_nothing(zone: tuple[str, ...], end: str) -> None:
    for front in ("", "\n", " \r\n"):
        text = front + "".join(line + end for line in zone) + end
        assert clean_lines(text) == zone
        assert print_mrz(parse_mrz(clean_lines(text), today=TODAY)) == zone
    assert clean_lines("".join(zone) + end) == zone


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("\n\n".join(TD3), "differ in length: 44, 0, 44 characters"),
        ("\n".join(TD3).lower(), "'p' at line 1, column 1"),
        (f"{TD3[0][:9]} {TD3[0][9:]}\n{TD3[1]}", "differ in length: 45, 44 characters"),
        (f"{TD3[0][:9]} {TD3[0][9:]}\n{TD3[1][:9]} {TD3[1][9:]}", "2 lines of 45 characters"),
        ("\n".join(TD3).replace("<<", "«"), "differ in length"),
    ],
)
def test_what_would_be_read_as_typed_in_is_refused_with_that_word(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        parse_mrz(clean_lines(text), today=TODAY)
    assert "--tolerant" in caught.value.remedy
    assert parse_mrz(clean_lines(text, tolerant=True), today=TODAY).is_sound


@pytest.mark.parametrize(
    ("lines", "what", "remedy"),
    [
        ((), "0 lines of 0", "give 3 lines"),
        (("A" * 45, "A" * 45), "2 lines of 45 characters", "give 3 lines"),
        ((TD3[0], TD3[1][:-1]), "differ in length: 44, 43 characters", "give 3 lines"),
        (("A",) * 9 + ("AB",), r"differ in length: 1, 1, 1, 1 characters", "give 3 lines"),
        ((TD3[0].replace("ERIK", "ÉRIK"), TD3[1]), "'É' at line 1, column 6", ""),
    ],
)
def test_what_typing_does_not_explain_is_refused_without_it(lines: tuple[str, ...], what: str, remedy: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        parse_mrz(lines, today=TODAY)
    assert caught.value.remedy.startswith(remedy)
    assert "--tolerant" not in caught.value.remedy


@given(st.text("A<0 \n\r\tp", max_size=100))
def test_a_zone_is_never_empty_lines_at_its_ends(text: str) -> None:
    try:
        lines = clean_lines(text)
    except InputError:
        assert not text.strip()
        return
    assert lines[0]
    assert lines[-1]
    assert all(line == line.strip() for line in lines)
