"""A post is killed (kill -9) again and again in the middle of its work: no duty is lost, none is done twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

from evenhand.casework.records import EventRecord, FindingRecord, OverdueRecord
from evenhand.casework.retention import DecisionStore
from evenhand.screening.events import CandidatesShown
from tools.rooms import ROOT

from .post import START, Post

LIVES = 4


def live_and_die(folder: Path, dice: Random) -> int:
    """Run a post until it has done some work, kill it at a moment of no choice, return what it last said."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.casework.victim", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert victim.stdout is not None
    said = 0
    for _ in range(dice.randrange(4, 12)):
        said = int(victim.stdout.readline())
    victim.kill()
    victim.wait()
    victim.stdout.close()
    return said


def test_no_duty_is_lost_and_none_is_done_twice(tmp_path: Path) -> None:
    dice, said = Random(7), 0
    for _ in range(LIVES):
        now = live_and_die(tmp_path, dice)
        assert now > said, "a life begins where the last one ended"
        said = now
    store = DecisionStore(tmp_path / "decisions.sqlite")
    post = Post(store, START)
    assert post.book.size >= said, "what was said to be durable is there"
    post.clock.advance(ms=post.book.entry(post.book.size - 1).leaf.at_ms - START)
    post.wait(10)
    begun = [
        entry.decision.event.encounter for entry in post.book.entries()
        if isinstance(entry.decision, EventRecord) and isinstance(entry.decision.event, CandidatesShown)
    ]  # fmt: skip
    late = Counter(one.decision.encounter for one in post.book.entries() if isinstance(one.decision, OverdueRecord))
    assert late == Counter(begun)
    assert len(begun) == len(set(begun)) >= LIVES
    found = Counter(
        entry.decision.finding.finding_id for entry in post.book.entries()
        if isinstance(entry.decision, FindingRecord) and ":overdue:" in entry.decision.finding.finding_id
    )  # fmt: skip
    assert set(found.values()) == {1}
    assert len(found) == len(begun)
    size = post.book.size
    post.open()
    assert post.book.size == size
    assert post.verify().good, post.verify().problems[:3]
    store.close()
