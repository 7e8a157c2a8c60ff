"""What real lists hold every day, in invented entries: so a checkout without the lists is held to the same floor."""

from __future__ import annotations

from evenhand.identity.dates import BirthDate
from evenhand.interop.formats import read_list
from evenhand.interop.model import NOT_A_PERSON, ParsedList

FIRM = "AN INVENTED FIRM"
SDN_ROW = '{entry},"{name}","{kind}","X",-0-,-0-,-0-,-0-,-0-,-0-,-0-,"{remarks}"\r\n'


def un(body: str, beside: str = "") -> ParsedList:
    text = (
        '<CONSOLIDATED_LIST dateGenerated="2026-01-31"><INDIVIDUALS><INDIVIDUAL><REFERENCE_NUMBER>X.1'
        f"</REFERENCE_NUMBER>{body}</INDIVIDUAL></INDIVIDUALS>{beside}</CONSOLIDATED_LIST>"
    )
    return read_list("un-sc", {"un.xml": text.encode()})


def whole(parsed: ParsedList) -> list[tuple[str, str]]:
    return [(one.entry_id, one.reason.partition(":")[0]) for one in parsed.refusals if one.whole]


def test_a_firm_is_refused_as_no_person_by_every_list() -> None:
    lists = (
        un(
            "<FIRST_NAME>Ada</FIRST_NAME>",
            "<ENTITIES><ENTITY><REFERENCE_NUMBER>X.2</REFERENCE_NUMBER><FIRST_NAME>"
            f"{FIRM}</FIRST_NAME></ENTITY></ENTITIES>",
        ),
        read_list("ofac-sdn", {"sdn.xml": (
            "<sdnList><sdnEntry><uid>X.2</uid><lastName>" + FIRM + "</lastName><sdnType>Entity</sdnType></sdnEntry>"
            "<sdnEntry><uid>X.1</uid><lastName>BELL</lastName><sdnType>Individual</sdnType></sdnEntry></sdnList>"
        ).encode()}),
        read_list("ofac-legacy", {"sdn.csv": (
            SDN_ROW.format(entry=2, name=FIRM, kind="-0-", remarks="-0-")
            + SDN_ROW.format(entry=1, name="BELL, Ada", kind="individual", remarks="-0-")
        ).encode()}),
    )  # fmt: skip
    for parsed in lists:
        assert [one.entry_id.removeprefix("X.") for one in parsed.entries] == ["1"]
        assert [(entry.removeprefix("X."), why) for entry, why in whole(parsed)] == [("2", NOT_A_PERSON)]
        assert FIRM not in str(parsed.entries)
    assert lists[2].entries[0].material.remarks == (), "nothing is said where no title is"


def test_un_the_same_birth_stated_twice_is_held_once() -> None:
    born = "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1960</YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
    alias = (
        "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Bel</ALIAS_NAME>"
        "<DATE_OF_BIRTH>{}</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>"
    )
    parsed = un(f"<FIRST_NAME>Ada</FIRST_NAME>{born}{born}{alias.format('1961')}{alias.format('soon')}")
    found = parsed.entries[0].person
    assert found is not None
    assert found.birth_dates == (BirthDate(value="1961"), BirthDate(value="1960")), "the aliases come first"
    assert [(one.field, one.reason) for one in parsed.refusals] == [
        ("INDIVIDUAL_ALIAS/DATE_OF_BIRTH", "not a date of birth: 'soon'")
    ]


def test_un_a_remark_within_a_name_is_kept_as_a_remark() -> None:
    parsed = un(
        "<FIRST_NAME>Ada</FIRST_NAME>"
        "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Bel (listed earlier)</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    )
    found = parsed.entries[0].person
    assert found is not None
    assert [name.text for name in found.names] == ["Ada", "Bel"]
    assert parsed.entries[0].material.remarks == ("ALIAS_NAME: Bel (listed earlier)",)
    assert parsed.refusals == ()


def test_un_empty_elements_say_nothing() -> None:
    parsed = un(
        "<FIRST_NAME>Ada</FIRST_NAME><NATIONALITY><VALUE/></NATIONALITY><NATIONALITY><VALUE>Italy</VALUE></NATIONALITY>"
        "<INDIVIDUAL_DOCUMENT/>"
    )
    found = parsed.entries[0].person
    assert found is not None
    assert (found.nationalities, found.documents) == (("ITA",), ())
    assert parsed.refusals == ()


def test_advanced_a_place_that_the_file_does_not_define_is_refused() -> None:
    values = (
        '<ReferenceValueSets><PartySubTypeValues><PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType>'
        '</PartySubTypeValues><PartyTypeValues><PartyType ID="1">Individual</PartyType></PartyTypeValues>'
        '<FeatureTypeValues><FeatureType ID="9">Place of Birth</FeatureType></FeatureTypeValues></ReferenceValueSets>'
    )
    name = (
        '<Identity ID="9"><Alias Primary="true"><DocumentedName><DocumentedNamePart><NamePartValue>Bell'
        "</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity>"
    )
    place = '<Feature FeatureTypeID="9"><FeatureVersion><VersionLocation LocationID="77"/></FeatureVersion></Feature>'
    party = f'<DistinctParty FixedRef="8"><Profile ID="8" PartySubTypeID="4">{name}{place}</Profile></DistinctParty>'
    text = f"<Sanctions>{values}<DistinctParties>{party}</DistinctParties></Sanctions>"
    parsed = read_list("ofac-advanced", {"x.xml": text.encode()})
    assert [(one.field, one.reason) for one in parsed.refusals] == [
        ("Place of Birth", "the file does not define location 77")
    ]
    found = parsed.entries[0].person
    assert found is not None
    assert found.birth_places == ()
