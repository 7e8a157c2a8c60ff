"""Release: who reads, who would, and what keys are due when the roster changes."""

from __future__ import annotations

import itertools
from base64 import b64decode, b64encode
from collections.abc import Callable

import msgspec
import pytest

from evenhand.ground.errors import InputError, RefusedError
from evenhand.trust.roster import FinalHead, Roster, RosterMember
from evenhand.trust.sealing import sealing_public_key
from evenhand.watchlist.keyring import Grant, Keyring, print_keys
from evenhand.watchlist.release import AudienceBook, parse_label, readers_of, who_can_see
from tests.exchange.ledger_of import KEYS, ROSTER


def entropy() -> Callable[[int], bytes]:
    counter = itertools.count(1)
    return lambda n: next(counter).to_bytes(4, "big").rjust(n, b"\2")


def members_without(code: str, status: str = "expelled") -> tuple[RosterMember, ...]:
    return tuple(
        msgspec.structs.replace(m, status=status, final=FinalHead(size=0, root="")) if m.code == code else m
        for m in ROSTER.members
    )


def without(code: str, status: str = "expelled") -> Roster:
    return msgspec.structs.replace(ROSTER, members=members_without(code, status), threshold=1)


def issue(book: AudienceBook, label: str, roster: Roster = ROSTER) -> dict[str, list[Grant]]:
    given = book.prepare(label, roster)
    for grant in given.get("ITA", []):
        book.learn(grant)
    return given


def test_labels_are_read_in_one_form() -> None:
    assert parse_label(" All ", ROSTER, "ITA") == "all"
    assert parse_label("phl,,ITA", ROSTER, "ITA") == "ITA,PHL"
    assert parse_label("PHL", ROSTER, "ITA") == "ITA,PHL"
    assert readers_of("all", ROSTER) == {"ITA", "PHL", "XPO"}
    for text, words in (("FRA", "not in the roster"), ("XPO", "expelled")):
        with pytest.raises(RefusedError, match=words):
            parse_label(text, without("XPO"), "ITA")


def test_who_can_see_gives_a_reason_for_each() -> None:
    answers = {one.code: (one.reads, one.reason) for one in who_can_see("ITA,PHL", without("XPO"))}
    assert answers["PHL"] == (True, "named in the audience")
    assert answers["XPO"][0] is False
    assert "expelled" in answers["XPO"][1]
    assert all(one.reads for one in who_can_see("all", ROSTER))
    assert [one.reads for one in who_can_see("ITA,PHL", ROSTER)] == [True, True, False]


def test_an_audience_gets_a_key_once() -> None:
    book = AudienceBook("ITA", entropy())
    assert book.current("all", ROSTER) is None
    given = issue(book, "all")
    assert sorted(given) == ["ITA", "PHL", "XPO"]
    assert given["PHL"][0].label == ""
    assert given["ITA"][0].label == "all"
    current = book.current("all", ROSTER)
    assert current is not None
    assert current[1:] == (1, b64decode(given["PHL"][0].key))
    assert book.prepare("all", ROSTER) == {}
    assert book.stale(ROSTER) == []
    assert book.label_of(current[0]) == "all"
    assert book.label_of("another") is None


def test_whoever_leaves_causes_a_new_epoch_it_does_not_get() -> None:
    book = AudienceBook("ITA", entropy())
    old = issue(book, "all")["PHL"][0]
    assert book.stale(without("XPO")) == ["all"]
    assert book.current("all", without("XPO")) is None
    given = issue(book, "all", without("XPO"))
    assert sorted(given) == ["ITA", "PHL"]
    (new,) = given["PHL"]
    assert (new.audience, new.epoch) == (old.audience, 2)
    assert new.key != old.key


def test_whoever_joins_is_granted_the_earlier_epochs() -> None:
    book = AudienceBook("ITA", entropy())
    issue(book, "all")
    issue(book, "all", without("XPO", "suspended"))
    given = issue(book, "all", ROSTER)
    assert [grant.epoch for grant in given["PHL"]] == [1, 2], "all learn that XPO may be served the old epochs"
    assert [grant.epoch for grant in given["XPO"]] == [1, 2], "back again, it gets what it missed"
    third = AudienceBook("ITA", entropy())
    two = msgspec.structs.replace(ROSTER, members=ROSTER.members[:2], threshold=1)
    issue(third, "all", two)
    left = [m for m in members_without("PHL") if m.code != "XPO"]
    gone = msgspec.structs.replace(ROSTER, threshold=1, members=tuple(left))
    issue(third, "all", gone)
    joined = issue(third, "all", without("PHL"))
    assert sorted(grant.epoch for grant in joined["XPO"]) == [1, 2]


def with_new_sealing_key(code: str) -> Roster:
    key = b64encode(sealing_public_key(b"\x55" * 32)).decode()
    members = tuple(msgspec.structs.replace(m, sealing=key) if m.code == code else m for m in ROSTER.members)
    return msgspec.structs.replace(ROSTER, members=members)


def test_a_new_sealing_key_causes_a_new_epoch_and_is_granted_the_old_ones() -> None:
    book, following = AudienceBook("ITA", entropy()), with_new_sealing_key("PHL")
    old = issue(book, "all")["PHL"][0]
    issue(book, "ITA,XPO")
    assert book.stale(following) == ["all"], "whom it does not concern is left alone"
    assert book.current("all", following) is None
    given = issue(book, "all", following)
    assert [grant.epoch for grant in given["PHL"]] == [1, 2]
    assert given["PHL"][0].key == old.key != given["PHL"][1].key
    assert all(grant.sealed_to == "" for code in ("PHL", "XPO") for grant in given[code])
    assert book.stale(following) == []


def test_a_new_sealing_key_and_a_newcomer_at_once() -> None:
    book = AudienceBook("ITA", entropy())
    issue(book, "all", without("XPO"))
    given = issue(book, "all", with_new_sealing_key("PHL"))
    assert [grant.epoch for grant in given["XPO"]] == [1, 2]
    assert book.stale(with_new_sealing_key("PHL")) == []


def test_which_keys_an_epoch_was_sealed_to_survives_a_snapshot() -> None:
    book, ring = AudienceBook("ITA", entropy()), Keyring("ITA", KEYS["ITA"].sealing_secret)
    for grant in issue(book, "all")["ITA"]:
        ring.put("ITA", grant)
    again = AudienceBook("ITA", entropy())
    for _, grant in ring.dump():
        again.learn(grant)
    assert again.stale(ROSTER) == []
    assert again.stale(with_new_sealing_key("PHL")) == ["all"]


def test_an_earlier_sealing_secret_still_opens_what_was_sealed_to_it() -> None:
    part = boxed("PHL")
    assert len(Keyring("PHL", b"\x55" * 32, KEYS["PHL"].sealing_secret).take("ITA", part)) == 1
    assert Keyring("PHL", b"\x55" * 32).take("ITA", part) == []


def test_a_withdrawal_reaches_everyone_who_ever_could_read() -> None:
    book = AudienceBook("ITA", entropy())
    issue(book, "all")
    audience = book.current("all", ROSTER)
    assert audience is not None
    assert book.withdrawal_label(audience[0], ROSTER) == "all"
    issue(book, "ITA,XPO")
    named = book.current("ITA,XPO", ROSTER)
    assert named is not None
    assert book.withdrawal_label(named[0], without("XPO")) == "ITA,XPO"
    book.learn(Grant(audience=named[0], epoch=2, key=b64_of(b"k"), readers=("ITA", "PHL"), label="ITA,XPO"))
    assert book.withdrawal_label(named[0], ROSTER) == "ITA,PHL,XPO"


def b64_of(data: bytes) -> str:
    return b64encode(data.ljust(32)).decode()


def test_a_later_copy_of_an_old_epoch_changes_nothing() -> None:
    book = AudienceBook("ITA", entropy())
    first = issue(book, "all")["ITA"][0]
    issue(book, "all", without("XPO"))
    book.learn(first)
    current = book.current("all", without("XPO"))
    assert current is not None
    assert current[1] == 2


def boxed(*codes: str) -> bytes:
    grant = Grant(audience="a", epoch=1, key=b64_of(b"key"), readers=codes)
    public = {code: sealing_public_key(KEYS[code].sealing_secret) for code in ("ITA", "PHL", "XPO")}
    return print_keys({code: [grant] for code in codes}, originator="ITA", sealing_keys=public, entropy=entropy())


def test_boxes_open_for_those_meant_and_look_alike_for_all() -> None:
    part = boxed("ITA", "PHL")
    rings = {code: Keyring(code, KEYS[code].sealing_secret) for code in ("ITA", "PHL", "XPO")}
    taken = {code: len(ring.take("ITA", part)) for code, ring in rings.items()}
    assert taken == {"ITA": 1, "PHL": 1, "XPO": 0}
    name = ("ITA", "a", 1)
    assert rings["PHL"].key(name) == b"key".ljust(32)
    assert rings["XPO"].key(name) is None
    assert rings["PHL"].may_read("ITA", name)
    assert not rings["PHL"].may_read("XPO", name)
    boxes = msgspec.json.decode(part)["boxes"]
    assert len({len(box) for box in boxes.values()}) == 1
    assert sorted(boxes) == ["ITA", "PHL", "XPO"]


def test_a_keyring_is_put_back_from_its_dump() -> None:
    ring = Keyring("PHL", KEYS["PHL"].sealing_secret)
    ring.take("ITA", boxed("ITA", "PHL"))
    again = Keyring("PHL", KEYS["PHL"].sealing_secret)
    again.load(ring.dump())
    assert again.dump() == ring.dump()
    assert again.grants("XPO") == []


def test_a_roster_without_us_and_noise_hold_no_key() -> None:
    ring = Keyring("FRA", KEYS["PHL"].sealing_secret)
    assert ring.take("ITA", boxed("ITA", "PHL")) == []
    bad = msgspec.json.encode({"boxes": {"FRA": "*"}, "format": 1}, order="sorted")
    for part in (b"{}", bad):
        with pytest.raises(InputError):
            ring.take("ITA", part)
