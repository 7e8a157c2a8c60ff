"""Why anyone may look a person up: the closed list of purposes, and what a query must say.

Knows:    purposes, what each needs beside it, and entitlements.
Told:     a query and its officer's entitlement.
Answers:  every objection with its rule and remedy; none means the question may be asked.
Trusted:  yes: a query that fails here is not run.

Source: PROCEDURE section 3 state 0 and rule Q-01; Directive (EU) 2016/680 art 25 (logging of purpose).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.screening.events import QueryMade


class Purpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One purpose: what it is for, and whether a crossing, boarding or case must stand beside it."""

    words: str
    needs_movement: bool


PURPOSES: Final[dict[str, Purpose]] = {
    "BORDER_CHECK": Purpose(words="a person crosses the border", needs_movement=True),
    "BOARDING": Purpose(words="a carrier boards a passenger", needs_movement=True),
    "VISA": Purpose(words="a visa or travel authorisation is decided", needs_movement=True),
    "POLICE_CHECK": Purpose(words="police check a person on a lawful ground", needs_movement=True),
    "INVESTIGATION": Purpose(words="an open case of terrorism", needs_movement=True),
    "RESCREENING": Purpose(words="past travel is compared with a new notice", needs_movement=False),
    "REDRESS": Purpose(words="a person asked about data on themselves", needs_movement=False),
    "QUALITY_REVIEW": Purpose(words="another unit reviews a decision", needs_movement=False),
}


class Entitlement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer may ask for; `*` among the categories means all."""

    purposes: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


class Objection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing wrong with a query, by rule, in words, with the remedy."""

    rule: str
    found: str
    remedy: str


_ENTITLED: Final = "ask an entitled officer, or have the entitlement changed first"
BEYOND: Final = Objection(rule="Q-01", found="what was found is outside the officer's entitlement", remedy=_ENTITLED)
"""Something was found, of a category that is not the officer's: an entitled one must look."""
_OF_NOTHING: Final = Objection(rule="Q-01", found="no category is within the officer's entitlement", remedy=_ENTITLED)
"""Whatever was found would be refused, and so tell that somebody is listed."""
_STATED: Final = ("officer", "authority", "post", "device", "purpose", "legal_basis", "encounter", "terms", "view")


def missing_fields(query: QueryMade) -> tuple[str, ...]:
    """Return the names of what state 0 must record and this query leaves empty."""
    return tuple(name for name in _STATED if not getattr(query, name))


def outside_entitlement(query: QueryMade, entitlement: Entitlement) -> tuple[str, ...]:
    """Return the purpose and categories that the officer may not ask for."""
    over = [] if not query.purpose or query.purpose in entitlement.purposes else [query.purpose]
    if "*" not in entitlement.categories:
        over += [category for category in query.categories if category not in entitlement.categories]
    return tuple(over)


def check_reasons(purpose: str, legal_basis: str, entitlement: Entitlement) -> tuple[Objection, ...]:
    """Return every objection to why somebody is looked up: all that can be known before anybody is searched for."""
    missing = [name for name, said in (("purpose", purpose), ("legal basis", legal_basis)) if not said]
    return _unstated(missing) + _not_theirs(purpose, entitlement) or (() if entitlement.categories else (_OF_NOTHING,))


def check_query(query: QueryMade, entitlement: Entitlement) -> tuple[Objection, ...]:
    """Return every objection to a query (rule Q-01).

    What was found is objected to where nothing else is, and is not named: a refusal must not tell whoever may not ask
    that somebody is listed, nor for what.
    """
    missing = [name.replace("_", " ") for name in missing_fields(query)]
    objections = _unstated(missing) + _not_theirs(query.purpose, entitlement)
    return (BEYOND,) if not objections and outside_entitlement(query, entitlement) else objections


def _unstated(names: Sequence[str]) -> tuple[Objection, ...]:
    if not names:
        return ()
    missing = " and ".join(names)
    return (Objection(rule="Q-01", found=f"the query does not state its {missing}", remedy=f"state the {missing}"),)


def _not_theirs(purpose: str, entitlement: Entitlement) -> tuple[Objection, ...]:
    if not purpose or purpose in entitlement.purposes:
        return ()
    if purpose not in PURPOSES:
        known = ", ".join(PURPOSES)
        return (Objection(rule="Q-01", found=f"{purpose[:40]} is no purpose", remedy=f"use one of {known}"),)
    return (Objection(rule="Q-01", found=f"{purpose} is outside the officer's entitlement", remedy=_ENTITLED),)
