"""INTERPOL's public notices (JSON): the answers of its notices service, saved to a file.

Knows:    the fields of `/notices/v1/red` and `/notices/v1/un` lists and of single notices.
Told:     the file's bytes: one answer, one notice, or a list of either.
Answers:  every red notice, and every United Nations special notice of a person, as an entry; every other notice and
          every unread field as a refusal.
Trusted:  no: input. The public notices are an extract: a person may be sought and not be in it.

The service answers at most 160 notices to a question, so a list is gathered from many answers; a notice that
several of them hold is taken once, in its fullest form.

The colour of a notice stands in the address of its own link and nowhere else: a yellow one is about somebody missing,
often a child, and has the fields of a red one. So a notice whose link does not say what it is is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from evenhand.identity.dates import BirthDate
from evenhand.interop.entry import EntryDraft
from evenhand.interop.list_dates import day_first
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.rows import RecordReader, json_records
from evenhand.notices.model import Source

LIST_NAME: Final = "interpol-public"
_WHAT: Final = "INTERPOL's public notices"
_WORDS: Final = (
    ("height", "Height in metres"), ("weight", "Weight in kilograms"), ("eyes_colors_id", "Eyes"), ("hairs_id", "Hair"),
)  # fmt: skip
_NOT_MEASURED: Final = frozenset({"", "0", "0.0"})
_SEXES: Final = {"U": "unknown"}
_LINK: Final = re.compile(r"/notices/v1/(?P<kind>un/persons|un/entities|[a-z]{1,20})/[0-9][0-9-]{0,40}")
_RED: Final = "red"
_UNITED_NATIONS: Final = "un/persons"
_ORGANISATION: Final = "un/entities"
_NOT_TAKEN: Final = {
    _ORGANISATION: f"{NOT_A_PERSON}: an organisation of a United Nations special notice",
    "un": "a United Nations special notice whose link does not say whether it is of a person or an organisation",
    "yellow": "a yellow notice: somebody missing, who is accused of nothing",
    "": "the colour of the notice is unknown, since no link of its own tells it",
}


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError for a damaged or foreign file."""
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    fullest: dict[str, tuple[int, dict[str, Any]]] = {}
    kinds: dict[str, dict[str, None]] = {}
    for number, record in json_records(data, _WHAT):
        for one in _notices(record):
            key = str(one.get("entity_id") or "") if isinstance(one, dict) else ""
            if not key:
                reason = "a notice without its number (entity_id): two such could not be told apart"
                refusals.append(_whole(number, "", reason))
                continue
            kinds.setdefault(key, {}).update(dict.fromkeys(filter(None, [_kind(one)])))
            if key not in fullest or len(one) > len(fullest[key][1]):
                fullest[key] = (number, one)
    for entry_id, (number, record) in fullest.items():
        if reason := _why_not_taken([*kinds[entry_id]]):
            refusals.append(_whole(number, entry_id, reason))
            continue
        draft = EntryDraft(entry_id=entry_id, line=number)
        entry = _notice(RecordReader(record, number), draft, *kinds[entry_id])
        refusals.extend(draft.refusals)
        if entry is not None:
            entries.append(entry)
    return ParsedList(name=LIST_NAME, edition="", entries=tuple(entries), refusals=tuple(refusals))


def _whole(number: int, entry_id: str, reason: str) -> Refusal:
    return Refusal(line=number, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason)


def _notices(record: Mapping[str, Any]) -> list[Any]:
    """Return the notices of an answer, which is known by its list of them; any other record is a notice itself.

    A single notice has an `_embedded` of its own, with its links.
    """
    inside = record.get("_embedded")
    held = inside.get("notices") if isinstance(inside, dict) and not record.get("entity_id") else None
    return held if isinstance(held, list) else [record]


def _kind(record: Mapping[str, Any]) -> str:
    """Return the colour that a notice's link to itself tells, with persons or entities after `un`; empty else."""
    place: Any = record
    for step in ("_links", "self", "href"):
        place = place.get(step) if isinstance(place, dict) else None
    found = _LINK.search(place) if isinstance(place, str) else None
    return found["kind"] if found else ""


def _why_not_taken(kinds: list[str]) -> str:
    """Say why a notice of these kinds, as its records tell them, is not taken; empty for one that is."""
    if len(kinds) > 1:
        return f"one number for notices of several kinds: {', '.join(kinds)}"
    kind = kinds[0] if kinds else ""
    return "" if kind in {_RED, _UNITED_NATIONS} else _NOT_TAKEN.get(kind, f"a {kind} notice, which asks for no arrest")


def _notice(reader: RecordReader, draft: EntryDraft, kind: str) -> ImportedEntry | None:
    line = reader.line
    reader.skip("entity_id", "_links")
    reader.inside("_embedded")
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
        if (said := ", ".join(reader.texts(name))) not in _NOT_MEASURED:
            draft.labelled(line, label, said)
    if said := ", ".join(reader.texts("languages_spoken_ids")):
        draft.labelled(line, "Languages", said)
    offence = _listing(reader) if kind == _UNITED_NATIONS else "; ".join(_warrants(reader, draft)) or _NO_CHARGE
    reader.refuse_leftovers(draft)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id),
        offence=offence,
        reference=f"INTERPOL {draft.entry_id}",
    )


_NO_CHARGE: Final = "Sought by an INTERPOL notice; the public extract states no charge"


def _listing(reader: RecordReader) -> str:
    """Return what a special notice says its person is listed for: nobody is sought for arrest by it."""
    under = [f"{label} {text}" for name, label in _UNDER if (text := ", ".join(reader.texts(name)))]
    return f"Listed by the United Nations Security Council: {', '.join(under) or 'list not named'}"


_UNDER: Final = (("un_reference", "reference"), ("un_resolution", "resolution"))


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
