"""`evenhand report`: what a member publishes every month, the coalition's totals, who shares what.

Knows:    months, files.
Told:     by supervisors, oversight and the administrator.
Answers:  tables for people, JSON for programs, signed files and pages.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from evenhand.cli.face import DATA, Commands, Data, Json, ask, console, read_file, show, write_file

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Monthly figures, totals, the sharing scorecard.")
MonthOption = Annotated[str, typer.Option("--month", help="2026-11; default: the last month that is over.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write a page with tables and plots.")]
NO_FILE: Path | None = None


def _of(share: dict[str, int]) -> str:
    if not share["of"]:
        return "0/0"
    low, high = share["low_permille"] / 10, share["high_permille"] / 10
    return f"{share['count']}/{share['of']} ({low:.1f}–{high:.1f} %)"


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f} s"


def _month_screen(said: dict[str, Any]) -> None:
    figures, one = said["figures"], said["figures"]["report"]
    table = Table("figure", "value", title=f"{one['member']} {figures['month']}")
    for name in ("queries", "candidates", "verifications", "holds", "repeat_stops"):
        table.add_row(name.replace("_", " "), str(one[name]))
    groups = ("outcomes", "hold_minutes", "notices", "refusal_reasons", "redress", "findings", "exceptions",
              "outcomes_by_group")  # fmt: skip
    for group in groups:
        for name, value in one.get(group, {}).items():
            table.add_row(f"{group.replace('_', ' ')}: {name.replace('_', ' ')}", str(value))
    ages = one["notice_age"]
    table.add_row("notices in force", str(ages["count"]))
    table.add_row("their age p50 / p95", f"{ages['p50_days']} / {ages['p95_days']} days")
    table.add_row("false positives", _of(one["false_positive"]))
    table.add_row("late answers", _of(one["answers_late"]))
    for name in ("resolution", "answers", "redress_duration", "withdrawal_propagation"):
        if one[name]["count"]:
            last = "p99" if name == "withdrawal_propagation" else "p95"
            table.add_row(f"{name.replace('_', ' ')} p50 / {last}",
                          f"{_seconds(one[name]['p50_ms'])} / {_seconds(one[name][f'{last}_ms'])}")  # fmt: skip
    console().print(table)


def _page(path: Path | None, said: dict[str, Any]) -> None:
    if path is not None:
        write_file(path, said["page"].encode("utf-8"))


@app.command()
def month(
    month_: MonthOption = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write the signed JSON.")] = NO_FILE,
    html: Html = NO_FILE,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Count a month of this member.

    Example: evenhand report month --month 2026-11 --out figures.json --html figures.html --data ita
    """
    said = ask(data, "report.month", {"month": month_})
    _page(html, said)
    if out is not None:
        write_file(out, said["signed"].encode("utf-8"))
    if as_json:
        typer.echo(said["signed"])
    else:
        _month_screen(said)


@app.command()
def publish(month_: MonthOption = "", data: Data = DATA, as_json: Json = False) -> None:
    """Publish a month that is over to every member.

    Example: evenhand report publish --month 2026-11 --data ita
    """
    answer = ask(data, "report.publish", {"month": month_})
    show(
        answer, as_json=as_json,
        text=lambda said: console().print(f"Figures of {said['month']} are in entry {said['entry']}."),
    )  # fmt: skip


def _total_screen(said: dict[str, Any]) -> None:
    one = said["totals"]
    table = Table("figure", "value", title=f"Coalition {one['month']}: {len(one['members'])} members")
    for name, value in one["counts"].items():
        table.add_row(name.replace("_", " "), str(value))
    for name, value in (*one["outcomes"].items(), *one["findings"].items()):
        table.add_row(name, str(value))
    table.add_row("false positives", _of(one["false_positive"]))
    table.add_row("late answers", _of(one["answers_late"]))
    console().print(table)
    if one["missing"]:
        console().print(f"[yellow]No report of {', '.join(one['missing'])}.[/]")


@app.command()
def total(month_: MonthOption = "", html: Html = NO_FILE, data: Data = DATA, as_json: Json = False) -> None:
    """Add up what the members published of a month, and name those that did not.

    Example: evenhand report total --month 2026-11 --html coalition.html --data ita
    """
    said = ask(data, "report.total", {"month": month_})
    _page(html, said)
    show({"totals": said["totals"]}, as_json=as_json, text=_total_screen)


def _score_screen(said: dict[str, Any]) -> None:
    one = said["scorecard"]
    table = Table("member", "entered", "to publish", "detail", "least released", "answered", "pledges",
                  title=f"{one['month']} as seen by {one['seen_by']}")  # fmt: skip
    for line in one["lines"]:
        worst = min(line["released"].items(), key=lambda item: item[1]["permille"], default=("", {"permille": 1000}))
        kept = [f"{name.split('_')[0]} {'kept' if ok else 'NOT kept'}" for name, ok in line["kept"].items()]
        table.add_row(
            line["member"], str(line["entered"]), _seconds(line["decided_to_published"]["p50_ms"]),
            f"{line['with_detail']['count']}/{line['with_detail']['of']}",
            f"{worst[0]} {worst[1]['permille'] / 10:.0f} %".strip(),
            f"{line['answered']['count']}/{line['answered']['of']}", ", ".join(kept),
        )  # fmt: skip
    console().print(table)


@app.command()
def scorecard(month_: MonthOption = "", html: Html = NO_FILE, data: Data = DATA, as_json: Json = False) -> None:
    """Say what each member pledged and what it delivers: entered, how fast, to whom, answers.

    Example: evenhand report scorecard --month 2026-11 --html sharing.html --data ita
    """
    said = ask(data, "report.scorecard", {"month": month_})
    _page(html, said)
    show({"scorecard": said["scorecard"]}, as_json=as_json, text=_score_screen)


@app.command()
def pledge(  # noqa: PLR0917 - Typer makes options of arguments
    notices: Annotated[int, typer.Option("--notices", min=0, help="Notices entered in a month.")] = 0,
    publish_hours: Annotated[int, typer.Option("--publish-hours", min=0, help="From decision to publication.")] = 0,
    answer_minutes: Annotated[int, typer.Option("--answer-minutes", min=0, help="To answer a partner.")] = 0,
    released: Annotated[int, typer.Option("--released", min=0, max=100, help="Per cent that each partner reads.")] = 0,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Promise what this member will deliver; it goes out with the figures. 0 promises nothing.

    Example: evenhand report pledge --notices 20 --answer-minutes 30 --released 90 --data ita
    """
    request = {
        "notices_monthly": notices, "publish_hours": publish_hours, "answer_minutes": answer_minutes,
        "released_permille": released * 10,
    }  # fmt: skip
    show(ask(data, "report.pledge", request), as_json=as_json, text=lambda _: console().print("Pledged."))


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A signed report of any member.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Check the signature of a member's report; exit 4 if it does not hold.

    Example: evenhand report verify figures.json --data phl
    """
    text = read_file(file, what="the report").decode("utf-8", "replace")
    show(
        ask(data, "report.verify", {"signed": text}), as_json=as_json,
        text=lambda said: console().print(f"{said['report']['member']} signed its figures of {said['month']}."),
    )  # fmt: skip
