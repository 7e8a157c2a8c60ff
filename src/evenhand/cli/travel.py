"""`evenhand travel`: read travel documents and carriers' lists at the command line.

Knows:    machine-readable zones, PAXLST and PNRGOV, and how a person reads a report.
Told:     lines of a zone, a file, or standard input.
Answers:  fields and problems, as text or JSON; exit code 0 sound, 1 unreadable, 4 did not verify; or candidates.
Trusted:  no: it only shows what the travellers room and the node say.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from evenhand.cli.face import DATA, Data, Json, ask, leave_as_found, show
from evenhand.ground.errors import EvenhandError, InputError, UsageError, VerificationError

if TYPE_CHECKING:
    from evenhand.interop.carriers.flights import TravellerList
    from evenhand.travellers.mrz_suggest import Suggestion
    from evenhand.travellers.mrz_values import Mrz

ZONE_BYTES_MAX: Final = 1_000
"""The largest zone has 90 characters; typed input may hold blanks."""

app = typer.Typer(help="Travel documents and carriers' lists: read and check them.", no_args_is_help=True)


@app.callback()
def travel() -> None:
    """Read and check travel documents and carriers' lists."""


@app.command()
def mrz(
    lines: Annotated[list[str], typer.Argument(help="The zone's lines, or a file, or - for standard input.")],
    today: Annotated[str, typer.Option(help="Date that decides centuries, YYYY-MM-DD; default: today.")] = "",
    tolerant: Annotated[bool, typer.Option("--tolerant", help="Raise small letters, drop blanks.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a machine-readable zone: its fields, and which digit or field is wrong.

    Example: evenhand travel mrz passport.txt
    """
    from evenhand.travellers.mrz import parse_mrz
    from evenhand.travellers.mrz_suggest import suggest
    from evenhand.travellers.mrz_values import clean_lines

    try:
        day = _day(today)
        zone = clean_lines(_zone(lines), tolerant=tolerant)
        read = parse_mrz(zone, today=day)
        _show(read, suggest(zone, today=day), as_json=json)
    except EvenhandError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error
    if read.problems:
        raise typer.Exit(VerificationError.exit_code)


@app.command()
def find(  # noqa: PLR0917 - Typer makes options of arguments
    lines: Annotated[list[str], typer.Argument(help="The zone's lines, or a file, or - for standard input.")],
    today: Annotated[str, typer.Option(help="Date that decides centuries, YYYY-MM-DD; default: today.")] = "",
    tolerant: Annotated[bool, typer.Option("--tolerant", help="Raise small letters, drop blanks.")] = False,
    purpose: Annotated[str, typer.Option("--purpose", envvar="EVENHAND_PURPOSE", help="BORDER_CHECK, VISA …")] = "",
    legal_basis: Annotated[
        str, typer.Option("--legal-basis", envvar="EVENHAND_LEGAL_BASIS", help="The law that allows to ask.")
    ] = "",
    reference: Annotated[str, typer.Option("--reference", help="The crossing, boarding or case it belongs to.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Ask whether the holder of a document, or the document itself, is listed; exit codes as of `evenhand find`.

    Example: evenhand travel find passport.txt --data ita
    """
    from evenhand.cli.answer_screen import answer_screen
    from evenhand.travellers.mrz import parse_mrz
    from evenhand.travellers.mrz_values import clean_lines
    from evenhand.travellers.traveller import query_fields, traveller_of_mrz

    try:
        read = parse_mrz(clean_lines(_zone(lines), tolerant=tolerant), today=_day(today))
        traveller = traveller_of_mrz(read, truncated=read.names_truncated)
    except EvenhandError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error
    for problem in read.problems:
        typer.echo(f"problem at line {problem.line}, column {problem.column}: {problem.text}", err=True)
    if traveller.needs_protection_check:
        typer.echo("a refugee or stateless person: run the protection check before anything else", err=True)
    stated = {"purpose": purpose, "legal_basis": legal_basis, "reference": reference}
    asking = {**query_fields(traveller), "two_digit_year": traveller.two_digit_year, **stated}
    answer = ask(data, "find", asking)["document"]
    show(answer, as_json=as_json, text=answer_screen)
    leave_as_found(answer["answer"], stale=answer["freshness"]["stale"])


@app.command()
def flight(
    file: Annotated[Path, typer.Argument(help="An interchange with PAXLST or PNRGOV messages.")],
    today: Annotated[str, typer.Option(help="Date that decides centuries, YYYY-MM-DD; default: today.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a carrier's list: who travels, who could not be read, and what is wrong by segment. Nobody is screened.

    Example: evenhand travel flight paxlst.edi
    """
    import msgspec

    from evenhand.ground.limits import INTERCHANGE_BYTES_MAX
    from evenhand.interop.carriers.paxlst import read_batch
    from evenhand.interop.carriers.pnrgov import read_pnrgov

    try:
        day = _day(today)
        with file.open("rb") as opened:
            data = opened.read(INTERCHANGE_BYTES_MAX + 1)
        batch = read_batch(data, today=day, readers={"PNRGOV": read_pnrgov})
    except (EvenhandError, OSError) as error:
        said = InputError(f"cannot read {file}", why=str(error.strerror)) if isinstance(error, OSError) else error
        typer.echo(str(said), err=True)
        raise typer.Exit(said.exit_code) from error
    refused = [{"message": message.reference, "error": str(error)} for message, error in batch.refused]
    if json:
        typer.echo(msgspec.json.encode({"lists": batch.lists, "refused": refused}))
    else:
        for one in batch.lists:
            _show_list(one)
        for each in refused:
            typer.echo(f"message {each['message']} was refused: {each['error']}")
    if refused or not all(one.is_whole for one in batch.lists):
        raise typer.Exit(VerificationError.exit_code)


def _show_list(read: TravellerList) -> None:
    stops = (read.departs_from, read.departs_at, "to", read.arrives_to or "?", read.arrives_at)
    way = " ".join(part for part in stops if part)
    typer.echo(f"{read.kind} of {read.flight} ({read.purpose}), {way}: travellers read: {len(read.travellers)}")
    for listed in read.travellers:
        said = listed.traveller
        names = " / ".join(name.text for name in said.names) or "name unknown"
        numbers = ", ".join(f"{one.type} {one.issuer or '?'} {one.number}" for one in said.documents)
        typer.echo(f"  {names}; born {said.birth_date or 'unknown'}; {numbers or 'no document'}")
    for missed in read.not_screened:
        typer.echo(f"  could not be read, segment {missed.segment}: {missed.why}")
    if read.referred:
        typer.echo(f"  named by reference alone: {len(read.referred)}")
    if read.announced not in (None, read.received):
        typer.echo(f"  {read.announced} were announced, {read.received} are in the list")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else datetime.now(tz=UTC).date()
    except ValueError as error:
        raise UsageError(f"not a date: {text[:20]!r}", remedy="write YYYY-MM-DD") from error


def _zone(lines: list[str]) -> str:
    if len(lines) > 1:
        return "\n".join(lines)
    if lines[0] == "-":
        return sys.stdin.read(ZONE_BYTES_MAX)
    if "<" in lines[0]:
        return lines[0]
    try:
        with Path(lines[0]).open(encoding="utf-8") as file:
            return file.read(ZONE_BYTES_MAX)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {lines[0]}", why=str(error)) from error


def _show(read: Mrz, suggestions: tuple[Suggestion, ...], *, as_json: bool) -> None:
    import msgspec

    if as_json:
        whole = {**msgspec.to_builtins(read), "suggestions": msgspec.to_builtins(suggestions)}
        typer.echo(msgspec.json.encode(whole))
        return
    for field in read.__struct_fields__:
        if field != "problems":
            value = getattr(read, field)
            typer.echo(f"{field.replace('_', ' ')}: {'unknown' if value is None else value}")
    for problem in read.problems:
        typer.echo(f"problem at line {problem.line}, column {problem.column}: {problem.text}")
    for item in suggestions:
        typer.echo(f"perhaps line {item.line}, column {item.column}: {item.instead} instead of {item.found}")
