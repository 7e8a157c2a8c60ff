"""A MISP feed: read by MISP's own library, and a withdrawal that deletes everything that ever went out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pymisp import MISPEvent, MISPObject
from pymisp.tools import feed_meta_generator

from evenhand.identity.person import Document, Name, Person
from evenhand.interop.export.misp import event, event_uuid, feed, is_event_file
from evenhand.interop.export.misp_objects import IDENTITY_DOCUMENT, PASSPORT, PERSON, VEHICLE, described
from evenhand.interop.export.released import Earlier, Exportable, Terms, choose
from evenhand.notices.model import Handling, PersonNotice

LEFT = 1_772_000_000_000
was = partial(Earlier, until_ms=LEFT)
PRINTED, KEPT = b"2015-01-01 00:00:00+00:00", b"2015-01-01T00:00:00.000000+0000"


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
    # The library hashes an instant as Python prints it; the file has the hash of the value that MISP keeps.
    printed, kept = (hashlib.md5(said).hexdigest() for said in (PRINTED, KEPT))
    assert {line.replace(printed, kept) for line in lines} == set(files["hashes.csv"].decode().split())


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
    assert person["text"].splitlines() == [
        "Date of birth (approximate): 1979 to 1981", "Date of birth (approximate): 1982", "Place of birth: Nowhere",
    ]  # fmt: skip
    assert (person["middle-name"], person["passport-country"], person["passport-expiration"]) == (
        "Carlovna", "GBR", "2025-01-01",
    )  # fmt: skip
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
        for one in described([person_item.notice])[0]:
            if one.template is template:
                for relation, _ in one.values:
                    definition = known._definition["attributes"][relation]
                    assert definition["misp-attribute"] == template.kind(relation)[0]
    assert PASSPORT.kind("number") == ("passport-number", "Person")
    assert IDENTITY_DOCUMENT.kind("number") == ("text", "Other")


def test_objects_are_what_their_templates_allow(person_item: Exportable) -> None:
    """No relation twice that the template has once: the library refuses such an object, and so may a receiver."""
    for held in event(person_item)["Object"]:
        if held["name"] in {"person", "vehicle"}:
            strict = MISPObject(held["name"], strict=True)
            for one in held["Attribute"]:
                strict.add_attribute(one["object_relation"], value=one["value"])
            assert strict.to_json(strict=True)


def test_what_a_notice_says_of_a_document_is_somewhere(plate_item: Exportable, person_item: Exportable) -> None:
    assert not isinstance(plate_item.notice, PersonNotice)
    plate = msgspec.structs.replace(
        plate_item.notice.document, note="red car", issued="2019", expires="2027-01", issuer=None, status="stolen"
    )
    notice = msgspec.structs.replace(plate_item.notice, document=plate)
    (said,) = values(event(msgspec.structs.replace(plate_item, notice=notice)), "vehicle")
    assert said["description"].splitlines() == [
        "licence plate: stolen", "Issued: 2019", "Expires: 2027-01", "red car",
    ]  # fmt: skip
    (passport,) = values(event(person_item), "passport")
    assert (passport["issued"], passport["expires"], passport["note"]) == ("2015-01-01", "2025-01-01", "seen twice")
    assert isinstance(person_item.notice, PersonNotice)
    vague = (Document(type="passport", number="P1", issued="2015"),)
    person = msgspec.structs.replace(person_item.notice.person, documents=vague)
    hers = msgspec.structs.replace(person_item.notice, person=person)
    assert "passport-creation" not in values(event(msgspec.structs.replace(person_item, notice=hers)), "person")[0]


def held_by(item: Exportable) -> dict[str, str]:
    """Return what a receiver has of objects, by UUID, of the person her aliases only: not what is named as deleted."""
    return {
        one["uuid"]: one["value"] for held in event(item)["Object"] for one in held["Attribute"]
        if not one["deleted"] and (held["name"] != "person" or one["object_relation"] == "alias")
    }  # fmt: skip


def version(item: Exportable, number: int, *, names: tuple[str, ...], papers: tuple[Document, ...]) -> Exportable:
    """Return the item as its next version says it: this person by these names, with these papers."""
    assert isinstance(item.notice, PersonNotice)
    said = (Name(text="Ada Bell"), *(Name(text=name, kind="alias_good") for name in names))
    notice = msgspec.structs.replace(item.notice, version=number, person=Person(names=said, documents=papers))
    earlier = (*item.earlier, was(notice=item.notice, readers=item.readers)) if number > 1 else ()
    return msgspec.structs.replace(item, notice=notice, earlier=earlier, sightings=())


def test_what_leaves_a_list_moves_nothing_else(person_item: Exportable) -> None:
    one, two = (Document(type="passport", number=number, issuer="UTO") for number in ("XU1234567", "XU7654321"))
    twin = msgspec.structs.replace(two, note="a copy")
    first = version(person_item, 1, names=("A. Bell", "Bell"), papers=(one, two, twin))
    second = version(first, 2, names=("Bell", "New"), papers=(two, twin))
    third = version(second, 3, names=("New", "A. Bell", "Bell"), papers=(two, one))
    before, between, after = held_by(first), held_by(second), held_by(third)

    def places(held: dict[str, str], value: str) -> set[str]:
        return {name for name in held if held[name] == value}

    for value in ("XU7654321", "a copy", "Bell"):
        assert places(before, value) == places(between, value) != set()
    for value in ("XU1234567", "A. Bell"):
        assert places(before, value) == places(after, value) != set()
        assert places(between, value) == set()
    assert places(between, "New") == places(after, "New") != set()
    for old, new in ((before, between), (between, after), (before, after)):
        assert all(old[name] == new[name] for name in old.keys() & new.keys())


def test_a_number_tells_nothing_of_a_version_the_reader_never_had(person_item: Exportable) -> None:
    secret = Document(type="passport", number="S1", issuer="UTO")
    known = Document(type="passport", number="K1", issuer="UTO")
    first = version(person_item, 1, names=("Hidden",), papers=(secret,))
    hidden = msgspec.structs.replace(first, readers=frozenset({"ITA"}))
    told = version(hidden, 2, names=("Open",), papers=(known,))
    told = msgspec.structs.replace(told, readers=frozenset({"ITA", "PHL"}))
    (theirs,) = choose([told], Terms(own="ITA", reader="PHL")).items
    assert event(theirs) == event(msgspec.structs.replace(theirs, earlier=()))
    (ours,) = choose([told], Terms(own="ITA", reader="ITA")).items
    assert held_by(ours).keys() != held_by(theirs).keys()


def test_an_erasure_deletes_all_that_any_notice_may_have_had(
    person_item: Exportable, document_item: Exportable, plate_item: Exportable
) -> None:
    left = []
    for item in (person_item, document_item, plate_item):
        blank = PersonNotice(
            notice_id=item.notice.notice_id, version=1, category="erased", action="NONE",
            valid_from=item.notice.valid_from, review_by=item.notice.valid_from, expires=item.notice.expires,
            person=Person(names=(Name(text="erased"),)),
        )  # fmt: skip
        erased = msgspec.structs.replace(
            item, notice=blank, state="withdrawn", erased=True, detail=None, sightings=(), action="NONE"
        )
        made = event(erased)
        lines = [*made["Attribute"], *(a for held in made["Object"] for a in held["Attribute"])]
        assert all(one["deleted"] for one in [*lines, *made["Object"]])
        assert {one["value"] for one in lines} == {"withdrawn"}
        ever = event(item)
        had = [*ever["Attribute"], *(a for held in ever["Object"] for a in held["Attribute"])]
        assert {one["uuid"] for one in [*had, *ever["Object"]]} <= {one["uuid"] for one in [*lines, *made["Object"]]}
        assert made["info"] == f"Notice {item.key} (withdrawn)", "nobody knows any more of what kind it was"
        assert int(made["timestamp"]) > int(event(msgspec.structs.replace(item, state="withdrawn"))["timestamp"])
        assert is_event_file(f"{made['uuid']}.json", feed([erased])[f"{made['uuid']}.json"])
        assert loaded(erased).info == made["info"]
        left.append([(held["name"], len(held["Attribute"])) for held in made["Object"]])
    assert left[0] == left[1] == left[2], "the same of each, so that it tells nothing of one"


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
        person_item, notice=shorter, earlier=(was(notice=person_item.notice),),
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
            person_item, notice=green, sightings=(), earlier=(was(notice=went, readers=secret),)
        )
        (given,) = choose([item], Terms(own="ITA", reader="PHL")).items
        first = msgspec.structs.replace(given, earlier=())
        assert event(given) == event(first)
        gone = choose([msgspec.structs.replace(item, state="withdrawn")], Terms(own="ITA", reader="PHL")).items[0]
        assert [one["name"] for one in event(gone)["Object"]] == ["person"]
    known = msgspec.structs.replace(
        person_item, notice=green, earlier=(was(notice=person_item.notice, readers=frozenset({"PHL"})),)
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
