"""`evenhand roster`: who is a member, decided by signatures.

Knows:    the steps of a ceremony and of a change.
Told:     cards, codes and documents.
Answers:  documents to pass on; the roster in force.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from evenhand.cli.face import DATA, Commands, Data, Json, ask, console, read_file, show, write_file
from evenhand.ground.errors import UsageError

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Who is a member, decided by signatures.")
Out = Annotated[Path | None, typer.Option("--out", help="Where to write the document.")]


def _unused(name: str) -> Path:
    """Return the file that a document goes to where nobody named one. Raises UsageError if it is there already."""
    if Path(name).exists():
        raise UsageError(
            f"{name} is there already", why="it may hold signatures that others have given",
            remedy="name a file with --out, which is written over, or move that one away",
        )  # fmt: skip
    return Path(name)


def _written(document: dict[str, Any], out: Path, *, as_json: bool, before: int | None = None) -> None:
    write_file(out, document["document"].encode("utf-8"))
    answer = {**{name: value for name, value in document.items() if name != "document"}, "file": str(out)}

    def text(said: dict[str, Any]) -> None:
        console().print(f"Roster version {said['version']}, signed by {', '.join(said['signed_by'])}: {out}")
        console().print(f"Needs {_needed(said, before)}. Hash:")
        console().print(f"[bold]{said['hash']}[/]")
        console().print("Next: `evenhand roster sign` at other members; then `node join` or `roster apply`.")

    show(answer, as_json=as_json, text=text)


def _needed(said: dict[str, Any], before: int | None) -> str:
    own = f"{said['threshold']} signature{'' if said['threshold'] == 1 else 's'} of its active members"
    if said["version"] == 1:
        return own
    earlier = "as many signatures" if before is None else f"{before} signature{'' if before == 1 else 's'}"
    return f"{earlier} of the version before{' as that asks for' if before is None else ''}, and {own}"


@app.command()
def draft(
    cards: Annotated[list[Path], typer.Argument(help="The cards of all first members, this one's too.")],
    threshold: Annotated[int, typer.Option("--threshold", min=1, help="How many must sign a change.")],
    out: Out = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Draft the genesis roster of a new coalition and sign it.

    Example: evenhand roster draft ita/card.json phl/card.json --threshold 2 --data ita
    """
    from evenhand.ground.clock import SystemClock
    from evenhand.node.folder import Folder
    from evenhand.node.governing import draft_genesis

    texts = [read_file(path, what="the card").strip() for path in cards]
    keys = Folder(data.resolve()).read_keys()
    made = draft_genesis(keys, texts, threshold=threshold, now_ms=SystemClock().now_ms())
    _written(msgspec.to_builtins(made), out or _unused("genesis.roster"), as_json=as_json)


@app.command()
def sign(
    document: Annotated[Path, typer.Argument(help="A roster document; the signature is added to it.")],
    out: Out = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Add this member's signature to a roster document, after you have read it.

    Example: evenhand roster sign genesis.roster --data phl
    """
    from evenhand.node.folder import Folder
    from evenhand.node.governing import sign_document

    signed = sign_document(Folder(data.resolve()).read_keys(), read_file(document, what="the roster"))
    _written(msgspec.to_builtins(signed), out or document, as_json=as_json)


@app.command(name="show")
def show_roster(
    document: Annotated[Path | None, typer.Argument(help="A document; without it, the roster in force.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Show the roster in force, or what a document would make of it.

    Example: evenhand roster show --data ita
    """
    if document is None:
        answer = ask(data, "roster.show")
    else:
        from evenhand.node.governing import describe
        from evenhand.trust.roster import read_roster

        read = read_file(document, what="the roster")
        answer = {"roster": msgspec.to_builtins(read_roster(read)), **msgspec.to_builtins(describe(read))}
    show(answer, as_json=as_json, text=_roster_screen)


def _roster_screen(said: dict[str, Any]) -> None:
    from rich.table import Table

    roster = said["roster"]
    table = Table("code", "name", "standing", "address")
    for member in roster["members"]:
        table.add_row(member["code"], member["name"], member.get("status", "active"), ", ".join(member.get("urls", ())))
    console().print(f"{roster['coalition']}, version {roster['version']}, valid until {roster['expires']}")
    console().print(table)
    for name, value in roster.get("charter", {}).items():
        console().print(f"The charter sets {name} to {value}.")
    console().print(f"A change needs {roster['threshold']} signatures. Hash: {said['hash']}")


def _parameters(texts: list[str]) -> dict[str, int]:
    """Read NAME=VALUE. Raises UsageError."""
    pairs = [text.partition("=") for text in texts]
    if any(not name or not value.isdigit() for name, _, value in pairs):
        raise UsageError("a parameter is a name and a whole number", remedy="write --set hold_unconfirmed_ms=3000000")
    return {name: int(value) for name, _, value in pairs}


@app.command()
def propose(  # noqa: PLR0917 - Typer makes options of arguments
    change: Annotated[str, typer.Argument(help="join, leave, expel, suspend, reinstate, rotate, renew or charter.")],
    subject: Annotated[str, typer.Argument(help="A member code; a card file for join and rotate.")] = "",
    threshold: Annotated[int | None, typer.Option("--threshold", min=1, help="A new threshold.")] = None,
    new_keys: Annotated[bool, typer.Option("--new-keys", help="For rotate: make new keys for this node.")] = False,
    set_: Annotated[list[str] | None, typer.Option("--set", help="For charter: NAME=VALUE; 0 is the default.")] = None,
    out: Out = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Draft the next roster version with one change and sign it.

    Example: evenhand roster propose expel XPO --data ita
    """
    if change not in {"join", "leave", "expel", "suspend", "reinstate", "rotate", "renew", "charter"}:
        raise UsageError(f"no change is called {change!r}", remedy="see `evenhand roster propose --help`")
    if new_keys and (change != "rotate" or subject):
        raise UsageError("`--new-keys` is for `rotate` and this node alone", remedy="give no card and no code with it")
    if change not in {"renew", "charter"} and not subject and not new_keys:
        raise UsageError(
            f"`{change}` needs a member code or a card file", remedy="name the member, or the card.json it handed out"
        )
    if new_keys:
        from evenhand.ground.clock import SystemClock
        from evenhand.node.folder import Folder
        from evenhand.node.rotating import next_card

        subject = next_card(Folder(data.resolve()), SystemClock().now_ms()).decode("utf-8")
    elif change in {"join", "rotate"}:
        subject = read_file(Path(subject), what="the card").decode("utf-8", "replace")
    request = {"change": change, "subject": subject, "threshold": threshold, "parameters": _parameters(set_ or [])}
    made = ask(data, "roster.propose", request)
    if new_keys:
        from evenhand.node.folder import Folder
        from evenhand.node.rotating import sign_with_next

        made = msgspec.to_builtins(sign_with_next(Folder(data.resolve()), made["document"].encode("utf-8")))
    before = ask(data, "roster.show")["roster"]["threshold"]
    _written(made, out or _unused(f"version-{made['version']}.roster"), as_json=as_json, before=before)


@app.command()
def apply(
    document: Annotated[Path, typer.Argument(help="The next roster, signed by enough members.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Take in the next roster version; every partner then receives it from this node.

    Where it names keys that `propose rotate --new-keys` made here, this node changes over to them.

    Example: evenhand roster apply version-2.roster --data ita
    """
    from evenhand.node.folder import Folder
    from evenhand.node.rotating import change_over
    from evenhand.trust.roster import read_roster

    read = read_file(document, what="the roster")
    answer = ask(data, "roster.apply", {"document": read.decode("utf-8", "replace")})
    if change_over(Folder(data.resolve()), read_roster(read)) and not as_json:
        console().print("This node has changed over to its new keys.")
    show(answer, as_json=as_json, text=_roster_screen)
