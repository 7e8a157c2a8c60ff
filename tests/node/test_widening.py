"""A version for more members than a notice was for: whoever reads it now is told how the notice stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from evenhand.exchange.frames import Pulse
from evenhand.ground.errors import RefusedError
from evenhand.node.asking import standing_of
from evenhand.node.deciding.statuses import held_of
from evenhand.node.member import Member
from evenhand.node.narrowing import label_of_all
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Retraction, StatusChange
from tests.net.coalition import DETAIL, Coalition, notice

KEY = f"ITA:{7:032x}"
CODES = ("FRA", "ITA", "PHL")
Status = Literal["SUSPENDED", "BLOCKED", "STANDING"]


class Author:
    """ITA with a notice for FRA, and those who follow it."""

    def __init__(self, folder: Path, *, listed: int | None = None) -> None:
        self.coalition = Coalition(folder, CODES, listed=listed)
        self.members = {code: self.coalition.open(code) for code in CODES[:listed]}
        self.author = self.members["ITA"]
        self.author.receive(Pulse(note=self.members["FRA"].heartbeat()), "FRA")
        self.say(1, "FRA,ITA")

    def say(self, version: int, label: str) -> None:
        said = notice(7, "Nara Invented", version=version)
        self.author.publish([Outgoing(said, DETAIL, match_label=label, detail_label=label)])

    def change(self, status: Status) -> None:
        held = held_of(self.author, KEY)
        assert held is not None
        label = label_of_all(self.author, held.versions)
        self.author.publish([Outgoing(StatusChange(notice_id=held.notice_id, status=status, reason="r"), None, label)])

    def seen(self) -> dict[str, str]:
        """Return by member how it sees the notice, after everybody heard entry by entry; never otherwise before."""
        return {code: self._hear(member) for code, member in self.members.items()}

    def _hear(self, member: Member) -> str:
        if member is not self.author:
            feed = self.author.desk.open(member.code, {"ITA": member.ledgers.log("ITA").size}, "ordinary")
            for frame in self.author.desk.next_frames(feed):
                member.receive(frame, "ITA")
        held = held_of(member, KEY)
        if held is None or held.latest is None:
            return "none"
        return f"{held.latest.number} {standing_of(member, held, member.clock.now_ms())}"

    @property
    def size(self) -> int:
        return self.author.ledgers.log("ITA").size


@pytest.fixture
def ita(tmp_path: Path) -> Iterator[Author]:
    author = Author(tmp_path)
    yield author
    for member in author.coalition.members.values():
        member.close()


@pytest.mark.parametrize(("status", "word"), [("SUSPENDED", "suspended"), ("BLOCKED", "blocked")])
def test_who_may_read_a_notice_only_now_is_told_that_it_stops_nobody(ita: Author, status: Status, word: str) -> None:
    ita.change(status)
    assert ita.seen() == {"FRA": f"1 {word}", "ITA": f"1 {word}", "PHL": "none"}
    ita.say(2, "all")
    assert ita.seen() == dict.fromkeys(CODES, f"2 {word}")
    ita.change("STANDING")
    assert ita.seen() == dict.fromkeys(CODES, "2 stands")


def test_how_it_stands_is_told_before_the_version(ita: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    ita.change("SUSPENDED")
    ita.say(2, "all")
    monkeypatch.setattr("evenhand.exchange.feed._BATCH_ENTRIES", 1)
    phl = ita.members["PHL"]
    while phl.ledgers.log("ITA").size < ita.size:
        assert ita._hear(phl) in {"none", "2 suspended"}, "a batch may end anywhere"
        assert KEY not in phl.view.listed_keys()
    assert ita._hear(phl) == "2 suspended"


def test_what_everybody_was_told_is_not_said_again(ita: Author) -> None:
    ita.change("SUSPENDED")
    before = ita.size
    ita.say(2, "FRA,ITA")
    assert ita.size == before + 1
    ita.say(3, "ITA,PHL")
    assert ita.seen() == {"FRA": "2 suspended", "ITA": "3 suspended", "PHL": "3 suspended"}
    ita.change("STANDING")
    assert ita.seen() == {"FRA": "2 suspended", "ITA": "3 stands", "PHL": "3 stands"}
    before = ita.size
    ita.say(4, "ITA,PHL")
    assert ita.size == before + 1, "a notice that stands needs no word"


def test_what_was_not_told_once_is_told_with_the_next_version(ita: Author) -> None:
    ita.change("SUSPENDED")
    said = Outgoing(notice(7, "Nara Invented", version=2), DETAIL)
    ita.author.publisher.publish([said], ita.author.roster)  # as before this was told at all
    assert ita.seen()["PHL"] == "2 stands"
    ita.say(3, "all")
    assert ita.seen() == dict.fromkeys(CODES, "3 suspended")


def test_two_versions_at_once_each_go_with_what_the_one_before_says(ita: Author) -> None:
    ita.change("SUSPENDED")
    versions = [(2, "all"), (3, "FRA,ITA")]
    ita.author.publish(
        [Outgoing(notice(7, "Nara Invented", version=number), DETAIL, match_label=label) for number, label in versions]
    )
    assert ita.seen() == {"FRA": "3 suspended", "ITA": "3 suspended", "PHL": "2 suspended"}
    ita.change("STANDING")
    assert ita.seen() == {"FRA": "3 stands", "ITA": "3 stands", "PHL": "2 suspended"}


def test_who_joins_later_is_told_too(tmp_path: Path) -> None:
    ita = Author(tmp_path, listed=2)
    ita.change("BLOCKED")
    ita.say(2, "all")
    joined = ita.members["PHL"] = ita.coalition.open("PHL")
    document = ita.coalition.successor(join="PHL")
    for member in ita.members.values():
        member.take_roster(document)
    ita.author.receive(Pulse(note=joined.heartbeat()), "PHL")
    ita.author.tick()
    assert ita.seen() == dict.fromkeys(CODES, "2 blocked")
    for member in ita.members.values():
        member.close()


def test_what_was_withdrawn_gets_no_further_version(ita: Author) -> None:
    gone = Retraction(notice_id=f"{7:032x}", reason="wrong")
    ita.author.publish([Outgoing(gone, match_label="FRA,ITA")])
    before = ita.size
    with pytest.raises(RefusedError, match="was withdrawn"):
        ita.say(2, "all")
    assert ita.size == before
    assert ita.seen() == {"FRA": "1 withdrawn", "ITA": "1 withdrawn", "PHL": "none"}
