"""Crossings, what is passed on, exports that are asked for, and answers to findings, typed at a post."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Type, Typed, type_in

Run = Type


@pytest.fixture
def run(solo: Path) -> Run:
    def typed(*words: object, code: int = 0) -> Typed:
        done = type_in(*words, "--data", solo)
        assert done.code == code, done.out + done.err
        return done

    return typed


def test_crossings_one_by_one_and_from_a_file(run: Run, tmp_path: Path) -> None:
    who = ("--officer", "gate4", "--unit", "airport")
    one = ("encounter", "movement", "Nadie Inventado", "--document", "passport:X1:UTO", "--lane", "4", "--systematic")
    assert "Recorded 1" in run(*one, *who).out
    file = tmp_path / "crossings.json"
    file.write_text(json.dumps([{"names": ["Ana Inventada"], "lane": "4"}, {"names": ["Bo Inventado"]}]), "utf-8")
    assert "Recorded 2" in run("encounter", "movement", "--file", file, *who).out
    file.write_text("{}", "utf-8")
    assert "What to do" in run("encounter", "movement", "--file", file, *who, code=1).err
    late = (*one, "--at", "2999-01-01T00:00:00Z", *who)
    assert "future" in run(*late, code=1).err


def test_what_is_passed_on_within_the_marking_and_beyond(run: Run) -> None:
    key = run("notice", "list", "--json").said["notices"][0]["key"]
    who = ("--reason", "they board the ship", "--officer", "l1")
    assert "Recorded" in run("notice", "pass-on", key, "--to", "harbour police", *who).out
    refused = run("notice", "pass-on", key, "--to", "press", "--reach", "public", *who, code=3)
    assert "rule Q-01" in refused.err
    assert "--anyway" in refused.err
    beyond = ("notice", "pass-on", key, "--to", "press", "--reach", "public", "--anyway", *who)
    assert "oversight sees it" in run(*beyond).out
    listed = run("finding", "list").out
    finding = run("finding", "list", "--json").said["findings"][0]["finding"]
    assert finding in listed, "the next command needs the id that the list prints"
    answered = run("finding", "answer", finding, "--reason", "a mistake", "--officer", "s1").out
    assert "our own oversight" in answered
    assert "EXPLAINED: a mistake" in run("finding", "show", finding, "--officer", "ov1").out
    assert "EXPLANATION" in run("finding", "list").out


def test_an_export_is_asked_for_delivered_and_refused(run: Run, tmp_path: Path) -> None:
    assert "No request waits" in run("audit", "requests").out
    asks = ("audit", "request", "everything of May", "--by", "a court", "--officer", "ov1")
    first, second = (run(*asks, "--json").said["request"] for _ in range(2))
    assert first in run("audit", "requests").out
    run("audit", "export", tmp_path / "x.json", "--request", first[:10], "--officer", "ov1")
    refused = run("audit", "refuse", second[:10], "--reason", "sealed", "--officer", "ov1").out
    assert "rule O-02 finds it" in refused
    assert "No request waits" in run("audit", "requests").out
    assert "an export was refused" in run("finding", "list").out
    assert "names no single request" in run("audit", "refuse", first, "--reason", "x", "--officer", "o", code=1).err
