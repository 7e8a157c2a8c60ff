"""A MISP feed: read by MISP's own library, and a withdrawal that deletes everything that ever went out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pymisp import MISPEvent, MISPObject
from pymisp.tools import feed_meta_generator

from evenhand.identity.person import Name, Person
from evenhand.interop.export.misp import event, event_uuid, feed, is_event_file
from evenhand.interop.export.misp_objects import IDENTITY_DOCUMENT, PASSPORT, PERSON, VEHICLE, described
from evenhand.interop.export.released import Earlier, Exportable, Terms, choose
from evenhand.notices.model import Handling, PersonNotice


def loaded(item: Exportable) -> MISPEvent:
    made = MISPEvent()
    made.from_dict(Event=json.loads(json.dumps(event(item))))
    return made


def values(made: dict[str, Any], name: str) -> list[dict[str, str]]:
    return [
        {one["object_relation"]: one["value"] for one in held["Attribute"]}
        for held in made["Object"] if held["name"] == name
    ]  # fmt: skip


@pytest.fixture
def everything(person_item: Exportable, document_item: Exportable, plate_item: Exportable) -> list[Exportable]:
    return [person_item, document_item, plate_item]


def test_the_library_reads_the_feed_and_makes_the_same_index(everything: list[Exportable], tmp_path: Path) -> None:
    files = feed(everything)
    for name, data in files.items():
        if name.endswith(".json") and name != "manifest.json":
            (tmp_path / name).write_bytes(data)
    feed_meta_generator(tmp_path)
    theirs = json.loads((tmp_path / "manifest.json").read_bytes())
    ours = json.loads(files["manifest.json"])
    assert theirs.keys() == ours.keys() == {event_uuid(item.key) for item in everything}
    for name, said in ours.items():
        for field in ("info", "date", "timestamp", "analysis", "threat_level_id"):
            assert str(theirs[name][field]) == str(said[field])
        assert [tag["name"] for tag in theirs[name]["Tag"]] == [tag["name"] for tag in said["Tag"]]
    taken_back = hashlib.md5(b"withdrawn").hexdigest()
    lines = {line for line in (tmp_path / "hashes.csv").read_text().split() if not line.startswith(taken_back)}
    assert lines == set(files["hashes.csv"].decode().split())


def test_what_the_library_read_it_writes_back_as_it_was(everything: list[Exportable]) -> None:
    for item in everything:
        back = loaded(item).to_feed()["Event"]
        ours = event(item)
        assert (back["uuid"], back["info"], back["Orgc"]["name"]) == (ours["uuid"], ours["info"], "ITA")
        kept = [{k: one[k] for k in ("uuid", "value", "type", "category")} for one in ours["Attribute"]]
        assert [{k: one[k] for k in ("uuid", "value", "type", "category")} for one in back["Attribute"]] == kept
        assert [one["name"] for one in back["Object"]] == [one["name"] for one in ours["Object"]]


def test_a_person_and_her_documents(person_item: Exportable) -> None:
    made = event(person_item)
    (person,) = values(made, "person")
    assert person["full-name"] == "Ada Bell"
    assert person["date-of-birth"] == "1980-02-29"
    assert (person["gender"], person["passport-number"], person["identity-card-number"]) == (
        "Female", "X1234567", "ID-99",
    )  # fmt: skip
    assert values(made, "passport")[0]["number"] == "X1234567"
    assert values(made, "identity-document")[0] == {"type": "identity_card", "number": "ID-99", "status": "unknown"}
    assert [plate.get("license-plate-number") or plate["vin"] for plate in values(made, "vehicle")] == [
        "AB 123 CD", "WVWZZZ1JZXW000001",
    ]  # fmt: skip
    said = [one["value"] for one in made["Object"][0]["Attribute"]]
    assert "Date of birth (approximate): 1979 to 1981" in said
    assert "Place of birth: Nowhere" in said
    tags = [tag["name"] for tag in made["Tag"]]
    assert tags[:2] == ["tlp:green", "PAP:AMBER"]
    assert 'admiralty-scale:source-reliability="b"' in tags
    assert any(one["value"] == "Offence: Preparing an attack" for one in made["Attribute"])


def test_values_fit_the_templates_of_misp(person_item: Exportable) -> None:
    for template in (PERSON, VEHICLE):
        known = MISPObject(template.name)
        assert known.template_uuid == template.uuid
        assert int(known.template_version) == template.version
        assert known._definition is not None
        for one in described(person_item.notice):
            if one.template is template:
                for relation, _ in one.values:
                    definition = known._definition["attributes"][relation]
                    assert definition["misp-attribute"] == template.kind(relation)[0]
    assert PASSPORT.kind("number") == ("passport-number", "Person")
    assert IDENTITY_DOCUMENT.kind("number") == ("text", "Other")


def test_nothing_is_for_machines_to_act_on(person_item: Exportable) -> None:
    made = event(person_item)
    attributes = [*made["Attribute"], *(one for held in made["Object"] for one in held["Attribute"])]
    assert not any(one["to_ids"] for one in attributes)


def test_a_withdrawal_deletes_everything_that_ever_went_out(
    person_item: Exportable, withdrawn: Callable[[Exportable], Exportable]
) -> None:
    assert isinstance(person_item.notice, PersonNotice)
    shorter = msgspec.structs.replace(
        person_item.notice, version=3, person=Person(names=(Name(text="Ada Bell", kind="alias_good"),))
    )
    corrected = msgspec.structs.replace(
        person_item, notice=shorter, earlier=(Earlier(notice=person_item.notice),),
        modified_ms=person_item.modified_ms + 400,
    )  # fmt: skip
    before, between, after = event(person_item), event(corrected), event(withdrawn(corrected))

    def uuids(made: dict[str, Any], *, deleted: bool) -> set[str]:
        lines = [*made["Attribute"], *made["Object"], *(a for held in made["Object"] for a in held["Attribute"])]
        return {one["uuid"] for one in lines if one["deleted"] is deleted}

    assert uuids(before, deleted=False) <= uuids(between, deleted=False) | uuids(between, deleted=True)
    assert len(values(between, "passport")) == 1
    assert uuids(after, deleted=False) == set()
    assert uuids(before, deleted=False) <= uuids(after, deleted=True)
    assert int(after["timestamp"]) > int(between["timestamp"]) >= int(before["timestamp"])
    text = json.dumps(after)
    for word in ("Bell", "1980", "X1234567", "terror", "ARREST", "attack", "AB 123"):
        assert word not in text
    assert feed([withdrawn(corrected)])["hashes.csv"] == b""
    assert loaded(withdrawn(corrected)).info.endswith("(withdrawn)")


def test_what_a_reader_was_never_given_is_not_named_as_deleted(person_item: Exportable) -> None:
    """Which kinds of document and how many aliases a withheld version had is as secret as what they say."""
    bare = Person(names=(Name(text="Ada Bell"),))
    green = msgspec.structs.replace(person_item.notice, version=3, person=bare)
    red = msgspec.structs.replace(person_item.notice, handling=Handling(tlp="RED"))
    for went, secret in ((red, frozenset({"ITA", "PHL"})), (person_item.notice, frozenset({"ITA"}))):
        item = msgspec.structs.replace(
            person_item, notice=green, sightings=(), earlier=(Earlier(notice=went, readers=secret),)
        )
        (given,) = choose([item], Terms(own="ITA", reader="PHL")).items
        first = msgspec.structs.replace(given, earlier=())
        assert event(given) == event(first)
        gone = choose([msgspec.structs.replace(item, state="withdrawn")], Terms(own="ITA", reader="PHL")).items[0]
        assert [one["name"] for one in event(gone)["Object"]] == ["person"]
    known = msgspec.structs.replace(
        person_item, notice=green, earlier=(Earlier(notice=person_item.notice, readers=frozenset({"PHL"})),)
    )
    (given,) = choose([known], Terms(own="ITA", reader="PHL")).items
    assert {one["name"] for one in event(given)["Object"]} == {"person", "passport", "identity-document", "vehicle"}


def test_hashes_are_of_the_values(document_item: Exportable) -> None:
    line = f"{hashlib.md5(b'Y7654321').hexdigest()},{event_uuid(document_item.key)}"
    assert line in feed([document_item])["hashes.csv"].decode().splitlines()


def test_an_event_file_of_ours_is_known_by_its_name_and_the_notice_it_names(
    everything: list[Exportable], withdrawn: Callable[[Exportable], Exportable]
) -> None:
    for item in [*everything, *map(withdrawn, everything)]:
        files = feed([item])
        name = f"{event_uuid(item.key)}.json"
        assert is_event_file(name, files[name])
        assert not is_event_file(name, files["manifest.json"])
        assert not is_event_file(f"{event_uuid('ITA:0')}.json", files[name])
        assert not is_event_file(name, b'{"Event": {"info": "Another thing"}}')
