"""The Consolidated Canadian Autonomous Sanctions List (XML).

Knows:    the `data-set` of `record` elements, in the older and the present spelling of its fields.
Told:     the file's bytes.
Answers:  every record with a given name as an entry, entities and ships as refusals, unread fields as refusals.
Trusted:  no: input; but nothing is answered before the whole file has been read.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import FieldReader
from evenhand.interop.list_dates import birth_date_unslashed, unslashed
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.safe_xml import open_list
from evenhand.notices.model import Source

LIST_NAME: Final = "ca-sema"
_BREAK: Final = re.compile(r"\s*[,;]\s+")
_TITLES: Final = (("Title", "Title"), ("TitleOrShip", "Title"))


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    _, found = open_list(data, what="the Canadian list", root="data-set", depth=2)
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for _, element in found:
        reader = FieldReader(element)
        regime, schedule, item = (reader.text(name) for name in ("Country", "Schedule", "Item"))
        entry_id = f"{regime.partition(' / ')[0]}|{schedule}|{item}" if item else ""
        entity = reader.text("EntityOrShip") or reader.text("Entity")
        if entity:
            reason = f"{NOT_A_PERSON}: an entity or ship"
            refusals.append(Refusal(line=reader.line, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason))
            continue
        draft = EntryDraft(entry_id=entry_id, line=reader.line)
        entry = _person(reader, draft, f"{regime or 'regime not named'}, schedule {schedule}, item {item}")
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


def _person(reader: FieldReader, draft: EntryDraft, act: str) -> ImportedEntry | None:
    line = reader.line
    given, family = reader.text("GivenName"), reader.text("LastName")
    if given or family:
        draft.name(line, "LastName", f"{given} {family}".strip(), "primary", parts=(given, family))
    for text in _BREAK.split(reader.text("Aliases")):
        if text:
            draft.name_field(line, "Aliases", text, "alias_good")
    for field in ("DateOfBirth", "DateOfBirthOrShipBuildDate"):
        if text := reader.text(field):
            draft.birth(line, field, birth_date_unslashed(text), text)
    for field, label in _TITLES:
        if text := reader.text(field):
            draft.labelled(line, label, text)
    listed = reader.text("DateOfListing")
    listed_on = draft.day(line, "DateOfListing", listed, read=unslashed)
    for left in reader.leftovers():
        draft.refuse(*left)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence=f"Listed by Canada under the Special Economic Measures Act: {act}",
        reference=act,
        listed_on=listed_on,
    )
