"""INTERPOL's public notices (JSON): the answers of its notices service, saved to a file.

Knows:    the fields of `/notices/v1/red` lists and of single notices.
Told:     the file's bytes: one answer, one notice, or a list of either.
Answers:  every notice as an entry, every unread field as a refusal.
Trusted:  no: input. The public notices are an extract: a person may be sought and not be in it.

The service answers at most 160 notices to a question, so a list is gathered from many answers; a notice that
several of them hold is taken once, in its fullest form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evenhand.identity.dates import BirthDate
from evenhand.interop.entry import EntryDraft
from evenhand.interop.list_dates import day_first
from evenhand.interop.model import WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.rows import RecordReader, json_records
from evenhand.notices.model import Source

LIST_NAME: Final = "interpol-public"
_WHAT: Final = "INTERPOL's public notices"
_WORDS: Final = (
    ("height", "Height in metres"), ("weight", "Weight in kilograms"), ("eyes_colors_id", "Eyes"), ("hairs_id", "Hair"),
)  # fmt: skip
_SEXES: Final = {"U": "unknown"}


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError for a damaged or foreign file."""
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    fullest: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, record in json_records(data, _WHAT):
        for one in _notices(record):
            key = str(one.get("entity_id") or "") if isinstance(one, dict) else ""
            if not key:
                reason = "a notice without its number (entity_id): two such could not be told apart"
                refusals.append(Refusal(line=number, entry_id="", field=WHOLE_ENTRY, reason=reason))
            elif key not in fullest or len(one) > len(fullest[key][1]):
                fullest[key] = (number, one)
    for entry_id, (number, record) in fullest.items():
        draft = EntryDraft(entry_id=entry_id, line=number)
        entry = _notice(RecordReader(record, number), draft)
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


def _notices(record: Mapping[str, Any]) -> list[Any]:
    """Return the notices of an answer; a record that is no answer is a notice itself."""
    inside = record.get("_embedded")
    if not isinstance(inside, dict):
        return [record]
    held = inside.get("notices", [])
    return held if isinstance(held, list) else [held]


def _notice(reader: RecordReader, draft: EntryDraft) -> ImportedEntry | None:
    line = reader.line
    reader.skip("entity_id", "_links", "_embedded")
    given, family = reader.text("forename"), reader.text("name")
    if given or family:
        draft.name(line, "name", f"{given} {family}".strip(), "primary", parts=(given, family))
    if born := reader.text("date_of_birth"):
        value = day_first(born)
        draft.birth(line, "date_of_birth", None if value is None else BirthDate(value=value), born)
    city, country = reader.text("place_of_birth"), reader.text("country_of_birth_id")
    draft.birth_place(line, "place_of_birth", city=city, region="", country=country)
    for code in reader.texts("nationalities"):
        draft.nationality(line, "nationalities", code)
    if sex := reader.text("sex_id"):
        draft.sex(line, "sex_id", _SEXES.get(sex, sex))
    draft.marks += reader.texts("distinguishing_marks")
    for name, label in _WORDS:
        if said := ", ".join(reader.texts(name)):
            draft.labelled(line, label, said)
    if said := ", ".join(reader.texts("languages_spoken_ids")):
        draft.labelled(line, "Languages", said)
    charges = _warrants(reader, draft)
    reader.refuse_leftovers(draft)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence="; ".join(charges) or "Sought by an INTERPOL notice; the public extract states no charge",
        reference=f"INTERPOL {draft.entry_id}",
    )


def _warrants(reader: RecordReader, draft: EntryDraft) -> list[str]:
    charges: list[str] = []
    for one in reader.inside("arrest_warrants"):
        charge, country, translation = (
            one.text(name) for name in ("charge", "issuing_country_id", "charge_translation")
        )
        text = translation or charge
        charges.append(f"Warrant of {country or 'a country not named'}: {text or 'no charge stated'}")
        if translation and charge:
            draft.remark(reader.line, "arrest_warrants", f"Charge as issued: {charge}")
    return charges
