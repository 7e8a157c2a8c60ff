"""Invented people written in OFAC's advanced format, original scripts included.

Knows:    the advanced schema as `ofac_advanced` reads it.
Told:     synthetic people and an edition date.
Answers:  bytes that parse back to the same people.
Trusted:  no: for tests, demonstrations and simulation.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Final

from lxml import etree

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Place
from evenhand.interop.countries import country_codes, country_name
from evenhand.interop.synthetic import SyntheticPerson
from evenhand.interop.synthetic_lists import EDITION, OFAC_DOCUMENT, child, serialise

_VALUES: Final[dict[str, dict[str, str]]] = {
    "AliasType": {"1400": "A.K.A.", "1403": "Name"},
    "DetailReference": {"91526": "Male", "91527": "Female"},
    "FeatureType": {
        "8": "Birthdate",
        "9": "Place of Birth",
        "10": "Nationality Country",
        "25": "Location",
        "26": "Title",
        "224": "Gender",
    },
    "IDRegDocDateType": {"1480": "Issue Date", "1481": "Expiration Date"},
    "IDRegDocType": {"1571": "Passport", "1584": "National ID No."},
    "LegalBasis": {"1": "Invented order"},
    "LocPartType": {"1451": "ADDRESS1", "1454": "CITY"},
    "NamePartType": {"1520": "Last Name", "1521": "First Name"},
    "PartyType": {"1": "Individual"},
    "SanctionsType": {"1": "Program"},
}
_SEX: Final = {"M": "91526", "F": "91527"}
_IDS: Final = {word: key for table in _VALUES.values() for key, word in table.items()}
_COUNTRY_IDS: Final = {code: str(11_000 + number) for number, code in enumerate(country_codes())}


class _Writer:
    """One file being written; ids are drawn from one counter."""

    def __init__(self) -> None:
        self.root = etree.Element("Sanctions", Version="3")
        self._ids = count(1_000)
        self.issue = child(self.root, "DateOfIssue")
        self._values()
        self.locations, self.documents, self.parties, self.listings = (
            child(self.root, name)
            for name in ("Locations", "IDRegDocuments", "DistinctParties", "SanctionsEntries")
        )

    def new_id(self) -> str:
        return str(next(self._ids))

    def _values(self) -> None:
        sets = child(self.root, "ReferenceValueSets")
        for table, words in _VALUES.items():
            group = child(sets, f"{table}Values")
            for key, word in words.items():
                child(group, table, word).set("ID", key)
        child(child(sets, "PartySubTypeValues"), "PartySubType", "Unknown").attrib.update(
            {"ID": "4", "PartyTypeID": "1"}
        )
        countries = child(sets, "CountryValues")
        for code, key in _COUNTRY_IDS.items():
            child(countries, "Country", country_name(code)).set("ID", key)

    def location(self, place: Place) -> str:
        made = child(self.locations, "Location")
        made.set("ID", self.new_id())
        child(made, "LocationCountry").set("CountryID", _COUNTRY_IDS[place.country or ""])
        for label, text in (("ADDRESS1", place.text), ("CITY", place.city)):
            if text:
                part = child(made, "LocationPart")
                part.set("LocPartTypeID", _IDS[label])
                child(child(part, "LocationPartValue"), "Value", text)
        return str(made.get("ID"))

    def feature(self, profile: etree._Element, label: str) -> etree._Element:
        made = child(profile, "Feature")
        made.attrib.update({"ID": self.new_id(), "FeatureTypeID": _IDS[label]})
        version = child(made, "FeatureVersion")
        child(version, "Comment")
        return version

    def place_feature(self, profile: etree._Element, label: str, place: Place) -> None:
        child(self.feature(profile, label), "VersionLocation").set("LocationID", self.location(place))

    def document(self, identity_id: str, document: Document) -> None:
        made = child(self.documents, "IDRegDocument")
        made.attrib.update(
            {
                "ID": self.new_id(),
                "IDRegDocTypeID": _IDS[OFAC_DOCUMENT[document.type]],
                "IdentityID": identity_id,
                "IssuedBy-CountryID": _COUNTRY_IDS[document.issuer or ""],
            }
        )
        child(made, "IDRegistrationNo", document.number)
        for label, date in (("Issue Date", document.issued), ("Expiration Date", document.expires)):
            if date:
                stated = child(made, "DocumentDate")
                stated.set("IDRegDocDateTypeID", _IDS[label])
                write_period(child(stated, "DatePeriod"), BirthDate(value=date))

    def name(self, identity: etree._Element, groups: etree._Element, names: list[Name]) -> None:
        alias = child(identity, "Alias")
        first = names[0]
        alias.attrib.update(
            {
                "AliasTypeID": _IDS["Name" if first.kind == "primary" else "A.K.A."],
                "Primary": str(first.kind == "primary").lower(),
                "LowQuality": str(first.kind == "alias_low").lower(),
            }
        )
        for name in names:
            documented = child(alias, "DocumentedName")
            parts = (("Last Name", name.family or name.text), ("First Name", name.given))
            for label, text in parts:
                if text:
                    key = self.new_id()
                    child(child(documented, "DocumentedNamePart"), "NamePartValue", text).set(
                        "NamePartGroupID", key
                    )
                    group = child(child(groups, "MasterNamePartGroup"), "NamePartGroup")
                    group.attrib.update({"ID": key, "NamePartTypeID": _IDS[label]})

    def person(self, one: SyntheticPerson) -> None:
        key = one.reference[4:].lstrip("0")
        party = child(self.parties, "DistinctParty")
        party.set("FixedRef", key)
        child(party, "Comment", one.remark)
        profile = child(party, "Profile")
        profile.attrib.update({"ID": key, "PartySubTypeID": "4"})
        identity = child(profile, "Identity")
        identity.attrib.update({"ID": self.new_id(), "Primary": "true", "False": "false"})
        groups = etree.Element("NamePartGroups")
        self.name(identity, groups, [name for name in one.person.names if name.kind == "primary"])
        for name in one.person.names:
            if name.kind != "primary":
                self.name(identity, groups, [name])
        identity.append(groups)
        self._features(profile, one)
        for document in one.person.documents:
            self.document(str(identity.get("ID")), document)
        self._listing(key, one.listed_on)

    def _features(self, profile: etree._Element, one: SyntheticPerson) -> None:
        child(self.feature(profile, "Gender"), "VersionDetail").set("DetailReferenceID", _SEX[one.person.sex])
        child(self.feature(profile, "Title"), "VersionDetail", one.designation)
        for born in one.person.birth_dates:
            write_period(child(self.feature(profile, "Birthdate"), "DatePeriod"), born)
        for place in one.person.birth_places:
            self.place_feature(profile, "Place of Birth", place)
        for code in one.person.nationalities:
            self.place_feature(profile, "Nationality Country", Place(country=code))
        for place in one.addresses:
            self.place_feature(profile, "Location", place)

    def _listing(self, key: str, listed_on: str) -> None:
        entry = child(self.listings, "SanctionsEntry")
        entry.attrib.update({"ID": key, "ProfileID": key})
        event = child(entry, "EntryEvent")
        event.set("LegalBasisID", "1")
        date = child(event, "Date")
        for name, text in zip(("Year", "Month", "Day"), listed_on.split("-"), strict=True):
            child(date, name, str(int(text)))
        measure = child(entry, "SanctionsMeasure")
        measure.set("SanctionsTypeID", "1")
        child(measure, "Comment", "INVENTED")


def write_period(period: etree._Element, born: BirthDate) -> None:
    """Write a date as the format does: both ends of a day, a year or a range of years."""
    first, last = (born.value, born.until or born.value)
    ends = (_ends(first)[0], _ends(last)[1])
    for name, (year, month, day) in zip(("Start", "End"), ends, strict=True):
        side = child(period, name)
        side.set("Approximate", str(born.certainty == "approximate").lower())
        for edge in ("From", "To"):
            point = child(side, edge)
            for part, number in (("Year", year), ("Month", month), ("Day", day)):
                child(point, part, str(number))


def _ends(date: str) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    numbers = [int(part) for part in date.split("-")]
    if len(numbers) == 1:
        return (numbers[0], 1, 1), (numbers[0], 12, 31)
    year, month, day = numbers
    return (year, month, day), (year, month, day)


def write_ofac_advanced_xml(people: Iterable[SyntheticPerson], *, edition: str = EDITION) -> bytes:
    """Write an SDN_ADVANCED.XML."""
    writer = _Writer()
    for name, text in zip(("Year", "Month", "Day"), edition.split("-"), strict=True):
        child(writer.issue, name, str(int(text)))
    for one in people:
        writer.person(one)
    return serialise(writer.root)
