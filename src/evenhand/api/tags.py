"""ETags of notices: one half names the notice, the other whatever else the answer says of it.

Knows:    which parts of a shown notice are the notice, and which came in beside it.
Told:     a shown notice; the If-Match of whoever changes it.
Answers:  a strong ETag `"NOTICE.BESIDE"`; whether a change is of the notice as it stands.
Trusted:  yes: two people correcting one notice at once must find out.

Whoever polls asks whether anything is new, and is told by the whole tag: receipts for a withdrawal come in without
another word about the notice. Whoever changes a notice says which one they read: If-Match is held against the first
half alone, or a receipt that came in meanwhile would refuse the change. Only `at` is in neither half: it says when it
was asked. Source: RFC 9110 sections 8.8.1 and 13.1.1.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from evenhand.ground.canonical import digest
from evenhand.node.showing import Shown

_BESIDE: Final = frozenset({"witnesses", "orders"})
"""Who cosigned the ledger meanwhile, and whose receipts came in."""
_ASKED: Final = frozenset({"at"})
_DIGITS: Final = 32
_STRONG: Final = re.compile(r'(?:^|(?<=[\s,]))"([\x21\x23-\x7e]*)"', re.ASCII)


def notice_tag(shown: Shown) -> str:
    """Return the ETag of a notice as shown (RFC 9110 section 8.8.3)."""
    said = msgspec.structs.asdict(shown)
    notice = {name: value for name, value in said.items() if name not in _BESIDE | _ASKED}
    return f'"{_half(notice)}.{_half({name: said[name] for name in sorted(_BESIDE)})}"'


def _half(said: dict[str, object]) -> str:
    return digest(said).hex()[:_DIGITS]


def is_of(wanted: str, shown: Shown) -> bool:
    """Say whether an If-Match names this notice as it stands: any notice that is there by `*`, and none weakly."""
    now = notice_tag(shown).strip('"').partition(".")[0]
    return wanted == "*" or now in [one.partition(".")[0] for one in _STRONG.findall(wanted)]
