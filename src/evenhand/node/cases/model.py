"""A case: one version of a notice on its way to publication, and everyone who had a hand in it.

Knows:    the states, what an author states beside the notice, reviews and their signatures.
Told:     by the workflow; read back from the deletable store.
Answers:  immutable values, and which step is next.
Trusted:  yes: a case is what becomes the published record.

Source: PROCEDURE section 2.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.notices.approvals import Approval
from evenhand.notices.model import Detail, Notice
from evenhand.notices.proving import needed_roles
from evenhand.trust.permissions import Deed, Permission

State = Literal["DRAFT", "SUBMITTED", "COMPLIANCE_REVIEW", "RETURNED", "REFUSED", "APPROVED", "PUBLISHED"]
Kind = Literal["NEW", "CORRECTION", "EXTENSION"]
Verdict = Literal["APPROVE", "RETURN", "REFUSE"]
Review = Literal["NATIONAL", "LEGAL", "COMPLIANCE"]
PERMISSION_OF: Final[dict[Review, Permission]] = {
    "NATIONAL": Permission.NOTICE_APPROVE,
    "LEGAL": Permission.NOTICE_LEGAL,
    "COMPLIANCE": Permission.NOTICE_COMPLIANCE,
}
READERS: Final = frozenset(
    {Permission.NOTICE_DRAFT, Permission.NOTICE_APPROVE, Permission.NOTICE_LEGAL, Permission.NOTICE_COMPLIANCE,
     Permission.AUDIT_READ}
)  # fmt: skip
"""Who sees a case before it is published: never a post (PROCEDURE section 1, point 3)."""


class Statements(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an author states beside the notice (PROCEDURE section 2); empty where it is not needed.

    `child_reason` says why a child's notice is in the child's best interests; `compatible_with` names notices
    on what may be the same person and `compatibility` why both can stand; `new_facts` what is new since a
    refusal; `assessment` why an extension is still needed; `protection` why a refugee's notice is lawful.
    """

    penalty_threshold: str = ""
    child: Literal["no", "yes", "unknown"] = "unknown"
    child_reason: str = ""
    neutrality: str = ""
    nationality_unknown: bool = False
    protection: str = ""
    compatible_with: tuple[str, ...] = ()
    compatibility: str = ""
    new_facts: str = ""
    assessment: str = ""

    def remarks(self) -> tuple[str, ...]:
        """Return the statements that travel in the detail part, in words."""
        said = {
            "Penalty threshold": self.penalty_threshold, "Neutrality": self.neutrality,
            "Child": "" if self.child == "no" else f"{self.child}. {self.child_reason}".strip(),
            "Compatibility": self.compatibility, "New facts": self.new_facts, "Assessment": self.assessment,
            "Protection": self.protection,
        }  # fmt: skip
        return tuple(f"{name}: {text}" for name, text in said.items() if text)


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What somebody did in a case: an opaque account, in which duty, with what verdict and reason."""

    who: str
    permission: Permission
    at_ms: int
    verdict: str
    reason: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One case. `given` are the signatures so far, the author's first.

    `originator` is another member's code where the case came to our compliance desk.
    """

    case: str
    kind: Kind
    state: State
    originator: str
    notice: Notice
    detail: Detail
    audience: str
    detail_audience: str
    statements: Statements = Statements()
    given: tuple[Approval, ...] = ()
    steps: tuple[Step, ...] = ()
    desk: str = ""
    entry: int | None = None
    since_ms: int = 0

    @property
    def key(self) -> str:
        """The notice's key, `ITA:0123…`."""
        return f"{self.originator}:{self.notice.notice_id}"

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """Who did which duty since the last draft, for the separation of duties."""
        return tuple(Deed(person=step.who, permission=step.permission) for step in self.steps)

    @property
    def missing(self) -> tuple[str, ...]:
        """The approvals still needed before publication, in order."""
        roles = {one.role for one in self.given}
        return tuple(role for role in needed_roles(self.notice.action) if role not in roles)


CASES: Final = Codec(Case)


class ToDesk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`case.review`: a case laid before another member's compliance desk."""

    case: Case


class FromDesk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`case.verdict`: what the compliance desk says; an approval carries its signature."""

    case: str
    verdict: Verdict
    reason: str
    officer: str
    approval: Approval | None = None


TO_DESK: Final = Codec(ToDesk)
FROM_DESK: Final = Codec(FromDesk)
