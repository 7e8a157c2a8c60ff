"""What overtook its turn: heeded when it can be read, kept when its turn comes, and the same after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.exchange import feed
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Retraction
from tests.node.test_narrowing import Three

WITHDRAWN = Retraction(notice_id=f"{7:032x}", reason="wrong")


@pytest.fixture
def three(tmp_path: Path) -> Three:
    return Three(tmp_path)


def restarted(three: Three, code: str, *, snapshot: bool) -> str:
    """Return how it stands at a member that was started again, whose digest must not change by that."""
    digest = three.members[code].vector().digest()
    three.restart(code, snapshot=snapshot)
    assert three.members[code].vector().digest() == digest
    return three.at(code)


@pytest.mark.parametrize("snapshot", [False, True])
def test_what_overtook_is_kept_when_its_turn_comes_by_one_who_may_not_read_it(three: Three, snapshot: bool) -> None:
    three.correct(2, "FRA,ITA")
    three.seen()
    three.say(WITHDRAWN, "FRA,ITA")
    three.take("FRA", "express")
    three.take("PHL", "ordinary")
    assert three.at("FRA") == "2 withdrawn"
    three.take("FRA", "ordinary", source="PHL")
    assert not three.members["FRA"].ledgers.express["ITA"]
    assert not three.members["FRA"].watchlist.missing.get("ITA")
    assert three.at("FRA") == restarted(three, "FRA", snapshot=snapshot) == "2 withdrawn"
    three.close()


@pytest.mark.parametrize("snapshot", [False, True])
@pytest.mark.parametrize("code", ["FRA", "PHL"])
def test_what_overtook_before_its_key_is_heeded_when_the_key_comes(three: Three, code: str, snapshot: bool) -> None:
    three.seen()
    keys = three.author.ledgers.log("ITA").size
    three.correct(2, "FRA,ITA,PHL")  # an audience of its own, whose keys come in the entry before
    three.take(code, "ordinary", without=frozenset({keys, keys + 1}))
    three.say(WITHDRAWN, "FRA,ITA,PHL")
    three.take(code, "express")
    assert three.members[code].ledgers.express["ITA"]
    assert three.at(code) == "1 stands"
    three.fetch(code, keys)
    assert three.at(code) == restarted(three, code, snapshot=snapshot) == "1 withdrawn"
    three.fetch(code, keys + 1)
    assert three.at(code) == restarted(three, code, snapshot=snapshot) == "2 withdrawn"
    three.close()


@pytest.mark.parametrize("snapshot", [False, True])
@pytest.mark.parametrize("is_late", [False, True])
def test_a_word_that_overtook_is_heeded_when_the_version_before_it_has_come(
    three: Three, monkeypatch: pytest.MonkeyPatch, is_late: bool, snapshot: bool
) -> None:
    three.seen()
    keys = three.author.ledgers.log("ITA").size
    with monkeypatch.context() as patch:  # as these words were published before they came in their turn
        patch.setattr(Outgoing, "urgency", property(lambda one: "immediate" if one.detail is None else "routine"))
        three.correct(2, "FRA,ITA")
    for code in ("FRA", "PHL"):
        three.take(code, "express")
        monkeypatch.setattr(feed, "_BATCH_ENTRIES", 2)  # the keys and the version, and not yet the word
        three.take(code, "ordinary", without=frozenset({keys + 1} if is_late else ()))
        assert keys + 2 in three.members[code].ledgers.express["ITA"]
    assert three.at("PHL") == restarted(three, "PHL", snapshot=snapshot) == "1 suspended"
    if is_late:
        assert three.at("FRA") == restarted(three, "FRA", snapshot=snapshot) == "1 stands"
        three.fetch("FRA", keys + 1)
    assert three.at("FRA") == restarted(three, "FRA", snapshot=snapshot) == "2 stands"
    assert not three.members["FRA"].watchlist.waiting.get("ITA")
    three.close()
