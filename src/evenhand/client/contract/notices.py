"""The room `notices`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from evenhand.client.contract.shared import Detail, DocumentNotice, Draft, PersonNotice, Place
from evenhand.client.requests import Call, call, quoted


class Drafted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was drafted, or would be: counts of cases; `cases` are those opened or written anew."""

    list: str
    edition: str
    dry_run: bool
    drafted: int
    rewritten: int
    under_way: int
    unchanged: int
    cases: tuple[str, ...]
    gone: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    alarm: str


class EraseBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice of ours whose content must go everywhere, and on what ground."""

    reason_class: str


class ExportPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Up to 500 notices. `pieces` are entities (ftm), objects (stix) or events (misp)."""

    pieces: tuple[dict[str, Any], ...]
    standing: int
    taken_back: int
    withheld: int
    next: str


class Flag(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Not executable on our territory: a lower action for the flagging member only, until `lifted`."""

    kind: Literal["flag"]
    notice: NoticeRef
    action: Literal["ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH"]
    reason: str
    lifted: bool = False


class FlagRequestBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What this member does instead of what a notice asks, on its own territory; `lift` takes it back."""

    action: Literal["ARREST", "DISCREET_REPORT", "HOLD", "INTERVIEW", "NONE", "NO_BOARD", "REFUSE_ENTRY", "SEARCH"]
    reason: str
    lift: bool = False


class Imported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done, or would be: counts of notices; every refusal of the list with line and reason."""

    list: str
    edition: str
    dry_run: bool
    published: int
    corrected: int
    withdrawn: int
    unchanged: int
    gone: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    alarm: str


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One notice in a list."""

    key: str
    listed_as: str
    version: int
    category: str
    action: str
    standing: str
    source: str
    expires: str


class LinkRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two notices and how they concern each other: same_person, not_same_person or unlinked."""

    first: str
    second: str
    relation: str
    reason: str


class ModelLink(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two notices concern the same person, or not; a member's later link replaces its earlier one."""

    kind: Literal["link"]
    first: NoticeRef
    second: NoticeRef
    relation: Literal["not_same_person", "same_person", "unlinked"]
    reason: str


class NoticeRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice of some member: originator's code and opaque id."""

    originator: str
    notice_id: str


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A withdrawal or erasure: who has signed a receipt for it, and who has not yet."""

    act: str
    entry: int
    receipts: tuple[tuple[str, ...], ...]
    awaited: tuple[str, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Notices in key order; `next` is the cursor of the next page, null on the last."""

    notices: tuple[Line, ...]
    next: str | None


class Proposal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For each column of a table the template's column it seems to be, or none."""

    mapping: dict[str, str]
    unmapped: tuple[str, ...]
    missing: tuple[str, ...]
    sample: dict[str, str]
    unread: dict[str, Unread]


class Refusal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something the list says that no notice will: where it stands (line from 1) and why it was refused."""

    line: int
    entry_id: str
    field: str
    reason: str


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice as this member may see it. `witnesses` cosigned the ledger's present head."""

    key: str
    standing: str
    at: str
    notice: PersonNotice | DocumentNotice | None
    detail: Detail | None
    refer_to_originator: bool
    action_here: str
    versions: tuple[VersionLine, ...]
    orders: tuple[OrderLine, ...]
    flags: tuple[tuple[str | Flag, ...], ...]
    links: tuple[tuple[str | ModelLink, ...], ...]
    sightings: tuple[tuple[str | Sighting, ...], ...]
    witnesses: tuple[str, ...]


class Sight(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one member could read, and why."""

    code: str
    match: bool
    detail: bool
    match_reason: str
    detail_reason: str


class Sighting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person or document of a notice was met somewhere."""

    kind: Literal["sighting"]
    notice: NoticeRef
    seen_at: str
    place: Place
    report: str


class SightingRequestBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the person or document of a notice was met, and what was found."""

    place: Place
    report: str


class Sights(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every member of the roster."""

    match: str
    detail: str
    members: tuple[Sight, ...]


class Unread(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many values of a column would be refused at an import, and the first few different ones."""

    count: int
    samples: tuple[str, ...]


class VersionLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version in its ledger."""

    number: int
    entry: int
    said_at: str


class WithdrawBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice of ours and why it is withdrawn."""

    reason: str


class Written(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was published: the notice concerned and the entry of our ledger."""

    key: str
    version: int
    entry: int
    readers: tuple[str, ...]


def get_notices(
    *, mine: bool = False, source: str = "", everything: bool = False, limit: int = 100, cursor: str = "",
) -> Call[Page]:  # fmt: skip
    """List notices, page by page."""
    return call(
        "GET", "/v1/notices", Page, query={"mine": mine, "source": source, "everything": everything, "limit": limit,
        "cursor": cursor},
    )  # fmt: skip


def notice_publish(body: Draft, *, once: str = "") -> Call[Written]:
    """Publish a notice alone: refused."""
    return call("POST", "/v1/notices", Written, body=body, once=once)


def notice_show(notice: str, *, at: str | None = None) -> Call[Shown]:
    """Show a notice with its life."""
    return call("GET", f"/v1/notices/{quoted(notice)}", Shown, query={"at": at})


def notice_correct(notice: str, body: Draft, *, tag: str, once: str = "") -> Call[Written]:
    """Correct a notice alone: refused."""
    return call("PUT", f"/v1/notices/{quoted(notice)}", Written, body=body, tag=tag, once=once)


def notice_withdraw(notice: str, body: WithdrawBody, *, tag: str = "", once: str = "") -> Call[Written]:
    """Withdraw a notice of ours."""
    return call("POST", f"/v1/notices/{quoted(notice)}/withdrawal", Written, body=body, tag=tag, once=once)


def notice_erase(notice: str, body: EraseBody, *, tag: str = "", once: str = "") -> Call[Written]:
    """Order that a notice of ours is erased everywhere."""
    return call("POST", f"/v1/notices/{quoted(notice)}/erasure", Written, body=body, tag=tag, once=once)


def notice_flag(notice: str, body: FlagRequestBody, *, tag: str = "", once: str = "") -> Call[Written]:
    """Say what is not done on our territory."""
    return call("POST", f"/v1/notices/{quoted(notice)}/flag", Written, body=body, tag=tag, once=once)


def notice_sighting(notice: str, body: SightingRequestBody, *, once: str = "") -> Call[Written]:
    """Tell that its person or document was met."""
    return call("POST", f"/v1/notices/{quoted(notice)}/sightings", Written, body=body, once=once)


def notice_link(body: LinkRequest, *, once: str = "") -> Call[Written]:
    """Say whether two notices are about one person."""
    return call("POST", "/v1/links", Written, body=body, once=once)


def export(
    *, format_: Literal["ftm", "misp", "stix"], reader: str | None = None, tlp_max: Literal["AMBER", "AMBER+STRICT",
    "CLEAR", "GREEN"] = "AMBER+STRICT", pap_max: Literal["AMBER", "CLEAR", "GREEN", "RED"] = "RED", detail: bool = True,
    after: str = "",
) -> Call[ExportPage]:  # fmt: skip
    """What we hold, in others' formats, page by page."""
    return call(
        "GET", "/v1/export", ExportPage, query={"format": format_, "reader": reader, "tlp_max": tlp_max, "pap_max":
        pap_max, "detail": detail, "after": after},
    )  # fmt: skip


def who_can_see(*, match: str, detail: str) -> Call[Sights]:
    """Who could read an audience, and why."""
    return call("GET", "/v1/audience", Sights, query={"match": match, "detail": detail})


def post_imports_format(
    format_: str, body: bytes, *, dry_run: bool = False, accept_mass_withdrawal: bool = False, audience: str = "all",
    detail_audience: str = "all", policy: str = "", columns: str = "", once: str = "",
) -> Call[Imported]:  # fmt: skip
    """Import the list in the body."""
    return call(
        "POST", f"/v1/imports/{quoted(format_)}", Imported, sent=body, media="application/octet-stream",
        query={"dry_run": dry_run, "accept_mass_withdrawal": accept_mass_withdrawal, "audience": audience,
        "detail_audience": detail_audience, "policy": policy, "columns": columns}, once=once,
    )  # fmt: skip


def post_drafts_format(
    format_: str, body: bytes, *, dry_run: bool = False, audience: str = "all", detail_audience: str = "all", policy:
    str = "", columns: str = "", statements: str = "", only: str = "", once: str = "",
) -> Call[Drafted]:  # fmt: skip
    """Draft a case for each entry of the list in the body."""
    return call(
        "POST", f"/v1/drafts/{quoted(format_)}", Drafted, sent=body, media="application/octet-stream", query={"dry_run":
        dry_run, "audience": audience, "detail_audience": detail_audience, "policy": policy, "columns": columns,
        "statements": statements, "only": only}, once=once,
    )  # fmt: skip


def get_template() -> Call[bytes]:
    """An empty table to fill in, with what belongs in each column."""
    return call("GET", "/v1/template", bytes)


def post_template_columns(body: bytes) -> Call[Proposal]:
    """Propose what the columns of the table in the body are."""
    return call("POST", "/v1/template/columns", Proposal, sent=body, media="application/octet-stream")
