"""`evenhand encounter`, the letters of it: report, follow up, read, answer, close, carry and merge.

Knows:    the nine items of a hit report.
Told:     by officers and liaison officers.
Answers:  letters and encounters.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from evenhand.cli.encounter_face import NOBODY, Encounter, Officer, Unit, app, step
from evenhand.cli.face import DATA, Data, Json, ask, ask_pages, console, read_file, show
from evenhand.ground.canonical import UNREADABLE

Letter = Annotated[str, typer.Argument(help="A letter's id, or the first digits of it.")]


@app.command()
def report(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    file: Annotated[Path, typer.Argument(help="JSON: for each of the nine items a text, or {because: TEXT}.")],
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Report the hit to the originator: nine items, each with a text or why it was not obtained.

    Example: evenhand encounter report 3f2a report.json --officer o1
    """
    items = read_items(file)
    step("report", data, as_json, {"encounter": encounter, "items": items, "officer": officer, "unit": unit})


def read_items(file: Path) -> list[dict[str, str]]:
    """Read a report's items. Raises InputError."""
    from evenhand.ground.errors import InputError

    try:
        said = msgspec.json.decode(read_file(file, what="the report"), type=dict[str, str | dict[str, str]])
    except UNREADABLE as error:
        raise InputError(
            f"{file} is not a report", why=str(error), remedy='write {"located": "…", "route": {"because": "…"}, …}'
        ) from error
    return [
        {"item": name, "text": value} if isinstance(value, str)
        else {"item": name, "not_obtained_because": value.get("because", "")}
        for name, value in said.items()
    ]  # fmt: skip


@app.command(name="follow-up")
def follow_up(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    outcome: Annotated[str, typer.Argument(help="UPDATED, DELETED, JUSTIFIED or HANDED_OVER.")],
    leaflet: Annotated[str, typer.Option("--leaflet", help="The redress leaflet given.")] = "",
    text: Annotated[str, typer.Option("--text", help="What came of it.")] = "",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Record what came of a hit, and tell the originator.

    Example: evenhand encounter follow-up 3f2a UPDATED --leaflet LEAFLET-EN --officer o1
    """
    request = {"encounter": encounter, "outcome": outcome.upper(), "leaflet": leaflet, "text": text}
    step("follow-up", data, as_json, {**request, "officer": officer, "unit": unit})


@app.command()
def close(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    reviewer_unit: Annotated[str, typer.Option("--reviewer-unit", help="The other unit that reviewed it.")] = "",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Close an encounter to which nothing is owed any more.

    Example: evenhand encounter close 3f2a --reviewer-unit u2 --officer s1
    """
    request = {"encounter": encounter, "reviewer_unit": reviewer_unit, "officer": officer, "unit": unit}
    step("close", data, as_json, request)


@app.command()
def note(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    side: Annotated[str, typer.Argument(help="MISUSED_IDENTITY, PROTECTED_PERSON or REDRESS_OPEN.")],
    notice: Annotated[str, typer.Option("--notice", help="The candidate it concerns.")],
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Note a fact that changes what may be done: misuse of the identity, protection, open redress.

    Example: evenhand encounter note 3f2a PROTECTED_PERSON --notice PHL:9c --officer v1
    """
    request = {"encounter": encounter, "side": side.upper(), "notice": notice, "officer": officer, "unit": unit}
    step("side", data, as_json, request)


@app.command()
def error(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    evidence: Annotated[str, typer.Argument(help="What is wrong, and how you know.")],
    notice: Annotated[str, typer.Option("--notice", help="The candidate it concerns.")],
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Tell the originator of an error in its notice.

    Example: evenhand encounter error 3f2a "the birth date is another person's" --notice PHL:9c --officer v1
    """
    request = {"encounter": encounter, "evidence": evidence, "notice": notice, "officer": officer, "unit": unit}
    step("error", data, as_json, request)


@app.command()
def inbox(
    everything: Annotated[bool, typer.Option("--all", help="Also what was read, and what was sent.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List letters that wait for a reader: escalated ones first, then urgent ones.

    Example: evenhand encounter inbox --data phl
    """
    from evenhand.cli.case_screens import letters_screen

    said = ask_pages(data, "encounter.inbox", {"everything": everything}, "letters")
    show(said, as_json=as_json, text=letters_screen)


@app.command()
def read(letter: Letter, officer: Officer = NOBODY, data: Data = DATA, as_json: Json = False) -> None:
    """Open a letter; that it was read, and by whom, is recorded.

    Example: evenhand encounter read 7d01 --officer l1 --data phl
    """
    from evenhand.cli.case_screens import letter_screen

    show(ask(data, "encounter.read", {"letter": letter, "officer": officer}), as_json=as_json, text=letter_screen)


@app.command()
def answer(  # noqa: PLR0917 - Typer makes options of arguments
    letter: Letter,
    said: Annotated[str, typer.Argument(help="CONFIRM, DENY, WITHDRAW or MORE_INFO.")],
    text: Annotated[str, typer.Option("--text", help="What the post needs to know.")] = "",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Answer a hit message as an officer of the originator.

    Example: evenhand encounter answer 7d01 CONFIRM --officer l1 --data phl
    """
    from evenhand.cli.case_screens import letter_screen

    request = {"letter": letter, "answer": said.upper(), "text": text, "officer": officer, "unit": unit}
    show(ask(data, "encounter.answer", request), as_json=as_json, text=letter_screen)


@app.command(name="carry-out")
def carry_out(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Write what this post decided while it was cut off to a file for its member.

    Example: evenhand encounter carry-out post.json --officer s1 --data post
    """
    said = ask(data, "encounter.carry-out", {"place": str(file.resolve()), "officer": officer})
    show(said, as_json=as_json, text=lambda one: console().print(f"Wrote {one['events']} events to {one['place']}."))


@app.command()
def merge(
    file: Annotated[Path, typer.Argument(help="A file of `evenhand encounter carry-out`.")],
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Take in what a post decided while it was cut off, each event at its own time.

    Example: evenhand encounter merge post.json --officer s1 --data ita
    """

    def text(said: dict[str, Any]) -> None:
        console().print(f"{said['new']} new, {said['known']} known before, {said['against']} against the procedure.")

    show(
        ask(data, "encounter.merge", {"place": str(file.resolve()), "officer": officer}), as_json=as_json, text=text
    )
