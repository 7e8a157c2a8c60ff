"""`evenhand demo`: three members on this machine, and the picture travelling between them.

Knows:    how to tell the story step by step, or to run it through.
Told:     by anyone who wants to see it.
Answers:  what held; a JSON summary last with --once; exit 0 only if every step held.
Trusted:  no: a demonstration.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.face import console, leave, print_json

if TYPE_CHECKING:
    from evenhand.cli.demo_steps import Story

_FAILED = 1


def demo(
    once: Annotated[bool, typer.Option("--once", help="Do not stop; print a JSON summary last.")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="DIR", help="Use and keep this empty folder.")] = None,
) -> None:
    """Start ITA, PHL and XPO with invented people: publish, ask, cut, withdraw, heal, correct, expel; then scan.

    Example: evenhand demo --once
    """
    from evenhand.cli.demo_coalition import Coalition
    from evenhand.cli.demo_steps import Story
    from evenhand.ground.errors import UsageError

    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()):
            raise UsageError(f"{keep} is not empty", remedy="name a new folder")
    with tempfile.TemporaryDirectory(prefix="evenhand-demo-") as made:
        coalition = Coalition((keep or Path(made)).resolve())
        try:
            steps = _play(Story(coalition), once=once)
            held = all(one["ok"] for one in steps)
            if not once and held:
                _stay(coalition.folder)
        except KeyboardInterrupt:
            console().print("\nStopped.")
            return
        finally:
            coalition.stop()
    if once:
        print_json({"ok": held, "steps": steps, "ms": sum(one["ms"] for one in steps)})
    if not held:
        leave(_FAILED)


def _play(story: Story, *, once: bool) -> list[dict[str, Any]]:
    """Play every step until one does not hold; return them with verdict and milliseconds."""
    from evenhand.cli.demo_procedure import PROCEDURE
    from evenhand.cli.demo_steps import STEPS
    from evenhand.ground.errors import EvenhandError

    told: list[dict[str, Any]] = []
    out = console()
    for number, step in enumerate((*STEPS, *PROCEDURE), 1):
        if not once and sys.stdin.isatty():
            out.print("[dim]Enter goes on.[/]")
            sys.stdin.readline()
        out.print(f"[bold]{number}. {step.__doc__}[/]")
        began, why = time.monotonic(), ""
        try:
            held = step(story)
        except EvenhandError as error:
            held, why = False, str(error)
        ms = round((time.monotonic() - began) * 1000)
        for line in [*story.seen, *([why] if why else [])]:
            out.print(f"   {line}", markup=False)
        out.print(f"   {'[green]held[/]' if held else '[bold red]did not hold[/]'} ({ms} ms)")
        told.append({"step": step.__name__, "ok": held, "ms": ms, "seen": list(story.seen), "error": why})
        story.seen.clear()
        if not held:
            break
    return told


def _stay(folder: Path) -> None:
    """Keep the nodes running until Ctrl-C."""
    out = console()
    out.print(f"The three nodes keep running in {folder}. Ask them yourself in another window:")
    out.print(f"  evenhand notice list --data {folder}/phl", markup=False)
    out.print(f"  evenhand peer status --data {folder}/ita", markup=False)
    out.print("Ctrl-C ends it.")
    while True:
        time.sleep(1)
