"""Everything the command line can do is there over HTTP, or is about the machine it is typed at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import typer

from evenhand.api.routes import ELSEWHERE, ROWS
from evenhand.cli.app import app
from evenhand.node.operations import OPERATIONS
from evenhand.travellers.mrz_print import compose_mrz
from evenhand.travellers.mrz_values import MrzValues
from tests.api.conftest import PEOPLE, Desk
from tests.api.test_routes import problem

OTHERWISE = {
    "case answer-error": "error.answer", "case errors": "error.list", "case report-error": "error.report",
    "case restore": "notice.restore", "case suspend": "notice.suspend", "case review": "case.approve",
    "encounter note": "encounter.side", "encounter release": "encounter.end", "finding appeal": "finding.answer",
    "export ftm": "export", "export stix": "export", "export misp": "export", "people enrol": "session.enrol",
    "people whoami": "session.show", "sign-in": "session.open", "sign-out": "session.close",
    "redress may-report": "protection.ask", "redress object": "protection.object",
    "redress protect": "protection.grant", "redress protected": "protection.list",
    "redress unprotect": "protection.end", "travel mrz": "POST /v1/travel/mrz",
    "travel flight": "POST /v1/carriers/paxlst", "template": "POST /v1/template/columns",
    "travel find": "POST /v1/travel/find",
}  # fmt: skip
"""Commands that have another name over HTTP."""
AT_THE_MACHINE = {
    "demo": "starts three nodes of its own", "synthetic": "writes a file; asks no node",
    "ledger refetch": "while the node stands still",
    "node card": "before there is a node to ask", "node init": "makes the node", "node join": "makes the node",
    "node run": "runs it", "roster draft": "before there is a coalition",
    "roster sign": "the member's own signature, given by hand beside its keys",
}  # fmt: skip


WHO = {"officer": "o1", "unit": "tests"}


def commands(group: Any, before: str = "") -> Iterator[str]:
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_has_a_path() -> None:
    listed = set(commands(typer.main.get_command(app)))
    paths = {f"{row.method} {row.path}" for row in ROWS}
    served = {row.operation or row.stands_for for row in ROWS} | set(ELSEWHERE)
    assert set(OTHERWISE) | set(AT_THE_MACHINE) <= listed, "a command was renamed"
    for command in listed - set(AT_THE_MACHINE):
        wanted = OTHERWISE.get(command, command.replace(" ", "."))
        assert wanted in (paths if wanted.startswith("POST ") else served), command


def test_every_operation_has_a_path() -> None:
    assert set(OPERATIONS) <= {row.operation or row.stands_for for row in ROWS} | set(ELSEWHERE)


async def test_files_travel_as_bodies(desk: Desk) -> None:
    async with desk.client(desk.auditor) as http:
        said = await http.post("/v1/operations/audit.export", json={"first": 0, **WHO})
        assert said.status_code == 200, said.text
        assert said.headers["content-type"] == "application/octet-stream"
        assert json.loads(said.content.splitlines()[0])
        problem(await http.post("/v1/operations/audit.export", json={"place": "/etc/passwd"}), 400, "input")
        carried = await http.post("/v1/operations/encounter.carry-out", json=WHO)
        assert carried.status_code == 200, carried.text
        octets = {"Content-Type": "application/octet-stream"}
        path = "/v1/operations/encounter.merge"
        merged = await http.post(path, params=WHO, content=carried.content, headers=octets)
        assert merged.json() == {"new": 0, "known": 0, "against": 0}
        problem(await http.post(path, params=WHO, content=b"{}", headers=octets), 400, "input")
        problem(await http.post(f"{path}?place=/etc/passwd", content=b"{}", headers=octets), 400, "input")
    assert not [one.name for one in desk.site.folder.path.iterdir() if one.name.startswith(("upload-", "download-"))]


async def test_a_zone_is_read_and_its_wrong_digit_named(desk: Desk) -> None:
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"  # ICAO 9303-4
    async with desk.client() as http:
        read = (await http.post("/v1/travel/mrz", json={"zone": zone, "today": "2012-01-01"})).json()["read"]
        assert (read["primary"], read["number"], read["problems"]) == ("ERIKSSON", "L898902C3", [])
        wrong = (await http.post("/v1/travel/mrz", json={"zone": zone.replace("L898902C3", "L898902C8")})).json()
        assert {one["field"] for one in wrong["read"]["problems"]} >= {"number"}
        wrongly: list[dict[str, Any]] = [
            {"zone": "x"}, {"zone": zone, "today": "soon"}, {"zone": "<" * 2_000}, {"lines": []},
        ]  # fmt: skip
        for bad in wrongly:
            problem(await http.post("/v1/travel/mrz", content=msgspec.json.encode(bad),
                                    headers={"Content-Type": "application/json"}), 400, "input")  # fmt: skip


async def test_the_holder_of_a_document_is_looked_up_by_what_stands_in_it(desk: Desk) -> None:
    def zone(primary: str, secondary: str, number: str, nationality: str = "UTO") -> str:
        return "\n".join(compose_mrz(MrzValues(
            kind="TD3", document_code="P", issuer="UTO", number=number, primary=primary, secondary=secondary,
            nationality=nationality, birth_date="1984-05-02", sex="M", expiry="2030-01-01",
        )))  # fmt: skip

    path, day = "/v1/travel/find", {"today": "2026-11-28"}
    async with desk.client() as http:
        said = (await http.post(path, json={"zone": zone("FERVENTU", "ILMAR", "X1234567"), **day})).json()
        assert [one["listed_as"] for one in said["answer"]["candidates"]] == [PEOPLE[0][0]]
        assert (said["zone"]["read"]["problems"], said["protection_check"], said["truncated"]) == ([], False, [])
        long = zone("FERVENTU", "ILMAR MAXIMILIAN BARTHOLOMEWS AUGUSTIN", "N1", "XXB")
        said = (await http.post(path, json={"zone": long, **day})).json()
        assert said["protection_check"] is True
        assert said["truncated"] == ["ILMAR MAXIMILIAN BARTHOLOMEWS FERVENTU"]
        wrong = zone("FERVENTU", "ILMAR", "X1234567").replace("8405", "84O5")
        said = (await http.post(path, json={"zone": wrong, **day})).json()
        assert {one["field"] for one in said["zone"]["read"]["problems"]} >= {"birth_date"}
        assert said["zone"]["suggestions"]
        assert said["answer"]["candidates"], "what can be read is asked for"
        row = {"family_name": "Ferventu", "given_names": "Ilmar", "birth_date": "1984-05-02", "nationality": "XXA"}
        said = (await http.post(path, json={"row": row})).json()
        assert (said["zone"], said["protection_check"]) == (None, True)
        assert said["answer"]["candidates"]
        for bad in ({}, {"zone": "x", "row": row}, {"row": {"colour": "red"}}, {"row": {"sex": "M"}}, {"zone": "x"}):
            problem(await http.post(path, json=bad), 400, "input")
    async with desk.client(**{"Evenhand-Purpose": "CURIOSITY"}) as http:
        problem(await http.post(path, json={"row": row}), 400, "purpose_unknown")
