"""Every path by every role: allowed or refused as the table of powers says, and on record."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import msgspec

from evenhand.api.problems import HttpError
from evenhand.api.routes import ROWS
from evenhand.casework.records import JournalRecord
from evenhand.screening.events import PersonAsked
from evenhand.trust.permissions import TABLE, Role
from tests.api.conftest import PEOPLE, PURPOSE, Desk, make_key
from tests.api.test_routes import OCTETS, problem


async def test_every_path_by_every_role_as_the_table_says_and_on_record(desk: Desk) -> None:
    service, book = desk.service, desk.site.casework.book
    rows = [row for row in ROWS if row.needs != "open" and not row.by_link]
    for role in Role:
        key = make_key(desk.site, f"as-{role.value.replace('_', '-')}", role)
        before, expected = book.size, []
        for row in rows:
            allowed, status = row.needs in TABLE[role], 200
            try:
                service.admit(row, {"authorization": f"Bearer {key}", "content-type": row.accepts})
            except HttpError as error:
                status = error.status
            assert status in {200, 403}, f"{role} {row.method} {row.path}"
            refused = status == 403
            assert refused is not allowed, f"{role} {row.method} {row.path}"
            if refused or not row.purpose:  # a question is noted with its purpose, when it is asked
                expected.append((row.operation or f"{row.method} {row.path}", refused))
        await desk.site.durable()
        looks = [one.decision for one in book.entries(before) if isinstance(one.decision, JournalRecord)]
        said = [msgspec.json.decode(one.text) for one in looks if one.kind == "people.look"]
        assert [(one["operation"], "refused" in one) for one in said] == expected, role


async def test_a_question_over_http_is_on_record_with_its_key_and_purpose(desk: Desk) -> None:
    book = desk.site.casework.book
    example = {"queries": {"q": {"schema": "Person", "properties": {"name": ["Nadie"]}}}}
    async with desk.client() as http:
        many = {"questions": [{"names": ["Nadie"]}]}
        for path, body in (("/v1/find", {"names": ["Nadie"]}), ("/v1/find/batch", many), ("/match/default", example)):
            before = book.size
            answer = await http.post(path, json=body)
            assert answer.status_code == 200, answer.text
            events = [getattr(one.decision, "event", None) for one in book.entries(before)]
            (asked,) = [one for one in events if isinstance(one, PersonAsked)]
            assert (asked.purpose, asked.legal_basis) == (PURPOSE["Evenhand-Purpose"], PURPOSE["Evenhand-Legal-Basis"])
            assert asked.officer == desk.key.split("_")[1], "the key, and not the node's owner"
            assert asked.unit == "tests"


MONTH = "2026-10"
BODIES: dict[str, Any] = {
    "roster.propose": {"change": "renew"}, "people.revoke": {"what": "x"}, "audit.retention": {"officer": "admin"},
    "report.month": {"month": MONTH}, "report.publish": {"month": MONTH}, "report.scorecard": {"month": MONTH},
    "report.total": {"month": MONTH},
}  # fmt: skip
"""What is sent where an empty object says too little; the rest may be refused, and then says why."""


async def test_who_operates_the_node_is_told_of_no_person(desk: Desk) -> None:
    able = TABLE[Role.ADMINISTRATOR]
    passed = [row for row in ROWS if row.needs in able and not row.by_link]
    rows = [row for row in passed if not row.path.startswith("/v1/peers/{code}/")]  # there is no partner here
    assert len(rows) > 25
    traces = [text.encode() for person in PEOPLE for text in (*person[0].split(), *person[1:])]
    good = 0
    async with desk.client(desk.operator) as http:
        for row in rows:
            path = row.path.replace("{code}", "ITA").replace("{index}", "1").replace("{dataset}", "evenhand")
            query = {"reader": "ITA"} if path.endswith("/bundle") else {}
            once = {"Idempotency-Key": row.name} if row.keyed else {}
            if row.method == "GET":
                answer = await http.get(path, params=query)
            elif row.streams_in:
                answer = await http.post(path, content=b"x", headers={**once, **OCTETS})
            else:
                answer = await http.post(path, json=BODIES.get(row.operation, {}), headers=once)
            good += answer.is_success
            said = answer.content
            if row.operation == "ledger.proof":
                said += b64decode(answer.json()["entry"])
            assert not [one for one in traces if one in said], path
    assert good > 18


async def test_an_export_is_for_whoever_works_with_notices(desk: Desk) -> None:
    for role in Role:
        key = make_key(desk.site, f"exporting-{role.value.replace('_', '-')}", role)
        async with desk.client(key) as http:
            for form in ("ftm", "stix", "misp"):
                answer = await http.get("/v1/export", params={"format": form})
                if role in {Role.ANALYST, Role.LIAISON}:
                    assert PEOPLE[0][0] in answer.text, answer.text
                else:
                    assert "analyst, liaison" in problem(answer, 403, "forbidden").remedy, role
