"""Every path by every role: allowed or refused as the table of powers says, and on record."""

from __future__ import annotations

import msgspec

from evenhand.api.problems import HttpError
from evenhand.api.routes import ROWS
from evenhand.casework.records import JournalRecord
from evenhand.screening.events import PersonAsked
from evenhand.trust.permissions import TABLE, Role
from tests.api.conftest import PURPOSE, Desk, make_key


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
