"""The records a member publishes: notices and what is said about notices.

Knows:    accusation, law, review date, and who originated what.
Told:     by importers and by people at a member.
Answers:  the `match` part (what a post needs) as one tagged record, the `detail` part (why) beside it.
Trusted:  yes: whatever decodes here has passed every check of form.

Every record travels as canonical JSON in a sealed part. `match` says which kind it is; `detail` belongs
to person and document notices only, so that an originator may give `match` to all and `detail` to few.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import UNREADABLE, Codec, canonical_bytes
from evenhand.ground.clock import parse_ms
from evenhand.ground.errors import InputError
from evenhand.ground.limits import ITEMS_PER_FIELD_MAX, TEXT_CHARACTERS_MAX
from evenhand.identity.person import Document, FileReference, Person, Place, check_country, check_text
from evenhand.notices.approvals import Approval, Approvals
from evenhand.notices.conduct import Conduct
from evenhand.notices.misused import MisusedIdentity

Action = Literal[
    "ARREST", "HOLD", "REFUSE_ENTRY", "NO_BOARD", "SEARCH", "INTERVIEW", "DISCREET_REPORT", "NONE"
]
ACTION_LADDER: Final[dict[str, int]] = {
    "NONE": 0, "DISCREET_REPORT": 1, "INTERVIEW": 2, "SEARCH": 3,
    "NO_BOARD": 4, "REFUSE_ENTRY": 4, "HOLD": 5, "ARREST": 6,
}  # fmt: skip
"""PROCEDURE section 3: an officer may go down this ladder, never up."""

_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TOPIC: Final = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}", re.ASCII)
_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)
MESSAGE_CHARACTERS_MAX: Final = 200_000
"""A sealed part holds 1 MiB; six bytes a character at worst, since JSON lies in JSON."""


def check_notice_id(text: str) -> None:
    """Refuse what is not 128 bits in lower-case hex. Raises InputError."""
    if not _ID.fullmatch(text):
        raise InputError(
            f"not a notice id: {text[:40]!r}", remedy="use the 32 hex digits shown by `notice list`"
        )


class NoticeRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of some member: originator's code and opaque id."""

    originator: str
    notice_id: str

    def __post_init__(self) -> None:
        """Check both by form. Raises InputError."""
        check_country(self.originator)
        check_notice_id(self.notice_id)

    @property
    def key(self) -> str:
        """The one-string form, `ITA:0123…`, used to sort and to index."""
        return f"{self.originator}:{self.notice_id}"


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a record comes from: a list's short name, its entry id, its edition."""

    list: str
    entry_id: str
    edition: str | None = None


class Handling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """TLP 2.0 (FIRST) and PAP: who may be told, and what may be done that the subject could notice."""

    tlp: Literal["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"] = "AMBER"
    pap: Literal["RED", "AMBER", "GREEN", "CLEAR"] = "AMBER"


class Reliability(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Admiralty scale: source letter and information number, kept as two, never averaged."""

    source: Literal["A", "B", "C", "D", "E", "F"]
    information: Literal["1", "2", "3", "4", "5", "6"]


class _Validity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What person and document notices share. Instants are RFC 3339 UTC with milliseconds."""

    notice_id: str
    version: int
    category: str
    action: Action
    valid_from: str
    review_by: str
    expires: str
    fallback: Action = "NONE"
    source: Source | None = None
    handling: Handling = Handling()
    approvals: Approvals | None = None

    def __post_init__(self) -> None:
        """Check ids, order of instants, and that the fallback is not stronger. Raises InputError."""
        check_notice_id(self.notice_id)
        check_text(self.category, characters_max=100)
        if self.version < 1:
            raise InputError("versions count from 1")
        if not parse_ms(self.valid_from) <= parse_ms(self.review_by) <= parse_ms(self.expires):
            raise InputError(
                "the dates of validity are out of order",
                why="a notice begins, is reviewed, and expires, in that order",
            )
        if ACTION_LADDER[self.fallback] > ACTION_LADDER[self.action]:
            raise InputError(f"the fallback {self.fallback} is stronger than the action {self.action}")


class PersonNotice(_Validity, frozen=True, kw_only=True, tag_field="kind", tag="person"):
    """A person to be found: the `match` part."""

    person: Person


class DocumentNotice(_Validity, frozen=True, kw_only=True, tag_field="kind", tag="document"):
    """A stolen, lost or blank document to be found: the `match` part."""

    document: Document


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
           tag_field="kind", tag="link"):  # fmt: skip
    """Two notices concern the same person, or not; a member's later link replaces its earlier one."""

    first: NoticeRef
    second: NoticeRef
    relation: Literal["same_person", "not_same_person", "unlinked"]
    reason: str

    def __post_init__(self) -> None:
        """Check order (first.key < second.key, so one pair has one form) and reason. Raises InputError."""
        check_text(self.reason)
        if self.first.key >= self.second.key:
            raise InputError("a link names two different notices in key order")


class Flag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
           tag_field="kind", tag="flag"):  # fmt: skip
    """Not executable on our territory: a lower action for the flagging member only, until `lifted`."""

    notice: NoticeRef
    action: Action
    reason: str
    lifted: bool = False

    def __post_init__(self) -> None:
        """Check the reason. Raises InputError."""
        check_text(self.reason)


class Sighting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
               tag_field="kind", tag="sighting"):  # fmt: skip
    """A person or document of a notice was met somewhere."""

    notice: NoticeRef
    seen_at: str
    place: Place
    report: str

    def __post_init__(self) -> None:
        """Check the instant and the text. Raises InputError."""
        parse_ms(self.seen_at)
        check_text(self.report)


class Retraction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
                 tag_field="kind", tag="retraction"):  # fmt: skip
    """The originator withdraws its notice: it stops matching everywhere at once."""

    notice_id: str
    reason: str

    def __post_init__(self) -> None:
        """Check id and reason. Raises InputError."""
        check_notice_id(self.notice_id)
        check_text(self.reason)


class ErasureOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
                   tag_field="kind", tag="erasure"):  # fmt: skip
    """Delete every payload of these entries of the originator's ledger, and sign a receipt."""

    notice_id: str
    entries: tuple[int, ...]
    reason_class: Literal["redress", "retention", "court", "error"]

    def __post_init__(self) -> None:
        """Check id and indexes. Raises InputError."""
        check_notice_id(self.notice_id)
        if not self.entries or any(index < 0 for index in self.entries):
            raise InputError("an erasure order names at least one entry by its index from 0")


class StatusChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
                   tag_field="kind", tag="status"):  # fmt: skip
    """The originator suspends or blocks its notice, or for good its versions `up_to` one, or lets it stand again."""

    notice_id: str
    status: Literal["SUSPENDED", "BLOCKED", "STANDING"]
    reason: str
    up_to: int = 0
    """The last version it stops; it stands directly behind the version for fewer members that tells why (ADR 5)."""

    def __post_init__(self) -> None:
        """Check id, reason and version. Raises InputError."""
        check_notice_id(self.notice_id)
        check_text(self.reason)
        if self.up_to < 0 or (self.up_to and self.status != "SUSPENDED"):
            raise InputError("versions up to a number are suspended, and nothing else")


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
              tag_field="kind", tag="outcome"):  # fmt: skip
    """What a redress officer of another member than the originator decided; it binds every member.

    DELETE: the notice stands nowhere from now on. CORRECT: `version` and what came before it stand nowhere.
    KEEP: it stands. A member's later outcome on the same notice replaces its earlier one.
    """

    request: str
    notice: NoticeRef
    version: int
    decision: Literal["DELETE", "CORRECT", "KEEP"]
    reason: str
    decided: Approval

    def __post_init__(self) -> None:
        """Check id, version and reason. Raises InputError."""
        check_notice_id(self.request)
        check_text(self.reason)
        if self.version < 0:
            raise InputError("an outcome names a version, or 0 where none was seen")


class Cleared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice that does not concern the person, as long as its identity has the digest `basis`."""

    notice: NoticeRef
    basis: str


class RedressNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
                    tag_field="kind", tag="redress_number"):  # fmt: skip
    """A person's number, tied to documents, and the notices they are not: looked at before a candidate is shown.

    `misused` is what a victim of identity misuse lets be known, to be told apart; an erasure takes it back.
    """

    number: str
    documents: tuple[Document, ...]
    cleared: tuple[Cleared, ...]
    misused: MisusedIdentity | None = None
    revoked: bool = False

    def __post_init__(self) -> None:
        """Check the number and that it is tied to something. Raises InputError."""
        check_notice_id(self.number)
        if not self.documents or len(self.documents) + len(self.cleared) > ITEMS_PER_FIELD_MAX:
            raise InputError("a redress number is tied to the person's documents, not to a name")


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
              tag_field="kind", tag="message"):  # fmt: skip
    """One member writes to another, sealed to the two of them.

    `thread` (32 hex digits) holds together what belongs together, and is what an erasure order names;
    `topic` is a lower-case word with a dot (`redress.request`), whose room reads `body`, canonical JSON.
    """

    thread: str
    to: str
    topic: str
    body: str
    urgent: bool = False

    def __post_init__(self) -> None:
        """Check id, code, topic and size. Raises InputError."""
        check_notice_id(self.thread)
        check_country(self.to)
        if not _TOPIC.fullmatch(self.topic):
            raise InputError(f"not a topic: {self.topic[:40]!r}", remedy="write two lower-case words and a dot")
        check_text(self.body, characters_max=MESSAGE_CHARACTERS_MAX)


class MonthlyFigures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True,
                     tag_field="kind", tag="figures"):  # fmt: skip
    """A member's figures of one month (`2026-11`), canonical JSON; the last ones said count."""

    month: str
    body: str

    def __post_init__(self) -> None:
        """Check month and size. Raises InputError."""
        if not _MONTH.fullmatch(self.month):
            raise InputError(f"not a month: {self.month[:20]!r}", remedy="write 2026-11")
        check_text(self.body, characters_max=MESSAGE_CHARACTERS_MAX)


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
              tag_field="kind", tag="receipt"):  # fmt: skip
    """A member acknowledges that it did what entry `index` of `originator`'s ledger ordered."""

    originator: str
    index: int
    act: Literal["withdrawn", "erased"]
    done_at: str

    def __post_init__(self) -> None:
        """Check by form. Raises InputError."""
        check_country(self.originator)
        parse_ms(self.done_at)
        if self.index < 0:
            raise InputError("entries count from 0")


Notice = PersonNotice | DocumentNotice
Record = (
    PersonNotice | DocumentNotice | Link | Flag | Sighting | Retraction | ErasureOrder | Receipt
    | StatusChange | Outcome | RedressNumber | Message | Conduct | MonthlyFigures
)  # fmt: skip


class Detail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why, and what else is known: the `detail` part of a person or document notice."""

    offence: str
    legal_basis: str
    decision_reference: str
    issuing_authority: str
    proportionality: str
    reliability: Reliability | None = None
    addresses: tuple[Place, ...] = ()
    marks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    photos: tuple[FileReference, ...] = ()
    remarks: tuple[str, ...] = ()
    salt: str | None = None
    """Opens `Approvals.detail`, the commitment to this part that the approvers signed; 32 hex digits."""

    def __post_init__(self) -> None:
        """Check that every statement the procedure asks for is there. Raises InputError."""
        for text in (self.offence, self.legal_basis, self.decision_reference, self.issuing_authority,
                     self.proportionality, *self.marks, *self.languages, *self.remarks):  # fmt: skip
            check_text(text, characters_max=TEXT_CHARACTERS_MAX)
        if self.salt is not None:
            check_notice_id(self.salt)
        for items in (self.addresses, self.marks, self.languages, self.photos, self.remarks):
            if len(items) > ITEMS_PER_FIELD_MAX:
                raise InputError(
                    f"{len(items)} items in one field", why=f"the limit is {ITEMS_PER_FIELD_MAX}"
                )


_RECORD: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)
_DETAIL: Final[Codec[Detail]] = Codec(Detail)


def encode_record(record: Record) -> bytes:
    """Print the `match` part as canonical JSON."""
    return canonical_bytes(record)


@lru_cache(maxsize=512)  # two batches: each record is folded, then indexed, and records never change
def decode_record(data: bytes) -> Record:
    """Read a `match` part; anything not exactly as printed is an InputError."""
    try:
        record = _RECORD.decode(data)
    except UNREADABLE as error:
        raise InputError("not a valid record", why=str(error)) from error
    if canonical_bytes(record) != data:
        raise InputError("record is not in canonical form (RFC 8785)")
    return record


def forget_records() -> None:
    """Drop what `decode_record` remembers: after an erasure no copy of a payload may stay."""
    decode_record.cache_clear()


def encode_detail(detail: Detail) -> bytes:
    """Print the `detail` part as canonical JSON."""
    return canonical_bytes(detail)


def decode_detail(data: bytes) -> Detail:
    """Read a `detail` part. Raises InputError."""
    return _DETAIL.decode(data)
