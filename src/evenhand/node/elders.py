"""Elders: who may be meant where a birth year was written with two digits, and somebody listed is over a hundred.

Knows:    that 25 is 2025 or 1925, and how old a person can be.
Told:     a question with the later century, and the list as this member holds it.
Answers:  the question by the same day a century before, where that date may be somebody's who is listed; else none.
Trusted:  yes: a century taken for certain clears whoever is listed of the other.

Who is found by four digits is found by two: every date that `matching.evidence` may take for a listed one is asked
about. Years of the oldest, as far as a year alone may agree; and where a whole date is listed, whatever its year, the
same day of each year one digit off, which it takes for a slip of the pen. Other questions would say nothing more than
the first. What is known is that of every version held, withdrawn ones too (`find` may ask as of a day when they stood),
and goes with them: so it follows from the state alone, on a node that runs for months as on one just started.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.matching.contract import Query
from evenhand.node.member import Member
from evenhand.travellers.traveller import AGE_MAX

_CENTURY: Final = 100
_FIELD: Final = b'"birth_dates":'
_OLD: Final = re.compile(rb'"1(?:[0-8]|9(?:[0-5]|\d\d-\d\d-))').search
"""What may be of this century's young: years until 1959, and whole dates of any year before 2000."""
_LATEST: Final = 1960
"""Years after it are not kept: who was born in them is taken for a century older from 2060 on."""
_BESIDE: Final = 1
"""Years beside a listed one that still speak for it, and more where it is approximate."""
_APPROXIMATE: Final = 2
_DAY_CHARACTERS: Final = 10
_REST_CHARACTERS: Final = 6
_PLACES: Final = (100, 10, 1)
_TURN: Final = 500
"""Notices between two looks at the network: some 3 ms."""
_DATES: Final = msgspec.json.Decoder(list[BirthDate])


class Elders:
    """The birth years of the oldest who are listed, and the days of all: kept up with the list."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._changed: set[str] = set()
        self._unseen: Iterator[str] | None = None
        self._said: defaultdict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
        """By originator and notice: years (1925) and whole dates (19250125) of its versions."""
        self._notices: Counter[int] = Counter()
        """How many notices say each."""

    def question(self, query: Query) -> Query | None:
        """Return the question by the same day a century before; None where that is nobody alive, or nobody listed."""
        if query.birth_date is None:
            return None
        year = int(query.birth_date[:4]) - _CENTURY
        today = datetime.fromtimestamp(self._member.clock.now_ms() / 1000, UTC).date()
        if year < today.year - AGE_MAX or not self._may_agree(year, query.birth_date[4:]):
            return None
        try:
            return msgspec.structs.replace(query, birth_date=f"{year:04}{query.birth_date[4:]}")
        except InputError:
            return None  # 29 February 1900

    async def prepare(self) -> None:
        """Look at everything held, some notices at a time: whoever asks before the end waits for the rest."""
        while self.keep_up():  # noqa: ASYNC110 - nobody else does it
            await asyncio.sleep(0)

    def keep_up(self) -> bool:
        """Look at some of what changed, and of what was held at the first call; tell whether more may be left."""
        if self._unseen is None:
            self._member.listeners.append(self._changed)
            self._unseen = self._held()
        for _ in range(_TURN):
            key = self._changed.pop() if self._changed else next(self._unseen, None)
            if key is None:
                return False
            self._take(key)
        return True

    def _held(self) -> Iterator[str]:
        """Yield the key of every notice; one that comes meanwhile has changed."""
        for code, ledger in list(self._member.watchlist.fold.ledgers.items()):
            for notice_id in list(ledger.notices):
                yield f"{code}:{notice_id}"

    def _may_agree(self, year: int, rest: str) -> bool:
        """Tell whether evidence may take a date, of which `rest` is what follows the year, for a listed one."""
        while self.keep_up():
            pass
        if year in self._notices:
            return True
        if len(rest) != _REST_CHARACTERS:
            return False
        day = int(rest[1:3]) * 100 + int(rest[4:])
        return any(other * 10_000 + day in self._notices for other in _one_digit_off(year))

    def _take(self, key: str) -> None:
        """Count what a notice says now, in the place of what it said before."""
        originator, _, notice_id = key.partition(":")
        held, of_all = self._member.watchlist.fold.ledger(originator).notices.get(notice_id), self._said[originator]
        said = set[int]() if held is None else set[int]().union(*(_said_in(one.text) for one in held.versions))
        before = of_all.pop(notice_id, ())
        if held is not None and said:
            of_all[held.notice_id] = tuple(said)
        for one in said:
            self._notices[one] += 1
        for one in before:
            self._notices[one] -= 1
            if not self._notices[one]:
                del self._notices[one]


def _one_digit_off(year: int) -> Iterator[int]:
    """Yield the years that differ in one digit; the first is a one."""
    for place in _PLACES:
        none = year - year // place % 10 * place
        yield from range(none, none + 10 * place, place)


def _said_in(text: bytes) -> set[int]:
    """Return the years about which a notice says that somebody was born, as far as they are long ago, and whole dates.

    A whole date that is approximate, or the beginning of a range, is compared by its year alone.
    """
    start = text.find(_FIELD)
    if start < 0:
        return set()
    dates = text[start + len(_FIELD) : text.index(b"]", start) + 1]
    if _OLD(dates) is None:
        return set()
    said: set[int] = set()
    for one in _DATES.decode(dates):
        is_about = one.certainty == "approximate"
        beside, first = _BESIDE + (_APPROXIMATE if is_about else 0), int(one.value[:4])
        said.update(range(first - beside, min(int((one.until or one.value)[:4]) + beside, _LATEST) + 1))
        if len(one.value) == _DAY_CHARACTERS and one.until is None and not is_about:
            said.add(int(one.value.replace("-", "")))
    return said
