"""A version for fewer members: whoever is left out is told that theirs stands no longer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evenhand.exchange.frames import Pulse
from evenhand.node import narrowing
from evenhand.node.asking import standing_of
from evenhand.node.deciding.statuses import held_of
from evenhand.node.member import Member
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Retraction, StatusChange
from evenhand.trust.roster import Roster
from tests.net.coalition import DETAIL, Coalition, notice, outgoing

KEY = f"ITA:{7:032x}"
CODES = ("FRA", "ITA", "PHL")


class Three:
    """Three members, ITA the author: what each is shown, after everybody heard."""

    def __init__(self, folder: Path) -> None:
        coalition = Coalition(folder, CODES)
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
        told: dict[str, str] = {}
        for code, feed in self.feeds.items():
            for frame in self.author.desk.next_frames(feed):
                self.members[code].receive(frame, "ITA")
        for code, member in self.members.items():
            held = held_of(member, KEY)
            assert held is not None
            assert held.latest is not None
            told[code] = f"{held.latest.number} {standing_of(member, held, member.clock.now_ms())}"
            assert (KEY in member.view.listed_keys()) is told[code].endswith("stands")
        return told

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
