"""The table of the API: every path, and the operation of the node or the function that answers it.

Knows:    paths; which operation answers each.
Told:     by nobody: this is the list.
Answers:  the rows, of which router, contract, documentation and tests are made.
Trusted:  yes: a path that is not here does not exist.

An operation of `node/operations.py` without a row of its own is asked at `POST /v1/operations/NAME`; a row
gives it a better path.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.api import (
    carriers,
    documents,
    events,
    files,
    listing,
    opensanctions,
    pages,
    reconciling,
    taxii,
    templates,
    uploads,
)
from evenhand.api.callers import need_of
from evenhand.api.rows import Row
from evenhand.ground.limits import API_BUNDLE_BYTES_MAX, API_FLIGHT_BYTES_MAX, LIST_BYTES_MAX
from evenhand.node.answering import AnswerDocument
from evenhand.node.asking import Found
from evenhand.node.cases.from_lists import Drafted
from evenhand.node.importing import Imported
from evenhand.node.keeping import Carried
from evenhand.node.operations import OPERATIONS
from evenhand.node.people.gate import POWERS
from evenhand.trust.permissions import Permission

_DRAFT: Final = {
    "notice": {
        "kind": "person", "category": "terrorism", "action": "HOLD", "fallback": "DISCREET_REPORT",
        "person": {"names": [{"text": "Ilmar Ferventu"}], "birth_dates": [{"value": "1984-05-02"}]},
    },
    "detail": {
        "offence": "recruitment for terrorism", "legal_basis": "arrest warrant", "decision_reference": "court 12/26",
        "issuing_authority": "public prosecutor", "proportionality": "grave, and no milder means would do",
    },
}  # fmt: skip
_ALONE: Final = (
    "Always refused (403): whoever has a key is at a node with accounts, and there nobody publishes alone (rule P-01). "
    "Author, approver and legal reviewer are three people, each at POST /v1/operations/NAME: case.draft, case.submit, "
    "case.approve, case.legal, case.publish."
)
_QUESTION: Final = {"names": ["Ilmar Ferventu"], "birth_date": "1984"}


def _answer(found: Found) -> bytes:
    """Print an answer so that its part `answer` is the exact bytes every member shares."""
    aged = msgspec.json.encode(found.document.freshness)
    return b'{"answer":' + found.body.encode("utf-8") + b',"freshness":' + aged + b"}"


_PERSONS: Final = (
    Row("POST", "/v1/find", "Ask whether a person or document is listed", "persons", "find", purpose=True,
        gives=AnswerDocument, render=_answer, examples={"question": _QUESTION}),
    Row("POST", "/v1/find/batch", "Ask about many at once", "persons", "find.batch", purpose=True,
        examples={"batch": {"questions": [_QUESTION]}}),
    Row("POST", "/v1/carriers/paxlst", "Screen a flight: PAXLST in, CUSRES out", "persons", run=carriers.paxlst,
        power=Permission.QUERY, purpose=True, names_journey=True, refused_in_kind=422, accepts=carriers.MEDIA,
        media=carriers.MEDIA, body_bytes_max=API_FLIGHT_BYTES_MAX),
)  # fmt: skip

_NOTICES: Final = (
    Row("GET", "/v1/notices", "List notices, page by page", "notices", run=listing.list_page,
        power=Permission.NOTICE_READ, query_type=listing.PageQuery, gives=listing.Page),
    Row("POST", "/v1/notices", "Publish a notice alone: refused", "notices", "notice.publish", status=201,
        repeatable=False, closed=_ALONE, examples={"draft": _DRAFT}),
    Row("GET", "/v1/notices/{notice}", "Show a notice with its life", "notices", "notice.show"),
    Row("PUT", "/v1/notices/{notice}", "Correct a notice alone: refused", "notices", "notice.correct",
        body_field="draft", guarded="must", takes_key=True, closed=_ALONE, examples={"draft": _DRAFT}),
    Row("POST", "/v1/notices/{notice}/withdrawal", "Withdraw a notice of ours", "notices", "notice.withdraw",
        repeatable=False, guarded="may", examples={"why": {"reason": "mistaken identity"}}),
    Row("POST", "/v1/notices/{notice}/erasure", "Order that a notice of ours is erased everywhere", "notices",
        "notice.erase", repeatable=False, guarded="may", examples={"ground": {"reason_class": "court"}}),
    Row("POST", "/v1/notices/{notice}/flag", "Say what is not done on our territory", "notices", "notice.flag",
        repeatable=False, guarded="may",
        examples={"flag": {"action": "DISCREET_REPORT", "reason": "no warrant here"}}),
    Row("POST", "/v1/notices/{notice}/sightings", "Tell that its person or document was met", "notices",
        "notice.sighting", repeatable=False,
        examples={"met": {"place": {"text": "Manila, terminal 3"}, "report": "boarded"}}),
    Row("POST", "/v1/links", "Say whether two notices are about one person", "notices", "notice.link",
        repeatable=False),
    Row("GET", "/v1/export", "What we hold, in others' formats, page by page", "notices", "export"),
    Row("GET", "/v1/audience", "Who could read an audience, and why", "notices", "who-can-see"),
    Row("POST", "/v1/imports/{format}", "Import the list in the body", "notices", run=uploads.import_list,
        power=Permission.NOTICE_PUBLISH, query_type=uploads.ImportQuery, gives=Imported, accepts=uploads.OCTETS,
        body_bytes_max=LIST_BYTES_MAX, streams_in=True, takes_key=True),
    Row("POST", "/v1/drafts/{format}", "Draft a case for each entry of the list in the body", "notices",
        run=uploads.draft_list, power=Permission.NOTICE_DRAFT, query_type=uploads.DraftsQuery, gives=Drafted,
        accepts=uploads.OCTETS, body_bytes_max=LIST_BYTES_MAX, streams_in=True, takes_key=True),
    Row("GET", "/v1/changes", "Live changes, as Server-Sent Events", "notices", run=events.changes,
        power=Permission.NOTICE_READ, query_type=events.ChangesQuery, media=events.MEDIA, statuses=(503,)),
)  # fmt: skip

_COALITION: Final = (
    Row("GET", "/v1/state", "The state digest: equal at two members means the same picture", "coalition", "state"),
    Row("GET", "/v1/peers", "How every partner stands towards us", "coalition", "peer.status"),
    Row("GET", "/v1/peers/{code}/parity", "Our picture against a partner's", "coalition", "parity"),
    Row("POST", "/v1/peers/{code}/cut", "Stop talking to a partner", "coalition", "peer.cut", takes_key=True),
    Row("POST", "/v1/peers/{code}/heal", "Talk to a partner again", "coalition", "peer.heal", takes_key=True),
    Row("GET", "/v1/roster", "The roster in force", "coalition", "roster.show"),
    Row("POST", "/v1/roster/proposals", "Draft the next roster with one change, and sign it", "coalition",
        "roster.propose", takes_key=True),
    Row("POST", "/v1/roster", "Take in the next roster", "coalition", "roster.apply", takes_key=True),
    Row("GET", "/v1/ledgers/verification", "Check every signature, part and hash again", "coalition",
        "ledger.verify"),
    Row("GET", "/v1/ledgers/{code}/entries/{index}/proof", "Prove that an entry is in a ledger", "coalition",
        "ledger.proof"),
    Row("GET", "/v1/ledgers/{code}/bundle", "A ledger to carry by hand", "coalition", run=uploads.bundle_out,
        power=Permission.NODE_OPERATE, query_type=uploads.BundleQuery, media=uploads.OCTETS),
    Row("POST", "/v1/ledgers/bundles", "Take in a ledger carried by hand", "coalition", run=uploads.bundle_in,
        power=Permission.NODE_OPERATE, gives=Carried, accepts=uploads.OCTETS, body_bytes_max=API_BUNDLE_BYTES_MAX,
        streams_in=True, takes_key=True),
)  # fmt: skip

_PEOPLE: Final = (
    Row("GET", "/v1/people", "Accounts, sessions and keys", "people", "people.list"),
    Row("POST", "/v1/people", "Add a person", "people", "people.add", repeatable=False, shown_once=True),
    Row("POST", "/v1/people/{name}", "Change what a person may do", "people", "people.change", repeatable=False,
        shown_once=True),
    Row("POST", "/v1/keys", "Make a key for a program", "people", "people.key", repeatable=False, shown_once=True),
    Row("POST", "/v1/revocations", "End a session, a key, or all sessions of a person", "people", "people.revoke",
        takes_key=True),
    Row("GET", "/v1/journal", "Who asked for what", "people", "people.journal"),
    Row("POST", "/v1/sessions", "Sign in", "people", "session.open", statuses=(401,)),
    Row("POST", "/v1/sessions/enrolment", "Set a password with a one-time code", "people", "session.enrol"),
    Row("POST", "/v1/sessions/oidc", "Begin to sign in with a provider", "people", "session.begin"),
    Row("POST", "/v1/sessions/oidc/end", "Finish signing in with a provider", "people", "session.finish"),
    Row("GET", "/v1/session", "Who is signed in", "people", "session.show"),
    Row("POST", "/v1/session/end", "Sign out", "people", "session.close"),
)  # fmt: skip

_NODE: Final = (
    Row("GET", "/v1/doctor", "What is wrong with this node, and what to do", "node", "doctor"),
    Row("GET", "/v1/metrics", "Figures for Prometheus", "node", run=pages.metrics, power=Permission.NODE_OPERATE,
        media=pages.PROMETHEUS),
    Row("GET", "/healthz", "Whether this process answers", "node", run=pages.health, power="open",
        gives=pages.Health),
    Row("GET", "/readyz", "Whether questions are answered here", "node", run=pages.ready, power="open",
        gives=pages.Health, statuses=(503,)),
    Row("GET", "/openapi.json", "This contract", "node", run=pages.contract, power="open", gives=dict),
    Row("GET", "/docs", "This contract, as a page", "node", run=pages.documentation, power="open",
        media="text/html; charset=utf-8"),
)  # fmt: skip

ELSEWHERE: Final = {
    "case.draft-list": "POST /v1/drafts/{format}: the list is the body",
    "import": "POST /v1/imports/{format}: the list is the body, never a path on the node's machine",
    "ledger.export": "GET /v1/ledgers/{code}/bundle",
    "ledger.import": "POST /v1/ledgers/bundles",
    "notice.list": "GET /v1/notices, in pages",
    **{name: f"POST /v1/operations/{name}: the file is the body or the answer" for name in files.IN_FILES},
}
"""Operations without a row of their own, and the path that stands in for each."""

_OWN: Final = (
    *_PERSONS, *_NOTICES, *_COALITION, *_PEOPLE, *_NODE, *opensanctions.ROWS,
    *reconciling.ROWS, *taxii.ROWS, *files.ROWS, *documents.ROWS, *templates.ROWS,
)  # fmt: skip


_READING: Final = frozenset(
    {
        "audit.requests", "audit.sample", "audit.verify", "case.check", "case.due", "case.list", "case.show",
        "encounter.inbox", "encounter.list", "encounter.show", "error.list", "finding.list", "finding.show",
        "finding.standing", "protection.list", "protection.show", "redress.list",
    }
)  # fmt: skip
"""Operations asked by name that change nothing; every other needs an Idempotency-Key."""
_SHOWN_ONCE: Final = frozenset({"people.code", "protection.end"})
"""Operations asked by name whose answer is a secret, or is what they have just deleted."""


def _plain_row(name: str) -> Row:
    """Return the row of an operation that has none of its own: asked by its name, with its request as body."""
    operation = OPERATIONS[name]
    fields = operation.request.__struct_fields__
    words = (operation.run.__doc__ or name).partition("\n")[0].partition(". ")[0].rstrip(".")
    return Row(
        "POST", f"/v1/operations/{name}", words, "operations", name, repeatable=name in _READING,
        shown_once=name in _SHOWN_ONCE,
        purpose=need_of(name) is Permission.QUERY and "purpose" not in fields,
    )  # fmt: skip


_NAMED: Final = {row.operation for row in _OWN} | set(ELSEWHERE)
_OPEN: Final = frozenset(OPERATIONS) & frozenset(POWERS)
"""What the gate names a permission for; everything else is closed, here as everywhere."""
ROWS: Final[tuple[Row, ...]] = (
    *(row for row in _OWN if not row.operation or row.operation in _OPEN),
    *(_plain_row(name) for name in sorted(_OPEN - _NAMED)),
)
