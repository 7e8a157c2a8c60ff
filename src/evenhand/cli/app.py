"""`evenhand`: the command line of one member's node.

Knows:    the commands and their options.
Told:     by people and scripts.
Answers:  text or JSON, and exit codes: 0 done, 1 failed, 2 usage, 3 refused, 4 did not verify,
          5 partner unreachable or stale, or something asked could not be compared, 10 possible match.
Trusted:  yes.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

import evenhand
from evenhand.cli import (
    audit,
    case,
    demo,
    encounter,
    export,
    finding,
    keeping,
    lists,
    node,
    notice,
    people,
    redress,
    report,
    roster,
    travel,
)
from evenhand.cli.face import DATA, Commands, Data, Json, ask, leave, leave_as_found, read_json, show, write_file
from evenhand.ground.faults import keep_words_out

FAILED: Final = 1


class Root(Commands):
    """The whole command line. `bench` is loaded when asked for: it brings a compiler with it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - as the base
        """Name every command."""
        return [*super().list_commands(ctx), "bench"]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as the base
        """Return a command, or None."""
        if cmd_name == "bench":
            found = typer.main.get_command(import_module("evenhand.cli.bench").app)
            found.name = cmd_name
            return found
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=Root, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="The same data in every hand; the same lawful procedure for every person.",
    epilog="Exit codes: 0 done, 1 failed, 2 usage, 3 refused, 4 did not verify, 5 partner unreachable or stale, or "
    "something asked could not be compared, 10 possible match.",
)  # fmt: skip
app.add_typer(node.app, name="node")
app.add_typer(roster.app, name="roster")
app.add_typer(notice.app, name="notice")
app.add_typer(keeping.ledger, name="ledger")
app.add_typer(keeping.peer, name="peer")
app.add_typer(travel.app, name="travel")
app.add_typer(export.app, name="export")
app.command(name="template")(lists.template)
app.add_typer(people.app, name="people")
app.add_typer(case.app, name="case")
app.add_typer(redress.app, name="redress")
app.add_typer(report.app, name="report")
app.add_typer(encounter.app, name="encounter")
app.add_typer(audit.app, name="audit")
app.add_typer(finding.app, name="finding")
app.command(name="sign-in")(people.sign_in)
app.command(name="sign-out")(people.sign_out)
app.command(name="demo")(demo.demo)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"evenhand {evenhand.__version__}")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """One member's node."""


@app.command()
def find(  # noqa: PLR0917 - Typer makes options of arguments
    names: Annotated[
        list[str] | None, typer.Argument(help="Names as written, in any script.", metavar="[NAME]...")
    ] = None,
    birth_date: Annotated[str | None, typer.Option("--birth-date", help="YYYY, YYYY-MM or YYYY-MM-DD.")] = None,
    sex: Annotated[str, typer.Option("--sex", help="F, M, X, or U for unknown.")] = "U",
    nationality: Annotated[list[str] | None, typer.Option("--nationality", help="ICAO code; again for more.")] = None,
    document: Annotated[
        list[str] | None, typer.Option("--document", help="TYPE:NUMBER:ISSUER; again for more.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="What is known now, for 2026-01-31T12:00:00Z.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="As the list stood at an instant.")] = None,
    purpose: Annotated[str, typer.Option("--purpose", envvar="EVENHAND_PURPOSE", help="BORDER_CHECK, VISA …")] = "",
    legal_basis: Annotated[
        str, typer.Option("--legal-basis", envvar="EVENHAND_LEGAL_BASIS", help="The law that allows to ask.")
    ] = "",
    reference: Annotated[str, typer.Option("--reference", help="The crossing, boarding or case it belongs to.")] = "",
    answer_only: Annotated[
        bool, typer.Option("--answer-only", help="Print the exact bytes all members share.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show every candidate in full, a screen or not.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Ask whether a person or document is listed; exit 10 on a possible match, 5 on none where that is no answer.

    Example: evenhand find "Juan Inventado" --birth-date 1980 --document passport:X1234567:UTO
    """
    from evenhand.cli.answer_screen import answer_screen

    request = {
        "names": names or [], "birth_date": birth_date, "sex": sex.upper(), "at": at, "as_of": as_of,
        "nationalities": [code.upper() for code in nationality or []],
        "documents": [read_document(text) for text in document or []],
        "purpose": purpose, "legal_basis": legal_basis, "reference": reference,
    }  # fmt: skip
    answer = ask(data, "find", request)
    if answer_only:
        typer.echo(answer["body"])
    else:
        show(answer["document"], as_json=as_json, text=lambda said: answer_screen(said, everything=everything))
    leave_as_found(answer["document"]["answer"], stale=answer["document"]["freshness"]["stale"])


def read_document(text: str) -> dict[str, Any]:
    """Read TYPE:NUMBER:ISSUER. Raises UsageError."""
    from evenhand.ground.errors import UsageError

    kind, _, rest = text.partition(":")
    number, _, issuer = rest.rpartition(":")
    if not kind or not (number or issuer):
        raise UsageError(
            f"not a document: {text!r}", remedy="write TYPE:NUMBER:ISSUER, for example passport:X1234567:UTO"
        )
    if not number:
        return {"type": kind, "number": issuer}
    return {"type": kind, "number": number, "issuer": issuer.upper() or None}


@app.command()
def state(data: Data = DATA, as_json: Json = False) -> None:
    """Print the state digest: equal at two members means the same picture.

    Example: evenhand state --data ita
    """
    from evenhand.cli.screens import state_screen

    show(ask(data, "state"), as_json=as_json, text=state_screen)


@app.command()
def parity(
    code: Annotated[str, typer.Argument(help="A partner's code.")], data: Data = DATA, as_json: Json = False
) -> None:
    """Compare our picture with a partner's: equal, or what each side lacks and why.

    Example: evenhand parity PHL --data ita
    """
    from evenhand.cli.screens import parity_screen

    show(ask(data, "parity", {"code": code}), as_json=as_json, text=parity_screen)


@app.command(name="who-can-see")
def who_can_see(
    what: Annotated[str, typer.Argument(help="`all`, codes separated by commas, or the file of a draft.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Say who could read a notice, and why, before it is published.

    Example: evenhand who-can-see ITA,PHL --data ita
    """
    from evenhand.cli.screens import sight_screen
    from evenhand.ground.errors import InputError

    match = detail = what
    if Path(what).is_file():
        draft = notice.read_draft(Path(what))
        if not isinstance(draft, dict):
            raise InputError(f"{what} is not a draft", remedy="see the example in docs/reference/cli.md")
        match, detail = str(draft.get("audience", "all")), str(draft.get("detail_audience", "all"))
    show(ask(data, "who-can-see", {"match": match, "detail": detail}), as_json=as_json, text=sight_screen)


@app.command(name="import")
def import_list(  # noqa: PLR0917 - Typer makes options of arguments
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="un-sc, eu-fsf, ftm, template …: docs/how-to/import-lists.md.")
    ],
    place: Annotated[str, typer.Argument(metavar="PLACE", help="The list's file or URL.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; list every refusal.")] = False,
    accept_mass_withdrawal: Annotated[
        bool, typer.Option("--accept-mass-withdrawal", help="Go on in spite of an alarm; read it first.")
    ] = False,
    accept_older_edition: Annotated[
        bool, typer.Option("--accept-older-edition", help="Take in a file that is older than what was taken in.")
    ] = False,
    policy: Annotated[Path | None, typer.Option("--policy", help="An import policy in JSON.")] = None,
    columns: Annotated[Path | None, typer.Option("--columns", help="For `template`: a mapping in JSON.")] = None,
    audience: Annotated[str, typer.Option("--audience", help="`all`, or codes separated by commas.")] = "all",
    detail_audience: Annotated[str, typer.Option("--detail-audience", help="Who reads the detail part.")] = "all",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Publish exactly the difference between a list and what this member published of it.

    Example: evenhand import un-sc consolidated.xml --dry-run --data ita
    """
    from evenhand.cli.screens import import_screen

    request = {
        "format": format_name, "place": place if "://" in place else str(Path(place).resolve()), "dry_run": dry_run,
        "accept_mass_withdrawal": accept_mass_withdrawal, "accept_older_edition": accept_older_edition,
        "audience": audience, "detail_audience": detail_audience,
    }  # fmt: skip
    for field, file in (("policy", policy), ("columns", columns)):
        if file is not None:
            request[field] = read_json(file, what=f"the {field}", remedy="see docs/reference/cli.md")
    show(ask(data, "import", request), as_json=as_json, text=import_screen)


@app.command()
def synthetic(
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", help="As for `evenhand import`.")],
    file: Annotated[Path, typer.Argument(help="The list to write.")],
    count: Annotated[int, typer.Option("--count", min=1, max=100_000, help="How many people.")] = 60,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same people.")] = 1,
) -> None:
    """Write a list of invented people, in many scripts, in an official format: to try things out.

    Example: evenhand synthetic un-sc invented.xml --count 60
    """
    from evenhand.ground.errors import UsageError
    from evenhand.interop.synthetic import synthetic_persons
    from evenhand.interop.synthetic_formats import WRITERS

    if format_name not in WRITERS:
        raise UsageError(f"no such format can be written: {format_name!r}", remedy=f"use one of {', '.join(WRITERS)}")
    write_file(file, WRITERS[format_name](synthetic_persons(seed, count)))
    typer.echo(f"Wrote {count} invented people to {file}.")


@app.command()
def doctor(data: Data = DATA, as_json: Json = False) -> None:
    """Say what is wrong with this machine and node, or soon will be, and what to do.

    Example: evenhand doctor --data ita
    """
    import msgspec

    from evenhand.cli.screens import doctor_screen
    from evenhand.ground.errors import EvenhandError
    from evenhand.node.doctor import Finding, check_machine, summary
    from evenhand.node.folder import Folder

    folder = Folder(data.resolve())
    if folder.config.exists():
        try:
            answer = ask(data, "doctor")
        except EvenhandError as error:
            found = Finding(grade="fault", what=f"the node does not open: {error.what}", remedy=error.remedy)
            answer = msgspec.to_builtins(summary([*check_machine(folder), found]))
    else:
        answer = msgspec.to_builtins(summary(check_machine(folder)))
    show(answer, as_json=as_json, text=doctor_screen)
    if not answer["good"]:
        leave(FAILED)


def main() -> None:
    """Run the command line, in a process of its own."""
    keep_words_out()
    app(prog_name="evenhand")
