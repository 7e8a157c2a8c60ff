"""FollowTheMoney: what we write is read by the library nobody here wrote, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from followthemoney import model
from followthemoney.proxy import EntityProxy

from evenhand.identity.person import Document, Name
from evenhand.interop.export.ftm import Entity, changes, entities, fingerprint, json_lines, subject_id
from evenhand.interop.export.released import Earlier, Exportable, Terms, choose
from evenhand.interop.export.wording import document_line, documents_in_line
from evenhand.interop.ftm_list import parse
from evenhand.notices.model import PersonNotice


def read(entity: Entity) -> EntityProxy:
    """Read as strictly as the library can: clean every value, and check that each survived as it was."""
    proxy = EntityProxy.from_dict(entity, cleaned=False)
    assert {name: sorted(proxy.get(name)) for name in entity["properties"]} == {
        name: sorted(values) for name, values in entity["properties"].items()
    }
    assert proxy.schema.validate({"properties": entity["properties"]}) is None
    return proxy


def test_a_person_is_read_back_whole(person_item: Exportable) -> None:
    person, *papers, measure = [read(one) for one in entities(person_item)]
    assert person.id == subject_id(person_item.key) == "eh-ITA-" + "a" * 32
    assert person.schema is model.get("Person")
    assert person.get("name") == ["Ada Bell", "Ада Белл"]
    assert person.get("alias") == ["A. Bell"]
    assert person.get("weakAlias") == ["Bell the Elder"]
    assert person.get("previousName") == ["Ada Marsh"]
    assert person.get("birthDate") == ["1980-02-29", "1979", "1981", "1982"]
    assert "Born approximately between 1979 and 1981" in person.get("notes")
    assert person.get("nationality") == ["gb"]
    assert person.get("gender") == ["female"]
    assert person.get("passportNumber") == ["X1234567"]
    assert person.get("topics") == ["wanted", "sanction"]
    assert [paper.schema.name for paper in papers] == ["Passport", "Identification", "Identification", "Identification"]
    assert papers[0].get("holder") == [person.id]
    assert measure.get("entity") == [person.id]
    assert measure.get("reason") == ["Preparing an attack"]
    for one, name in ((person, "notes"), *((paper, "summary") for paper in papers), (measure, "summary")):
        assert "TLP:GREEN PAP:AMBER" in one.get(name), "each may be held without the others"


def test_documents_and_plates_have_subjects_of_their_own(document_item: Exportable, plate_item: Exportable) -> None:
    lost, plate = (read(entities(item)[0]) for item in (document_item, plate_item))
    assert (lost.schema.name, lost.caption) == ("Asset", "passport Y7654321 (UTO)")
    assert (plate.schema.name, plate.get("registrationNumber")) == ("Vehicle", ["EF 456 GH"])
    assert plate.get("topics") == ["poi"]
    assert lost.get("notes") == ["TLP:AMBER PAP:AMBER", "status: blank_stolen"]
    assert plate.get("notes") == ["TLP:AMBER PAP:AMBER"]


def test_without_the_detail_part_nothing_of_it_is_said(person_item: Exportable) -> None:
    text = json_lines([msgspec.structs.replace(person_item, detail=None)]).decode()
    for word in ("attack", "Court", "RG 1", "scar", "stick", "Long Lane"):
        assert word not in text


def test_a_person_known_by_an_alias_alone_still_has_a_name(person_item: Exportable) -> None:
    assert isinstance(person_item.notice, msgspec.Struct)
    lone = msgspec.json.decode(msgspec.json.encode(person_item.notice))
    lone["person"] = {"names": [{"text": "Anon", "kind": "alias_good"}]}
    notice = msgspec.convert(lone, type(person_item.notice))
    person = read(entities(msgspec.structs.replace(person_item, notice=notice))[0])
    assert person.get("name") == person.get("alias") == ["Anon"]


def test_lines_are_one_entity_each(person_item: Exportable, document_item: Exportable) -> None:
    lines = json_lines([person_item, document_item], dataset="here").splitlines()
    assert len(lines) == 8
    assert {msgspec.json.decode(line)["datasets"][0] for line in lines} == {"here"}


def test_what_no_longer_stands_is_deleted_by_id_alone(
    person_item: Exportable, document_item: Exportable, withdrawn: Callable[[Exportable], Exportable]
) -> None:
    known = {one["id"]: fingerprint(one) for one in entities(person_item)}
    assert changes([person_item], known) == []
    later = msgspec.structs.replace(person_item, modified_ms=person_item.modified_ms + 60_000)
    assert {one["op"] for one in changes([later], known)} == {"MOD"}
    said = changes([withdrawn(person_item), document_item], known)
    assert [one["op"] for one in said] == ["DEL"] * 6 + ["ADD"] * 2
    assert said[0] == {"op": "DEL", "entity": {"id": min(known)}}


def corrected(item: Exportable, **change: Any) -> Exportable:
    """Return the next version of a person's notice, said in the same second."""
    assert isinstance(item.notice, PersonNotice)
    notice = msgspec.structs.replace(
        item.notice, version=item.notice.version + 1, person=msgspec.structs.replace(item.notice.person, **change)
    )
    was = Earlier(notice=item.notice, readers=item.readers, until_ms=item.modified_ms + 1)
    return msgspec.structs.replace(
        item, notice=notice, earlier=(*item.earlier, was), modified_ms=item.modified_ms + 1
    )


def test_what_was_corrected_within_the_second_is_in_the_delta(person_item: Exportable) -> None:
    known = {one["id"]: fingerprint(one) for one in entities(person_item)}
    (said,) = changes([corrected(person_item, names=(Name(text="Ada Corrected"),))], known)
    assert (said["op"], said["entity"]["id"]) == ("MOD", subject_id(person_item.key))
    assert said["entity"]["properties"]["name"] == ["Ada Corrected"]


def test_the_id_of_a_document_never_goes_over_to_another(person_item: Exportable) -> None:
    one, two, new = (Document(type="passport", number=f"XU{n}", issuer="UTO") for n in (1, 2, 3))
    first = corrected(person_item, documents=(one, two, two))
    first = msgspec.structs.replace(first, earlier=())
    second = corrected(first, documents=(two, new))
    third = corrected(second, documents=(new, one, two, two))

    def papers(item: Exportable) -> dict[str, str]:
        return {made["caption"] + made["id"][-2:]: made["id"] for made in entities(item) if "-doc-" in made["id"]}

    subject = subject_id(person_item.key)
    assert papers(first) == {f"XU{n}-{at}": f"{subject}-doc-{at}" for n, at in ((1, 0), (2, 1), (2, 2))}
    assert papers(second) == {f"XU{n}-{at}": f"{subject}-doc-{at}" for n, at in ((2, 1), (3, 3))}
    assert papers(third) == {f"XU{n}-{at}": f"{subject}-doc-{at}" for n, at in ((1, 0), (2, 1), (2, 2), (3, 3))}
    known = {made["id"]: fingerprint(made) for made in entities(first)}
    said = {made["entity"]["id"]: made["op"] for made in changes([second], known)}
    assert said == {
        f"{subject}-doc-0": "DEL", f"{subject}-doc-2": "DEL", f"{subject}-doc-3": "ADD", subject: "MOD",
    }  # fmt: skip
    # Numbers count what this reader had, and tell nothing of a version it never did.
    hidden = msgspec.structs.replace(second.earlier[0], readers=frozenset({"ITA"}))
    kept = msgspec.structs.replace(second, earlier=(hidden,))
    (theirs,) = choose([kept], Terms(own="ITA", reader="PHL")).items
    assert [made["id"][-6:] for made in entities(theirs) if "-doc-" in made["id"]] == ["-doc-0", "-doc-1"]


@pytest.mark.parametrize("state", ["withdrawn", "expired"])
def test_nothing_is_said_of_what_does_not_stand(person_item: Exportable, state: str) -> None:
    assert entities(msgspec.structs.replace(person_item, state=state)) == []


@pytest.mark.parametrize(("code", "alpha2"), [("D", "de"), ("DEU", "de"), ("GBD", "gb"), ("GBS", "gb"), ("XXA", None)])
def test_a_country_by_whatever_code_a_document_prints_is_told(
    person_item: Exportable, code: str, alpha2: str | None
) -> None:
    assert isinstance(person_item.notice, PersonNotice)
    person = msgspec.structs.replace(
        person_item.notice.person, nationalities=(code,),
        documents=(Document(type="passport", number="C01X00T47", issuer=code),),
    )  # fmt: skip
    notice = msgspec.structs.replace(person_item.notice, person=person)
    subject, passport, _ = (read(one) for one in entities(msgspec.structs.replace(person_item, notice=notice)))
    told = [] if alpha2 is None else [alpha2]
    assert (subject.get("nationality"), passport.get("country")) == (told, told)


def test_a_document_is_the_same_after_each_passage(person_item: Exportable) -> None:
    """What an import took from our export says no more when it goes out again: not the status it does not have."""
    assert isinstance(person_item.notice, PersonNotice)
    said = []
    for _ in range(3):
        (entry,) = parse(json_lines([person_item])).entries
        assert entry.person is not None
        notice = msgspec.structs.replace(person_item.notice, person=entry.person)
        person_item = msgspec.structs.replace(person_item, notice=notice, detail=None)
        said.append(entry.person.documents)
    assert said[0] == said[1] == said[2]
    assert not any("unknown" in (one.note or "") for one in said[0])


@pytest.mark.parametrize("document", [
    Document(type="national_id", number="NI 77-A", issuer="D"), Document(type="vin", number="ZFA1"),
    Document(type="other", number="7"), Document(type="refugee_travel_document", number="A 1 B 2", issuer="XXB"),
])  # fmt: skip
def test_a_line_about_a_document_is_read_back(document: Document) -> None:
    assert (document.type, document.number, document.issuer) in documents_in_line(document_line(document))


@pytest.mark.parametrize("line", ["", "Ocean Star", "737", "boat 7\n", "vin " + "7" * 500])
def test_a_name_that_is_no_line_about_a_document_is_none(line: str) -> None:
    assert list(documents_in_line(line)) == []
