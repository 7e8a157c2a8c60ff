"""The contract: the rows of the API as an OpenAPI 3.1 document.

Knows:    OpenAPI 3.1, JSON Schema 2020-12 as msgspec writes it.
Told:     the rows.
Answers:  one document, the same bytes for the same rows.
Trusted:  no; a test holds the server to it, and another the document to the file in the repository.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import msgspec

import evenhand
from evenhand.api.problems import MEDIA as PROBLEM
from evenhand.api.problems import TAXII, Problem
from evenhand.api.rows import JSON, Row
from evenhand.ground.limits import API_HEADER_CHARACTERS_MAX
from evenhand.screening.purpose import PURPOSES

_SCHEMA: Final = "#/components/schemas/{name}"
_REFERENCE: Final = re.compile(r"(#/components/schemas/)([\w.-]+)")
_WIDTH: Final = 120
"""Of a line of the contract, where it can be broken."""
_TAGS: Final = {
    "persons": "Ask about people and documents. A candidate is a reason to ask a question, never an order.",
    "notices": "What members say about people and documents, and its life.",
    "coalition": "Members, ledgers, and whether pictures are equal.",
    "people": "Accounts, keys for programs, sessions.",
    "operations": "Operations of the node by name, each with its request as body.",
    "node": "Looking after this node.",
    "OpenSanctions": "yente's routes: clients of OpenSanctions work unchanged.",
    "Reconciliation": "W3C Reconciliation Service API 0.2: OpenRefine works unchanged.",
    "TAXII": "TAXII 2.1: notices as STIX 2.1, polled.",
}
_ABOUT: Final = (
    "One member's node. Every refusal is `application/problem+json` (RFC 9457) with what happened, why and "
    "what to do. Unknown fields and parameters are refused. Lists end in `next: null`."
)


def document(rows: Iterable[Row]) -> dict[str, Any]:
    """Return the contract of rows."""
    whole = _document(rows)
    names = _short_names(whole)
    text = _REFERENCE.sub(lambda found: f"{found[1]}{names[found[2]]}", msgspec.json.encode(whole).decode())
    renamed: dict[str, Any] = json.loads(text, object_hook=_without_places)
    schemas = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {names[name]: schemas[name] for name in sorted(schemas, key=names.__getitem__)}
    return renamed


def _without_places(schema: dict[str, Any]) -> dict[str, Any]:
    """Say of a list of fixed length what may be in it: few generators of clients can read `prefixItems`."""
    if "prefixItems" not in schema:
        return schema
    able = [one for number, one in enumerate(schema["prefixItems"]) if one not in schema["prefixItems"][:number]]
    rest = {name: value for name, value in schema.items() if name not in {"prefixItems", "items"}}
    return rest | {"items": able[0] if len(able) == 1 else {"anyOf": able}}


def _short_names(whole: dict[str, Any]) -> dict[str, str]:
    """Return a short name for each schema: whoever comes first has it, so that newcomers rename nobody."""
    said = _REFERENCE.findall(msgspec.json.encode(whole).decode())
    names: dict[str, str] = {}
    taken: set[str] = set()
    first = [name for name in whole["components"]["schemas"] if name == f"{Problem.__module__}.Problem"]
    for name in dict.fromkeys([*first, *(one[1] for one in said), *whole["components"]["schemas"]]):
        module, _, short = name.rpartition(".")
        if short in taken:
            short = f"{module.rpartition('.')[2].title()}{short}"
        taken.add(short)
        names[name] = short
    return names


def _document(rows: Iterable[Row]) -> dict[str, Any]:
    served = tuple(rows)
    types = [Problem]
    for row in served:
        types += [kind for kind in (row.body_type, row.answer_type) if _named(kind)]
    schemas, components = msgspec.json.schema_components(list(dict.fromkeys(types)), ref_template=_SCHEMA)
    named = dict(zip(dict.fromkeys(types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for row in served:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, named, components)
    tags = [{"name": name, "description": words} for name, words in _TAGS.items()]
    used = {row.tag for row in served}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Evenhand", "version": evenhand.__version__, "description": _ABOUT,
                 "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "tags": [tag for tag in tags if tag["name"] in used],
        "paths": paths,
        "components": {
            "schemas": {name: components[name] for name in sorted(components)},
            "responses": {"problem": {"description": "Refused or failed: what, why, and what to do.",
                                      "content": {PROBLEM: {"schema": named[Problem]}}},
                          "taxii": {"description": "Refused or failed, as an error message of TAXII 2.1.",
                                    "content": {kind: {"schema": named[Problem]}
                                                for kind in (PROBLEM, TAXII.partition(";")[0])}}},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key made with `evenhand people key`."},
                "basic": {"type": "http", "scheme": "basic", "description": "The key as password, for TAXII clients."},
            },
        },
    }  # fmt: skip


def print_document(rows: Iterable[Row]) -> bytes:
    """Return the contract's bytes, as kept in the repository: what fits on a line is on one."""
    return _printed(document(rows), 0, 0).encode("utf-8") + b"\n"


def _printed(value: Any, depth: int, taken: int) -> str:  # noqa: ANN401 - any JSON value
    plain = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or taken + len(plain) < _WIDTH:
        return plain
    pad = " " * (depth + 1)
    if isinstance(value, list):
        lines = [pad + _printed(one, depth + 1, depth + 1) for one in value]
    else:
        heads = [f"{pad}{json.dumps(name, ensure_ascii=False)}: " for name in value]
        lines = [head + _printed(one, depth + 1, len(head)) for head, one in zip(heads, value.values(), strict=True)]
    opened, closed = "[]" if isinstance(value, list) else "{}"
    return f"{opened}\n" + ",\n".join(lines) + f"\n{' ' * depth}{closed}"


def _named(kind: Any) -> bool:  # noqa: ANN401 - a type
    return kind is not None and kind is not dict


def _operation(row: Row, named: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": row.name, "summary": row.summary, "tags": [row.tag],
        "parameters": [*_in_path(row), *_in_query(row, components), *_in_headers(row)],
        "responses": _responses(row, named),
    }  # fmt: skip
    if row.needs == "open" or row.by_link:
        said["security"] = []
    else:
        said["security"] = [{"key": []}, {"basic": []}]
        said["description"] = row.closed or f"Needs a key with the permission `{row.needs}`."
    if row.closed:
        said["deprecated"] = True
    if row.has_body:
        schema = {} if row.accepts != JSON else named.get(row.body_type, {})
        content: dict[str, Any] = {"schema": schema}
        if row.examples:
            content["examples"] = {name: {"value": value} for name, value in row.examples.items()}
        said["requestBody"] = {"required": True, "content": {row.accepts: content}}
    return said


def _in_path(row: Row) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True,
         "schema": {"type": "integer", "minimum": 0} if name == "index" else {"type": "string", "minLength": 1}}
        for name in row.in_path
    ]  # fmt: skip


def _in_query(row: Row, components: dict[str, Any]) -> list[dict[str, Any]]:
    if row.lenient:
        text = {"type": "string"}
        return [{"name": name, "in": "query", "required": False, "schema": text} for name in row.lenient_names]
    if row.parameters is None:
        return []
    _, found = msgspec.json.schema_components([row.parameters], ref_template=_SCHEMA)
    whole = found.pop(row.parameters.__name__)
    components.update(found)
    required = set(whole.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _plain(one)}
        for name, one in whole["properties"].items()
    ]  # fmt: skip


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter: a value that may be null is left out instead."""
    able = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return able[0] if len(able) == 1 else schema


def _in_headers(row: Row) -> list[dict[str, Any]]:
    text = {"type": "string", "maxLength": API_HEADER_CHARACTERS_MAX}
    found = []
    if row.purpose and not row.by_link:
        found += [
            _header("Evenhand-Purpose", {"type": "string", "enum": list(PURPOSES)},
                    "Why this person is looked up; a key may have a standing purpose instead."),
            _header("Evenhand-Legal-Basis", text, "The law it is done under."),
            _header("Evenhand-Reference", text, "The crossing, boarding or case, where the purpose needs one."),
        ]  # fmt: skip
    if row.keyed:
        found.append(_header("Idempotency-Key", text, "Fresh for each write; the same again when it is repeated.",
                             required=row.keyed == "must"))  # fmt: skip
    if row.guarded:
        found.append(_header("If-Match", text, "The notice's ETag: refused if it has changed.",
                             required=row.guarded == "must"))  # fmt: skip
    found += [_header(name, text, "") for name in row.extra_headers]
    return found


def _header(name: str, schema: dict[str, Any], words: str, *, required: bool = False) -> dict[str, Any]:
    said = {"name": name, "in": "header", "required": required, "schema": schema}
    return {**said, "description": words} if words else said


def _responses(row: Row, named: dict[Any, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": row.summary}
    if row.media == JSON:
        kind = row.answer_type
        good["content"] = {JSON: {"schema": named[kind] if _named(kind) else {"type": "object"}}}
    else:
        form = "object" if "json" in row.media else "string"
        good["content"] = {row.media.partition(";")[0]: {"schema": {"type": form}}}
    statuses = {400, 404, 405, 500, 503, *row.statuses}
    if row.needs != "open":
        statuses |= {401, 403, 429}
    elif row.method != "GET":
        statuses.add(429)
    if row.operation:
        statuses.add(403)
    if row.has_body:
        statuses |= {413, 415, 422}
    if row.keyed:
        statuses |= {409, 422}
    if row.guarded:
        statuses |= {412, 428}
    answers: dict[str, Any] = {str(row.status): good}
    if row.method == "GET" and row.media != "text/event-stream":
        answers["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase}
    for status in sorted(statuses - {row.status}):
        kind = "taxii" if row.media == TAXII else "problem"
        answers[str(status)] = {"$ref": f"#/components/responses/{kind}"}
    if row.refused_in_kind:
        both = {PROBLEM: {"schema": named[Problem]}, **good["content"]}
        answers[str(row.refused_in_kind)] = {"description": "Refused, in words of its own kind.", "content": both}
    return answers
