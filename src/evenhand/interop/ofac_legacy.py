"""OFAC's legacy files: sdn.csv with alt.csv, add.csv and sdn_comments.csv beside it.

Knows:    the data specification of the legacy files (-0- for null, remarks of 1,000 characters that run on
          in the comments file, Ctrl-Z at the end).
Told:     the four files' bytes; only sdn.csv must be there.
Answers:  every individual as an entry, every other party as a refusal, every unread cell as a refusal.
Trusted:  no: input; but nothing is answered before every file has been read.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from evenhand.ground.errors import InputError
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import clean
from evenhand.interop.list_dates import birth_date
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.ofac_words import Identification, alias_kind, birth_place, identification, is_document
from evenhand.notices.model import Source

LIST_NAME: Final = "ofac-legacy"
_NULL: Final = "-0-"
_COLUMNS: Final = {"sdn": 12, "alt": 5, "add": 6, "sdn_comments": 2}
_VESSEL: Final = (
    "call sign",
    "vessel type",
    "tonnage",
    "gross registered tonnage",
    "vessel flag",
    "vessel owner",
)
_REMARK_BREAK: Final = re.compile(r";\s+")
_QUOTED_ALIAS: Final = re.compile(r"(?:alt\. )?([afn])\.k\.a\.,? '(.+)'")
_NUMBERED: Final = re.compile(
    r"(?P<label>.+?)[\s:]+(?P<number>(?=\S*\d|[A-Z]{1,3}\s\d)[A-Z0-9(][\w./()-]*(?:\s[\w./-]*\d[\w./-]*)*)"
    r"(?:\s\((?P<country>[^()]*)\))?(?:\s+issued (?P<issued>\d[\w ]*?))?(?:\s+expires (?P<expires>\d[\w ]*))?"
)
_NUMBERED_MAX: Final = 250
"""The longest document in OFAC's remarks has 98 characters; the expression costs the square of what it is given."""


class _Row(NamedTuple):
    line: int
    cells: list[str]


def parse(files: Mapping[str, bytes]) -> ParsedList:
    """Read the files, keyed by base name (`sdn.csv`, `alt.csv` …). Raises InputError naming file and line."""
    by_stem = {name.rpartition("/")[2].lower().removesuffix(".csv"): data for name, data in files.items()}
    if "sdn" not in by_stem:
        raise InputError("sdn.csv is missing", remedy="give the folder that holds sdn.csv, alt.csv, add.csv")
    tables = {stem: list(_rows(stem, by_stem.get(stem, b""))) for stem in _COLUMNS}
    aliases, addresses, comments = (_by_entry(tables[stem]) for stem in ("alt", "add", "sdn_comments"))
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    known: set[str] = set()
    for row in tables["sdn"]:
        entry_id, kind = row.cells[0], row.cells[2]
        known.add(entry_id)
        if kind != "individual":
            refusals.append(
                Refusal(
                    line=row.line,
                    entry_id=entry_id,
                    field=WHOLE_ENTRY,
                    reason=f"{NOT_A_PERSON}: {kind or 'entity'}",
                )
            )
            continue
        draft = EntryDraft(entry_id=entry_id, line=row.line)
        rest = "".join(part.cells[1] for part in comments.get(entry_id, ()))
        entry = _individual(draft, row, rest, aliases.get(entry_id, []), addresses.get(entry_id, []))
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    for stem, table in (("alt.csv", aliases), ("add.csv", addresses), ("sdn_comments.csv", comments)):
        for entry_id in table.keys() - known:
            refusals.extend(
                Refusal(line=row.line, entry_id=entry_id, field=stem, reason="sdn.csv has no such entry")
                for row in table[entry_id]
            )
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


def _rows(stem: str, data: bytes) -> Iterator[_Row]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="strict") if _is_cp1252(data) else _not_text(stem)
    reader = csv.reader(text.replace("\x1a", "").splitlines(keepends=True), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError(f"damaged {stem}.csv at line {line}", why=str(error)) from error
        if cells is None:
            return
        plain = [("" if (cell := clean(raw)) == _NULL else cell) for raw in cells]
        if not any(plain):
            continue
        if len(plain) != _COLUMNS[stem] or not plain[0].isdecimal():
            raise InputError(
                f"damaged {stem}.csv at line {line}",
                why=f"expected {_COLUMNS[stem]} cells beginning with a number, found {len(plain)}",
            )
        yield _Row(line, plain)


def _is_cp1252(data: bytes) -> bool:
    return not any(byte in data for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


def _not_text(stem: str) -> str:
    raise InputError(f"{stem}.csv is neither UTF-8 nor Windows-1252 text")


def _by_entry(rows: list[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.cells[0]].append(row)
    return dict(found)


def _individual(
    draft: EntryDraft, row: _Row, rest: str, aliases: list[_Row], addresses: list[_Row]
) -> ImportedEntry | None:
    _, name, _, programme, title, *vessel, remarks = row.cells
    _listed_name(draft, row.line, "name", name, low=None)
    if title:
        draft.labelled(row.line, "Title", title)
    for label, cell in zip(_VESSEL, vessel, strict=True):
        if cell:
            draft.refuse(row.line, label, "a field of ships on an entry that is a person")
    for alias in aliases:
        _, _, relation, text, remark = alias.cells
        _listed_name(draft, alias.line, "alt.csv", text, low=False)
        if relation == "fka":
            draft.remark(alias.line, "alt.csv", f"Formerly known as: {text}")
        if remark:
            draft.remark(alias.line, "alt.csv", f"{text}: {remark}")
    for address in addresses:
        _, _, street, city, country, remark = address.cells
        text = ", ".join(part for part in (street, remark) if part)
        draft.address(address.line, "add.csv", text=text, city=city, region="", country=country)
    for part in _REMARK_BREAK.split((remarks + rest).strip()):
        if said := part.strip().removesuffix("."):
            _remark(draft, row.line, said)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence=f"Designated by OFAC: {programme or 'programme not named'}",
        reference=f"OFAC {draft.entry_id}",
    )


def _listed_name(draft: EntryDraft, line: int, field: str, text: str, *, low: bool | None) -> None:
    family, comma, given = text.partition(", ")
    kind = "primary" if low is None else alias_kind(low=low)
    if comma and given:
        draft.name(line, field, f"{given} {family}", kind, parts=(given, family))
    elif text:
        draft.name(line, field, text, kind)


def _remark(draft: EntryDraft, line: int, said: str) -> None:
    plain = said.removeprefix("alt. ")
    key, _, value = plain.partition(" ")
    if found := _QUOTED_ALIAS.fullmatch(said):
        _listed_name(draft, line, "remarks a.k.a.", found[2], low=True)
        if found[1] == "f":
            draft.remark(line, "remarks", f"Formerly known as: {found[2]}")
    elif key == "DOB" and value:
        draft.birth(line, "remarks DOB", birth_date(value), value)
    elif key == "POB" and value:
        birth_place(draft, line, "remarks POB", value)
    elif key in {"nationality", "citizen"} and value:
        draft.nationality(line, f"remarks {key}", value)
    elif key == "Gender" and value:
        draft.sex(line, "remarks Gender", value)
    else:
        _numbered_or_text(draft, line, plain)


def _numbered_or_text(draft: EntryDraft, line: int, plain: str) -> None:
    found = _NUMBERED.fullmatch(plain) if len(plain) <= _NUMBERED_MAX else None
    if found is not None and is_document(found["label"]):
        said = Identification(
            label=found["label"],
            number=found["number"],
            country=found["country"] or "",
            issued=found["issued"] or "",
            expires=found["expires"] or "",
        )
        identification(draft, line, "remarks", said)
        return
    if is_document(plain.partition(" ")[0]) and any(mark.isdigit() for mark in plain):
        draft.refuse(
            line, "remarks", f"a document in words we cannot take apart; kept as a remark: {plain[:60]!r}"
        )
    draft.remark(line, "remarks", plain)
