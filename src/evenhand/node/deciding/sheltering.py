"""Before an originator hears of a person: whether any member protects that person against it.

Knows:    which question about protection belongs to which encounter; the documents shown and those of the notice.
Told:     encounters with a verified notice, before anything about them leaves.
Answers:  nothing where the originator may be told; else a refusal that says what stands or what is awaited.
Trusted:  yes: whoever is missed here may be reported to the state they fled.

The live check asks, so that the answers are usually here when the hit message is written. Source: PROCEDURE
sections 3 and 5; 1951 Refugee Convention art 33; docs/adr/0062.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import msgspec

from evenhand.casework.office import Told, refused
from evenhand.ground.errors import InputError, RefusedError
from evenhand.identity.person import Document
from evenhand.matching.contract import QueryDocument
from evenhand.node.deciding.acting import Actor, note_look
from evenhand.node.deciding.looking import encounter_of
from evenhand.node.deciding.stepping import base, in_hand
from evenhand.node.redress.protection import ITEMS_MAX, Ask, Look, Standing, answer_of, ask, item_of
from evenhand.node.refugees import REFUGEE_CODES, is_refugee_document
from evenhand.node.site import Site
from evenhand.notices.model import PersonNotice
from evenhand.screening.coercion import Refusal
from evenhand.screening.encounter import Encounter
from evenhand.screening.events import SideStateEntered

_FOR: Final = b"protection/for/"
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
    store.apply({_key(state, notice): said.question.encode("ascii")})
    site.wake()
    return said


async def shelter(site: Site, state: Encounter, who: Actor) -> None:
    """Refuse to tell an originator of a person protected against it, or of whom that is not known yet.

    Raises RefusedError: rule P-03. A protection found is recorded in the encounter first.
    """
    notice = in_hand(state).notice
    if "PROTECTED_PERSON" in state.sides:
        return  # the procedure refuses by itself
    said = await _settled(site, state, notice)
    if said is None or said.report == "yes":
        return
    if said.report == "wait":
        note_look(site, who, "hit.report", state.encounter, refused=f"protection awaited: {', '.join(said.awaited)}")
        raise RefusedError(
            f"the report waits: {', '.join(said.awaited)} did not say yet whether this person is protected",
            why="rule P-03: a hit on a protected person is never reported to the state fled",
            remedy="run the same command again shortly; call the members awaited; release whom you may not hold",
        )  # fmt: skip
    fresh = encounter_of(site, state.encounter)
    side = SideStateEntered(**base(site, fresh, who), side="PROTECTED_PERSON", notice=notice)
    site.casework.office.take([Told(event=side)], site.casework.now_ms)
    note_look(site, who, "hit.report", state.encounter, refused="protected")
    raise refused(
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
