"""Tables read safely: CSV text and Excel workbooks, as rows of named cells.

Knows:    CSV (RFC 4180, also divided by semicolons or tabs), and the workbook format of ISO/IEC 29500 through openpyxl.
Told:     a file's bytes.
Answers:  rows as records by column name, each with its line from 1; InputError otherwise.
Trusted:  yes: everything a table's author controls passes here first.

A workbook is a zip of XML: its unpacked size is added up before anything is unpacked, and lxml reads the
parts with entities off (openpyxl takes lxml where it is installed, with `resolve_entities=False`). Formulas
are not computed: the value that was stored with them counts, and a formula without one is refused. The first sheet is
read; a further one that holds anything is refused.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import reduce
from typing import Final, Protocol

from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import (
    CELL_CHARACTERS_MAX,
    LIST_LINE_BYTES_MAX,
    SHEET_BYTES_MAX,
    SHEET_CHARACTERS_MAX,
    SHEET_COLUMNS_MAX,
    SHEET_ROWS_MAX,
)
from evenhand.interop.fields import clean

ZIP_MAGIC: Final = b"PK\x03\x04"
Row = tuple[int, dict[str, str]]


def read_table(data: bytes, what: str) -> list[Row]:
    """Return the rows under the first row that names columns. Raises InputError or LimitError."""
    lines = _sheet(data, what) if data.startswith(ZIP_MAGIC) else _text(data, what)
    header: list[str] = []
    rows: list[Row] = []
    for line, cells in lines:
        if len(cells) > SHEET_COLUMNS_MAX:
            raise LimitError(f"row {line} has {len(cells)} columns", why=f"the limit is {SHEET_COLUMNS_MAX}")
        if not header:
            header = _header(cells, what) if any(cells) else []
        elif any(cells):
            if any(cells[len(header) :]):
                raise InputError(f"row {line} has more cells than there are columns", remedy="repair the table")
            rows.append((line, dict(zip(header, cells, strict=False))))
    if not header:
        raise InputError(f"not {what}: the table is empty")
    return rows


def _header(cells: list[str], what: str) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    doubled = {name for name in names if name and names.count(name) > 1}
    if doubled:
        raise InputError(f"not {what}: two columns are called {min(doubled)!r}")
    return [name or f"column {number}" for number, name in enumerate(names, start=1)]


def _text(data: bytes, what: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not {what}: the text is not UTF-8", why=str(error), remedy="save it as UTF-8") from error
    limit = csv.field_size_limit(LIST_LINE_BYTES_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_divider(text))
    try:
        for cells in reader:
            yield reader.line_num, [clean(cell) for cell in cells]
    except csv.Error as error:
        raise InputError(f"damaged CSV at line {reader.line_num}", why=str(error)) from error
    finally:
        csv.field_size_limit(limit)


def _divider(text: str) -> str:
    """Return what divides the cells: where a comma is the decimal mark, programs write semicolons, and some write tabs.

    The first line with anything in it names the columns, and decides: what it has most of, outside quotes.
    """
    first = _FIRST_LINE.search(text)
    bare = _QUOTED.sub("", first[0]) if first else ""
    return max(",;\t", key=bare.count)  # the first of them where there is none


_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_FIRST_LINE: Final = re.compile(r"\S[^\r\n]{0,65535}")


def _sheet(data: bytes, what: str) -> Iterator[tuple[int, list[str]]]:
    # Half a second to import; most processes never see a workbook.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if size > SHEET_BYTES_MAX:
                raise LimitError(f"the workbook unpacks to {size} bytes", why=f"the limit is {SHEET_BYTES_MAX}")
            _look_into_parts(packed)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        first, *others = book.worksheets
        _refuse_further(others)
        yield from _rows(first)
    except (InvalidFileException, zipfile.BadZipFile, *_DAMAGE) as error:
        raise InputError(f"not {what}: the workbook is damaged", why=str(error) or type(error).__name__) from error


_DAMAGE: Final = (KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, EOFError, OSError,
                  OverflowError, RuntimeError, zlib.error, lzma.LZMAError, struct.error)  # fmt: skip
"""What openpyxl and zipfile raise on a workbook whose parts are not what they say."""


def _refuse_further(sheets: Sequence[_Sheet]) -> None:
    """Refuse sheets that hold anything; the rows of all of them count as those of one."""
    rows = 0
    for sheet in sheets:
        for _, cells in _rows(sheet):
            rows += 1
            if rows > SHEET_ROWS_MAX:
                raise LimitError("the further sheets have too many rows", why=f"more than {SHEET_ROWS_MAX}")
            if any(cells):
                raise InputError(
                    f"the workbook has a further sheet that holds something: {sheet.title[:40]!r}",
                    why="the first sheet alone is read",
                    remedy="bring everything onto the first sheet, and delete the others",
                )


def _rows(sheet: _Sheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet. Raises LimitError.

    A text stands in the file once for all the cells that show it: what they add up to is no question of its size.
    """
    sheet.reset_dimensions()  # what the sheet says of its own size: cells beyond it would be left out without a word
    characters = 0
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if line > SHEET_ROWS_MAX:
            raise LimitError("the sheet has too many rows", why=f"more than {SHEET_ROWS_MAX}")
        sizes = [len(cell) for cell in cells if isinstance(cell, str)]
        if (longest := max(sizes, default=0)) > CELL_CHARACTERS_MAX:
            raise LimitError(
                f"row {line} has a cell of {longest} characters", why=f"the limit is {CELL_CHARACTERS_MAX}"
            )
        characters += sum(sizes)
        if characters > SHEET_CHARACTERS_MAX:
            raise LimitError(
                f"the cells up to row {line} hold {characters} characters", why=f"the limit is {SHEET_CHARACTERS_MAX}"
            )
        yield line, [_cell(cell) for cell in cells]


class _Sheet(Protocol):
    """What is asked of a sheet of openpyxl's, which has no types of its own."""

    title: str

    def reset_dimensions(self) -> None:
        """Forget how large the sheet says it is."""

    def iter_rows(self, *, values_only: bool) -> Iterator[tuple[object, ...]]:
        """Yield the values of each row."""


_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0\xfe\xff", b"\0\0\0<", b"+/v")
"""How XML in encodings of two and four bytes, or in UTF-7, begins; programs write workbooks in UTF-8."""


_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?c(?P<said>\s[^<>]*)?>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
"""A cell with a formula and no value; of the type `str` the value is the empty text."""
_PLACE: Final = re.compile(rb'\sr="([A-Z]{1,3}[0-9]{1,7})"')


def _look_into_parts(packed: zipfile.ZipFile) -> None:
    """Look into every part, whatever it is called: the workbook itself says which of them are XML."""
    for part in packed.infolist():
        data = packed.read(part)
        if b"<!DOCTYPE" in data.upper() or data.startswith(_WIDE):
            raise InputError(
                f"the workbook's {part.filename[:60]} declares a document type, or hides whether it does",
                why="a document type can define entities that read files or grow without bound",
            )
        if b"sheetData" in data:
            _refuse_backwards(data, part.filename)
        for found in _FORMULA.finditer(data):
            said = found["said"] or b""
            if b't="str"' not in said:
                place = _PLACE.search(said)
                cell = f"cell {place[1].decode()}" if place else "a cell"
                raise InputError(
                    f"{cell} of {part.filename[:60]} holds a formula without its value",
                    remedy="open the workbook in the program it comes from, save it, and give it again",
                )


_NUMBERED: Final = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])(?:[^<>]*?\sr\s*=\s*[\"']([^\"']*))?")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_NUMBER: Final = re.compile(rb"(\d+)(?:\.0+)?|([A-Za-z]{1,3})\d+")


def _refuse_backwards(data: bytes, name: str) -> None:
    """Refuse rows and cells whose numbers do not go up: the library leaves such out without a word."""
    row = column = 0
    if not _CELL.search(data):
        return  # no cells: nothing of it is read, as of what is kept of another workbook
    for found in _NUMBERED.finditer(data):
        last, said = (row, column), found[2]
        number = _NUMBER.fullmatch(said.strip()) if said else None
        if found[1] == b"row":
            row, column = int(number[1] or 0) if number else row + 1, 0
        else:
            column = reduce(_letter, number[2] or b"", 0) if number else column + 1
        if (row, column) <= last or (said and number is None):
            raise InputError(
                f"rows or cells of {name[:60]} do not stand in their order, at row {row}",
                why="some of them would be left out",
                remedy="open the workbook in the program it comes from, save it, and give it again",
            )


def _letter(before: int, letter: int) -> int:
    return before * 26 + letter % 32  # A and a are 1: the last five bits


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else clean(str(value))
