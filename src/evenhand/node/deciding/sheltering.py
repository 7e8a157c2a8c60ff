"""Before an originator hears of a person: whether any member protects that person against it.

Knows:    which question about protection belongs to which encounter; the documents shown and those of the notice.
Told:     encounters with a verified notice, before anything about them leaves.
Answers:  nothing where the originator may be told; else a refusal that says what stands or what is awaited.
Trusted:  yes: whoever is missed here may be reported to the state they fled.

The verification asks, so that the answers are here when the hit message is written. A member that is away is
waited for until shortly before the originator must be told, and no longer. Source: PROCEDURE sections 3 and 5;
1951 Refugee Convention art 33; docs/adr/0063.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import msgspec

from evenhand.casework.office import Told, refused
from evenhand.ground.clock import format_ms, parse_ms
from evenhand.ground.errors import InputError, RefusedError
from evenhand.identity.person import Document
from evenhand.matching.contract import QueryDocument
from evenhand.node.deciding.acting import Actor, note_look
from evenhand.node.deciding.looking import encounter_of
from evenhand.node.deciding.stepping import base, in_hand
from evenhand.node.post import Letter
from evenhand.node.redress.protection import (
    ITEMS_MAX,
    Ask,
    Look,
    Standing,
    answer_of,
    ask,
    item_of,
    standing_of,
    take_reply,
)
from evenhand.node.refugees import REFUGEE_CODES, is_refugee_document
from evenhand.node.site import Site
from evenhand.notices.model import PersonNotice
from evenhand.screening.clocks import protection_within_ms
from evenhand.screening.coercion import Refusal
from evenhand.screening.encounter import Encounter
from evenhand.screening.events import ExceptionDeclared, SideStateEntered

_FOR: Final = b"protection/for/"
_OF: Final = b"protection/of/"
_PATIENCE_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.05


class _Terms(msgspec.Struct):
    documents: tuple[QueryDocument, ...] = ()
    nationalities: tuple[str, ...] = ()


def _shown(site: Site, state: Encounter) -> tuple[list[Document], frozenset[str]]:
    """Return the documents and nationalities that were looked up; a number that is no text names no document."""
    terms, documents = msgspec.json.decode(site.casework.terms(state.encounter) or "{}", type=_Terms), []
    for one in terms.documents:
        with contextlib.suppress(InputError):
            documents.append(Document(type=one.type, number=one.number, issuer=one.issuer))
    return documents, frozenset(terms.nationalities)


def shows_refugee(site: Site, state: Encounter) -> bool:
    """Say whether what the person showed itself says refugee or stateless (ICAO 9303 part 3 section 5)."""
    documents, nationalities = _shown(site, state)
    return bool(REFUGEE_CODES & nationalities) or any(is_refugee_document(one) for one in documents)


def _documents(site: Site, state: Encounter, notice: str) -> tuple[Document, ...]:
    """Return the documents shown and those the notice names, each once, with their issuers."""
    standing = site.member.view.now(notice, site.casework.now_ms)
    held = None if standing is None else standing.notice
    named = held.person.documents if isinstance(held, PersonNotice) else ()
    every = [one for one in (*_shown(site, state)[0], *named) if one.issuer is not None]
    return tuple({item_of(one): one for one in every}.values())[:ITEMS_MAX]


def _key(state: Encounter, notice: str) -> bytes:
    return _FOR + f"{state.encounter}/{notice}".encode()


async def asked_about(site: Site, state: Encounter, notice: str) -> Standing | None:
    """Return what is known of a person's protection, asking once; None where there is nothing to ask by."""
    originator, store = notice.partition(":")[0], site.member.store
    if originator == site.member.code:
        return None
    held = store.get(_key(state, notice))
    if held is not None:
        return await answer_of(site, Look(question=held.decode("ascii")))
    documents = _documents(site, state, notice)
    if not documents:
        return None
    said = await ask(site, Ask(documents=documents, originator=originator))
    question = said.question.encode("ascii")
    store.apply({_key(state, notice): question, _OF + question: f"{state.encounter}/{notice}".encode()})
    site.wake()
    return said


async def shelter(site: Site, state: Encounter, who: Actor) -> tuple[ExceptionDeclared, ...]:
    """Refuse to tell an originator of a person protected against it, or of whom that is not known yet.

    Returns the exception to be recorded with the message where members were silent for as long as C-01 allows to
    wait; it names them. Raises RefusedError: rule P-03. A protection found is recorded first.
    """
    notice = in_hand(state)
    if "PROTECTED_PERSON" in state.sides:
        return ()  # the procedure refuses by itself
    if shows_refugee(site, state):
        raise _protected(site, state, who)
    said = await _settled(site, state, notice.notice)
    if said is None or said.report == "yes":
        return ()
    if said.report == "no":
        raise _protected(site, state, who)
    until_ms = _awaited_until(site, state, said)
    if site.casework.now_ms >= until_ms:
        return (_silence(site, state, who, said.awaited),)
    note_look(site, who, "hit.report", state.encounter, refused=f"protection awaited: {', '.join(said.awaited)}")
    raise RefusedError(
        f"the report waits: {', '.join(said.awaited)} did not say yet whether this person is protected",
        why="rule P-03: a hit on a protected person is never reported to the state fled",
        remedy=f"run the same command again shortly; from {format_ms(until_ms)} on it goes without their word, on "
        "record; release whom you may not hold",
    )  # fmt: skip


async def shelter_error(site: Site, state: Encounter, who: Actor, notice: str) -> None:
    """Refuse to speak of this encounter to the originator of a candidate, even of an error. Raises RefusedError.

    Two working days are time enough to hear every member; and an error can be told without any encounter.
    """
    if "PROTECTED_PERSON" in state.sides:
        return  # the procedure refuses by itself
    said = None if shows_refugee(site, state) else await _settled(site, state, notice)
    if said is not None and said.report == "yes":
        return
    if said is None and not shows_refugee(site, state):
        return  # there is nothing to ask by, or the notice is our own
    waits = said is not None and said.report == "wait"
    note_look(site, who, "error.report", state.encounter, refused="protection awaited" if waits else "protected")
    raise RefusedError(
        f"{', '.join(said.awaited)} did not say yet whether this person is protected" if waits and said is not None
        else "the person is protected against the originator, which must not be told of this encounter",
        why="rule P-03: a hit on a protected person is never reported to the state fled",
        remedy="tell the error without the encounter: `evenhand case report-error`"
        + (", or run the same command again shortly" if waits else ""),
    )  # fmt: skip


def _awaited_until(site: Site, state: Encounter, said: Standing) -> int:
    """Return from when the originator is told without those who are silent: before C-01 says that it is too late."""
    policy = site.casework.office.policy
    within_ms = protection_within_ms(policy, terrorism=in_hand(state).terrorism)
    return max(state.decided_ms + within_ms, parse_ms(said.since) + policy.protection_least_ms)


def _silence(site: Site, state: Encounter, who: Actor, silent: tuple[str, ...]) -> ExceptionDeclared:
    """Return the exception that goes with a message sent without members' word. Raises RefusedError for one person."""
    second = next((one for one in (state.second, state.verifier, state.supervisor) if one not in {"", who.officer}), "")
    if not second:
        raise RefusedError(
            f"{', '.join(silent)} did not say whether this person is protected, and one person alone decided",
            why="rule P-03: going without a member's word is a declared exception, and takes two people",
            remedy="have somebody who did not verify send it, or verify again with a second person",
        )  # fmt: skip
    begins = base(site, state, who)
    return ExceptionDeclared(
        **begins, code="PARTNER_SILENT", second=second, from_ms=begins["at_ms"],
        until_ms=begins["at_ms"] + site.casework.office.policy.protection_least_ms,
        reason=f"no word on protection from {', '.join(silent)}", notice=in_hand(state).notice, rules=("P-03",),
        silent=silent,
    )  # fmt: skip


def _protected(site: Site, state: Encounter, who: Actor) -> RefusedError:
    """Record in the encounter that the person is protected, and return the refusal."""
    fresh = encounter_of(site, state.encounter)
    side = SideStateEntered(**base(site, fresh, who), side="PROTECTED_PERSON", notice=in_hand(state).notice)
    site.casework.office.take([Told(event=side)], site.casework.now_ms)
    note_look(site, who, "hit.report", state.encounter, refused="protected")
    return refused(
        Refusal(
            rule="P-03", found="the person is protected against the originator, which must not be told",
            instead="tell your redress officer and this member's oversight, and nobody else",
        )
    )  # fmt: skip


async def _settled(site: Site, state: Encounter, notice: str) -> Standing | None:
    """Return what is known, after a moment's patience where partners are connected."""
    said = await asked_about(site, state, notice)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _PATIENCE_SECONDS
    while site.driver is not None and said is not None and said.report == "wait" and loop.time() < deadline:
        await asyncio.sleep(_LOOK_SECONDS)
        said = await answer_of(site, Look(question=said.question))
    return said


# -- words that come late ---------------------------------------------------------------------------------------


def take_word(site: Site, letter: Letter) -> None:
    """Take a member's answer; a yes stops its encounter at once. Raises InputError or VerificationError."""
    try:
        take_reply(site, letter)
    finally:
        _learn(site, letter.thread)  # even where the answer was kept before a crash, and what follows was not done


def _learn(site: Site, question: str) -> None:
    """Record in an encounter that its person is protected; once its originator was told, rule P-03 finds it S1."""
    of = site.member.store.get(_OF + question.encode("ascii", "replace"))
    encounter, _, notice = (of or b"").decode().partition("/")
    state, casework = site.casework.office.docket.states.get(encounter), site.casework
    if state is None or standing_of(site, question).report != "no":
        return
    side = SideStateEntered(
        event_id=f"protected:{question}", at_ms=max(casework.now_ms, state.last_ms), member=site.member.code,
        unit=state.unit, encounter=encounter, side="PROTECTED_PERSON", notice=notice,
    )  # fmt: skip
    casework.office.take([Told(event=side, anyway=True)], casework.now_ms)
