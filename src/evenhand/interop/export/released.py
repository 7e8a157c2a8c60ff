"""What an export may carry: each notice with what is held of it, and the terms of whoever receives it.

Knows:    releasability (who may read a part), TLP 2.0 and PAP as orders of strictness.
Told:     notices with their standing and readers, and the terms of one outlet.
Answers:  what goes out in full, what goes out as taken back, and how many were withheld: a number, no more.
Trusted:  yes: nothing reaches an exporter that has not passed `choose`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from evenhand.ground.clock import format_ms
from evenhand.notices.model import Action, Detail, Handling, Notice, Sighting

Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT"]
"""FIRST, TLP 2.0. RED is for named persons' eyes and ears: no file and no feed may carry it."""
State = Literal["stands", "withdrawn", "suspended", "expired", "taken_back", "to_come"]
Pap = Literal["CLEAR", "GREEN", "AMBER", "RED"]

TLP_ORDER: Final = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
PAP_ORDER: Final = ("CLEAR", "GREEN", "AMBER", "RED")


def stricter(one: Handling, other: Handling) -> Handling:
    """Return of two markings the stricter TLP and the stricter PAP."""
    return Handling(
        tlp=max(one.tlp, other.tlp, key=TLP_ORDER.index), pap=max(one.pap, other.pap, key=PAP_ORDER.index)
    )


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sighting: which member says so, when (UTC ms), and who may read it (None: its receiver alone).

    `handling` are its marks: by TLP 2.0 the source of words marks them, so its sayer counted on those that the notice
    had then, and no later version of another member's makes them milder. `marked_ms` is when they came to be these.
    """

    member: str
    said_ms: int
    sighting: Sighting
    handling: Handling
    marked_ms: int = 0
    readers: frozenset[str] | None = None


class Earlier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version before the one in force, and who may read its `match` part (None: its receiver alone).

    `begun` says that it may have been in force here: by its own dates, since a correction may come late. `until_ms` is
    when the next version was said (UTC ms).
    """

    notice: Notice
    until_ms: int
    readers: frozenset[str] | None = None
    begun: bool = True


class Exportable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One notice as this member holds it.

    Instants are UTC milliseconds: `created_ms` of the first version, `modified_ms` of the latest word about it
    (version, withdrawal, expiry), `gone_ms` of the word by which it is gone for good. `action` is what is asked here,
    after flags. `readers` and `detail_readers` are the members who may read each part; None where that is not known
    here, and then no other member is given it. `earlier` are the versions before this one: what once went out,
    under a milder mark, to more readers or with more in it, is taken back and not left standing. `taken_back` is
    the state of what may stand again, for this reader or at all, and says no more than that; `to_come` that of what
    is not yet valid, which passes `choose` only as taken back. `erased` says that nobody knows any more what the
    notice was about: its `notice` is a form without content.
    """

    originator: str
    notice: Notice
    created_ms: int
    modified_ms: int
    gone_ms: int = 0
    action: Action
    state: State = "stands"
    detail: Detail | None = None
    readers: frozenset[str] | None = None
    detail_readers: frozenset[str] | None = None
    earlier: tuple[Earlier, ...] = ()
    sightings: tuple[Seen, ...] = ()
    erased: bool = False

    @property
    def key(self) -> str:
        """The one-string form of the notice's name, as `NoticeRef.key`."""
        return f"{self.originator}:{self.notice.notice_id}"

    @property
    def stands(self) -> bool:
        """Whether the notice is in force; all others go out as taken back, without a word about anyone."""
        return self.state == "stands"

    @property
    def gone(self) -> bool:
        """Whether it can never stand again: withdrawn, not only suspended, run out or kept from this reader."""
        return self.state == "withdrawn"

    @property
    def created(self) -> str:
        """RFC 3339 UTC with milliseconds."""
        return format_ms(self.created_ms)

    @property
    def modified(self) -> str:
        """RFC 3339 UTC with milliseconds; never before `created`, and later once more when taken back or erased.

        A withdrawal in the millisecond of its notice, or an erasure in that of the withdrawal, must still be the later
        version for a receiver.
        """
        return format_ms(max(self.modified_ms, self.created_ms) + (not self.stands) + self.erased)


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One outlet: the member who exports, the member whose hands it reaches, and the strictest marks it takes.

    `with_detail` false leaves every detail part out, also where the reader might have it.
    """

    own: str
    reader: str
    tlp_max: Tlp = "AMBER+STRICT"
    pap_max: Pap = "RED"
    with_detail: bool = True

    def allows(self, handling: Handling) -> bool:
        """Say whether the outlet may carry these marks. Source: TLP 2.0 (FIRST, 2022); PAP (MISP taxonomy)."""
        strict = handling.tlp == "AMBER+STRICT" and self.reader != self.own
        return (
            TLP_ORDER.index(handling.tlp) <= TLP_ORDER.index(self.tlp_max)
            and PAP_ORDER.index(handling.pap) <= PAP_ORDER.index(self.pap_max)
            and not strict
        )

    def may_read(self, readers: frozenset[str] | None) -> bool:
        """Say whether the outlet's reader is released to; what we hold, we may read ourselves."""
        return self.reader == self.own or (readers is not None and self.reader in readers)


class Chosen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes out, in order of key, and how many standing notices did not. The number says nothing else."""

    items: tuple[Exportable, ...]
    withheld: int


def choose(items: Iterable[Exportable], terms: Terms) -> Chosen:
    """Keep what the terms allow, without the parts they do not; count the standing notices kept back."""
    kept: list[Exportable] = []
    withheld = 0
    for item in sorted(items, key=lambda one: one.key):
        to_come = item.state == "to_come"
        if not to_come and terms.may_read(item.readers) and terms.allows(item.notice.handling):
            kept.append(_parts(item, terms))
            continue
        withheld += item.stands
        went = _went(item, terms)
        while went and not went[-1].begun:  # what never was in force went nowhere
            went = went[:-1]
        if went:
            kept.append(_taken_back(item, went))
    return Chosen(items=tuple(kept), withheld=withheld)


def _went(item: Exportable, terms: Terms) -> tuple[Earlier, ...]:
    """Return the earlier versions that the outlet may have had: of the others it must not learn what was in them."""
    return tuple(one for one in item.earlier if terms.may_read(one.readers) and terms.allows(one.notice.handling))


def _parts(item: Exportable, terms: Terms) -> Exportable:
    open_detail = terms.with_detail and terms.may_read(item.detail_readers)
    return msgspec.structs.replace(
        item,
        detail=item.detail if item.stands and open_detail else None,
        earlier=_went(item, terms),
        sightings=tuple(
            seen for seen in item.sightings
            if item.stands and terms.may_read(seen.readers) and terms.allows(seen.handling)
        ),
    )


def _taken_back(item: Exportable, went: tuple[Earlier, ...]) -> Exportable:
    """Return the last version that went out, as taken back: the later ones were never for this outlet.

    It left when the next version was said, and its instant is that one: those of later versions, of their expiry and of
    what was said of them would tell that there are any. For good only where the notice itself is withdrawn: an audience
    that was narrowed may be widened again.
    """
    last = went[-1]
    return msgspec.structs.replace(
        item, state="withdrawn" if item.gone else "taken_back", detail=None, sightings=(), notice=last.notice,
        earlier=went[:-1], modified_ms=max(last.until_ms, item.gone_ms),
    )  # fmt: skip
