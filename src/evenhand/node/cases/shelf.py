"""The shelf: cases in the deletable store, and who may read them.

Knows:    where cases lie, and what a reference to one may look like.
Told:     cases by the workflow.
Answers:  cases by id; the events that the decision ledger records about them.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import NotFoundError, RefusedError, UsageError
from evenhand.node.cases.model import CASES, READERS, Case, Step
from evenhand.node.people.accounts import Caller
from evenhand.node.site import Site
from evenhand.notices.approvals import Act, Approval, OfficerRole
from evenhand.trust import ed25519
from evenhand.trust.note_keys import encode_base64
from evenhand.trust.permissions import Permission, check_separate

_PLACE: Final = b"case/"


def put(site: Site, case: Case) -> Case:
    """Keep a case; durable on return. Raises StoreError."""
    site.member.store.apply({_PLACE + case.case.encode("ascii"): CASES.encode(case)})
    return case


def every(site: Site) -> list[Case]:
    """Return every case, oldest first."""
    cases = [CASES.decode(value) for _, value in site.member.store.scan(_PLACE, _PLACE + b"\xff")]
    return sorted(cases, key=lambda one: (one.since_ms, one.case))


def known(site: Site, name: str) -> Case | None:
    """Return a case by its whole id, or None."""
    data = site.member.store.get(_PLACE + name.encode("ascii", "replace"))
    return None if data is None else CASES.decode(data)


def find(site: Site, reference: str) -> Case:
    """Return a case by a unique beginning of its id. Raises NotFoundError or UsageError."""
    found = [one for one in every(site) if reference and one.case.startswith(reference.strip().lower())]
    if not found:
        raise NotFoundError(f"no case {reference[:40]!r}", remedy="see `evenhand case list`")
    if len(found) > 1:
        raise UsageError(f"{reference[:40]!r} begins {len(found)} cases", remedy="write more of its digits")
    return found[0]


def require_reader(caller: Caller) -> None:
    """Refuse whoever works at a post: nobody there sees what has not been approved. Raises RefusedError."""
    if not any(caller.may(one) for one in READERS):
        raise RefusedError(
            "drafts are not shown to posts", why="rule P-01: nothing is visible before it is approved",
            remedy="ask an analyst, approver or legal reviewer",
        )  # fmt: skip


def sign(caller: Caller, role: OfficerRole, subject: str, now_ms: int) -> Approval:
    """Return the caller's signature as `role` under a subject. Raises RefusedError where they cannot sign."""
    if caller.key is None or caller.seed is None or role not in caller.key.roles:
        raise RefusedError(
            f"you cannot sign as {role}", why="a person signs, with a key of their own",
            remedy="sign in as somebody with that role: `evenhand sign-in NAME`",
        )  # fmt: skip
    act = Act(role=role, at=format_ms(now_ms), subject=subject)
    signature = ed25519.sign(caller.seed(), act.signed_text())
    return Approval(role=role, at=act.at, by=caller.key, signature=encode_base64(signature))


def stepped(case: Case, caller: Caller, permission: Permission, now_ms: int, **change: Any) -> Case:  # noqa: ANN401
    """Return the case after a step of the caller's. Raises RefusedError where duties would join (P-01)."""
    check_separate(caller.who, permission, case.deeds)
    step = Step(
        who=caller.who, permission=permission, at_ms=now_ms, verdict=change.pop("verdict"),
        reason=change.pop("reason", ""),
    )  # fmt: skip
    return msgspec.structs.replace(case, steps=(*case.steps, step), **change)


def event_fields(
    site: Site, what: str, *, officer: str = "", unit: str = "", by_software: bool = False
) -> dict[str, Any]:
    """Return what every event carries; officer and unit are the caller's where they are not given."""
    now_ms = site.member.clock.now_ms()
    if not officer and not by_software:
        officer = "" if site.caller.is_owner else site.caller.who
        unit = unit or site.caller.unit
    return {
        "event_id": f"{what}:{now_ms}", "at_ms": now_ms, "member": site.member.code, "unit": unit, "officer": officer
    }  # fmt: skip
