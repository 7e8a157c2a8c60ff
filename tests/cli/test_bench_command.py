"""The benchmarks of names and pairs answer in the formats that their judges read."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.bench import _LEAST, dated, load_split, names, pairs, rank_all, rated, score_names, whole_date
from evenhand.ground.errors import InputError
from evenhand.matching.asking import LOOSE_BARS
from evenhand.matching.bands import POSSIBLE_MIN
from evenhand.matching.scorer import CUT_POINTS

INDEX = (
    {"id": "p1", "names": [{"name": "Radomir Tisharin"}, {"name": " "}], "dob": "1970-02-03"},
    {"id": "p2", "names": [{"name": "Radomir Tisharin"}], "dob": "1991-11-20"},
    {"id": "p3", "names": [{"name": "Daniel Quentarro"}], "dob": None},
)  # fmt: skip
QUERIES = (
    {"qid": "q1", "name": "Радомир Тишарин", "category": "xs_ru", "expected": "p1"},
    {"qid": "q2", "name": "Radomir Tisharin", "category": "dob_exact", "expected": "p2", "dob": "1991-11-20"},
    {"qid": "q3", "name": "Radomir Tisharin", "category": "exact", "expected": "p1", "dob": "1970-02-03"},
)
NEGATIVES = ({"qid": "n1", "name": "…", "type": "random_real"},)


def lines(path: Path, rows: tuple[dict[str, Any], ...]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("split")
    lines(folder / "index.jsonl", INDEX)
    lines(folder / "queries.jsonl", QUERIES)
    lines(folder / "negatives.jsonl", NEGATIVES)
    return folder


def answered(split: Path, out: Path, *, names_only: bool) -> dict[str, list[list[Any]]]:
    names(split, out, names_only=names_only)
    return {row["qid"]: row["results"] for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}


def test_every_question_gets_a_line_best_first(split: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(split, tmp_path / "out.jsonl", names_only=False)
    assert set(found) == {"q1", "q2", "q3", "n1"}
    assert {key for key, _ in found["q1"]} == {"p1", "p2"}
    assert found["q2"][0][0] == "p2"
    assert found["q3"][0][0] == "p1"
    assert found["n1"] == []
    assert json.loads(capsys.readouterr().out)["questions"] == 4


def test_birth_dates_count_in_their_categories_only_if_so_asked(split: Path, tmp_path: Path) -> None:
    found = answered(split, tmp_path / "out.jsonl", names_only=True)
    assert found["q2"][0][0] == "p2"
    assert len({points for _, points in found["q3"]}) == 1


def test_who_meets_nobody_is_looked_for_among_more_people(split: Path) -> None:
    matcher, _ = load_split(split)
    loose = (*LOOSE_BARS, _LEAST, *LOOSE_BARS, _LEAST, 0)
    assert matcher.find(["Daniel Wuentsro"], loose) == []
    assert [key for key, _ in rank_all(matcher, ["Radomir Tisharin", "Daniel Wuentsro"])[1]] == ["p3"]
    assert len(rank_all(matcher, ["Radomir Tisharin"])[0]) == 2


def test_a_broken_split_or_folder_is_named(split: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        names(split, tmp_path / "nowhere" / "out.jsonl")
    (tmp_path / "index.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        names(tmp_path, tmp_path / "out.jsonl")
    with pytest.raises(InputError, match="cannot read"):
        names(tmp_path / "nothing", tmp_path / "out.jsonl")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (None, None), ("1970-02-03", "1970-02-03"), ("1970-02-30", "1970-02"), ("1970-40-01", "1970"),
        ("1570-07-11", "1870-07-11"),
    ],
)  # fmt: skip
def test_dates_keep_what_the_calendar_has(text: str | None, whole: str | None) -> None:
    assert whole_date(text) == whole


def test_misread_and_old_dates_are_compared_as_they_are_written() -> None:
    dates = {"p1": "1856-06-26", "p2": "1856-09-27", "p3": None, "p4": "1799-01-01"}
    ranked = [(key, 0) for key in dates]
    assert [key for key, _ in dated(ranked, dates, "1856-26-26")] == ["p1", "p3", "p2", "p4"]
    assert dated(ranked, dates, "1899-01-01")[0][0] == "p4"  # one digit, though another century
    assert dated(ranked, dates, "unknown") == ranked


def test_pairs_keep_their_columns_and_gain_three(tmp_path: Path) -> None:
    table, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    text = ("name1,name2,more", "Radomir Tisharin,Radomir Tisharine,a", ",Radomir,b", "…,Radomir,c", "")
    table.write_text("\n".join(text), encoding="utf-8")
    pairs(table, out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["more"] for row in rows] == ["a", "b", "c"]
    assert [row["band"] for row in rows] == ["possible", "none", "none"]
    assert int(rows[0]["strength"]) > 600
    assert int(rows[0]["points"]) >= CUT_POINTS
    assert rows[1]["strength"] == rows[2]["strength"] == "0"


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    with pytest.raises(InputError, match="cannot read"):
        pairs(table, tmp_path / "out.csv")
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="name1 and name2"):
        pairs(table, tmp_path / "out.csv")


def test_two_names_are_possibly_one_from_even_odds_on() -> None:
    """A strength is rounded: 500 points below even odds it is that of a possible match already."""
    assert rated(CUT_POINTS, weak=False)[1] == "possible"
    for points in (CUT_POINTS - 1, CUT_POINTS - 500):
        strength, band = rated(points, weak=False)
        assert band == "none"
        assert strength < POSSIBLE_MIN
    assert rated(CUT_POINTS, weak=True)[1] == "possible"
    assert rated(CUT_POINTS - 1, weak=True)[1] == "none"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Radomir Velko Tisharin", "Radomir Hasan Tisharin"),
        ("TAREK SALIM OSMAN AL-BELUSI", "TAREK SALIM OSMAN AL-QAMARI"),
        ("Radomir Petrovich Tisharin", "Radomir Alexeevich Tisharin"),
        ("Salim bin Tarek al-Belusi", "Tarek bin Salim al-Belusi"),
    ],
)
def test_side_by_side_a_word_exchanged_for_another_is_another_person(one: str, other: str) -> None:
    assert score_names(one, other)[1] == "none"
    assert score_names(one, one)[1] == "possible"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohammed Ali Hassan", "Muhammad Aly Hasan"), ("David Smith", "David Smyth"),
        ("Maria Garcia", "Garcia, Maria"),
        ("Мария Иванова", "Maria Ivanova"), ("Kang Hyun-wook", "강현욱"),
    ],
)  # fmt: skip
def test_side_by_side_a_common_name_is_the_same_however_common(one: str, other: str) -> None:
    assert score_names(one, other)[1] == "possible"
