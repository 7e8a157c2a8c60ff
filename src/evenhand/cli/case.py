"""`evenhand case`: from a draft to a published notice by several people, and what follows.

Knows:    drafts in JSON, ids, who does what.
Told:     by analysts, approvers, legal reviewers and the compliance desk.
Answers:  the case as it stands; deadlines.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table
from rich.text import Text

from evenhand.cli.face import DATA, Commands, Data, Json, ask, ask_pages, console, leave, read_json, show
from evenhand.cli.notice import read_draft

DID_NOT_VERIFY: Final = 4
_SHORT: Final = 12
app = typer.Typer(cls=Commands, no_args_is_help=True, help="Draft, review by several people, publish; errors.")
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="A case's id, or its first digits.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.")]


def _case_screen(said: dict[str, Any]) -> None:
    out, notice = console(), said["notice"]
    key = f"{said['originator']}:{notice['notice_id'][:_SHORT]}"
    out.print(f"Case [bold]{said['case'][:_SHORT]}[/]: {said['state']}, {said['kind'].lower()}")
    out.print(f"Notice {key} version {notice['version']}, {notice['action']}")
    for step in said.get("steps", ()):
        out.print(Text(f"  {step['verdict']} by {step['who']} {step.get('reason', '')}".rstrip()))
    signed = [one["role"] for one in said.get("given", ())]
    out.print(f"Signed: {', '.join(signed) or 'by nobody yet'}")
    if "entry" in said:
        out.print(f"Published in entry {said['entry']}.")


@app.command()
def draft(  # noqa: PLR0917 - Typer makes options of arguments
    file: Annotated[Path, typer.Argument(help="The draft in JSON; - reads standard input.")],
    penalty_threshold: Annotated[str, typer.Option(help="The offence's penalty.")] = "",
    neutrality: Annotated[str, typer.Option(help="Why this is no political, religious or racial matter.")] = "",
    child: Annotated[str, typer.Option(help="Whether this is a child: yes, no or unknown.")] = "unknown",
    child_reason: Annotated[str, typer.Option(help="The child's best interests.")] = "",
    compatible_with: Annotated[list[str] | None, typer.Option(help="CODE:ID of a notice on the same person.")] = None,
    compatibility: Annotated[str, typer.Option(help="Why both can stand.")] = "",
    new_facts: Annotated[str, typer.Option(help="What is new since a refusal.")] = "",
    assessment: Annotated[str, typer.Option(help="Why an extension is still needed.")] = "",
    protection: Annotated[str, typer.Option(help="Why a notice on a refugee is lawful.")] = "",
    nationality_unknown: Annotated[bool, typer.Option(help="Nobody knows the nationality.")] = False,
    corrects: Annotated[str, typer.Option(help="A notice of ours that this replaces.")] = "",
    extension: Annotated[bool, typer.Option("--extension", help="It prolongs that notice.")] = False,
    case: Annotated[str, typer.Option(help="An earlier case to write anew.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Open a case with a draft and what the author states beside it, or write it anew.

    Example: evenhand case draft draft.json --penalty-threshold "five years" --neutrality "general crime" --data ita
    """
    statements = {
        "penalty_threshold": penalty_threshold, "neutrality": neutrality, "child": child, "child_reason": child_reason,
        "compatible_with": compatible_with or [], "compatibility": compatibility, "new_facts": new_facts,
        "assessment": assessment, "nationality_unknown": nationality_unknown, "protection": protection,
    }  # fmt: skip
    request = {
        "draft": read_draft(file), "statements": statements, "corrects": corrects, "case": case,
        "kind": "EXTENSION" if extension else "NEW",
    }  # fmt: skip
    show(ask(data, "case.draft", request), as_json=as_json, text=_case_screen)


def _drafted_screen(said: dict[str, Any]) -> None:
    out = console()
    for one in said["refusals"]:
        out.print(Text(f"line {one['line']}, {one['entry_id']}: {one['field']}: {one['reason']}"))
    for case in said["cases"]:
        out.print(f"Case [bold]{case[:_SHORT]}[/]")
    for key in said["gone"]:
        out.print(f"{key} is not in it any more. If it shall go: evenhand notice withdraw {key}", markup=False)
    counts = f"{said['drafted']} drafted, {said['rewritten']} written anew, {said['under_way']} under way"
    rest = f"{said['unchanged']} unchanged, {len(said['gone'])} gone, {len(said['refusals'])} refusals"
    out.print(f"[bold]{said['list']}[/] {said['edition']}: {counts}, {rest}.")
    if said["alarm"]:
        out.print(Text(f"Alarm: {said['alarm']}", style="bold red"))
    if said["dry_run"]:
        out.print("This was a dry run: nothing was changed.")


@app.command(name="draft-list")
def draft_list(  # noqa: PLR0917 - Typer makes options of arguments
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help="As for `evenhand import`.")],
    place: Annotated[str, typer.Argument(metavar="PLACE", help="The list's file or URL.")],
    statements: Annotated[Path | None, typer.Option(help="What you state of each entry, in JSON.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="An entry that is meant; without it, all.")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="An import policy in JSON.")] = None,
    columns: Annotated[Path | None, typer.Option("--columns", help="For `template`: a mapping in JSON.")] = None,
    audience: Annotated[str, typer.Option("--audience", help="`all`, or codes separated by commas.")] = "all",
    detail_audience: Annotated[str, typer.Option("--detail-audience", help="Who reads the detail part.")] = "all",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; list every refusal.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Draft a case for each entry of a list that says something new: a table of your own, or people to ask more of.

    Example: evenhand case draft-list template people.csv --statements statements.json --data ita
    """
    request: dict[str, Any] = {
        "format": format_name, "place": place if "://" in place else str(Path(place).resolve()), "dry_run": dry_run,
        "audience": audience, "detail_audience": detail_audience, "only": only or [],
    }  # fmt: skip
    for field, file in (("policy", policy), ("columns", columns), ("statements", statements)):
        if file is not None:
            request[field] = read_json(file, what=f"the {field}", remedy="see docs/reference/cli.md")
    show(ask(data, "case.draft-list", request), as_json=as_json, text=_drafted_screen)


@app.command()
def submit(case: CaseId, data: Data = DATA, as_json: Json = False) -> None:
    """Ask for review: the machine looks first, then you sign as author.

    Example: evenhand case submit 3fa9 --data ita
    """
    show(ask(data, "case.submit", {"case": case}), as_json=as_json, text=_case_screen)


@app.command()
def review(  # noqa: PLR0917 - Typer makes options of arguments
    case: CaseId,
    reason: Reason,
    role: Annotated[str, typer.Option("--as", help="national, legal or compliance.")] = "national",
    back: Annotated[bool, typer.Option("--return", help="Return it to the author.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it.")] = False,
    ground: Annotated[str, typer.Option("--ground", help="NEUTRALITY or PROTECTION, when refused for it.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Approve, return or refuse a case in one of the three reviews; approving signs.

    Example: evenhand case review 3fa9 --as legal --reason "basis and threshold checked" --data ita
    """
    from evenhand.ground.errors import UsageError

    operations = {"national": "case.approve", "legal": "case.legal", "compliance": "case.compliance"}
    if role not in operations or (back and refuse):
        raise UsageError("one review and one verdict at a time", remedy=f"use --as {', '.join(operations)}")
    verdict = "RETURN" if back else "REFUSE" if refuse else "APPROVE"
    request = {"case": case, "verdict": verdict, "reason": reason, "ground": ground}
    show(ask(data, operations[role], request), as_json=as_json, text=_case_screen)


@app.command(name="lay-before")
def lay_before(
    case: CaseId,
    desk: Annotated[str, typer.Option("--desk", help="A member; default: the coalition's desk.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Send a case to the coalition's compliance desk at another member, sealed.

    Example: evenhand case lay-before 3fa9 --data ita
    """
    show(ask(data, "case.lay-before", {"case": case, "desk": desk}), as_json=as_json, text=_case_screen)


@app.command()
def publish(case: CaseId, data: Data = DATA, as_json: Json = False) -> None:
    """Publish an approved case, its signatures inside.

    Example: evenhand case publish 3fa9 --data ita
    """
    show(ask(data, "case.publish", {"case": case}), as_json=as_json, text=_case_screen)


def _list_screen(said: dict[str, Any]) -> None:
    table = Table("case", "state", "kind", "action", "still needed")
    for one in said["cases"]:
        table.add_row(
            one["case"][:_SHORT], one["state"], one["kind"].lower(), one["action"], ", ".join(one["missing"])
        )
    console().print(table if said["cases"] else "No case is under way.")


@app.command(name="list")
def list_cases(
    everything: Annotated[bool, typer.Option("--all", help="Published and refused ones too.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List cases under way and the approvals they still need.

    Example: evenhand case list --data ita
    """
    show(ask_pages(data, "case.list", {"everything": everything}, "cases"), as_json=as_json, text=_list_screen)


@app.command(name="show")
def show_case(case: CaseId, data: Data = DATA, as_json: Json = False) -> None:
    """Show a case with every step taken in it.

    Example: evenhand case show 3fa9 --data ita
    """
    show(ask(data, "case.show", {"case": case}), as_json=as_json, text=_case_screen)


def _proof_screen(said: dict[str, Any]) -> None:
    console().print(f"[bold]{said['key']}[/] version {said['version']}: {said['provenance']}")
    for role, member, officer, at in said["signed"]:
        console().print(f"  {role} by officer {officer} of {member} at {at}")
    for one in said["objections"]:
        console().print(Text(f"  {one['rule']}: {one['found']}", style="red"))


@app.command()
def check(
    notice: Annotated[str, typer.Argument(help="CODE:ID of anyone's notice.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Check rule P-01 from the published record alone; exit 4 where it does not hold.

    Example: evenhand case check ITA:3fa9 --data phl
    """
    answer = ask(data, "case.check", {"notice": notice})
    show(answer, as_json=as_json, text=_proof_screen)
    if answer["objections"]:
        leave(DID_NOT_VERIFY)


def _due_screen(said: dict[str, Any]) -> None:
    table = Table("notice", "review by", "expires")
    for one in said["notices"]:
        table.add_row(one["key"][: _SHORT + 4], f"{one['review_by'][:10]} ({one['review_days']} d)",
                      f"{one['expires'][:10]} ({one['expires_days']} d)")  # fmt: skip
    console().print(table if said["notices"] else "Nothing is due.")


@app.command()
def due(data: Data = DATA, as_json: Json = False) -> None:
    """List notices of ours that are to be reviewed, or expire within four months.

    Example: evenhand case due --data ita
    """
    show(ask(data, "case.due"), as_json=as_json, text=_due_screen)


def _stands_screen(said: dict[str, Any]) -> None:
    console().print(f"{said['key']} is {said['status']} by entry {said['entry']}.")


@app.command()
def suspend(
    notice: Annotated[str, typer.Argument(help="A notice of ours.")],
    reason: Reason,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Suspend a notice of ours: it stops no one until it is restored.

    Example: evenhand case suspend 3fa9 --reason "identity in doubt" --data ita
    """
    show(ask(data, "notice.suspend", {"notice": notice, "reason": reason}), as_json=as_json, text=_stands_screen)


@app.command()
def restore(
    notice: Annotated[str, typer.Argument(help="A suspended notice of ours.")],
    reason: Reason,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Let a suspended notice stand again.

    Example: evenhand case restore 3fa9 --reason "identity confirmed" --data ita
    """
    show(ask(data, "notice.restore", {"notice": notice, "reason": reason}), as_json=as_json, text=_stands_screen)


def _report_line(one: dict[str, Any]) -> None:
    report = one["report"]
    late = " (told late)" if one["told_late"] else ""
    console().print(Text(f"{report['report'][:_SHORT]} {one['state']}{late}: {report['notice'][:16]}"))
    console().print(Text(f"  {report['found']}"))
    console().print(f"  by {report['reporter']}; to be resolved by {one['resolve_by'][:10]}")
    if report.get("answer"):
        console().print(Text(f"  answer: {report['answer']}"))


@app.command(name="report-error")
def report_error(
    notice: Annotated[str, typer.Argument(help="CODE:ID of another member's notice.")],
    found: Annotated[str, typer.Option("--found", help="The evidence that it is wrong.")],
    found_at: Annotated[str | None, typer.Option("--found-at", help="When it was found (RFC 3339).")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Tell the originator that its notice is wrong: due within two working days.

    Example: evenhand case report-error ITA:3fa9 --found "the passport is another person's" --data phl
    """
    request = {"notice": notice, "found": found, "found_at": found_at}
    show(ask(data, "error.report", request), as_json=as_json, text=_report_line)


@app.command(name="answer-error")
def answer_error(
    report: Annotated[str, typer.Argument(help="A report's id, or its first digits.")],
    answer: Annotated[str, typer.Option("--answer", help="What was done, or why the notice is right.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Answer a report on a notice of ours: due within two months, then it goes to oversight.

    Example: evenhand case answer-error 77c0 --answer "corrected in version 2" --data ita
    """
    show(ask(data, "error.answer", {"report": report, "answer": answer}), as_json=as_json, text=_report_line)


@app.command()
def errors(
    everything: Annotated[bool, typer.Option("--all", help="Answered ones too.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List error reports made here or to us, with their clocks.

    Example: evenhand case errors --data ita
    """
    def screen(said: dict[str, Any]) -> None:
        for one in said["reports"]:
            _report_line(one)

    show(ask_pages(data, "error.list", {"everything": everything}, "reports"), as_json=as_json, text=screen)
