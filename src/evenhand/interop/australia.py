"""The Australian consolidated list (Excel or CSV) of the Department of Foreign Affairs and Trade.

Knows:    its columns; that the rows `8`, `8a`, `8b` are one listing, whose first row is the primary name.
Told:     the file's bytes.
Answers:  every Individual as an entry, every Entity as a refusal, every unread cell as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.

The department gave some numbers twice, to people who have nothing to do with each other. A number with two primary
names is therefore refused whole, which leaves what is held under it as it is, and rows that stand apart from their
listing are refused.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.ground.errors import InputError
from evenhand.identity.person import NameKind
from evenhand.interop.countries import countries_in
from evenhand.interop.entry import EntryDraft
from evenhand.interop.list_dates import birth_date_day_first, day_first
from evenhand.interop.listed_documents import UNSAID
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
_COMMA: Final = re.compile(r"\s*,\s*")
_PRIMARY: Final = "primary name"
_KINDS: Final[dict[str, NameKind]] = {
    _PRIMARY: "primary", "original script": "primary", "aka": "alias_good", "a.k.a.": "alias_good",
}  # fmt: skip
_MEASURES: Final = ("Travel Ban", "Arms Embargo", "Maritime Restriction", "Targeted Financial Sanction")
_IMPOSED: Final = {"true": True, "yes": True, "false": False, "no": False}
_WORDS: Final = (("Additional Information", "Information"), ("Listing Information", "Listing"),
                 ("Instrument of Designation", "Instrument"))  # fmt: skip


class _Listing:
    """The rows under one number, in blocks: each further block begins after a row of another number."""

    def __init__(self) -> None:
        self.blocks: list[list[RecordReader]] = []
        self.people: list[int] = []
        """Lines of primary names, where any of them is a person's."""
        self._primaries: list[tuple[int, str]] = []

    def add(self, row: RecordReader, said: dict[str, str], *, apart: bool) -> None:
        """Take a row; `apart` says that the row before it has another number."""
        if apart:
            self.blocks.append([])
        self.blocks[-1].append(row)
        if said.get("Name Type", "").strip().casefold() == _PRIMARY:
            self._primaries.append((len(self.blocks) - 1, said.get("Type", "")))
            self.people.append(row.line)

    @property
    def is_of_several(self) -> bool:
        """Whether the number was given twice, and one of those it was given to is a person."""
        return len(self._primaries) > 1 and any(kind == _PERSON for _, kind in self._primaries)

    def rows(self) -> tuple[list[RecordReader], list[RecordReader]]:
        """Return the rows of the block with the primary name, else of the first block, and all others."""
        chosen = self._primaries[0][0] if self._primaries else 0
        others = (row for place, block in enumerate(self.blocks) if place != chosen for row in block)
        return self.blocks[chosen], list(others)


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    listings: dict[str, _Listing] = {}
    before = ""
    for line, row in read_table(data, "the Australian list"):
        if "Reference" not in row or "Name of Individual or Entity" not in row:
            raise InputError("not the Australian list: its columns are others", remedy="choose the list's own format")
        found = _REFERENCE.fullmatch(row["Reference"])
        # A row whose number cannot be read stands alone: the place in the file is no identity.
        key = found[1] if found else f"row {line}"
        listings.setdefault(key, _Listing()).add(RecordReader(dict(row), line), row, apart=key != before)
        before = key
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for key, listing in listings.items():
        rows, apart = listing.rows()
        draft = EntryDraft(entry_id=key if key.isdecimal() else "", line=rows[0].line)
        if listing.is_of_several:
            _refuse_several(listing, draft)
        else:
            _refuse_apart(apart, draft)
            entry = _group(rows, draft)
            entries += [] if entry is None else [entry]
        refusals.extend(draft.refusals)
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


def _refuse_several(listing: _Listing, draft: EntryDraft) -> None:
    """Refuse a number that two have: whose the other rows are, nobody can tell."""
    lines = ", ".join(map(str, listing.people))
    for line in listing.people:
        draft.refuse(line, WHOLE_ENTRY, f"several primary names under one number, at lines {lines}: not one person")


def _refuse_apart(rows: list[RecordReader], draft: EntryDraft) -> None:
    for row in rows:
        name = row.text("Name of Individual or Entity")[:60]
        draft.refuse(row.line, "Reference", f"{name!r} stands apart from the listing of its number: nobody says whose")


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
    measures: list[str] = []
    for row in rows:
        number = row.text("Reference")
        if number and not draft.entry_id:
            draft.refuse(row.line, "Reference", f"not a number of the list: {number[:40]!r}")
        _name(row, draft)
        for text in _pieces(row.text("Date of Birth")):
            for born in _dates(text):
                draft.birth(row.line, "Date of Birth", birth_date_day_first(born), born)
        for text in _pieces(row.text("Place of Birth")):
            birth_place(draft, row.line, "Place of Birth", text)
        for text in _pieces(row.text("Citizenship")):
            for country in countries_in(text):
                draft.nationality(row.line, "Citizenship", country)
        for text in _pieces(row.text("Address")):
            draft.address(row.line, "Address", text=text, city="", region="", country="")
        for field, label in _WORDS:
            if text := row.text(field):
                draft.labelled(row.line, label, text)
        committees += row.texts("Committees")
        measures += [name for name in _MEASURES if _is_imposed(row, draft, name)]
        controlled = [draft.day(row.line, "Control Date", text, read=day_first) for text in row.texts("Control Date")]
        dates += filter(None, controlled)
        row.refuse_leftovers(draft)
    if measures:
        draft.remark(draft.line, "Travel Ban", f"Measures imposed: {', '.join(dict.fromkeys(measures))}")
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence=f"Listed by Australia: {', '.join(dict.fromkeys(committees)) or 'committee not named'}",
        reference=f"DFAT {draft.entry_id}",
        listed_on=min(dates, default=None),
    )


def _name(row: RecordReader, draft: EntryDraft) -> None:
    said, strength, text = (row.text(name) for name in ("Name Type", "Alias Strength", "Name of Individual or Entity"))
    kind = _KINDS.get(said.casefold())
    if kind is None:
        draft.refuse(row.line, "Name Type", f"unknown type of name {said!r}; the name counts as low quality")
    if strength.casefold() not in UNSAID | {"strong"} and said.casefold() != _PRIMARY:
        if strength.casefold() != "weak":
            draft.refuse(row.line, "Alias Strength", f"unknown strength {strength[:40]!r}; the name counts as weak")
        kind = "alias_low"
    elif strength.casefold() not in UNSAID | {"strong"}:
        draft.refuse(row.line, "Alias Strength", f"a primary name is no alias, and stays one: {strength[:40]!r}")
    if text:
        draft.name_field(row.line, "Name of Individual or Entity", text, kind or "alias_low")


def _is_imposed(row: RecordReader, draft: EntryDraft, name: str) -> bool:
    said = row.text(name)
    found = _IMPOSED.get(said.casefold())
    if found is None and said.casefold() not in UNSAID:
        draft.refuse(row.line, name, f"neither true nor false: {said[:40]!r}")
    return bool(found)


def _dates(text: str) -> list[str]:
    """Return the dates of `1968, 1969, 1970`; a text that is one date, or in which not every part is, stays whole."""
    parts = _COMMA.split(text)
    return parts if birth_date_day_first(text) is None and all(map(birth_date_day_first, parts)) else [text]


def _pieces(text: str) -> list[str]:
    return [piece for piece in _BREAK.split(text) if piece]
