"""Problems: every refusal and failure over HTTP in one form, RFC 9457.

Knows:    which of the product's errors is which status; the error message of TAXII 2.1 (section 3.6.1).
Told:     errors by routes, by the router, or by nobody (a fault of ours).
Answers:  `application/problem+json` with what, why and what to do; to a reader of TAXII the same, as its own message.
Trusted:  yes: it never shows what an unexpected error says, which may hold personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec

from evenhand.api.headers import asks_for
from evenhand.ground.errors import (
    BusyError,
    EvenhandError,
    InputError,
    LimitError,
    NotFoundError,
    PeerUnreachableError,
    RefusedError,
    StoreError,
    UsageError,
    VerificationError,
)

MEDIA: Final = "application/problem+json"
TAXII: Final = "application/taxii+json;version=2.1"
TAXII_ROOT: Final = "/taxii2"
_STATUS: Final = (
    (LimitError, 413), (InputError, 400), (UsageError, 400), (NotFoundError, 404), (RefusedError, 403),
    (VerificationError, 422), (PeerUnreachableError, 503), (StoreError, 503),
    (BusyError, 503),
)  # fmt: skip

CODES: Final = {
    "address_too_long": "The address is longer than can be read.",
    "forbidden": "The key's roles do not allow this.",
    "idempotency_answer_not_kept": "This write was done; its answer was secret or too much, or went with an erasure.",
    "idempotency_key_in_use": "The same write is being done right now.",
    "idempotency_key_missing": "A write came without an Idempotency-Key.",
    "idempotency_key_reused": "An Idempotency-Key was sent with another request than before.",
    "idempotency_outcome_unknown": "The node stopped during a write: whether it was done must be looked up.",
    "method_not_allowed": "The path is there, and is not asked that way; `Allow` says how.",
    "no_telephone": "Carriers are not answered before `api.telephone` is set.",
    "not_acceptable": "The answer exists in no media type of `Accept`.",
    "not_entitled": "The key may not look people up for this purpose.",
    "other_member": "The key reads for another member: from TAXII alone, and while that member is active.",
    "precondition_failed": "What is to be changed has changed since it was read.",
    "precondition_required": "A change must say with If-Match which version it changes.",
    "purpose_missing": "Nobody is looked up without a purpose and a legal basis.",
    "purpose_unknown": "There is no such purpose.",
    "rate_limited": "More requests a second than this key or address may make; `Retry-After` says how long to wait.",
    "read_only": "Nothing is written to this collection.",
    "reference_missing": "This purpose needs the number of a crossing, boarding or case.",
    "repeats_full": "As many writes are remembered as can be; each is for a day, that none is done twice.",
    "repeats_of_caller_full": "As many writes of this key or account are remembered as may be, each for a day.",
    "request_header_fields_too_large": "Address and headers are longer than a request's may be.",
    "request_entity_too_large": "The body is larger than this path takes.",
    "request_timeout": "Head or body of the request came too slowly to be waited for.",
    "streams_full": "As many readers follow the changes as may.",
    "streams_of_caller_full": "As many streams of changes are open for this key or account as one may have.",
    "unauthorized": "No key was sent, or one that is not known or no longer valid.",
    "unsupported_media_type": "The body is of another media type than this path takes.",
}
"""What HTTP alone refuses, in words for the page `/docs`; the rest of the codes are those of `ground.errors`."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 section 3: `type` names the kind of problem, `detail` what happened, `remedy` what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    why: str = ""
    remedy: str = ""
    instance: str = ""


class HttpError(EvenhandError):
    """A refusal that only HTTP knows: its status, code and headers."""

    def __init__(
        self, status: int, what: str, *, code: str = "", why: str = "", remedy: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(what, why=why, remedy=remedy)
        self.status = status
        self.code = code or HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
        self.headers = dict(headers or {})


def status_of(error: EvenhandError) -> int:
    """Return the status an error of the product is answered with."""
    if isinstance(error, HttpError):
        return error.status
    return next((number for kind, number in _STATUS if isinstance(error, kind)), 500)


def headers_of(error: EvenhandError) -> dict[str, str]:
    """Return the headers that an error of the product is answered with."""
    if isinstance(error, BusyError):
        return {"Retry-After": str(error.wait_seconds)}
    return error.headers if isinstance(error, HttpError) else {}


def problem_of(error: EvenhandError, *, instance: str = "") -> Problem:
    """Return an error as a problem; `instance` is the id of the request."""
    status = status_of(error)
    return Problem(
        type=f"/docs#problem-{error.code}", title=HTTPStatus(status).phrase, status=status, detail=error.what,
        code=error.code, why=error.why, remedy=error.remedy, instance=instance,
    )  # fmt: skip


def failure(*, instance: str) -> Problem:
    """Return the problem of a fault of ours: the log has the rest, under the same instance."""
    return Problem(
        type="/docs#problem-error", title=HTTPStatus(500).phrase, status=500, code="error", instance=instance,
        detail="the node failed at this", remedy="repeat it; if it fails again, look for this instance in the log",
    )  # fmt: skip


def print_problem(problem: Problem, *, path: str, accept: str) -> tuple[bytes, str]:
    """Return a problem's bytes and media type.

    Below TAXII's root it has the members of a TAXII error message beside its own, for whoever reads either; the type
    is TAXII's where the reader asks for that by name. yente's clients read `detail`, which is there everywhere.
    """
    if not f"{path}/".startswith(f"{TAXII_ROOT}/"):
        return msgspec.json.encode(problem), MEDIA
    both = {
        **msgspec.to_builtins(problem), "description": problem.detail, "error_id": problem.instance,
        "error_code": problem.code, "http_status": str(problem.status),
    }  # fmt: skip
    return msgspec.json.encode(both), TAXII if asks_for(accept, TAXII) else MEDIA
