"""Our own client against a node behind a socket, and its forms against the contract."""

from __future__ import annotations

import ast
import asyncio
import itertools
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

import evenhand.client
from evenhand.api import events
from evenhand.api.changes import Change
from evenhand.api.contract import document
from evenhand.api.routes import ROWS
from evenhand.client import ApiError, AsyncClient, Client, Document, Draft, Question, forms
from evenhand.client.contract.node import get_metrics
from evenhand.client.following import COMMENT_SECONDS
from evenhand.client.requests import EventReader, answer_of, find
from evenhand.screening.events import PersonAsked
from tests.api.conftest import PEOPLE, Served, draft

NAME = PEOPLE[0][0]
BASIS: Any = {"purpose": "BORDER_CHECK", "legal_basis": "invented law, article 1"}


def test_a_program_asks_and_publishes(served: Served) -> None:
    with Client(served.url, key=served.key, **BASIS) as node:
        answer = node.find(Question(names=(NAME,)), reference="lane 4")
        assert [one.listed_as for one in answer.candidates] == [NAME]
        assert (answer.candidates[0].handling.tlp, answer.candidates[0].handling.pap) == ("AMBER", "AMBER")
        assert answer.freshness.by_member == {}
        batch = node.find_batch([Question(names=(NAME,), reference="1"), Question(reference="2")], reference="f")
        assert [(one.reference, len(one.candidates)) for one in batch.answers] == [("1", 1), ("2", 0)]
        written = node.publish(Draft(**draft("Vojtek Invento")), idempotency_key="k")
        assert node.publish(Draft(**draft("Vojtek Invento")), idempotency_key="k") == written
        shown = node.show(written.key)
        assert (shown.flags, shown.links, shown.sightings, shown.orders) == ((), (), (), ())
        assert node.correct(shown, Draft(**draft("Vojtek Inventovich"))).version == 2
        with pytest.raises(ApiError) as stale:
            node.correct(shown, Draft(**draft("Vojtek Inventovich")))
        assert (stale.value.status, stale.value.problem.code) == (412, "precondition_failed")
        assert "read it again" in str(stale.value)
        node.withdraw(written.key, reason="mistaken identity")
        assert node.show(written.key).standing == "withdrawn"
        assert node.state().notices == 3
        first = node.page(limit=2, mine=True)
        assert len(first.notices) == 2
        assert node.page(limit=2, cursor=first.next or "", mine=True).next is None
        told = list(itertools.islice(node.changes(from_start=True), 5))
        assert [one.kind for one in told] == ["person"] * 5
        assert next(iter(node.changes(after=told[4].id))).kind == "retraction"
        with pytest.raises(ApiError):
            next(iter(node.changes(after="nonsense")))
        with pytest.raises(ApiError) as empty:
            node.screen_flight(b"nothing")
        assert empty.value.problem.detail == "the answer is no problem of Evenhand's"
    with Client(served.url, key="wrong") as stranger, pytest.raises(ApiError, match="401"):
        stranger.state()


def test_a_stream_ends_when_its_reader_leaves(served: Served) -> None:
    with Client(served.url, key=served.key) as node:
        told = node.changes(from_start=True)
        next(told)
        told.close()  # type: ignore[attr-defined]
    with Client(served.url, key=served.operator) as node:
        deadline = time.monotonic() + 10
        while "evenhand_api_streams 0" not in node.ask(get_metrics()).decode():
            assert time.monotonic() < deadline
            time.sleep(0.05)


async def test_a_program_on_asyncio_does_the_same(served: Served) -> None:
    async with AsyncClient(served.url, key=served.key, **BASIS) as node:
        question = Question(documents=(Document(number="X1234567", issuer="UTO"),))
        answer = await node.find(question, reference="lane 4", at="2099-01-01T00:00:00.000Z")
        assert answer.answer.at == "2099-01-01T00:00:00.000Z"
        batch = await node.find_batch([Question(names=(NAME,))], reference="f")
        assert batch.answers[0].candidates[0].key in served.notices
        written = await node.publish(Draft(**draft("Vojtek Invento")))
        shown = await node.show(written.key)
        assert (await node.correct(shown, Draft(**draft("Vojtek Inventovich")))).version == 2
        heard = asyncio.create_task(_first(node, shown.key))
        await asyncio.sleep(0.3)
        await node.withdraw(written.key, reason="mistaken identity")
        assert (await asyncio.wait_for(heard, 10)).kind == "retraction"
        assert (await node.state()).running
        assert len((await node.page()).notices) == 3
        with pytest.raises(ApiError):
            await node.screen_flight(b"nothing")
        with pytest.raises(ApiError):
            await _first(node, "", after="nonsense")


async def _first(node: AsyncClient, key: str, after: str = "") -> forms.Change:
    async for change in node.changes(after=after):
        if change.notice == key:
            return change
    raise AssertionError("the stream ended")


FORMS = {
    "Answer": "AnswerDocument", "Body": "AnswerBody", "Candidate": "Found", "Freshness": "Freshness",
    "Question": "Question", "Document": "QueryDocument", "BatchAnswer": "BatchAnswer", "BatchLine": "BatchLine",
    "Draft": "Draft", "Written": "Written", "Line": "Line", "Page": "Page", "Shown": "Shown", "State": "State",
    "Problem": "Problem", "Reason": "Reason", "Handling": "Handling", "Linked": "Linked",
}  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), FORMS.items())
def test_a_form_is_the_contracts(ours: str, theirs: str) -> None:
    schemas: dict[str, Any] = document(ROWS)["components"]["schemas"]
    fields = schemas[theirs]["properties"]
    kind = getattr(forms, ours)
    made_here = {"Shown": {"tag"}, "Change": {"id"}}.get(ours, set())
    assert set(kind.__struct_fields__) - made_here == set(fields), "nothing that the node says is left unread"
    compulsory = {one.name for one in msgspec.structs.fields(kind) if one.required}
    given = {one for one in fields if one in schemas[theirs].get("required", ())}
    if ours in {"Draft", "Question", "Document"}:
        assert given <= compulsory
    else:
        assert compulsory <= given | {"key"}


def test_the_client_carries_nothing_of_the_node() -> None:
    folder = Path(evenhand.client.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evenhand"):
                assert (node.module or "").startswith("evenhand.client"), path.name


def test_lines_of_a_stream_become_changes() -> None:
    reader = EventReader()
    assert [change for line in (": changes", "id: first", "") for change in reader.line(line)] == []
    assert reader.last == "first"
    lines = [": hello", "", "id: abc", "event: person", 'data: {"ledger":"ITA","entry":1,', 'data:"at":"","kind":"x"}']
    told = [change for line in [*lines, "", ""] for change in reader.line(line)]
    assert [(one.ledger, one.id) for one in told] == [("ITA", "abc")]
    assert reader.last == "abc"
    with pytest.raises(ApiError, match="cannot be read"):
        list(itertools.chain.from_iterable(reader.line(line) for line in ("data: <html>", "")))


def test_the_form_of_a_change_is_the_nodes() -> None:
    assert set(forms.Change.__struct_fields__) - {"id"} == set(Change.__struct_fields__)
    assert COMMENT_SECONDS == events._COMMENT_SECONDS


def test_what_is_no_problem_of_ours_is_said_so() -> None:
    question = find(Question(names=("x",)))
    with pytest.raises(ApiError, match="502"):
        answer_of(question, 502, {}, b"<html>bad gateway</html>")
    with pytest.raises(ApiError, match=r"points elsewhere.*to https://portal") as moved:
        answer_of(question, 302, {"location": "https://portal.example/"}, b"")
    assert moved.value.status == 302
    for body in (b"<html>welcome</html>", b"", b"\xff", b"{}", b"[" * 100_000):
        with pytest.raises(ApiError, match="none of Evenhand's") as foreign:
            answer_of(question, 200, {"content-type": "text/html"}, body)
        assert "cannot be read as Answer" in foreign.value.problem.why


def test_when_to_ask_again_is_a_number() -> None:
    question = find(Question(names=("x",)))

    def told(header: str) -> float | None:
        with pytest.raises(ApiError) as refused:
            answer_of(question, 429, {"retry-after": header} if header else {}, b"")
        return refused.value.retry_after

    assert [told("2"), told("0"), told(""), told("soon"), told("-1")] == [2.0, 0.0, None, None, None]
    in_a_minute = told(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True))
    assert in_a_minute is not None
    assert 50 < in_a_minute <= 60
    assert told("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


def _asked(served: Served) -> list[PersonAsked]:
    events = [getattr(one.decision, "event", None) for one in served.site.casework.book.entries(0)]
    return [one for one in events if isinstance(one, PersonAsked)]


BASES = ("Código de Fronteras, artículo 8", "Кодекс, статья 8", "国境法第八条", "قانون الحدود")


@pytest.mark.parametrize("basis", BASES)
async def test_a_legal_basis_and_a_reference_are_recorded_in_the_letters_they_have(served: Served, basis: str) -> None:
    reference = f"línea 4, {basis}"
    with Client(served.url, key=served.key, purpose="BORDER_CHECK", legal_basis=basis) as node:
        assert node.find(Question(names=(NAME,)), reference=reference).candidates
    async with AsyncClient(served.url, key=served.key, purpose="BORDER_CHECK", legal_basis=basis) as other:
        assert (await other.find_batch([Question(names=(NAME,))], reference=reference)).answers
    assert [(one.legal_basis, one.reference) for one in _asked(served)] == [(basis, reference)] * 2


def test_words_that_are_not_utf_8_and_headers_that_say_two_things_are_refused(served: Served) -> None:
    key, question = f"Bearer {served.key}".encode(), {"names": [NAME]}
    said = {b"Authorization": key, b"Evenhand-Purpose": b"RESCREENING", b"Evenhand-Legal-Basis": b"invented law"}
    twice = {
        b"Authorization": b"Bearer evk_0_other", b"Evenhand-Purpose": b"VISA", b"Evenhand-Legal-Basis": b"another",
        b"Evenhand-Reference": b"2", b"Content-Type": b"text/plain", b"Idempotency-Key": b"2",
    }  # fmt: skip
    first = {b"Evenhand-Reference": b"1", b"Content-Type": b"application/json", b"Idempotency-Key": b"1"}
    with httpx.Client(base_url=served.url, trust_env=False) as http:
        latin = {**said, b"Evenhand-Legal-Basis": "Código".encode("latin-1")}
        refused = http.post("/v1/find", json=question, headers=latin)
        assert (refused.status_code, refused.json()["why"]) == (400, "it is not UTF-8")
        for name, value in twice.items():
            sent = [*{**said, **first}.items(), (name, value)]
            refused = http.post("/v1/find", content=msgspec.json.encode(question), headers=sent)
            assert (refused.status_code, refused.json()["detail"]) == (
                400, f"the header {name.decode().lower()} is given twice"
            )  # fmt: skip
        assert http.post("/v1/find", json=question, headers=said).status_code == 200
    assert len(_asked(served)) == 1
