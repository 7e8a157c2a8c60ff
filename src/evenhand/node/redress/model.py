"""A request of a person about data on themselves, and what becomes of each notice it concerns.

Knows:    what can be asked, the states of a matter, its clocks, what members write to each other.
Told:     by redress officers; read back from the deletable store.
Answers:  immutable values.
Trusted:  yes.

Source: PROCEDURE section 5; CCF statute art 40; Regulation (EU) 2018/1862 arts 53, 62, 67.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import InputError
from evenhand.identity.dates import check_partial_date
from evenhand.identity.person import Document, check_text
from evenhand.screening.clocks import DAY_MS

What = Literal["ACCESS", "CORRECTION", "DELETION"]
Result = Literal["GRANTED", "PARTLY", "REFUSED", "NEITHER_CONFIRM_NOR_DENY"]
Ruling = Literal["", "DELETE", "CORRECT", "KEEP"]
TARGET_MS: Final = 30 * DAY_MS
"""PROCEDURE section 5: the target; the limits are `Policy.redress_access_ms` and `redress_deletion_ms`."""


class Claimant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who asks, and where the answer goes."""

    names: tuple[str, ...]
    contact: str
    birth_date: str | None = None
    documents: tuple[Document, ...] = ()

    def __post_init__(self) -> None:
        """Check texts and date. Raises InputError."""
        if not self.names:
            raise InputError("a person has a name", remedy="give --name")
        for text in (*self.names, self.contact):
            check_text(text, characters_max=500)
        if self.birth_date is not None:
            check_partial_date(self.birth_date)


class Matter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request as it concerns one notice. `decider` is the member that decides: never the originator.

    `block` is empty until somebody decided whether the precautionary block stays.
    """

    matter: str
    request: str
    what: What
    notice: str
    version: int
    plausible: bool
    statement: str
    receiver: str
    decider: str
    since_ms: int
    documents: tuple[Document, ...] = ()
    position: str = ""
    block: Literal["", "UPHELD", "LIFTED"] = ""
    result: Literal["", "GRANTED", "PARTLY", "REFUSED", "NEITHER_CONFIRM_NOR_DENY"] = ""
    ruling: Ruling = ""
    reasons: str = ""
    decided_ms: int = 0

    @property
    def originator(self) -> str:
        """The member whose notice it is."""
        return self.notice.partition(":")[0]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person asked here; `answer` is what they were told, and when."""

    request: str
    what: What
    claimant: Claimant
    statement: str
    since_ms: int
    received_by: str
    possible: tuple[str, ...] = ()
    assessed: bool = False
    answer: str = ""
    answered_ms: int = 0


REQUESTS: Final = Codec(Request)
MATTERS: Final = Codec(Matter)
