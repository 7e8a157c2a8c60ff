"""Letters about redress: what a member does when another one writes, without waiting for a person.

Knows:    which letter may come from whom, and what follows from it.
Told:     letters, and outcomes in partners' ledgers.
Answers:  nothing; a letter from the wrong member is refused.
Trusted:  yes; what partners write is not.

Everything done here is gentle: a notice is blocked, freed by the decider's word, withdrawn and erased.
"""

from __future__ import annotations

import msgspec

from evenhand.ground.errors import InputError
from evenhand.node.cases.lifecycle import change_status
from evenhand.node.post import Letter
from evenhand.node.publishing import Outgoing
from evenhand.node.redress import shelf
from evenhand.node.redress.desk import open_matter
from evenhand.node.redress.model import MATTERS, Matter
from evenhand.node.site import Site
from evenhand.node.telling import reach
from evenhand.notices.model import ErasureOrder, Retraction
from evenhand.notices.proving import outcome_fault
from evenhand.watchlist.fold import Held
from evenhand.watchlist.view import ledger_keys


def take_request(site: Site, letter: Letter) -> None:
    """Take in a request that another member received; a plausible one blocks our notice. Raises InputError."""
    matter = MATTERS.decode(letter.body)
    own = site.member.code
    if matter.receiver != letter.sender or matter.decider == matter.originator or matter.result or matter.block:
        raise InputError(f"{letter.sender} cannot open this matter")
    if own not in {matter.originator, matter.decider}:
        raise InputError("this matter is not ours")
    if shelf.known(site, matter.matter) is None:
        open_matter(site, msgspec.structs.replace(matter, since_ms=site.member.clock.now_ms()), by_software=True)


def _told(site: Site, letter: Letter, sender: str) -> tuple[Matter, Matter]:
    """Return a matter as we know it and as the letter says it now stands. Raises InputError."""
    said = MATTERS.decode(letter.body)
    known = shelf.known(site, said.matter)
    if known is None or letter.sender != getattr(known, sender):
        raise InputError(f"{letter.sender} has nothing to say in this matter")
    return known, said


def take_position(site: Site, letter: Letter) -> None:
    """Take in what the originator says. Raises InputError."""
    known, said = _told(site, letter, "originator")
    shelf.put_matter(site, msgspec.structs.replace(known, position=said.position))


def take_block(site: Site, letter: Letter) -> None:
    """Take in whether the block stays; a lifted one lets our notice stand. Raises InputError."""
    known, said = _told(site, letter, "decider")
    shelf.put_matter(site, msgspec.structs.replace(known, block=said.block))
    if said.block == "LIFTED":
        _free(site, known)


def take_decision(site: Site, letter: Letter) -> None:
    """Take in a decision; what it means for our notice follows from the outcome in the ledger. Raises InputError."""
    known, said = _told(site, letter, "decider")
    decided = msgspec.structs.replace(
        known, result=said.result, ruling=said.ruling, reasons=said.reasons, decided_ms=site.member.clock.now_ms()
    )
    shelf.put_matter(site, decided)
    if said.ruling in {"", "KEEP", "CORRECT"}:
        _free(site, decided)  # of what CORRECT bars the outcome itself keeps the old version from standing


def _free(site: Site, matter: Matter) -> None:
    """Let a notice of ours stand again, if no other matter keeps it blocked."""
    if matter.originator != site.member.code:
        return
    held = site.own(matter.notice)
    waiting = [
        one for one in shelf.matters(site)
        if one.notice == matter.notice and one.matter != matter.matter and one.plausible
        and not one.result and one.block != "LIFTED"
    ]  # fmt: skip
    if not waiting and held.retracted is None and held.status == "BLOCKED":
        change_status(site, matter.notice, "STANDING", "decided on redress", by_software=True)


def obey(site: Site) -> int:
    """Withdraw and erase what redress at another member decided to delete; say how many notices that were."""
    member = site.member
    ledgers = member.watchlist.fold.ledgers
    own = f"{member.code}:"
    ruled = sorted({key for one in ledgers.values() for key in one.ruled if key.startswith(own)})
    held_here = [ledgers[member.code].notices.get(key.removeprefix(own)) for key in ruled]
    doomed = [held for held in held_here if held is not None and held.versions and _is_doomed(site, held)]
    for held in doomed:
        entries = tuple(version.index for version in held.versions)
        label = reach(site, held)
        if held.retracted is None:
            member.publish([Outgoing(Retraction(notice_id=held.notice_id, reason="redress"), match_label=label)])
        order = ErasureOrder(notice_id=held.notice_id, entries=entries, reason_class="redress")
        member.publish([Outgoing(order, match_label=label)])
    if doomed:
        site.wake()
    return len(doomed)


def _is_doomed(site: Site, held: Held) -> bool:
    roster = site.member.roster
    return any(
        outcome.decision == "DELETE" and roster.is_active(code)
        and not outcome_fault(outcome, decider=code, keys={code: ledger_keys(roster.member(code))})
        for code, (_, _, outcome) in held.outcomes.items()
    )  # fmt: skip
