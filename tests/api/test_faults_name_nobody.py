"""A fault of ours names nobody in a log, by whatever way it comes there; nor does it show the key of who asked."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from evenhand.ground import faults
from evenhand.ground.clock import SystemClock
from evenhand.node.folder import open_member
from evenhand.node.site import Site
from tests.api.conftest import ROLES, free_port, make_folder, make_key
from tests.api.test_readme import EVENHAND
from tests.planted import overheard

NAME = "Planted Nameless"
PLUG_IN = '''
"""A list format that fails by every way there is, each time with the listed name in hand."""
import asyncio, gc, logging, threading
import structlog
from evenhand.api import events
from evenhand.interop.formats import ListFormat
from evenhand.interop.model import ParsedList
from evenhand.interop.policy import POLICIES
from evenhand.node import importing

LOOP = asyncio.get_running_loop()

class Dying:
    def __init__(self, name): self.name = name
    def __del__(self): raise KeyError(self.name)

def fail(name, *more): raise KeyError(name)

async def fail_later(name): raise KeyError(name)

def beside(loop, name):
    """In the node's own loop: a callback, and a task that nobody waits for."""
    loop.call_soon(fail, name)
    task = loop.create_task(fail_later(name))
    task.add_done_callback(lambda _: loop.call_later(0.05, gc.collect))

def parse(files):
    name = next(iter(files.values())).decode()
    events.Reading.turn = lambda *_: fail(name)
    thread = threading.Thread(target=fail, args=(name,), name="beside")
    thread.start()
    thread.join()
    Dying(name)
    try:
        fail(name)
    except KeyError:
        logging.getLogger("another.library").exception("its own words")
        structlog.get_logger().exception("our_event", exc_info=True)
    LOOP.call_soon_threadsafe(beside, LOOP, name)
    importing.held_of = lambda *_: fail(name)  # a fault of its own is another refusal: what follows fails
    return ParsedList(name="our-list", edition="", entries=(), refusals=())

OURS = ListFormat(name="our-list", parse=parse, policy=POLICIES["template"])
'''


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder with a node's data, a list, and an installed plug-in."""
    (tmp_path / "l.json").write_text(NAME)
    installed = tmp_path / "site" / "ours-1.0.dist-info"
    installed.mkdir(parents=True)
    (tmp_path / "site" / "ours.py").write_text(PLUG_IN)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text("[evenhand.formats]\nour-list = ours:OURS\n")
    return tmp_path


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def key(room: Path, port: int) -> str:
    folder, genesis = make_folder(room / "ita", listen=f"127.0.0.1:{port}")
    with open_member(folder, SystemClock(), genesis=genesis) as member:
        return make_key(Site(member, folder, folder.read_config()), "everything", *ROLES)


def environment(room: Path) -> dict[str, str]:
    paths = os.pathsep.join((str(room / "site"), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "NO_COLOR": "1", "PYTHONPATH": paths}


def take_in(room: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = [*EVENHAND, "import", "our-list", "l.json", "--data", "ita", *more]
    return subprocess.run(
        words, cwd=room, env=environment(room), capture_output=True, text=True, check=False, timeout=60
    )


def clean(told: str, *secrets: str) -> str:
    for trace in ("planted", "nameless", *(one.casefold() for one in secrets)):
        assert trace not in told.casefold(), told
    assert "Traceback" not in told
    return told


def test_a_command_without_a_node_says_kind_and_place(room: Path, key: str) -> None:
    run = take_in(room)
    assert run.returncode == 1
    told = clean(run.stderr + run.stdout, key)
    assert "the program failed at this" in told
    assert "KeyError at" in told
    assert "ours.py" in told
    for event in ("thread_failed", "unraisable", "its own words (KeyError) at", "our_event"):
        assert event in told, event
    as_json = take_in(room, "--json")
    assert as_json.returncode == 1
    assert '"code":"error"' in clean(as_json.stdout, key)


@pytest.fixture
def running(room: Path, key: str, port: int) -> Iterator[Path]:
    """A node with the plug-in; where it says what goes wrong."""
    with overheard(room / "said.txt") as beside:
        words = [*EVENHAND, "node", "run", "--data", "ita"]
        node = subprocess.Popen(words, cwd=room, env=environment(room), stdout=subprocess.PIPE, stderr=beside)
        assert node.stdout is not None
        said = [node.stdout.readline().decode() for _ in range(2)]
        assert str(port) in said[1], said
        try:
            yield room / "said.txt"
        finally:
            node.terminate()
            assert node.wait(20) == 0
            node.stdout.close()


def _until(said: Path, event: str) -> None:
    deadline = time.monotonic() + 20
    while event not in said.read_text():
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.05)


def test_a_running_node_says_kind_and_place_too(room: Path, running: Path, port: int, key: str) -> None:
    asked = take_in(room)
    assert asked.returncode == 1
    assert "the node failed at this" in clean(asked.stderr + asked.stdout, key)
    for event in ("operation_failed", "thread_failed", "unraisable", "our_event", "its own words (KeyError) at"):
        _until(running, event)
    _until(running, "an exception that nobody handled (KeyError) at")
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {key}"}, trust_env=False
    ) as http:
        answer = http.post(
            "/v1/imports/our-list", content=NAME.encode(),
            headers={"Content-Type": "application/octet-stream", "Idempotency-Key": "1"},
        )  # fmt: skip
        assert answer.status_code == 500, answer.text
        clean(answer.text)
        _until(running, "request_failed")
        with pytest.raises(httpx.RemoteProtocolError), http.stream("GET", "/v1/changes?from_start=true") as stream:
            stream.read()
        _until(running, "Exception in ASGI application")
    clean(running.read_text(), key)


# -- the parts -----------------------------------------------------------------------------------------------


@pytest.fixture
def kept_out() -> Iterator[None]:
    record, thread, unraisable = logging.getLogRecordFactory(), threading.excepthook, sys.unraisablehook
    faults.keep_words_out()
    yield
    logging.setLogRecordFactory(record)
    threading.excepthook, sys.unraisablehook = thread, unraisable


def _fail() -> None:
    raise KeyError(NAME)


def _failed() -> KeyError:
    try:
        _fail()
    except KeyError as error:
        return error
    raise AssertionError("it went well")


@pytest.mark.parametrize("given", [True, "tuple", "itself"])
@pytest.mark.usefixtures("kept_out")
def test_structlog_says_no_words_however_it_is_given_the_exception(
    given: object, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        _fail()
    except KeyError as error:
        shown = {"tuple": (KeyError, error, error.__traceback__), "itself": error}.get(str(given), True)
        structlog.get_logger().error("it_failed", exc_info=shown, stack_info=True)
    told = clean(capsys.readouterr().err)
    assert "kind=KeyError" in told
    assert "test_faults_name_nobody.py:" in told


@pytest.mark.usefixtures("kept_out")
def test_what_is_no_exception_is_said_as_before(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.get_logger().warning("it_went_on", exc_info=None)
    structlog.get_logger().exception("none_at_hand")
    logging.getLogger("another.library").warning("100 %% of %s", "it")
    told = capsys.readouterr().err
    assert "it_went_on" in told
    assert "none_at_hand" in told
    assert "kind=" not in told
    assert "100 % of it" in caplog.text


@pytest.mark.usefixtures("kept_out")
def test_a_thread_that_leaves_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("kept_out")
def test_percent_signs_in_words_are_words(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("another.library").error("100 % of %s", NAME, exc_info=_failed())
    assert "100 % of %s (KeyError) at " in clean(caplog.text)
