"""Elders: who may be meant where a birth year was written with two digits, and somebody listed is over a hundred.

Knows:    that 25 is 2025 or 1925, and how old a person can be.
Told:     a question with the later century, and the list as this member holds it.
Answers:  the question by the same day a century before, where somebody listed was born about then; else none.
Trusted:  yes: a century taken for certain clears whoever is listed of the other.

A third of travellers are young enough to be taken for somebody a century older, and hardly anybody listed is: so the
second question is asked of few. The years are those of every version held: one withdrawn costs a question only.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.matching.contract import Query
from evenhand.node.member import Member
from evenhand.travellers.traveller import AGE_MAX
from evenhand.watchlist.fold import Held

_CENTURY: Final = 100
_FIELD: Final = b'"birth_dates":'
_OLD: Final = re.compile(rb'"(?:1[0-8]|19[0-5])').search
_LATEST: Final = 1960
"""Years after it are not kept: who was born in them is taken for a century older from 2060 on."""
_BESIDE: Final = 1
"""Years beside a listed one that still speak for it, and more where it is approximate."""
_APPROXIMATE: Final = 2
_TURN: Final = 500
"""Notices between two looks at the network: some 2 ms."""
_DATES: Final = msgspec.json.Decoder(list[BirthDate])


class Elders:
    """The birth years of the oldest who are listed, kept up with the list."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._changed: set[str] = set()
        self._unseen: list[Held] | None = None
        self._years: set[int] = set()

    def question(self, query: Query) -> Query | None:
        """Return the question by the same day a century before; None where that is nobody alive, or nobody listed."""
        if query.birth_date is None:
            return None
        year = int(query.birth_date[:4]) - _CENTURY
        today = datetime.fromtimestamp(self._member.clock.now_ms() / 1000, UTC).date()
        if year < today.year - AGE_MAX or year not in self._listed_years():
            return None
        try:
            return msgspec.structs.replace(query, birth_date=f"{year:04}{query.birth_date[4:]}")
        except InputError:
            return None  # 29 February 1900

    async def prepare(self) -> None:
        """Look at everything held, some notices at a time: whoever asks before the end waits for the rest."""
        while self._look(_TURN):  # noqa: ASYNC110 - nobody else does it
            await asyncio.sleep(0)

    def _listed_years(self) -> set[int]:
        while self._look(len(self._unseen or ())):
            pass
        fold = self._member.watchlist.fold
        for key in self._changed:
            originator, _, notice_id = key.partition(":")
            changed = fold.ledger(originator).notices.get(notice_id)
            if changed is not None:
                self._take(changed)
        self._changed.clear()
        return self._years

    def _look(self, most: int) -> bool:
        """Look at some of what was held when this was first called; tell whether more of it is left."""
        if self._unseen is None:
            self._member.listeners.append(self._changed)
            ledgers = self._member.watchlist.fold.ledgers.values()
            self._unseen = [held for ledger in ledgers for held in ledger.notices.values()]
        for _ in range(min(most, len(self._unseen))):
            self._take(self._unseen.pop())
        return bool(self._unseen)

    def _take(self, held: Held) -> None:
        for version in held.versions:
            self._years.update(_years_in(version.text))


def _years_in(text: bytes) -> set[int]:
    """Return the years about which a notice says that somebody was born, as far as they are long ago."""
    start = text.find(_FIELD)
    if start < 0:
        return set()
    dates = text[start + len(_FIELD) : text.index(b"]", start) + 1]
    if _OLD(dates) is None:
        return set()
    years: set[int] = set()
    for one in _DATES.decode(dates):
        beside = _BESIDE + (_APPROXIMATE if one.certainty == "approximate" else 0)
        first = int(one.value[:4])
        years.update(range(first - beside, min(int((one.until or one.value)[:4]) + beside, _LATEST) + 1))
    return years
