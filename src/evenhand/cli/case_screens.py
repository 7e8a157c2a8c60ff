"""Screens of encounters, letters, findings and audit: what is owed first, then what is known.

Knows:    Rich.
Told:     answers as plain values.
Answers:  text on standard output.
Trusted:  for nothing but layout; it never leaves out a duty or a finding.
"""

from __future__ import annotations

from typing import Any, Final

from rich.table import Table
from rich.text import Text

from evenhand.cli.answer_screen import left_uncompared, nobody
from evenhand.cli.face import console

Said = dict[str, Any]
_SHORT: Final = 12
_GRADES: Final = {"S1": "bold red", "S2": "yellow", "S3": "dim"}


def short(key: str) -> str:
    """Return the beginning of an id; of `CODE:ID` the code stays."""
    code, colon, digits = key.rpartition(":")
    return f"{code}{colon}{digits[:_SHORT]}"


def scan_screen(said: Said) -> None:
    """Show what a scan found, and the encounter that began."""
    out = console()
    for found in said["candidates"]:
        key = f"{found['originator']}:{found['notice_id']}"
        out.print(Text(f"{found['band'].upper()} {found['strength']}/1000  {found['listed_as']}  {key}", style="bold"))
        out.print(f"  asked {found['requested_action']}, here {found['action_here']}", markup=False)
        for reason in found["reasons"]:
            mark = "+" if reason["weight"] > 0 else "-" if reason["weight"] < 0 else "="
            out.print(f"  {mark} {reason['text']}", markup=False)
    if not said["candidates"]:
        out.print(nobody(said["not_compared"], "What was asked is kept for a day, then only counted."))
    for line in left_uncompared(said["not_compared"]):
        out.print(line)
    if said["suppressed"]:
        out.print(f"{said['suppressed']} notice(s) not shown: this person was found not to be their subject.")
    if said["action_ceiling"]:
        out.print(f"[bold yellow]At most {said['action_ceiling']} on a picture this old.[/]")
    out.print(f"Encounter [bold]{said['encounter']}[/], state {said['state'][:_SHORT]}")
    if said["candidates"]:
        out.print(f"A candidate is a reason to look closer. Next: evenhand encounter open {said['encounter'][:_SHORT]}")


def encounter_screen(said: Said) -> None:
    """Show how an encounter stands."""
    out = console()
    sides = f" ({', '.join(said['sides'])})" if said["sides"] else ""
    out.print(Text(f"{said['encounter'][:_SHORT]}  {said['stage']}{sides}", style="bold"))
    for label, name in (("notice", "notice"), ("outcome", "outcome"), ("answer", "answer"), ("action", "action")):
        if said[name]:
            running = ", under way" if name == "action" and said["underway"] else ""
            out.print(f"  {label}: {said[name]}{running}", markup=False)
    for key in said["candidates"]:
        out.print(f"  candidate: {key}", markup=False)
    out.print(f"  at most now: {said['at_most']} ({said['because']})", markup=False)
    for one in said["owed"]:
        late = "  OVERDUE" if one["overdue"] else ""
        line = f"  owed by {one['owed_by']}: {one['act']} until {one['by']} (rule {one['rule']}){late}"
        out.print(Text(line, style="bold red" if one["overdue"] else ""))


def encounters_screen(said: Said) -> None:
    """Show encounters in a table, the nearest clock first."""
    table = Table("encounter", "stage", "notice", "next duty", "until", box=None)
    for one in said["encounters"]:
        owed: Said = one["owed"][0] if one["owed"] else {}
        style = "bold red" if owed.get("overdue") else ""
        sides = f" {','.join(one['sides'])}" if one["sides"] else ""
        table.add_row(
            one["encounter"][:_SHORT], one["stage"] + sides, short(one["notice"]), owed.get("act", ""),
            owed.get("by", ""), style=style,
        )  # fmt: skip
    console().print(table if said["encounters"] else "No encounter is under way.")


def shown_screen(said: Said) -> None:
    """Show an encounter with its events."""
    encounter_screen(said["encounter"])
    for event in said["events"]:
        who = event.get("officer", "")
        console().print(f"  {event['at']}  {event['kind']}  {event['member']} {who}", markup=False)


def letters_screen(said: Said) -> None:
    """Show letters, two lines each: what it is, and since when it lies here."""
    out = console()
    for one in said["letters"]:
        mark = "  ESCALATED" if one["escalated"] else f"  read by {one['read_by']}" if one["read_by"] else ""
        line = f"{one['letter'][:_SHORT]}  {one['kind']} {one['urgency']} from {one['sender']} to {one['recipient']}"
        out.print(Text(line + mark, style="bold red" if one["escalated"] else "bold"))
        out.print(f"  about {short(one['notice'])}, {one['at']}", markup=False)
    if not said["letters"]:
        out.print("No letter waits.")


def letter_screen(said: Said) -> None:
    """Show one letter."""
    out = console()
    out.print(f"[bold]{said['kind']}[/] from {said['sender']} to {said['recipient']}, {said['urgency']}, {said['at']}")
    out.print(f"  letter {said['letter']}, encounter {said['encounter'][:_SHORT]}", markup=False)
    out.print(f"  notice {said['notice']}", markup=False)
    for name, value in said["says"].items():
        out.print(f"  {name}: {value}", markup=False)


def completeness_line(said: Said) -> str:
    """Say what findings rest on."""
    return (
        f"Complete up to entry {said['size']} (root {said['root'][:_SHORT]}); "
        f"partners have cosigned {said['witnessed']}."
    )


def findings_screen(said: Said) -> None:
    """Show completeness first, then findings, each with the id by which the next command names it."""
    out = console()
    out.print(completeness_line(said["completeness"]))
    for one in said["findings"]:
        who = f"{one['member']} {one['unit']}".strip()
        line = f"{one['rule']} {one['severity']} {one['state']}  {who}: {one['found']}"
        out.print(Text(line, style=_GRADES[one["severity"]]))
        out.print(f"  {one['finding']}", markup=False)
        about = f", encounter {one['encounter'][:_SHORT]}" if one["encounter"] else ""
        late = ", UNANSWERED" if one["unanswered"] else f", {one['rung']}" if one["rung"] != "NONE" else ""
        out.print(f"  since {one['since']}, answer by {one['answer_by']}{about}{late}", markup=False)
    if not said["findings"]:
        out.print("No finding.")
    for one in said["told"]:
        says = one["says"]
        line = f"{says['rule']} S1 {says.get('state', 'OPEN')}  {says['member']} {says['unit']}".strip()
        out.print(Text(f"{line}: {says['found']}", style=_GRADES["S1"]))
        out.print(f"  told by {one['by']}: evenhand encounter read {one['letter'][:_SHORT]}", markup=False)
    for one in said["errors"]:
        report = one["report"]
        out.print(Text(f"Unresolved for two months: {report['notice']}", style="bold red"))
        told = report.get("told_at") or report["found_at"]
        out.print(f"  {report['reporter']} found: {report['found']}; told {told[:10]}", markup=False)
    for what, count in said["excepted"].items():
        out.print(f"Declared exceptions: {what}: {count}")


def finding_screen(said: Said) -> None:
    """Show a finding with its evidence."""
    out, one = console(), said["finding"]
    out.print(completeness_line(said["completeness"]))
    out.print(Text(f"{one['rule']} {one['severity']} {one['state']}: {one['found']}", style=_GRADES[one["severity"]]))
    out.print(f"  id {one['finding']}", markup=False)
    out.print(f"  {one['member']} {one['unit']} {one['officer']}, answer due {one['answer_by']}", markup=False)
    for entry in said["evidence"]:
        out.print(f"  evidence: entry {entry['index']}, proved by {len(entry['proof'])} hashes", markup=False)
    for step in said["steps"]:
        out.print(f"  {step['at']} {step['by']} {step['step']}: {step['reason']}", markup=False)


def case_screen(said: Said) -> None:
    """Show where a finding put to all stands."""
    out = console()
    out.print(f"[bold]{said['finding']}[/] on {said['member']}: {said['rung']}")
    if not said["opened_by"]:
        out.print("  explained to our own oversight; `evenhand finding open` puts it to all", markup=False)
    else:
        out.print(f"  {said['voices']} of {said['needed']} members have said this", markup=False)
    standing_line(said["standing"])


def standing_line(one: Said) -> None:
    """Show what a member may still do."""
    limits = [
        words for words, holds in (
            ("its coercive notices count as discreet reports", one["coercive_as_discreet"]),
            ("it may not publish", not one["may_publish"]), ("it may not query", not one["may_query"]),
        ) if holds
    ]  # fmt: skip
    console().print(f"{one['member']}: {one['rung']}; {'; '.join(limits) or 'nothing is limited'}", markup=False)


def standings_screen(said: Said) -> None:
    """Show every member's standing and the cases behind it."""
    for one in said["standings"]:
        standing_line(one)
    for one in said["cases"]:
        console().print(f"  {one['rule']} on {one['member']}: {one['rung']}  {one['finding']}", markup=False)


def audit_screen(said: Said) -> None:
    """Show a verdict on the decision ledger."""
    out, verdict = console(), said["verdict"]
    out.print("[bold green]Nothing was changed.[/]" if said["good"] else "[bold red]It does not verify.[/]")
    out.print(f"{verdict['checked']} of {verdict['size']} entries, {verdict['deleted']} payloads deleted when due.")
    out.print(f"Root {verdict['root'][:_SHORT]}; partners have cosigned up to {verdict['witnessed']}.")
    for one in said["partners"]:
        out.print(f"  {one['partner']}: {one['verdict']} {one['why']}", markup=False)
    for one in verdict["problems"]:
        where = "" if one["entry"] is None else f" entry {one['entry']}"
        out.print(Text(f"  {one['kind']}{where}: {one['found']}", style="red"))


def deleted_screen(said: Said) -> None:
    """Show what was deleted, and what the search of the files found."""
    out = console()
    for keeping, count in said["deleted"].items():
        out.print(f"Deleted: {count} payloads kept as {keeping}.")
    if not said["deleted"]:
        out.print("Nothing is due.")
    for one in said["searched"]:
        if one["before"] or one["after"]:
            out.print(
                f"  {one['file']} ({one['size_bytes']} bytes): {one['before']} found before, {one['after']} after",
                markup=False,
            )
    if said["needles"]:
        left = sum(one["after"] for one in said["searched"])
        out.print(f"{said['needles']} payloads searched for in {len(said['searched'])} files: {left} left.")


def sample_screen(said: Said) -> None:
    """Show a sample and how to draw it again."""
    out = console()
    out.print(f"{len(said['encounters'])} of {said['among']}, seed {said['seed']!r}")
    out.print(f"Book of {said['size']} entries, root {said['root']}")
    for key in said["encounters"]:
        out.print(f"  {key}", markup=False)


def export_screen(said: Said) -> None:
    """Show what an export proves."""
    out = console()
    out.print("[bold green]Proved.[/]" if said["good"] else "[bold red]Not proved.[/]")
    out.print(f"{len(said['entries'])} entries of {said['origin']} at size {said['size']}.")
    for one in said["entries"]:
        says = one.get("says", {"record": "deleted when due"})
        kind = says.get("event", {}).get("kind", says.get("record", ""))
        out.print(f"  entry {one['index']} recorded {one['recorded']}: {kind}", markup=False)
    for line in said["problems"]:
        out.print(Text(f"  {line}", style="red"))
