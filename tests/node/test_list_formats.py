"""A package can add a list format, and cannot take the place of one."""

from __future__ import annotations

import sys
from asyncio import CancelledError
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from evenhand.ground.errors import InputError, UsageError
from evenhand.interop.formats import BUILT_IN, ListFormat, read_list
from evenhand.interop.model import ImportedEntry, ParsedList, Refusal
from evenhand.interop.policy import POLICIES
from evenhand.node.doctor import check_machine
from evenhand.node.folder import Folder
from evenhand.node.list_formats import GROUP, format_called, format_faults, list_formats
from evenhand.notices.model import Source


def nothing(files: Mapping[str, bytes]) -> ParsedList:
    return ParsedList(name="mine", edition=str(len(files)), entries=(), refusals=())


MINE = ListFormat(name="mine", parse=nothing, policy=POLICIES["template"])
TAKEN = ListFormat(name="un-sc", parse=nothing, policy=POLICIES["template"])
OTHER = ListFormat(name="other", parse=nothing, policy=POLICIES["template"])


def point(name: str) -> EntryPoint:
    return EntryPoint(name=name.lower(), value=f"{__name__}:{name}", group=GROUP)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    here = ModuleType(__name__)
    here.MINE, here.TAKEN, here.OTHER, here.GROUP = MINE, TAKEN, OTHER, GROUP  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, __name__, here)
    return here


def test_a_format_is_added() -> None:
    formats = list_formats([point("MINE")])
    assert formats.keys() == {*BUILT_IN, "mine"}
    assert read_list("mine", {"a": b"", "b": b""}, formats=formats).edition == "2"
    assert format_faults([point("MINE")]) == {}


def test_without_plug_ins_there_are_the_built_in_ones() -> None:
    assert list_formats() == BUILT_IN


@pytest.mark.parametrize(("name", "word"), [("TAKEN", "two list formats"), ("GROUP", "is none"), ("NONE", "not load")])
def test_a_bad_plug_in_is_named_and_stops_no_other(name: str, word: str) -> None:
    points = [point("MINE"), point(name)]
    formats = list_formats(points)
    assert formats.keys() == {*BUILT_IN, "mine"}
    assert formats["un-sc"] is BUILT_IN["un-sc"]
    assert format_called("mine", formats, points) is formats["mine"]
    with pytest.raises(UsageError, match=word):
        format_called(name.lower(), formats, points)
    with pytest.raises(UsageError, match="no list format is called 'nothing'"):
        format_called("nothing", formats, points)


def test_of_two_plug_ins_of_one_name_neither_is_used() -> None:
    for points in ([point("MINE")] * 2, [point("MINE")] * 3):
        assert list_formats(points) == BUILT_IN
        assert "two list formats are called 'mine'" in str(format_faults(points)["mine"])


def test_a_package_that_ends_the_process_does_not_load(importable: ModuleType) -> None:
    def fetched(name: str) -> None:
        raise SystemExit(name)

    importable.__getattr__ = fetched  # type: ignore[method-assign]
    assert "SystemExit" in str(format_faults([point("GONE")])["gone"])

    def stopped(name: str) -> None:
        raise KeyboardInterrupt(name)

    importable.__getattr__ = stopped  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        list_formats([point("GONE")])


def entry(list_name: str) -> ImportedEntry:
    (one,) = read_list("template", {"f": b"reference,name,offence\n1,Ada Bell,Theft\n"}).entries
    return msgspec.structs.replace(one, source=Source(list=list_name, entry_id="1"))


def made(importable: ModuleType, **said: Any) -> ListFormat:
    importable.MINE = replace(MINE, **said)  # type: ignore[attr-defined]
    return list_formats([point("MINE")])["mine"]


def raising(error: BaseException) -> Callable[[object], Any]:
    def read(_: object) -> Any:
        raise error

    return read


LIST = ParsedList(name="mine", edition="", entries=(), refusals=())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "answered NoneType, and no ParsedList"),
        (ParsedList(name="un-sc", edition="", entries=(), refusals=()), "answered a list called 'un-sc'"),
        (msgspec.structs.replace(LIST, entries=(entry("un-sc"),)), "answered an entry of the list 'un-sc'"),
        (msgspec.structs.replace(LIST, refusals=(7,)), "answered int for an entry"),
    ],
)
def test_what_a_plug_in_answers_is_checked(importable: ModuleType, answer: Any, why: str) -> None:
    mine = made(importable, parse=lambda files: answer)
    with pytest.raises(InputError, match="'mine' failed") as told:
        mine.parse({})
    assert told.value.why == f"its package {__name__}:MINE {why}"


@pytest.mark.parametrize("error", [SystemExit(3), ValueError("Ada Bell"), StopIteration(), RecursionError()])
def test_a_fault_of_a_plug_in_names_it_and_nobody_else(importable: ModuleType, error: BaseException) -> None:
    mine = made(importable, parse=raising(error), lines=raising(error))
    assert mine.lines is not None
    for read in (lambda: mine.parse({}), lambda: list(mine.lines(list))):
        with pytest.raises(InputError) as told:
            read()
        why = told.value.why or ""
        assert why.startswith(f"its package {__name__}:MINE raised {type(error).__name__} at test_list_formats.py:")
        assert "Ada" not in why
        assert told.value.__suppress_context__


@pytest.mark.parametrize("error", [InputError("damaged at line 7"), KeyboardInterrupt(), CancelledError()])
def test_words_of_the_product_and_an_end_asked_for_pass(importable: ModuleType, error: BaseException) -> None:
    mine = made(importable, parse=raising(error), lines=raising(error))
    assert mine.lines is not None
    with pytest.raises(type(error)):
        mine.parse({})
    with pytest.raises(type(error)):
        list(mine.lines(list))


def test_a_plug_in_of_lines_is_checked_line_by_line(importable: ModuleType) -> None:
    refusal = Refusal(line=1, entry_id="1", field="entry", reason="odd")
    mine = made(importable, lines=lambda lines: iter([refusal, entry("mine"), entry("un-sc")]))
    assert mine.lines is not None
    told = mine.lines(list)
    assert [next(told), next(told)] == [refusal, entry("mine")]
    with pytest.raises(InputError, match="failed"):
        next(told)
    assert made(importable, parse=lambda files: LIST).parse({}) == LIST


def test_a_package_is_named_as_it_is_installed(importable: ModuleType) -> None:
    class Installed(Distribution):
        def read_text(self, filename: str) -> str:
            """Return what its files of metadata say."""
            return "Name: our-lists\n"

        def locate_file(self, path: Any) -> Any:
            """Return the path: no file of it is asked for."""
            return path

    importable.MINE = replace(MINE, parse=raising(ValueError()))  # type: ignore[attr-defined]
    told = point("MINE")._for(Installed())  # type: ignore[attr-defined]
    with pytest.raises(InputError) as error:
        list_formats([told])["mine"].parse({})
    assert error.value.why.startswith(f"its package our-lists ({__name__}:MINE) raised")


def test_the_doctor_tells_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("evenhand.node.doctor.format_faults", lambda: format_faults([point("NONE"), point("MINE")]))
    told = [one for one in check_machine(Folder(tmp_path)) if one.grade == "fault"]
    assert [(one.what.split(":")[0], one.remedy) for one in told] == [
        ("the list format 'none' does not load", "repair or remove its package")
    ]
