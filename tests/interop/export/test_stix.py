"""STIX 2.1: valid under the validator of OASIS, stable ids, withdrawals revoked and empty."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from stix2validator import ValidationOptions, validate_string

from evenhand.ground.clock import format_ms
from evenhand.interop.countries import country_alpha2, country_codes
from evenhand.interop.export.regions import region_of
from evenhand.interop.export.released import Exportable
from evenhand.interop.export.stix import WITHDRAWN, as_bundle, bundle, bundle_bytes, emptied, frame, objects, stix_id
from evenhand.interop.export.stix_extension import EXTENSION_ID
from evenhand.interop.export.uuids import uuid5
from evenhand.notices.model import Handling

SINGLE = "abcdefghijklmnopqrstuvwxyz0123456789:/"


def faults(said: dict[str, Any], **options: bool) -> list[str]:
    """Return the validator's errors, and its warnings but one: {103} would have ids made by dice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = validate_string(json.dumps(said), ValidationOptions(version="2.1", **options))
    said_so = [str(one) for one in (*(found.errors or []), *(found.warnings or []))]
    return [line for line in said_so if "{103}" not in line]


def of(kind: str, made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in made if one["type"] == kind]


@pytest.fixture
def everything(
    person_item: Exportable, document_item: Exportable, plate_item: Exportable,
    withdrawn: Callable[[Exportable], Exportable],
) -> list[Exportable]:  # fmt: skip
    return [person_item, document_item, withdrawn(plate_item)]


def test_the_validator_finds_nothing(everything: list[Exportable]) -> None:
    assert faults(bundle(everything)) == []


def test_the_interoperability_profile_finds_only_what_the_standard_forbids(everything: list[Exportable]) -> None:
    """It asks marking definitions for `modified`, which section 7.2.1 does not let them have.

    And it asks who made the marks of TLP 2.0, which are sent as their authors published them.
    """
    said = bundle(everything)
    marks = of("marking-definition", said["objects"])
    assert marks
    assert set(faults(said, interop=True)) == {
        *(f"{one['id']}: 'modified' is a required property" for one in marks),
        *(f"{one['id']}: created_by_ref is not present in Object" for one in marks if one["name"].startswith("TLP:")),
    }


def test_the_validator_would_have_found_something(person_item: Exportable) -> None:
    said = bundle([person_item])
    del of("identity", said["objects"])[-1]["name"]
    assert faults(said)


def test_the_reader_of_oasis_reads_it(everything: list[Exportable]) -> None:
    read = stix2.parse(bundle_bytes(everything), allow_custom=True)
    assert len(read.objects) == len(bundle(everything)["objects"])


def test_ids_and_bundle_are_the_same_each_time(everything: list[Exportable]) -> None:
    assert bundle_bytes(everything) == bundle_bytes(list(everything))
    assert bundle(everything)["id"] != bundle(everything[:1])["id"]


def test_the_person_travels_in_our_words(person_item: Exportable) -> None:
    made = objects(person_item)
    (person,) = of("identity", made)
    (notice,) = of("evenhand-notice", made)
    assert person["name"] == "Ada Bell"
    assert len(person["extensions"][EXTENSION_ID]["person"]["names"]) == 5
    assert notice["subject_ref"] == person["id"]
    assert (notice["requested_action"], notice["valid_until"]) == ("ARREST", "2027-02-01T00:00:00.000Z")
    assert notice["detail"]["offence"] == "Preparing an attack"
    assert notice["created_by_ref"] == stix_id("identity", "member/ITA")


def test_a_document_notice_has_no_person(document_item: Exportable) -> None:
    (notice,) = objects(document_item)
    assert notice["document"]["number"] == "Y7654321"
    assert "detail" not in notice


def test_sightings_are_their_sayers_own_word(person_item: Exportable) -> None:
    made = objects(person_item)
    abroad, at_home = of("sighting", made)
    (place,) = of("location", made)
    assert abroad["created_by_ref"] == stix_id("identity", "member/PHL")
    assert abroad["where_sighted_refs"] == [abroad["created_by_ref"], place["id"]]
    assert (place["country"], place["city"], place["administrative_area"]) == ("PH", "Manila", "NCR")
    assert at_home["where_sighted_refs"] == [at_home["created_by_ref"]]
    assert abroad["sighting_of_ref"] == of("evenhand-notice", made)[0]["id"]


def test_marks_are_those_of_tlp_2(person_item: Exportable) -> None:
    made = bundle([person_item])["objects"]
    green, pap = of("marking-definition", made)
    assert green["id"] == "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
    assert pap["definition"] == {"statement": "PAP:AMBER"}
    for one in objects(person_item):
        assert one["object_marking_refs"] == [green["id"], pap["id"]]


@pytest.mark.parametrize("state", ["withdrawn", "suspended", "expired", "taken_back"])
def test_what_is_taken_back_is_revoked_and_says_nothing_more(person_item: Exportable, state: str) -> None:
    gone = msgspec.structs.replace(person_item, state=state, modified_ms=person_item.modified_ms + 1)
    before, after = objects(person_item), objects(gone)
    assert [one["id"] for one in after] == [one["id"] for one in before[:2]]
    for old, new in zip(before[:2], after, strict=True):
        assert new.get("revoked", False) is (state == "withdrawn")
        assert new["name"] == WITHDRAWN
        assert (new["created"], new["modified"] > old["modified"]) == (old["created"], True)
    text = json.dumps(after)
    for word in ("Bell", "1980", "X1234567", "terror", "ARREST", "QDi", "attack"):
        assert word not in text
    assert faults(bundle([gone])) == []


@pytest.mark.parametrize("for_good", [True, False])
def test_what_is_emptied_is_valid_and_says_no_word_of_anyone(person_item: Exportable, for_good: bool) -> None:
    made = objects(person_item)
    assert {one["type"] for one in made} == {"identity", "evenhand-notice", "sighting", "location"}
    left = [
        emptied(one["id"], person_item.key, created=one["created"], modified="2026-04-01T00:00:00.000Z",
                by=one["created_by_ref"], for_good=for_good)
        for one in made
    ]  # fmt: skip
    (found,) = faults(as_bundle([*frame([person_item]), *left]))
    assert "region is permitted" in found, "a place must say something: not where anybody was seen"
    for before, after in zip(made, left, strict=True):
        kept = ("type", "id", "created", "created_by_ref")
        assert [after[name] for name in kept] == [before[name] for name in kept]
        assert after.get("revoked", False) is for_good
        assert set(after) <= {*before, "revoked", "name", "region"}
    text = json.dumps(left)
    for word in ("Bell", "1980", "X1234567", "ARREST", "Manila", "Walked", "2026-02-20"):
        assert word not in text


@given(st.text(alphabet=SINGLE, max_size=20), st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_uuids_are_well_formed_and_differ_by_kind(kind: str, key: str) -> None:
    made = uuid5(kind, key)
    assert (len(made), made[14], made[19] in "89ab") == (36, "5", True)
    assert made != uuid5(kind + "x", key)


def test_uuids_are_those_of_the_standard_library() -> None:
    import uuid

    from evenhand.interop.export.uuids import NAMESPACE

    assert uuid5("stix/identity", "ITA:ü") == str(uuid.uuid5(uuid.UUID(NAMESPACE), "stix/identity:ITA:ü"))


def test_every_country_of_ours_lies_somewhere() -> None:
    codes = [alpha2 for code in country_codes() if (alpha2 := country_alpha2(code)) is not None]
    assert [code for code in codes if region_of(code) is None] == []
    assert region_of("AQ") is None


def test_a_sighting_under_other_marks_is_another_version_of_it(person_item: Exportable) -> None:
    """One id and one `modified` have one content (section 3.6)."""
    later = person_item.modified_ms + 5_000
    marked = _marked(person_item, Handling(tlp="AMBER"), later)
    old, new = ([one for one in objects(item) if one["type"] in {"sighting", "location"}]
                for item in (person_item, marked))  # fmt: skip
    assert len(old) == len(new) == 3
    for before, after in zip(old, new, strict=True):
        assert before["object_marking_refs"] != after["object_marking_refs"]
        assert (after["id"], after["created"]) == (before["id"], before["created"])
        assert (before["modified"], after["modified"]) == (before["created"], format_ms(later))
    early = _marked(person_item, person_item.notice.handling, 1)
    assert objects(early) == objects(person_item), "never before it was said"


def _marked(item: Exportable, handling: Handling, since_ms: int) -> Exportable:
    seen = [msgspec.structs.replace(one, handling=handling, marked_ms=since_ms) for one in item.sightings]
    return msgspec.structs.replace(item, sightings=tuple(seen))


def test_a_sighting_has_marks_of_its_own(person_item: Exportable) -> None:
    """Its words are its sayer's: a notice that its originator marks milder afterwards takes them along nowhere."""
    clear = msgspec.structs.replace(person_item.notice, handling=Handling(tlp="CLEAR", pap="CLEAR"))
    strict = _marked(msgspec.structs.replace(person_item, notice=clear), Handling(tlp="AMBER", pap="RED"), 1)
    said = bundle([strict])
    named = {one["id"]: one["name"] for one in of("marking-definition", said["objects"])}
    marks = {
        one["type"]: {named[ref] for ref in one["object_marking_refs"]}
        for one in said["objects"] if "object_marking_refs" in one
    }  # fmt: skip
    assert marks["evenhand-notice"] == marks["identity"] == {"TLP:CLEAR", "PAP:CLEAR"}
    assert marks["sighting"] == marks["location"] == {"TLP:AMBER", "PAP:RED"}
    assert faults(said) == []


def schema_of(made: list[dict[str, Any]]) -> Draft202012Validator:
    (definition,) = of("extension-definition", made)
    schema = json.loads(definition["schema"])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("state", ["stands", "withdrawn", "suspended", "expired", "taken_back"])
def test_our_objects_are_what_the_schema_in_the_definition_says(everything: list[Exportable], state: str) -> None:
    items = [msgspec.structs.replace(item, state=state) for item in everything]
    schema = schema_of(frame(items))
    ours = [one for item in items for one in objects(item) if one["type"] in {"identity", "evenhand-notice"}]
    left = [
        emptied(one["id"], items[0].key, created=one["created"], modified=one["modified"], by=one["created_by_ref"],
                for_good=for_good)
        for one in ours for for_good in (True, False)
    ]  # fmt: skip
    for one in [*ours, *left, *of("identity", frame(items))]:
        sent = json.loads(json.dumps(one))
        assert schema.is_valid(sent), list(schema.iter_errors(sent))


def test_the_schema_refuses_what_is_not_ours(person_item: Exportable) -> None:
    person, notice, sighting, *_ = json.loads(json.dumps(objects(person_item)))
    schema = schema_of(frame([person_item]))
    said = person["extensions"][EXTENSION_ID]

    def hers(**change: object) -> dict[str, Any]:
        return person | {"extensions": {EXTENSION_ID: said | change}}

    broken = [
        notice | {"state": "hunted"}, notice | {"requested_acton": "ARREST"}, notice | {"version": "2"},
        notice | {"valid_from": "soon"}, notice | {"notice_id": "1"}, notice | {"description": 7},
        {name: value for name, value in notice.items() if name != "originator"},
        hers(extension_type="new-sdo"), hers(person={"names": []}), hers(person=said["person"] | {"religion": "x"}),
        sighting, {"type": "evenhand-notice"}, {}, [],
    ]  # fmt: skip
    assert [one for one in broken if schema.is_valid(one)] == []
    assert schema.is_valid(person), "and not for another reason"
    assert schema.is_valid(notice)
    assert schema.is_valid(hers())
