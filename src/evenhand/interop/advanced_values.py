"""The look-up tables, places, documents and dates of OFAC's advanced format.

Knows:    the standard "Sanctions data exchange" schema (namespace un.org/sanctions/1.0): values by id.
Told:     the reference, location and document records, which stand before the parties.
Answers:  words for ids, places for location ids, identifications for identity ids, birth dates for periods.
Trusted:  yes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final, NamedTuple

from lxml import etree

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.interop.fields import FieldReader, clean
from evenhand.interop.list_dates import year_range
from evenhand.interop.model import Refusal
from evenhand.interop.ofac_words import Identification
from evenhand.interop.safe_xml import local_name

_EXACT: Final = ("", "false", "0")
_NUMBER: Final = re.compile("[0-9]{1,4}")


class Location(NamedTuple):
    """A place as the format gives it; empty where it does not say."""

    text: str = ""
    city: str = ""
    region: str = ""
    country: str = ""

    @property
    def one_line(self) -> str:
        """All parts in one text, for remarks."""
        return ", ".join(part for part in self if part)


class Values:
    """What ids stand for, filled while the file is read."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, str], str] = {}
        self._party_types: dict[str, str] = {}
        self.locations: dict[str, Location] = {}
        self.documents: dict[str, list[tuple[int, Identification]]] = defaultdict(list)
        self.refusals: list[Refusal] = []

    def word(self, table: str, key: str | None) -> str:
        """Return the word an id stands for; the id itself in brackets where the file does not define it."""
        return self._words.get((table, key or ""), f"[{table} {key}]" if key else "")

    def party_type(self, sub_type: str | None) -> str:
        """Return Individual, Entity or Transport for a profile's sub-type."""
        return self.word("PartyType", self._party_types.get(sub_type or "", sub_type))

    def reference_set(self, element: etree._Element) -> None:
        """Take in one set of reference values."""
        for value in element:
            key = value.get("ID", "")
            self._words[local_name(value), key] = clean(value.text)
            if local_name(value) == "PartySubType":
                self._party_types[key] = value.get("PartyTypeID", "")

    def location(self, element: etree._Element) -> None:
        """Take in one location."""
        reader = FieldReader(element, attributes=False)
        parts: dict[str, list[str]] = defaultdict(list)
        for part in reader.children("LocationPart"):
            label = self.word("LocPartType", part.get("LocPartTypeID"))
            for value in reader.children("LocationPartValue", part):
                if said := reader.text("Value", value):
                    parts[label].append(said)
        country = next((c.get("CountryID") for c in reader.children("LocationCountry")), None)
        if country is None:
            country = next((c.get("AreaCodeID") for c in reader.children("LocationAreaCode")), None)
        name = self.word("Country", country)
        texts = [t for label, said in parts.items() if label not in {"CITY", "STATE/PROVINCE"} for t in said]
        self.locations[element.get("ID", "")] = Location(
            text=", ".join(texts),
            city=", ".join(parts["CITY"]),
            region=", ".join(parts["STATE/PROVINCE"]),
            country="" if name == "undetermined" else name,
        )
        self._leftovers(reader, f"Location {element.get('ID')}")

    def document(self, element: etree._Element) -> None:
        """Take in one identification and remember whose it is."""
        reader = FieldReader(element, attributes=False)
        dates: dict[str, str] = {}
        for stated in reader.children("DocumentDate"):
            label = self.word("IDRegDocDateType", stated.get("IDRegDocDateTypeID"))
            for period in reader.children("DatePeriod", stated):
                dates[label] = period_text(reader, period)
        validity = self.word("Validity", element.get("ValidityID"))
        notes = [
            reader.text("Comment"),
            reader.text("IssuingAuthority"),
            validity if validity == "Fraudulent" else "",
        ]
        notes += [
            f"{label} {text}"
            for label, text in dates.items()
            if label not in {"Issue Date", "Expiration Date"}
        ]
        place = next(
            (self.locations.get(p.get("LocationID", "")) for p in reader.children("IssuedIn-Location")), None
        )
        country = self.word("Country", element.get("IssuedBy-CountryID"))
        said = Identification(
            label=self.word("IDRegDocType", element.get("IDRegDocTypeID")),
            number=reader.text("IDRegistrationNo"),
            country="" if country == "undetermined" else country,
            issued=dates.get("Issue Date", ""),
            expires=dates.get("Expiration Date", ""),
            note="; ".join(n for n in (*notes, f"issued in {place.one_line}" if place else "") if n),
        )
        self.documents[element.get("IdentityID", "")].append((reader.line, said))
        self._leftovers(reader, f"IDRegDocument {element.get('ID')}")

    def _leftovers(self, reader: FieldReader, owner: str) -> None:
        for line, field, reason in reader.leftovers():
            self.refusals.append(Refusal(line=line, entry_id=owner, field=field, reason=reason))


class Period(NamedTuple):
    """The earliest and latest date of a DatePeriod, as (year, month, day), and whether it is approximate."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]
    approximate: bool


def _number(reader: FieldReader, name: str, point: etree._Element) -> int:
    """Take one number; 0 where none is stated. Anything else stays with the reader, which reports it."""
    node = next(reader.children(name, point), None)
    if node is None or not _NUMBER.fullmatch(clean(node.text)):
        return 0
    return int(reader.take(node))


def read_period(reader: FieldReader, element: etree._Element) -> Period | None:
    """Read a DatePeriod; None where it states no year. What is no number there is left with the reader."""
    points: list[tuple[int, int, int]] = []
    approximate = False
    for end in element:
        approximate = approximate or end.get("Approximate", "false") not in _EXACT
        for point in end:
            year, month, day = (_number(reader, name, point) for name in ("Year", "Month", "Day"))
            points.append((year, month, day))
    stated = sorted(point for point in points if point[0])
    return Period(stated[0], stated[-1], approximate) if stated else None


def period_birth(period: Period) -> BirthDate | None:
    """Turn a period into a birth date: a day, a whole month, a whole year, or a range of years.

    None where the period is no date that there is, or no year in which anybody listed was born.
    """
    (first, first_month, first_day), (last, last_month, last_day) = period.first, period.last
    certainty = "approximate" if period.approximate else "exact"
    if first != last:
        return year_range(f"{first:04d}", f"{last:04d}", approximate=period.approximate)
    value = f"{first:04d}"
    if first_month == last_month and first_month:
        value += f"-{first_month:02d}" + (f"-{first_day:02d}" if first_day == last_day and first_day else "")
    elif (first_month, last_month) != (1, 12):
        certainty = "approximate"
    try:
        return BirthDate(value=value, certainty="approximate" if certainty == "approximate" else "exact")
    except InputError:
        return None


def period_text(reader: FieldReader, element: etree._Element) -> str:
    """Print a document's period as one ISO date; both ends, where they differ."""
    period = read_period(reader, element)
    if period is None:
        return ""
    ends = dict.fromkeys("-".join(f"{n:02d}" for n in point if n) for point in (period.first, period.last))
    return " to ".join(ends)
