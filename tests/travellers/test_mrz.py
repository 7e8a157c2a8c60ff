"""Machine-readable zones: the specimens of ICAO 9303, what is wrong with others, and printing back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.travellers.check_digits import CHARACTERS, check_digit
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_layout import LAYOUTS
from evenhand.travellers.mrz_print import compose_mrz, print_mrz
from evenhand.travellers.mrz_reading import read_any
from evenhand.travellers.mrz_suggest import suggest
from evenhand.travellers.mrz_values import Mrz, MrzValues, clean_lines, read_birth, read_expiry, write_names

TODAY = date(2026, 11, 23)
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
MRV_A = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
SPECIMENS = {"TD1": TD1, "TD2": TD2, "TD3": TD3, "MRV-A": MRV_A, "MRV-B": MRV_B}
LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=9)


def faults(lines: tuple[str, ...]) -> list[tuple[str, str, int, int]]:
    read = parse_mrz(lines, today=TODAY)
    return [(problem.field, problem.kind, problem.line, problem.column) for problem in read.problems]


def changed(lines: tuple[str, ...], line: int, column: int, instead: str) -> tuple[str, ...]:
    row = lines[line - 1]
    return (*lines[: line - 1], row[: column - 1] + instead + row[column - 1 + len(instead) :], *lines[line:])


@pytest.mark.parametrize("kind", SPECIMENS)
def test_the_specimens_are_sound_and_print_back(kind: str) -> None:
    read = parse_mrz(SPECIMENS[kind], today=TODAY)
    assert read.is_sound
    assert (read.kind, read.primary, read.secondary, read.sex) == (kind, "ERIKSSON", "ANNA MARIA", "F")
    assert print_mrz(read) == compose_mrz(read) == SPECIMENS[kind]


def test_the_specimen_passport_reads() -> None:
    read = parse_mrz(TD3, today=TODAY)
    assert (read.document_code, read.issuer, read.number, read.nationality) == ("P", "UTO", "L898902C3", "UTO")
    assert (read.birth_date, read.expiry, read.optional) == ("1974-08-12", "2012-04-15", "ZE184226B")
    assert not read.names_truncated


@pytest.mark.parametrize(
    ("place", "instead", "expected"),
    [
        ((2, 10), "7", [("number", "check_digit", 2, 10), ("composite", "check_digit", 2, 44)]),
        ((2, 20), "3", [("birth_date", "check_digit", 2, 20), ("composite", "check_digit", 2, 44)]),
        ((2, 28), "8", [("expiry", "check_digit", 2, 28), ("composite", "check_digit", 2, 44)]),
        ((2, 43), "2", [("optional", "check_digit", 2, 43), ("composite", "check_digit", 2, 44)]),
        ((2, 44), "1", [("composite", "check_digit", 2, 44)]),
        ((1, 1), "I", [("document_code", "code", 1, 1)]),
        ((1, 2), "1", [("document_code", "code", 1, 1)]),
        ((1, 3), "QQQ", [("issuer", "code", 1, 3)]),
        ((2, 11), "QQQ", [("nationality", "code", 2, 11)]),
        ((2, 21), "K", [("sex", "code", 2, 21)]),
        ((1, 8), "0", [("names", "character", 1, 8)]),
        ((1, 19), "<", [("names", "filler", 1, 6)]),
        ((1, 6), "<" * 39, [("names", "missing", 1, 6)]),
    ],
)
def test_it_says_which_field_is_wrong(
    place: tuple[int, int], instead: str, expected: list[tuple[str, str, int, int]]
) -> None:
    assert faults(changed(TD3, *place, instead)) == expected


@pytest.mark.parametrize("text", ["740231", "74<<12", "AB0812", "<<0812"])
def test_a_date_that_is_none_is_named(text: str) -> None:
    found = faults(changed(changed(TD3, 2, 14, text), 2, 22, text))
    assert ("birth_date", "date", 2, 14) in found
    assert ("expiry", "date", 2, 22) in found


def test_a_missing_number_is_named() -> None:
    assert ("number", "missing", 2, 1) in faults(changed(TD3, 2, 1, "<" * 9 + "0"))


@pytest.mark.parametrize("column", range(1, 45))
@pytest.mark.parametrize("instead", "09AZ<")
def test_every_change_of_the_second_line_shows_or_prints_back(column: int, instead: str) -> None:
    lines = changed(TD3, 2, column, instead)
    read = parse_mrz(lines, today=TODAY)
    assert read.problems or print_mrz(read) == lines


@given(st.sampled_from(sorted(SPECIMENS)), st.data())
def test_whatever_is_sound_prints_back(kind: str, data: st.DataObject) -> None:
    lines = list(SPECIMENS[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        row = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[row]) - 1))
        lines[row] = lines[row][:column] + data.draw(st.sampled_from(CHARACTERS)) + lines[row][column + 1 :]
    read = parse_mrz(lines, today=TODAY)
    assert read.problems or print_mrz(read) == tuple(lines)


def told(read: Callable[[], Mrz]) -> Mrz | str:
    try:
        return read()
    except InputError as error:
        return str(error)


@given(st.sampled_from(sorted(SPECIMENS)), st.text(CHARACTERS, max_size=14), st.data())
def test_the_quick_reader_says_what_the_thorough_one_says(kind: str, optional: str, data: st.DataObject) -> None:
    sound = parse_mrz(SPECIMENS[kind], today=TODAY)
    optional = optional[: len(sound.optional) if kind in ("TD3", "MRV-A") else 7]
    values = {name: getattr(sound, name) for name in MrzValues.__struct_fields__}
    later = optional if kind == "TD1" else ""
    lines = list(compose_mrz(MrzValues(**{**values, "optional": optional, "optional_more": later})))
    assert told(lambda: parse_mrz(lines, today=TODAY)) == told(lambda: read_any(lines, TODAY))
    for _ in range(data.draw(st.integers(1, 2))):
        row = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[row]) - 1))
        mark = data.draw(st.sampled_from(CHARACTERS + "a \n?é\ud800Ω"))
        lines[row] = lines[row][:column] + mark + lines[row][column + 1 :]
        assert told(lambda: parse_mrz(lines, today=TODAY)) == told(lambda: read_any(lines, TODAY))


@pytest.mark.parametrize("column", range(1, 45))
def test_a_character_no_zone_holds_is_refused_wherever_it_stands(column: int) -> None:
    for line in (1, 2):
        with pytest.raises(InputError, match=f"line {line}, column {column}"):
            parse_mrz(changed(TD3, line, column, "?"), today=TODAY)


@pytest.mark.parametrize(
    "lines",
    [("\n".join(TD3),), (TD1[0], "\n".join(TD1[1:])), (*TD3[:1], TD3[1][:40] + "\n" + TD3[1][41:]), ()],
)
def test_lines_within_lines_are_no_zone(lines: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        parse_mrz(lines, today=TODAY)


@given(
    st.sampled_from(sorted(LAYOUTS)),
    st.lists(LETTERS, min_size=1, max_size=2),
    st.lists(LETTERS, max_size=2),
    st.text(CHARACTERS[:36], min_size=1, max_size=9),
    st.sampled_from([None, "1974", "1974-08", "1974-08-12", "2026-11-23", "1926-11-24"]),
)
def test_composed_values_read_back(
    kind: str, primary: list[str], secondary: list[str], number: str, born: str | None
) -> None:
    layout = LAYOUTS[kind]  # type: ignore[index]
    values = MrzValues(
        kind=layout.kind,
        document_code=layout.letters[0],
        issuer="D",
        number=number,
        primary=" ".join(primary)[:12],
        secondary=" ".join(secondary)[:12].strip(),
        nationality="XXB",
        birth_date=born,
        sex="M",
        expiry="2031-01-31",
        optional="A1",
    )
    lines = compose_mrz(values)
    read = parse_mrz(lines, today=TODAY)
    if not values.primary.endswith(" "):
        assert read.is_sound, read.problems
        for field in MrzValues.__struct_fields__:
            assert getattr(read, field) == getattr(values, field)


@pytest.mark.parametrize("number", ["D23145890734", "D231458907345678901234", "D2314589073456789012345"[:22]])
def test_long_numbers_go_on_in_the_optional_data(number: str) -> None:
    for kind in ("TD1", "TD2"):
        digits = number if kind == "TD1" else number[:14]
        values = MrzValues(kind=kind, document_code="I", issuer="UTO", number=digits, primary="A", nationality="UTO")
        lines = compose_mrz(values)
        read = parse_mrz(lines, today=TODAY)
        assert (read.number, read.problems, print_mrz(read)) == (digits, (), lines)
        where = LAYOUTS[kind].optional.start + len(digits) - 9
        row, column = divmod(where, LAYOUTS[kind].width)
        wrong = changed(lines, row + 1, column + 1, "0" if lines[row][column] != "0" else "1")
        assert ("number", "check_digit", row + 1, column + 1) in faults(wrong)


def test_a_filler_for_a_digit_is_no_long_number_without_more_digits() -> None:
    assert ("number", "check_digit", 1, 15) in faults(changed(TD1, 1, 15, "<"))
    assert ("number", "check_digit", 1, 15) in faults(changed(changed(TD1, 1, 14, "<"), 1, 15, "<"))


def test_optional_data_may_lack_its_digit_when_empty() -> None:
    base = changed(TD3, 2, 29, "<" * 14)
    for digit in "0<":
        read = parse_mrz(changed(base, 2, 43, digit), today=TODAY)
        assert [problem.field for problem in read.problems] == ["composite"]
    assert ("optional", "check_digit", 2, 43) in faults(changed(TD3, 2, 43, "<"))


def test_long_names_are_cut_and_marked() -> None:
    assert write_names("A" * 40, "B", 39) == "A" * 36 + "<<B"
    assert write_names("AB", "C" * 50, 39) == "AB<<" + "C" * 35
    assert write_names("A" * 50, "", 39) == "A" * 39
    lines = changed(TD3, 1, 6, "ERIKSSON<<ANNA<MARIA<KATHARINA<WILHELMI")
    assert parse_mrz(lines, today=TODAY).names_truncated


def test_births_are_never_in_the_future() -> None:
    assert read_birth("261123<", TODAY).value == "2026-11-23"
    assert read_birth("261124<", TODAY).value == "1926-11-24"
    assert read_birth("2612<<<", TODAY).value == "1926-12"
    assert read_birth("26<<<<<", TODAY).value == "2026"
    assert read_birth("<<<<<<0", TODAY)[:3] == (None, True, "0")
    assert read_expiry("751231<", TODAY).value == "2075-12-31"
    assert read_expiry("761231<", TODAY).value == "1976-12-31"
    assert read_expiry("<<<<<<0", TODAY)[:3] == (None, True, "0")


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("A" * 30,),
        ("A" * 44, "A" * 43),
        ("A" * 44, "A" * 45),
        ("A" * 30, "A" * 31, "A" * 29),
        ("P<UTO" + "é" * 39, TD3[1]),
        ("P<UTO" + "Ж" * 39, TD3[1]),
        ("p" + TD3[0][1:], TD3[1]),
    ],
)
def test_a_wrong_shape_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        parse_mrz(lines, today=TODAY)


@given(st.lists(st.text(max_size=50), max_size=4))
def test_any_text_is_read_or_refused(lines: list[str]) -> None:
    with suppress(InputError):
        assert len(parse_mrz(lines, today=TODAY).check_digits) in (3, 4, 5)


def test_typed_input_is_cleaned_only_when_asked() -> None:
    typed = f" {TD3[0].lower()} \n\n{TD3[1][:20]} {TD3[1][20:]}\n"
    assert clean_lines(typed, tolerant=True) == TD3
    assert clean_lines("\n".join(TD3)) == clean_lines("".join(TD3)) == TD3
    assert clean_lines("".join(TD1)) == TD1
    with pytest.raises(InputError):
        parse_mrz(clean_lines(typed), today=TODAY)
    with pytest.raises(InputError, match="empty"):
        clean_lines("")


def test_values_that_do_not_fit_are_refused() -> None:
    read = parse_mrz(TD3, today=TODAY)
    base = {field: getattr(read, field) for field in MrzValues.__struct_fields__}
    for wrong in ({"number": "1" * 10}, {"issuer": "UTOP"}, {"primary": "Ä"}, {"optional": "Ж"}):
        with pytest.raises(InputError):
            compose_mrz(MrzValues(**{**base, **wrong}))


def test_look_alikes_are_suggested() -> None:
    assert suggest(TD3, today=TODAY) == ()
    found = suggest(changed(TD3, 2, 4, "B"), today=TODAY)
    assert (2, 4, "B", "8") in {(item.line, item.column, item.found, item.instead) for item in found}
    assert found[0].problems_left == 0


@given(st.text(CHARACTERS, max_size=45))
def test_check_digits_follow_the_standard(text: str) -> None:
    total = sum((7, 3, 1)[i % 3] * (CHARACTERS.index(c) % 36) for i, c in enumerate(text))
    assert check_digit(text) == str(total % 10)


def test_what_is_remembered_of_zones_is_bounded_and_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from evenhand.travellers import mrz_reading, mrz_values

    plain = [parse_mrz(zone, today=TODAY) for zone in (TD3, TD2)]
    monkeypatch.setattr(mrz_reading, "_CODES_MAX", 1)
    monkeypatch.setattr(mrz_values, "_DATES_CACHED", 1)
    monkeypatch.setattr(mrz_values, "_DAYS_CACHED", 1)
    for offset in range(3):
        zone, day = compose_mrz(parsed_values(offset)), TODAY + timedelta(days=offset)
        assert parse_mrz(zone, today=day) == read_any(zone, day)
        assert [parse_mrz(zone, today=TODAY) for zone in (TD3, TD2)] == plain


def parsed_values(number: int) -> MrzValues:
    return MrzValues(
        kind="TD3", document_code="P", issuer="UTO", number=f"L{number}", primary="BELL", secondary="ADA",
        nationality=("UTO", "ITA", "PHL")[number], birth_date=f"198{number}-01-31", expiry=f"203{number}-01-31",
    )  # fmt: skip
