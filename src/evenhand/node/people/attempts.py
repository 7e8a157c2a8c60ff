"""Attempts: failed sign-ins that change nothing are counted, so that who knocks without end fills no ledger.

Knows:    for each account, and for names that nobody has, when a failure was last on record, and how many came since.
Told:     failures, and the time.
Answers:  whether one is written down now; later how many there were.
Trusted:  yes. The first failure is on record at once, the others of its minute together. A crash forgets at most how
          many they were.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from evenhand.ground.limits import SIGN_IN_COUNTED_MS


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Failures of one account ("": of names nobody has) after one that is on record, in its words."""

    account: str
    since_ms: int
    refused: str
    times: int = 0


class Attempts:
    """Counts failures by account; there are as many counts as accounts."""

    def __init__(self) -> None:
        self._counted: dict[str, Counted] = {}

    def is_first(self, account: str, refused: str, now_ms: int) -> bool:
        """Take a failure; say whether it is the first of its minute, which is written down by itself."""
        before = self._counted.get(account)
        if before is not None:
            self._counted[account] = msgspec.structs.replace(before, times=before.times + 1, refused=refused)
            return False
        self._counted[account] = Counted(account=account, since_ms=now_ms, refused=refused)
        return True

    def due(self, now_ms: int, *, closing: bool = False) -> Iterator[Counted]:
        """Take out the counts whose minute is over, or all of them; yield those in which more failures came."""
        for one in list(self._counted.values()):
            if closing or not 0 <= now_ms - one.since_ms < SIGN_IN_COUNTED_MS:
                del self._counted[one.account]
                if one.times:
                    yield one
