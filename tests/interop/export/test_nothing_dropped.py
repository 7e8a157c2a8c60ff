"""What a notice says is somewhere in each format, or on the short list of what that format does not carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from pymisp import MISPEvent

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, FileReference, Name, NameKind, Person, Place
from evenhand.interop.export import ftm, misp, stix
from evenhand.interop.export.released import Exportable
from evenhand.interop.export.wording import files_line
from evenhand.interop.ftm_list import parse
from evenhand.notices.model import (
    Detail,
    DocumentNotice,
    Handling,
    PersonNotice,
    Reliability,
    Source,
)
from tests.interop.export.conftest import VALID, made

KINDS: tuple[NameKind, ...] = (
    "primary", "alias_good", "alias_low", "birth", "maiden", "kunya", "nickname", "transliteration",
)  # fmt: skip
PERSON = Person(
    names=tuple(
        Name(text=f"Name {kind}", kind=kind, given=f"Given {kind}", family=f"Family {kind}",
             patronymic=f"Middle {kind}", language="eng")
        for kind in KINDS
    ),
    birth_dates=(
        BirthDate(value="1961-02-03"), BirthDate(value="1962", until="1964"),
        BirthDate(value="1965-07", certainty="approximate"),
    ),
    birth_places=(Place(text="Mill", city="Springfield", region="West", country="GBR"), Place(city="Nowhere")),
    sex="F", nationalities=("GBR", "ITA"),
    documents=(
        Document(type="passport", number="P1", issuer="PHL", issued="2011-01", expires="2021-01-01", status="stolen",
                 note="seen twice"),
        Document(type="visa", number="V1", issuer="NOR", issued="2012", expires="2022", status="lost", note="torn"),
        Document(type="vin", number="WVW1", issuer="AUT", issued="2013", expires="2023", status="revoked", note="red"),
    ),
    biometrics=(FileReference(kind="fingerprint", sha256="b" * 64, media_type="image/wsq"),),
)  # fmt: skip
DETAIL = Detail(
    offence="An offence", legal_basis="A basis", decision_reference="A decision", issuing_authority="A court",
    proportionality="No milder means", reliability=Reliability(source="C", information="4"),
    addresses=(Place(text="Long Lane", city="Shelbyville", region="East", country="DNK"), Place(city="Elsewhere")),
    marks=("a scar", "a limp"), languages=("it", "Latin"), remarks=("walks", "sings"), salt="5" * 32,
    photos=(FileReference(kind="photo", sha256="d" * 64, media_type="image/jpeg"),) * 2,
)  # fmt: skip
COMMON: dict[str, Any] = VALID | {
    "handling": Handling(tlp="AMBER", pap="RED"), "source": Source(list="a-list", entry_id="E9", edition="edition 7"),
}  # fmt: skip
OF_NAMES = {"script", "language", "given", "family", "patronymic"}
OF_FILES = {"sha256", "media_type"}
NOT_CARRIED = {
    "stix": {"valid_from", "review_by", "expires"},  # as instants with milliseconds
    "misp": {*OF_NAMES, *OF_FILES, "salt", "kind", "version"},
    "ftm": {*OF_NAMES, *OF_FILES, "salt", "kind", "version", "edition", "certainty", "sex", "nationalities",
            "country", "issuer"},
}  # fmt: skip
"""By field. `kind` is there in other words, and so is what FollowTheMoney has words or codes of its own for."""


def leaves(said: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(said, dict):
        for name, value in said.items():
            yield from leaves(value, name)
    elif isinstance(said, (list, tuple)):
        for value in said:
            yield from leaves(value, field)
    else:
        yield field, str(said)


def text_of(form: str, item: Exportable) -> str:
    made: dict[str, Callable[[], Any]] = {
        "ftm": lambda: ftm.entities(item), "misp": lambda: misp.event(item), "stix": lambda: stix.objects(item),
    }
    return json.dumps(made[form](), ensure_ascii=False)


@pytest.fixture
def full() -> Exportable:
    notice = PersonNotice(notice_id="a" * 32, person=PERSON, action="HOLD", fallback="SEARCH", **COMMON)
    return made(notice, detail=DETAIL)


@pytest.fixture
def full_document() -> Exportable:
    paper = Document(type="visa", number="V1", issuer="NOR", issued="2012", expires="2022", status="lost", note="torn")
    notice = DocumentNotice(notice_id="b" * 32, document=paper, action="HOLD", fallback="SEARCH", **COMMON)
    return made(notice, detail=DETAIL)


@pytest.mark.parametrize("form", ["stix", "misp", "ftm"])
@pytest.mark.parametrize("which", ["full", "full_document"])
def test_every_word_of_a_notice_goes_or_is_on_the_list(
    form: str, which: str, request: pytest.FixtureRequest
) -> None:
    item: Exportable = request.getfixturevalue(which)
    text = text_of(form, item)
    said = [*leaves(msgspec.to_builtins(item.notice)), *leaves(msgspec.to_builtins(item.detail))]
    left = NOT_CARRIED[form]
    instants = {"valid_from", "review_by", "expires"} if form == "ftm" else set()
    missing = {
        (field, value) for field, value in said
        if field not in left and (value[:10] if field in instants else value).replace("_", " ").casefold()
        not in text.replace("_", " ").casefold()
    }  # fmt: skip
    assert missing == set()


@pytest.mark.parametrize("form", ["misp", "ftm"])
def test_files_are_counted_and_not_named(form: str, full: Exportable) -> None:
    text = text_of(form, full)
    assert "1 fingerprint" in text
    assert "2 photo" in text
    for hidden in ("b" * 64, "d" * 64, "image/"):
        assert hidden not in text
    bare = text_of(form, msgspec.structs.replace(full, detail=None))
    assert "1 fingerprint" in bare
    assert "photo" not in bare, "they are the detail part's to say"
    assert files_line(PERSON.biometrics + DETAIL.photos) == "1 fingerprint, 2 photo"


def aliases(item: Exportable) -> dict[str, tuple[str, bool]]:
    event = MISPEvent()
    event.from_dict(Event=json.loads(json.dumps(misp.event(item))))
    (person,) = event.get_objects_by_name("person")
    return {
        one.value: (one.comment, one.disable_correlation)
        for one in person.attributes if one.object_relation in {"alias", "full-name"}
    }  # fmt: skip


def test_a_weak_name_does_not_pass_for_another_in_misp(full: Exportable) -> None:
    found = aliases(full)
    assert {name for name, (_, alone) in found.items() if alone} == {"Name alias_low", "Name nickname"}
    assert found["Name alias_low"][0] == "alias low (weak)"
    assert found["Name primary"] == ("", False)
    assert found["Name maiden"] == ("maiden", False)
    gone = aliases(msgspec.structs.replace(full, state="suspended"))
    assert set(gone.values()) == {("", True)}, "nothing tells which names were weak"


def test_a_name_that_is_two_kinds_is_as_strong_as_the_stronger(full: Exportable) -> None:
    assert isinstance(full.notice, PersonNotice)
    names = (
        Name(text="Ada", kind="alias_low"), Name(text="Bell", kind="alias_low"), Name(text="Bell", kind="alias_good"),
    )  # fmt: skip
    notice = msgspec.structs.replace(full.notice, person=Person(names=names))
    assert aliases(msgspec.structs.replace(full, notice=notice)) == {
        "Ada": ("alias low (weak)", True), "Bell": ("alias low (weak), alias good", False),
    }  # fmt: skip


def test_what_a_notice_does_not_say_is_named_as_deleted_in_misp_like_what_it_no_longer_says(full: Exportable) -> None:
    bare = msgspec.structs.replace(full, detail=None)
    for item in (full, bare, msgspec.structs.replace(full, state="withdrawn")):
        assert len(misp.event(item)["Attribute"]) == len(misp.event(full)["Attribute"])
    assert not any("None" in one["value"] for one in misp.event(bare)["Attribute"])


def test_it_is_taken_in_again_without_a_refusal(full: Exportable) -> None:
    parsed = parse(ftm.json_lines([full]))
    assert parsed.refusals == ()
    (entry,) = parsed.entries
    assert entry.handling == Handling(tlp="AMBER", pap="RED")
    assert "ITA holds: 1 fingerprint" in entry.material.remarks
