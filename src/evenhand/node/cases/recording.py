"""The events of a case, for the decision ledger: what rules P and L are judged by.

Knows:    which event each step is.
Told:     cases and who acts.
Answers:  nothing; what it cannot record stops the step's caller with an error.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Any

from evenhand.ground.canonical import digest
from evenhand.ground.clock import parse_ms
from evenhand.node.cases.model import Case, Review
from evenhand.node.cases.shelf import event_fields
from evenhand.node.site import Site
from evenhand.notices.checks import has_strong_identifier
from evenhand.notices.model import PersonNotice
from evenhand.screening.cleared import identity_basis
from evenhand.screening.notice_events import (
    MANDATORY,
    NoticeApproved,
    NoticeExtended,
    NoticeObjected,
    NoticePublished,
    NoticeRefused,
    NoticeSubmitted,
)


def submitted(site: Site, case: Case, *, resubmission: bool) -> None:
    """Record that an author asked for review."""
    site.event(
        NoticeSubmitted(
            **event_fields(site, f"{case.case}:submitted"), notice=case.key, resubmission=resubmission,
            new_facts=bool(case.statements.new_facts.strip()),
        )
    )  # fmt: skip


def approved(site: Site, case: Case, role: Review, *, officer: str = "", unit: str = "") -> None:
    """Record one approval; officer and unit are given where it was another member's."""
    fields = event_fields(site, f"{case.case}:{role}", officer=officer, unit=unit)
    site.event(NoticeApproved(**fields, notice=case.key, version=case.notice.version, role=role))


def refused(site: Site, case: Case, reason: str, *, officer: str = "", unit: str = "") -> None:
    """Record a refusal and its reason."""
    fields = event_fields(site, f"{case.case}:refused", officer=officer, unit=unit)
    site.event(NoticeRefused(**fields, notice=case.key, reason=reason))


def objected(site: Site, case: Case, ground: Any) -> None:  # noqa: ANN401 - the event checks it
    """Record that a reviewer found a breach of neutrality or of a protection."""
    site.event(NoticeObjected(**event_fields(site, f"{case.case}:objected"), notice=case.key, ground=ground))


def published(site: Site, case: Case) -> None:
    """Record that a version is visible to posts, with all that the rules ask about it."""
    notice = case.notice
    author = next(one.by.officer for one in case.given if one.role == "AUTHOR")
    fields = event_fields(site, f"{case.case}:published", officer=author)
    if case.kind == "EXTENSION":
        assessment = case.statements.assessment.strip()
        site.event(
            NoticeExtended(
                **event_fields(site, f"{case.case}:extended", officer=author), notice=case.key,
                text=digest(case.detail.proportionality).hex(),
                assessment=digest(assessment).hex() if assessment else "",
                review_by_ms=parse_ms(notice.review_by), expires_ms=parse_ms(notice.expires),
            )
        )  # fmt: skip
    strong = has_strong_identifier(notice.person) if isinstance(notice, PersonNotice) else True
    site.event(
        NoticePublished(
            **fields, notice=case.key, version=notice.version, action=notice.action, fallback=notice.fallback,
            category=notice.category, review_by_ms=parse_ms(notice.review_by), expires_ms=parse_ms(notice.expires),
            text=digest(case.detail.proportionality).hex(), identity=identity_basis(notice), stated=MANDATORY,
            strong_identifier=strong, terrorism="terror" in notice.category.lower(), tlp=notice.handling.tlp,
            audience=() if case.audience == "all" else tuple(case.audience.split(",")),
        )
    )  # fmt: skip
