"""The page of the matcher's figures: tables, and plots drawn as plain SVG.

Knows:    how a bar and a line are drawn.
Told:     the report of `benchmarks.matching`.
Answers:  docs/reference/matching-figures.md and its plots.
Trusted:  no.
"""

from __future__ import annotations

import html
import math
from pathlib import Path
from typing import Any

_HEAD = """# The matcher's figures

Written by `make bench`; do not edit. Each cell: right person first / found at one false alarm in a hundred, in per
cent. Floor: plain letters and token sort. logic-v2: nomenklatura scoring the floor's best fifty.
`EVENHAND_BENCH_SAMPLE` sets the questions a category, `EVENHAND_BENCH_PERSONS` the people in the invented list.
"""
_ROW, _LEFT, _WIDE = 22, 260, 420


def bars(title: str, values: dict[str, float], unit: str) -> str:
    """Return a bar chart as SVG."""
    most = max(values.values(), default=1) or 1
    lines = []
    for at, (name, value) in enumerate(values.items()):
        top = 40 + at * _ROW
        lines += [
            f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{html.escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{_WIDE * value / most:.1f}" height="16" fill="#2a6f97"/>',
            f'<text x="{_LEFT + _WIDE * value / most + 6:.1f}" y="{top + 14}">{value:g} {unit}</text>',
        ]
    return _svg(title, lines, 50 + len(values) * _ROW)


def line(title: str, points: list[tuple[float, float]], unit: str) -> str:
    """Return a line over a logarithmic axis as SVG."""
    most = max((y for _, y in points), default=1) or 1
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    spots = [
        (60 + 540 * ((math.log10(x) - low) / (high - low) if high > low else 0.5), 240 - 190 * y / most, x, y)
        for x, y in points
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in spots)
    lines = [f'<polyline points="{path}" fill="none" stroke="#2a6f97" stroke-width="2"/>']
    for x, y, people, value in spots:
        lines += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#2a6f97"/>',
            f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle">{value:g} {unit}</text>',
            f'<text x="{x:.1f}" y="265" text-anchor="middle">{people:,.0f} names</text>',
        ]
    return _svg(title, lines, 280)


def _svg(title: str, lines: list[str], height: int) -> str:
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{height}"',
        'font-family="sans-serif" font-size="13">',
        f'<text x="10" y="22" font-size="15">{html.escape(title)}</text>',
        *lines,
        "</svg>\n",
    ])  # fmt: skip


def _table(systems: dict[str, Any], part: str) -> list[str]:
    names = list(systems)
    lines = [f"| {part} | questions | {' | '.join(names)} |", f"|---|---|{'---|' * len(names)}"]
    for row, first in systems[names[0]].get(part, {}).items():
        cells = [
            f"{100 * found['r1']:.0f} / {100 * found['r_fpr']:.0f}"
            if (found := systems[name].get(part, {}).get(row)) is not None else ""
            for name in names
        ]  # fmt: skip
        lines.append(f"| {row} | {first['n']} | {' | '.join(cells)} |")
    return [*lines, ""]


def write_page(report: dict[str, Any], folder: Path) -> None:
    """Write the page and its plots into a folder."""
    lines, plots = [_HEAD], {}
    speed = report["speed"]
    if "systems" in report:
        lines += ["## Found, by group and category", ""]
        for part in ("group", "category"):
            lines += _table(report["systems"], part)
        ours = report["systems"]["evenhand"].get("category", {})
        scripts = {name: round(100 * row["r1"], 1) for name, row in ours.items() if name.startswith(("xs_", "nn_"))}
        plots["recall"] = bars("Right person first, by script", scripts or {"all": 0}, "%")
        alarms = report["false_alarms_per_100000"]
        plots["alarms"] = bars("False alarms per 100,000 questions, by script of the question", alarms, "")
    plots["latency"] = line("One question (median, processor time)", [
        (one["names"], one["find_cpu_p50_us"]) for one in speed
    ], "µs")  # fmt: skip
    for name, plot in plots.items():
        (folder / f"matching-{name}.svg").write_text(plot, encoding="utf-8")
        lines += [f"![{name}](matching-{name}.svg)", ""]
    lines += ["## Speed", "", f"| figure | {' | '.join(format(one['persons'], ',') + ' people' for one in speed)} |"]
    lines += [f"|---|{'---|' * len(speed)}"]
    lines += [f"| {name} | {' | '.join(format(one[name], ',') for one in speed)} |" for name in speed[0]]
    (folder / "matching-figures.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
