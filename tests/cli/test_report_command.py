"""Figures on the command line: a month, its file and page, totals, the scorecard."""

from __future__ import annotations

from pathlib import Path

from evenhand.ground.clock import SystemClock, format_ms
from evenhand.oversight.rules.profile import month_of

from .conftest import type_in


def this_month() -> str:
    return format_ms(month_of(SystemClock().now_ms())[0])[:7]


def test_a_month_is_shown_written_and_verified(solo: Path, tmp_path: Path) -> None:
    out, page = tmp_path / "figures.json", tmp_path / "figures.html"
    shown = type_in("report", "month", "--month", this_month(), "--out", out, "--html", page, "--data", solo)
    assert shown.code == 0, shown.err
    assert "notices: entered" in shown.out
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert "signed its figures" in type_in("report", "verify", out, "--data", solo).out
    out.write_text(out.read_text("utf-8").replace('"entered":24', '"entered":25'), "utf-8")
    assert type_in("report", "verify", out, "--data", solo).code == 4
    signed = type_in("report", "month", "--month", this_month(), "--data", solo, "--json").said
    assert signed["figures"]["report"]["notices"]["entered"] == 24


def test_published_figures_are_added_up(solo: Path, tmp_path: Path) -> None:
    assert "Pledged" in type_in("report", "pledge", "--notices", 3, "--released", 90, "--data", solo).out
    assert "No report of ITA" in type_in("report", "total", "--data", solo).out
    assert "are in entry" in type_in("report", "publish", "--data", solo).out
    totals = type_in("report", "total", "--html", tmp_path / "t.html", "--data", solo, "--json").said["totals"]
    assert totals["members"] == ["ITA"]
    assert "false positives" in type_in("report", "total", "--data", solo).out
    score = type_in("report", "scorecard", "--month", this_month(), "--html", tmp_path / "s.html", "--data", solo)
    assert "24" in score.out
    assert "Notices entered" in (tmp_path / "s.html").read_text("utf-8")
    last = type_in("report", "scorecard", "--data", solo, "--json").said["scorecard"]["lines"][0]
    assert last["kept"] == {"notices_monthly": False, "released_permille": True}
    assert type_in("report", "publish", "--month", this_month(), "--data", solo).code == 3
    assert type_in("report", "month", "--month", "soon", "--data", solo).code == 1
