"""What members say about each other's conduct: a finding put to all, and every step that follows from it.

Knows:    the steps, and what each must say.
Told:     by a member's oversight, in its own ledger.
Answers:  one closed struct.
Trusted:  for its form only: who may take which step, and how many must, is judged where it is folded.

No person is named: a finding's id, its rule, the member, and words that the rule wrote. Source: PROCEDURE
section 4 (consequences, in steps; each step is a signed record that can be appealed).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evenhand.ground.errors import InputError
from evenhand.identity.person import check_country, check_text

ID_CHARACTERS_MAX = 300
Step = Literal[
    "OPENED", "EXPLAINED", "ACCEPTED", "UPHELD", "DISMISSED", "APPEALED", "APPEAL_GRANTED", "APPEAL_REFUSED"
]


class Conduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True,
              tag_field="kind", tag="conduct"):  # fmt: skip
    """One step about one finding on `member`, with its reason; OPENED also says what was found and when."""

    finding: str
    member: str
    step: Step
    reason: str
    rule: str = ""
    severity: Literal["S1", "S2", "S3"] = "S2"
    found: str = ""
    since_ms: int = 0
    at_ms: int = 0

    def __post_init__(self) -> None:
        """Check ids, the reason, and that an opening says what was found. Raises InputError."""
        check_text(self.finding, characters_max=ID_CHARACTERS_MAX)
        check_country(self.member)
        check_text(self.reason)
        if self.step == "OPENED" and not (self.rule and self.found):
            raise InputError("a finding that is put to all says its rule and what was found")
