"""The README's first ten minutes work as written: every command in it is run, in order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec
import pytest

from evenhand.cli.demo_coalition import free_ports
from evenhand.interop.synthetic import synthetic_persons
from tests.planted import overheard

Background = tuple[list[subprocess.Popen[bytes]], IO[bytes]]
README = Path(__file__).resolve().parents[2] / "README.md"


def commands() -> list[str]:
    block = README.read_text("utf-8").split("<!-- commands: begin -->")[1].split("<!-- commands: end -->")[0]
    return re.findall(r"^\$ evenhand (.*)$", block, re.MULTILINE)


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Background]:
    started: list[subprocess.Popen[bytes]] = []
    with overheard(tmp_path / "said.txt") as beside:
        yield started, beside
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)


def test_the_first_ten_minutes(
    tmp_path: Path, background: Background, compiled_kernels: None
) -> None:
    ports = dict(zip(("7401", "7402"), map(str, free_ports(2)), strict=True))
    name = synthetic_persons(1, 1)[0].person.names[0].text
    pinned = ""
    listed = commands()
    assert f'find "{name}" --data phl' in listed, "the README asks for somebody the invented list names"
    assert len(listed) > 12
    for written in listed:
        line = written.replace("7401", ports["7401"]).replace("7402", ports["7402"])
        words = shlex.split(line.replace("HASH", pinned).removesuffix("&"))
        start = [sys.executable, "-m", "evenhand.cli", *words]
        if line.endswith("&"):
            started, beside = background
            started.append(subprocess.Popen(start, cwd=tmp_path, stdout=beside, stderr=beside))
            continue
        run = settled(start, tmp_path, patient=words[0] in {"peer", "parity", "find"})
        assert run.returncode == (10 if words[0] == "find" else 0), f"{line}\n{run.stdout}{run.stderr}"
        if words[:2] == ["roster", "sign"]:
            pinned = re.findall(r"^[0-9a-f]{64}$", run.stdout, re.MULTILINE)[0]
    state = [
        msgspec.json.decode(
            settled([sys.executable, "-m", "evenhand.cli", "state", "--data", data, "--json"], tmp_path).stdout
        )
        for data in ("ita", "phl")
    ]
    assert state[0]["digest"] == state[1]["digest"]


def settled(start: list[str], folder: Path, *, patient: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command; one that asks how partners stand is repeated while they connect."""
    tries = 20 if patient else 1
    while True:
        run = subprocess.run(
            start, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
        )
        tries -= 1
        if run.returncode in {0, 10} or not tries:
            return run
        time.sleep(0.5)
