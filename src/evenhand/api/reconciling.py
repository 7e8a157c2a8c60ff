"""The W3C Reconciliation Service API 0.2: OpenRefine compares a spreadsheet with this node's notices.

Knows:    manifests, batches of queries, suggestions.
Told:     rows of somebody's table, as form fields.
Answers:  candidates for each, with scores from 0 to 100.
Trusted:  yes. `match` is never true: OpenRefine joins rows by itself where it is, and a person decides here.

A query that cannot be asked is answered with `error` and without `result`. The specification has no form for that: its
schema asks for `result` in every answer, and what it leaves open are the bodies of HTTP errors, which would refuse the
other rows of the batch as well. OpenRefine then leaves the cell as it was and writes the words into its log; an empty
result would read there as "nobody". Names are not completed while they are typed (0064): what is suggested are types
and properties. An entity's id as `query` finds that entity.

Source: reconciliation-api.github.io/specs/0.2; OpenRefine's StandardReconConfig.java and suggest-4_3a.js.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from evenhand.api import entities
from evenhand.api.ages import age_here, age_told
from evenhand.api.links import Link, LinkRequest, Right, link_answer, make_link, until_of
from evenhand.api.opensanctions import Turns, answered, status_of
from evenhand.api.questions import Reading, asked_by, nothing, questions_of
from evenhand.api.rows import Asked, Reply, Row
from evenhand.api.schemata import SCHEMATA, shape_of
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import EvenhandError, InputError
from evenhand.ground.limits import API_FORM_FIELDS_MAX, API_PAGE_ITEMS_MAX
from evenhand.interop.export.wording import handling_marks
from evenhand.interop.ftm_own import marks_among
from evenhand.matching.bands import STRONG_MIN
from evenhand.matching.contract import STRENGTH_MAX
from evenhand.node.deciding.noting import begin
from evenhand.node.member import Member
from evenhand.trust.permissions import Permission

FORM: Final = "application/x-www-form-urlencoded"
_SPACE: Final = "https://followthemoney.tech/explorer/"
_TYPES: Final = {
    "Person": "Person", "Passport": "Passport", "Identification": "Identification", "Vehicle": "Vehicle",
}  # fmt: skip
_PROPERTIES: Final = {
    "name": "Name", "alias": "Other name", "firstName": "First name", "lastName": "Last name",
    "birthDate": "Date of birth", "gender": "Gender", "nationality": "Nationality", "country": "Country",
    "passportNumber": "Passport number", "idNumber": "Identity number", "number": "Document number",
    "registrationNumber": "Registration number", "type": "Kind of document",
}  # fmt: skip
_OF_PAPERS: Final = frozenset({"number", "type"})
"""Said of documents and vehicles; a person's have properties of their own."""
_TYPE: Final = "Person"
_KEY: Final = {
    "type": "apiKey", "name": "Authorization", "in": "header",
    "description": "`Bearer` and a key that the operator made; a link needs none.",
}
"""A security scheme, as OpenAPI 2.0 has them: it knows no bearer token, and names the header."""
_BATCH: Final = 50
_LIMIT: Final = 5


class Detail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A property of a row: `v` is a value, or several."""

    pid: str
    v: Any


class Asking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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
    # A link opens no page of an entity, and who comes by one needs no key.
    more = {} if asked.row.by_link else {"view": {"url": f"{base}/entities/{{{{id}}}}"}, "authentication": _KEY}
    service = f"{base}/reconcile/{asked.values['dataset']}{by}"
    said = {
        "versions": ["0.2"], "name": f"Evenhand {asked.site.member.code}", "identifierSpace": _SPACE,
        "schemaSpace": _SPACE, "defaultTypes": [{"id": one, "name": name} for one, name in _TYPES.items()],
        "documentation": f"{base}/docs", "batchSize": _BATCH, **more,
        "suggest": {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}"}
            for kind in ("type", "property")
        },
    }  # fmt: skip
    return Reply(body=msgspec.json.encode(said))


async def reconcile(asked: Asked) -> Reply:
    """Answer a batch in the form field `queries`. Raises InputError or LimitError."""
    entities.check_dataset(asked.values["dataset"])
    try:
        fields = parse_qsl(asked.body.decode("utf-8"), keep_blank_values=True, max_num_fields=API_FORM_FIELDS_MAX)
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError("the body is not a form", why=type(error).__name__) from error
    if [name for name, _ in fields] != ["queries"]:
        raise InputError("the form has one field, `queries`", remedy="send queries=JSON; `extend` is not offered")
    return await _answered(asked, fields[0][1])


async def _answered(asked: Asked, text: str) -> Reply:
    try:
        batch = msgspec.json.decode(text, type=dict[str, Asking])
    except UNREADABLE as error:
        raise InputError("queries cannot be read", why=str(error)) from error
    entities.check_batch(len(batch), 0)
    read = {name: _read(asked.site.member, one) for name, one in batch.items()}
    entities.check_batch(len(read), sum(len(one.queries) for one in read.values() if isinstance(one, Reading)))
    results: dict[str, dict[str, Any]] = {}
    stated, turns = begin(asked.site), Turns()
    age = age_here(asked)
    old = {"stale": True} if age.stale else {}
    for name, one in batch.items():
        await turns.after(read[name])
        found = answered(asked, read[name], STRONG_MIN / STRENGTH_MAX, stated)
        if isinstance(found, EvenhandError):
            results[name] = {"error": str(found), "status": status_of(found)}
            continue
        kept = found.results[: min(one.limit, API_PAGE_ITEMS_MAX)]
        results[name] = {"result": [_candidate(each, by_id=each["id"] == one.query.strip()) for each in kept], **old}
        if found.not_compared:
            results[name]["not_compared"] = found.not_compared
    return Reply(body=msgspec.json.encode(results), headers={"X-Batch-Size": str(len(results)), **age_told(age)})


def _read(member: Member, one: Asking) -> Reading | InputError:
    """Return the questions of a row, of each type that it may be of, or why it cannot be asked."""
    named = entities.named_by(member, one.query.strip())
    try:
        return _questions(one) if named is None else _by_id(one, named)
    except InputError as error:
        return error


def _by_id(one: Asking, named: entities.Named) -> Reading:
    """Return the question for an entity by its id. What else the row says is not compared: the id says who it is."""
    _check_limit(one)
    aside = sorted({detail.pid[:40] for detail in one.properties})
    return Reading(queries=(named.question,), only=named.key, not_compared=tuple(aside))


def _check_limit(one: Asking) -> None:
    if one.limit < 1:
        raise InputError("a limit is at least 1")


def _questions(one: Asking) -> Reading:
    _check_limit(one)
    kinds = one.type if isinstance(one.type, list) else [one.type or ""]
    details: dict[str, list[str]] = {}
    for detail in one.properties:
        details.setdefault(detail.pid.rpartition(":")[2], []).extend(_texts(detail.pid, detail.v))
    read: list[Reading] = []
    for kind in dict.fromkeys(kind or _TYPE for kind in kinds or [""]):
        name = asked_by(kind)
        read.append(questions_of(kind, details | {name: [one.query, *details.get(name, ())]}))
    able = [each for each in read if each.queries]
    if not able and any(each.says_nothing for each in read):
        raise nothing()
    if not able:  # an empty result would read as "nobody"
        raise InputError("; ".join(each.not_compared[0] for each in read), remedy=f"ask for {', '.join(_TYPES)}")
    # What one type leaves aside and another asks about is not left aside; a kind not held here is, for all of them.
    unheld = {text for each in read if not each.queries and not each.says_nothing for text in each.not_compared}
    left = set.intersection(*(set(each.not_compared) for each in able)) | unheld
    return Reading(queries=tuple(one for each in able for one in each.queries), not_compared=tuple(sorted(left)))


def _texts(pid: str, value: Any) -> Iterable[str]:  # noqa: ANN401 - any JSON value
    """Yield the texts of a value, or of several; of an entity its name. Raises InputError."""
    for one in value if isinstance(value, list) else [value]:
        text = one.get("name") or one.get("id") if isinstance(one, dict) else one
        if isinstance(text, (dict, list)):
            raise InputError(f"{pid[:40]} holds what is no value", remedy="give a text, a number or an entity")
        if text is not None:
            yield str(text)


def _candidate(result: dict[str, Any], *, by_id: bool) -> dict[str, Any]:
    features = [{"id": name, "name": name, "value": round(value * 100, 1)} for name, value in
                result["features"].items()]  # fmt: skip
    marks, _ = marks_among(result["properties"].get("notes", ()))
    told = {} if marks is None else {"description": handling_marks(marks)}
    return {
        "id": result["id"], "name": result["caption"], "type": [{"id": result["schema"], "name": result["schema"]}],
        "score": 100.0 if by_id else round(result["score"] * 100, 1), "match": False, "features": features,
        **told,
    }  # fmt: skip


async def suggest_type(asked: Asked) -> Reply:
    """Suggest schemata. Raises InputError or NotFoundError."""
    return _matching(asked, _TYPES)


async def suggest_property(asked: Asked) -> Reply:
    """Suggest properties: all, or those that say something of a type. Raises InputError or NotFoundError."""
    kind = asked.values.get("type") or asked.values.get("domain", "")
    shape = shape_of(kind) if kind in SCHEMATA else None
    less = _OF_PAPERS if shape is not None and shape.names else ()
    able = _PROPERTIES if shape is None else shape.reads
    return _matching(asked, {one: name for one, name in _PROPERTIES.items() if one in able and one not in less})


def _matching(asked: Asked, able: dict[str, str]) -> Reply:
    """Suggest what begins with the prefix, from `cursor` on, and no more than `limit`."""
    entities.check_dataset(asked.values["dataset"])
    skipped = entities.number_in(asked.values, "cursor", 0, most=API_PAGE_ITEMS_MAX)
    limit = entities.number_in(asked.values, "limit", API_PAGE_ITEMS_MAX, most=API_PAGE_ITEMS_MAX)
    if not limit:
        raise InputError("a limit is at least 1")
    typed = asked.values.get("prefix", "").strip().casefold()
    result = [
        {"id": one, "name": name} for one, name in able.items()
        if one.casefold().startswith(typed) or name.casefold().startswith(typed)
    ]  # fmt: skip
    return Reply(body=msgspec.json.encode({"result": result[skipped : skipped + limit]}))


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
_WIDGET: Final = ("type", "spell", "exact", "scoring", "prefixed")
"""What OpenRefine's input fields send beside: words of the search that they were once made for. They change nothing."""
_TYPED: Final = ("prefix", "cursor", "limit", *_WIDGET)
_OPEN: Final = (
    Row("GET", "/reconcile/{dataset}", "The service's manifest", _TAG, run=manifest, power=Permission.QUERY,
        gives=dict, purpose=True, lenient=True, lenient_names=("queries",), for_pages=True),
    Row("POST", "/reconcile/{dataset}", "Candidates for rows of a table", _TAG, run=reconcile,
        power=Permission.QUERY, gives=dict, purpose=True, lenient=True, accepts=FORM, for_pages=True),
    Row("GET", "/reconcile/{dataset}/suggest/type", "Suggest types", _TAG, run=suggest_type, gives=dict,
        lenient=True, lenient_names=_TYPED, for_pages=True),
    Row("GET", "/reconcile/{dataset}/suggest/property", "Suggest properties", _TAG, run=suggest_property,
        gives=dict, lenient=True, lenient_names=(*_TYPED, "domain"), for_pages=True),
)  # fmt: skip
ROWS: Final = (
    *_OPEN,
    Row("POST", "/v1/reconciliation/links", "Make an address for OpenRefine, which can send no key", _TAG, run=link,
        power=Permission.QUERY, purpose=True, takes=LinkRequest, gives=Link, examples={"link": {"hours": 12}}),
    *(replace(row, path=row.path.replace("{dataset}", "{dataset}/by/{link}"), by_link=True, power=Permission.QUERY,
              summary=f"{row.summary}, by a link") for row in _OPEN),
)  # fmt: skip
