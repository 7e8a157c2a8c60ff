"""Whole lives by the dice: a handful of seeds here, a thousand kept in docs/reference/simulation.md."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.world.campaign import live
from tests.world.simulate import main


@pytest.mark.parametrize("seed", range(40))
def test_a_small_coalition_keeps_every_promise(seed: int) -> None:
    outcome = live(seed, 7)
    assert not outcome.violations, "\n".join(outcome.violations)
    assert outcome.faults.get("loss", 0) + outcome.faults["delay"] > 0


@pytest.mark.parametrize("seed", [640, 1_000, 1_005])  # 640: a whole machine is restored to before it first published
def test_forty_one_members_keep_every_promise(seed: int) -> None:
    outcome = live(seed, 41)
    assert not outcome.violations, "\n".join(outcome.violations)


def test_the_same_seed_gives_the_same_digest_in_another_process() -> None:
    """Another process hashes strings otherwise: an order taken from a set would show here."""
    run = [sys.executable, "-m", "tests.world.simulate", "--seeds", "3", "--members", "7", "--workers", "1"]
    lines = [
        json.loads(
            subprocess.run(
                run, capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": hashed, "PATH": ""}
            ).stdout
        )
        for hashed in ("1", "2")
    ]
    assert lines[0]["digest"] == lines[1]["digest"]
    assert lines[0]["events"] == lines[1]["events"]


def test_it_prints_one_line_that_says_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "2", "--members", "5", "--first-seed", "30", "--workers", "1"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["seeds"], said["first_seed"], said["members"], said["violations"]) == (2, 30, 5, 0)
    assert said["events"] > 0
    assert said["simulated_seconds"] >= 32
    assert len(said["digest"]) == 64
    assert said["faults"]["crash"] >= 0


def test_it_begins_no_life_after_the_time_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--seeds", "1000", "--members", "5", "--workers", "1", "--minutes"]
    assert main([*asked, "0.0000001"]) == 0
    assert json.loads(capsys.readouterr().out)["seeds"] == 1


def test_it_refuses_to_simulate_nothing() -> None:
    with pytest.raises(SystemExit):
        main(["--seeds", "0"])
