"""A feed's folder remembers under which stamps it said what: the next word is the later one for whoever pulled it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from evenhand.interop.export.misp import event, files_of
from evenhand.interop.export.misp_stamps import floor_bytes, floor_of, following, stamp_of
from evenhand.interop.export.released import Earlier, Exportable, Terms, choose
from evenhand.notices.model import Handling


def file(made: dict[str, Any]) -> bytes:
    return files_of([made])[f"{made['uuid']}.json"]


def stamps(made: dict[str, Any]) -> set[str]:
    lines = [*made["Attribute"], *made["Object"], *(one for held in made["Object"] for one in held["Attribute"])]
    return {made["timestamp"], made["publish_timestamp"], *(one["timestamp"] for one in lines)}


def test_what_wider_terms_bring_back_is_the_later_word(person_item: Exportable) -> None:
    green = person_item.notice
    amber = msgspec.structs.replace(green, version=3, handling=Handling(tlp="AMBER"))
    was = Earlier(notice=green, until_ms=person_item.modified_ms)
    item = msgspec.structs.replace(person_item, notice=amber, sightings=(), earlier=(was,))
    narrow, wide = (
        event(choose([item], Terms(own="ITA", reader="ITA", tlp_max=most)).items[0])
        for most in ("GREEN", "AMBER")
    )
    assert narrow["info"].endswith("(withdrawn)")
    assert int(wide["timestamp"]) < int(narrow["timestamp"]), "the ledgers alone give an older stamp"
    again = following(wide, file(narrow), 0)
    assert stamps(again) == {str(int(narrow["timestamp"]) + 1)}
    assert {**again, "timestamp": "", "Attribute": [], "Object": [], "publish_timestamp": ""} == {
        **wide, "timestamp": "", "Attribute": [], "Object": [], "publish_timestamp": "",
    }  # fmt: skip
    assert following(wide, file(again), 0) == again, "and stays so as long as it says the same"


def test_what_stands_again_in_the_same_second_is_the_later_word(
    person_item: Exportable, withdrawn: Callable[[Exportable], Exportable]
) -> None:
    gone = event(msgspec.structs.replace(withdrawn(person_item), state="suspended"))
    back = event(msgspec.structs.replace(person_item, modified_ms=person_item.modified_ms + 1_400))
    assert back["timestamp"] < gone["timestamp"]
    assert stamps(following(back, file(gone), 0)) == {str(int(gone["timestamp"]) + 1)}
    later = event(msgspec.structs.replace(person_item, modified_ms=person_item.modified_ms + 9_000))
    assert following(later, file(gone), 0) == later, "the ledgers' own stamp where that is later"


def test_what_comes_into_the_folder_comes_above_all_that_left_it(person_item: Exportable) -> None:
    made = event(person_item)
    natural = int(made["timestamp"])
    assert floor_of(floor_bytes(natural)) == stamp_of(file(made)) == natural
    assert following(made, None, 0) == made
    assert stamps(following(made, None, natural)) == {str(natural + 1)}
    assert following(made, None, natural - 1) == made


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"timestamp":"-7"}', b'{"timestamp":"9999999999999"}', b'{"Event":7}'])
def test_what_cannot_be_read_has_no_stamp(person_item: Exportable, data: bytes) -> None:
    made = event(person_item)
    assert (floor_of(data), stamp_of(data), floor_of(None)) == (0, 0, 0)
    assert following(made, data, 0) == made
    assert stamps(following(made, b'{"Event":{"timestamp":"soon"}}', 0)) == {made["timestamp"]}
