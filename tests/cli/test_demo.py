"""The demonstration holds, step by step, in three real processes; and the picture travels with real input."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from evenhand.cli.demo import _play, _stay
from evenhand.cli.demo_coalition import Coalition, wait_until
from evenhand.cli.demo_procedure import PROCEDURE
from evenhand.cli.demo_steps import STEPS, Story, by_document
from evenhand.ground.clock import SystemClock, format_ms
from evenhand.ground.errors import EvenhandError, PeerUnreachableError
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.un_sc import parse

from .conftest import draft, type_in

ADDED = "Zephyrine Demonstrata"
UN = "lists/un/un_consolidated_2025-04-19.xml"


def test_the_demonstration_holds_every_step(tmp_path: Path) -> None:
    run = type_in("demo", "--once", "--keep", tmp_path / "demo")
    assert run.code == 0, run.out + run.err
    summary = run.said
    assert summary["ok"] is True
    assert [step["step"] for step in summary["steps"]] == [step.__name__ for step in (*STEPS, *PROCEDURE)]
    assert all(step["ok"] for step in summary["steps"])
    assert (tmp_path / "demo" / "phl" / "store.sqlite").exists()
    assert not (tmp_path / "demo" / "phl" / "control.sock").exists(), "a stopped node leaves no socket"
    again = type_in("demo", "--once", "--keep", tmp_path / "demo")
    assert again.code == 2
    assert "is not empty" in again.err


@contextlib.contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Let Ctrl-C be pressed some time from now."""

    def press(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, press)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_demonstration_stops_at_the_first_step_that_does_not_hold(tmp_path: Path) -> None:
    assert type_in("node", "init", "--data", tmp_path / "ita", "--member", "ITA", "--coalition", "x.example").code == 0
    told = _play(Story(Coalition(tmp_path)), once=True)
    assert [(one["step"], one["ok"]) for one in told] == [("ceremony", False)]
    assert "already holds a node" in told[0]["error"]


def test_the_nodes_of_the_demonstration_stay_until_ctrl_c(tmp_path: Path) -> None:
    with interrupted_after(0.2), pytest.raises(KeyboardInterrupt):
        _stay(tmp_path)


def test_a_node_that_never_starts_is_said_to_be_missing(tmp_path: Path) -> None:
    stage = Coalition(tmp_path)
    (tmp_path / "ita").mkdir()
    with pytest.raises(PeerUnreachableError, match="the node of ITA is not running"):
        stage.ask("ITA", "state")
    assert not wait_until(lambda: bool(stage.ask("ITA", "state")), seconds=0.2)


@pytest.fixture(scope="module")
def coalition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coalition]:
    made = Coalition(tmp_path_factory.mktemp("coalition"))
    made.found()
    for code in ("ITA", "PHL", "XPO"):
        made.start(code)
    try:
        assert wait_until(
            lambda: all(
                one["connected"] for code in ("ITA", "PHL", "XPO") for one in made.ask(code, "peer.status")["peers"]
            )
        )
        yield made
    finally:
        made.stop()


def find(coalition: Coalition, code: str, at: str | None = None, /, **request: object) -> dict[str, Any]:
    return coalition.ask(code, "find", **request, at=at)


def keys_found(answer: dict[str, Any]) -> set[str]:
    return {f"{one['originator']}:{one['notice_id']}" for one in answer["document"]["answer"]["candidates"]}


def test_the_commands_reach_a_running_node(coalition: Coalition) -> None:
    ita = coalition.data("ITA")
    shown = type_in("peer", "status", "--data", ita)
    assert shown.code == 0
    assert "PHL" in shown.out
    assert type_in("parity", "PHL", "--data", ita).code == 0
    doctor = type_in("doctor", "--data", ita)
    assert "PHL is connected" in doctor.out
    assert "Cut" in type_in("peer", "cut", "XPO", "--data", ita).out
    assert type_in("peer", "status", "--data", ita).code == 5
    assert "XPO is not connected" in type_in("doctor", "--data", ita).out
    assert "Healed" in type_in("peer", "heal", "XPO", "--data", ita).out
    assert type_in("find", "--data", ita).code == 1
    assert type_in("notice", "publish", "-", "--data", ita, text="{}").code == 1
    second = type_in("node", "run", "--data", ita)
    assert second.code == 1
    assert "is in use" in second.err
    assert wait_until(lambda: type_in("peer", "status", "--data", ita).code == 0)


def test_a_killed_node_comes_back_while_commands_are_typed(coalition: Coalition) -> None:
    coalition.processes["PHL"].kill()
    coalition.processes["PHL"].wait()
    coalition.start("PHL")
    for _ in range(4):  # each opens the folder itself, waits for the start, or reaches the node: none fails
        assert type_in("notice", "list", "--data", coalition.data("PHL")).code == 0
    assert wait_until(lambda: type_in("peer", "status", "--data", coalition.data("PHL")).code == 0)
    assert coalition.processes["PHL"].poll() is None
    assert wait_until(lambda: len({coalition.ask(c, "state")["digest"] for c in ("ITA", "PHL", "XPO")}) == 1)


def test_a_member_shows_how_it_stands_with_a_silent_partner(coalition: Coalition) -> None:
    with pytest.raises(EvenhandError, match="not in roster"):
        coalition.ask("ITA", "parity", code="ZZZ")
    answer = coalition.ask("ITA", "parity", code="phl")
    assert {line["ledger"] for line in answer["ledgers"]} == {"ITA", "PHL", "XPO"}


def test_a_real_list_gives_one_picture(coalition: Coalition, shared_data: Path, tmp_path: Path) -> None:
    real = shared_data / UN
    done = type_in("import", "un-sc", real, "--data", coalition.data("ITA"), "--json").said
    assert done["published"] > 600
    equal = wait_until(
        lambda: len({coalition.ask(c, "state")["digest"] for c in ("ITA", "PHL", "XPO")}) == 1, seconds=60
    )
    assert equal
    assert coalition.ask("PHL", "state")["notices"] == done["published"]
    entries = [entry for entry in parse(real.read_bytes()).entries if entry.person is not None]
    people = [(entry.entry_id, entry.person) for entry in entries if entry.person is not None]
    alias = next((key, n.text) for key, p in people for n in p.names if n.kind == "alias_good" and " " in n.text)
    script = next((key, n.text) for key, p in people for n in p.names if n.script not in {"Latn", "Zyyy"})
    paper = next((key, d) for key, p in people for d in p.documents if d.issuer and d.type == "passport")
    document = [{"type": paper[1].type, "number": paper[1].number, "issuer": paper[1].issuer}]
    listed = {
        line["source"].split(" ", 1)[1]: line["key"]
        for line in coalition.ask("ITA", "notice.list", source="un-sc")["notices"]
    }
    questions: list[tuple[str, dict[str, object]]] = [
        (alias[0], {"names": [alias[1]]}), (script[0], {"names": [script[1]]}), (paper[0], {"documents": document})
    ]  # fmt: skip
    for entry_id, question in questions:
        at = format_ms(SystemClock().now_ms())
        answers = [find(coalition, code, at, **question) for code in ("ITA", "PHL", "XPO")]
        assert listed[entry_id] in keys_found(answers[1]), f"{entry_id} is not among those found"
        assert len({answer["body"] for answer in answers}) == 1
    changed = _newer_edition(real, tmp_path / "newer.xml", gone=paper[0], touched=alias[0])
    newer = type_in("import", "un-sc", changed, "--data", coalition.data("ITA"), "--json").said
    assert (newer["published"], newer["corrected"], newer["withdrawn"]) == (0, 1, 1)
    for code in ("ITA", "PHL", "XPO"):
        assert wait_until(lambda: listed[paper[0]] not in keys_found(find(coalition, code, documents=document)))  # noqa: B023 - called at once
        assert wait_until(lambda: listed[alias[0]] in keys_found(find(coalition, code, names=[ADDED])))  # noqa: B023 - called at once
    shown = coalition.ask("PHL", "notice.show", notice=listed[alias[0]])
    assert [version["number"] for version in shown["versions"]] == [1, 2]


def _newer_edition(real: Path, to: Path, *, gone: str, touched: str) -> Path:
    tree = etree.fromstring(real.read_bytes())
    for entry in list(tree.iter("INDIVIDUAL")):
        reference = (entry.findtext("REFERENCE_NUMBER") or "").strip()
        if reference == gone:
            parent = entry.getparent()
            assert parent is not None
            parent.remove(entry)
        elif reference == touched:
            alias = etree.SubElement(entry, "INDIVIDUAL_ALIAS")
            etree.SubElement(alias, "QUALITY").text = "Good"
            etree.SubElement(alias, "ALIAS_NAME").text = ADDED
    to.write_bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))
    return to


def test_an_expelled_member_gets_nothing_more(coalition: Coalition, tmp_path: Path) -> None:
    ita, phl = coalition.data("ITA"), coalition.data("PHL")
    following = tmp_path / "next.roster"
    assert type_in("roster", "propose", "expel", "XPO", "--data", ita, "--out", following).code == 0
    assert type_in("roster", "sign", following, "--data", phl).code == 0
    assert type_in("roster", "apply", following, "--data", ita).code == 0
    assert wait_until(lambda: coalition.ask("PHL", "roster.show")["roster"]["version"] == 2)
    later = synthetic_persons(77, 1)[0]
    written = type_in("notice", "publish", "-", "--data", ita, "--json", text=draft(later)).said
    assert wait_until(lambda: bool(keys_found(find(coalition, "PHL", **by_document(later)))))
    size = next(one for one in coalition.ask("XPO", "state")["vector"]["positions"] if one["ledger"] == "ITA")["size"]
    assert size <= written["entry"]
    assert not wait_until(lambda: bool(keys_found(find(coalition, "XPO", **by_document(later)))), seconds=2)
    standing = type_in("peer", "status", "--data", coalition.data("PHL")).out
    assert "expelled" in standing
    assert "down:" not in standing
    told = type_in("doctor", "--data", coalition.data("XPO")).out
    assert "XPO may not publish" in told
    assert "is not connected" not in told
