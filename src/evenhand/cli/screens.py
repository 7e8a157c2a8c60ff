"""Screens for people: what an officer or an operator reads at one glance.

Knows:    Rich.
Told:     answers as plain values.
Answers:  text on standard output.
Trusted:  for nothing but layout.
"""

from __future__ import annotations

from typing import Any, Final

from rich.table import Column, Table
from rich.text import Text

from evenhand.cli.answer_screen import age
from evenhand.cli.face import console

Said = dict[str, Any]
_DIGEST_SHORT: Final = 12
_GRADES: Final = {"fault": "bold red", "warning": "yellow", "good": "green"}


def state_screen(said: Said) -> None:
    """Show the state digest and where it comes from."""
    console().print(f"State [bold]{said['digest']}[/]")
    vector = said["vector"]
    console().print(
        f"Roster {vector['roster']}, matcher {vector['matcher'][:_DIGEST_SHORT]}, {said['notices']} notices"
    )
    table = Table("ledger", "entries", "root", "missing")
    for one in vector["positions"]:
        table.add_row(one["ledger"], str(one["size"]), one["root"][:_DIGEST_SHORT], str(len(one.get("missing", ()))))
    console().print(table)


def parity_screen(said: Said) -> None:
    """Show how two members stand."""
    verdict = "[bold green]equal[/]" if said["equal"] else "[bold yellow]not equal[/]"
    console().print(f"{said['partner']} and we are {verdict}, by what it said {age(said['heard_seconds_ago'])} ago.")
    console().print(f"Ours {said['ours'][:_DIGEST_SHORT]}, theirs {said['theirs'][:_DIGEST_SHORT]}")
    for line in (*(one["text"] for one in said["ledgers"]), *said["remarks"]):
        console().print(Text(f"  {line}"))


def sight_screen(said: Said) -> None:
    """Show who could read a notice."""
    table = Table("member", "match part", "detail part", "why")
    for one in said["members"]:
        same = one["match_reason"] == one["detail_reason"]
        why = one["match_reason"] if same else f"match: {one['match_reason']}; detail: {one['detail_reason']}"
        table.add_row(one["code"], _yes(one["match"]), _yes(one["detail"]), why)
    console().print(table)


def _yes(value: object) -> str:
    return "[green]reads[/]" if value else "[red]no[/]"


def import_screen(said: Said) -> None:
    """Show what an import did or would do, with every refusal."""
    for refusal in said["refusals"]:
        console().print(Text(f"line {refusal['line']}, {refusal['entry_id']}: {refusal['field']}: {refusal['reason']}"))
    counts = f"{said['published']} published, {said['corrected']} corrected, {said['withdrawn']} withdrawn"
    rest = f"{said['unchanged']} unchanged, {len(said['refusals'])} refusals"
    for key in said["gone"]:
        gone = f"{key} is on this list no more, and stands by its approvals."
        console().print(Text(f"{gone} If it shall go: evenhand notice withdraw {key}", style="bold"))
    console().print(f"[bold]{said['list']}[/] {said['edition']}: {counts}, {rest}.")
    if said["alarm"]:
        console().print(Text(f"Alarm: {said['alarm']}", style="bold red"))
    if said["dry_run"]:
        console().print("This was a dry run: nothing was changed.")


def list_screen(said: Said) -> None:
    """Show notices, one a line."""
    whole = Column("listed as", overflow="fold")  # a name that is cut cannot be asked for
    table = Table("notice", whole, "version", "action", "standing", "source", "expires")
    for one in said["notices"]:
        table.add_row(
            one["key"][:_DIGEST_SHORT], Text(one["listed_as"]), str(one["version"]), one["action"], one["standing"],
            Text(one["source"]), one["expires"][:10],
        )  # fmt: skip
    console().print(table)
    console().print(f"{len(said['notices'])} notices.")


def notice_screen(said: Said) -> None:
    """Show one notice and its life."""
    out = console()
    out.print(f"[bold]{said['key']}[/]: {said['standing']}; done here: {said['action_here']}")
    for title, part in (("match part", said["notice"]), ("detail part", said["detail"])):
        if part is not None:
            out.print(f"[bold]{title}[/]")
            out.print_json(data=part)
    if said["refer_to_originator"]:
        out.print("[yellow]The detail part was not released to us: refer to the originator.[/]")
    for one in said["versions"]:
        out.print(f"version {one['number']} in entry {one['entry']}, {one['said_at']}")
    for order in said["orders"]:
        out.print(f"[bold]{order['act']}[/] by entry {order['entry']}")
        for code, done_at in order["receipts"]:
            out.print(f"  receipt of {code}: {done_at}")
        if order["awaited"]:
            out.print(f"  [yellow]no receipt yet of {', '.join(order['awaited'])}[/]")
    for code, flag in said["flags"]:
        lifted = " (lifted)" if flag.get("lifted") else ""
        out.print(Text(f"flag of {code}{lifted}: {flag['action']}: {flag['reason']}"))
    for code, link in said["links"]:
        first, second = (f"{link[side]['originator']}:{link[side]['notice_id'][:8]}" for side in ("first", "second"))
        out.print(Text(f"link of {code}: {first} {link['relation']} {second}: {link['reason']}"))
    for code, sighting in said["sightings"]:
        out.print(Text(f"sighting by {code}, {sighting['seen_at']}: {sighting['report']}"))
    if said["witnesses"]:
        out.print(f"The ledger's head is cosigned by {', '.join(said['witnesses'])}.")


def verdict_screen(said: Said) -> None:
    """Show what verified."""
    table = Table("ledger", "entries", "signed", "sealed parts", "cosigned by", "verdict")
    for one in said["ledgers"]:
        verdict = f"[bold red]{one['fault']}[/]" if one["fault"] else "[green]verifies[/]"
        table.add_row(
            one["ledger"],
            str(one["entries"]),
            str(one["signed"]),
            str(one["parts"]),
            ", ".join(one["cosigned_by"]),
            verdict,
        )
    console().print(table)


def peers_screen(said: Said) -> None:
    """Show every partner."""
    table = Table("partner", "standing", "link", "last heard", "holds (ours / theirs)", "state")
    for one in said["peers"]:
        heard = None if one["last_heard_ms"] is None else max(0, said["now_ms"] - one["last_heard_ms"]) // 1000
        why = f": {one['last_error'][:40]}" if one["last_error"] else ""
        link = "cut" if one["cut"] else "up" if one["connected"] else f"down{why}"
        held = " ".join(f"{head['ledger']} {head['ours']}/{_known(head['theirs'])}" for head in one["heads"])
        table.add_row(one["code"], one["standing"], Text(link), age(heard), held, (one["state"] or "")[:_DIGEST_SHORT])
    console().print(table)
    for code in said["evidence"]:
        console().print(f"[bold red]{code} is proved to have signed two histories.[/]")


def _known(size: int | None) -> str:
    return "?" if size is None else str(size)


def doctor_screen(said: Said) -> None:
    """Show findings, worst first."""
    for one in said["findings"]:
        line = Text(f"{one['grade']:8}", style=_GRADES[one["grade"]])
        line.append(one["what"], style="default")
        if one["remedy"]:
            line.append(f"\n        What to do: {one['remedy']}", style="default")
        console().print(line)
