"""Why anyone may look a person up: the closed list of purposes, and what a query must say.

Knows:    purposes, what each needs beside it, and entitlements.
Told:     a query and its officer's entitlement.
Answers:  every objection with its rule and remedy; none means the question may be asked.
Trusted:  yes: a query that fails here is not run.

Source: PROCEDURE section 3 state 0 and rule Q-01; Directive (EU) 2016/680 art 25 (logging of purpose).
"""

from __future__ import annotations

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


def check_query(query: QueryMade, entitlement: Entitlement) -> tuple[Objection, ...]:
    """Return every objection to a query before it is run (rule Q-01)."""
    found = [
        Objection(rule="Q-01", found=f"the query does not state its {name.replace('_', ' ')}",
                  remedy=f"state the {name.replace('_', ' ')}")
        for name in missing_fields(query)
    ]  # fmt: skip
    if query.purpose and query.purpose not in PURPOSES:
        known = ", ".join(PURPOSES)
        found.append(Objection(rule="Q-01", found=f"{query.purpose[:40]} is no purpose",
                               remedy=f"use one of {known}"))  # fmt: skip
    found += [
        Objection(rule="Q-01", found=f"{word[:40]} is outside the officer's entitlement",
                  remedy="ask an entitled officer, or have the entitlement changed first")
        for word in outside_entitlement(query, entitlement)
    ]  # fmt: skip
    return tuple(found)
