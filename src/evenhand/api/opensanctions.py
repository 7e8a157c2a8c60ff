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
from evenhand.api.ages import age_here, age_told
from evenhand.api.questions import Reading, asked_in_words, nothing, questions_of
from evenhand.api.rows import Asked, Reply, Row
from evenhand.api.schemata import READ
from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import EvenhandError, InputError, NotFoundError, RefusedError
from evenhand.ground.limits import API_PAGE_ITEMS_MAX
from evenhand.matching.bands import POSSIBLE_MIN, STRONG_MIN
from evenhand.matching.contract import STRENGTH_MAX, Candidate
from evenhand.node.answering import Found
from evenhand.node.deciding.noting import begin
from evenhand.node.site import Stated
from evenhand.trust.permissions import Permission

ALGORITHM: Final = "evenhand"
_ALGORITHMS: Final = frozenset({ALGORITHM, "best", "default", "logic-v1", "logic-v2", "regression-v1", "name-based"})
_SWITCH: Final = {"true": True, "1": True, "false": False, "0": False}
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


class Matches(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The results for one query: entities with `score`, `features` and `match`.

    `total` counts the matches, as yente's does: those that reach the threshold, also beyond the limit. With a status
    other than 200 it was not asked, and `detail` says why: no results is then no answer. `not_compared` names what of
    the query was left aside.
    """

    status: int
    results: list[dict[str, Any]]
    total: Total
    query: Example
    detail: str = ""
    not_compared: tuple[str, ...] = ()


class MatchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to all queries; `stale` where it rests on a copy that is to be shown as old."""

    responses: dict[str, Matches]
    matcher: dict[str, Any]
    limit: int
    stale: bool = False


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Entities found by words; `not_compared` names what of them was left aside, `stale` says that the copy is old."""

    results: list[dict[str, Any]]
    facets: dict[str, Any]
    limit: int
    offset: int
    total: Total
    not_compared: tuple[str, ...] = ()
    stale: bool = False


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
    entities.check_batch(len(request.queries), 0)
    read = {name: _read(example) for name, example in request.queries.items()}
    entities.check_batch(len(read), sum(len(one.queries) for one in read.values() if isinstance(one, Reading)))
    responses, stated, turns = {}, begin(asked.site), Turns()
    for name, example in request.queries.items():
        await turns.after(read[name])
        found = answered(asked, read[name], threshold, stated)
        if isinstance(found, EvenhandError):
            responses[name] = Matches(status=status_of(found), results=[], total=Total(value=0), query=example,
                                      detail=str(found))  # fmt: skip
            continue
        kept = [one for one in found.results if one["score"] >= cutoff]
        responses[name] = Matches(status=200, results=kept[:limit], total=Total(value=sum(map(_is_match, kept))),
                                  query=example, not_compared=found.not_compared)  # fmt: skip
    age = age_here(asked)
    answer = MatchAnswer(responses=responses, matcher=_FEATURES, limit=limit, stale=age.stale)
    return Reply(body=msgspec.json.encode(answer), headers={"X-Batch-Size": str(len(responses)), **age_told(age)})


def _is_match(result: dict[str, Any]) -> bool:
    return bool(result["match"])


def _read(example: Example) -> Reading | InputError:
    """Return the questions of a query, or why it cannot be asked."""
    try:
        found = questions_of(example.schema, _lists(example.properties))
    except InputError as error:
        return error
    return nothing() if found.says_nothing else found


class Turns:
    """Lets others have the loop between the questions of a batch."""

    def __init__(self) -> None:
        self._taken = 0

    async def after(self, read: Reading | InputError) -> None:
        """Give way before a query, where enough was asked since the last time."""
        self._taken += len(read.queries) if isinstance(read, Reading) else 0
        if self._taken >= _TURN:
            self._taken = 0
            await asyncio.sleep(0)


def answered(asked: Asked, read: Reading | InputError, threshold: float, stated: Stated) -> Scored | EvenhandError:
    """Answer one query of a batch, or return why it has no answer: one bad row is not all rows."""
    if isinstance(read, InputError):
        return read
    try:
        return scored(asked, read, threshold, stated)
    except RefusedError as error:  # what was found is not this caller's to see
        return error


def status_of(error: EvenhandError) -> int:
    """Return the status of a query that has no answer."""
    return 400 if isinstance(error, InputError) else 403


def _decoded(body: bytes) -> MatchRequest:
    try:
        return msgspec.json.decode(body, type=MatchRequest)
    except UNREADABLE as error:
        raise InputError("the queries cannot be used", why=str(error)) from error


def _lists(properties: dict[str, str | list[Any]]) -> dict[str, list[str]]:
    """Return properties as lists of text: a lone value stands for itself. Raises InputError."""
    listed = {name: [given] if isinstance(given, str) else given for name, given in properties.items()}
    return {name: [_text(name, one) for one in given if one is not None] for name, given in listed.items()}


def _text(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        if name in READ:
            raise InputError(f"{name} holds what is no text", remedy="give a list of texts")
        return name  # an entity in a property that no question is made of: something is there, which is not compared
    return str(value)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError as error:
        raise InputError("a threshold is a number from 0 to 1") from error
    if not 0 <= share <= 1:
        raise InputError("a threshold is a number from 0 to 1")
    return share


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """The subjects of the candidates for an entity, with their scores, best first; and what was not compared."""

    results: list[dict[str, Any]]
    not_compared: tuple[str, ...] = ()


def scored(asked: Asked, read: Reading, threshold: float, stated: Stated) -> Scored:
    """Ask the questions of an entity and score what was found. Raises RefusedError."""
    known = entities.ask(asked.site, read.queries, stated, only=read.only)
    results = [_scored(asked, *one, threshold) for one in known.candidates]
    return Scored(results=results, not_compared=(*read.not_compared, *known.not_compared))


def _scored(asked: Asked, candidate: Candidate, found: Found, threshold: float) -> dict[str, Any]:
    score = candidate.strength / STRENGTH_MAX
    features: dict[str, float] = {}
    for reason in candidate.reasons:
        features[reason.field] = features.get(reason.field, 0.0) + reason.weight / STRENGTH_MAX
    # A question tells of whom; what else is held of them only somebody hears who may read notices.
    whole = asked.caller is not None and asked.caller.may(Permission.NOTICE_READ)
    subject = entities.subject_of(asked.site.member, found, whole=whole)
    return {**subject, "score": score, "features": features, "match": score >= threshold}


async def search(asked: Asked) -> Reply:
    """Search by a name, or for a document by its number. Raises InputError or NotFoundError."""
    values = asked.values
    entities.check_dataset(values["dataset"])
    limit = entities.number_in(values, "limit", 10, most=API_PAGE_ITEMS_MAX)
    offset = entities.number_in(values, "offset", 0, most=API_PAGE_ITEMS_MAX)
    schema, words = values.get("schema", "Thing"), values.get("q", "").strip()
    if not words:
        raise InputError("nothing to look for", remedy="give a name as q; GET /v1/notices lists notices")
    found = scored(asked, asked_in_words(schema, words), STRONG_MIN / STRENGTH_MAX, begin(asked.site))
    plain = [{k: v for k, v in one.items() if k not in {"score", "features", "match"}} for one in found.results]
    age = age_here(asked)
    answer = SearchAnswer(
        results=plain[offset : offset + limit], facets={}, limit=limit, offset=offset, total=Total(value=len(plain)),
        not_compared=found.not_compared, stale=age.stale,
    )  # fmt: skip
    return Reply(body=msgspec.json.encode(answer), headers=age_told(age))


async def entity(asked: Asked) -> Reply:
    """Return one entity. Raises InputError or NotFoundError."""
    wanted = asked.values["id"]
    found = entities.entities_of(asked.site.member, entities.key_of(wanted))
    named = next((one for one in found if one["id"] == wanted), None)
    if named is None:
        raise NotFoundError("no entity with this id stands here")
    whole = _yes(asked.values.get("nested", "true")) and named is found[0]
    body = msgspec.json.encode(entities.nested(found) if whole else named)
    return Reply(body=body, headers=age_told(age_here(asked)))


def _yes(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise InputError("nested is true or false")
    return _SWITCH[text.lower()]


async def algorithms(_: Asked) -> Reply:
    """Return the one algorithm there is."""
    ours = {
        "name": ALGORITHM, "features": _FEATURES,
        "description": "Integer scores, the same at every member; retrieval that loses nobody.",
    }
    return Reply(body=msgspec.json.encode({"algorithms": [ours], "default": ALGORITHM, "best": ALGORITHM}))


async def catalog(asked: Asked) -> Reply:
    """Return the one data set there is; its version is the state digest; it is outdated where the copy is stale."""
    member, age = asked.site.member, age_here(asked)
    digest, name = member.vector().digest(), entities.DATASET
    heard = "a partner was not heard for too long" if age.stale else "every partner was heard of late"
    ours = {
        "name": name, "title": f"Notices as {member.code} holds them", "version": digest, "load": True,
        "summary": f"Fed by every member of the coalition: {heard}.", "index_version": digest,
        "index_current": not age.stale, "children": [],
    }  # fmt: skip
    answer = {
        "datasets": [ours], "current": [] if age.stale else [name], "outdated": [name] if age.stale else [],
        "index_stale": age.stale,
    }  # fmt: skip
    return Reply(body=msgspec.json.encode(answer), headers=age_told(age))


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
