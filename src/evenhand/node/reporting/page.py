"""The readable page of a month: one HTML file with tables and plots, no script, no request to anyone.

Knows:    HTML and SVG.
Told:     figures, totals, a scorecard.
Answers:  text; every number of the figures is in a table, plots only repeat them.
Trusted:  for layout alone: all text is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from evenhand.node.reporting.month import Month, Totals
from evenhand.node.reporting.scorecard import Scorecard
from evenhand.oversight.figures import Share, Times

_BAR_PX: Final = 300
_ROW_PX: Final = 24
_LABEL_PX: Final = 220
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #b1b4b6;padding:.3rem .8rem;"
    "text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}h1,h2{line-height:1.2}"
)


def month_page(figures: Month) -> str:
    """Return a member's month as a page."""
    one = figures.report
    counts = {
        "queries": one.queries, "candidates": one.candidates, "verifications": one.verifications, "holds": one.holds,
        "repeat stops of cleared people": one.repeat_stops, **{f"notices {k}": v for k, v in one.notices.items()},
        **{name.replace("_", " "): value for name, value in one.redress.items()},
    }  # fmt: skip
    parts = [
        _table("Counts", counts),
        _shares({"false positives": one.false_positive, "late answers as originator": one.answers_late}),
        _durations({
            "candidate to resolution": one.resolution, "answers as originator": one.answers,
            "redress": one.redress_duration, "withdrawal carried out by partners": one.withdrawal_propagation,
        }),
        _bars("Outcomes of verification", one.outcomes), _bars("Holds by minutes", one.hold_minutes),
        _bars("Findings by rule and state", one.findings), _bars("Refusals by reason", one.refusal_reasons),
        _bars("Outcomes by group", one.outcomes_by_group), _bars("Declared exceptions", one.exceptions),
        _table("Age of notices in force, days", {
            "notices": one.notice_age.count, "half are younger than": one.notice_age.p50_days,
            "95 % are younger than": one.notice_age.p95_days,
        }),
        (f"<p>Taken {escape(figures.taken_at)} from {figures.decisions} entries of the decision ledger, root "
        f"<code>{escape(figures.root)}</code>.</p>"),
    ]  # fmt: skip
    return _page(f"{one.member}: {figures.month}", parts)


def total_page(said: Totals) -> str:
    """Return the coalition's month as a page."""
    medians = {
        name.replace("_", " "): f"{_words(one.low_ms)} – {_words(one.middle_ms)} – {_words(one.high_ms)} "
        f"({one.members} members)" for name, one in said.medians.items()
    }  # fmt: skip
    parts = [
        (f"<p>{len(said.members)} members: {escape(', '.join(said.members)) or 'none'}. "
        f"No report: {escape(', '.join(said.missing)) or 'none missing'}.</p>"),
        _table("Counts", {name.replace("_", " "): value for name, value in said.counts.items()}),
        _shares({"false positives": said.false_positive, "late answers": said.answers_late}),
        _table("Members' medians: lowest, middle, highest", medians),
        _bars("Outcomes of verification", said.outcomes), _bars("Holds by minutes", said.hold_minutes),
        _bars("Findings by rule and state", said.findings), _bars("Refusals by reason", said.refusal_reasons),
        _bars("Outcomes by group", said.outcomes_by_group),
    ]  # fmt: skip
    return _page(f"Coalition: {said.month}", parts)


def scorecard_page(said: Scorecard) -> str:
    """Return the scorecard as a page."""
    rows = []
    for one in said.lines:
        worst = min(one.released.items(), key=lambda item: item[1].permille, default=None)
        kept = ", ".join(f"{name.replace('_', ' ')}: {'kept' if ok else 'not kept'}" for name, ok in one.kept.items())
        rows.append([
            one.member, str(one.entered), _words(one.decided_to_published.p50_ms), _ratio(one.approved),
            _ratio(one.with_detail), "–" if worst is None else f"{worst[0]}: {_ratio(worst[1])}",
            _ratio(one.answered), _words(one.answer.p95_ms), kept or "nothing pledged",
        ])  # fmt: skip
    heads = ["member", "entered", "decision to publication", "approved", "with detail", "least released to",
             "answered us", "answers p95", "pledges"]  # fmt: skip
    plot = _bars("Notices entered", {one.member: one.entered for one in said.lines})
    return _page(f"Sharing as seen by {said.seen_by}: {said.month}", [_grid(heads, rows), plot])


def _page(title: str, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{lines}</table>"


def _table(title: str, rows: Mapping[str, object]) -> str:
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="n">{escape(str(value))}</td></tr>'
        for name, value in rows.items()
    )
    return f"<h2>{escape(title)}</h2><table>{lines}</table>"


def _ratio(one: Share) -> str:
    return f"{one.count}/{one.of}" + (f" ({one.permille / 10:.1f} %)" if one.of else "")


def _shares(shares: Mapping[str, Share]) -> str:
    """Return shares as a table and as dots with their 95 % intervals."""
    rows = [
        [name, _ratio(one), f"{one.low_permille / 10:.1f} % – {one.high_permille / 10:.1f} %"]
        for name, one in shares.items()
    ]
    lines = []
    for number, (name, one) in enumerate(shares.items()):
        y = number * _ROW_PX + _ROW_PX // 2
        low, middle, high = (
            _LABEL_PX + at * _BAR_PX // 1000 for at in (one.low_permille, one.permille, one.high_permille)
        )
        lines.append(
            f'<text x="0" y="{y + 5}">{escape(name)}</text><line x1="{low}" y1="{y}" x2="{high}" y2="{y}" '
            f'stroke="#0b0c0c"/><circle cx="{middle}" cy="{y}" r="5" fill="#1d70b8"/>'
        )
    heads = ["share", "of", "95 % interval"]
    return f"<h2>Shares</h2>{_grid(heads, rows)}{_svg(lines, len(shares), 'Shares with 95 % intervals, 0 to 100 %')}"


def _svg(lines: Sequence[str], rows: int, title: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" width="{_LABEL_PX + _BAR_PX + 60}" height="{rows * _ROW_PX}" '
        f'font-size="14">{"".join(lines)}</svg>'
    )


def _bars(title: str, counts: Mapping[str, int]) -> str:
    """Return counts as bars with their numbers beside them."""
    if not counts:
        return f"<h2>{escape(title)}</h2><p>None.</p>"
    most = max(1, *counts.values())
    lines = []
    for number, (name, count) in enumerate(sorted(counts.items())):
        y, width = number * _ROW_PX, count * _BAR_PX // most
        lines.append(
            f'<text x="0" y="{y + 17}">{escape(name)}</text><rect x="{_LABEL_PX}" y="{y + 3}" width="{width}" '
            f'height="{_ROW_PX - 6}" fill="#1d70b8"/><text x="{_LABEL_PX + width + 6}" y="{y + 17}">{count}</text>'
        )
    return f"<h2>{escape(title)}</h2>{_svg(lines, len(counts), title)}"


def _words(duration_ms: int) -> str:
    seconds = duration_ms / 1000
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


def _durations(durations: Mapping[str, Times]) -> str:
    rows = [
        [name, str(one.count), *(_words(value) if one.count else "–" for value in (one.p50_ms, one.p95_ms, one.p99_ms))]
        for name, one in durations.items()
    ]
    return f"<h2>Times</h2>{_grid(['what', 'count', 'half within', '95 % within', '99 % within'], rows)}"
