"""`evenhand finding`: what the rules found, what is said about it, and what follows.

Knows:    the steps of a case.
Told:     by supervisors and oversight.
Answers:  findings after the proof that nothing is missing; standings.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Annotated

import typer

from evenhand.cli.face import DATA, Commands, Data, Json, ask, ask_pages, console, show

app = typer.Typer(cls=Commands, no_args_is_help=True, help="List, explain, except, judge, appeal.")
Finding = Annotated[str, typer.Argument(help="A finding's id, or the beginning of it.")]
Officer = Annotated[str, typer.Option("--officer", help="Who acts, where nobody is signed in.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is said to all members and stays.")]
NOBODY = ""


@app.command(name="list")
def list_(
    state: Annotated[str, typer.Option("--state", help="OPEN, EXCEPTED, RETRACTED or ALL.")] = "OPEN",
    rule: Annotated[str, typer.Option("--rule", help="One rule only: A-03.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List findings, gravest and oldest first, after what they rest on.

    Example: evenhand finding list --data ita
    """
    from evenhand.cli.case_screens import findings_screen

    request = {"state": "" if state.upper() == "ALL" else state.upper(), "rule": rule.upper()}
    show(ask_pages(data, "finding.list", request, "findings"), as_json=as_json, text=findings_screen)


@app.command(name="show")
def show_one(finding: Finding, officer: Officer = NOBODY, data: Data = DATA, as_json: Json = False) -> None:
    """Show a finding with its evidence and inclusion proofs.

    Example: evenhand finding show A-03:7d01 --officer ov1
    """
    from evenhand.cli.case_screens import finding_screen

    answer = ask(data, "finding.show", {"finding": finding, "officer": officer})
    show(answer, as_json=as_json, text=finding_screen)


@app.command(name="except")
def declare(  # noqa: PLR0917 - Typer makes options of arguments
    code: Annotated[str, typer.Argument(help="OUTAGE or DANGER_TO_LIFE.")],
    reason: Annotated[str, typer.Option("--reason", help="What happened.")],
    second: Annotated[str, typer.Option("--second", help="The second person.")],
    second_code: Annotated[str, typer.Option("--second-code", help="Their own one-time code, with accounts.")] = "",
    encounter: Annotated[str, typer.Option("--encounter", help="One encounter only (its whole id).")] = "",
    rule: Annotated[list[str] | None, typer.Option("--rule", help="A rule; again for more; none is all.")] = None,
    hours_back: Annotated[int, typer.Option("--hours-back", help="Since when.")] = 0,
    hours_ahead: Annotated[int, typer.Option("--hours-ahead", help="Until when.")] = 1,
    officer: Officer = NOBODY,
    unit: Annotated[str, typer.Option("--unit", help="Their unit, where nobody is signed in.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Declare an exception: counted and published, and held against nobody.

    Example: evenhand finding except OUTAGE --reason "power cut" --second s2 --officer s1 --unit u1
    """
    request = {
        "code": code.upper(), "reason": reason, "second": second, "second_code": second_code,
        "encounter": encounter, "rules": rule or [], "hours_back": hours_back, "hours_ahead": hours_ahead,
        "officer": officer, "unit": unit,
    }  # fmt: skip
    answer = ask(data, "finding.except", request)
    show(answer, as_json=as_json, text=lambda said: console().print(f"Covers {len(said['covers'])} findings so far."))


def _say(
    operation: str, finding: str, reason: str, officer: str, **more: object
) -> dict[str, object]:
    data = more.pop("data")
    return ask(data, operation, {"finding": finding, "reason": reason, "officer": officer, **more})  # type: ignore[arg-type]


@app.command(name="open")
def open_case(
    finding: Finding, reason: Reason, officer: Officer = NOBODY, data: Data = DATA, as_json: Json = False
) -> None:
    """Put a finding to all members: the member concerned has 72 hours to explain.

    Example: evenhand finding open A-03:7d01 --reason "held 70 minutes" --officer ov1
    """
    from evenhand.cli.case_screens import case_screen

    show(_say("finding.open", finding, reason, officer, data=data), as_json=as_json, text=case_screen)


@app.command()
def answer(
    finding: Finding, reason: Reason, officer: Officer = NOBODY, data: Data = DATA, as_json: Json = False
) -> None:
    """Explain, as the member concerned.

    Example: evenhand finding answer A-03:7d01 --reason "the line was down" --officer s1
    """
    from evenhand.cli.case_screens import case_screen

    said = _say("finding.answer", finding, reason, officer, data=data, step="EXPLAINED")
    show(said, as_json=as_json, text=case_screen)


@app.command()
def appeal(
    finding: Finding, reason: Reason, officer: Officer = NOBODY, data: Data = DATA, as_json: Json = False
) -> None:
    """Appeal, as the member concerned.

    Example: evenhand finding appeal A-03:7d01 --reason "the clock was wrong" --officer s1
    """
    from evenhand.cli.case_screens import case_screen

    said = _say("finding.answer", finding, reason, officer, data=data, step="APPEALED")
    show(said, as_json=as_json, text=case_screen)


@app.command()
def judge(  # noqa: PLR0917 - Typer makes options of arguments
    finding: Finding,
    verdict: Annotated[str, typer.Argument(help="ACCEPTED, UPHELD, DISMISSED, APPEAL_GRANTED, APPEAL_REFUSED.")],
    reason: Reason,
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Judge another member's finding; it counts once enough members have said the same.

    Example: evenhand finding judge A-03:7d01 UPHELD --reason "no ground was given" --officer ov1 --data phl
    """
    from evenhand.cli.case_screens import case_screen

    said = _say("finding.judge", finding, reason, officer, data=data, step=verdict.upper())
    show(said, as_json=as_json, text=case_screen)


@app.command()
def standing(
    member: Annotated[str, typer.Argument(help="A member's code; without it, all.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Show what each member may still do, and the cases behind it.

    Example: evenhand finding standing ITA
    """
    from evenhand.cli.case_screens import standings_screen

    show(ask(data, "finding.standing", {"member": member}), as_json=as_json, text=standings_screen)
