"""`evenhand ledger` and `evenhand peer`: verify, carry by hand, prove; how partners stand.

Knows:    files and partners.
Told:     by whoever looks after this node.
Answers:  verdicts and status, with exit codes 4 and 5.
Trusted:  yes.
"""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from evenhand.cli.face import DATA, Commands, Data, Json, ask, console, leave, show, write_file

DID_NOT_VERIFY: Final = 4
UNREACHABLE: Final = 5
ledger = typer.Typer(cls=Commands, no_args_is_help=True, help="Verify, carry by hand, prove.")
peer = typer.Typer(cls=Commands, no_args_is_help=True, help="How partners stand towards us.")
Code = Annotated[str, typer.Argument(help="A member's code.")]


@ledger.command()
def verify(
    code: Annotated[str | None, typer.Argument(help="One member's ledger; without it, all.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Check every signature, part and hash again, from the first entry.

    Example: evenhand ledger verify ITA --data phl
    """
    from evenhand.cli.screens import verdict_screen

    answer = ask(data, "ledger.verify", {"code": code})
    show(answer, as_json=as_json, text=verdict_screen)
    if not answer["good"]:
        leave(DID_NOT_VERIFY)


def _carried(said: dict[str, Any], verb: str) -> None:
    console().print(f"{verb} {said['place']}: {said['bytes']} bytes, {said['new']} entries.")
    for line in said["refused"]:
        console().print(f"Refused: {line}")


def _taken(said: dict[str, Any]) -> None:
    if said["new"] or said["refused"]:
        _carried(said, "Took in")
    else:
        console().print(
            f"Nothing new in {said['place']}: every entry is held here already, so the file's {said['bytes']} bytes "
            "were not checked. `evenhand ledger verify` checks what is held."
        )


@ledger.command(name="export")
def export_ledger(
    code: Annotated[str, typer.Argument(help="A member's ledger, or `all`.")],
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    reader: Annotated[str, typer.Option("--for", help="The member that shall read it.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Write a ledger to a file for a member without a line.

    Example: evenhand ledger export ITA ita.bundle --for PHL --data ita
    """
    codes = [] if code == "all" else [code]
    answer = ask(data, "ledger.export", {"codes": codes, "reader": reader, "place": str(file.resolve())})
    show(answer, as_json=as_json, text=lambda said: _carried(said, "Wrote"))


@ledger.command(name="import")
def import_ledger(
    file: Annotated[Path, typer.Argument(help="A file of `evenhand ledger export`.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Take in a ledger from a file; it is judged like anything a partner sends.

    Example: evenhand ledger import ita.bundle --data phl
    """
    answer = ask(data, "ledger.import", {"place": str(file.resolve())})
    show(answer, as_json=as_json, text=_taken)


@ledger.command()
def proof(
    code: Code,
    index: Annotated[int, typer.Argument(help="The entry, counted from 0.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write NAME and NAME.entry instead of printing.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Print a proof (C2SP tlog-proof) that an entry is in a ledger; anyone can check it offline.

    Example: evenhand ledger proof ITA 12 --data phl
    """
    answer = ask(data, "ledger.proof", {"code": code, "index": index})
    if out is not None:
        write_file(out, answer["proof"].encode("utf-8"))
        write_file(out.with_name(out.name + ".entry"), b64decode(answer["entry"]))
    show(
        answer,
        as_json=as_json,
        text=lambda said: typer.echo(said["proof"] if out is None else f"Wrote {out}", nl=False),
    )


@ledger.command()
def refetch(
    code: Annotated[str, typer.Argument(metavar="MEMBER", help="The member whose ledger is damaged here.")],
    own: Annotated[bool, typer.Option("--own", help="Yes, this node's own ledger.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Drop a damaged ledger while the node stands still; partners send it again once it runs.

    Example: evenhand ledger refetch ITA --data phl
    """
    import msgspec

    from evenhand.node.folder import Folder
    from evenhand.node.refetching import drop_ledger

    dropped = drop_ledger(Folder(data.resolve()), code.upper(), own=own)

    def text(said: dict[str, Any]) -> None:
        console().print(f"Dropped {said['ledger']}: {said['entries']} entries, {said['bytes']} bytes.")
        if said["own"]:
            console().print("Nothing is published here before partners have sent back what was signed.")
        console().print(f"Next: evenhand node run --data {data}", markup=False)

    show(msgspec.to_builtins(dropped), as_json=as_json, text=text)


@peer.command()
def status(data: Data = DATA, as_json: Json = False) -> None:
    """Show every partner: connected, last heard, how far; exit 5 if one is out of reach.

    Example: evenhand peer status --data ita
    """
    from evenhand.cli.screens import peers_screen

    answer = ask(data, "peer.status")
    show(answer, as_json=as_json, text=peers_screen)
    if any(one["standing"] == "active" and not one["connected"] for one in answer["peers"]):
        leave(UNREACHABLE)


@peer.command()
def cut(code: Code, data: Data = DATA, as_json: Json = False) -> None:
    """Stop talking to a partner, both ways, until healed or restarted: to rehearse a broken line.

    Example: evenhand peer cut PHL --data ita
    """
    show(
        ask(data, "peer.cut", {"code": code}), as_json=as_json, text=lambda said: typer.echo(f"Cut: {said['partner']}")
    )


@peer.command()
def heal(code: Code, data: Data = DATA, as_json: Json = False) -> None:
    """Talk to a partner again.

    Example: evenhand peer heal PHL --data ita
    """
    show(
        ask(data, "peer.heal", {"code": code}),
        as_json=as_json,
        text=lambda said: typer.echo(f"Healed: {said['partner']}"),
    )
