"""The page of the matcher's figures: tables, and plots drawn as plain SVG.

Knows:    how a bar and a line are drawn.
Told:     the report of `benchmarks.matching`, and what is wanted of each group.
Answers:  docs/reference/matching-figures.md and its plots.
Trusted:  no.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Wanted = Mapping[str, tuple[float, float | None]]

_ROW, _BAR, _LEFT, _WIDE = 22, 15, 300, 380
_COLOURS = ("#1b4965", "#c97b2f", "#8a8a8a")


def bars(title: str, values: dict[str, dict[str, float]], unit: str) -> str:
    """Return a chart with one bar for each of a row's series, as SVG."""
    series = list(dict.fromkeys(name for row in values.values() for name in row))
    most = max((value for row in values.values() for value in row.values()), default=1) or 1
    lines, top = _legend(series), 64
    for label, row in values.items():
        lines.append(f'<text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end">{html.escape(label)}</text>')
        for name, value in row.items():
            colour, long = _COLOURS[series.index(name) % len(_COLOURS)], _WIDE * value / most
            lines.append(f'<rect x="{_LEFT}" y="{top}" width="{long:.1f}" height="{_BAR - 2}" fill="{colour}"/>')
            lines.append(f'<text x="{_LEFT + long + 5:.1f}" y="{top + 11}" font-size="11">{value:g}{unit}</text>')
            top += _BAR
        top += _ROW - _BAR
    return _svg(title, lines, top + 10)


def line(title: str, series: dict[str, list[tuple[float, float]]], unit: str, over: str) -> str:
    """Return lines over a logarithmic axis from the left and a logarithmic one below, as SVG."""
    every = [point for points in series.values() for point in points]
    (low, high), (least, most) = (_span([point[at] for point in every]) for at in (0, 1))
    lines = _legend(list(series))
    for colour, points in zip(_COLOURS, series.values(), strict=False):
        spots = []
        for x, y in points:
            right, up = (math.log10(x) - low) / (high - low), (math.log10(y) - least) / (most - least)
            spots.append((80 + 560 * right, 300 - 210 * up, x, y))
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in spots)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y, size, value in spots:
            lines += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>',
                f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{value:g} {unit}</text>',
                f'<text x="{x:.1f}" y="330" text-anchor="middle">{size:,.0f} {over}</text>',
            ]
    return _svg(title, lines, 345)


def _span(values: list[float]) -> tuple[float, float]:
    low, high = math.log10(max(min(values), 1)), math.log10(max(*values, 1))
    return (low, high) if high > low else (low - 1, high + 1)


def _legend(series: list[str]) -> list[str]:
    lines = []
    for at, name in enumerate(series):
        left = 12 + at * 230
        lines += [
            f'<rect x="{left}" y="36" width="12" height="12" fill="{_COLOURS[at % len(_COLOURS)]}"/>',
            f'<text x="{left + 18}" y="47">{html.escape(name)}</text>',
        ]
    return lines


def _svg(title: str, lines: list[str], height: int) -> str:
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{height}"',
        'font-family="sans-serif" font-size="13">',
        f'<text x="10" y="22" font-size="15">{html.escape(title)}</text>',
        *lines,
        "</svg>\n",
    ])  # fmt: skip


def _cell(row: dict[str, float] | None) -> str:
    return "" if row is None else f"{100 * row['r1']:.0f} / {100 * row['r_fpr']:.0f}"


def _table(report: dict[str, Any], part: str, wanted: Wanted | None = None) -> list[str]:
    systems = report["systems"]
    names = list(systems)
    heads = [part, "questions", *names, *(["wanted"] if wanted else [])]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row, first in systems[names[0]][part].items():
        cells = [_cell(systems[name][part].get(row)) for name in names]
        lines.append(f"| {row} | {first['n']} | {' | '.join(cells)} |")
        if wanted:
            one, other = wanted.get(row, (None, None))
            lines[-1] += f" {'' if one is None else one}{'' if other is None else f' / {other:g}'} |"
    return [*lines, ""]


def _judged_part(report: dict[str, Any], wanted: Wanted) -> list[str]:
    sample, systems = report["sample"], report["systems"]
    asked = ", ".join(
        f"{name} {spent / 1000:.1f} ms" for name, one in systems.items() if (spent := one["cpu_us_per_question"])
    )
    at_most = sample.get("others_per_category")
    each = f"at most {at_most} a category" if at_most else "all there are"
    lines = [
        "## Found, by group and category", "",
        "Each cell: the right person first / found at one false alarm in a hundred, in per cent; 100,000 people",
        f"listed. Ours and the floor (plain letters, token sort) answer {sample['of']:,} questions, {each}. logic-v2",
        f"scores the floor's best fifty and is slow: it answers a sample of {sample['questions']:,}, at most",
        f"{sample['per_category']} a category, chosen by hash; the last column is ours on that sample. The second",
        "number of its cells is coarse: its threshold rests on few people who are not listed. Names alone, but",
        "where dates are judged.",
        f"Processor time a question: {asked}.", "",
    ]  # fmt: skip
    lines += [*_table(report, "group", wanted), "![recall](matching-recall.svg)", "", *_table(report, "category")]
    lines += [
        "## False alarms", "",
        "How many of 100,000 travellers who are not on a list of 100,000 people would be shown a candidate at the",
        "shipped cut-offs, by the script of their name. A region with few questions has a coarse figure.", "",
        "![false alarms](matching-alarms.svg)", "",
        "| region | name alone | asked | name and birth date | asked |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for region, row in report["false_alarms"].items():
        cells = [f"{row[key]:,}" if (key := f"{kind}{title}") in row else ""
                 for title in ("name alone", "name and birth date") for kind in ("", "asked by ")]  # fmt: skip
        lines.append(f"| {region} | {' | '.join(cells)} |")
    return [*lines, ""]


def _pairs_part(judged: dict[str, dict[str, Any]]) -> list[str]:
    if not judged:
        return []
    lines = [
        "## Two names side by side", "",
        "The open pairs of nomenklatura: rows of people that are not flagged as wrongly judged, at the shipped",
        "cut-off. Rows that the other file judges otherwise cannot both be right: they bound what names alone can",
        "reach.", "",
        "| file | rows | precision | recall | F1 | best peer | wanted | judged otherwise elsewhere |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for title, one in judged.items():
        cells = [f"{100 * one[key]:.1f}" for key in ("precision", "recall", "f1", "peer", "wanted")]
        lines.append(f"| {title} | {one['rows']} | {' | '.join(cells)} | {one['contradicted']} |")
    return [*lines, ""]


def _plots(report: dict[str, Any]) -> dict[str, str]:
    plots = {
        "latency": line(
            "One question in a list of that many names: median and 99th percentile, processor time",
            {
                which: [(one["names"], max(1, one[f"find_cpu_{which}_us"])) for one in report["speed"]]
                for which in ("p50", "p99")
            }, "µs", "names",
        )
    }  # fmt: skip
    if "systems" in report:
        systems = {name: one["category"] for name, one in report["systems"].items() if "sample" not in name}
        scripts = [name for name in next(iter(systems.values())) if name.startswith("xs_")]
        plots["recall"] = bars("Right person first, by script and language of the question", {
            name.removeprefix("xs_"): {
                system: round(100 * found[name]["r1"], 1) for system, found in systems.items() if name in found
            }
            for name in scripts
        }, " %")  # fmt: skip
        plots["alarms"] = bars("False alarms in 100,000 innocent travellers", {
            region: {title: row[title] for title in ("name alone", "name and birth date") if title in row}
            for region, row in report["false_alarms"].items()
        }, "")  # fmt: skip
    return plots


def write_page(report: dict[str, Any], folder: Path, wanted: Wanted) -> None:
    """Write the page and its plots into a folder."""
    machine, speed = report["machine"], report["speed"]
    quick = " (a quick run: it measures nothing)" if report["quick"] else ""
    lines = [
        "# The matcher's figures", "",
        f"Written by `python -m benchmarks matching`; do not edit. Measured {report['measured_at']} on",
        f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}; load average",
        f"{machine['load_average_before']} before, {machine['load_average_after']} after{quick}.",
        "Where other work shared the machine, trust processor times (`cpu`), not wall times.", "",
    ]  # fmt: skip
    if "systems" in report:
        lines += _judged_part(report, wanted)
    lines += _pairs_part(report.get("side_by_side", {}))
    for name, plot in _plots(report).items():
        (folder / f"matching-{name}.svg").write_text(plot, encoding="utf-8")
    lines += ["## Speed", "", "Invented people, three names each; one question in twenty is a hit.", ""]
    lines += ["![latency](matching-latency.svg)", ""]
    lines += [f"| figure | {' | '.join(format(one['persons'], ',') + ' people' for one in speed)} |"]
    lines += [f"|---|{'---|' * len(speed)}"]
    lines += [f"| {name} | {' | '.join(format(one[name], ',') for one in speed)} |" for name in speed[0]]
    if "start" in report:
        start = report["start"]
        lines += [
            "", "## Start", "",
            f"On a new machine the kernels compile for {start['kernels_compile_cpu_s']} s of processor time, once a",
            f"release; every later start loads them in {start['kernels_load_cpu_s']} s.",
        ]  # fmt: skip
    (folder / "matching-figures.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
