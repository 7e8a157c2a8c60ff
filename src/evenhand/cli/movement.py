"""`evenhand encounter movement`: crossings and boardings as the border's own systems know them.

Knows:    one movement on the command line, or many in a file.
Told:     by officers and machines.
Answers:  how many were recorded.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from evenhand.cli.encounter_face import NOBODY, Officer, Unit, app
from evenhand.cli.face import DATA, Data, Json, ask, console, read_file, show
from evenhand.ground.canonical import UNREADABLE

NO_FILE: Path | None = None


@app.command()
def movement(  # noqa: PLR0917 - Typer makes options of arguments
    names: Annotated[list[str] | None, typer.Argument(help="Names as written.", metavar="[NAME]...")] = None,
    what: Annotated[str, typer.Option("--what", help="CROSSING, BOARDING or CASE.")] = "CROSSING",
    lane: Annotated[str, typer.Option("--lane", help="The lane or flight.")] = "",
    systematic: Annotated[bool, typer.Option("--systematic", help="Everybody is checked at this lane.")] = False,
    birth_date: Annotated[str | None, typer.Option("--birth-date", help="YYYY, YYYY-MM or YYYY-MM-DD.")] = None,
    sex: Annotated[str, typer.Option("--sex", help="F, M, X, or U for unknown.")] = "U",
    nationality: Annotated[list[str] | None, typer.Option("--nationality", help="ICAO code.")] = None,
    document: Annotated[list[str] | None, typer.Option("--document", help="TYPE:NUMBER:ISSUER.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="When, in UTC: 2026-11-28T10:20:00Z; default: now.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A JSON array of movements instead.")] = NO_FILE,
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Record that somebody crossed, boarded, or has a case, whether they were looked up or not.

    Rules Q-02 to Q-04 need to know it. Only a token of the person is kept, with nationality, sex and age band. A scan
    that names its `--movement` has said it already.

    Example: evenhand encounter movement "Juan Inventado" --document passport:X1:UTO --lane 4 --systematic --officer o1
    """
    from evenhand.cli.app import read_document

    movements: Any = [
        {
            "what": what.upper(), "names": names or [], "birth_date": birth_date, "sex": sex.upper(),
            "nationalities": [code.upper() for code in nationality or []], "lane": lane, "systematic": systematic,
            "documents": [read_document(text) for text in document or []], "at": at,
        }
    ]  # fmt: skip
    request = {"movements": movements if file is None else _read(file), "officer": officer, "unit": unit}
    answer = ask(data, "encounter.movement", request)
    show(answer, as_json=as_json, text=lambda said: console().print(f"Recorded {said['recorded']} movement(s)."))


def _read(file: Path) -> list[Any]:
    """Read a file of movements. Raises InputError."""
    from evenhand.ground.errors import InputError

    try:
        return msgspec.json.decode(read_file(file, what="the movements"), type=list[Any])
    except UNREADABLE as error:
        raise InputError(
            f"{file} holds no movements", why=str(error),
            remedy='write [{"names": ["…"], "lane": "4", "systematic": true, "at": "2026-11-28T10:20:00Z"}, …]',
        ) from error
