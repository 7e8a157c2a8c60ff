"""The README's API part works as written: every command in it is run against a running node."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyotp
import pytest

from evenhand.ground.clock import SystemClock
from evenhand.node.folder import open_member
from evenhand.node.operations import perform
from evenhand.node.site import Site
from tests.api.conftest import PEOPLE, draft, free_port, make_folder
from tests.planted import overheard

README = Path(__file__).resolve().parents[2] / "README.md"
EVENHAND = [sys.executable, "-m", "evenhand.cli"]


def commands() -> list[str]:
    block = README.read_text("utf-8").split("<!-- api: begin -->")[1].split("<!-- api: end -->")[0]
    return re.findall(r"^\$ (.*)$", block, re.MULTILINE)


@pytest.fixture
async def port(tmp_path: Path) -> int:
    port = free_port()
    folder, genesis = make_folder(tmp_path / "ita", listen=f"127.0.0.1:{port}")
    with open_member(folder, SystemClock(), genesis=genesis) as member:
        site = Site(member, folder, folder.read_config())
        for one in PEOPLE:
            await perform(site, "notice.publish", msgspec.json.encode(draft(*one)))
    (tmp_path / "password.txt").write_text("four invented unrelated words")
    return port


@pytest.fixture
def running(tmp_path: Path, port: int) -> Iterator[int]:
    words = [*EVENHAND, "node", "run", "--data", "ita"]
    with overheard(tmp_path / "said.txt") as beside:
        node = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=beside)
        assert node.stdout is not None
        said = [node.stdout.readline().decode() for _ in range(2)]
        assert str(port) in said[1], said
        try:
            yield port
        finally:
            node.terminate()
            node.wait(20)
            node.stdout.close()


def run(line: str, folder: Path, **known: str) -> str:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **known}
    words = shlex.split(line)
    if words[0] == "evenhand":
        done = subprocess.run(
            [*EVENHAND, *words[1:]], cwd=folder, capture_output=True, text=True, check=False, env=environment
        )
    else:
        done = subprocess.run(
            ["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False, env=environment
        )
    assert done.returncode in {0, 28}, f"{line}\n{done.stdout}{done.stderr}"  # 28: curl's time was over
    return done.stdout


def test_the_walk_through(tmp_path: Path, running: int) -> None:
    listed = commands()
    assert len(listed) == 10
    code = digits = key = ""
    answers = []
    for written in listed:
        line = written.replace("7501", str(running)).replace("CODE", code).replace("DIGITS", digits)
        said = run(line.replace("NAME", PEOPLE[0][0]), tmp_path, KEY=key)
        if "people add" in line:
            code = re.findall(r"eve_\w+-?[\w-]*", said)[0]
        elif "people enrol" in line:
            secret = re.findall(r"secret=(\w+)", said)[0]
            time.sleep(0.1)
            digits = pyotp.TOTP(secret).now()
        elif "people key" in line:
            key = re.findall(r"evk_[\w-]+", said)[0]
        elif line.startswith("curl"):
            answers.append(said)
    ready, state, found, page, changes, nowhere = answers
    assert msgspec.json.decode(ready) == {"status": "ok"}
    assert msgspec.json.decode(state)["notices"] == 3
    assert [one["listed_as"] for one in msgspec.json.decode(found)["answer"]["candidates"]] == [PEOPLE[0][0]]
    assert len(msgspec.json.decode(page)["notices"]) == 2
    assert msgspec.json.decode(page)["next"]
    assert changes.count("event: person") == 3
    assert msgspec.json.decode(nowhere)["status"] == 404
