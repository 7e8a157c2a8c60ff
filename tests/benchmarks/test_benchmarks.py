"""Each benchmark runs, at a size that measures nothing, and what it returns can be reported."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import matching, side_by_side
from benchmarks.figures import Figure, percentile

# The figures; each must come out of exactly one benchmark under exactly this name.
WANTED = {
    "http": {
        "http_find_rps", "http_find_ms_p99", "batch_find_travellers_per_s", "flight_paxlst_to_cusres_ms_p99",
        "taxii_page_1000_ms_p99",
    },
    "decisions": {
        "audit_verify_s", "decisions_start_s", "findings_events_per_s", "month_report_s", "breach_shows_ms",
    },
    "ingest": {"ingest_verified_entries_per_s"},
    "latency": {
        "publish_to_partner_durable_ms_p50", "publish_to_partner_durable_ms_p99",
        "publish_to_partner_searchable_ms_p50", "publish_to_partner_searchable_ms_p99",
        "far_publish_to_partner_durable_ms_p50", "far_publish_to_partner_searchable_ms_p99",
    },
    "memory": {"memory_idle_mb"},
    "parsers": {"mrz_td3_per_s", "mrz_td1_per_s", "un_list_parse_s", "ftm_rows_per_s", "ftm_memory_growth_mb"},
    "peers": {"peer_synced_commit_ms_p50"},
    "recovery": {"catch_up_after_20s_cut_s", "follower_restart_s", "initial_load_100k_notices_s"},
    "withdrawal": {"withdraw_to_no_match_ms_p99"},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(command.BENCHMARKS))
def test_each_benchmark_returns_finite_figures_under_their_names(name: str, tmp_path: Path) -> None:
    figures = command.measure([name], tmp_path, quick=True)
    assert {one.name for one in figures} >= WANTED[name]
    assert len({one.name for one in figures}) == len(figures)
    assert all(math.isfinite(one.value) and one.value >= 0 and one.samples > 0 for one in figures)


def test_the_command_writes_results_with_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main(["--quick", "--only", "peers"]) == 0
    written = json.loads((tmp_path / "bench/results.json").read_text())
    assert written["machine"]["cores"] >= 1
    assert {one["name"] for one in written["figures"]} >= WANTED["peers"]


def test_a_figure_is_met_in_its_direction_only() -> None:
    assert Figure(name="a", value=5, samples=1, wanted=5).is_met
    assert not Figure(name="a", value=6, samples=1, wanted=5).is_met
    assert Figure(name="a", value=6, samples=1, wanted=5, better="higher").is_met
    assert Figure(name="a", value=6, samples=1).is_met is None


def test_percentiles_are_of_nearest_rank() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile([float(i) for i in range(1, 101)], 0.99) == 99.0
    assert percentile([7.0], 0.99) == 7.0


def test_the_matcher_is_measured_beside_its_peers_and_written_up(compiled_kernels: None, tmp_path: Path) -> None:
    report = matching.run(quick=True, page=tmp_path)
    found = matching.figures(report)
    assert all(math.isfinite(one.value) and one.samples > 0 for one in found)
    page = (tmp_path / "matching-figures.md").read_text("utf-8")
    plots = {path.name for path in tmp_path.glob("*.svg")}
    assert all(f"({name})" in page for name in plots)
    assert "matching-latency.svg" in plots
    if (matching.SHARED / "evaluate.py").exists():
        assert set(report["systems"]) == {"evenhand", "floor"}
        assert {one.name for one in found} >= {"names_macro_first_pct", "names_structure_at_1pct_alarms_pct"}
        assert plots == {"matching-latency.svg", "matching-recall.svg", "matching-alarms.svg"}
        assert sum(row["asked by name alone"] for row in report["false_alarms"].values()) > 0


def test_names_side_by_side_are_judged_where_people_are_named(compiled_kernels: None, tmp_path: Path) -> None:
    table, checks = tmp_path / "names.csv", tmp_path / "checks.yml"
    table.write_text(
        "schema,name1,name2,is_match,suspect\n"
        "Person,Radomir Tisharin,Radomir Tisharin,true,0\nPerson,Radomir Tisharin,Olga Bremvik,false,0\n"
        "Person,Olga Bremvik,Olga Bremvik,false,1\nCompany,Bremvik AS,Bremvik,true,0\n", "utf-8",
    )  # fmt: skip
    checks.write_text(
        "checks:\n- {schema: Person, match: false, query: {name: Radomir Tisharin},"
        " candidate: {firstName: Radomir, lastName: Tisharin}}\n"
        "- {schema: Vessel, match: true, query: {name: A}, candidate: {name: A}}\n", "utf-8",
    )  # fmt: skip
    names, entities = side_by_side.name_rows(table), side_by_side.entity_rows(checks)
    assert [row.same for row in names] == [True, False]
    assert [(row.one, row.other) for row in entities] == [("Radomir Tisharin", "Radomir Tisharin")]
    judged = side_by_side.judge(names, entities)
    assert (judged["precision"], judged["recall"], judged["f1"]) == (1.0, 1.0, 1.0)
    assert judged["contradicted"] == 1
    assert side_by_side.judge(entities, [])["f1"] == 0


def test_what_is_not_measured_again_is_kept_with_its_date(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    now = {"measured_at": "2031-01-02", "figures": [{"name": "a", "value": 2}], "matching": {"speed": []}}
    assert command.merged(now, path) == now
    earlier = {"measured_at": "2031-01-01", "figures": [{"name": "a", "value": 1}, {"name": "b", "value": 1}]}
    path.write_text(json.dumps(earlier), "utf-8")
    both = command.merged(now, path)
    assert both["figures"] == [{"measured_at": "2031-01-01", "name": "b", "value": 1}, {"name": "a", "value": 2}]
    assert both["matching"] == {"speed": []}


def test_an_unknown_benchmark_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["nonsense"])
    assert "no benchmark is called nonsense" in capsys.readouterr().err
