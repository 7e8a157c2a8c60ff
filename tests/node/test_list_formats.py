"""A package can add a list format, and cannot take the place of one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint

import pytest

from evenhand.ground.errors import UsageError
from evenhand.interop.formats import BUILT_IN, ListFormat, read_list
from evenhand.interop.model import ParsedList
from evenhand.interop.policy import POLICIES
from evenhand.node.list_formats import GROUP, list_formats


def nothing(files: Mapping[str, bytes]) -> ParsedList:
    return ParsedList(name="mine", edition=str(len(files)), entries=(), refusals=())


MINE = ListFormat(name="mine", parse=nothing, policy=POLICIES["template"])
TAKEN = ListFormat(name="un-sc", parse=nothing, policy=POLICIES["template"])


def point(name: str) -> EntryPoint:
    return EntryPoint(name=name.lower(), value=f"{__name__}:{name}", group=GROUP)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    from types import ModuleType

    here = ModuleType(__name__)
    here.MINE, here.TAKEN, here.GROUP = MINE, TAKEN, GROUP  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, __name__, here)


def test_a_format_is_added() -> None:
    formats = list_formats([point("MINE")])
    assert formats.keys() == {*BUILT_IN, "mine"}
    assert read_list("mine", {"a": b"", "b": b""}, formats=formats).edition == "2"


def test_without_plug_ins_there_are_the_built_in_ones() -> None:
    assert list_formats() == BUILT_IN


@pytest.mark.parametrize(("name", "word"), [("TAKEN", "two list formats"), ("GROUP", "is none"), ("NONE", "not load")])
def test_a_bad_plug_in_is_named(name: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        list_formats([point(name)])
