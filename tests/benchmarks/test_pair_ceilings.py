"""Ceilings of judged pairs are counted by what is written, and the page holds counts only."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import pair_ceilings
from benchmarks.side_by_side import ENTITIES, NAMES, Judged

ROWS = (
    Judged("Radomir Tisharin", "Radomir Tisharyn", same=True),
    Judged("TISHARYN, Radomir", "Dr. Radomir Tisharin", same=False),  # the same question, judged otherwise
    Judged("Radomir Velko", "Velko Radomir", same=False),  # never parted
    Judged("Olga Bremvik", "Velko Oldenhaag", same=False),
)


def test_a_question_is_the_words_of_both_names() -> None:
    first, again, turned, other = map(pair_ceilings.question, ROWS)
    assert first == again
    assert len(turned) == 1
    assert first != other


def test_one_answer_a_question_gets_contradicted_rows_wrong() -> None:
    said = pair_ceilings.answers(ROWS)
    assert sorted(said.values()) == [False, True, True]
    wrong, best = pair_ceilings.ceiling(ROWS, said)
    assert (wrong, round(best)) == (2, 50)  # one met of three said and one true
    no = pair_ceilings.ceiling(ROWS, pair_ceilings.answers(ROWS, at_a_tie=False))
    assert (no.wrong, no.best) == (2, 0.0)


@pytest.mark.parametrize(
    ("group", "category", "note", "kind"),
    [
        ("synth_people", "LLM", "Yemeni clan-nisbah swap", "tribe, place or clan exchanged"),
        ("synth_people", "LLM", "IS patronymic swap (different father)", "father or patronymic exchanged"),
        ("synth_people", "LLM", "dropped 3 middle parts", "a word left out"),
        ("synth_people", "LLM", "completely different", "other made pairs"),
        ("nk_checks", "Nickname Usage", "", "Nickname Usage"),
        ("nk_checks", "", "", "tests and checks of the project"),
    ],
)
def test_a_row_has_a_kind(group: str, category: str, note: str, kind: str) -> None:
    assert pair_ceilings.kind_of({"case_group": group, "category": category, "notes": note}) == kind


def test_the_page_holds_counts_and_no_name(compiled_kernels: None, tmp_path: Path) -> None:
    head = "case_group,schema,name1,name2,is_match,quality,category,notes,suspect\n"
    plain = [(row.one.replace(",", ""), row.other, str(row.same).lower()) for row in ROWS]
    table = "".join(f"nk_checks,Person,{one},{other},{same},,,,0\n" for one, other, same in plain)
    (tmp_path / NAMES).write_text(head + table, "utf-8")
    check = "checks:\n- {match: true, schema: Person, query: {name: Olga Bremvik}, candidate: {name: Olga Bremvik}}\n"
    (tmp_path / ENTITIES).write_text(check, "utf-8")
    page = tmp_path / "page.md"
    assert pair_ceilings.main(["--folder", str(tmp_path), "--page", str(page)]) == 0
    written = page.read_text("utf-8")
    assert "| name benchmark | 4 | 3 | 2 | 50.0 |" in written
    assert "| together | 4 |" in written
    assert not any(word in written for row in ROWS for word in row.one.split())
    assert pair_ceilings.main(["--folder", str(tmp_path / "none"), "--page", str(page)]) == 1
