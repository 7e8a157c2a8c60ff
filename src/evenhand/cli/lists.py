"""`evenhand template`: an empty table to fill in, or a proposal for the columns of somebody's own table.

Knows:    files a person names.
Told:     where to write, and perhaps whose table to look at.
Answers:  a CSV file, or a mapping in JSON for the person to correct.
Trusted:  no: a proposal is a guess, and nothing is imported here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.face import Json, console, read_file, show, write_file
from evenhand.ground.errors import UsageError


def template(
    file: Annotated[Path, typer.Argument(help="The file to write: a CSV template, or with --from a mapping in JSON.")],
    table: Annotated[Path | None, typer.Option("--from", help="A CSV or Excel table whose columns to map.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write an empty list to fill in, or propose which columns of a table of yours mean what.

    A file that is there is left alone: it may be the table you have filled in, or the mapping you have corrected.
    In the mapping every column has a line; "" on the right says that a column is not used.

    Example: evenhand template columns.json --from suspects.xlsx
    """
    import msgspec

    from evenhand.interop.template import NOT_USED, empty_template, propose

    if file.exists() and not force:
        raise UsageError(
            f"{file} is there already", why="what stands in it would be lost",
            remedy="name another file, or repeat with --force",
        )  # fmt: skip
    if table is None:
        write_file(file, empty_template())
        show({"file": str(file)}, as_json=as_json, text=lambda said: console().print(f"Wrote {said['file']}."))
        return
    proposal = propose(read_file(table, what="the table"))
    mapping = {column: proposal.mapping.get(column, NOT_USED) for column in proposal.sample}
    write_file(file, msgspec.json.format(msgspec.json.encode(mapping), indent=1) + b"\n")
    show(msgspec.to_builtins(proposal) | {"file": str(file)}, as_json=as_json, text=_proposal)


def _proposal(said: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table("column of the table", "first cell", "taken as")
    for column, cell in said["sample"].items():
        table.add_row(column, cell, said["mapping"].get(column, "not taken: reported at each import"))
    console().print(table)
    for column, unread in said["unread"].items():
        samples = ", ".join(map(repr, unread["samples"]))
        console().print(f"Would be refused: {unread['count']} of {column}: {samples}", markup=False)
    if said["missing"]:
        console().print(f"[bold]Still needed:[/] {', '.join(said['missing'])}")
    console().print(f"Correct {said['file']}, then: evenhand import template TABLE --columns {said['file']} --dry-run")
