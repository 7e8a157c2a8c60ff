"""yente's routes: clients of OpenSanctions ask this node and notice no difference.

Knows:    yente's paths, parameters and forms of answer (release 4 and later).
Told:     queries by example, search words, entity ids.
Answers:  FollowTheMoney entities with scores.
Trusted:  yes. A score is our strength in thousandths; `match` says that it reaches the threshold, no more.

Parameters that this node cannot honour are refused: an ignored filter would be a wrong answer.
Source: the OpenAPI document of yente, and opensanctions.org/docs/api.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from evenhand.api import entities
from evenhand.api.rows import Asked, Reply, Row
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError, LimitError, NotFoundError
from evenhand.ground.limits import API_BATCH_QUESTIONS_MAX, API_PAGE_ITEMS_MAX
from evenhand.matching.bands import POSSIBLE_MIN, STRONG_MIN
from evenhand.matching.contract import STRENGTH_MAX, Candidate, Query
from evenhand.node.deciding.noting import begin
from evenhand.node.member import Member
from evenhand.node.site import Site, Stated
from evenhand.trust.permissions import Permission

ALGORITHM: Final = "evenhand"
_ALGORITHMS: Final = frozenset({ALGORITHM, "best", "default", "logic-v1", "logic-v2", "regression-v1", "name-based"})
_TURN: Final = 20
_FIELDS: Final = {
    "name": "Names in any script, by parts and rarity.", "birth_date": "Dates, also partial ones and near misses.",
    "sex": "Sex.", "nationality": "Nationalities.", "document": "Documents by type, number and issuer.",
    "place": "Places.",
}  # fmt: skip
_FEATURES: Final = {
    name: {"description": words, "coefficient": 1.0, "url": "/docs"} for name, words in _FIELDS.items()
}


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """An entity as a query: its schema and properties."""

    schema: str
    properties: dict[str, str | list[Any]]
    id: str | None = None


class MatchRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Queries by name. `weights` and `config` tune other matchers; ours is the same at every member."""

    queries: dict[str, Example]
    weights: dict[str, float] = {}
    config: dict[str, Any] = {}


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are."""

    value: int
    relation: str = "eq"


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """The results for one query: entities with `score`, `features` and `match`."""

    status: int
    results: list[dict[str, Any]]
    total: Total
    query: Example


class MatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to all queries."""

    responses: dict[str, Matches]
    matcher: dict[str, Any]
    limit: int


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Entities found by words."""

    results: list[dict[str, Any]]
    facets: dict[str, Any]
    limit: int
    offset: int
    total: Total


async def match(asked: Asked) -> Reply:
    """Match entities by example. Raises InputError, LimitError or NotFoundError."""
    values = asked.values
    entities.check_dataset(values["dataset"])
    limit = entities.number_in(values, "limit", 5, most=API_PAGE_ITEMS_MAX)
    threshold = _share(values.get("threshold", str(STRONG_MIN / STRENGTH_MAX)))
    cutoff = min(threshold, _share(values.get("cutoff", str(POSSIBLE_MIN / STRENGTH_MAX))))
    if values.get("algorithm", ALGORITHM) not in _ALGORITHMS:
        raise InputError("no such algorithm", remedy="see /algorithms")
    request = _decoded(asked.body)
    if not 0 < len(request.queries) <= API_BATCH_QUESTIONS_MAX:
        raise LimitError(f"{len(request.queries)} queries", why=f"1 to {API_BATCH_QUESTIONS_MAX} at once")
    responses, stated = {}, begin(asked.site)
    for number, (name, example) in enumerate(request.queries.items()):
        if number % _TURN == _TURN - 1:
            await asyncio.sleep(0)
        query = entities.question_of(example.schema, _lists(example.properties))
        found = [] if query is None else scored(asked.site, query, threshold, stated)
        kept = [one for one in found if one["score"] >= cutoff]
        responses[name] = Matches(status=200, results=kept[:limit], total=Total(value=len(kept)), query=example)
    answer = MatchAnswer(responses=responses, matcher=_FEATURES, limit=limit)
    return Reply(body=msgspec.json.encode(answer), headers={"X-Batch-Size": str(len(responses))})


def _decoded(body: bytes) -> MatchRequest:
    try:
        return msgspec.json.decode(body, type=MatchRequest)
    except UNREADABLE as error:
        raise InputError("the queries cannot be used", why=str(error)) from error


def _lists(properties: dict[str, str | list[Any]]) -> dict[str, list[str]]:
    """Return properties as lists of text: a lone value stands for itself; entities inside are left aside."""
    listed = {name: [given] if isinstance(given, str) else given for name, given in properties.items()}
    return {name: [one for one in given if isinstance(one, str)] for name, given in listed.items()}


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError as error:
        raise InputError("a threshold is a number from 0 to 1") from error
    if not 0 <= share <= 1:
        raise InputError("a threshold is a number from 0 to 1")
    return share


def scored(site: Site, query: Query, threshold: float, stated: Stated) -> list[dict[str, Any]]:
    """Return the subjects of the candidates for a query, with their scores, best first. Raises RefusedError."""
    return [_scored(site.member, one, threshold) for one in entities.ask(site, query, stated)]


def _scored(member: Member, candidate: Candidate, threshold: float) -> dict[str, Any]:
    score = candidate.strength / STRENGTH_MAX
    features: dict[str, float] = {}
    for reason in candidate.reasons:
        features[reason.field] = features.get(reason.field, 0.0) + reason.weight / STRENGTH_MAX
    subject = entities.subject_of(member, candidate.key)
    return {**subject, "score": score, "features": features, "match": score >= threshold}


async def search(asked: Asked) -> Reply:
    """Search by a name. Raises InputError or NotFoundError."""
    values = asked.values
    entities.check_dataset(values["dataset"])
    limit = entities.number_in(values, "limit", 10, most=API_PAGE_ITEMS_MAX)
    offset = entities.number_in(values, "offset", 0, most=API_PAGE_ITEMS_MAX)
    schema, words = values.get("schema", "Thing"), values.get("q", "").strip()
    if not words:
        raise InputError("nothing to look for", remedy="give a name as q; GET /v1/notices lists notices")
    query = entities.question_of(schema, {"name": [words]} if schema in entities.PERSON_SCHEMATA else {})
    results = [] if query is None else scored(asked.site, query, STRONG_MIN / STRENGTH_MAX, begin(asked.site))
    plain = [{k: v for k, v in one.items() if k not in {"score", "features", "match"}} for one in results]
    answer = SearchAnswer(
        results=plain[offset : offset + limit], facets={}, limit=limit, offset=offset, total=Total(value=len(plain))
    )
    return Reply(body=msgspec.json.encode(answer))


async def entity(asked: Asked) -> Reply:
    """Return one entity. Raises NotFoundError."""
    wanted = asked.values["id"]
    found = entities.entities_of(asked.site.member, entities.key_of(wanted))
    named = next((one for one in found if one["id"] == wanted), None)
    if named is None:
        raise NotFoundError("no entity with this id stands here")
    whole = asked.values.get("nested", "true").lower() != "false" and named is found[0]
    return Reply(body=msgspec.json.encode(entities.nested(found) if whole else named))


async def algorithms(_: Asked) -> Reply:
    """Return the one algorithm there is."""
    ours = {
        "name": ALGORITHM, "features": _FEATURES,
        "description": "Integer scores, the same at every member; retrieval that loses nobody.",
    }
    return Reply(body=msgspec.json.encode({"algorithms": [ours], "default": ALGORITHM, "best": ALGORITHM}))


async def catalog(asked: Asked) -> Reply:
    """Return the one data set there is; its version is the state digest."""
    member = asked.site.member
    digest = member.vector().digest()
    ours = {
        "name": entities.DATASET, "title": f"Notices as {member.code} holds them", "version": digest, "load": True,
        "summary": "Fed by every member of the coalition, current to the second.", "index_version": digest,
        "index_current": True, "children": [],
    }  # fmt: skip
    answer = {"datasets": [ours], "current": [entities.DATASET], "outdated": [], "index_stale": False}
    return Reply(body=msgspec.json.encode(answer))


_TAG: Final = "OpenSanctions"
_QUERY: Final = {
    "queries": {"q1": {"schema": "Person", "properties": {"name": ["Ilmar Ferventu"], "birthDate": ["1984"]}}}
}
ROWS: Final = (
    Row("POST", "/match/{dataset}", "Match entities by example", _TAG, run=match, power=Permission.QUERY,
        takes=MatchRequest, gives=MatchAnswer, purpose=True, lenient=True, examples={"queries": _QUERY},
        lenient_names=("limit", "threshold", "cutoff", "algorithm", "fuzzy")),
    Row("GET", "/search/{dataset}", "Search by a name", _TAG, run=search, power=Permission.QUERY,
        gives=SearchAnswer, purpose=True, lenient=True,
        lenient_names=("q", "limit", "offset", "schema", "fuzzy", "simple")),
    Row("GET", "/entities/{id}", "One entity with what stands beside it", _TAG, run=entity,
        power=Permission.NOTICE_READ, gives=dict, lenient=True, lenient_names=("nested",)),
    Row("GET", "/algorithms", "Algorithms", _TAG, run=algorithms, gives=dict),
    Row("GET", "/catalog", "Data sets", _TAG, run=catalog, gives=dict),
)  # fmt: skip
