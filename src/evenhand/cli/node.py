"""`evenhand node`: make a node, join a coalition, run.

Knows:    the steps by which a folder becomes a member.
Told:     by the operator.
Answers:  a card, a pinned genesis, a running node.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from evenhand.cli.face import DATA, Commands, Data, Json, console, print_json, read_file, show, write_file

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Make a node, join a coalition, run.")


@app.command()
def init(  # noqa: PLR0917 - Typer makes options of arguments
    member: Annotated[str, typer.Option("--member", help="ICAO 9303 code of the member: ITA, PHL, XPO.")],
    coalition: Annotated[
        str, typer.Option("--coalition", help="Name all members share, like a domain: shield.example.")
    ],
    name: Annotated[str, typer.Option("--name", help="The member's name for people.")] = "",
    listen: Annotated[str, typer.Option("--listen", help="HOST:PORT for partners.")] = "127.0.0.1:7401",
    url: Annotated[list[str] | None, typer.Option("--url", help="Address partners use; again for more.")] = None,
    matcher: Annotated[
        Literal["plain", "names"],
        typer.Option("--matcher", help="How names are matched: names (every script), or plain (Latin only, lighter)."),
    ] = "names",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Make keys, a configuration and a card in a new data folder.

    Example: evenhand node init --data ita --member ITA --name Italy --coalition shield.example
    """
    import os

    from evenhand.ground.clock import SystemClock
    from evenhand.node.config import MatchingRules, NodeConfig
    from evenhand.node.folder import Folder
    from evenhand.trust.keys import generate_keys, save_keys
    from evenhand.trust.roster import card, print_card

    folder, code = Folder(data.resolve()), member.upper()
    config = NodeConfig(
        member=code, name=name or code, coalition=coalition, listen=listen, urls=tuple(url or [f"https://{listen}"]),
        matching=MatchingRules(engine=matcher),
    )  # fmt: skip
    keys = generate_keys(member=code, coalition=coalition, entropy=os.urandom, now_ms=SystemClock().now_ms())
    folder.make(config)
    save_keys(keys, folder.keys)
    write_file(folder.card, print_card(card(keys, name=config.name, urls=config.urls)))

    def text(said: dict[str, object]) -> None:
        console().print(f"[bold]{code}[/] is ready in {folder.path}.")
        if said["open_to_others"]:
            console().print(
                f"[yellow]The folder was there and is open to others on this machine[/]; it was left so. "
                f"Keys and stores in it are for you alone. To close it: chmod 700 {folder.path}"
            )
        console().print(f"Give {said['card']} to the others; keep keys.json to yourself.")
        console().print(
            "Next: `evenhand roster draft` for a new coalition, or `evenhand node join` for an existing one."
        )

    answer = {
        "member": code, "data": str(folder.path), "card": str(folder.card), "open_to_others": folder.is_open_to_others,
    }  # fmt: skip
    show(answer, as_json=as_json, text=text)


@app.command()
def card(data: Data = DATA) -> None:
    """Print this member's card, which the others need to admit it.

    Example: evenhand node card --data ita
    """
    from evenhand.node.folder import Folder

    typer.echo(read_file(Folder(data.resolve()).card, what="the card").decode("utf-8"))


@app.command()
def join(
    genesis: Annotated[Path, typer.Argument(help="The genesis roster, signed by enough members.")],
    pinned: Annotated[str, typer.Option("--hash", help="Its hash, as another member read it to you.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Join a coalition by its genesis roster, whose hash you compared by telephone.

    Example: evenhand node join genesis.roster --hash 4f2a... --data ita
    """
    import msgspec

    from evenhand.ground.clock import SystemClock
    from evenhand.ground.errors import RefusedError
    from evenhand.node.folder import Folder, open_member
    from evenhand.trust.roster import open_genesis

    folder = Folder(data.resolve())
    config, document = folder.read_config(), read_file(genesis, what="the genesis roster")
    if config.genesis and config.genesis != pinned:
        raise RefusedError(
            f"{config.member} is in a coalition already", why=f"its genesis is {config.genesis}",
            remedy="make a new node for another coalition",
        )  # fmt: skip
    roster = open_genesis(document, pinned_hash=pinned)
    folder.write_config(msgspec.structs.replace(config, genesis=pinned))
    with open_member(folder, SystemClock(), genesis=document) as member:
        codes = list(member.roster.active_codes)
    answer = {"member": config.member, "coalition": roster.coalition, "genesis": pinned, "members": codes}

    def text(_: dict[str, object]) -> None:
        console().print(f"{config.member} joined {roster.coalition}: {', '.join(codes)}.")
        if config.member not in codes:
            console().print("It is not in the first roster: run the node, and it receives the later ones.")
        console().print(f"Next: evenhand node run --data {data}")

    show(answer, as_json=as_json, text=text)


@app.command()
def run(data: Data = DATA, as_json: Json = False) -> None:
    """Run the node until Ctrl-C.

    Example: evenhand node run --data ita
    """
    import sys

    from evenhand.ground.faults import log_to_stderr
    from evenhand.node.folder import Folder
    from evenhand.node.running import run_node
    from evenhand.node.site import Site
    from evenhand.node.warming import is_warming

    log_to_stderr()

    def started(site: Site) -> None:
        if as_json:
            print_json(
                {"member": site.member.code, "listen": site.config.listen, "state": site.member.vector().digest()}
            )
        else:
            console().print(f"{site.member.code} serves partners on {site.config.listen}. Ctrl-C stops it.")
            if is_warming(site.member.matcher):
                console().print(
                    "Names cannot be matched yet: the first start on a machine compiles for a minute or two. "
                    "`find` says so until then; everything else works."
                )
            if site.member.code not in site.member.roster.by_code:
                console().print("Not in the roster yet: it waits until the others let it in.")
            if site.config.api.listen:
                console().print(f"Programs reach it on {site.config.api.listen}; see /docs there.")
        sys.stdout.flush()

    run_node(Folder(data.resolve()), started)
