"""A plain table of people: our own template, or any CSV or Excel file with a mapping of its columns.

Knows:    the template's columns.
Told:     the file's bytes and, perhaps, a mapping.
Answers:  every row as an entry; a proposed mapping for a table that is not our template; an empty template.
Trusted:  no: input; a mapping is a person's decision, so a proposal is shown before it is used.

Several values stand in one cell divided by semicolons; a document is `TYPE:NUMBER:ISSUER`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.person import Document
from evenhand.interop.country_words import country_meant, sex_meant
from evenhand.interop.entry import EntryDraft
from evenhand.interop.list_dates import birth_date_day_first, day_first
from evenhand.interop.listed_documents import document_type
from evenhand.interop.listed_numbers import take_bare_number
from evenhand.interop.model import ImportedEntry, ParsedList, Refusal
from evenhand.interop.rows import RecordReader
from evenhand.interop.tables import Row, read_table
from evenhand.interop.template_words import folded, guesses
from evenhand.notices.model import Source

LIST_NAME: Final = "template"
COLUMNS: Final = {
    "reference": "your own number for the entry; needed, and never used twice",
    "name": "the full name as written, in any script",
    "given_name": "given names, where known apart",
    "family_name": "family name, where known apart",
    "aliases": "other names; divided by semicolons",
    "weak_aliases": "names too common or uncertain to count alone",
    "birth_date": "YYYY-MM-DD, YYYY-MM, YYYY, circa YYYY or YYYY to YYYY; day first with slashes or points",
    "birth_place": "town",
    "birth_country": "country by name or code",
    "sex": "F, M or unknown",
    "nationality": "countries by name or code",
    "documents": "TYPE:NUMBER:ISSUER, for example passport:X1234567:UTO",
    "address": "one address, or several divided by semicolons",
    "marks": "what the person can be told by",
    "offence": "what the person is accused of, in one sentence",
    "decision": "reference of the decision",
    "listed_on": "YYYY-MM-DD",
    "remarks": "anything else",
}
"""The template's columns and what belongs in each."""
NEEDED: Final = ("reference", "name", "offence")
SEVERAL: Final = frozenset({
    "aliases", "weak_aliases", "nationality", "documents", "address", "marks", "remarks",
})  # fmt: skip
"""Columns of the template that several columns of a table may be mapped to: each says something of its own."""
NOT_USED: Final = ""
"""What a column of a table is mapped to that is none of the template's: what it says is reported, and not read."""


class Unread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many values of a column would be refused at an import, and the first few different ones."""

    count: int
    samples: tuple[str, ...]


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For each column of a table the template's column it seems to be, or none; and what is still missing.

    `unread` tells, by column of the table, of dates, sexes, countries and documents that would be refused.
    """

    mapping: dict[str, str]
    unmapped: tuple[str, ...]
    missing: tuple[str, ...]
    sample: dict[str, str]
    unread: dict[str, Unread]


def empty_template() -> bytes:
    """Return the template as CSV: the columns, and a row that says what belongs in each."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows([list(COLUMNS), list(map(_explained, COLUMNS))])
    return stream.getvalue().encode("utf-8-sig")


def _explained(column: str) -> str:
    """Return what the template's second row says of a column; a column of others has nothing there."""
    return f"# {COLUMNS[column]}" if column in COLUMNS else ""


def _beside_explanations(line: int, row: Mapping[str, str]) -> list[Refusal]:
    """Refuse what somebody wrote into the row of explanations, which is no entry."""
    return [
        Refusal(line=line, entry_id="", field=name, reason=f"in the row of explanations, no entry: {cell[:60]!r}")
        for name, cell in row.items() if cell and cell != _explained(name)
    ]  # fmt: skip


def propose(data: bytes) -> Proposal:
    """Propose a mapping for a table. Raises InputError."""
    rows = read_table(data, "a table of people")
    first, columns = rows[0][1] if rows else {}, _columns(rows)
    mapping: dict[str, str] = {}
    guessed = guesses(columns, COLUMNS)
    for column, found in sorted(guessed.items(), key=lambda one: one[0] not in COLUMNS):  # its own name comes first
        if found in SEVERAL or found not in mapping.values():
            mapping[column] = found
    return Proposal(
        mapping=mapping,
        unmapped=tuple(column for column in columns if column not in mapping),
        missing=tuple(_missing({*mapping.values()})),
        sample={column: first.get(column, "")[:_SHOWN] for column in columns},
        unread=_unread(rows, mapping),
    )


def _unread(rows: Iterable[Row], mapping: Mapping[str, str]) -> dict[str, Unread]:
    """Return what the importer could not read of the columns that must be in a form."""
    found: dict[str, Unread] = {}
    for column, place in mapping.items():
        cells = [row.get(column, "") for _, row in rows if row.get("reference") != _explained("reference")]
        beside = _words_of_sex(cells) if place == "sex" else frozenset()
        pieces = (piece.strip() for cell in cells for piece in (cell.split(";") if place in _PARTED else [cell]))
        lost = [piece for piece in pieces if piece and not _is_read(place, piece, beside)]
        if lost:
            samples = dict.fromkeys(piece[:_SHOWN] for piece in lost)
            found[column] = Unread(count=len(lost), samples=(*samples,)[:_SAMPLES_MAX])
    return found


_SHOWN: Final = 60
"""Characters of a cell that a proposal shows."""
_SAMPLES_MAX: Final = 5
_PARTED: Final = frozenset({"birth_date", "nationality", "documents"})


def _is_read(place: str, text: str, beside: Collection[str]) -> bool:
    """Whether a value can be read as what a column of the template holds; words of any kind can."""
    if place == "birth_date":
        return birth_date_day_first(text) is not None
    if place == "listed_on":
        return day_first(text) is not None
    if place == "sex":
        return sex_meant(text, beside) is not None
    if place in {"nationality", "birth_country"}:
        return country_meant(text) is not None
    if place == "documents":
        _, number, issuer = _document_parts(text)
        return bool(take_bare_number(number)[0]) and (not issuer or country_meant(issuer) is not None)
    return True


def _words_of_sex(cells: Iterable[str]) -> frozenset[str]:
    return frozenset(map(folded, {*cells}))


def _document_parts(text: str) -> tuple[str, str, str]:
    kind, _, rest = text.partition(":")
    number, _, issuer = rest.partition(":")
    return kind.strip(), number.strip(), issuer.strip()


def _missing(names: Container[str]) -> list[str]:
    """Return the needed columns that are not among some; a family name is a name."""
    return [name for name in NEEDED if name not in names and not (name == "name" and "family_name" in names)]


def _columns(rows: Iterable[Row]) -> list[str]:
    """Return every column that a row has a cell in: a row may be shorter than the row that names the columns."""
    return list(dict.fromkeys(column for _, row in rows for column in row))


def parse(data: bytes, mapping: Mapping[str, str] | None = None) -> ParsedList:
    """Read the whole table; `mapping` gives the template's column for a column of the file.

    Raises InputError for a damaged table, for a mapping to columns there are not, and where a needed column is
    missing.
    """
    rows = read_table(data, "a table of people")
    places = _checked(_columns(rows), mapping or {})
    unused = places.pop(NOT_USED, [])
    sexes = _words_of_sex(row.get(column, "") for column in places.get("sex", ["sex"]) for _, row in rows)
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for line, row in rows:
        if row.get("reference") == _explained("reference"):
            refusals += _beside_explanations(line, row)
            continue
        reader = RecordReader(_record(row, mapping or {}, places), line)
        draft = EntryDraft(entry_id=reader.text("reference"), line=line)
        for column in unused:
            if row.get(column):
                draft.refuse(line, column, "not used: the mapping says so")
        entry = _person(reader, draft, sexes)
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


def _record(
    row: Mapping[str, str], mapping: Mapping[str, str], places: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return a row under the template's columns; what stands in several columns of the table is one list."""
    record: dict[str, Any] = {column: cell for column, cell in row.items() if column not in mapping}
    for place, columns in places.items():
        cells = [row.get(column, "") for column in columns]
        if len(columns) > 1:
            record[place] = [piece for cell in cells for piece in ([cell] if place == "remarks" else cell.split(";"))]
        else:
            record[place] = cells[0]
    return record


def _checked(columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the columns of the table behind each column of the template that is mapped to. Raises InputError.

    Behind nothing stand the columns that are not to be used.
    """
    strange = sorted(set(mapping.values()) - {*COLUMNS, NOT_USED}) + sorted(mapping.keys() - {*columns})
    if columns and strange:
        raise InputError(
            f"the mapping names {strange[0]!r}, which is no column",
            remedy=f"map columns of the file to columns of the template, or to {NOT_USED!r} where one is not used",
        )
    names = {mapping.get(column, column) for column in columns}
    missing = _missing(names)
    if columns and missing:
        raise InputError(
            f"the table has no column for {', '.join(missing)}",
            remedy="name the columns as the template does, or give a mapping: `evenhand template FILE --from TABLE`",
        )
    places: dict[str, list[str]] = {}
    for column, place in mapping.items():
        if place in columns and place not in mapping:
            raise _doubled(place, place, column)
        if place in places and place not in SEVERAL and place != NOT_USED:
            raise _doubled(place, places[place][0], column)
        places.setdefault(place, []).append(column)
    return places


def _doubled(place: str, one: str, other: str) -> InputError:
    return InputError(
        f"{one!r} and {other!r} of the table would both be {place!r}", why="one of them would be lost",
        remedy=f"map one of them to another column of the template, or to {NOT_USED!r} where it is not used",
    )  # fmt: skip


def _person(reader: RecordReader, draft: EntryDraft, sexes: Collection[str]) -> ImportedEntry | None:
    line = reader.line
    given, family = reader.text("given_name"), reader.text("family_name")
    name = reader.text("name") or f"{given} {family}".strip()
    if name:
        draft.name(line, "name", name, "primary", parts=(given, family))
    for field, part, other in (("given_name", given, family), ("family_name", family, given)):
        if part and not other and part.casefold() not in name.casefold():
            draft.refuse(line, field, f"no part of the full name beside it, and no name by itself: {part[:60]!r}")
    for text in reader.texts("aliases", divider=";"):
        draft.name_field(line, "aliases", text, "alias_good")
    for text in reader.texts("weak_aliases", divider=";"):
        draft.name_field(line, "weak_aliases", text, "alias_low")
    for text in reader.texts("birth_date", divider=";"):
        draft.birth(line, "birth_date", birth_date_day_first(text), text)
    city, country = reader.text("birth_place"), reader.text("birth_country")
    draft.birth_place(line, "birth_place", city=city, region="", country=country_meant(country) or country)
    if sex := reader.text("sex"):
        _sex(draft, line, sex, sexes)
    for text in reader.texts("nationality", divider=";"):
        draft.nationality(line, "nationality", country_meant(text) or text)
    for text in reader.texts("documents", divider=";"):
        _document(draft, line, text)
    for text in reader.texts("address", divider=";"):
        draft.address(line, "address", text=text, city="", region="", country="")
    draft.marks += reader.texts("marks", divider=";")
    for text in reader.texts("remarks"):
        draft.remark(line, "remarks", text)
    offence, decision, listed = (reader.text(field) for field in ("offence", "decision", "listed_on"))
    listed_on = draft.day(line, "listed_on", listed, read=day_first)
    reader.refuse_leftovers(draft)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence=offence, reference=decision or f"entry {draft.entry_id}", listed_on=listed_on,
    )  # fmt: skip


def _sex(draft: EntryDraft, line: int, text: str, beside: Collection[str]) -> None:
    meant = sex_meant(text, beside)
    if meant is None:
        draft.refuse(line, "sex", f"not a sex we know, or M beside H, which may be mujer: {text[:40]!r}")
    else:
        draft.sex(line, "sex", "unknown" if meant == "U" else meant)


def _document(draft: EntryDraft, line: int, text: str) -> None:
    kind, number, issuer = _document_parts(text)
    if not number:
        draft.refuse(line, "documents", f"not TYPE:NUMBER:ISSUER: {text[:60]!r}")
        return
    code = draft.issuer(line, "documents", country_meant(issuer) or issuer)
    plain = kind.casefold().replace(" ", "_")
    known = document_type(kind.replace("_", " "))
    taken, hinted, around = take_bare_number(number)
    if not taken:
        draft.numberless(line, "documents", text.strip())
        return
    draft.document(
        line, "documents",
        lambda: Document(
            type=plain if known == "other" else known, number=taken, issuer=code or hinted, note=around or None
        ),
    )  # fmt: skip
