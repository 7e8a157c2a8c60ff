"""Protection: who must never be reported to the state they fled, asked and answered without saying who.

Knows:    persons this member protects and against whom; blinded questions under way.
Told:     by redress officers; blinded questions of partners.
Answers:  to a partner: tags of its own making, never against the state fled; here: protected, or not known.
Trusted:  yes; a partner is believed about nobody but those it protects.

Each asker has a key of its own, so that answers to one help no other. A state that a person fled gets a set
without that person. How, and what it does not do: docs/adr/0062. Source: PROCEDURE section 5; 1951 Refugee
Convention arts 28, 33; ICAO 9303 part 3 section 5 (XXA stateless, XXB refugee, XXC other).
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, NotFoundError, RefusedError, VerificationError
from evenhand.identity.person import Document, check_country
from evenhand.matching.contract import Query
from evenhand.node.comparable import in_hand
from evenhand.node.post import Letter, NotYetError, send
from evenhand.node.refugees import is_refugee_document
from evenhand.node.site import Operation, Site
from evenhand.node.telling import new_id
from evenhand.screening.clocks import DAY_MS
from evenhand.trust import blinded

ITEMS_MAX: Final = 16
"""Documents of one person in one question."""
REGISTER_MAX: Final = 8_000
"""Tags in one answer: a message holds 200,000 characters."""
TAGS_AT_ONCE: Final = 256
"""Made in one look into the post, some 80 ms: nobody at a gate waits behind a register."""
ASKED_DAILY_MAX: Final = 500
"""Questions one partner may ask in a day: more would be a sweep of its own population."""
_PLACE: Final = b"protected/"
_ASKED: Final = b"protection/asked/"
_COUNT: Final = b"protection/count/"
_TAGS_MIN: Final = 16


class Protected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person under protection here: their documents, the states they fled, and since when."""

    protection: str
    documents: tuple[Document, ...]
    against: tuple[str, ...]
    since: str

    def __post_init__(self) -> None:
        """Check that there is somebody and somewhere. Raises InputError."""
        for code in self.against:
            check_country(code)
        if not self.against or not self.documents or len(self.documents) > ITEMS_MAX:
            raise InputError("a protection names documents and the states fled", remedy="give --document and --against")
        if any(one.issuer is None for one in self.documents):
            raise InputError("a document needs its issuer", remedy="write TYPE:NUMBER:ISSUER")


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`protection.ask`: blinded points, base64."""

    question: str
    points: tuple[str, ...]


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`protection.tell`: the same points under the holder's key for this asker, and the tags of its set."""

    question: str
    points: tuple[str, ...]
    tags: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question of ours: what was asked, by which blinding, of whom, and each member's answer so far."""

    question: str
    items: tuple[str, ...]
    blindings: tuple[str, ...]
    members: tuple[str, ...]
    answers: dict[str, bool]
    since_ms: int


_PROTECTED: Final = Codec(Protected)
_QUESTION: Final = Codec(Question)
_REPLY: Final = Codec(Reply)
_OWN: Final = Codec(Asked)


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def item_of(document: Document) -> bytes:
    """Return the bytes by which a document is compared: issuer, and number in capitals without separators."""
    number = "".join(mark for mark in document.number.upper() if mark.isalnum())
    return f"{document.issuer}|{number}".encode()


def register(site: Site) -> list[Protected]:
    """Return everyone protected here."""
    return [_PROTECTED.decode(value) for _, value in site.member.store.scan(_PLACE, _PLACE + b"\xff")]


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's documents and the states they fled."""

    documents: tuple[Document, ...]
    against: tuple[str, ...]


async def grant(site: Site, request: Grant) -> Protected:
    """Enter a protection. It never leaves this node. Raises InputError or RefusedError."""
    if sum(len(one.documents) for one in register(site)) + len(request.documents) > REGISTER_MAX:
        raise RefusedError(
            "the register is full", why=f"an answer carries {REGISTER_MAX} tags",
            remedy="end what is over: `evenhand redress unprotect`",
        )
    row = Protected(
        protection=new_id(), documents=request.documents, against=request.against,
        since=format_ms(site.member.clock.now_ms()),
    )  # fmt: skip
    site.member.store.apply({_PLACE + row.protection.encode("ascii"): _PROTECTED.encode(row)})
    site.record("protection.granted", {"protection": row.protection, "who": site.caller.who})
    return row


class End(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A protection that has ended."""

    protection: str


async def end(site: Site, request: End) -> Protected:
    """Delete a protection. Raises NotFoundError."""
    found = [one for one in register(site) if request.protection and one.protection.startswith(request.protection)]
    if len(found) != 1:
        raise NotFoundError(f"no one protection {request.protection[:40]!r}", remedy="see `evenhand redress protected`")
    site.member.store.apply({_PLACE + found[0].protection.encode("ascii"): None})
    site.member.forget_copies()
    site.tags.clear()  # they are kept by document
    site.record("protection.ended", {"protection": found[0].protection, "who": site.caller.who})
    return found[0]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Everyone protected here, and notices by a state fled that may be about them."""

    protected: tuple[Protected, ...]
    notices: tuple[tuple[str, str], ...]


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request without parameters."""


async def protected_here(site: Site, _: Nothing) -> Listing:
    """List the register, and the notices of states fled that name a protected person's document."""
    everyone = register(site)
    return Listing(protected=tuple(everyone), notices=tuple(hunted(site, everyone)))


def hunted(site: Site, everyone: list[Protected]) -> list[tuple[str, str]]:
    """Return (protection, notice) of every notice of a state fled that names a protected person's document."""
    found = []
    for one in everyone:
        asked = in_hand(one.documents)
        found += [
            (one.protection, f"{candidate.originator}:{candidate.notice_id}")
            for candidate in site.member.find(Query(documents=asked)).answer.candidates
            if candidate.originator in one.against
        ]
    return found


# -- asking ---------------------------------------------------------------------------------------------------------


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Documents of a person in hand, and the originator that would be told about them."""

    documents: tuple[Document, ...]
    originator: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known: `report` says whether the originator may be told now, and `why`."""

    question: str
    awaited: tuple[str, ...]
    report: Literal["yes", "no", "wait"]
    why: str
    since: str


async def ask(site: Site, request: Ask) -> Standing:
    """Ask every member but the originator, blinded, whether it protects a person. Raises InputError."""
    if not 1 <= len(request.documents) <= ITEMS_MAX or any(one.issuer is None for one in request.documents):
        raise InputError("a question names documents with their issuers", remedy="write TYPE:NUMBER:ISSUER")
    member = site.member
    items = [item_of(one) for one in request.documents]
    mine = any(
        request.originator in one.against and item_of(document) in items
        for one in register(site) for document in one.documents
    )  # fmt: skip
    refugee = any(is_refugee_document(one) for one in request.documents)
    others = tuple(code for code in member.roster.active_codes if code not in {member.code, request.originator})
    blindings = [blinded.scalar(os.urandom(blinded.WIDE_BYTES)) for _ in items]
    row = Asked(
        question=new_id(), items=tuple(_text(one) for one in items), blindings=tuple(_text(one) for one in blindings),
        members=others, since_ms=member.clock.now_ms(),
        answers={member.code: mine, **({"document": True} if refugee else {})},
    )  # fmt: skip
    _put(site, row)
    points = [_text(blinded.blind(item, scalar)) for item, scalar in zip(items, blindings, strict=True)]
    body = _QUESTION.encode(Question(question=row.question, points=tuple(points)))
    for code in others:
        send(site, to=code, topic="protection.ask", thread=row.question, body=body, urgent=True)
    site.record("protection.asked", {"question": row.question, "who": site.caller.who})
    return standing(row)


def _put(site: Site, row: Asked) -> None:
    site.member.store.apply({_ASKED + row.question.encode("ascii"): _OWN.encode(row)})


def standing(row: Asked) -> Standing:
    """Return what a question has brought so far: one yes is enough for no report, whoever said it."""
    awaited = tuple(code for code in row.members if code not in row.answers)
    report: Literal["yes", "no", "wait"] = "no" if any(row.answers.values()) else "wait" if awaited else "yes"
    why = {
        "no": "a protection against the originator stands: never report to the state fled, tell your redress officer",
        "wait": "not every member has answered; hold the report back while there is time (C-01)",
        "yes": "no member protects this person against the originator",
    }[report]  # fmt: skip
    return Standing(
        question=row.question, awaited=awaited, report=report, why=why, since=format_ms(row.since_ms)
    )


class Look(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question of ours."""

    question: str


async def answer_of(site: Site, request: Look) -> Standing:
    """Say what a question has brought so far. Raises NotFoundError."""
    return standing_of(site, request.question)


def standing_of(site: Site, question: str) -> Standing:
    """Return what a question has brought so far. Raises NotFoundError."""
    data = site.member.store.get(_ASKED + question.encode("ascii", "replace"))
    if data is None:
        raise NotFoundError(
            f"no question {question[:40]!r} was asked here", remedy="ask again: `evenhand redress may-report`"
        )
    return standing(_OWN.decode(data))


# -- answering ------------------------------------------------------------------------------------------------------


def take_question(site: Site, letter: Letter) -> None:
    """Answer a blinded question, without the people who fled the asker. Raises InputError or VerificationError."""
    question = _QUESTION.decode(letter.body)
    if not 1 <= len(question.points) <= ITEMS_MAX:
        raise InputError("a question has too many points")
    key = blinded.derived_scalar(site.member.keys.storage_key, b"protection/" + letter.sender.encode("ascii"))
    points = tuple(_text(blinded.evaluate(b64decode(one), key)) for one in question.points)
    shown = [one for one in register(site) if letter.sender not in one.against]
    tags = list(_own_tags(site, [item_of(document) for one in shown for document in one.documents], key))
    _count(site, letter.sender)
    # Random tags fill up to a power of two: the size of a register is nobody's to know.
    size = max(_TAGS_MIN, 1 << max(0, len(tags) - 1).bit_length())
    tags += [os.urandom(blinded.TAG_BYTES) for _ in range(size - len(tags))]
    reply = Reply(question=question.question, points=points, tags=tuple(sorted(_text(one) for one in tags)))
    send(site, to=letter.sender, topic="protection.tell", thread=letter.thread, body=_REPLY.encode(reply), urgent=True)


def _own_tags(site: Site, items: list[bytes], key: bytes) -> list[bytes]:
    """Return the tags of our documents for one asker; a long register takes several looks. Raises NotYetError."""
    fresh = [one for one in items if (key, one) not in site.tags]
    for item in fresh[:TAGS_AT_ONCE]:
        site.tags[key, item] = blinded.tag(item, key)
    if len(fresh) > TAGS_AT_ONCE:
        raise NotYetError("the register is being prepared for this asker")
    return [site.tags[key, item] for item in items]


def _count(site: Site, sender: str) -> None:
    """Refuse a partner that asks about a population. Raises RefusedError."""
    key = _COUNT + sender.encode("ascii")
    day = site.member.clock.now_ms() // DAY_MS
    held = msgspec.json.decode(site.member.store.get(key) or b"[0,0]", type=tuple[int, int])
    count = held[1] + 1 if held[0] == day else 1
    if count > ASKED_DAILY_MAX:
        raise RefusedError(
            f"{sender} asked too often today",
            why=f"the limit is {ASKED_DAILY_MAX}, so that nobody asks through a whole register",
            remedy="wait until tomorrow, and ask its liaison officers why",
        )
    site.member.store.apply({key: msgspec.json.encode((day, count))})


def take_reply(site: Site, letter: Letter) -> None:
    """Compare a partner's answer with what we asked. Raises InputError or VerificationError."""
    reply = _REPLY.decode(letter.body)
    data = site.member.store.get(_ASKED + reply.question.encode("ascii", "replace"))
    row = None if data is None else _OWN.decode(data)
    if row is None or letter.sender not in row.members or letter.sender in row.answers:
        raise InputError(f"{letter.sender} was not asked that")
    if len(reply.points) != len(row.items) or len(reply.tags) > 2 * REGISTER_MAX:
        raise VerificationError("an answer of another shape than the question")
    tags = set(reply.tags)
    said = any(
        _text(blinded.unblinded_tag(b64decode(item), b64decode(point), b64decode(scalar))) in tags
        for item, point, scalar in zip(row.items, reply.points, row.blindings, strict=True)
    )
    _put(site, msgspec.structs.replace(row, answers=row.answers | {letter.sender: said}))


PROTECTION: Final = (
    Operation("protection.grant", Grant, "publish", grant),
    Operation("protection.end", End, "publish", end),
    Operation("protection.list", Nothing, "publish", protected_here),
    Operation("protection.ask", Ask, "publish", ask),
    Operation("protection.show", Look, "publish", answer_of),
)
