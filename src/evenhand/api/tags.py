"""ETags of notices: equal as long as nothing was said of the notice that a person would want to know.

Knows:    which parts of a shown notice are the notice, and which are of the moment.
Told:     a shown notice.
Answers:  a strong ETag.
Trusted:  yes: two people correcting one notice at once must find out.
"""

from __future__ import annotations

from typing import Final

import msgspec

from evenhand.ground.canonical import digest
from evenhand.node.showing import Shown

_OF_THE_MOMENT: Final = frozenset({"at", "witnesses", "orders"})
"""When it was asked, who cosigned the ledger meanwhile, and whose receipts came in."""


def notice_tag(shown: Shown) -> str:
    """Return the ETag of a notice as shown (RFC 9110 section 8.8.3)."""
    said = {name: value for name, value in msgspec.structs.asdict(shown).items() if name not in _OF_THE_MOMENT}
    return f'"{digest(said).hex()[:32]}"'
