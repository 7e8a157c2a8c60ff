"""On what legal footing a member publishes a list, and how an entry becomes a notice under it.

Knows:    the statements PROCEDURE section 2 asks for, which a list does not carry itself.
Told:     an entry, a policy, an id, a version and the instant.
Answers:  the two parts of a notice.
Trusted:  yes: it decides which action a list entry asks for.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import digest
from evenhand.ground.clock import format_ms
from evenhand.interop.export.released import stricter
from evenhand.interop.model import ImportedEntry
from evenhand.notices.checks import DAY_MS, has_birth_date, has_full_name, has_strong_identifier, is_coercive
from evenhand.notices.model import (
    Action,
    Detail,
    DocumentNotice,
    Handling,
    Notice,
    PersonNotice,
    Reliability,
)

WITHDRAW_PERCENT_MAX: Final = 5
_PROPORTIONALITY: Final = (
    "The list's authority decided on this listing and reviews it. The action is the mildest that lets the "
    "importing member learn of an encounter; a name or date alone is never enough for more."
)


class ImportPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the importing member decides once for a whole list.

    `action` applies to entries with minimum identity (and a strong identifier, where it is coercive), else
    `fallback`; an entry without minimum identity asks for NONE. Spans are days from the instant of import.
    `withdraw_percent_max` stops an import that would withdraw a larger share of what is held.
    """

    category: str
    legal_basis: str
    issuing_authority: str
    proportionality: str = _PROPORTIONALITY
    action: Action = "DISCREET_REPORT"
    fallback: Action = "NONE"
    review_days: int = 180
    expiry_days: int = 365
    handling: Handling = Handling()
    reliability: Reliability | None = None
    withdraw_percent_max: int = WITHDRAW_PERCENT_MAX


_OFAC: Final = ImportPolicy(
    category="sanctions-list",
    legal_basis="Designation under the programme named in the offence; 31 CFR chapter V (United States)",
    issuing_authority="Office of Foreign Assets Control, United States Department of the Treasury",
    reliability=Reliability(source="B", information="2"),
    handling=Handling(tlp="GREEN", pap="AMBER"),
)


def _of(authority: str, basis: str, *, source: Letter = "B", category: str = "sanctions-list") -> ImportPolicy:
    """Return the careful policy for a list somebody else publishes for everyone to read."""
    return ImportPolicy(
        category=category, legal_basis=basis, issuing_authority=authority,
        reliability=Reliability(source=source, information="2"), handling=Handling(tlp="GREEN", pap="AMBER"),
    )  # fmt: skip


Letter = Literal["A", "B", "C", "D", "E", "F"]
POLICIES: Final[dict[str, ImportPolicy]] = {
    "un-sc": ImportPolicy(
        category="sanctions-list",
        legal_basis="Resolution of the United Nations Security Council under Chapter VII for the list named",
        issuing_authority="United Nations Security Council, sanctions committee of the list named",
        reliability=Reliability(source="A", information="2"),
        handling=Handling(tlp="GREEN", pap="AMBER"),
    ),
    "ofac-advanced": _OFAC,
    "ofac-sdn": _OFAC,
    "ofac-legacy": _OFAC,
    "eu-fsf": _of(
        "Council of the European Union", "Council decision and regulation for the programme named (TEU 29, TFEU 215)",
        source="A",
    ),
    "uk-sanctions": _of(
        "Foreign, Commonwealth and Development Office",
        "Regulations named, under the Sanctions and Anti-Money Laundering Act 2018 (United Kingdom)",
    ),
    "interpol-public": _of(
        "National central bureau or sanctions committee named in the notice, through INTERPOL",
        "Notice under INTERPOL's Rules on the Processing of Data, public extract", category="interpol-notice",
    ),
    "us-csl": _of(
        "Department named in the entry (United States: Commerce, State or Treasury)",
        "Designation under the programme named in the offence (United States)",
    ),
    "ca-sema": _of("Governor in Council (Canada)", "Special Economic Measures Act, schedule named (Canada)"),
    "au-dfat": _of(
        "Minister for Foreign Affairs (Australia)",
        "Charter of the United Nations Act 1945 or Autonomous Sanctions Act 2011 (Australia)",
    ),
    "ftm": _of(
        "Authority named in the offence, as gathered by the publisher of the data set",
        "Designation by the authority named in the offence", source="C",
    ),
    "template": ImportPolicy(
        category="member-list", legal_basis="Decision named in the entry",
        issuing_authority="The importing member's own authority",
    ),
}
"""The careful defaults: report discreetly, never hold, on a list's word alone."""


def too_wide(handling: Handling | None, *, to_all: bool, to_others: bool) -> str:
    """Say why an entry so marked where it comes from must not be published; empty where nothing speaks against it.

    TLP 2.0 (FIRST, 2022): RED is for named persons, AMBER+STRICT for the receiver's own organisation, and AMBER for
    those who need to know, whom a person has to name.
    """
    tlp = "CLEAR" if handling is None else handling.tlp
    if tlp == "RED":
        return "marked TLP:RED where it comes from: it is for named persons, and no import publishes it"
    if tlp == "AMBER+STRICT" and to_others:
        return "marked TLP:AMBER+STRICT where it comes from: the audience must be this member alone"
    if tlp == "AMBER" and to_all:
        return "marked TLP:AMBER where it comes from: name the members of both audiences who need to know"
    return ""


def granted_action(entry: ImportedEntry, policy: ImportPolicy) -> tuple[Action, Action]:
    """Return (action, fallback) for an entry: never more than its identity carries."""
    if entry.person is None:
        return policy.action, policy.fallback
    if not (has_full_name(entry.person) and has_birth_date(entry.person)):
        return "NONE", "NONE"
    if is_coercive(policy.action) and not has_strong_identifier(entry.person):
        lowered: Action = "DISCREET_REPORT" if is_coercive(policy.fallback) else policy.fallback
        return lowered, lowered
    return policy.action, policy.fallback


def to_notice(
    entry: ImportedEntry, policy: ImportPolicy, *, notice_id: str, version: int, now_ms: int
) -> tuple[Notice, Detail]:
    """Make the two parts of a notice. Raises InputError where the policy's spans or words break the form."""
    action, fallback = granted_action(entry, policy)
    said = entry.material
    handling = policy.handling if entry.handling is None else stricter(policy.handling, entry.handling)
    detail = Detail(
        offence=said.offence,
        legal_basis=policy.legal_basis,
        decision_reference=said.decision_reference,
        issuing_authority=policy.issuing_authority,
        proportionality=policy.proportionality,
        reliability=policy.reliability,
        addresses=said.addresses,
        marks=said.marks,
        languages=said.languages,
        remarks=said.remarks,
    )
    validity = {
        "notice_id": notice_id,
        "version": version,
        "category": policy.category,
        "action": action,
        "fallback": fallback,
        "valid_from": format_ms(now_ms),
        "source": entry.source,
        "handling": handling,
        "review_by": format_ms(now_ms + policy.review_days * DAY_MS),
        "expires": format_ms(now_ms + policy.expiry_days * DAY_MS),
    }
    if entry.person is not None:
        return PersonNotice(person=entry.person, **validity), detail  # type: ignore[arg-type]
    return DocumentNotice(document=entry.document, **validity), detail  # type: ignore[arg-type]


def content_digest(notice: Notice, detail: Detail) -> str:
    """Return SHA-256 in hex over what a notice says.

    Left out is what changes without the content changing: id, version, instants, the list's edition, and who approved
    it under which salt. So the digest of a published notice, computed from the ledger, equals that of the entry it
    came from.
    """
    said, more = msgspec.to_builtins(notice), msgspec.to_builtins(detail)
    for name in ("notice_id", "version", "valid_from", "review_by", "expires"):
        del said[name]
    said.pop("approvals", None)
    more.pop("salt", None)
    if "source" in said:
        said["source"].pop("edition", None)
    return digest([said, more]).hex()
