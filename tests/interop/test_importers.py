"""What each importer says about entries written to be awkward."""

from __future__ import annotations

import pytest

from evenhand.ground.errors import InputError, LimitError, UsageError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Person
from evenhand.interop import formats
from evenhand.interop.formats import read_list
from evenhand.interop.model import ParsedList

UN = """<CONSOLIDATED_LIST dateGenerated="2025-01-31"><INDIVIDUALS><INDIVIDUAL>
<DATAID>1</DATAID>{body}</INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"""
SDN = """<sdnList>{body}</sdnList>"""
ADVANCED_VALUES = """<ReferenceValueSets>
<AliasTypeValues><AliasType ID="1">F.K.A.</AliasType></AliasTypeValues>
<PartySubTypeValues><PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType></PartySubTypeValues>
<PartyTypeValues><PartyType ID="1">Individual</PartyType></PartyTypeValues>
<NamePartTypeValues><NamePartType ID="1">Maiden Name</NamePartType></NamePartTypeValues>
<FeatureTypeValues><FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="9">Place of Birth</FeatureType>
<FeatureType ID="2">Vessel Flag</FeatureType><FeatureType ID="3">Nationality Country</FeatureType>
</FeatureTypeValues>
<ReliabilityValues><Reliability ID="1">False</Reliability></ReliabilityValues>
<ValidityValues><Validity ID="2">Fraudulent</Validity></ValidityValues>
<CountryValues><Country ID="1">Italy</Country><Country ID="2">undetermined</Country></CountryValues>
<LocPartTypeValues><LocPartType ID="1">REGION</LocPartType></LocPartTypeValues>
<IDRegDocTypeValues><IDRegDocType ID="1">Passport</IDRegDocType></IDRegDocTypeValues>
<IDRegDocDateTypeValues><IDRegDocDateType ID="1">Seizure Date</IDRegDocDateType>
<IDRegDocDateType ID="2">Issue Date</IDRegDocDateType></IDRegDocDateTypeValues>
<RelationTypeValues><RelationType ID="1">Associate Of</RelationType></RelationTypeValues>
<SanctionsTypeValues><SanctionsType ID="1">Block</SanctionsType></SanctionsTypeValues>
</ReferenceValueSets>"""


def un(body: str) -> ParsedList:
    return read_list("un-sc", {"un.xml": UN.format(body=body).encode()})


def person(parsed: ParsedList) -> Person:
    found = parsed.entries[0].person
    assert found is not None
    return found


def reasons(parsed: ParsedList) -> list[tuple[str, str]]:
    return [(refusal.field, refusal.reason) for refusal in parsed.refusals]


def test_un_entry_without_reference_is_known_by_its_data_id() -> None:
    parsed = un("<FIRST_NAME>na</FIRST_NAME><SECOND_NAME>Ada</SECOND_NAME>")
    assert parsed.entries[0].entry_id == "DATAID 1"
    assert person(parsed).names[0].text == "Ada"


def test_un_entry_without_any_name_is_refused_whole() -> None:
    parsed = un("<REFERENCE_NUMBER>X.1</REFERENCE_NUMBER><FIRST_NAME>na</FIRST_NAME>")
    assert parsed.entries == ()
    assert parsed.refusals[0].whole
    assert parsed.refusals[0].entry_id == "X.1"


def test_un_unknown_fields_and_qualities_are_refused() -> None:
    parsed = un(
        "<FIRST_NAME>Ada</FIRST_NAME><SHOE_SIZE>40</SHOE_SIZE>"
        "<INDIVIDUAL_ALIAS><QUALITY>Fair</QUALITY><ALIAS_NAME>Bel</ALIAS_NAME></INDIVIDUAL_ALIAS>"
        "<INDIVIDUAL_ALIAS><QUALITY>Odd</QUALITY><NOTE>original script: Бел</NOTE></INDIVIDUAL_ALIAS>"
    )
    assert [field for field, _ in reasons(parsed)] == ["INDIVIDUAL_ALIAS/QUALITY", "SHOE_SIZE"]
    assert [(name.text, name.kind) for name in person(parsed).names[1:]] == [
        ("Bel", "alias_low"),
        ("Бел", "alias_low"),
    ]


@pytest.mark.parametrize(
    ("body", "births"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973</NOTE>", [BirthDate(value="1973-11")]),
        ("<YEAR>1961</YEAR><NOTE>August 1961</NOTE>", [BirthDate(value="1961-08")]),
        ("<YEAR>1961</YEAR><NOTE>Aug.</NOTE>", [BirthDate(value="1961-08")]),
        (
            "<TYPE_OF_DATE>GUESS</TYPE_OF_DATE><YEAR>1961</YEAR>",
            [BirthDate(value="1961", certainty="approximate")],
        ),
        ("<FROM_YEAR>1961</FROM_YEAR>", [BirthDate(value="1961")]),
        ("<TO_YEAR>1963</TO_YEAR>", [BirthDate(value="1963")]),
        ("<YEAR>soon</YEAR>", []),
        ("<NOTE>30-35 years old</NOTE>", []),
        (
            "<FROM_YEAR>1961</FROM_YEAR><TO_YEAR>1962</TO_YEAR><NOTE>Approximately</NOTE>",
            [BirthDate(value="1961", until="1962", certainty="approximate")],
        ),
    ],
)
def test_un_birth_dates(body: str, births: list[BirthDate]) -> None:
    parsed = un(f"<FIRST_NAME>Ada</FIRST_NAME><INDIVIDUAL_DATE_OF_BIRTH>{body}</INDIVIDUAL_DATE_OF_BIRTH>")
    assert list(person(parsed).birth_dates) == births


def test_un_documents() -> None:
    parsed = un(
        "<FIRST_NAME>Ada</FIRST_NAME>"
        "<INDIVIDUAL_DOCUMENT><NUMBER>A1</NUMBER><TYPE_OF_DOCUMENT2>identity card</TYPE_OF_DOCUMENT2>"
        "<ISSUING_COUNTRY>Italy</ISSUING_COUNTRY><COUNTRY_OF_ISSUE>France</COUNTRY_OF_ISSUE>"
        "<CITY_OF_ISSUE>Nice</CITY_OF_ISSUE><DATE_OF_ISSUE>soon</DATE_OF_ISSUE></INDIVIDUAL_DOCUMENT>"
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NOTE>lost</NOTE></INDIVIDUAL_DOCUMENT>"
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>B2</NUMBER>"
        "<ISSUING_COUNTRY>Atlantis</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>"
    )
    first, second = person(parsed).documents
    assert (first.type, first.issuer, first.note) == (
        "identity_card",
        "ITA",
        "identity card; issued in Nice; issued in country FRA",
    )
    assert (second.number, second.issuer) == ("B2", None)
    assert [field for field, _ in reasons(parsed)] == [
        "INDIVIDUAL_DOCUMENT/DATE_OF_ISSUE",
        "INDIVIDUAL_DOCUMENT/NUMBER",
        "INDIVIDUAL_DOCUMENT/ISSUING_COUNTRY",
    ]
    assert parsed.entries[0].material.remarks == ("Document: Passport; lost",)


def test_un_comments_give_marks_and_sex_and_lose_protected_sentences() -> None:
    parsed = un(
        "<FIRST_NAME>Ada</FIRST_NAME><COMMENTS1>Physical description: tall; limps. Sex: female. "
        "Belongs to the Foo tribe.</COMMENTS1><LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE>"
    )
    assert parsed.entries[0].material.marks == ("tall; limps",)
    assert person(parsed).sex == "F"
    assert "Foo" not in str(parsed.entries)
    assert [field for field, _ in reasons(parsed)] == ["COMMENTS1"]


def test_un_comment_of_protected_sentences_only_leaves_nothing() -> None:
    parsed = un("<FIRST_NAME>Ada</FIRST_NAME><COMMENTS1>Belongs to the Foo tribe.</COMMENTS1>")
    assert parsed.entries[0].material.remarks == ()


@pytest.mark.parametrize("name", ["un-sc", "ofac-sdn", "ofac-advanced"])
def test_a_foreign_root_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="its root is other"):
        read_list(name, {"x.xml": b"<other/>"})


def test_sdn_entries() -> None:
    parsed = read_list(
        "ofac-sdn",
        {
            "x": SDN.format(
                body="""
<odd>1</odd>
<sdnEntry><uid>2</uid><sdnType>Individual</sdnType></sdnEntry>
<sdnEntry><uid>3</uid><lastName>BELL</lastName><sdnType>Individual</sdnType><shoe>4</shoe>
<akaList><aka><type>f.k.a.</type><category>fair</category><lastName>BEL</lastName></aka><aka/></akaList>
</sdnEntry>"""
            ).encode()
        },
    )
    assert [name.text for name in person(parsed).names] == ["BELL", "BEL"]
    assert parsed.edition == ""
    assert parsed.entries[0].material.remarks == ("Formerly known as: BEL",)
    assert [field for field, _ in reasons(parsed)] == [
        "entry",
        "entry",
        "aka/category",
        "aka/category",
        "shoe",
    ]


def advanced(body: str) -> ParsedList:
    return read_list("ofac-advanced", {"x": f"<Sanctions>{ADVANCED_VALUES}{body}</Sanctions>".encode()})


NAME = """<Identity ID="9" False="true"><Alias AliasTypeID="1" Primary="true"><DocumentedName>
<DocumentedNamePart>
<NamePartValue NamePartGroupID="1">Bell</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
<Alias AliasTypeID="1"/><Alias><DocumentedName><DocumentedNamePart><NamePartValue/></DocumentedNamePart>
</DocumentedName></Alias>
<NamePartGroups><MasterNamePartGroup><NamePartGroup ID="1" NamePartTypeID="1"/></MasterNamePartGroup>
</NamePartGroups></Identity>"""


def feature(kind: int, body: str) -> str:
    return (
        f'<Feature FeatureTypeID="{kind}"><FeatureVersion ReliabilityID="1">{body}</FeatureVersion></Feature>'
    )


PARTIES = f"""
<Locations><Location ID="1"><LocationAreaCode AreaCodeID="1"/><LocationPart LocPartTypeID="1">
<LocationPartValue>
<Value>North</Value></LocationPartValue><LocationPartValue/></LocationPart><Odd>x</Odd></Location>
<Location ID="2"><LocationCountry CountryID="2"/></Location></Locations>
<IDRegDocuments><IDRegDocument IDRegDocTypeID="1" IdentityID="9" IssuedBy-CountryID="2" ValidityID="2">
<IDRegistrationNo>A1</IDRegistrationNo><IssuedIn-Location LocationID="1"/>
<DocumentDate IDRegDocDateTypeID="1">
<DatePeriod><Start><From><Year>2001</Year></From></Start></DatePeriod></DocumentDate>
<DocumentDate IDRegDocDateTypeID="2"><DatePeriod/></DocumentDate>
</IDRegDocument></IDRegDocuments>
<DistinctParties><DistinctParty FixedRef="7"/><DistinctParty FixedRef="8"><Comment>seen</Comment>
<Profile ID="8" PartySubTypeID="4">{NAME}<Odd>y</Odd>
{feature(8, "<DatePeriod/>")}
{feature(8, "<DatePeriod><Start><From><Year>1960</Year><Month>3</Month></From></Start></DatePeriod>")}
{
    feature(
        8,
        "<DatePeriod><Start><From><Year>1960</Year><Month>3</Month></From></Start><End><To><Year>1960</Year>"
        "<Month>5</Month></To></End></DatePeriod>",
    )
}
{feature(9, "<VersionDetail>Rome, Italy</VersionDetail>")}
{feature(3, '<VersionLocation LocationID="2"/>')}
{feature(2, '<Comment>old</Comment><VersionLocation LocationID="1"/><VersionDetail>word</VersionDetail>')}
</Profile></DistinctParty><DistinctParty FixedRef="6"><Profile ID="6" PartySubTypeID="5"/></DistinctParty>
</DistinctParties>
<ProfileRelationships>
<ProfileRelationship From-ProfileID="8" To-ProfileID="6" RelationTypeID="1" Former="true">
<Comment>why</Comment></ProfileRelationship>
<ProfileRelationship From-ProfileID="8" To-ProfileID="6" RelationTypeID="1"><Note>n</Note></ProfileRelationship>
<ProfileRelationship From-ProfileID="6" To-ProfileID="8"/></ProfileRelationships>
<SanctionsEntries><SanctionsEntry ProfileID="5"/><SanctionsEntry ProfileID="8"><Odd>z</Odd><EntryEvent>
<Comment>listed</Comment></EntryEvent>
<SanctionsMeasure SanctionsTypeID="1"><Comment>all</Comment></SanctionsMeasure>
</SanctionsEntry></SanctionsEntries><Odd><Thing ID="3"/></Odd>"""


def test_advanced_parties() -> None:
    parsed = advanced(PARTIES)
    entry = parsed.entries[0]
    assert [(name.text, name.kind) for name in person(parsed).names] == [("Bell", "primary")]
    assert person(parsed).birth_dates == (
        BirthDate(value="1960-03"),
        BirthDate(value="1960", certainty="approximate"),
    )
    document = person(parsed).documents[0]
    assert (document.issuer, document.status) == (None, "forged")
    assert document.note == "Fraudulent; Seizure Date 2001; issued in North, Italy"
    remarks = " | ".join(entry.material.remarks)
    for said in (
        "seen",
        "Formerly known as: Bell",
        "identity of this person as false",
        "Vessel Flag: North, Italy",
        "Vessel Flag: word",
        "Vessel Flag: old",
        "the list marks this statement as false",
        "listed",
        "Measure: Block all",
        "Linked to: formerly Associate Of entry 6 (why)",
        "Linked to: Associate Of entry 6",
    ):
        assert said in remarks
    fields = [field for field, _ in reasons(parsed)]
    assert sorted(fields) == sorted(
        [
            "Note",
            "Odd",
            "entry",
            "entry",
            "SanctionsEntry",
            "Odd",
            "Birthdate",
            "Nationality Country",
            "Profile/Odd",
            "Odd",
        ]
    )


POINT = "Profile/Feature/FeatureVersion/DatePeriod/Start/From"


def period(*ends: str) -> str:
    return f"<DatePeriod>{''.join(f'<Start><From>{end}</From></Start>' for end in ends)}</DatePeriod>"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (feature(8, period("<Year>19x4</Year>")), f"{POINT}/Year"),
        (feature(8, period(f"<Year>{'9' * 5_000}</Year>")), f"{POINT}/Year"),
        (feature(2, period("<Year>1994</Year><Month>x</Month>")), f"{POINT}/Month"),
        (feature(8, period("<Year>1994</Year><Month>13</Month>")), "Birthdate"),
        (feature(8, period("<Year>3000</Year>")), "Birthdate"),
        (feature(8, period("<Year>3000</Year>", "<Year>1994</Year>")), "Birthdate"),
    ],
)  # fmt: skip
def test_one_unreadable_date_of_the_advanced_format_costs_no_more_than_itself(body: str, field: str) -> None:
    """Such a year ended the whole import: with an error that names no line, or none of ours at all."""
    name = NAME.replace('False="true"', "")
    parsed = advanced(
        f'<DistinctParties><DistinctParty FixedRef="8"><Profile ID="8" PartySubTypeID="4">{name}{body}</Profile>'
        '</DistinctParty></DistinctParties><SanctionsEntries><SanctionsEntry ProfileID="8"><EntryEvent>'
        "<Date><Year>2001</Year></Date><Date><Year>2002</Year><Month>2</Month><Day>1</Day></Date></EntryEvent>"
        "</SanctionsEntry></SanctionsEntries>"
    )
    assert (person(parsed).names[0].text, person(parsed).birth_dates) == ("Bell", ())
    assert parsed.entries[0].listed_on == "2002-02-01"
    assert {said for said, _ in reasons(parsed)} >= {field, "EntryEvent/Date"}


def test_advanced_party_without_a_name_is_refused_whole() -> None:
    parsed = advanced(
        '<DistinctParties><DistinctParty FixedRef="8"><Profile PartySubTypeID="4"/></DistinctParty>'
        "</DistinctParties>"
    )
    assert parsed.entries == ()
    assert parsed.refusals[0].whole


SDN_ROW = '8,"{name}","individual","X","{title}",-0-,-0-,"9",-0-,-0-,-0-,"{remarks}"\r\n'


def legacy(remarks: str, name: str = "BELL, Ada", **others: bytes) -> ParsedList:
    files = {f"{key}.csv": data for key, data in others.items()}
    row = SDN_ROW.format(name=name, title="Clerk", remarks=remarks).encode("cp1252")
    return read_list("ofac-legacy", {"folder/sdn.csv": row, **files})


def test_legacy_entries() -> None:
    parsed = legacy(
        "DOB soon; f.k.a. 'BEL, A.'; Passport unclear 2; SSN 1-2-3 (United States); "
        "Gender Male; DOB; VISA issued 3",
        alt=b'8,1,"fka","B\xc9L",-0-\r\n8,2,"aka","BELLE","typo"\r\n9,1,"aka","X",-0-\r\n',
        add=b'8,1,-0-,"Rome","Italy","closed"\r\n\x1a\r\n',
    )
    assert [name.text for name in person(parsed).names] == ["Ada BELL", "BÉL", "BELLE", "A. BEL"]
    assert person(parsed).documents[0].type == "social_security"
    assert parsed.entries[0].material.addresses[0].text == "closed"
    remarks = parsed.entries[0].material.remarks
    assert {
        "Title: Clerk",
        "Formerly known as: BÉL",
        "BELLE: typo",
        "Formerly known as: BEL, A.",
        "DOB",
    } <= set(remarks)
    assert [field for field, _ in reasons(parsed)] == [
        "tonnage",
        "remarks DOB",
        "remarks",
        "alt.csv",
    ]


def test_legacy_entry_without_a_name_is_refused_whole() -> None:
    parsed = legacy("", name="-0-")
    assert parsed.entries == ()
    assert any(refusal.whole for refusal in parsed.refusals)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"1,2\r\n", "line 1.*12 cells"),
        (b'x,"a","individual",4,5,6,7,8,9,10,11,12\r\n', "line 1.*number"),
        (b'1,"a"b\r\n', "line 1"),
        (b"\x81\xff\r\n", "neither UTF-8"),
    ],
)
def test_damaged_legacy_files_are_named_with_their_line(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_list("ofac-legacy", {"sdn.csv": data})


def test_legacy_without_sdn_csv_is_refused() -> None:
    with pytest.raises(InputError, match=r"sdn\.csv is missing"):
        read_list("ofac-legacy", {"alt.csv": b""})


def test_formats_are_a_closed_list(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no list format"):
        read_list("eu", {"x": b""})
    with pytest.raises(InputError, match="one file"):
        read_list("un-sc", {})
    monkeypatch.setattr(formats, "LIST_BYTES_MAX", 2)
    with pytest.raises(LimitError):
        read_list("un-sc", {"x": b"123"})
