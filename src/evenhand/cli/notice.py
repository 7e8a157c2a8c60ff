"""`evenhand notice`: what a member tells the coalition about a person or a document.

Knows:    drafts in JSON, ids.
Told:     by an analyst.
Answers:  what was written, what is held.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from evenhand.cli.face import DATA, Commands, Data, Json, ask, console, read_json, show

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Publish, correct, withdraw, show.")
Notice = Annotated[str, typer.Argument(help="CODE:ID, or the first digits of an id.")]
_EXAMPLE: Final = "see the example in docs/reference/cli.md"
_SHAPE: Final = (
    'write {"notice": {"kind": "person", "category": "…", "action": "…", "person": {…}}, "detail": {…}, '
    '"audience": "all"}'
)


def read_draft(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """Read a draft. Raises UsageError or InputError."""
    from evenhand.ground.errors import InputError

    draft = read_json(path, what="the draft", remedy=_EXAMPLE)
    if isinstance(draft, dict) and "notice" not in draft:
        raise InputError(f"{path} is not a draft", why="it has no `notice`", remedy=f"{_SHAPE}; {_EXAMPLE}")
    return draft


def _written(said: dict[str, Any], verb: str) -> None:
    console().print(f"{verb} [bold]{said['key']}[/] (version {said['version']}) in entry {said['entry']}.")
    console().print(f"For: {', '.join(said['readers'])}")


@app.command()
def publish(
    draft: Annotated[Path, typer.Argument(help="A draft in JSON; - reads standard input.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Publish a notice.

    Example: evenhand notice publish draft.json --data ita
    """
    answer = ask(data, "notice.publish", read_draft(draft))
    show(answer, as_json=as_json, text=lambda said: _written(said, "Published"))


@app.command()
def correct(
    notice: Notice,
    draft: Annotated[Path, typer.Argument(help="The whole new text, in JSON.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Publish the next version of a notice of ours.

    Example: evenhand notice correct 3fa9 draft.json --data ita
    """
    answer = ask(data, "notice.correct", {"notice": notice, "draft": read_draft(draft)})
    show(answer, as_json=as_json, text=lambda said: _written(said, "Corrected"))


@app.command()
def withdraw(
    notice: Notice,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the partners.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Withdraw a notice of ours: it stops matching everywhere at once.

    Example: evenhand notice withdraw 3fa9 --reason "mistaken identity" --data ita
    """
    answer = ask(data, "notice.withdraw", {"notice": notice, "reason": reason})
    show(answer, as_json=as_json, text=lambda said: _written(said, "Withdrew"))


@app.command()
def erase(
    notice: Notice,
    reason_class: Annotated[str, typer.Option("--class", help="redress, retention, court or error.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Order every holder to erase a notice of ours and to sign a receipt.

    Example: evenhand notice erase 3fa9 --class court --data ita
    """
    answer = ask(data, "notice.erase", {"notice": notice, "reason_class": reason_class})
    show(answer, as_json=as_json, text=lambda said: _written(said, "Ordered erasure of"))


@app.command()
def flag(  # noqa: PLR0917 - Typer makes options of arguments
    notice: Notice,
    action: Annotated[str, typer.Option("--action", help="The most that is done on our territory.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the originator.")],
    lift: Annotated[bool, typer.Option("--lift", help="Take an earlier flag back.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Say that a notice is not, or only partly, executed on our territory.

    Example: evenhand notice flag ITA:3fa9 --action DISCREET_REPORT --reason "no warrant here" --data phl
    """
    request = {"notice": notice, "action": action.upper(), "reason": reason, "lift": lift}
    show(ask(data, "notice.flag", request), as_json=as_json, text=lambda said: _written(said, "Flagged"))


@app.command()
def link(  # noqa: PLR0917 - Typer makes options of arguments
    first: Notice,
    second: Annotated[str, typer.Argument(help="The other notice.")],
    relation: Annotated[str, typer.Option("--relation", help="same_person, not_same_person or unlinked.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Say whether two notices are about one person; can be taken back with `unlinked`.

    Example: evenhand notice link ITA:3fa9 PHL:77c0 --relation same_person --reason "same passport" --data phl
    """
    request = {"first": first, "second": second, "relation": relation, "reason": reason}
    show(ask(data, "notice.link", request), as_json=as_json, text=lambda said: _written(said, "Linked"))


@app.command()
def sighting(
    notice: Notice,
    place: Annotated[str, typer.Option("--place", help="Where the person or document was met.")],
    report: Annotated[str, typer.Option("--report", help="What was found.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Tell the coalition that a notice's person or document was met now.

    Example: evenhand notice sighting ITA:3fa9 --place "Manila, terminal 3" --report "boarded" --data phl
    """
    request = {"notice": notice, "place": {"text": place}, "report": report}
    show(ask(data, "notice.sighting", request), as_json=as_json, text=lambda said: _written(said, "Reported on"))


@app.command(name="pass-on")
def pass_on(  # noqa: PLR0917 - Typer makes options of arguments
    notice: Notice,
    to: Annotated[str, typer.Option("--to", help="Who is told: a member's code, or a name.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    reach: Annotated[str, typer.Option("--reach", help="MEMBER, DOMESTIC, CARRIER or PUBLIC.")] = "DOMESTIC",
    anyway: Annotated[bool, typer.Option("--anyway", help="It was passed on although it may not be.")] = False,
    officer: Annotated[str, typer.Option("--officer", help="Who acts, where nobody is signed in.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Record that data of a notice is passed on by word or paper; refused where its marking or audience forbids it.

    Example: evenhand notice pass-on ITA:3fa9 --to "harbour police" --reason "they board the ship" --officer l1
    """
    request = {
        "notice": notice, "recipient": to, "reach": reach.upper(), "reason": reason, "anyway": anyway,
        "officer": officer,
    }  # fmt: skip

    def text(said: dict[str, Any]) -> None:
        console().print(f"Recorded: {said['notice']} to {said['recipient']}.", markup=False)
        if said["against"]:
            console().print(f"Against rule Q-01: {said['against']}; oversight sees it.", markup=False)

    show(ask(data, "notice.pass-on", request), as_json=as_json, text=text)


@app.command(name="show")
def show_notice(
    notice: Notice,
    at: Annotated[str | None, typer.Option("--at", help="As of an instant: 2026-01-31T12:00:00Z.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Show a notice with its life: versions, flags, links, receipts and who owes one.

    Example: evenhand notice show ITA:3fa9 --data phl
    """
    from evenhand.cli.screens import notice_screen

    show(ask(data, "notice.show", {"notice": notice, "at": at}), as_json=as_json, text=notice_screen)


@app.command(name="list")
def list_notices(
    mine: Annotated[bool, typer.Option("--mine", help="Only what this member published.")] = False,
    source: Annotated[str | None, typer.Option("--source", help="Only from one list: un-sc …")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also withdrawn, erased and expired ones.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List the notices that stand.

    Example: evenhand notice list --source un-sc --data phl
    """
    from evenhand.cli.screens import list_screen

    answer = ask(data, "notice.list", {"mine": mine, "source": source, "everything": everything})
    show(answer, as_json=as_json, text=list_screen)
