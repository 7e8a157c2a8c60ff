"""The Australian consolidated list (Excel or CSV) of the Department of Foreign Affairs and Trade.

Knows:    its columns; that the rows `8`, `8a`, `8b` are one listing, whose first row is the primary name.
Told:     the file's bytes.
Answers:  every Individual as an entry, every Entity as a refusal, every unread cell as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.identity.person import NameKind
from evenhand.interop.entry import EntryDraft
from evenhand.interop.list_dates import birth_date_day_first, day_first
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.ofac_words import birth_place
from evenhand.interop.rows import RecordReader
from evenhand.interop.tables import read_table
from evenhand.notices.model import Source

LIST_NAME: Final = "au-dfat"
_REFERENCE: Final = re.compile(r"([0-9]+)(?:[a-z]*|\.0)", re.IGNORECASE)
"""A number, with a letter for each further row; a workbook may hold 13 as the text `13.0`."""
_PERSON: Final = "Individual"
_BREAK: Final = re.compile(r"\s*(?:;|\n|\b[a-z]\)|,? or )\s*")
_KINDS: Final[dict[str, NameKind]] = {"primary name": "primary", "original script": "primary", "aka": "alias_good"}
_WORDS: Final = (("Additional Information", "Information"), ("Listing Information", "Listing"),
                 ("Instrument of Designation", "Instrument"))  # fmt: skip


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    groups: dict[str, list[RecordReader]] = {}
    for line, row in read_table(data, "the Australian list"):
        if "Reference" not in row or "Name of Individual or Entity" not in row:
            raise InputError("not the Australian list: its columns are others", remedy="choose the list's own format")
        found = _REFERENCE.fullmatch(row["Reference"])
        # A row whose number cannot be read stands alone: the place in the file is no identity.
        groups.setdefault(found[1] if found else f"row {line}", []).append(RecordReader(row, line))
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for key, rows in groups.items():
        draft = EntryDraft(entry_id=key if key.isdecimal() else "", line=rows[0].line)
        entry = _group(rows, draft)
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


def _group(rows: list[RecordReader], draft: EntryDraft) -> ImportedEntry | None:
    """Read the rows of one listing: what its first row is, the listing is."""
    kind = rows[0].text("Type") or "type not stated"
    alike = rows[:1]
    for row in rows[1:]:
        said = row.text("Type") or kind
        if said == kind:
            alike.append(row)
        else:
            name = row.text("Name of Individual or Entity")[:60]
            draft.refuse(row.line, "Type", f"{name!r} is a row of {said[:40]!r} in a listing of {kind[:40]!r}")
    if kind != _PERSON:
        draft.refuse(draft.line, WHOLE_ENTRY, f"{NOT_A_PERSON}: {kind}")
        return None
    return _listing(alike, draft)


def _listing(rows: list[RecordReader], draft: EntryDraft) -> ImportedEntry | None:
    committees: list[str] = []
    dates: list[str] = []
    for row in rows:
        number = row.text("Reference")
        if number and not draft.entry_id:
            draft.refuse(row.line, "Reference", f"not a number of the list: {number[:40]!r}")
        _name(row, draft)
        for text in _pieces(row.text("Date of Birth")):
            draft.birth(row.line, "Date of Birth", birth_date_day_first(text), text)
        for text in _pieces(row.text("Place of Birth")):
            birth_place(draft, row.line, "Place of Birth", text)
        for text in _pieces(row.text("Citizenship")):
            draft.nationality(row.line, "Citizenship", text)
        for text in _pieces(row.text("Address")):
            draft.address(row.line, "Address", text=text, city="", region="", country="")
        for field, label in _WORDS:
            if text := row.text(field):
                draft.labelled(row.line, label, text)
        committees += row.texts("Committees")
        controlled = [draft.day(row.line, "Control Date", text, read=day_first) for text in row.texts("Control Date")]
        dates += filter(None, controlled)
        row.refuse_leftovers(draft)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence=f"Listed by Australia: {', '.join(dict.fromkeys(committees)) or 'committee not named'}",
        reference=f"DFAT {draft.entry_id}",
        listed_on=min(dates, default=None),
    )


def _name(row: RecordReader, draft: EntryDraft) -> None:
    said, text = row.text("Name Type"), row.text("Name of Individual or Entity")
    kind = _KINDS.get(said.casefold())
    if kind is None:
        draft.refuse(row.line, "Name Type", f"unknown type of name {said!r}; the name counts as low quality")
    if text:
        draft.name_field(row.line, "Name of Individual or Entity", text, kind or "alias_low")


def _pieces(text: str) -> list[str]:
    return [piece for piece in _BREAK.split(text) if piece]
