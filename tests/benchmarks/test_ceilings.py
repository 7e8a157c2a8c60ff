"""Ceilings are counted by what is written, and the page holds counts only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import ceilings


def written(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def listed(key: str, *names: str) -> dict[str, object]:
    return {"id": key, "names": [{"name": name, "script": "Latin"} for name in names]}


def asked(key: str, name: str, right: str, made_from: str) -> dict[str, object]:
    return {"qid": key, "name": name, "expected": right, "category": "spelling_variant", "index_name": made_from}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(
        tmp_path / "index.jsonl",
        [
            listed("a", "Radomir Tisharin"), listed("b", "TISHARIN, Dr. Radomír"), listed("c", "Olga Bremvik"),
            listed("d", "Olga Bremwik"), listed("e", "Velko Oldenhaag"), listed("f", "वेल्को"),
        ],
    )  # fmt: skip
    written(
        tmp_path / "queries.jsonl",
        [
            asked("same", "Radomir Tisharin", "a", "Radomir Tisharin"),  # two are written so
            asked("right", "Radomyr Tisharyn", "b", "TISHARIN, Dr. Radomír"),  # the right one has a namesake
            asked("other", "Olga Bremwik", "c", "Olga Bremvik"),  # somebody else is written so
            asked("near", "Olga Bremwick", "c", "Olga Bremvik"),  # somebody else is nearer by letters
            asked("lost", "Velko Oldenhag", "e", "Velko Oldenhaag"),
            asked("found", "VELKO<<OLDENHAAG", "e", "Velko Oldenhaag"),
        ],
    )
    return tmp_path


def test_words_are_compared_without_order_titles_and_marks() -> None:
    assert ceilings.words("TISHARIN, Dr. Radomír") == ceilings.words("Radomir Tisharin") == ("radomir", "tisharin")
    assert ceilings.words("TISHARIN<<RADOMIR") == ("radomir", "tisharin")
    assert ceilings.words("Dr.") == ("dr",)
    assert ceilings.words("वेल्को") != ()


def test_a_namesake_lowers_the_ceiling(folder: Path) -> None:
    split = ceilings.load(folder)
    chances = {row["qid"]: ceilings.ceiling(split, row) for row in split.questions}
    assert chances == {"same": 0.5, "right": 0.5, "other": 0.0, "near": 1.0, "lost": 1.0, "found": 1.0}


def test_misses_are_counted_by_who_is_above(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = folder / "answers.jsonl"
    written(
        answers,
        [
            {"qid": "same", "results": [["a", 9], ["b", 9]]}, {"qid": "right", "results": [["a", 9], ["b", 8]]},
            {"qid": "other", "results": [["d", 9], ["c", 8]]}, {"qid": "near", "results": [["d", 9], ["c", 8]]},
            {"qid": "found", "results": [["e", 9]]},
        ],
    )  # fmt: skip
    page = folder / "page.md"
    assert ceilings.main([str(answers), "--split", str(folder), "--page", str(page)]) == 0
    text = page.read_text("utf-8")
    assert "| spelling_variant | 6 | 3 | 66.7 | 25.0 | 5 | 2 | 1 | 1 | 1 | 1 |" in text
    assert "Tisharin" not in text
    assert ceilings.main([str(answers), "--split", str(folder / "none")]) == 1
    assert "no judged names" in capsys.readouterr().out
