"""The W3C Reconciliation Service API 0.2: OpenRefine compares a spreadsheet with this node's notices.

Knows:    manifests, batches of queries, suggestions.
Told:     rows of somebody's table, as form fields.
Answers:  candidates for each, with scores from 0 to 100.
Trusted:  yes. `match` is never true: OpenRefine joins rows by itself where it is, and a person decides here.

Source: reconciliation-api.github.io/specs/0.2.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from evenhand.api import entities
from evenhand.api.links import Link, LinkRequest, Right, link_answer, make_link, until_of
from evenhand.api.opensanctions import scored
from evenhand.api.rows import Asked, Reply, Row
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import API_BATCH_QUESTIONS_MAX, API_FORM_FIELDS_MAX, API_PAGE_ITEMS_MAX
from evenhand.matching.bands import STRONG_MIN
from evenhand.matching.contract import STRENGTH_MAX
from evenhand.node.deciding.noting import begin
from evenhand.node.site import Stated
from evenhand.trust.permissions import Permission

FORM: Final = "application/x-www-form-urlencoded"
_SPACE: Final = "https://followthemoney.tech/explorer/"
_TYPES: Final = {"Person": "Person", "Passport": "Passport", "Identification": "Identification"}
_PROPERTIES: Final = {
    "name": "Name", "alias": "Other name", "firstName": "First name", "lastName": "Last name",
    "birthDate": "Date of birth", "gender": "Gender", "nationality": "Nationality", "country": "Country",
    "passportNumber": "Passport number", "idNumber": "Identity number",
}  # fmt: skip
_TURN: Final = 20
_BATCH: Final = 50
_LIMIT: Final = 5


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """A property of a row: `v` is a value, or several."""

    pid: str
    v: Any


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `type_strict` belongs to an older version and changes nothing."""

    query: str = ""
    type: str | list[str] | None = None
    limit: int = _LIMIT
    properties: list[Detail] = []
    type_strict: str | None = None


async def manifest(asked: Asked) -> Reply:
    """Describe the service, or answer `queries` given as a parameter."""
    entities.check_dataset(asked.values["dataset"])
    if "queries" in asked.values:
        return await _answered(asked, asked.values["queries"])
    base = asked.service.base_url(asked.headers)
    by = f"/by/{asked.values['link']}" if asked.row.by_link else ""
    service = f"{base}/reconcile/{asked.values['dataset']}{by}"
    said = {
        "versions": ["0.2"], "name": f"Evenhand {asked.site.member.code}", "identifierSpace": _SPACE,
        "schemaSpace": _SPACE, "defaultTypes": [{"id": one, "name": name} for one, name in _TYPES.items()],
        "view": {"url": f"{base}/entities/{{{{id}}}}"}, "documentation": f"{base}/docs", "batchSize": _BATCH,
        "suggest": {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "type", "property")
        },
    }  # fmt: skip
    return Reply(body=msgspec.json.encode(said))


async def reconcile(asked: Asked) -> Reply:
    """Answer a batch in the form field `queries`. Raises InputError or LimitError."""
    entities.check_dataset(asked.values["dataset"])
    try:
        fields = dict(parse_qsl(asked.body.decode("utf-8"), keep_blank_values=True, max_num_fields=API_FORM_FIELDS_MAX))
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError("the body is not a form", why=type(error).__name__) from error
    if "queries" not in fields:
        raise InputError("the form has no field `queries`", remedy="send queries=JSON; `extend` is not offered")
    return await _answered(asked, fields["queries"])


async def _answered(asked: Asked, text: str) -> Reply:
    try:
        batch = msgspec.json.decode(text, type=dict[str, Asking])
    except UNREADABLE as error:
        raise InputError("queries cannot be read", why=str(error)) from error
    if not 0 < len(batch) <= API_BATCH_QUESTIONS_MAX:
        raise LimitError(f"{len(batch)} queries", why=f"1 to {API_BATCH_QUESTIONS_MAX} at once")
    results, stated = {}, begin(asked.site)
    for number, (name, one) in enumerate(batch.items()):
        if number % _TURN == _TURN - 1:
            await asyncio.sleep(0)
        results[name] = {"result": _candidates(asked, one, stated)}
    return Reply(body=msgspec.json.encode(results), headers={"X-Batch-Size": str(len(results))})


def _candidates(asked: Asked, one: Asking, stated: Stated) -> list[dict[str, Any]]:
    schema = next(iter(one.type), "Person") if isinstance(one.type, list) else one.type or "Person"
    said: dict[str, list[str]] = {}
    name = "number" if schema in entities.PAPER_SCHEMATA else "name"
    if one.query.strip():
        said[name] = [one.query]
    for detail in one.properties:
        said.setdefault(detail.pid.rpartition(":")[2], []).extend(_texts(detail.v))
    if not said:
        return []
    query = entities.question_of(schema, said)
    found = [] if query is None else scored(asked.site, query, STRONG_MIN / STRENGTH_MAX, stated)
    return [_candidate(result) for result in found[: max(0, min(one.limit, API_PAGE_ITEMS_MAX))]]


def _texts(value: Any) -> Iterable[str]:  # noqa: ANN401 - any JSON value
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield str(one.get("name") or one.get("id") or "")
        elif one is not None:
            yield str(one)


def _candidate(result: dict[str, Any]) -> dict[str, Any]:
    features = [{"id": name, "name": name, "value": round(value * 100, 1)} for name, value in
                result["features"].items()]  # fmt: skip
    return {
        "id": result["id"], "name": result["caption"], "type": [{"id": result["schema"], "name": result["schema"]}],
        "score": round(result["score"] * 100, 1), "match": False, "features": features,
    }  # fmt: skip


async def suggest_entity(asked: Asked) -> Reply:
    """Suggest entities for what was typed so far."""
    entities.check_dataset(asked.values["dataset"])
    typed = asked.values.get("prefix", "").strip()
    found = _candidates(asked, Asking(query=typed, limit=_BATCH), begin(asked.site)) if typed else []
    result = [{"id": one["id"], "name": one["name"], "notable": one["type"]} for one in found]
    return Reply(body=msgspec.json.encode({"result": result}))


async def suggest_type(asked: Asked) -> Reply:
    """Suggest schemata."""
    return _matching(asked, _TYPES)


async def suggest_property(asked: Asked) -> Reply:
    """Suggest properties."""
    return _matching(asked, _PROPERTIES)


def _matching(asked: Asked, able: dict[str, str]) -> Reply:
    entities.check_dataset(asked.values["dataset"])
    typed = asked.values.get("prefix", "").strip().casefold()
    result = [
        {"id": one, "name": name} for one, name in able.items()
        if one.casefold().startswith(typed) or name.casefold().startswith(typed)
    ]  # fmt: skip
    return Reply(body=msgspec.json.encode({"result": result}))


async def link(asked: Asked) -> Reply:
    """Make an address for a client that can send no header. Raises InputError, NotFoundError or HttpError (403)."""
    try:
        request = msgspec.json.decode(asked.body, type=LinkRequest)
    except UNREADABLE as error:
        raise InputError("the request cannot be used", why=str(error)) from error
    entities.check_dataset(request.dataset)
    assert asked.caller is not None
    right = Right(
        machine=asked.caller.who, until_ms=until_of(request.hours, asked.site.member.clock.now_ms()),
        dataset=request.dataset, purpose=asked.purpose, legal_basis=asked.legal_basis,
        reference=asked.site.stated.reference,
    )  # fmt: skip
    made = make_link(asked.site, asked.caller, right)
    url = f"{asked.service.base_url(asked.headers)}/reconcile/{request.dataset}/by/{made}"
    return Reply(body=msgspec.json.encode(link_answer(url, right)))


_TAG: Final = "Reconciliation"
_TYPED: Final = ("prefix", "cursor", "limit", "type", "domain")
_OPEN: Final = (
    Row("GET", "/reconcile/{dataset}", "The service's manifest", _TAG, run=manifest, power=Permission.QUERY,
        gives=dict, purpose=True, lenient=True, lenient_names=("queries",)),
    Row("POST", "/reconcile/{dataset}", "Candidates for rows of a table", _TAG, run=reconcile,
        power=Permission.QUERY, gives=dict, purpose=True, lenient=True, accepts=FORM),
    Row("GET", "/reconcile/{dataset}/suggest/entity", "Suggest entities", _TAG, run=suggest_entity,
        power=Permission.QUERY, gives=dict, purpose=True, lenient=True, lenient_names=_TYPED),
    Row("GET", "/reconcile/{dataset}/suggest/type", "Suggest types", _TAG, run=suggest_type, gives=dict,
        lenient=True, lenient_names=_TYPED),
    Row("GET", "/reconcile/{dataset}/suggest/property", "Suggest properties", _TAG, run=suggest_property,
        gives=dict, lenient=True, lenient_names=_TYPED),
)  # fmt: skip
ROWS: Final = (
    *_OPEN,
    Row("POST", "/v1/reconciliation/links", "Make an address for OpenRefine, which can send no key", _TAG, run=link,
        power=Permission.QUERY, purpose=True, takes=LinkRequest, gives=Link, examples={"link": {"hours": 12}}),
    *(replace(row, path=row.path.replace("{dataset}", "{dataset}/by/{link}"), by_link=True, power=Permission.QUERY,
              summary=f"{row.summary}, by a link") for row in _OPEN),
)  # fmt: skip
