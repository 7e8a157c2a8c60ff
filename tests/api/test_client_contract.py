"""The client's forms and calls are the contract's: written from it, and held against what a node answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
import pytest

from evenhand.api.routes import ROWS
from evenhand.client import ApiError, AsyncClient, Client
from evenhand.client.contract import (
    audit,
    case,
    coalition,
    encounter,
    encounter_forms,
    error,
    finding,
    node,
    notice,
    notices,
    people,
    persons,
    protection,
    reconciliation,
    redress,
    report,
    shared,
)
from evenhand.client.contract.encounter import encounter_list, encounter_scan, encounter_show
from evenhand.client.contract.encounter_forms import LookingListRequest, Scan, ShowRequest
from evenhand.client.contract.notices import (
    WithdrawBody,
    get_notices,
    notice_show,
    notice_withdraw,
    post_imports_format,
)
from evenhand.client.contract.persons import FindRequest as Question
from evenhand.client.contract.persons import ZoneRequest, find, post_travel_mrz
from evenhand.client.requests import Call
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml
from tests.api.conftest import PEOPLE, Served
from tools.client_contract import FOLDER, modules
from tools.client_contract import served as rows_served

NAME = PEOPLE[0][0]
ROOMS = (
    audit, case, coalition, encounter, encounter_forms, error, finding, node, notice, notices, people, persons,
    protection, reconciliation, redress, report, shared,
)  # fmt: skip
MODULES = [room.__name__.rpartition(".")[2] for room in ROOMS]


def calls() -> Iterator[tuple[str, Callable[..., Call[Any]]]]:
    """Yield every call of every module."""
    for module in ROOMS:
        for called, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                yield called, function


def test_the_modules_are_those_written_from_the_contract() -> None:
    written = modules()
    there = {file.stem for file in FOLDER.glob("*.py")} - {"__init__"}
    assert set(written) == set(MODULES) == there, "run python -m tools.client_contract"
    for name, text in written.items():
        assert (FOLDER / f"{name}.py").read_text("utf-8") == text, f"{name}: run python -m tools.client_contract"


def test_every_path_has_a_call_but_streams_and_other_standards() -> None:
    assert len(list(calls())) == len(rows_served())
    left = {row.path for row in ROWS} - {row.path for row in rows_served()}
    assert {path for path in left if path.startswith("/v1/")} == {"/v1/changes"}


@pytest.mark.parametrize("module", ROOMS, ids=MODULES)
def test_every_form_reads_what_it_writes(module: ModuleType) -> None:
    for form in vars(module).values():
        if isinstance(form, type) and issubclass(form, msgspec.Struct) and form.__module__ == module.__name__:
            msgspec.json.Decoder(form)  # every name in it means something
            if not any(one.required for one in msgspec.structs.fields(form)):
                assert msgspec.json.decode(msgspec.json.encode(form()), type=form) == form()


def test_a_program_does_all_by_typed_calls(served: Served) -> None:
    basis: Any = {"purpose": "BORDER_CHECK", "legal_basis": "invented law, article 1"}
    with Client(served.url, key=served.key, **basis) as ours:
        answer = ours.ask(find(Question(names=(NAME,)), reference="lane 4"))
        assert [one.listed_as for one in answer.answer.candidates] == [NAME]
        page = ours.ask(get_notices(limit=2))
        assert len(page.notices) == 2
        shown = ours.ask(notice_show(served.notices[0]))
        assert shown.notice is not None
        assert type(shown.notice).__name__ == "PersonNotice"
        assert ours.ask(notice_withdraw(served.notices[0], WithdrawBody(reason="mistaken identity"), once="k")).entry
        with pytest.raises(ApiError) as again:
            ours.ask(notice_withdraw(served.notices[0], WithdrawBody(reason="another"), once="k"))
        assert again.value.problem.code == "idempotency_key_reused"
        told = ours.ask(post_imports_format("un-sc", write_un_xml(synthetic_persons(1, 3)), dry_run=True))
        assert (told.published, told.dry_run) == (3, True)
        zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
        assert ours.ask(post_travel_mrz(ZoneRequest(zone=zone))).read.number == "L898902C3"  # ICAO 9303-4
        scan = Scan(names=(PEOPLE[1][0],), **basis, movement="CROSSING", officer="o1", unit="tests")
        begun = ours.ask(encounter_scan(scan))
        assert [one.listed_as for one in begun.candidates] == [PEOPLE[1][0]]
        seen = ours.ask(encounter_show(ShowRequest(encounter=begun.encounter, officer="o1", unit="tests")))
        assert seen.events[0]["kind"] == "QueryMade"


async def test_a_program_on_asyncio_does_the_same(served: Served) -> None:
    basis: Any = {"purpose": "RESCREENING", "legal_basis": "invented law, article 1"}
    async with AsyncClient(served.url, key=served.key, **basis) as ours:
        answer = await ours.ask(find(Question(names=(NAME,))))
        assert [one.listed_as for one in answer.answer.candidates] == [NAME]
        assert (await ours.ask(encounter_list(LookingListRequest()))).encounters == ()


def _arguments(function: Callable[..., Call[Any]]) -> dict[str, Any] | None:
    """Return the arguments of a call that nobody needs to know anything for; None where it needs more."""
    hints, given = get_type_hints(function), {}
    for name, one in inspect.signature(function).parameters.items():
        if one.default is not inspect.Parameter.empty:
            continue
        kind = hints[name]
        fields = msgspec.structs.fields(kind) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else None
        if fields is None or any(field.required for field in fields):
            return None
        able = {field.name for field in fields}
        given[name] = kind(**({"officer": "o1", "unit": "tests"} if {"officer", "unit"} <= able else {}))
    return given


def test_every_answer_that_can_be_had_for_nothing_is_of_its_form(served: Served) -> None:
    """What a node says is read by the form that the contract gives it, or refused as a problem of ours."""
    read = 0
    for key in (served.key, served.operator):
        with Client(served.url, key=key, purpose="RESCREENING", legal_basis="invented law, article 1") as ours:
            for _, function in calls():
                arguments = _arguments(function)
                if arguments is None:
                    continue
                try:
                    ours.ask(function(**arguments))
                    read += 1
                except ApiError as refused:
                    assert refused.status < 500, (function.__name__, refused)  # noqa: PT017
                    assert refused.problem.code, function.__name__  # noqa: PT017
    assert read > 25, read
