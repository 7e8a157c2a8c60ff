"""The room `error`, as the contract has it.

Knows:    fields and paths; written by tools.client_contract, not by hand.
Told:     by programs, and by the node.
Answers:  immutable values, and calls for `Client.ask` and `AsyncClient.ask`.
Trusted:  no: a client checks forms, the node everything.
"""

from __future__ import annotations

import msgspec

from evenhand.client.contract.shared import ListRequest, ReportLine
from evenhand.client.requests import Call, call


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A report and what came of it: corrected, withdrawn, or why the notice is right."""

    report: str
    answer: str


class ReportList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of reports made here or to us, oldest first."""

    reports: tuple[ReportLine, ...]
    next: str | None


class ReportRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notice of another member, what is wrong with it, and when that was found (RFC 3339; absent: now)."""

    notice: str
    found: str
    found_at: str | None = None


def error_answer(body: AnswerRequest, *, once: str = "") -> Call[ReportLine]:
    """Answer a report on a notice of ours."""
    return call("POST", "/v1/operations/error.answer", ReportLine, body=body, once=once)


def error_list(body: ListRequest) -> Call[ReportList]:
    """List error reports with their clocks."""
    return call("POST", "/v1/operations/error.list", ReportList, body=body)


def error_report(body: ReportRequest, *, once: str = "") -> Call[ReportLine]:
    """Tell the originator that a notice of its is wrong."""
    return call("POST", "/v1/operations/error.report", ReportLine, body=body, once=once)
