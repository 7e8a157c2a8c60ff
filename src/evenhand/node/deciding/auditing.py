"""Audit: verify, delete what is due and prove it, draw samples that can be drawn again, export.

Knows:    the decision book, partners who witness it, and whose keys count.
Told:     requests of oversight and of the administrator.
Answers:  verdicts, deletions with proof, samples, exports that anyone verifies offline.
Trusted:  yes.

Oversight reads everything and changes nothing but its own findings. Source: PROCEDURE rule O-02 and section 4.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from evenhand.casework.exporting import Export, make_export, print_export
from evenhand.casework.retention import Deleted
from evenhand.casework.sampling import Drawn, What, draw
from evenhand.casework.verifying import Keys, Verdict, verify_book
from evenhand.exchange.witness import decision_verifiers
from evenhand.ground.errors import UsageError
from evenhand.node.deciding.acting import Acting, actor, note_look
from evenhand.node.deciding.demanding import DEMANDING, answered, asked_for
from evenhand.node.deciding.driving import Witnessed, have_witnessed
from evenhand.node.deciding.files import write_out
from evenhand.node.deciding.looking import encounter_of
from evenhand.node.site import Site
from evenhand.screening.notice_events import AuditChecked


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on our own book, and what each partner said when asked to cosign it now."""

    verdict: Verdict
    partners: tuple[Witnessed, ...]
    good: bool


def keys_of(site: Site) -> Keys:
    """Return whose signatures count on this member's decision ledger."""
    roster = site.member.roster
    others = [code for code in roster.by_code if code != site.member.code]
    return Keys(
        member=decision_verifiers(roster, site.member.code), witnesses=[roster.witness_verifier(one) for one in others]
    )


async def verify(site: Site, request: Acting) -> Audited:
    """Compute every commitment, hash, clock and deletion again, and ask partners what they remember."""
    casework = site.casework
    if request.officer:
        note_look(site, actor(site, request), "audit.verify", "")
    partners = await have_witnessed(site)
    verdict = verify_book(casework.book, keys_of(site), now_ms=casework.now_ms, policy=casework.office.policy)
    refused = [one for one in partners if one.verdict == "REFUSED"]
    kinds = {problem.kind for problem in verdict.problems}
    problem = "GAP" if kinds & {"GAP", "DROPPED"} else "HASH" if kinds else "NONE"
    event = AuditChecked(
        event_id=casework.new_id(), at_ms=casework.now_ms, member=site.member.code, unit="", problem=problem,  # type: ignore[arg-type]
    )  # fmt: skip
    casework.record(event)
    return Audited(verdict=verdict, partners=partners, good=verdict.good and not refused)


class Retain(Acting, frozen=True, kw_only=True):
    """`prove`: search every file of the data folder for what was deleted, before and after."""

    prove: bool = False


async def retain(site: Site, request: Retain) -> Deleted:
    """Delete every payload whose time is over. Raises StoreError."""
    folder = site.folder.path if request.prove else None
    return site.casework.delete_due(folder)


class SampleRequest(Acting, frozen=True, kw_only=True):
    """Which encounters to draw from, how many, and the seed; the same seed on the same book draws the same."""

    what: What = "adverse"
    count: int = 20
    seed: str = ""


async def sample(site: Site, request: SampleRequest) -> Drawn:
    """Draw a sample of encounters for review. Raises UsageError."""
    if not request.seed or request.count < 1:
        raise UsageError("a sample needs a seed and a count", remedy="write --seed WORDS --count 20")
    note_look(site, actor(site, request), "audit.sample", request.seed)
    return draw(site.casework.office, what=request.what, count=request.count, seed=request.seed)


class ExportRequest(Acting, frozen=True, kw_only=True):
    """What to export (an encounter, a finding, or entries FIRST..LAST) and where to; `request` it answers, if any."""

    place: str
    encounter: str = ""
    finding: str = ""
    first: int = 0
    last: int | None = None
    request: str = ""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and the key by which anyone verifies it offline."""

    place: str
    entries: int
    size: int
    vkey: str


async def export(site: Site, request: ExportRequest) -> Exported:
    """Write entries with their proofs to a file. Raises UsageError or NotFoundError."""
    who, casework = actor(site, request), site.casework
    asked = asked_for(site, request.request) if request.request else None
    note_look(site, who, "audit.export", request.encounter or request.finding)
    indexes = _chosen(site, request)
    made: Export = make_export(casework.book, indexes)
    await write_out(request.place, print_export(made))
    if asked is not None:
        answered(site, who, asked)
    return Exported(
        place=request.place, entries=len(indexes), size=casework.book.size, vkey=casework.book.signer.verifier.vkey
    )


def _chosen(site: Site, request: ExportRequest) -> list[int]:
    office = site.casework.office
    if request.encounter:
        return sorted(office.trail[encounter_of(site, request.encounter).encounter])
    if request.finding:
        finding = office.overseer.finding(request.finding)
        found = [office.book.index_of(event) for event in finding.evidence]
        return sorted(one for one in found if one is not None)
    last = office.book.size - 1 if request.last is None else min(request.last, office.book.size - 1)
    return list(range(max(0, request.first), last + 1))


AUDITING: Final[tuple[tuple[str, type[msgspec.Struct], Any], ...]] = (
    *DEMANDING,
    ("audit.verify", Acting, verify),
    ("audit.retention", Retain, retain),
    ("audit.sample", SampleRequest, sample),
    ("audit.export", ExportRequest, export),
)
