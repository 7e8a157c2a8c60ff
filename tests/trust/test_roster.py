"""Rosters: a threshold decides, history stays, rollback and forks are refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from evenhand.ground.clock import format_ms
from evenhand.ground.errors import InputError, NotFoundError, RollbackError, SignatureInvalidError
from evenhand.trust.keys import MemberKeys, generate_keys
from evenhand.trust.roster import (
    FinalHead,
    LogKey,
    Roster,
    RosterMember,
    add_signature,
    card,
    open_genesis,
    open_next,
    parse_card,
    print_card,
    read_roster,
    roster_hash,
    roster_text,
    sign_roster,
)

NOW = 1_790_000_000_000
CODES = ("ITA", "PHL", "XPO")


def keys_of(code: str, salt: int = 0) -> MemberKeys:
    counter = iter(range(sum(map(ord, code)) + salt, 10_000))
    return generate_keys(
        member=code, coalition="shield.example",
        entropy=lambda n: next(counter).to_bytes(4, "big").rjust(n, b"\1"), now_ms=NOW,
    )  # fmt: skip


KEYS = {code: keys_of(code) for code in CODES}
FINAL = FinalHead(size=4, root="r")


def genesis(**changes: Any) -> Roster:
    return msgspec.structs.replace(
        Roster(
            coalition="shield.example", version=1, previous=None, issued=format_ms(NOW),
            expires=format_ms(NOW + 10**10), threshold=2,
            members=tuple(card(KEYS[code], name=code, urls=()) for code in CODES),
        ),
        **changes,
    )  # fmt: skip


def signed(roster: Roster, *codes: str) -> bytes:
    return sign_roster(roster, [KEYS[code].log_signer() for code in codes])


def following(current: Roster, **changes: Any) -> Roster:
    return msgspec.structs.replace(current, version=current.version + 1, previous=roster_hash(current), **changes)


def with_member(current: Roster, which: str, **changes: Any) -> tuple[RosterMember, ...]:
    return tuple(
        msgspec.structs.replace(member, **changes) if member.code == which else member for member in current.members
    )


def test_a_genesis_is_accepted_by_its_pinned_hash_and_threshold() -> None:
    roster = genesis()
    assert open_genesis(signed(roster, "ITA", "PHL"), pinned_hash=roster_hash(roster)) == roster


def test_another_genesis_than_the_agreed_one_is_refused() -> None:
    with pytest.raises(RollbackError, match="telephone"):
        open_genesis(signed(genesis(), "ITA", "PHL"), pinned_hash="0" * 64)
    second = following(genesis())
    with pytest.raises(RollbackError):
        open_genesis(signed(second, "ITA", "PHL"), pinned_hash=roster_hash(second))


def test_too_few_signatures_are_refused_and_one_member_counts_once() -> None:
    roster = genesis()
    for codes in (("ITA",), ("ITA", "ITA")):
        with pytest.raises((SignatureInvalidError, InputError)):
            open_genesis(signed(roster, *codes), pinned_hash=roster_hash(roster))


def test_signatures_can_be_gathered_one_after_another() -> None:
    roster = genesis()
    document = add_signature(signed(roster, "ITA"), KEYS["XPO"].log_signer())
    assert open_genesis(document, pinned_hash=roster_hash(roster)) == roster


def test_the_next_version_follows_and_nothing_else_does() -> None:
    first = genesis()
    second = following(first, threshold=1)
    assert open_next(signed(second, "ITA", "PHL"), first) == second
    third = following(second)
    with pytest.raises(RollbackError, match="in force"):
        open_next(signed(first, "ITA", "PHL"), second)
    with pytest.raises(RollbackError, match="does not follow"):
        open_next(signed(third, "ITA", "PHL"), first)
    fork = following(genesis(threshold=3))
    with pytest.raises(RollbackError, match="does not follow"):
        open_next(signed(fork, "ITA", "PHL", "XPO"), first)


def test_both_the_old_and_the_new_threshold_must_sign() -> None:
    first = genesis()
    stricter = following(first, threshold=3)
    with pytest.raises(SignatureInvalidError, match="2 of 3"):
        open_next(signed(stricter, "ITA", "PHL"), first)
    lax = following(first, threshold=1)
    with pytest.raises(SignatureInvalidError, match="1 of 2"):
        open_next(signed(lax, "ITA"), first)


def test_an_expelled_member_does_not_count_for_the_new_roster() -> None:
    first = genesis()
    second = following(first, members=with_member(first, "XPO", status="expelled", final=FINAL))
    with pytest.raises(SignatureInvalidError):
        open_next(signed(second, "ITA", "XPO"), first)
    accepted = open_next(signed(second, "ITA", "PHL"), first)
    assert accepted.active_codes == ("ITA", "PHL")
    assert not accepted.is_active("XPO")
    back = following(accepted, members=with_member(accepted, "XPO", status="active", final=None))
    with pytest.raises(InputError, match="new code"):
        open_next(signed(back, "ITA", "PHL"), accepted)


def test_a_suspended_member_may_return() -> None:
    first = genesis()
    second = following(first, members=with_member(first, "XPO", status="suspended", final=FINAL))
    third = following(second)
    third = following(second, members=first.members)
    assert open_next(signed(third, "ITA", "PHL"), open_next(signed(second, "ITA", "PHL"), first)) == third


def test_history_cannot_be_rewritten() -> None:
    first = genesis()
    vanished = following(first, members=first.members[:2])
    other = LogKey(vkey=card(keys_of("PHL", 500), name="PHL", urls=()).logs[0].vkey)
    rewritten = following(first, members=with_member(first, "PHL", logs=(other,)))
    renamed = following(first, coalition="other.example")
    for roster, words in ((vanished, "vanished"), (rewritten, "rewritten"), (renamed, "name")):
        with pytest.raises(InputError, match=words):
            open_next(signed(roster, "ITA", "XPO"), first)


def test_a_rotated_key_is_valid_from_its_entry_on() -> None:
    first = genesis()
    old = first.member("PHL").logs[0]
    new = LogKey(vkey=card(keys_of("PHL", 500), name="PHL", urls=()).logs[0].vkey, first=10)
    second = following(first, members=with_member(first, "PHL", logs=(old, new)))
    assert second.entry_verifier("PHL", 9).vkey == old.vkey
    assert second.entry_verifier("PHL", 10).vkey == new.vkey
    at = {size: [key.vkey for key in second.checkpoint_verifiers("PHL", size)] for size in (9, 10, 11)}
    assert at == {9: [old.vkey], 10: [old.vkey, new.vkey], 11: [new.vkey]}
    assert [key.vkey for key in second.signing_verifiers()["PHL"]] == [new.vkey]


@pytest.mark.parametrize(("text", "code"), [
    ("PHL", "PHL"), ("phl", "PHL"), ("\tpHl ", "PHL"), ("\uff30\uff28\uff2c", "PHL"), ("xpo", "XPO"), ("UTO", ""),
    ("PHL desk", ""), ("", ""), ("lane 4", ""),
])  # fmt: skip
def test_a_member_is_known_by_its_code_in_letters_of_any_case(text: str, code: str) -> None:
    gone = msgspec.structs.replace(genesis().members[2], status="expelled", final=FINAL)
    assert genesis(members=(*genesis().members[:2], gone)).code_in(text) == code


def test_lookups_name_keys_certificates_and_origins() -> None:
    roster = genesis()
    assert roster.origin("ITA") == "shield.example/ITA"
    assert roster.by_certificate[roster.member("PHL").certificate] == "PHL"
    assert roster.witness_verifier("XPO").name == "shield.example/XPO/witness"
    with pytest.raises(NotFoundError):
        roster.member("FRA")


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 0}, {"threshold": 4}, {"version": 2}, {"previous": "x"}, {"version": 0},
        {"expires": format_ms(NOW)}, {"members": tuple(reversed(genesis().members))},
        {"members": genesis().members * 100},
    ],
)  # fmt: skip
def test_a_roster_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_roster(signed(genesis(**changes), "ITA", "PHL"))


@pytest.mark.parametrize(
    "changes",
    [{"code": "it"}, {"logs": ()}, {"logs": (LogKey(vkey="v", first=1),)},
     {"logs": (LogKey(vkey="v"), LogKey(vkey="w"))}, {"status": "expelled"}, {"final": FINAL}],
)  # fmt: skip
def test_a_member_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_roster(signed(genesis(members=with_member(genesis(), "ITA", **changes)), "ITA", "PHL"))


def test_what_is_no_roster_is_refused() -> None:
    signer = KEYS["ITA"].log_signer()
    for document in (b"x" * 2_000_000, ("other\n\n" + signer.sign("other\n")).encode(), b"no note"):
        with pytest.raises(InputError):
            read_roster(document)
    assert roster_text(genesis()).startswith("evenhand/roster/v1\n")


def test_cards_are_read_back() -> None:
    made = card(KEYS["ITA"], name="Italy", urls=("https://node.example",))
    assert parse_card(print_card(made)) == made
    with pytest.raises(InputError):
        parse_card(b"{}")
