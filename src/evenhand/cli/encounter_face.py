"""What every command of `evenhand encounter` shares: the group, its options, and how a step is taken.

Knows:    the options of who acts.
Told:     by the commands.
Answers:  how the encounter stands.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.face import Commands, ask, show

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Scan, verify, ask, authorise, act, report.")
Encounter = Annotated[str, typer.Argument(help="An encounter's id, or the first digits of it.")]
Officer = Annotated[str, typer.Option("--officer", help="Who acts, where nobody is signed in.")]
Unit = Annotated[str, typer.Option("--unit", help="Their unit, where nobody is signed in.")]
Anyway = Annotated[bool, typer.Option("--anyway", help="It was done against the procedure: record it as such.")]
NOBODY = ""


def step(name: str, data: Path, as_json: bool, request: dict[str, Any]) -> None:
    """Take a step and show how the encounter stands."""
    from evenhand.cli.case_screens import encounter_screen

    show(ask(data, f"encounter.{name}", request), as_json=as_json, text=encounter_screen)
