"""What overtook its turn: heeded when it can be read, kept when its turn comes, and the same after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

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
