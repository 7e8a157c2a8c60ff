"""Drafts of invented people, good enough for every machine check, and how a case is brought to its end."""

from __future__ import annotations

from typing import Any

from tests.node.people.coalition import Coalition

STATEMENTS: dict[str, Any] = {
    "penalty_threshold": "five years and more", "neutrality": "a criminal matter of general law", "child": "no",
}  # fmt: skip


WHY = {"purpose": "BORDER_CHECK", "legal_basis": "Code art 8", "reference": "lane 4"}


def draft(name: str = "Juan Inventado", **change: Any) -> dict[str, Any]:
    number = f"X{abs(hash(name)) % 10**7:07d}"
    notice: dict[str, Any] = {
        "kind": "person", "category": "terrorism", "action": "INTERVIEW",
        "person": {
            "names": [{"text": name}], "birth_dates": [{"value": "1980-05-17"}], "nationalities": ["UTO"],
            "documents": [{"type": "passport", "number": number, "issuer": "UTO"}],
        },
    }  # fmt: skip
    detail = {
        "offence": "invented offence", "legal_basis": "invented act, article 1", "decision_reference": "D-1",
        "issuing_authority": "Invented Court", "proportionality": "no lesser measure would do",
    }  # fmt: skip
    notice |= change.pop("notice", {})
    detail |= change.pop("detail", {})
    return {"notice": notice, "detail": detail, **change}


async def drafted(coalition: Coalition, code: str = "ITA", **change: Any) -> str:
    statements = STATEMENTS | change.pop("statements", {})
    more = {name: change.pop(name) for name in ("case", "corrects", "kind") if name in change}
    made = await coalition[code].ask("a-analyst", "case.draft", draft=draft(**change), statements=statements, **more)
    return str(made["case"])


async def submitted(coalition: Coalition, code: str = "ITA", **change: Any) -> str:
    case = await drafted(coalition, code, **change)
    await coalition[code].ask("a-analyst", "case.submit", case=case)
    return case


async def approved(coalition: Coalition, code: str = "ITA", **change: Any) -> str:
    case = await submitted(coalition, code, **change)
    yes = {"case": case, "verdict": "APPROVE", "reason": "in order"}
    await coalition[code].ask("a-approver", "case.approve", **yes)
    await coalition[code].ask("a-legal-reviewer", "case.legal", **yes)
    return case


async def published(coalition: Coalition, code: str = "ITA", **change: Any) -> str:
    """Publish a notice with all approvals, and return its key."""
    case = await approved(coalition, code, **change)
    done = await coalition[code].ask("a-approver", "case.publish", case=case)
    coalition.share()
    return f"{code}:{done['notice']['notice_id']}"
