"""The United States Consolidated Screening List, in its JSON and its CSV form.

Knows:    the fields of the list's download: the same names in both forms, lists joined by semicolons in CSV.
Told:     the file's bytes.
Answers:  every Individual as an entry, everything else as a refusal, every unread field as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.

The list gathers those of three departments. An entry of OFAC's here is the same decision as in OFAC's own
file: a member imports one of the two.
"""

from __future__ import annotations

import re
from typing import Any, Final

from evenhand.identity.person import NameKind
from evenhand.interop.entry import EntryDraft
from evenhand.interop.list_dates import birth_date
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.ofac_words import Identification, birth_place, identification
from evenhand.interop.rows import RecordReader, json_records
from evenhand.interop.tables import read_table
from evenhand.notices.model import Source

LIST_NAME: Final = "us-csl"
_WHAT: Final = "the Consolidated Screening List"
_BOOKKEEPING: Final = (
    "_id", "entity_number", "source_list_url", "source_information_url", "type", "federal_register_notice",
    "standard_order", "country",
)  # fmt: skip
_WORDS: Final = (
    ("title", "Title"), ("license_requirement", "Licence requirement"), ("license_policy", "Licence policy"),
    ("end_date", "Ends"),
)  # fmt: skip
_SEMICOLON: Final = re.compile(r";\s*")
_FLAT_ID: Final = ("type", "number", "country", "issue_date", "expiration_date")
"""What the pieces of an identification are in CSV, between commas."""
_UNSAID_WHICH: Final = 4
"""Pieces of one that has a single date: of issue or of expiry, it does not say."""


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    rows: list[tuple[int, Any]]
    if data.lstrip()[:1] in {b"{", b"["}:
        rows = list(json_records(data, _WHAT, "results"))
    else:
        table = read_table(data, _WHAT)
        rows = [(line, {name: _flat(name, cell) for name, cell in row.items()}) for line, row in table]
    for line, record in rows:
        reader = RecordReader(record, line)
        entry_id, kind = reader.text("id") or reader.text("_id"), str(record.get("type") or "type not stated")
        if kind != "Individual":
            reason = f"{NOT_A_PERSON}: {kind}"
            refusals.append(Refusal(line=line, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason))
            continue
        draft = EntryDraft(entry_id=entry_id, line=line)
        entry = _individual(reader, draft)
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


_LISTS: Final = frozenset({
    "programs", "alt_names", "citizenships", "dates_of_birth", "nationalities", "places_of_birth", "addresses", "ids",
})  # fmt: skip


def _flat(name: str, cell: str) -> Any:  # noqa: ANN401 - a text or a list
    """Turn a CSV cell into what the JSON form has in its place."""
    if name not in _LISTS:
        return cell
    pieces = [piece for piece in _SEMICOLON.split(cell) if piece]
    if name == "addresses":
        return [{"address": piece} for piece in pieces]
    if name != "ids":
        return pieces
    return [_flat_id(piece) for piece in pieces]


def _flat_id(piece: str) -> dict[str, str]:
    parts = [part.strip() for part in piece.split(",")]
    if not (len(parts) > 1 and all(parts[:2])):
        return {"type": "Identification", "number": piece}
    said = dict(zip(_FLAT_ID, parts, strict=False))
    if len(parts) > len(_FLAT_ID):
        said["what follows"] = ", ".join(parts[len(_FLAT_ID) :])  # nobody takes it, so it is refused
    if len(parts) == _UNSAID_WHICH:
        said["a date of issue or of expiry"] = said.pop("issue_date")  # nobody takes it, so it is refused
    return said


def _individual(reader: RecordReader, draft: EntryDraft) -> ImportedEntry | None:
    line = reader.line
    reader.skip(*_BOOKKEEPING)
    source, programmes, listed = reader.text("source"), reader.texts("programs"), reader.text("start_date")
    _name(draft, line, reader.text("name"), "primary")
    for text in reader.texts("alt_names"):
        _name(draft, line, text, "alias_good")
    for text in reader.texts("dates_of_birth"):
        draft.birth(line, "dates_of_birth", birth_date(text), text)
    for text in reader.texts("places_of_birth"):
        birth_place(draft, line, "places_of_birth", text)
    for name in ("nationalities", "citizenships"):
        for text in reader.texts(name):
            draft.nationality(line, name, text)
    for one in reader.inside("addresses"):
        text = ", ".join(part for part in (one.text("address"), one.text("postal_code")) if part)
        city, region, country = (one.text(name) for name in ("city", "state", "country"))
        draft.address(line, "addresses", text=text, city=city, region=region, country=country)
    for one in reader.inside("ids"):
        said = [one.text(name) for name in ("type", "number", "country", "issue_date", "expiration_date")]
        identification(draft, line, "ids", Identification(*said))
    for name, label in _WORDS:
        if text := reader.text(name):
            draft.labelled(line, label, text)
    if text := reader.text("remarks"):
        draft.remark(line, "remarks", text)
    listed_on = draft.day(line, "start_date", listed)
    reader.refuse_leftovers(draft)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence=f"{source or 'List not named'}: {', '.join(programmes) or 'programme not named'}",
        reference=f"CSL {draft.entry_id}",
        listed_on=listed_on,
    )


def _name(draft: EntryDraft, line: int, text: str, kind: NameKind) -> None:
    """Take a name as `FAMILY, Given` where the list writes it so."""
    family, comma, given = text.partition(", ")
    if comma:
        draft.name(line, "name", f"{given} {family}", kind, parts=(given, family))
    elif text:
        draft.name(line, "name", text, kind)
