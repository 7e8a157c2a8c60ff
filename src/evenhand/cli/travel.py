"""`evenhand travel`: read travel documents at the command line.

Knows:    machine-readable zones, and how a person reads a report.
Told:     lines of a zone, a file, or standard input.
Answers:  fields and problems, as text or JSON; exit code 0 sound, 1 unreadable, 4 did not verify.
Trusted:  no: it only shows what the travellers room says.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from evenhand.ground.errors import EvenhandError, InputError, UsageError, VerificationError

if TYPE_CHECKING:
    from evenhand.travellers.mrz_suggest import Suggestion
    from evenhand.travellers.mrz_values import Mrz

ZONE_BYTES_MAX: Final = 1_000
"""The largest zone has 90 characters; typed input may hold blanks."""

app = typer.Typer(help="Travel documents: read and check them.", no_args_is_help=True)


@app.callback()
def travel() -> None:
    """Read and check travel documents."""


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
