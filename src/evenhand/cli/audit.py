"""`evenhand audit`: verify the decision ledger, delete what is due and prove it, sample, export.

Knows:    oversight's questions.
Told:     by oversight and the administrator.
Answers:  verdicts with exit code 4 where something does not verify; samples; exports checked offline.
Trusted:  yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from evenhand.cli.face import DATA, Commands, Data, Json, ask, console, leave, read_file, show

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Verify, delete what is due, sample, export.")
Officer = Annotated[str, typer.Option("--officer", help="Who asks, where nobody is signed in.")]
NOBODY = ""
_DID_NOT_VERIFY = 4
_FAILED = 1


@app.command()
def verify(
    export: Annotated[Path | None, typer.Option("--export", help="Verify a file of `audit export` offline.")] = None,
    key: Annotated[str, typer.Option("--key", help="The member's key, as `audit export` printed it.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Compute every commitment, hash and clock again; with --export, of a file and without any node.

    Example: evenhand audit verify --data ita
    """
    from evenhand.cli.case_screens import audit_screen

    if export is not None:
        _verify_export(export, key, as_json=as_json)
        return
    answer = ask(data, "audit.verify")
    show(answer, as_json=as_json, text=audit_screen)
    if not answer["good"]:
        leave(_DID_NOT_VERIFY)


def _verify_export(file: Path, key: str, *, as_json: bool) -> None:
    from evenhand.casework.exporting import verify_export
    from evenhand.cli.case_screens import export_screen
    from evenhand.ground.errors import UsageError
    from evenhand.trust.note_keys import parse_vkey

    if not key:
        raise UsageError("an export is verified with its member's key", remedy="give --key, agreed out of band")
    verdict = msgspec.to_builtins(verify_export(read_file(file, what="the export"), [parse_vkey(key)]))
    show(verdict, as_json=as_json, text=export_screen)
    if not verdict["good"]:
        leave(_DID_NOT_VERIFY)


@app.command()
def retention(
    prove: Annotated[bool, typer.Option("--prove", help="Search every file for what was deleted.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Delete every payload whose time is over; with --prove, search the files before and after.

    Example: evenhand audit retention --prove --data ita
    """
    from evenhand.cli.case_screens import deleted_screen

    answer = ask(data, "audit.retention", {"prove": prove})
    show(answer, as_json=as_json, text=deleted_screen)
    if any(one["after"] for one in answer["searched"]):
        leave(_FAILED)


@app.command()
def sample(  # noqa: PLR0917 - Typer makes options of arguments
    seed: Annotated[str, typer.Option("--seed", help="Any words; the same ones draw the same sample.")],
    what: Annotated[str, typer.Option("--what", help="adverse, negative, open or all.")] = "adverse",
    count: Annotated[int, typer.Option("--count", help="How many.")] = 20,
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Draw encounters for review, so that anyone with the book draws the same.

    Example: evenhand audit sample --seed "2027-03 north" --what adverse --officer ov1
    """
    from evenhand.cli.case_screens import sample_screen

    request = {"what": what, "count": count, "seed": seed, "officer": officer}
    show(ask(data, "audit.sample", request), as_json=as_json, text=sample_screen)


@app.command(name="export")
def export_entries(  # noqa: PLR0917 - Typer makes options of arguments
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    encounter: Annotated[str, typer.Option("--encounter", help="One encounter.")] = "",
    finding: Annotated[str, typer.Option("--finding", help="The evidence of one finding.")] = "",
    request: Annotated[str, typer.Option("--request", help="The request that it answers.")] = "",
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Write decisions with their proofs to a file that verifies offline.

    Example: evenhand audit export case.json --encounter 3f2a --officer ov1
    """
    wanted = {"place": str(file.resolve()), "encounter": encounter, "finding": finding, "officer": officer}
    answer = ask(data, "audit.export", {**wanted, "request": request})

    def text(said: dict[str, object]) -> None:
        console().print(f"Wrote {said['entries']} entries to {said['place']}.")
        console().print(f"Verify: evenhand audit verify --export {file} --key '{said['vkey']}'", markup=False)

    show(answer, as_json=as_json, text=text)


def _waits(said: dict[str, object]) -> None:
    console().print(f"{said['request']}  {said['by']}: {said['what']}", markup=False)
    console().print(f"  since {said['since']}, due {said['due']}", markup=False)


@app.command(name="request")
def request_export(
    what: Annotated[str, typer.Argument(help="Which records are wanted.")],
    by: Annotated[str, typer.Option("--by", help="Who asks: oversight, a court, an authority.")],
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Enter that somebody who oversees asks for an export: it is due within ten days (rule O-02).

    Example: evenhand audit request "encounter 3f2a" --by "data protection authority" --officer ov1
    """
    answer = ask(data, "audit.request", {"what": what, "by": by, "officer": officer})
    show(answer, as_json=as_json, text=_waits)


@app.command(name="requests")
def requests_(data: Data = DATA, as_json: Json = False) -> None:
    """List requests for exports that wait, the oldest first.

    Example: evenhand audit requests --data ita
    """

    def text(said: dict[str, list[dict[str, object]]]) -> None:
        for one in said["requests"]:
            _waits(one)
        if not said["requests"]:
            console().print("No request waits.")

    show(ask(data, "audit.requests"), as_json=as_json, text=text)


@app.command()
def refuse(
    request: Annotated[str, typer.Argument(help="A request's id, or the beginning of it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is a finding, and this is for who judges it.")],
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Refuse an export, with reasons: rule O-02 finds it.

    Example: evenhand audit refuse 7d01 --reason "a court forbade it" --officer ov1
    """
    answer = ask(data, "audit.refuse", {"request": request, "reason": reason, "officer": officer})
    show(answer, as_json=as_json, text=lambda said: console().print(f"Refused {said['request']}; rule O-02 finds it."))
