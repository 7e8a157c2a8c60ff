"""What the newer importers say about lists written to be awkward: nothing is lost without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.ground.errors import EvenhandError, InputError, LimitError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Person
from evenhand.interop import ftm_list
from evenhand.interop.formats import read_list
from evenhand.interop.list_dates import day_first
from evenhand.interop.model import ParsedList

SAMPLES = Path(__file__).resolve().parents[2] / "../shared/data/lists/format-samples"
EU = """<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-31T00:00:00"><sanctionEntity
 {attributes}><subjectType code="person"/>{body}</sanctionEntity></export>"""
UK = """<Designations><Designation><UniqueID>UK1</UniqueID><IndividualEntityShip>Individual</IndividualEntityShip>
{body}</Designation></Designations>"""
CANADA = "<data-set><record><Country>Here / Ici</Country><Item>1</Item>{body}</record></data-set>"
RED = {"_links": {"self": {"href": "https://interpol.invalid/notices/v1/red/2026-1"}}}
ADA = "<GivenName>Ada</GivenName><LastName>Bell</LastName>"


def read(name: str, data: str | bytes) -> ParsedList:
    return read_list(name, {"file": data.encode() if isinstance(data, str) else data})


def person(parsed: ParsedList) -> Person:
    found = parsed.entries[0].person
    assert found is not None
    return found


def reasons(parsed: ParsedList) -> list[tuple[str, str]]:
    return [(refusal.field, refusal.reason) for refusal in parsed.refusals]


def fields(parsed: ParsedList) -> list[str]:
    return [refusal.field for refusal in parsed.refusals]


def remarks(parsed: ParsedList) -> tuple[str, ...]:
    return parsed.entries[0].material.remarks


# -- the samples of the real formats ---------------------------------------------------------------------


@pytest.mark.parametrize(("name", "file", "people", "others"), [("eu-fsf", "eu_fsf_sample.xml", 2, 1),
                                                                ("uk-sanctions", "uk_sanctions_list_sample.xml", 1, 2)])
def test_the_real_samples_leave_nothing_unread(name: str, file: str, people: int, others: int) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the shared samples are not here")
    parsed = read(name, (SAMPLES / file).read_bytes())
    assert len(parsed.entries) == people
    assert [refusal.whole for refusal in parsed.refusals] == [True] * others
    assert parsed.edition.startswith("2026-")
    assert all(one.person is not None and one.person.birth_dates for one in parsed.entries)


# -- all of them -----------------------------------------------------------------------------------------

FOREIGN = [
    ("eu-fsf", "<other/>"), ("uk-sanctions", "<other/>"), ("ca-sema", "<other/>"), ("interpol-public", "[1]"),
    ("us-csl", '{"results": 5}'), ("interpol-public", "{"), ("ftm", '{"a": 1}\n'), ("ftm", "[[[\n"), ("ftm", '"x"\n'),
    ("au-dfat", "a,b\n1,2\n"), ("template", "a,b\n1,2\n"), ("template", ""), ("template", b"\xff\xfe"),
    ("template", 'a,"b\n'), ("template", "a,a\n"), ("template", "reference,name,offence\n1,2,3,4\n"),
    ("interpol-public", "[" * 100_000), ("ftm", '{"schema": "Person", "properties": ' + "[" * 100_000),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), FOREIGN, ids=range(len(FOREIGN)))
def test_a_foreign_or_damaged_file_is_refused(name: str, data: str | bytes) -> None:
    with pytest.raises(InputError):
        read(name, data)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(("name", "root"), [("eu-fsf", "export"), ("uk-sanctions", "Designations"),
                                            ("ca-sema", "data-set")])  # fmt: skip
def test_hostile_xml_is_refused(name: str, root: str) -> None:
    with pytest.raises(InputError):
        read(name, f"<?xml version='1.0'?>{BOMB}<{root}>&b;</{root}>")
    with pytest.raises(InputError):
        read(name, f"<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'><{root}/>")
    with pytest.raises(EvenhandError):
        read(name, f"<{root}>" + "<a>" * 10_000)


def test_entries_without_a_name_are_refused_whole() -> None:
    for name, data in (
        ("eu-fsf", EU.format(attributes='logicalId="7"', body='<nameAlias wholeName="-"/>')),
        ("uk-sanctions", UK.format(body="<Names><Name><NameType>Primary Name</NameType></Name></Names>")),
        ("ca-sema", CANADA.format(body="")), ("interpol-public", json.dumps({"entity_id": "1"} | RED)),
        ("us-csl", '[{"id": "1", "type": "Individual"}]'), ("ftm", '{"id":"a","schema":"Person","properties":{}}\n'),
        ("au-dfat", "Reference,Name of Individual or Entity,Type,Name Type\n1,,Individual,aka\n"),
        ("template", "reference,name,offence\n1,,x\n"),
    ):  # fmt: skip
        parsed = read(name, data)
        assert parsed.entries == ()
        assert parsed.refusals[-1].whole, name


def test_what_is_no_person_is_refused_by_kind() -> None:
    for name, data, kind in (
        ("eu-fsf", '<export><sanctionEntity euReferenceNumber="E"/></export>', "sanctionEntity"),
        ("uk-sanctions", "<Designations><Other/></Designations>", "Other"),
        ("ca-sema", CANADA.format(body="<Entity>Acme</Entity>"), "an entity or ship"),
        ("us-csl", '[{"id": "1", "type": "Vessel"}]', "Vessel"),
        ("ftm", '{"id":"a","schema":"Company","properties":{}}\n', "Company"),
        ("au-dfat", "Reference,Name of Individual or Entity,Type\n1,Acme,Entity\n", "Entity"),
    ):  # fmt: skip
        assert reasons(read(name, data)) == [("entry", f"not a person: {kind}")]


# -- European Union --------------------------------------------------------------------------------------


def test_eu_values_nobody_knows_are_refused() -> None:
    body = '<nameAlias wholeName="Ada Bell" shoeSize="40"/><tail>words</tail><tail colour="red"/>'
    parsed = read("eu-fsf", EU.format(attributes='euReferenceNumber="E" mood="glad"', body=body))
    assert fields(parsed) == ["@mood", "nameAlias@shoeSize", "tail", "tail@colour"]


def test_eu_remarks_titles_and_notes_are_kept() -> None:
    body = """<nameAlias firstName="Ada" lastName="Bell" title="Dr"><remark>As printed</remark></nameAlias>
    <regulation programme="X"><publicationUrl>u</publicationUrl></regulation>
    <nameAlias firstName="" wholeName="Bel" strong="false"><regulationSummary numberTitle="n"/></nameAlias>
    <citizenship countryIso2Code="00"/><birthdate year="1980" monthOfYear="4"/><birthdate circa="true" year="1979"/>
    <birthdate yearRangeTo="1985"/><birthdate city="Ferrara" countryIso2Code="IT"/><birthdate year="soon"/>
    <identification number="N1" identificationTypeCode="passport" reportedLost="true" nameOnDocument="A. Bell"/>"""
    parsed = read("eu-fsf", EU.format(attributes='designationDetails="D" unitedNationId="Q" logicalId="9"', body=body))
    assert parsed.entries[0].entry_id == "logicalId 9"
    assert set(remarks(parsed)) == {
        "Designation: D", "United Nations reference: Q", "Title: Dr", "nameAlias: As printed",
    }  # fmt: skip
    ada = person(parsed)
    assert [(name.text, name.kind) for name in ada.names] == [("Ada Bell", "primary"), ("Bel", "alias_low")]
    assert [born.value for born in ada.birth_dates] == ["1980-04", "1979", "1985"]
    assert ada.birth_dates[1].certainty == "approximate"
    assert (ada.documents[0].status, ada.documents[0].note) == ("lost", "A. Bell")
    assert fields(parsed) == ["birthdate"]


NAMED = "<INDIVIDUAL><FIRST_NAME>Ada</FIRST_NAME></INDIVIDUAL>"


def test_eu_words_that_are_none_of_ours_cost_no_more_than_they_must() -> None:
    body = """<nameAlias wholeName="Ada Bell" strong="yes"/><nameAlias wholeName="Bel" strong="maybe"/>
    <birthdate birthdate="1965-04-14" yearRangeFrom="1964" yearRangeTo="1966" calendarType="Gregorian"/>
    <birthdate birthdate="1385-02-01" calendarType="ISLAMIC"/>
    <identification number="X1" identificationTypeDescription="Passport" countryIso2Code="EL"
    issuedDate="2001-01-25Z"/>"""
    parsed = read("eu-fsf", EU.format(attributes='euReferenceNumber="EU.1.1"', body=body))
    ada = person(parsed)
    assert [(name.text, name.kind) for name in ada.names] == [("Ada Bell", "primary"), ("Bel", "alias_low")]
    assert ada.birth_dates == (BirthDate(value="1965-04-14"),)
    assert (ada.documents[0].issuer, ada.documents[0].issued) == ("GRC", "2001-01-25")
    assert fields(parsed) == [
        "nameAlias@strong", "nameAlias@strong", "birthdate@yearRangeFrom", "birthdate@calendarType",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("eu-fsf", EU.format(attributes="", body='<nameAlias wholeName="Ada Bell"/>')),
        ("un-sc", f"<CONSOLIDATED_LIST><INDIVIDUALS>{NAMED}</INDIVIDUALS></CONSOLIDATED_LIST>"),
        ("ca-sema", f"<data-set><record><Country>Here</Country>{ADA}</record></data-set>"),
        ("ofac-sdn", "<sdnList><sdnEntry><sdnType>Individual</sdnType><lastName>Bell</lastName></sdnEntry></sdnList>"),
    ],
)  # fmt: skip
def test_an_entry_without_its_number_is_refused(name: str, data: str) -> None:
    """The next one without would be taken for a correction of it."""
    parsed = read(name, data)
    assert parsed.entries == ()
    assert any(one.whole and "without its number" in one.reason for one in parsed.refusals)


# -- United Kingdom --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strength", "kind", "told"),
    [("", "primary", []), ("N/A", "primary", []), ("-", "primary", []), ("Fancy", "primary", ["AliasStrength"]),
     ("Low quality a.k.a", "alias_low", [])],
)  # fmt: skip
def test_uk_a_primary_name_is_not_weak_for_a_word_we_do_not_know(strength: str, kind: str, told: list[str]) -> None:
    name = f"<Name><Name6>Bell</Name6><NameType>Primary Name</NameType><AliasStrength>{strength}</AliasStrength></Name>"
    parsed = read("uk-sanctions", UK.format(body=f"<Names>{name}</Names>"))
    assert ([one.kind for one in person(parsed).names], fields(parsed)) == ([kind], told)


def test_uk_kinds_of_names_indicators_and_words() -> None:
    body = """<Names><Name><Name6>Bell</Name6><NameType>Odd</NameType></Name></Names>
    <NonLatinNames><NonLatinName><NonLatinScriptType>Cyrillic</NonLatinScriptType></NonLatinName></NonLatinNames>
    <SanctionsImposedIndicators><TravelBan>true</TravelBan><AssetFreeze>false</AssetFreeze>
    </SanctionsImposedIndicators>
    <Titles><Title>Dr</Title><Title/></Titles><ShoeSize>40</ShoeSize><LastUpdated>soon</LastUpdated>
    <IndividualDetails><Individual><DOBs><DOB>whenever</DOB></DOBs>
    <NationalIdentifierDetails><NationalIdentifier><NationalIdentifierNumber>77</NationalIdentifierNumber>
    </NationalIdentifier></NationalIdentifierDetails></Individual></IndividualDetails>"""
    parsed = read("uk-sanctions", UK.format(body=body))
    assert fields(parsed) == ["NameType", "DOB", "LastUpdated", "ShoeSize"]
    assert remarks(parsed) == ("Measures imposed: TravelBan", "Title: Dr")
    assert (person(parsed).documents[0].type, person(parsed).documents[0].note) == ("national_id", None)
    assert (parsed.entries[0].listed_on, parsed.entries[0].updated_on) == (None, ())


@pytest.mark.parametrize(
    ("text", "value"),
    [("31/01/1980", "1980-01-31"), ("dd/mm/1945", "1945"), ("dd/02/1945", "1945-02"), ("00/00/1945", "1945"),
     ("1/2/1980", "1980-02-01"), ("1980/01/31", "1980-01-31"), ("1980/01", "1980-01"), ("1946", "1946"),
     ("31/02/1980", None), ("soon", None), ("08 Feb 1980", "1980-02-08")],
)  # fmt: skip
def test_days_come_first_outside_the_united_states(text: str, value: str | None) -> None:
    assert day_first(text) == value


# -- Canada ----------------------------------------------------------------------------------------------


def test_canada_aliases_dates_and_unknown_fields() -> None:
    body = ADA + "<Aliases>A. Bell, Ada B</Aliases><DateOfBirth>1980</DateOfBirth><Shoe>40</Shoe>"
    parsed = read("ca-sema", CANADA.format(body=body))
    assert parsed.entries[0].entry_id == "Here||1"
    assert [name.text for name in person(parsed).names] == ["Ada Bell", "A. Bell", "Ada B"]
    assert person(parsed).birth_dates == (BirthDate(value="1980"),)
    assert fields(parsed) == ["Shoe"]
    assert read("ca-sema", CANADA.format(body="<LastName>Bell</LastName>")).entries[0].listed_on is None


# -- United States ---------------------------------------------------------------------------------------


def test_csl_words_papers_and_unknown_fields() -> None:
    said = [{
        "_id": "9", "type": "Individual", "name": "Bell Ada", "title": "Dr", "shoe": "40",
        "places_of_birth": ["Ferrara, Italy"], "citizenships": ["IT"], "ids": [{"type": "Shoe", "number": "40"}],
    }]  # fmt: skip
    parsed = read("us-csl", json.dumps(said))
    assert parsed.entries[0].entry_id == "9"
    assert parsed.entries[0].material.offence == "List not named: programme not named"
    assert remarks(parsed) == ("Shoe: 40", "Title: Dr")
    assert fields(parsed) == ["shoe"]
    flat = read("us-csl", 'id,type,name,ids\n1,Individual,"Bell, Ada","Passport, X1, IT; something else"\n')
    assert (person(flat).documents[0].number, person(flat).documents[0].issuer) == ("X1", "ITA")
    assert len(person(flat).documents) == 1
    assert (fields(flat), remarks(flat)) == (["ids"], ("Document: Identification; something else",))


# -- Australia -------------------------------------------------------------------------------------------


def test_australian_rows_of_one_listing_are_one_entry() -> None:
    table = (
        "Reference,Name of Individual or Entity,Type,Name Type,Date of Birth,Control Date,Shoe\n"
        "8,Ada Bell,Individual,Primary Name,5/04/1980; circa 1981,soon,40\n8a,A. Bell,Individual,Fancy,,,\n"
        "x,Bel Ami,Individual,Primary Name,,,\n"
    )
    parsed = read("au-dfat", table)
    assert [one.entry_id for one in parsed.entries] == ["8"]
    assert person(parsed).birth_dates == (
        BirthDate(value="1980-04-05"), BirthDate(value="1981", certainty="approximate"),
    )  # fmt: skip
    assert fields(parsed) == ["Control Date", "Shoe", "Name Type", "Reference", "entry"]
    assert parsed.entries[0].listed_on is None


# -- FollowTheMoney --------------------------------------------------------------------------------------


def ftm(*entities: dict[str, Any]) -> ParsedList:
    return read("ftm", "\n\n".join(json.dumps(one) for one in entities) + "\n")


def entity(key: str, schema: str, /, **properties: Any) -> dict[str, Any]:
    return {"id": key, "schema": schema, "properties": properties}


def test_ftm_people_without_an_accusation_are_refused() -> None:
    paper = entity("p", "Passport", holder=["a"], number=["1"])
    parsed = ftm(entity("a", "Person", name=["Ada Bell"], topics=["role.pep"]), paper)
    assert reasons(parsed) == [("entry", "listed without an accusation: role.pep")]


def test_ftm_papers_apart_find_their_holder_and_say_what_is_left() -> None:
    parsed = ftm(
        entity("p1", "Passport", holder=["a"], number=["X1"], country=["it"], shoe=["40"], startDate=["2020-01-01"]),
        entity("a", "Person", name=["Ada Bell"], topics=["wanted"], passportNumber=["X1"], idNumber=["77"]),
        entity("s", "Sanction", entity=["a"], reason=["Theft"], status=["active"], shoe=["40"]),
        entity("p2", "Passport", holder=["nobody"], number=["X2"]),
        entity("p3", "Passport", number=["X3"]),
        entity("c", "Company", name=["Acme"]),
        entity("s2", "Sanction", entity=["c"], reason=["Theft"]),
    )  # fmt: skip
    assert [(one.type, one.number, one.issuer) for one in person(parsed).documents] == [
        ("passport", "X1", "ITA"), ("national_id", "77", None),
    ]  # fmt: skip
    assert parsed.entries[0].material.offence == "Theft"
    assert remarks(parsed) == ("Topic: wanted", "Sanction status: active")
    assert reasons(parsed) == [
        ("document/shoe", "a field the importer does not know"),
        ("sanction/shoe", "a field the importer does not know"),
        ("entry", "not a person: Passport"),
        ("entry", "not a person: Company"),
        ("entry", "a paper of nobody: its subject was not told of"),
    ]


def test_ftm_paper_of_nobody_without_an_id_is_told_of() -> None:
    """It ended the import with an error that was none of ours."""
    paper = {"schema": "Passport", "properties": {"holder": ["b"], "number": ["P1"]}}
    parsed = ftm(entity("a", "Person", name=["Ada Bell"]), paper)
    assert [one.entry_id for one in parsed.entries] == ["a"]
    assert [(one.entry_id, one.whole) for one in parsed.refusals] == [("", True)]


def test_ftm_says_what_is_not_held_and_what_it_does_not_know() -> None:
    parsed = ftm(entity(
        "a", "Person", name=["Ada Carla Bell"], firstName=["Ada"], middleName=["Carla"], lastName=["Bell"],
        religion=["x"], shoe=["40"], birthDate=["1980-02"], appearance=["scar"], notes=["A note"], nationality=["zz"],
        addressEntity=[
            {"id": "x", "properties": {"city": ["Ferrara"], "country": ["it"], "full": ["all"], "street": ["1 Lane"]}},
            {"id": "y", "properties": {"full": ["2 Lane"]}}, {"id": "z", "mood": "glad"},
        ],
        sanctions=[{"id": "s", "properties": {"authority": ["Court"], "listingDate": ["2020-01-31"]}}],
        socialSecurityNumber=["5"], familyPerson=[{"id": "other"}],
    ))  # fmt: skip
    first = person(parsed).names[0]
    assert (first.given, first.family) == ("Ada Carla", "Bell")
    material = parsed.entries[0].material
    assert (material.offence, parsed.entries[0].listed_on) == ("Court", "2020-01-31")
    assert [(place.text, place.city, place.country) for place in material.addresses] == [
        ("1 Lane", "Ferrara", "ITA"), ("2 Lane", None, None),
    ]  # fmt: skip
    assert material.marks == ("scar",)
    assert fields(parsed) == [
        "nationality", "religion", "properties/shoe", "properties/familyPerson", "properties/addressEntity/mood",
    ]  # fmt: skip


def test_ftm_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ftm_list, "LIST_LINE_BYTES_MAX", 20)
    with pytest.raises(LimitError, match="line 1"):
        ftm(entity("a", "Person", name=["Ada Bell"]))
