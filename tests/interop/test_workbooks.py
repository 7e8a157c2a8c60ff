"""What a workbook holds beside what a person sees: other sheets, formulas, far too much. Nothing of it is just gone."""

from __future__ import annotations

import io
import re
import time
import zipfile

import pytest
from openpyxl import Workbook

from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import CELL_CHARACTERS_MAX, SHEET_ROWS_MAX
from evenhand.interop import tables
from evenhand.interop.formats import read_list
from evenhand.interop.tables import read_table

HEAD: list[object] = ["reference", "name", "birth_date", "offence"]
ADA: list[object] = [7, "Ada Bell", 1960, "theft"]


def workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet(f"more {number}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(data: bytes, part: str, was: str, now: str) -> bytes:
    """Write a workbook anew with one part changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                text, found = re.subn(was.encode(), now.encode(), text, count=1)
                assert found == 1
            new.writestr(name, text)
    return stream.getvalue()


# -- too much --------------------------------------------------------------------------------------------


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ONE_TEXT = {
    "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>
<Override PartName="/xl/sheet.xml" ContentType="{TYPES}.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{SHEETS}" xmlns:r="{RELATIONS}"><sheets>
<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="sheet.xml"/>
<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>""",
    "xl/sheet.xml": f"""<worksheet xmlns="{SHEETS}"><sheetData><row><c t="inlineStr"><is><t>name</t></is></c></row>
{'<row><c t="s"><v>0</v></c></row>' * 2_000}</sheetData></worksheet>""",
}
"""The parts of a workbook whose two thousand cells all show the text that `xl/sharedStrings.xml` holds once."""


def test_one_long_text_in_many_cells_costs_nothing() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in ONE_TEXT.items():
            made.writestr(name, text)
        made.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SHEETS}"><si><t>{"A B" * 333_333}</t></si></sst>')
    before = time.process_time()
    with pytest.raises(LimitError, match="row 2 has a cell of 999999 characters"):
        read_table(stream.getvalue(), "a table")
    assert time.process_time() - before < 5


def test_the_characters_of_all_cells_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    book = workbook([HEAD, ["1", "x" * CELL_CHARACTERS_MAX], ["2", "x" * CELL_CHARACTERS_MAX]])
    assert len(read_table(book, "a table")) == 2
    monkeypatch.setattr(tables, "SHEET_CHARACTERS_MAX", 2 * CELL_CHARACTERS_MAX)
    with pytest.raises(LimitError, match="up to row 3 hold"):
        read_table(book, "a table")


def test_a_sheet_that_says_it_is_smaller_than_it_is_loses_nothing() -> None:
    book = changed(workbook([HEAD, ADA]), "xl/worksheets/sheet1.xml", 'ref="A1:D2"', 'ref="A1:B1"')
    assert read_table(book, "a table") == [
        (2, {"reference": "7", "name": "Ada Bell", "birth_date": "1960", "offence": "theft"})
    ]


def test_a_row_that_calls_itself_the_billionth_is_not_waited_for() -> None:
    book = changed(workbook([HEAD, ADA]), "xl/worksheets/sheet1.xml", '<row r="2"', '<row r="1000000000"')
    with pytest.raises(LimitError, match=f"more than {SHEET_ROWS_MAX}"):
        read_table(book, "a table")


# -- what a person sees and a program does not ------------------------------------------------------------


def test_a_second_sheet_that_holds_anything_is_refused() -> None:
    with pytest.raises(InputError, match="'more 2'"):
        read_list("template", {"file": workbook([HEAD, ADA], [], [[], [None, "", "Cy Dorn"]])})
    parsed = read_list("template", {"file": workbook([HEAD, ADA], [[], [" "]], [])})
    assert [one.entry_id for one in parsed.entries] == ["7"]


def test_the_rows_of_further_sheets_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SHEET_ROWS_MAX", 5)
    empty: list[list[object]] = [[" "]] * 3
    assert len(read_table(workbook([HEAD, ADA], empty), "a table")) == 1
    with pytest.raises(LimitError, match="further sheets"):
        read_table(workbook([HEAD, ADA], empty, empty), "a table")


def test_a_formula_whose_value_was_not_stored_is_refused() -> None:
    book = workbook([HEAD, [7, "Ada Bell", "=DATE(1960,1,1)", "theft"]])
    with pytest.raises(InputError, match=r"cell C2 .* formula"):
        read_table(book, "a table")
    with pytest.raises(InputError, match="formula"):
        read_table(changed(book, "xl/worksheets/sheet1.xml", "<v ?/>|<v></v>", ""), "a table")
    with pytest.raises(InputError, match=r"cell of .* formula"):
        read_table(changed(book, "xl/worksheets/sheet1.xml", 'c r="C2"', "c"), "a table")
    stored = changed(book, "xl/worksheets/sheet1.xml", "<v ?/>|<v></v>", "<v>1960</v>")
    assert read_table(stored, "a table")[0][1]["birth_date"] == "1960"


def test_a_formula_whose_stored_value_is_empty_says_nothing() -> None:
    book = workbook([HEAD, [7, "Ada Bell", '=IF(A2="","x","")', "theft"]])
    empty = changed(book, "xl/worksheets/sheet1.xml", r'(<c r="C2")', r'\1 t="str"')
    assert read_table(empty, "a table")[0][1]["birth_date"] == ""


# -- out of order ----------------------------------------------------------------------------------------


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('<row r="2"', '<row r="1"'), ('<row r="1"', '<row r="3"'), ('<row r="1"', '<row r="0"'), ('r="C2"', 'r="B2"'),
        ('r="B2"', "r='d2'"), ('r="C2"', 'r="&#65;2"'), ('<row r="2"', '<row r="-2"'), ('<row r="2"', '<row r="A2"'),
        ('r="C2"', 'r="7"'),
    ],
)  # fmt: skip
def test_rows_and_cells_out_of_order_are_refused_not_dropped(was: str, now: str) -> None:
    with pytest.raises(InputError, match="do not stand in their order"):
        read_table(changed(workbook([HEAD, ADA]), SHEET, was, now), "a table")


@pytest.mark.parametrize(
    ("was", "now"),
    [('<row r="2"', '<row r="9"'), ('<row r="2"', "<row r='2.0'"), ('<row r="2"', "<row"), ('<c r="A2"', "<c"),
     (' r="D2"', ""), ('r="D2"', 'r="d2"'), ("</sheetData>", "</sheetData><!-- A -->")],
)  # fmt: skip
def test_rows_and_cells_in_order_are_read_whatever_their_numbers(was: str, now: str) -> None:
    ((_, row),) = read_table(changed(workbook([HEAD, ADA]), SHEET, was, now), "a table")
    assert row == {"reference": "7", "name": "Ada Bell", "birth_date": "1960", "offence": "theft"}


def test_columns_behind_the_last_letter_are_in_order() -> None:
    wide: list[object] = [f"c{number}" for number in range(60)]
    assert len(read_table(workbook([wide, wide]), "a table")[0][1]) == 60


def test_what_is_kept_of_another_workbook_is_not_read_nor_refused() -> None:
    kept = "".join(
        f'<sheetData sheetId="{sheet}"><row r="1"><cell r="A1"><v>1</v></cell></row></sheetData>' for sheet in (0, 1)
    )
    stream = io.BytesIO(workbook([HEAD, ADA]))
    with zipfile.ZipFile(stream, "a") as whole:
        whole.writestr("xl/externalLinks/externalLink1.xml", f"<externalLink>{kept}</externalLink>")
    assert len(read_table(stream.getvalue(), "a table")) == 1
