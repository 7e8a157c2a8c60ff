"""Tables of one's own, in text and in workbooks: read as people see them, and refused where they are hostile."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from evenhand.ground import limits
from evenhand.ground.errors import InputError, LimitError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Person
from evenhand.interop import tables, template
from evenhand.interop.formats import read_list
from evenhand.interop.model import ParsedList
from evenhand.interop.rows import RecordReader
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_records import template_rows, write_template, write_workbook
from evenhand.interop.tables import read_table


def read(name: str, data: str | bytes) -> ParsedList:
    return read_list(name, {"file": data.encode() if isinstance(data, str) else data})


def person(parsed: ParsedList) -> Person:
    found = parsed.entries[0].person
    assert found is not None
    return found


def fields(parsed: ParsedList) -> list[str]:
    return [refusal.field for refusal in parsed.refusals]


# -- tables and the template -----------------------------------------------------------------------------


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("_", "."), data)
    return stream.getvalue()


def test_hostile_workbooks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for hidden in (b"<!DOCTYPE x>", "<!DOCTYPE x>".encode("utf-16")):
        with pytest.raises(InputError, match="document type"):
            read_table(packed(sheet_odd=hidden), "a table")
    torn = bytearray(packed(sheet_xml=bytes(range(256)) * 9))
    torn[60:90] = bytes(30)
    for damaged in (bytes(torn), packed(sheet_xml=b"<a/>"), b"PK\x03\x04nothing", packed(picture_png=b"1")):
        with pytest.raises(InputError, match="damaged"):
            read_table(damaged, "a table")
    monkeypatch.setattr(tables, "SHEET_BYTES_MAX", 1_000_000)
    with pytest.raises(LimitError, match="unpacks to"):
        read_table(packed(sheet_xml=bytes(2_000_000)), "a table")


def test_tables_are_bounded_and_read_as_they_are() -> None:
    with pytest.raises(LimitError, match="columns"):
        read_table(("a," * (limits.SHEET_COLUMNS_MAX + 1)).encode(), "a table")
    assert read_table(b"\r\n,,\r\na,,c,\r\n1,2,3,\r\n,,,\r\n4\r\n", "a table") == [
        (4, {"a": "1", "column 2": "2", "c": "3"}), (6, {"a": "4"}),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_is_divided_as_its_first_line_is(mark: str) -> None:
    lines = (["\ufeffname", "aliases, and others", "born"], ["Ada Bell", "A; B, C", "31/01/1980"], ["1,5", "", "x"])
    text = "\r\n".join(mark.join(f'"{cell}"' if mark in cell else cell for cell in line) for line in lines)
    assert read_table(text.encode(), "a table") == [
        (2, {"name": "Ada Bell", "aliases, and others": "A; B, C", "born": "31/01/1980"}),
        (3, {"name": "1,5", "aliases, and others": "", "born": "x"}),
    ]
    assert read_table(b"name\r\nAda; Bell\r\n", "a table") == [(2, {"name": "Ada; Bell"})]


def test_cells_of_a_workbook_are_read_as_people_see_them() -> None:
    from datetime import date, datetime

    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].append(["a", "b", "c", "d", "e", "f"])
    book.worksheets[0].append([date(1980, 1, 31), datetime(1980, 1, 31), 7.0, 7.5, None, True])  # noqa: DTZ001 - as Excel has it
    stream = io.BytesIO()
    book.save(stream)
    assert read_table(stream.getvalue(), "a table")[0][1] == {
        "a": "1980-01-31", "b": "1980-01-31", "c": "7", "d": "7.5", "e": "", "f": "True",
    }  # fmt: skip
    assert (tables._cell(date(1980, 1, 31)), tables._cell(7.0)) == ("1980-01-31", "7")


def test_the_template_explains_itself_and_is_no_entry() -> None:
    empty = template.empty_template()
    assert read("template", empty).entries == ()
    filled = empty + write_template(synthetic_persons(1, 2)).split(b"\r\n", 1)[1]
    assert len(read("template", filled).entries) == 2


def test_a_table_of_others_gets_a_proposal_that_a_person_confirms() -> None:
    table = b"Case number,Surname,First Name,D.O.B.,Charge,Shoe,Surnames\n7,Bell,Ada,31/01/1980,Theft,40,x\n"
    proposal = template.propose(table)
    assert proposal.mapping == {
        "Case number": "reference", "Surname": "family_name", "First Name": "given_name", "D.O.B.": "birth_date",
        "Charge": "offence",
    }  # fmt: skip
    assert (proposal.unmapped, proposal.missing) == (("Shoe", "Surnames"), ())
    parsed = template.parse(table, proposal.mapping)
    assert (parsed.entries[0].entry_id, person(parsed).names[0].text) == ("7", "Ada Bell")
    assert person(parsed).birth_dates == (BirthDate(value="1980-01-31"),)
    assert fields(parsed) == ["Shoe", "Surnames"]
    with pytest.raises(InputError, match="'shoe_size'"):
        template.parse(table, {"Shoe": "shoe_size"})
    with pytest.raises(InputError, match="'Boot'"):
        template.parse(table, {"Boot": "marks"})
    assert template.propose(b"a\n").mapping == {}
    assert template.parse(b"a\n").entries == ()


def test_columns_that_say_several_things_are_joined_and_others_refused() -> None:
    table = "Num,Full Name,Native,Other,DOB,Crime,Note,aka\n1,Latin Inventado,مخترع,Nick; Nock,1980,O,a; b,\n".encode()
    names = {"Num": "reference", "Full Name": "name", "Crime": "offence", "DOB": "birth_date"}
    parsed = template.parse(table, {**names, "Native": "aliases", "Other": "aliases", "Note": "remarks"})
    assert [name.text for name in person(parsed).names] == ["Latin Inventado", "مخترع", "Nick", "Nock"]
    assert (parsed.entries[0].material.remarks, parsed.refusals) == (("a; b",), ())
    parsed = template.parse(table, {**names, "Native": "remarks", "Other": "", "Note": "remarks", "aka": ""})
    assert parsed.entries[0].material.remarks == ("مخترع", "a; b")
    assert [(one.field, one.reason) for one in parsed.refusals] == [("Other", "not used: the mapping says so")]
    with pytest.raises(InputError, match="'Full Name' and 'Other' of the table would both be 'name'"):
        template.parse(table, {**names, "Other": "name"})


def test_a_mapping_does_not_hide_a_column_of_that_name() -> None:
    table = b"reference,name,name2,aliases,nick,offence\n1,Ada Bell,Cy Dorn,Bo,Jo,O\n"
    for mapping in ({"name2": "name"}, {"nick": "aliases"}):
        with pytest.raises(InputError, match="would both be"):
            template.parse(table, mapping)
    parsed = template.parse(table, {"name2": "name", "name": "aliases", "aliases": "aliases", "nick": ""})
    assert [name.text for name in person(parsed).names] == ["Cy Dorn", "Ada Bell", "Bo"]
    parsed = template.parse(table, {"name2": "name", "name": ""})
    assert [name.text for name in person(parsed).names] == ["Cy Dorn", "Bo"]
    assert fields(parsed) == ["name", "nick"]


def test_a_column_is_there_though_the_first_row_is_short() -> None:
    table = b"reference,name,offence,nick\n1,Ada Bell,O\n2,Cy Dorn,O,Jo\n"
    assert template.propose(table).unmapped == ("nick",)
    first, second = template.parse(table, {"nick": "aliases"}).entries
    assert first.person is not None
    assert second.person is not None
    assert [len(first.person.names), len(second.person.names)] == [1, 2]


def test_a_column_of_the_templates_own_name_comes_before_a_guess() -> None:
    proposal = template.propose(b"Number,reference,Full name,name,offence\n4,1,Bell,Ada Bell,O\n")
    assert (proposal.mapping["reference"], proposal.mapping["name"]) == ("reference", "name")
    assert proposal.unmapped == ("Number", "Full name")


def test_half_a_name_beside_another_name_is_told_of() -> None:
    table = b"reference,name,given_name,family_name,offence\n1,Bell,Ada,,O\n2,Ada Bell,ada,,O\n3,,Ada,,O\n4,Ada,,Bell,O"
    parsed = template.parse(table)
    names = [one.person.names[0].text for one in parsed.entries if one.person]
    assert names == ["Bell", "Ada Bell", "Ada", "Ada"]
    assert [(one.line, one.field) for one in parsed.refusals] == [(2, "given_name"), (5, "family_name")]


HEADINGS = {
    "No.,Name (English),Passport No,Offence": "reference,name,documents,offence",
    "N°,Nom,Prénom,Date de naissance,Infraction": "reference,family_name,given_name,birth_date,offence",
    "Numéro,Nom complet,Nationalité,Infraction,Remarques": "reference,name,nationality,offence,remarks",
    "Número,Nombre,Apellidos,Fecha de nacimiento,Delito": "reference,given_name,family_name,birth_date,offence",
    "Lfd. Nr.,Name,Vorname,Geburtsdatum,Staatsangehörigkeit,Reisepass,Straftat":
        "reference,family_name,given_name,birth_date,nationality,documents,offence",
    "Nr.,Name,Geburtsort,Anschrift,Vorwurf,Bemerkungen": "reference,name,birth_place,address,offence,remarks",
    "Numero,Nome,Cognome,Data di nascita,Reato": "reference,given_name,family_name,birth_date,offence",
    "Número,Nome completo,Endereço,Infração": "reference,name,address,offence",
    "Sıra No,Adı Soyadı,Doğum Tarihi,Uyruğu,Suçu": "reference,name,birth_date,nationality,offence",
    "الرقم,الاسم الكامل,تاريخ الميلاد,الجنسية,التهمة": "reference,name,birth_date,nationality,offence",
    "№,Фамилия,Имя,Дата рождения,Обвинение": "reference,family_name,given_name,birth_date,offence",
}  # fmt: skip


@pytest.mark.parametrize("headings", HEADINGS)
def test_headings_of_other_languages_are_known(headings: str) -> None:
    proposal = template.propose(f"{headings}\n1\n{',' * headings.count(',')}x\n".encode())
    assert ",".join(proposal.mapping.get(column, "?") for column in headings.split(",")) == HEADINGS[headings]


def test_template_cells_that_say_nothing_or_too_little() -> None:
    row = template_rows(synthetic_persons(1, 1))[0]
    row |= {"reference": "7", "documents": "passport; visa:V1:IT; odd thing:9", "sex": "", "birth_date": ""}
    parsed = read("template", write_workbook([row]))
    assert [(one.type, one.issuer) for one in person(parsed).documents] == [("visa", "ITA"), ("odd_thing", None)]
    assert fields(parsed) == ["documents"]


def test_a_template_saved_where_semicolons_divide_is_the_same_list() -> None:
    written = write_template(synthetic_persons(1, 9)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written, newline="")))
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(rows)
    assert read("template", stream.getvalue()) == read("template", written)


def test_a_record_hands_out_each_field_once() -> None:
    reader = RecordReader({"a": {"b": 1}, "c": [1, {"d": 2}], "e": None, "f": 0, "g": [{"h": 1}]}, 1)
    assert (reader.text("a"), reader.texts("c"), reader.text("e"), reader.text("f")) == ("", [], "", "0")
    assert reader.inside("c") == []
    assert [one.text("x") for one in reader.inside("g")] == [""]
    assert [field for field, _ in reader.leftovers()] == ["a", "c", "g/h"]
