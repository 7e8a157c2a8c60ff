"""Notices as FollowTheMoney entities for this member's own programs, and what the matcher knows of questions.

Knows:    how an entity names a notice, and how much of one each caller may be told.
Told:     questions, keys of notices.
Answers:  candidates; entities with what stands beside them.
Trusted:  yes: a candidate that may not be exported is named as withheld, never left out; whoever may not read notices
          is told no more of one than the answer to a question tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from evenhand.ground.errors import InputError, LimitError, NotFoundError
from evenhand.ground.limits import API_BATCH_QUESTIONS_MAX
from evenhand.interop.export import ftm
from evenhand.interop.export.released import Terms, choose
from evenhand.interop.export.wording import handling_marks
from evenhand.matching.contract import Candidate, Query
from evenhand.node.answering import Found
from evenhand.node.asking import searched
from evenhand.node.comparable import in_hand, question_of
from evenhand.node.exporting import gather
from evenhand.node.member import Member
from evenhand.node.site import Site, Stated
from evenhand.notices.model import PersonNotice

DATASET: Final = ftm.DATASET
DATASETS: Final = frozenset({DATASET, "default", "sanctions"})
"""Our one data set, under the names that clients of OpenSanctions ask for out of the box."""
_NESTED: Final = {"Sanction": "sanctions", "Passport": "identification", "Identification": "identification"}
_WITHHELD: Final = "withheld here by its marks: ask POST /v1/find"
_TOLD: Final = frozenset({"wanted", "poi"})
"""Topics that say what is asked, as every answer does; that a list's entry stands behind it is the notice's to say."""


def key_of(entity_id: str) -> str:
    """Return the notice key in an entity id. Raises NotFoundError."""
    head, _, rest = entity_id.partition("-")
    code, _, notice_id = rest.partition("-")
    if head != "eh" or not code or not notice_id:
        raise NotFoundError("no entity has this id here", remedy="ids begin with eh-")
    return f"{code}:{notice_id.partition('-')[0]}"


def _own(member: Member) -> Terms:
    return Terms(own=member.code, reader=member.code)


def entities_of(member: Member, key: str) -> list[ftm.Entity]:
    """Return the entities of a notice, subject first; none where it no longer stands or may not be exported."""
    chosen = choose(gather(member, [key], member.code), _own(member))
    return [one for item in chosen.items for one in ftm.entities(item)]


def subject_of(member: Member, found: Found, *, whole: bool) -> ftm.Entity:
    """Return a candidate's subject, or a bare one that says it is withheld: a candidate must not vanish.

    `whole` for a caller who may read notices; any other is told how it is listed, its marks and what is asked, and no
    more.
    """
    key = f"{found.originator}:{found.notice_id}"
    held = entities_of(member, key)
    if held and whole:
        return held[0]
    if not held:
        return _bare(ftm.subject_id(key), "Person", {"name": [_WITHHELD]})
    told = {
        "name": [found.listed_as], "notes": [handling_marks(found.handling)],
        "topics": [one for one in held[0]["properties"]["topics"] if one in _TOLD],
    }  # fmt: skip
    return _bare(ftm.subject_id(key), held[0]["schema"], told)


def _bare(entity_id: str, schema: str, properties: dict[str, list[str]]) -> ftm.Entity:
    return {
        "id": entity_id, "caption": properties["name"][0], "schema": schema, "properties": properties,
        "referents": [], "datasets": [DATASET], "target": True,
        "first_seen": None, "last_seen": None, "last_change": None,
    }  # fmt: skip


def nested(found: list[ftm.Entity]) -> ftm.Entity:
    """Return a subject with what stands beside it put into its properties, as yente does."""
    subject, *others = found
    properties: dict[str, list[Any]] = {name: list(values) for name, values in subject["properties"].items()}
    for one in others:
        properties.setdefault(_NESTED[one["schema"]], []).append(one)
    return {**subject, "properties": properties}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the matcher knows of an entity: candidates as shown, the strongest first; what it could not compare."""

    candidates: tuple[tuple[Candidate, Found], ...]
    not_compared: tuple[str, ...] = ()


class Named(NamedTuple):
    """A notice that is asked for by an entity's id: its key, and the question that finds it."""

    key: str
    question: Query


def named_by(member: Member, text: str) -> Named | None:
    """Return what stands here under the id of a subject; None where the text is no such id.

    It is found by a question like any other, so that it is on record, and shown to nobody who could not have asked it.
    """
    try:
        key = key_of(text)
    except NotFoundError:
        return None
    standing = member.view.now(key, member.clock.now_ms())
    if standing is None or text != ftm.subject_id(key):
        return None
    notice = standing.notice
    if isinstance(notice, PersonNotice):
        born = [one.value for one in notice.person.birth_dates[:1]]
        asking = Query(names=(notice.person.names[0].text,), birth_date=born[0] if born else None)
    else:
        asking = Query(documents=in_hand((notice.document,)))
    return Named(key, question_of(asking))


def ask(site: Site, queries: Iterable[Query], stated: Stated, *, only: str = "") -> Known:
    """Ask the matcher, each question on record: the best of what stands and may be shown. Raises RefusedError.

    `only` is the key of the one notice that is looked for.
    """
    best: dict[str, tuple[Candidate, Found]] = {}
    left: dict[str, None] = {}
    for query in dict.fromkeys(queries):
        found, shown = searched(site, query, stated, only=only)
        told = {f"{one.originator}:{one.notice_id}": one for one in shown}
        left.update(dict.fromkeys(found.not_compared))
        for one in found.candidates:
            if one.key in told and (one.key not in best or one.strength > best[one.key][0].strength):
                best[one.key] = one, told[one.key]
    ranked = sorted(best.values(), key=lambda pair: (-pair[0].strength, pair[0].key))
    return Known(candidates=tuple(ranked), not_compared=tuple(left))


def check_batch(count: int, questions: int) -> None:
    """Refuse a batch of no queries, and one of too many questions. Raises InputError or LimitError."""
    if not count:
        raise InputError("no queries", remedy="give at least one")
    if count > API_BATCH_QUESTIONS_MAX or questions > API_BATCH_QUESTIONS_MAX:
        raise LimitError(f"{max(count, questions)} questions", why=f"1 to {API_BATCH_QUESTIONS_MAX} at once")


def check_dataset(name: str) -> None:
    """Refuse a data set we do not have. Raises NotFoundError."""
    if name not in DATASETS:
        raise NotFoundError(f"there is no data set {name[:40]!r}", remedy=f"use {DATASET}")


def number_in(values: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    """Return a whole-number parameter. Raises InputError."""
    text = values.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > most:  # noqa: PLR2004 - below 10^9
        raise InputError(f"{name} must be a number up to {most}")
    return int(text)

