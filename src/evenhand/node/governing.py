"""The coalition's rosters as people handle them: draft a genesis, propose a change, sign, take in.

Knows:    which change means which next roster; where ledgers end here.
Told:     cards, codes and documents by people.
Answers:  documents to pass on for signatures; the roster in force.
Trusted:  yes for what it signs with this member's key; a roster is judged by its signatures alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from evenhand.exchange.ledgers import root_text
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, RefusedError, UsageError
from evenhand.node.member import Member
from evenhand.node.site import Operation, Site
from evenhand.notices.checks import DAY_MS
from evenhand.screening.clocks import policy_of
from evenhand.trust.keys import MemberKeys
from evenhand.trust.note import parse_note
from evenhand.trust.roster import (
    FinalHead,
    LogKey,
    Roster,
    RosterMember,
    add_signature,
    parse_card,
    read_roster,
    roster_hash,
    sign_roster,
)

VALID_DAYS: Final = 365
Change = Literal["join", "leave", "expel", "suspend", "reinstate", "rotate", "renew", "charter"]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A roster document on its way: who has signed it (unverified names), and how many must."""

    document: str
    version: int
    hash: str
    threshold: int
    signed_by: tuple[str, ...]


def describe(document: bytes) -> Document:
    """Say what a roster document is. Raises InputError."""
    roster = read_roster(document)
    names = [one.name.rpartition("/")[2] for one in parse_note(document).signatures]
    return Document(
        document=document.decode("utf-8"), version=roster.version, hash=roster_hash(roster),
        threshold=roster.threshold, signed_by=tuple(sorted(set(names))),
    )  # fmt: skip


def draft_genesis(keys: MemberKeys, cards: Sequence[bytes], *, threshold: int, now_ms: int) -> Document:
    """Draft version 1 from cards and sign it with our key. Raises InputError or UsageError."""
    members = sorted((parse_card(text) for text in cards), key=lambda member: member.code)
    if keys.member not in {member.code for member in members}:
        raise UsageError(f"the card of {keys.member} is missing", remedy="add this node's own card.json")
    roster = Roster(
        coalition=keys.coalition, version=1, previous=None, issued=format_ms(now_ms),
        expires=format_ms(now_ms + VALID_DAYS * DAY_MS), threshold=threshold, members=tuple(members),
    )  # fmt: skip
    return describe(sign_roster(roster, [keys.log_signer()]))


def sign_document(keys: MemberKeys, document: bytes) -> Document:
    """Add our signature. Raises InputError, or RefusedError if it is there already."""
    roster = read_roster(document)
    signer = keys.log_signer()
    if any(one.key_id == signer.verifier.key_id for one in parse_note(document).signatures):
        raise RefusedError(f"{keys.member} has signed this roster already", remedy="pass it on to another member")
    if roster.coalition != keys.coalition:
        raise InputError(f"this is a roster of {roster.coalition}, and these are keys of {keys.coalition}")
    own = roster.by_code.get(keys.member)
    if own is not None and signer.verifier.vkey in {key.vkey for key in own.logs[:-1]}:
        raise RefusedError(
            f"this roster gives {keys.member} a new ledger key, and was not drawn up here",
            why=f"its node may have published beyond entry {own.logs[-1].first}: those entries would be valid nowhere",
            remedy="draw it up here: `evenhand roster propose rotate --new-keys`",
        )  # fmt: skip
    return describe(add_signature(document, signer))


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that says nothing more than its name."""


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """The roster in force, its hash, and the hash of the genesis everything follows from."""

    roster: Roster
    hash: str
    genesis: str
    document: str


def _in_force(site: Site) -> InForce:
    roster = site.member.roster
    return InForce(
        roster=roster, hash=roster_hash(roster), genesis=site.config.genesis,
        document=site.member.rosters.documents[-1].decode("utf-8"),
    )  # fmt: skip


async def show_roster(site: Site, _: Nothing) -> InForce:
    """Return the roster in force."""
    return _in_force(site)


class Propose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change: `subject` is a member code, or the text of a card for join and rotate.

    `parameters` of the procedure go with `charter`: name and value, 0 for its default.
    """

    change: Change
    subject: str = ""
    threshold: int | None = None
    parameters: dict[str, int] = {}


async def propose(site: Site, request: Propose) -> Document:
    """Draft the next version with one change and sign it. Raises InputError, NotFoundError or UsageError.

    Once our own ledger key is to change, nothing more is signed with the old one: where it ends has been said.
    """
    member, current = site.member, site.member.roster
    now = member.clock.now_ms()
    members = dict(current.by_code)
    if request.change not in {"renew", "charter"}:
        changed = _changed(member, current, request)
        members[changed.code] = changed
    active = sum(one.status == "active" for one in members.values())
    threshold = min(current.threshold, active) if request.threshold is None else request.threshold
    following = Roster(
        coalition=current.coalition, version=current.version + 1, previous=roster_hash(current),
        issued=format_ms(now), expires=format_ms(now + VALID_DAYS * DAY_MS), threshold=threshold,
        members=tuple(members[code] for code in sorted(members)), charter=_chartered(current, request),
    )  # fmt: skip
    signer, own = member.keys.log_signer(), following.by_code.get(member.code)
    if own is not None and signer.verifier.vkey in {key.vkey for key in own.logs[:-1]}:
        member.publisher.hold_for(following.version)
    return describe(sign_roster(following, [signer]))


def _chartered(current: Roster, request: Propose) -> dict[str, int] | msgspec.UnsetType:
    """Return the charter of the next version. Raises InputError or UsageError."""
    if (request.change == "charter") is not bool(request.parameters):
        raise UsageError(
            "parameters go with a change of the charter, and a change of the charter with parameters",
            remedy="write `roster propose charter --set hold_unconfirmed_ms=3000000`",
        )  # fmt: skip
    merged = {**current.parameters, **request.parameters}
    kept = {name: merged[name] for name in sorted(merged) if merged[name]}
    policy_of(kept)
    return kept or msgspec.UNSET


def _changed(member: Member, current: Roster, request: Propose) -> RosterMember:
    if request.change in {"join", "rotate"}:
        card = parse_card(request.subject.strip().encode("utf-8"))
        return _joined(current, card) if request.change == "join" else _rotated(member, current, card)
    found = current.member(request.subject.upper())
    if request.change == "reinstate":
        if found.status != "suspended":
            raise RefusedError(
                f"{found.code} is {found.status}", why="only a suspended member can be reinstated",
                remedy="who was expelled joins anew, with new keys: `evenhand roster propose join CARD`",
            )
        return msgspec.structs.replace(found, status="active", final=None)
    if found.status == "expelled":
        raise RefusedError(f"{found.code} is expelled already", remedy="see `evenhand roster show`")
    log = member.ledgers.log(found.code)
    final = FinalHead(size=log.size, root=root_text(log.root))
    status: Literal["suspended", "expelled"] = "suspended" if request.change == "suspend" else "expelled"
    return msgspec.structs.replace(found, status=status, final=final)


def _joined(current: Roster, card: RosterMember) -> RosterMember:
    known = current.by_code.get(card.code)
    if known is not None:
        raise RefusedError(
            f"{card.code} is in the roster already ({known.status})",
            remedy="use `roster propose rotate` for new keys, `reinstate` after a suspension, or a new code",
        )
    return card


def _rotated(member: Member, current: Roster, card: RosterMember) -> RosterMember:
    known = current.member(card.code)
    logs = known.logs
    if card.logs[-1].vkey != logs[-1].vkey:
        first = member.ledgers.log(card.code).size
        if first <= logs[-1].first:
            raise RefusedError(
                f"{card.code} has not used its present ledger key yet", remedy="publish with it, then rotate"
            )
        logs = (*logs, LogKey(vkey=card.logs[-1].vkey, first=first))
    return msgspec.structs.replace(
        known, logs=logs, witness=card.witness, sealing=card.sealing, certificate=card.certificate,
        urls=card.urls, name=card.name,
    )  # fmt: skip


class Apply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signed roster document."""

    document: str


async def apply_roster(site: Site, request: Apply) -> InForce:
    """Take in the next version; partners get it from us. Raises VerificationError, InputError or RefusedError."""
    document = request.document.encode("utf-8")
    site.member.take_roster(document)
    offered, current = read_roster(document).version, site.member.roster.version
    if offered < current:
        raise RefusedError(
            f"roster version {offered} is superseded", why=f"version {current} is in force here",
            remedy="draw up the change anew: `evenhand roster propose`",
        )  # fmt: skip
    site.wake()
    return _in_force(site)


GOVERNING: Final = (
    Operation("roster.show", Nothing, "read", show_roster),
    Operation("roster.propose", Propose, "govern", propose),
    Operation("roster.apply", Apply, "govern", apply_roster),
)
