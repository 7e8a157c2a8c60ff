"""Redress numbers, and data of victims of identity misuse: issued with consent, taken back for good.

Knows:    which notices a number clears, and what it rests on.
Told:     by redress officers, after a decision.
Answers:  numbers; an erasure when consent or the notice has gone.
Trusted:  yes: a number lets its holder pass where a notice would have stopped them.

A number is sealed to every member, is tied to documents, and holds only as long as each notice says the same of
its subject's identity (`identity_basis`). Source: PROCEDURE section 5; Regulation (EU) 2018/1862 art 62.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import NotFoundError, RefusedError
from evenhand.identity.person import Document, FileReference, Name
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Operation, Site
from evenhand.node.telling import new_id
from evenhand.notices.misused import MisusedIdentity
from evenhand.notices.model import Cleared, ErasureOrder, Notice, NoticeRef, RedressNumber, decode_record
from evenhand.screening.cleared import identity_basis


class Misuse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a victim lets be known, and the file reference of their consent."""

    consent: str
    names: tuple[Name, ...] = ()
    documents: tuple[Document, ...] = ()
    marks: tuple[str, ...] = ()
    photos: tuple[FileReference, ...] = ()


class Issue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's documents, and the notices they are not the subject of."""

    documents: tuple[Document, ...]
    notices: tuple[str, ...]
    misuse: Misuse | None = None


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A number for the person to keep."""

    number: str
    entry: int
    cleared: tuple[str, ...]


async def issue(site: Site, request: Issue) -> Issued:
    """Issue a redress number, seen by every member at once. Raises InputError, NotFoundError or RefusedError."""
    if any(one.issuer is None for one in request.documents):
        raise RefusedError("a document without its issuer ties a number to nobody", remedy="write TYPE:NUMBER:ISSUER")
    cleared = []
    for reference in request.notices:
        held = site.held(reference)
        if not held.versions:
            raise NotFoundError(f"{held.key} says nothing any more", remedy="leave it out")
        notice = decode_record(held.versions[-1].text)
        assert isinstance(notice, Notice)
        ref = NoticeRef(originator=held.originator, notice_id=held.notice_id)
        cleared.append(Cleared(notice=ref, basis=identity_basis(notice)))
    misused = None
    if request.misuse is not None:
        at = format_ms(site.member.clock.now_ms())
        misused = MisusedIdentity(consented_at=at, **msgspec.structs.asdict(request.misuse))
    record = RedressNumber(number=new_id(), documents=request.documents, cleared=tuple(cleared), misused=misused)
    entry = site.member.publish([Outgoing(record)])[0]
    site.wake()
    site.record("redress.number", {"number": record.number, "who": site.caller.who})
    return Issued(number=record.number, entry=entry, cleared=tuple(one.notice.key for one in cleared))


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of ours whose holder takes consent back, or that is no longer right."""

    number: str


async def take_back(site: Site, request: TakeBack) -> Issued:
    """Have a number erased at every member, with all it says. Raises NotFoundError."""
    numbers = site.member.watchlist.fold.ledger(site.member.code).numbers
    found = [name for name in numbers if request.number and name.startswith(request.number.lower())]
    if len(found) != 1:
        raise NotFoundError(
            f"{request.number[:40]!r} names no single number of ours", remedy="give the whole number, as it was issued"
        )
    entry = _erase(site, found[0], numbers[found[0]][0])
    site.record("redress.number_erased", {"number": found[0], "who": site.caller.who})
    return Issued(number=found[0], entry=entry, cleared=())


def _erase(site: Site, number: str, index: int) -> int:
    order = ErasureOrder(notice_id=number, entries=(index,), reason_class="redress")
    entry = site.member.publish([Outgoing(order)])[0]
    site.wake()
    return entry


def tidy(site: Site) -> int:
    """Erase victims' data of ours once every notice it was for has gone; say how many numbers that were."""
    fold = site.member.watchlist.fold
    gone = []
    for number, (index, record) in fold.ledger(site.member.code).numbers.items():
        if record.misused is not None and record.cleared:
            held = [fold.notice(one.notice) for one in record.cleared]
            if all(one is not None and (one.erased or one.retracted is not None) for one in held):
                gone.append((number, index))
    for number, index in gone:
        _erase(site, number, index)
    return len(gone)


NUMBERS: Final = (
    Operation("redress.number", Issue, "publish", issue),
    Operation("redress.take-back", TakeBack, "publish", take_back),
)
