"""OFAC's SDN_ADVANCED.XML and CONS_ADVANCED.XML, read as a stream.

Knows:    the advanced schema: values, places and documents first, then parties, then relations and listings.
Told:     the file's bytes.
Answers:  every Individual as an entry, every other party as a refusal, every unread field as a refusal.
Trusted:  no: input; but nothing is answered before the whole file has been read.

Memory holds one party at a time beside the finished entries, as the real file is above 100 MB.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from lxml import etree

from evenhand.identity.person import NameKind
from evenhand.interop.advanced_values import Location, Values, period_birth, period_text, read_period
from evenhand.interop.entry import EntryDraft
from evenhand.interop.fields import FieldReader
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.ofac_words import Identification, alias_kind, birth_place, identification
from evenhand.interop.safe_xml import line_of, local_name, open_list
from evenhand.interop.scripts import detect_script
from evenhand.notices.model import Source

LIST_NAME: Final = "ofac-advanced"
_GIVEN: Final = ("First Name", "Middle Name", "Patronymic", "Matronymic")

_FAMILY_FIRST: Final = {"Hani": "", "Hang": "", "Kore": "", "Jpan": "", "Khmr": " "}
"""Scripts whose names are written family name first, and what stands between the parts."""


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    _, found = open_list(data, what="an OFAC advanced list", root="Sanctions", depth=3)
    reading = _Reading()
    for section, element in found:
        reading.record(section, element)
    return reading.finish()


class _Reading:
    """The state of one pass over the file."""

    def __init__(self) -> None:
        self._values = Values()
        self._edition: list[str] = []
        self._drafts: dict[str, EntryDraft] = {}
        self._profiles: dict[str, str | None] = {}  # None: a profile whose party is not a person
        self._refusals: list[Refusal] = []
        self._programmes: dict[str, list[str]] = defaultdict(list)
        self._legal: dict[str, list[str]] = defaultdict(list)
        self._listed: dict[str, str] = {}

    def record(self, section: str, element: etree._Element) -> None:
        """Take in one record of any section."""
        if section == "ReferenceValueSets":
            self._values.reference_set(element)
        elif section == "DateOfIssue":
            self._edition.append((element.text or "").strip().zfill(2))
        elif section == "Locations":
            self._values.location(element)
        elif section == "IDRegDocuments":
            self._values.document(element)
        elif section == "DistinctParties":
            self._party(element)
        elif section == "ProfileRelationships":
            self._relation(element)
        elif section == "SanctionsEntries":
            self._listing(element)
        else:
            self._refuse(element, element.get("ID", ""), section, "a section the importer does not know")

    def finish(self) -> ParsedList:
        """Join parties with their listings."""
        edition = "-".join(self._edition)
        entries: list[ImportedEntry] = []
        refusals = [*self._values.refusals, *self._refusals]
        for entry_id, draft in self._drafts.items():
            laws = list(dict.fromkeys([*self._programmes[entry_id], *self._legal[entry_id]]))
            entry = draft.finish(
                source=Source(list=LIST_NAME, entry_id=entry_id, edition=edition or None),
                offence=f"Designated by OFAC: {', '.join(laws) or 'programme not named'}",
                reference=f"OFAC {entry_id}",
                listed_on=self._listed.get(entry_id),
            )
            refusals.extend(draft.refusals)
            if entry is not None:
                entries.append(entry)
        return ParsedList(name=LIST_NAME, edition=edition, entries=tuple(entries), refusals=tuple(refusals))

    def _refuse(self, element: etree._Element, entry_id: str, field: str, reason: str) -> None:
        self._refusals.append(Refusal(line=line_of(element), entry_id=entry_id, field=field, reason=reason))

    def _party(self, element: etree._Element) -> None:
        entry_id = element.get("FixedRef", "")
        reader = FieldReader(element, attributes=False)
        profiles = list(reader.children("Profile"))
        kinds = {self._values.party_type(profile.get("PartySubTypeID")) for profile in profiles}
        if kinds != {"Individual"}:
            self._profiles.update((profile.get("ID", ""), None) for profile in profiles)
            self._refuse(
                element, entry_id, WHOLE_ENTRY, f"{NOT_A_PERSON}: {', '.join(sorted(kinds)) or 'no profile'}"
            )
            return
        draft = self._drafts.setdefault(entry_id, EntryDraft(entry_id=entry_id, line=reader.line))
        if comment := reader.text("Comment"):
            draft.remark(reader.line, "Comment", comment)
        for profile in profiles:
            self._profiles[profile.get("ID", "")] = entry_id
            for identity in reader.children("Identity", profile):
                self._identity(reader, draft, identity)
            for feature in reader.children("Feature", profile):
                self._feature(reader, draft, feature)
        for left in reader.leftovers():
            draft.refuse(*left)

    def _identity(self, reader: FieldReader, draft: EntryDraft, identity: etree._Element) -> None:
        groups = {
            group.get("ID", ""): self._values.word("NamePartType", group.get("NamePartTypeID"))
            for group in identity.iter("{*}NamePartGroup")
        }
        for alias in reader.children("Alias", identity):
            relation = self._values.word("AliasType", alias.get("AliasTypeID"))
            line, quality = line_of(alias), alias.get("LowQuality", "")
            low = bool(quality) and draft.flag(line, "Alias/LowQuality", quality) is not False  # so is an unknown word
            kind: NameKind = alias_kind(low=low)
            if draft.flag(line, "Alias/Primary", alias.get("Primary", "")):
                kind = "primary"
            for name in reader.children("DocumentedName", alias):
                self._name(reader, draft, name, kind, groups)
            if relation == "F.K.A.":
                first = next(reader.children("DocumentedName", alias), None)
                said = " ".join(t for t in (first.itertext() if first is not None else ()) if t.strip())
                draft.remark(line, "AliasType", f"Formerly known as: {' '.join(said.split())}")
            elif relation.startswith("["):
                draft.refuse(line, "AliasType", f"a kind of name that the file does not define: {relation[:60]}")
        if draft.flag(line_of(identity), "Identity/False", identity.get("False", "")):
            draft.remark(
                line_of(identity), "Identity/False", "The list marks one identity of this person as false"
            )
        for line, said_id in self._values.documents.get(identity.get("ID", ""), ()):
            identification(draft, line, "IDRegDocument", said_id)

    def _name(
        self,
        reader: FieldReader,
        draft: EntryDraft,
        name: etree._Element,
        kind: NameKind,
        groups: dict[str, str],
    ) -> None:
        family: list[str] = []
        given: list[str] = []
        for part in reader.children("DocumentedNamePart", name):
            for value in reader.children("NamePartValue", part):
                label = groups.get(value.get("NamePartGroupID", ""), "")
                if text := reader.take(value):
                    (given if label in _GIVEN else family).append(text)
                    if label == "Maiden Name":
                        draft.name(line_of(value), "NamePartValue", text, "maiden")
        parts = (" ".join(given), " ".join(family))
        joiner = _FAMILY_FIRST.get(detect_script("".join(parts)))
        ordered = parts if joiner is None else parts[::-1]
        if text := (" " if joiner is None else joiner).join(part for part in ordered if part):
            draft.name(line_of(name), "DocumentedName", text, kind, parts=parts)

    def _feature(self, reader: FieldReader, draft: EntryDraft, feature: etree._Element) -> None:
        label = self._values.word("FeatureType", feature.get("FeatureTypeID")).strip(" :-")
        for version in reader.children("FeatureVersion", feature):
            places = self._places(reader, draft, label, version)
            texts = [
                reader.take(detail) or self._values.word("DetailReference", detail.get("DetailReferenceID"))
                for detail in reader.children("VersionDetail", version)
            ]
            comment = reader.text("Comment", version)
            if label == "Birthdate":
                for element in reader.children("DatePeriod", version):
                    period = read_period(reader, element)
                    said = period_text(reader, element) or "no year stated"
                    draft.birth(line_of(element), label, period_birth(period) if period else None, said)
            else:
                texts += [period_text(reader, element) for element in reader.children("DatePeriod", version)]
                self._said(draft, line_of(version), label, places, [t for t in texts if t])
            if comment:
                draft.labelled(line_of(version), label, comment)
            reliability = self._values.word("Reliability", version.get("ReliabilityID"))
            if reliability == "False":
                draft.labelled(line_of(version), label, "the list marks this statement as false")

    def _places(
        self, reader: FieldReader, draft: EntryDraft, label: str, version: etree._Element
    ) -> list[Location]:
        found: list[Location] = []
        for place in reader.children("VersionLocation", version):
            key = place.get("LocationID", "")
            if key in self._values.locations:
                found.append(self._values.locations[key])
            else:
                draft.refuse(line_of(place), label, f"the file does not define location {key}")
        return found

    def _said(
        self, draft: EntryDraft, line: int, label: str, places: list[Location], texts: list[str]
    ) -> None:
        for place in places:
            if label == "Place of Birth":
                draft.birth_place(line, label, **place._asdict())
            elif label == "Location":
                draft.address(line, label, **place._asdict())
            elif label in {"Nationality Country", "Citizenship Country"}:
                draft.nationality(line, label, place.country or place.one_line)
            else:
                draft.labelled(line, label, place.one_line)
        for text in texts:
            if label == "Place of Birth":
                birth_place(draft, line, label, text)
            elif label == "Gender":
                identification(draft, line, label, Identification(label=label, number=text))
            else:
                draft.labelled(line, label, text)

    def _owner(self, element: etree._Element, attribute: str) -> str | None:
        profile = element.get(attribute, "")
        if profile not in self._profiles:
            self._refuse(element, profile, local_name(element), f"the file holds no profile {profile}")
        return self._profiles.get(profile)

    def _relation(self, element: etree._Element) -> None:
        owner = self._owner(element, "From-ProfileID")
        target = element.get("To-ProfileID", "")
        if owner is None:
            return
        word = self._values.word("RelationType", element.get("RelationTypeID"))
        former = "formerly " if element.get("Former") == "true" else ""
        reader = FieldReader(element, attributes=False)
        comment = reader.text("Comment")
        said = f"{former}{word} entry {target}" + (f" ({comment})" if comment else "")
        self._drafts[owner].remark(line_of(element), "ProfileRelationship", f"Linked to: {said}")
        for left in reader.leftovers():
            self._drafts[owner].refuse(*left)

    def _listing(self, element: etree._Element) -> None:
        owner = self._owner(element, "ProfileID")
        if owner is None:
            return
        reader = FieldReader(element, attributes=False)
        for event in reader.children("EntryEvent"):
            self._legal[owner].append(self._values.word("LegalBasis", event.get("LegalBasisID")))
            for date in reader.children("Date", event):
                said = "-".join(reader.text(name, date).zfill(2) for name in ("Year", "Month", "Day"))
                if (on := self._drafts[owner].day(line_of(date), "EntryEvent/Date", said)) is not None:
                    self._listed[owner] = min(on, self._listed.get(owner, on))
            if comment := reader.text("Comment", event):
                self._drafts[owner].remark(line_of(event), "EntryEvent/Comment", comment)
        for measure in reader.children("SanctionsMeasure"):
            said = reader.text("Comment", measure)
            kind = self._values.word("SanctionsType", measure.get("SanctionsTypeID"))
            if kind == "Program" and said:
                self._programmes[owner].append(said)
            else:
                self._drafts[owner].labelled(
                    line_of(measure), "Measure", " ".join(t for t in (kind, said) if t)
                )
        for left in reader.leftovers():
            self._drafts[owner].refuse(*left)
