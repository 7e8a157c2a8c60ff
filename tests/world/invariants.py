"""What must hold in every world once links are mended, as functions that return sentences about what does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evenhand.exchange.evidence import open_evidence
from evenhand.ground.errors import EvenhandError
from evenhand.ledger.log import part_row
from evenhand.matching.contract import Query
from evenhand.node.member import Member
from evenhand.watchlist.digest import Position
from tests.world.aftermath import (
    every_receipt_is_there,
    everything_held_is_signed,
    nothing_comes_in_after_an_end,
    the_expelled_get_nothing,
    the_expelled_stop_nobody,
)
from tests.world.site import MARK, Said, Site
from tests.world.standing import nothing_vanishes_by_anothers_version, whoever_holds_a_notice_holds_how_it_stands

if TYPE_CHECKING:
    from tests.world.world import World


def nobody_is_stuck(world: World) -> Iterator[str]:
    for code, site in sorted(world.sites.items()):
        if site.member is None and code not in world.outside and world.roster.is_active(code):
            yield f"{code} does not run after healing"
        elif site in world.honest():
            refused = site.up.publisher.refusal(site.up.roster)
            if refused is not None:
                yield f"{code} may not publish: {refused}"


def nothing_acknowledged_is_lost(world: World) -> Iterator[str]:
    for code, author in sorted(world.sites.items()):
        if code in world.liars:
            continue
        final = world.roster.by_code[code].final if code in world.roster.by_code else None
        for site in world.honest():
            log = site.up.ledgers.log(code)
            for index, leaf in author.acknowledged.items():
                if final is not None and index >= final.size:
                    continue
                if index >= log.size or log.entries(index, index + 1) != [leaf]:
                    yield f"{site.code} does not hold entry {index} that {code} acknowledged"
                    break


def may_read(world: World, said: Said, label: str, code: str) -> bool:
    """Say whether a member was ever meant to read what was sealed to a label."""
    if code == said.originator:
        return True
    if label != "all":
        return code in label.split(",") and any(
            roster.is_active(code) for roster in world.rosters[said.roster - 1 :]
        )
    return any(roster.is_active(code) for roster in world.rosters[said.roster - 1 :])


def nothing_uncleared_is_readable(world: World) -> Iterator[str]:
    for said in world.everything_said():
        if said.index is None or said.forked or said.originator in world.liars:
            continue
        for code, site in sorted(world.sites.items()):
            if site.member is None:
                continue
            held = site.up.watchlist.fold.ledger(said.originator).notices.get(said.notice_id)
            version = next((v for v in held.versions if v.index == said.index), None) if held else None
            for name, label in (("match", said.match_label), ("detail", said.detail_label)):
                if may_read(world, said, label, code):
                    continue
                if site.store.get(part_row(said.originator, said.index, name)) is not None:
                    yield f"{code} holds the sealed {name} of {said.key}, which is not released to it"
                if version is not None and (name == "match" or version.detail):
                    yield f"{code} reads the {name} of {said.key}, which is not released to it"
                if _has_key(site.up, world.sites[said.originator].acknowledged[said.index], name):
                    yield f"{code} holds the key of the {name} of {said.key}"


def _has_key(member: Member, leaf: bytes, name: str) -> bool:
    """Say whether a member could open a part, though it may not hold the entry."""
    from evenhand.exchange.feed import envelope_of

    envelope = envelope_of(leaf)
    return any(
        member.watchlist.keyring.key((envelope.originator, header.audience, header.epoch)) is not None
        for header in envelope.parts
        if header.name == name
    )


def nothing_is_in_the_open(world: World) -> Iterator[str]:
    mark = MARK.encode()
    for code, site in sorted(world.sites.items()):
        for key, value in site.store.rows().items():
            if mark in value or mark in key:
                yield f"a row of {code} ({key[:30]!r}) holds sealed text in the open"


def comparable(world: World, site: Site) -> list[Position]:
    """Return a member's positions, less the ledgers of those who were caught with two histories."""
    return [one for one in site.up.vector().positions if one.ledger not in world.liars]


def everyone_converged(world: World) -> Iterator[str]:
    honest = world.honest()
    first = comparable(world, honest[0])
    for site in honest:
        mine = comparable(world, site)
        if site.up.roster.version != world.roster.version:
            yield f"{site.code} has roster {site.up.roster.version}, not {world.roster.version}"
        for one, other in zip(first, mine, strict=False):
            if one != other:
                yield f"{honest[0].code} and {site.code} differ on {one.ledger}: {one} {other}"
        faults = {code: found for code, found in site.up.watchlist.faults.items() if found}
        if faults:
            yield f"{site.code} could not read what was released to it: {faults}"


def _clearance(world: World, site: Site) -> object:
    """Return all that decides a member's answers beside the view: what is released to it, and its own flags.

    A liar's keys count as they are held: once it is quarantined, it can grant a newcomer nothing more.
    """
    released = tuple(
        (may_read(world, said, said.match_label, site.code), may_read(world, said, said.detail_label, site.code))
        for said in world.everything_said()
        if said.originator not in world.liars
    ), tuple((liar, tuple(site.up.watchlist.keyring.grants(liar))) for liar in sorted(world.liars))
    flags = site.up.watchlist.fold.ledger(site.code).flags
    return released, tuple(sorted(flags))


def equal_views_answer_alike(world: World) -> Iterator[str]:
    names = sorted({said.name for said in world.everything_said()})
    queries = [Query(names=tuple(names[at : at + 40])) for at in range(0, len(names), 40)]
    seen: dict[object, tuple[str, list[bytes]]] = {}
    for site in world.honest():
        group = (site.up.vector().digest(), _clearance(world, site))
        answers = [site.up.find(query, at_ms=world.clock.now_ms).body_bytes() for query in queries]
        code, first = seen.setdefault(group, (site.code, answers))
        if answers != first:
            yield f"{code} and {site.code} have one view and one clearance but two answers"


def equivocation_is_proved(world: World) -> Iterator[str]:
    for liar in sorted(world.liars):
        for site in world.honest():
            evidence = site.up.ledgers.evidence.get(liar)
            if evidence is None:
                yield f"{site.code} has no evidence against {liar}"
                continue
            try:
                claim = open_evidence(evidence, site.up.roster)
            except EvenhandError as error:
                yield f"{site.code} holds evidence against {liar} that does not verify: {error}"
                continue
            if claim.ledger != liar:
                yield f"{site.code} holds evidence against {claim.ledger} as if against {liar}"
            if not site.up.ledgers.standing(liar).quarantined:
                yield f"{liar} is not quarantined at {site.code}"


def nobody_is_convicted_wrongly(world: World) -> Iterator[str]:
    for site in world.honest():
        wronged = set(site.up.ledgers.evidence) - world.liars
        if wronged:
            yield f"{site.code} holds evidence against the honest {sorted(wronged)}"


def withdrawn_matches_nowhere(world: World) -> Iterator[str]:
    for said in world.everything_said():
        if said.withdrawn_at is None or said.originator in world.liars:
            continue
        final = world.roster.by_code[said.originator].final
        if final is not None and said.withdrawn_at >= final.size:
            continue
        for site in world.honest():
            answer = site.up.find(Query(names=(said.name,)), at_ms=world.clock.now_ms).answer
            if any((one.originator, one.notice_id) == (said.originator, said.notice_id) for one in answer.candidates):
                yield f"{said.key} was withdrawn and still matches at {site.code}"


def erased_is_gone(world: World) -> Iterator[str]:
    for said in world.everything_said():
        if said.erased_at is None or said.index is None or said.originator in world.liars:
            continue
        final = world.roster.by_code[said.originator].final
        if final is not None and said.erased_at >= final.size:
            continue
        for site in world.honest():
            rows = [part_row(said.originator, said.index, name) for name in ("match", "detail")]
            if any(site.store.get(row) is not None for row in rows):
                yield f"{site.code} still holds payloads of {said.key}, erased"
            held = site.up.watchlist.fold.ledger(said.originator).notices.get(said.notice_id)
            if held is not None and held.versions:
                yield f"{site.code} still remembers {said.key}, erased"


RULES = (
    nobody_is_stuck, nothing_acknowledged_is_lost, nothing_uncleared_is_readable, nothing_is_in_the_open,
    everyone_converged, equal_views_answer_alike, equivocation_is_proved, nobody_is_convicted_wrongly,
    withdrawn_matches_nowhere, erased_is_gone, everything_held_is_signed, nothing_comes_in_after_an_end,
    the_expelled_get_nothing, the_expelled_stop_nobody, every_receipt_is_there,
    nothing_vanishes_by_anothers_version, whoever_holds_a_notice_holds_how_it_stands,
)  # fmt: skip
"""Every promise; tests/world/test_sabotage.py breaks the product once for each and sees it noticed."""


def violations(world: World) -> list[str]:
    """Return every broken promise."""
    return [f"seed {world.seed}: {rule.__name__}: {sentence}" for rule in RULES for sentence in rule(world)]
