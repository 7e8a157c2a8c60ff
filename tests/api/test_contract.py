"""The contract: valid OpenAPI, kept in the repository, and never changed so that a client would break.

After a change of routes, write the file again: `python -m tests.api.test_contract`.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from evenhand.api.carriers import MEDIA as EDIFACT
from evenhand.api.contract import document, print_document
from evenhand.api.routes import ROWS
from evenhand.api.rows import Row
from evenhand.trust.permissions import Permission
from tests.api.conftest import PURPOSE, Served


def _written() -> list[Row]:
    """Return the rows that were written by hand: operations asked by name come and go with a release."""
    return [row for row in ROWS if not row.path.startswith("/v1/operations/")]


FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
Schema = dict[str, Any]


def _kept() -> Schema:
    kept: Schema = json.loads(FILE.read_text("utf-8"))
    return kept


def _resolve(whole: Schema, schema: Any) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        place: Any = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        schema = place
    return schema


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what of `new` would break a client written for `old`."""
    found: list[str] = []
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            after = new["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if after is None:
                found.append(f"{where} is gone")
                continue
            found += _parameters(where, before, after)
            found += _bodies(where, (old, before), (new, after))
            found += _answers(where, (old, before), (new, after))
    return found


def _parameters(where: str, before: Schema, after: Schema) -> list[str]:
    was = {(one["in"], one["name"]): one for one in before["parameters"]}
    now = {(one["in"], one["name"]): one for one in after["parameters"]}
    gone = [f"{where}: parameter {name} is gone" for name in was if name not in now]
    must = [
        f"{where}: parameter {name} is now compulsory"
        for name, one in now.items() if one["required"] and not was.get(name, {"required": False})["required"]
    ]  # fmt: skip
    return gone + must


def _bodies(where: str, before: tuple[Schema, Schema], after: tuple[Schema, Schema]) -> list[str]:
    old, new = before[1].get("requestBody", {}).get("content", {}), after[1].get("requestBody", {}).get("content", {})
    found = []
    for media, content in old.items():
        if media not in new:
            found.append(f"{where}: a body of {media} is no longer taken")
            continue
        was, now = _resolve(before[0], content["schema"]), _resolve(after[0], new[media]["schema"])
        found += [f"{where}: field {one} is no longer taken" for one in was.get("properties", {})
                  if one not in now.get("properties", {})]  # fmt: skip
        found += [f"{where}: field {one} is now compulsory" for one in now.get("required", ())
                  if one not in was.get("required", ())]  # fmt: skip
    if not old and new and after[1]["requestBody"]["required"]:
        found.append(f"{where}: a body is now compulsory")
    return found


def _answers(where: str, before: tuple[Schema, Schema], after: tuple[Schema, Schema]) -> list[str]:
    found = []
    for status, answer in before[1]["responses"].items():
        if status not in after[1]["responses"]:
            if status.startswith("2"):
                found.append(f"{where}: it no longer answers {status}")
            continue
        was = _resolve(before[0], answer).get("content", {})
        now = _resolve(after[0], after[1]["responses"][status]).get("content", {})
        for media, content in was.items():
            if media not in now:
                found.append(f"{where}: {status} is no longer {media}")
                continue
            found += [f"{where}: {place} is gone from the answer"
                      for place in _lost(before[0], content["schema"], after[0], now[media]["schema"])]  # fmt: skip
    return found


def _lost(  # noqa: PLR0917 - two schemas and what their references mean
    old: Schema, was: Any, new: Schema, now: Any, place: str = "", seen: frozenset[str] = frozenset()
) -> list[str]:
    name = was.get("$ref", "") if isinstance(was, dict) else ""
    if name in seen:
        return []
    seen |= {name} - {""}
    was, now = _resolve(old, was), _resolve(new, now)
    if not isinstance(was, dict) or not isinstance(now, dict):
        return []
    found = []
    for field, inner in was.get("properties", {}).items():
        if field not in now.get("properties", {}):
            found.append(f"{place}.{field}".lstrip("."))
        else:
            found += _lost(old, inner, new, now["properties"][field], f"{place}.{field}", seen)
    if "items" in was and "items" in now:
        found += _lost(old, was["items"], new, now["items"], f"{place}[]", seen)
    return found


def test_the_contract_in_the_repository_is_still_kept() -> None:
    assert breaks(_kept(), document(ROWS)) == []


def test_the_file_knows_every_own_route() -> None:
    assert {row.path for row in _written()} <= set(_kept()["paths"]), "run python -m tests.api.test_contract"


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("POST /v1/find is gone", lambda new: new["paths"].pop("/v1/find")),
        ("parameter ('query', 'limit') is gone", lambda new: new["paths"]["/v1/notices"]["get"]["parameters"].pop()),
        ("compulsory", lambda new: new["paths"]["/v1/notices"]["get"]["parameters"][0].update(required=True)),
        ("no longer answers 200", lambda new: new["paths"]["/v1/state"]["get"]["responses"].pop("200")),
        ("digest is gone", lambda new: new["components"]["schemas"]["State"]["properties"].pop("digest")),
        ("field sex is no longer", lambda new: new["components"]["schemas"]["FindRequest"]["properties"].pop("sex")),
        ("names is now compulsory", lambda new: new["components"]["schemas"]["FindRequest"].update(required=["names"])),
    ],
)
def test_a_change_that_breaks_is_seen(what: str, change: Any) -> None:
    old = document(ROWS)
    new = copy.deepcopy(old)
    new["paths"]["/v1/notices"]["get"]["parameters"].sort(key=lambda one: one["name"] == "limit")
    change(new)
    assert any(what in one for one in breaks(old, new)), breaks(old, new)
    assert breaks(old, copy.deepcopy(old)) == []


def test_every_schema_is_json_schema_and_every_reference_leads_somewhere() -> None:
    whole = document(ROWS)
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    text = json.dumps(whole)
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', text)):
        assert _resolve(whole, {"$ref": reference}) is not None
    assert print_document(ROWS) == print_document(ROWS)


# -- everything the contract allows, and more ------------------------------------------------------------------

BOUNDED = settings(
    max_examples=3, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
ENDLESS = {"/v1/changes"}
OPERATORS = {Permission.ACCOUNT_MANAGE, Permission.NODE_OPERATE}
CHECKS = (
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.negative_data_rejection, checks.missing_required_header,
)  # fmt: skip


def _without_what_we_send(whole: Schema) -> Schema:
    """Return the contract less keys and purposes: these we state ourselves, so that they are never wrong."""
    for methods in whole["paths"].values():
        for operation in methods.values():
            operation.pop("security")
            operation["parameters"] = [one for one in operation["parameters"] if one["name"] not in PURPOSE]
    whole["components"].pop("securitySchemes")
    return whole


def test_the_server_keeps_the_whole_contract(served: Served) -> None:
    needs: dict[tuple[str, str], Any] = {(row.method, row.path): row.needs for row in ROWS}
    schema = schemathesis.openapi.from_dict(_without_what_we_send(document(ROWS)))
    asked, session = 0, requests.Session()  # one: a new one for each request costs more than its answer
    session.trust_env = False
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if operation.path in ENDLESS:
            continue
        key = served.operator if needs[operation.method.upper(), operation.path] in OPERATORS else served.key
        _ask(served, operation, {**PURPOSE, "Authorization": f"Bearer {key}"}, session)
        asked += 1
    assert asked == len(ROWS) - len(ENDLESS)


@schemathesis.serializer(EDIFACT)
def _as_bytes(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _ask(served: Served, operation: Any, headers: dict[str, str], session: requests.Session) -> None:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @BOUNDED
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case: Any) -> None:
            answer = case.call(base_url=served.url, headers=headers, timeout=20, session=session)
            case.validate_response(answer, checks=CHECKS, excluded_checks=[])

        with contextlib.suppress(Unsatisfiable, SkipTest):  # some routes cannot be asked wrongly
            run()


if __name__ == "__main__":
    FILE.write_bytes(print_document(_written()))
