"""Real lists against an independent count: no entry, alias, date or document vanishes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from evenhand.ground.errors import InputError
from evenhand.interop.formats import LEGACY_FILES, read_list
from evenhand.interop.importing import HeldNotice, entry_digest, plan_import
from evenhand.interop.model import ParsedList
from evenhand.interop.policy import POLICIES

LISTS = Path(__file__).resolve().parents[2] / "../shared/data/lists"
UN = LISTS / "un/un_consolidated_2025-04-19.xml"
BROKEN = LISTS / "un/un_consolidated_2025-08-16_MALFORMED.xml"
SDN = LISTS / "ofac/cons_nonsdn_2025-03-28.xml"
ADVANCED = LISTS / "ofac/sdn_advanced_sample_2024-02-23.xml"
SAME_WORD = {"Numéro de passeport": "Passport", "Número de pasaporte": "Passport"}
"""The list gives a few passports three times, once in each language."""
LEGACY = LISTS / "ofac/legacy_csv_2021-07-07"

pytestmark = pytest.mark.skipif(not LISTS.exists(), reason="the real lists are not on this machine")


def whole(parsed: ParsedList) -> int:
    return sum(refusal.whole for refusal in parsed.refusals)


def refused(parsed: ParsedList, *fields: str) -> int:
    return sum(refusal.field in fields for refusal in parsed.refusals)


def people_names(parsed: ParsedList) -> dict[str, set[str]]:
    return {
        entry.entry_id: {name.text.casefold() for name in entry.person.names}
        for entry in parsed.entries
        if entry.person is not None
    }


def table(name: str) -> list[list[str]]:
    text = (LEGACY / name).read_text(encoding="latin-1")
    return [row for row in csv.reader(io.StringIO(text, newline="")) if len(row) > 1]


@cache
def parsed_list(name: str, path: Path) -> ParsedList:
    return read_list(name, {path.name: path.read_bytes()})


def plain(text: str | None) -> str:
    return " ".join((text or "").split())


def test_un_list_is_whole() -> None:
    parsed = parsed_list("un-sc", UN)
    tree = etree.parse(UN)
    persons = tree.findall("INDIVIDUALS/INDIVIDUAL")
    assert len(parsed.entries) == len(persons)
    assert whole(parsed) == len(tree.findall("ENTITIES/ENTITY"))
    assert parsed.edition == tree.getroot().get("dateGenerated")
    by_id = {entry.entry_id: entry for entry in parsed.entries}
    assert len(by_id) == len(persons)
    for element in persons:
        entry = by_id[element.findtext("REFERENCE_NUMBER") or ""]
        person = entry.person
        assert person is not None
        kinds = ("birth name" if name.kind == "birth" else "" for name in person.names)
        said = " ".join([*(name.text for name in person.names), *kinds, *entry.material.remarks]).casefold()
        for path in ("FIRST_NAME", "INDIVIDUAL_ALIAS/ALIAS_NAME", "NAME_ORIGINAL_SCRIPT"):
            for node in element.findall(path):
                for word in plain(node.text).casefold().split():
                    assert word.strip("();,.\"'“”‘’؛:") in f"{said} original script"
        years = {
            plain(node.text)[:4]
            for path in ("DATE", "YEAR", "FROM_YEAR")
            for node in element.findall(f"INDIVIDUAL_DATE_OF_BIRTH/{path}")
        }
        assert years <= {born.value[:4] for born in person.birth_dates}
        nationalities = {plain(node.text) for node in element.findall("NATIONALITY/VALUE")}
        unknown = [
            one for one in parsed.refusals if one.entry_id == entry.entry_id and one.field == "NATIONALITY"
        ]
        assert len(person.nationalities) == len(nationalities) - len(unknown)
        assert entry.listed_on == (element.findtext("LISTED_ON") or "")[:10]


def test_un_documents_are_kept_or_refused() -> None:
    parsed = parsed_list("un-sc", UN)
    stated = [
        tuple(sorted((child.tag, plain(child.text)) for child in node))
        for element in etree.parse(UN).findall("INDIVIDUALS/INDIVIDUAL")
        for node in {
            tuple((child.tag, SAME_WORD.get(plain(child.text), plain(child.text))) for child in one): one
            for one in element.findall("INDIVIDUAL_DOCUMENT")
            if any(plain(child.text) for child in one)
        }.values()
    ]
    kept = sum(len(entry.person.documents) for entry in parsed.entries if entry.person is not None)
    assert kept + refused(parsed, "INDIVIDUAL_DOCUMENT/NUMBER", "INDIVIDUAL_DOCUMENT") == len(stated)


def test_the_damaged_un_list_names_line_and_cause() -> None:
    with pytest.raises(InputError, match=r"line 53.*Char value 25"):
        read_list("un-sc", {BROKEN.name: BROKEN.read_bytes()})


def test_sdn_xml_is_whole() -> None:
    parsed = parsed_list("ofac-sdn", SDN)
    root = etree.parse(SDN).getroot()
    space = {"s": etree.QName(root).namespace}
    persons = root.xpath("s:sdnEntry[s:sdnType='Individual']", namespaces=space)
    assert len(parsed.entries) == len(persons)
    assert len(parsed.entries) + whole(parsed) == len(root.findall("s:sdnEntry", space))
    found = people_names(parsed)
    for element in persons:
        entry_id = element.findtext("s:uid", namespaces=space)
        for node in [element, *element.findall("s:akaList/s:aka", space)]:
            given = node.findtext("s:firstName", "", space)
            family = node.findtext("s:lastName", "", space)
            assert plain(f"{given} {family}").casefold() in found[entry_id]
    births = root.xpath("count(s:sdnEntry[s:sdnType='Individual']//s:dateOfBirth)", namespaces=space)
    assert sum(len(entry.person.birth_dates) for entry in parsed.entries if entry.person) == births


def test_advanced_xml_is_whole() -> None:
    parsed = parsed_list("ofac-advanced", ADVANCED)
    root = etree.parse(ADVANCED).getroot()
    space = {"s": etree.QName(root).namespace}
    assert len(parsed.entries) + whole(parsed) == len(
        root.findall("s:DistinctParties/s:DistinctParty", space)
    )
    people = {entry.entry_id: entry for entry in parsed.entries}
    for party in root.findall("s:DistinctParties/s:DistinctParty", space):
        entry = people.get(party.get("FixedRef"))
        if entry is None or entry.person is None:
            continue
        texts = {word for name in entry.person.names for word in name.text.split()}
        for value in party.iterfind(".//s:NamePartValue", space):
            assert set(plain(value.text).split()) <= texts
        assert len(entry.person.birth_dates) == len(
            party.xpath(".//s:Feature[@FeatureTypeID='8']", namespaces=space)
        )
    listings = root.findall("s:SanctionsEntries/s:SanctionsEntry", space)
    known = {party.get("FixedRef") for party in root.iterfind("s:DistinctParties/s:DistinctParty", space)}
    assert refused(parsed, "SanctionsEntry") == sum(one.get("ProfileID") not in known for one in listings)


def test_legacy_csv_is_whole() -> None:
    files = {name: (LEGACY / name).read_bytes() for name in LEGACY_FILES}
    parsed = read_list("ofac-legacy", files)
    rows = [row for row in table("sdn.csv") if len(row) == 12]
    persons = {row[0]: row for row in rows if row[2] == "individual"}
    assert len(parsed.entries) == len(persons)
    assert len(parsed.entries) + whole(parsed) == len(rows)
    found = people_names(parsed)
    for row in table("alt.csv"):
        if row[0] in persons:
            family, _, given = row[3].partition(", ")
            assert plain(f"{given} {family}").casefold() in found[row[0]]
    bad = Counter(one.entry_id for one in parsed.refusals if one.field == "remarks DOB")
    for entry in parsed.entries:
        assert entry.person is not None
        stated = persons[entry.entry_id][11].count("DOB ")
        assert len(entry.person.birth_dates) + bad[entry.entry_id] <= max(stated, 1) + 1
    assert sum(len(entry.person.birth_dates) for entry in parsed.entries if entry.person) > 5_000


@pytest.mark.parametrize("name", ["un-sc", "ofac-sdn", "ofac-advanced"])
def test_a_second_import_of_the_same_list_changes_nothing(name: str) -> None:
    path = {"un-sc": UN, "ofac-sdn": SDN, "ofac-advanced": ADVANCED}[name]
    parsed = parsed_list(name, path)
    policy = POLICIES[name]
    first = plan_import(parsed.entries, {}, policy=policy, refusals=parsed.refusals)
    assert len(first.publish) == len(parsed.entries)
    assert first.alarm == ""
    held = {
        entry.entry_id: HeldNotice(notice_id=f"{number:032x}", version=1, digest=entry_digest(entry, policy))
        for number, entry in enumerate(first.publish)
    }
    again = plan_import(parsed.entries, held, policy=policy, refusals=parsed.refusals)
    assert (again.publish, again.correct, again.withdraw, again.alarm) == ((), (), (), "")
    assert len(again.unchanged) == len(held)
