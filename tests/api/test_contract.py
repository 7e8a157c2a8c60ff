"""The contract: valid OpenAPI, kept in the repository, and never changed so that a client would break.

After a change of routes, requests or answers, write the file again: `python -m tools.contract`.
"""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any
from unittest import SkipTest

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
from evenhand.trust.permissions import Permission
from tests.api.conftest import PURPOSE, Served
from tools.contract import COMMAND, FILE, kept
from tools.contract_breaks import breaks
from tools.contract_schemas import resolve

Schema = dict[str, Any]


def test_the_contract_in_the_repository_is_still_kept() -> None:
    assert breaks(kept(), document(ROWS)) == [], f"if this is meant: {COMMAND} --break"


def test_the_file_is_what_a_node_serves() -> None:
    assert set(kept()["paths"]) == {row.path for row in ROWS}, f"run {COMMAND}"
    assert FILE.read_bytes() == print_document(ROWS), f"run {COMMAND}"


def test_every_schema_is_json_schema_and_every_reference_leads_somewhere() -> None:
    whole = document(ROWS)
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    text = json.dumps(whole)
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', text)):
        assert resolve(whole, {"$ref": reference})
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

