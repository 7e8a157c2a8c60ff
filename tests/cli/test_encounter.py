"""The procedure by commands alone: an encounter, its letters, findings and audit, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

from evenhand.interop.synthetic import synthetic_persons

from .conftest import Typed, draft, type_in

PERSON = synthetic_persons(123, 1)[0]
NINE = (
    "located", "place_time_reason", "route", "companions", "identity", "vehicle", "objects", "circumstances",
    "requested",
)  # fmt: skip


def test_an_encounter_by_commands(solo: Path, tmp_path: Path) -> None:
    def run(*words: object, code: int = 0) -> Typed:
        done = type_in(*words, "--data", solo)
        assert done.code == code, done.out + done.err
        return done

    text = json.loads(draft(PERSON))
    text["notice"] |= {"category": "terrorism", "action": "HOLD"}
    (tmp_path / "draft.json").write_text(json.dumps(text), "utf-8")
    run("notice", "publish", tmp_path / "draft.json")
    document = PERSON.person.documents[0]
    scan = ["encounter", "scan", "--document", f"{document.type}:{document.number}:{document.issuer}",
            "--legal-basis", "Code 8", "--movement", "crossing", "--officer", "o1", "--unit", "u1"]  # fmt: skip
    refused = run(*scan, "--purpose", "curiosity", code=3)
    assert "rule Q-01" in refused.err
    assert "What to do: use one of" in refused.err
    said = run(*scan, "--purpose", "border_check", "--json", code=10).said
    key, number = said["encounter"], said["candidates"][0]["notice_id"]
    assert "MATCH" not in run(*scan, "--purpose", "border_check", code=10).out
    encounter, who = key[:10], ["--officer", "v1", "--unit", "u1"]
    assert "legal" in run("encounter", "law", "HOLD", "Code legal 12", "--officer", "legal1").out
    assert "VERIFYING" in run("encounter", "open", encounter, *who).out
    run("encounter", "verify", encounter, "positive", "--notice", number, "--agrees", "document", "--agrees",
        "birth_date", "--differs", "sex", "--available", "document", "--second", "v2", *who)  # fmt: skip
    assert "rule V-03" in run("encounter", "act", encounter, "hold", *who, code=3).err
    run("encounter", "check", encounter, *who)
    run("encounter", "contact", encounter, "--urgency", "flash", "--reason", "waits", *who)
    letter = run("encounter", "inbox", "--json").said["letters"][0]["letter"]
    assert "hit" in run("encounter", "inbox").out
    assert "waits" in run("encounter", "read", letter[:8], *who[:2]).out
    assert "CONFIRM" in run("encounter", "answer", letter, "confirm", "--officer", "l1").out
    run("encounter", "authorise", encounter, "hold", "--legal-basis", "Code legal 12", "--proportionality", "short",
        "--officer", "s1", "--unit", "u1")  # fmt: skip
    assert "BRING_TO_JUDGE" in run("encounter", "act", encounter, "hold", "--place", "airport", *who).out
    for act in ("reasons", "language", "lawyer_notice", "consular_offer"):
        run("encounter", "custody", encounter, act, *who)
    assert "ACTION_TAKEN" in run("encounter", "list").out
    run("encounter", "release", encounter, "--how", "handed_over", *who)
    items: dict[str, object] = dict.fromkeys(NINE, "seen") | {"route": {"because": "he did not say"}}
    (tmp_path / "report.json").write_text(json.dumps(items), "utf-8")
    (tmp_path / "wrong.json").write_text("[]", "utf-8")
    run("encounter", "report", encounter, tmp_path / "wrong.json", *who, code=1)
    run("encounter", "report", encounter, tmp_path / "report.json", *who)
    run("encounter", "follow-up", encounter, "updated", "--leaflet", "L1", *who)
    assert "CLOSED" in run("encounter", "close", encounter, "--reviewer-unit", "u2", *who).out
    assert "HitReported" in run("encounter", "show", encounter, "--officer", "ov1").out
    assert "No encounter" not in run("encounter", "list", "--all").out
    _oversight(solo, tmp_path, key)


def _oversight(solo: Path, folder: Path, key: str) -> None:
    def run(*words: object, code: int = 0) -> Typed:
        done = type_in(*words, "--data", solo)
        assert done.code == code, done.out + done.err
        return done

    other = next(one["encounter"] for one in run("encounter", "list", "--json").said["encounters"])
    run("encounter", "open", other, "--officer", "o1")
    run("encounter", "note", other, "redress_open", "--notice", "ITA:", "--officer", "o1")
    run("encounter", "error", other, "wrong birth date", "--notice", "ITA:", "--officer", "o1")
    run("encounter", "act", other, "hold", "--officer", "o1", "--anyway")
    assert "A-02" in run("finding", "list").out
    finding = run("finding", "list", "--rule", "a-02", "--json").said["findings"][0]["finding"]
    assert "evidence: entry" in run("finding", "show", finding, "--officer", "ov1").out
    assert "NOTICE" in run("finding", "open", finding, "--reason", "no authority", "--officer", "ov1").out
    run("finding", "answer", finding, "--reason", "an error", "--officer", "s1")
    assert run("finding", "judge", finding, "upheld", "--reason", "own", "--officer", "ov1", code=1).err
    run("finding", "appeal", finding, "--reason", "the clock", "--officer", "s1")
    assert "nothing is limited" in run("finding", "standing").out
    covered = run("finding", "except", "danger_to_life", "--reason", "fire", "--second", "s2", "--encounter", other,
                  "--hours-back", "1", "--officer", "s1")  # fmt: skip
    assert "Covers" in covered.out
    assert "Nothing was changed" in run("audit", "verify").out
    assert "Nothing is due" in run("audit", "retention", "--prove").out
    assert "of 2" in run("audit", "sample", "--seed", "x", "--what", "all", "--officer", "ov1").out
    place = folder / "case.json"
    assert "audit verify --export" in run("audit", "export", place, "--encounter", key, "--officer", "ov1").out
    vkey = run("audit", "export", place, "--encounter", key, "--officer", "ov1", "--json").said["vkey"]
    assert "Proved" in type_in("audit", "verify", "--export", place, "--key", vkey).out
    assert type_in("audit", "verify", "--export", place).code == 2
    place.write_bytes(place.read_bytes().replace(b'"index":1', b'"index":2', 1))
    assert type_in("audit", "verify", "--export", place, "--key", vkey).code == 4
    carried = run("encounter", "carry-out", folder / "post.json", "--officer", "s1")
    assert "events" in carried.out
    assert "0 new" in run("encounter", "merge", folder / "post.json", "--officer", "s1").out
    assert "not shown" in _negative(solo, other)


def _negative(solo: Path, other: str) -> str:
    document = PERSON.person.documents[0]
    type_in("encounter", "release", other, "--officer", "o1", "--anyway", "--data", solo)
    type_in("encounter", "verify", other, "negative", "--notice", "ITA:", "--second", "v2", "--officer", "v1",
            "--data", solo)  # fmt: skip
    scan = ["encounter", "scan", "--document", f"{document.type}:{document.number}:{document.issuer}", "--purpose",
            "border_check", "--legal-basis", "Code 8", "--officer", "o1", "--data", solo]  # fmt: skip
    return type_in(*scan).out
