"""A version for fewer members: whoever is left out is told that theirs stands no longer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from evenhand.exchange.feed import Lane
from evenhand.exchange.frames import Batch, Pulse
from evenhand.ground.errors import RefusedError
from evenhand.node import narrowing
from evenhand.node.asking import standing_of
from evenhand.node.deciding.statuses import held_of
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.node.snapshot import save_snapshot
from evenhand.notices.model import Retraction, StatusChange
from evenhand.trust.roster import Roster
from tests.net.coalition import DETAIL, Coalition, notice, outgoing

KEY = f"ITA:{7:032x}"
CODES = ("FRA", "ITA", "PHL")


class Three:
    """Three members, ITA the author: what each is shown, after everybody heard."""

    def __init__(self, folder: Path) -> None:
        self.coalition = coalition = Coalition(folder, CODES)
        self.members: dict[str, Member] = {code: coalition.open(code) for code in CODES}
        self.author = self.members["ITA"]
        readers = [code for code in CODES if code != "ITA"]
        for code in readers:
            self.author.receive(Pulse(note=self.members[code].heartbeat()), code)
        self.feeds = {code: self.author.desk.open(code, {"ITA": 0}, "ordinary") for code in readers}
        self.author.publish([outgoing(7, "Nara Invented")])

    def correct(self, version: int, label: str, detail: str = "") -> None:
        said = notice(7, "Nara Invented", version=version)
        labels = {"match_label": label, "detail_label": detail or label}
        self.author.publish([Outgoing(said, DETAIL, **labels)])

    def say(self, record: Retraction | StatusChange, label: str = "all") -> None:
        self.author.publish([Outgoing(record, match_label=label)])

    def seen(self) -> dict[str, str]:
        """Return by member the version held and how it stands."""
        for code, feed in self.feeds.items():
            for frame in self.author.desk.next_frames(feed):
                self.members[code].receive(frame, "ITA")
        return {code: self.at(code) for code in self.members}

    def at(self, code: str) -> str:
        """Return the version held at a member and how it stands."""
        member = self.members[code]
        held = held_of(member, KEY)
        assert held is not None
        assert held.latest is not None
        told = f"{held.latest.number} {standing_of(member, held, member.clock.now_ms())}"
        assert (KEY in member.view.listed_keys()) is told.endswith("stands")
        return told

    def take(self, code: str, lane: Lane, *, source: str = "ITA", without: frozenset[int] = frozenset()) -> None:
        """Let a member take in what another has of the author's ledger, less the parts of some entries."""
        desk = self.members[source].desk
        feed = desk.open(code, {"ITA": self.members[code].ledgers.log("ITA").size}, lane)
        for frame in desk.next_frames(feed):
            if isinstance(frame, Batch):
                parts = tuple(one for one in frame.parts if one[0] not in without)
                frame = msgspec.structs.replace(frame, parts=parts)  # noqa: PLW2901 - the same frame, less some parts
            self.members[code].receive(frame, source)

    def fetch(self, code: str, *wanted: int) -> None:
        """Let a member take parts that should be with it from the author."""
        found = self.author.desk.parts_for(code, "ITA", list(wanted))
        self.members[code].take_parts("ITA", {(index, name): sealed for index, name, sealed in found})

    def restart(self, code: str, *, snapshot: bool = False) -> None:
        """Stop a member and start it from what its folder holds."""
        if snapshot:
            save_snapshot(self.members[code], self.coalition.root / code / "snapshot")
        self.members[code].close()
        self.members[code] = self.coalition.open(code)

    def close(self) -> None:
        for member in self.members.values():
            member.close()


@pytest.fixture
def three(tmp_path: Path) -> Three:
    return Three(tmp_path)


def test_who_is_left_out_acts_no_more_on_the_version_before(three: Three) -> None:
    assert three.seen() == dict.fromkeys(CODES, "1 stands")
    three.correct(2, "FRA,ITA")
    assert three.seen() == {"FRA": "2 stands", "ITA": "2 stands", "PHL": "1 suspended"}
    three.say(StatusChange(notice_id=f"{7:032x}", status="STANDING", reason="r"))
    assert three.seen()["PHL"] == "1 suspended", "what is said of the notice is said of the version in force"
    three.correct(3, "ITA")
    assert three.seen() == {"FRA": "2 suspended", "ITA": "3 stands", "PHL": "1 suspended"}
    three.correct(4, "all")
    assert three.seen() == dict.fromkeys(CODES, "4 stands")
    three.close()


def test_a_detail_for_fewer_leaves_nobody_out(three: Three) -> None:
    before = three.author.ledgers.log("ITA").size
    three.correct(2, "all", detail="ITA")
    assert three.seen() == dict.fromkeys(CODES, "2 stands")
    said = three.author.ledgers.log("ITA").size - before
    assert said <= 2, "a version and the keys of an audience, and no other word"
    three.close()


@pytest.mark.parametrize("label", ["FRA,ITA", "ITA"])
def test_who_joins_later_does_not_act_on_what_was_for_everybody_once(tmp_path: Path, label: str) -> None:
    coalition = Coalition(tmp_path, ("FRA", "ITA", "XPO"), listed=2)
    author, reader = coalition.open("ITA"), coalition.open("FRA")
    author.receive(Pulse(note=reader.heartbeat()), "FRA")
    author.publish([outgoing(7, "Nara Invented")])
    author.publish([Outgoing(notice(7, "Nara Invented", version=2), DETAIL, match_label=label, detail_label="ITA")])
    joined = coalition.open("XPO")
    document = coalition.successor(join="XPO")
    for member in coalition.members.values():
        member.take_roster(document)
    author.publish([outgoing(9, "Other Invented")])
    author.receive(Pulse(note=joined.heartbeat()), "XPO")
    for frame in author.desk.next_frames(author.desk.open("XPO", {"ITA": 0}, "ordinary")):
        joined.receive(frame, "ITA")
    held = held_of(joined, KEY)
    assert held is not None
    assert [one.number for one in held.versions] == [1], "the keys of what is for everybody come with joining"
    assert standing_of(joined, held, joined.clock.now_ms()) == "suspended"
    for member in coalition.members.values():
        member.close()


def test_a_version_and_the_word_about_it_are_written_together(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "CHUNK_ENTRIES", 2)
    sizes: list[int] = []
    publish = three.author.publisher.publish

    def noted(outgoing: Sequence[Outgoing], roster: Roster) -> list[int]:
        sizes.append(len(outgoing))
        return publish(outgoing, roster)

    monkeypatch.setattr(three.author.publisher, "publish", noted)
    narrower = Outgoing(notice(7, "Nara Invented", version=2), DETAIL, match_label="ITA", detail_label="ITA")
    indexes = three.author.publish([outgoing(8, "Other Invented"), narrower, outgoing(9, "More Invented")])
    assert sizes == [1, 2, 1]
    assert len(set(indexes)) == 3
    assert three.seen()["PHL"] == "1 suspended"
    three.close()


def test_what_was_not_told_then_is_told_with_the_next_version(three: Three) -> None:
    said = Outgoing(notice(7, "Nara Invented", version=2), DETAIL, match_label="FRA,ITA", detail_label="ITA")
    three.author.publisher.publish([said], three.author.roster)  # as before this was told at all
    assert three.seen()["PHL"] == "1 stands"
    three.correct(3, "FRA,ITA")
    assert three.seen() == {"FRA": "3 stands", "ITA": "3 stands", "PHL": "1 suspended"}
    three.close()


def test_a_withdrawal_reaches_who_was_left_out(three: Three) -> None:
    three.correct(2, "FRA,ITA")
    three.say(Retraction(notice_id=f"{7:032x}", reason="wrong"))
    assert three.seen() == {"FRA": "2 withdrawn", "ITA": "2 withdrawn", "PHL": "1 withdrawn"}
    three.close()


def test_the_index_of_each_record_is_its_own(three: Three) -> None:
    other, held = notice(8, "Other Invented"), notice(7, "Nara Invented", version=2)
    first, second = three.author.publish([Outgoing(held, DETAIL, match_label="ITA"), Outgoing(other, DETAIL)])
    assert second == first + 2, "between them stands what the others are told"
    assert three.seen()["PHL"] == "1 suspended"
    assert held_of(three.members["PHL"], f"ITA:{8:032x}") is not None
    three.close()


# -- in whatever order, and whatever is lost ---------------------------------------------------------------------


def test_a_word_about_older_versions_does_not_overtake_the_version_before_it(three: Three) -> None:
    three.seen()
    three.correct(2, "FRA,ITA")
    for code in ("FRA", "PHL"):
        three.take(code, "express")
        assert three.at(code) == "1 stands", "as before any correction that is on its way"
    assert three.seen() == {"FRA": "2 stands", "ITA": "2 stands", "PHL": "1 suspended"}
    three.close()


def test_a_word_that_overtook_once_waits_for_the_version_before_it(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    three.seen()
    with monkeypatch.context() as patch:  # as these words were published before they came in their turn
        patch.setattr(Outgoing, "urgency", property(lambda one: "immediate" if one.detail is None else "routine"))
        three.correct(2, "FRA,ITA")
    word = three.author.ledgers.log("ITA").size - 1
    for code in ("FRA", "PHL"):
        three.take(code, "express")
        assert word in three.members[code].ledgers.express["ITA"]
        assert three.at(code) == "1 stands"
        three.restart(code)
        assert three.at(code) == "1 stands"
    three.feeds = {code: three.author.desk.open(code, {"ITA": 0}, "ordinary") for code in three.feeds}
    assert three.seen() == {"FRA": "2 stands", "ITA": "2 stands", "PHL": "1 suspended"}
    three.close()


@pytest.mark.parametrize("snapshot", [False, True])
def test_who_may_read_the_new_version_goes_by_the_old_one_until_it_is_here(three: Three, snapshot: bool) -> None:
    three.seen()
    three.correct(2, "FRA,ITA")
    three.take("PHL", "ordinary")
    assert three.at("PHL") == "1 suspended"
    three.take("FRA", "ordinary", source="PHL")  # whoever is left out can hand on the entry, and not what it says
    (missing,) = three.members["FRA"].watchlist.missing["ITA"]
    assert three.at("FRA") == "1 stands"
    three.restart("FRA", snapshot=snapshot)
    assert three.at("FRA") == "1 stands"
    three.fetch("FRA", missing)
    assert three.at("FRA") == "2 stands"
    three.restart("FRA", snapshot=snapshot)
    assert three.at("FRA") == "2 stands"
    three.close()


@pytest.mark.parametrize("snapshot", [False, True])
def test_without_keys_that_came_before_nobody_knows_whether_it_is_left_out(three: Three, snapshot: bool) -> None:
    three.seen()
    keys = three.author.ledgers.log("ITA").size
    three.correct(2, "FRA,ITA")
    for code in ("FRA", "PHL"):
        three.take(code, "ordinary", without=frozenset({keys, keys + 1}))
        assert three.at(code) == "1 stands"
        three.restart(code, snapshot=snapshot)
        assert three.at(code) == "1 stands"
        three.fetch(code, keys)
    assert three.at("PHL") == "1 suspended"
    assert three.at("FRA") == "1 stands", "it has the key of the new version, and not its text"
    three.fetch("FRA", keys + 1)
    assert three.at("FRA") == "2 stands"
    three.close()


def test_keys_that_come_with_the_word_in_one_lot_are_keys_that_came_before(three: Three) -> None:
    three.seen()
    keys = three.author.ledgers.log("ITA").size
    three.correct(2, "FRA,ITA")
    three.take("FRA", "ordinary", without=frozenset({keys, keys + 1, keys + 2}))  # entries alone, as from tiles
    three.fetch("FRA", keys, keys + 2)  # all that whoever is left out can give
    member = three.members["FRA"]
    assert three.at("FRA") == "1 stands", "it has the key of the new version, and not its text"
    assert member.watchlist.missing["ITA"] == {keys + 1}
    digest = member.vector().digest()
    three.restart("FRA")
    assert (three.at("FRA"), three.members["FRA"].vector().digest()) == ("1 stands", digest)
    three.fetch("FRA", keys + 1)
    assert three.at("FRA") == "2 stands"
    three.close()


def test_a_word_is_heeded_whatever_an_earlier_one_waits_for(three: Three) -> None:
    three.seen()
    three.correct(2, "FRA,ITA")
    three.take("PHL", "ordinary")
    three.correct(3, "ITA")
    three.take("PHL", "ordinary")
    three.take("FRA", "ordinary", source="PHL")
    second, word = sorted(three.members["FRA"].watchlist.missing["ITA"])
    assert three.at("FRA") == "1 stands"
    three.fetch("FRA", word)
    assert three.at("FRA") == "1 suspended", "version 2, which is still missing, is not for FRA any more either"
    three.fetch("FRA", second)
    assert three.at("FRA") == "2 suspended"
    three.close()


def test_parts_of_what_is_ahead_of_its_turn_are_left_until_it_has_come(three: Three) -> None:
    three.seen()
    three.correct(2, "FRA,ITA")
    three.say(StatusChange(notice_id=f"{7:032x}", status="SUSPENDED", reason="r"))
    ahead = three.author.ledgers.log("ITA").size - 1
    three.fetch("FRA", ahead)
    assert three.at("FRA") == "1 stands"
    assert set(three.seen().values()) == {"2 suspended", "1 suspended"}
    three.close()


@pytest.mark.parametrize("version", [1, 3])
def test_a_number_is_used_once_and_none_is_left_out(three: Three, version: int) -> None:
    size = three.author.ledgers.log("ITA").size
    with pytest.raises(RefusedError, match="is not its next one"):
        three.correct(version, "all")
    assert three.author.ledgers.log("ITA").size == size
    three.correct(2, "all")
    assert three.seen() == dict.fromkeys(CODES, "2 stands")
    three.close()
