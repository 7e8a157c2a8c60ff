"""Every period and number of the procedure in one table, with unit and source.

Knows:    the values PROCEDURE prints in brackets.
Told:     by the coalition's charter, which may replace any of them.
Answers:  one `Policy`; deadlines as instants; where each value comes from.
Trusted:  yes: rules and steps judge by these numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from evenhand.ground.errors import InputError

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The charter's parameters; the last word of a name is its unit. Raises InputError below zero."""

    answer_lane_ms: int = 2 * SECOND_MS
    answer_carrier_ms: int = 4 * SECOND_MS
    open_candidate_ms: int = 5 * MINUTE_MS
    verify_ms: int = 15 * MINUTE_MS
    release_ms: int = 15 * MINUTE_MS
    contact_terrorism_ms: int = 15 * MINUTE_MS
    contact_ms: int = HOUR_MS
    answer_held_ms: int = 30 * MINUTE_MS
    answer_ms: int = 12 * HOUR_MS
    unread_ms: int = 5 * MINUTE_MS
    protection_terrorism_ms: int = 10 * MINUTE_MS
    protection_ms: int = 40 * MINUTE_MS
    protection_least_ms: int = MINUTE_MS
    hold_unconfirmed_ms: int = HOUR_MS
    judge_ms: int = 48 * HOUR_MS
    judge_child_ms: int = 24 * HOUR_MS
    rights_ms: int = HOUR_MS
    consular_ms: int = 24 * HOUR_MS
    asylum_ms: int = 24 * HOUR_MS
    report_terrorism_ms: int = HOUR_MS
    report_ms: int = 12 * HOUR_MS
    follow_up_ms: int = 15 * DAY_MS
    close_ms: int = 30 * DAY_MS
    review_sample_permille: int = 50
    stale_online_ms: int = 15 * MINUTE_MS
    stale_offline_ms: int = 24 * HOUR_MS
    case_beside_ms: int = 30 * MINUTE_MS
    repeat_queries_count: int = 3
    repeat_window_ms: int = 30 * DAY_MS
    systematic_query_ms: int = 10 * MINUTE_MS
    profile_ratio_permille: int = 1_500
    profile_checks_count: int = 100
    profile_p_permille: int = 10
    identifiers_count: int = 2
    silence_count: int = 3
    silence_window_ms: int = 90 * DAY_MS
    cleared_message_ms: int = 2 * DAY_MS
    approvers_count: int = 2
    block_objection_ms: int = 15 * MINUTE_MS
    extensions_hourly_count: int = 20
    acknowledge_online_ms: int = 15 * MINUTE_MS
    acknowledge_ms: int = 24 * HOUR_MS
    redress_access_ms: int = 120 * DAY_MS
    redress_deletion_ms: int = 270 * DAY_MS
    redress_block_ms: int = 10 * DAY_MS
    clock_skew_ms: int = 5 * SECOND_MS
    export_ms: int = 10 * DAY_MS
    audit_away_ms: int = 24 * HOUR_MS
    finding_answer_ms: int = 72 * HOUR_MS
    finding_weekly_ms: int = 7 * DAY_MS
    exception_ms: int = DAY_MS
    screened_kept_ms: int = DAY_MS

    def __post_init__(self) -> None:
        """Refuse a period or number that is not positive. Raises InputError."""
        for name in self.__struct_fields__:
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be at least 1", remedy="correct the charter's parameters")
        if self.protection_terrorism_ms >= self.contact_terrorism_ms or self.protection_ms >= self.contact_ms:
            raise InputError(
                "a member's word on protection cannot be awaited until the originator must be told",
                why="rule C-01", remedy="make protection_ms and protection_terrorism_ms shorter than the contact's",
            )  # fmt: skip


_DEFAULT: Final = "default of this project, PROCEDURE "
SOURCES: Final[dict[str, str]] = {
    "answer_lane_ms": _DEFAULT + "section 3 state 0",
    "answer_carrier_ms": _DEFAULT + "section 3 state 0",
    "open_candidate_ms": _DEFAULT + "section 3 state 2",
    "verify_ms": _DEFAULT + "section 3 state 3",
    "release_ms": _DEFAULT + "section 3 state 4; ICCPR art 9(1)",
    "contact_terrorism_ms": _DEFAULT + "section 3 state 6; Regulation (EU) 2018/1862 art 48",
    "contact_ms": _DEFAULT + "section 3 state 6",
    "answer_held_ms": _DEFAULT + "section 3 state 7; ICCPR art 9(1)",
    "answer_ms": "Regulation (EU) 2018/1862 (supplementary information: 12 h); PROCEDURE section 3 state 7",
    "unread_ms": _DEFAULT + "section 3 state 7 (an urgent message escalates; no period named there)",
    "protection_terrorism_ms": _DEFAULT + "rules P-03 and C-01 (two thirds of the time to contact; ADR 0063)",
    "protection_ms": _DEFAULT + "rules P-03 and C-01 (two thirds of the time to contact; ADR 0063)",
    "protection_least_ms": _DEFAULT + "rule P-03 (a member in reach answers within seconds; ADR 0063)",
    "hold_unconfirmed_ms": _DEFAULT + "section 3 state 9; ECHR art 5",
    "judge_ms": "ICCPR art 9(3), General Comment 35 paragraph 33 (48 h)",
    "judge_child_ms": "General Comment 35 paragraph 33 (juveniles: 24 h)",
    "rights_ms": _DEFAULT + "rule A-05; ICCPR art 9(2), ECHR art 5(2)",
    "consular_ms": _DEFAULT + "rule A-05; Vienna Convention on Consular Relations art 36",
    "asylum_ms": _DEFAULT + "rule A-05 (no period named there); 1951 Refugee Convention art 33",
    "report_terrorism_ms": _DEFAULT + 'section 3 state 10: "at once", taken as one hour',
    "report_ms": "Regulation (EU) 2018/1862 (12 h); PROCEDURE section 3 state 10",
    "follow_up_ms": _DEFAULT + "section 3 state 11",
    "close_ms": _DEFAULT + "section 3 state 12",
    "review_sample_permille": _DEFAULT + "section 3 state 12 (5 %)",
    "stale_online_ms": _DEFAULT + "section 3",
    "stale_offline_ms": _DEFAULT + "section 3",
    "case_beside_ms": _DEFAULT + "rule Q-02",
    "repeat_queries_count": _DEFAULT + "rule Q-02",
    "repeat_window_ms": _DEFAULT + "rule Q-02",
    "systematic_query_ms": _DEFAULT + "rule Q-03",
    "profile_ratio_permille": _DEFAULT + "rule Q-04; ICCPR art 26",
    "profile_checks_count": _DEFAULT + "rule Q-04",
    "profile_p_permille": _DEFAULT + "rule Q-04",
    "identifiers_count": _DEFAULT + "rule V-02; Directive (EU) 2016/681 art 6(5)",
    "silence_count": _DEFAULT + "rule C-02",
    "silence_window_ms": _DEFAULT + "rule C-02",
    "cleared_message_ms": "Regulation (EU) 2018/1862 (2 working days), counted as 48 h; rule C-04",
    "approvers_count": _DEFAULT + "rule P-01",
    "block_objection_ms": _DEFAULT + "rule P-03 (no period named there)",
    "extensions_hourly_count": _DEFAULT + "rule L-01 (N per hour)",
    "acknowledge_online_ms": _DEFAULT + "rule L-02",
    "acknowledge_ms": _DEFAULT + "rule L-02",
    "redress_access_ms": "CCF statute art 40 (4 months, counted as 120 days)",
    "redress_deletion_ms": "CCF statute art 40 (9 months, counted as 270 days)",
    "redress_block_ms": _DEFAULT + "section 5 and rule O-01",
    "clock_skew_ms": _DEFAULT + "rule O-02",
    "export_ms": _DEFAULT + "rule O-02",
    "audit_away_ms": _DEFAULT + "rule O-02",
    "finding_answer_ms": _DEFAULT + "section 4 (S2)",
    "finding_weekly_ms": _DEFAULT + "section 4 (S3)",
    "exception_ms": _DEFAULT + "section 4 (longest declared exception; no period named there)",
    "screened_kept_ms": _DEFAULT + "section 5",
}
"""Where each parameter comes from; a test holds the two lists equal."""

DEFAULT_POLICY: Final = Policy()


def policy_of(parameters: Mapping[str, int]) -> Policy:
    """Return the defaults with a charter's parameters in their place. Raises InputError."""
    unknown = sorted(set(parameters) - set(Policy.__struct_fields__))
    if unknown:
        raise InputError(
            f"no parameter is called {unknown[0][:40]!r}", remedy="use the names of docs/reference/procedure.md"
        )
    return Policy(**parameters)


def contact_within_ms(policy: Policy, *, terrorism: bool) -> int:
    """Return how long a post may take to reach the originator (states 4 to 6, rule C-01)."""
    return policy.contact_terrorism_ms if terrorism else policy.contact_ms


def protection_within_ms(policy: Policy, *, terrorism: bool) -> int:
    """Return how long members' words on protection are awaited before the originator is told without (rule P-03)."""
    return policy.protection_terrorism_ms if terrorism else policy.protection_ms


def answer_within_ms(policy: Policy, *, held: bool) -> int:
    """Return how long the originator may take to answer (state 7, rule C-02)."""
    return policy.answer_held_ms if held else policy.answer_ms


def report_within_ms(policy: Policy, *, terrorism: bool) -> int:
    """Return how long a hit report may take after the action (state 10, rule C-03)."""
    return policy.report_terrorism_ms if terrorism else policy.report_ms


def judge_within_ms(policy: Policy, *, child: bool) -> int:
    """Return how long a person may be held before a judge decides (state 9, rule A-06)."""
    return policy.judge_child_ms if child else policy.judge_ms


def stale_after_ms(policy: Policy, *, offline: bool) -> int:
    """Return the age from which a copy supports no adverse action without a live check (V-03)."""
    return policy.stale_offline_ms if offline else policy.stale_online_ms
