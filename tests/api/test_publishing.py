"""How a notice is published over HTTP: by three people, as docs/how-to/api.md says it, and by nobody alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyotp
import pytest

from evenhand.api.contract import document
from evenhand.api.rates import Rates
from evenhand.api.routes import ROWS
from evenhand.trust.permissions import Role
from tests.api.conftest import Desk, draft
from tests.api.test_routes import problem
from tests.node.people.conftest import PASSWORD, quick_argon

__all__ = ["quick_argon"]
ROOT = Path(__file__).resolve().parents[2]
STATED = {"penalty_threshold": "five years and more", "neutrality": "general criminal law", "child": "no"}
ALONE = [row for row in ROWS if row.closed]


def steps() -> list[str]:
    """Return the paths that the page names, in order."""
    text = (ROOT / "docs/how-to/api.md").read_text("utf-8")
    section = text.partition("## Publish a notice")[2].partition("\n## ")[0]
    return re.findall(r"^\d\. .*?`POST (/v1/operations/[\w.-]+)`", section, re.MULTILINE)


class People:
    """People of a desk, by name, each signed in over HTTP."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tokens: dict[str, str] = {}

    async def hire(self, name: str, role: Role) -> None:
        async with self.desk.client("") as http:
            key = {"Authorization": f"Bearer {self.desk.operator}"}
            person = {"name": name, "roles": [role.value], "unit": "desk"}
            added = await http.post("/v1/people", json=person, headers={**key, "Idempotency-Key": name})
            enrolled = await http.post(
                "/v1/sessions/enrolment", json={"name": name, "password": PASSWORD, "code": added.json()["code"]}
            )
            code = pyotp.parse_uri(enrolled.json()["totp"]).now()  # type: ignore[attr-defined]
            signed = await http.post("/v1/sessions", json={"name": name, "password": PASSWORD, "code": code})
            self.tokens[name] = signed.json()["token"]

    async def ask(self, name: str, path: str, body: dict[str, Any]) -> Any:
        async with self.desk.client(self.tokens[name], **{"Idempotency-Key": f"{name} {path}"}) as http:
            answer = await http.post(path, json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()


@pytest.fixture
async def people(desk: Desk) -> People:
    made = People(desk)
    desk.service.door = Rates(1_000)  # four people, one after another, of one address
    for name, role in (("chief", Role.ADMINISTRATOR), ("anna", Role.ANALYST), ("paul", Role.APPROVER),
                       ("lena", Role.LEGAL_REVIEWER)):  # fmt: skip
        await made.hire(name, role)
    return made


async def test_three_people_publish_as_the_page_says(people: People) -> None:
    drafting, submitting, approving, reviewing, laying, publishing = steps()
    assert laying.endswith("case.lay-before"), "not for an interview"
    said = draft("Vojtek Invento", "1966-01-31", "X9999999")
    said["notice"] |= {"action": "INTERVIEW"}
    made = await people.ask("anna", drafting, {"draft": said, "statements": STATED})
    case = {"case": made["case"]}
    yes = {**case, "verdict": "APPROVE", "reason": "in order"}
    await people.ask("anna", submitting, case)
    await people.ask("paul", approving, yes)
    await people.ask("lena", reviewing, yes)
    done = await people.ask("paul", publishing, case)
    key = f"ITA:{done['notice']['notice_id']}"
    proved = await people.ask("anna", "/v1/operations/case.check", {"notice": key})
    assert (proved["provenance"], proved["objections"]) == ("approved", [])


async def test_nobody_publishes_or_corrects_alone_and_the_contract_says_so(people: People) -> None:
    assert {row.operation for row in ALONE} == {"notice.publish", "notice.correct"}
    paths = document(ROWS)["paths"]
    for row in ALONE:
        told = paths[row.path][row.method.lower()]
        assert (told["deprecated"], "case.draft" in told["description"]) == (True, True)
    async with people.desk.client() as http:
        key = (await http.get("/v1/notices")).json()["notices"][0]["key"]
        for method, path in (("POST", "/v1/notices"), ("PUT", f"/v1/notices/{key}")):
            alone = await http.request(
                method, path, json=draft("Vojtek Invento"), headers={"Idempotency-Key": "x", "If-Match": '"x"'}
            )
            assert "/v1/operations/case.draft" in problem(alone, 403, "forbidden").remedy
