"""What every command shares: options, asking the node, printing, exit codes.

Knows:    how to reach a running node, or to open the folder when none runs.
Told:     by commands.
Answers:  plain values; errors as sentences and exit codes.
Trusted:  yes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from typer.core import TyperGroup

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import EvenhandError, InputError, StoreError, UsageError
from evenhand.ground.faults import fault
from evenhand.ground.limits import API_PAGE_ITEMS_MAX
from evenhand.node.control_client import Tell, ask_node, is_served

DEFAULT_FOLDER: Final = "evenhand-data"
_NESTING_MAX: Final = 64  # levels of JSON; a draft has six
Data = Annotated[
    Path,
    typer.Option("--data", envvar="EVENHAND_DATA", metavar="DIR", help="The node's data folder.", show_default=True),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
DATA: Final = Path(DEFAULT_FOLDER)
POSSIBLE_MATCH: Final = 10
NO_ANSWER: Final = 5


class Commands(TyperGroup):
    """A group that says errors in words, or in JSON after --json, with the exit code of their kind."""

    wants_json = False

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as the base
        """Run with arguments; remember whether a program or a person reads the answer."""
        Commands.wants_json = "--json" in (sys.argv[1:] if args is None else args)
        try:
            return super().main(args, *rest, **more)
        except Exception as error:  # noqa: BLE001 - its words and its traceback may name a person
            print_problem(_fault_of_ours(error), as_json=Commands.wants_json)
            sys.exit(EvenhandError.exit_code)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the base
        """Run the command; an error of the product ends it with its exit code."""
        try:
            return super().invoke(ctx)
        except EvenhandError as error:
            print_problem(error, as_json=Commands.wants_json)
            raise typer.Exit(error.exit_code) from error


def _fault_of_ours(error: Exception) -> EvenhandError:
    said = fault(error)
    return EvenhandError(
        "the program failed at this", why=f"{said['kind']} at {said['at']}",
        remedy="repeat it; if it fails again, report these words, which name nobody",
    )  # fmt: skip


def print_problem(error: EvenhandError, *, as_json: bool) -> None:
    """Say what happened, why, and what to do."""
    if as_json:
        said = {"error": {"code": error.code, "what": error.what, "why": error.why, "remedy": error.remedy}}
        print_json(said)
        return
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]{_plain(error.what)}[/]")
    if error.why:
        console.print(f"Because: {_plain(error.why)}")
    if error.remedy:
        console.print(f"What to do: {_plain(error.remedy)}")


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def console() -> Console:
    """Return a console on standard output."""
    return Console(highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    sys.stdout.write(msgspec.json.encode(value, order="sorted").decode("utf-8") + "\n")


def ask(data: Path, operation: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the node of a folder: through its socket while it runs, else by opening the folder here.

    Raises EvenhandError.
    """
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        task = bar.add_task("", visible=False)

        def tell(said: dict[str, Any]) -> None:
            bar.update(
                task, description=said["what"], completed=said["done"], total=said["total"] or None, visible=True
            )

        socket = data.resolve() / "control.sock"
        answer = ask_node(socket, operation, request or {}, tell, token=read_session(data))
        if answer is not None:
            return answer
        try:
            return _ask_here(data, operation, request or {}, tell)
        except StoreError:
            if not is_served(data.resolve() / "control.sock"):
                raise
    return ask(data, operation, request)  # a node was only just starting when it was looked for


def ask_pages(data: Path, operation: str, request: dict[str, Any], *lists: str) -> dict[str, Any]:
    """Ask for every page, and return the last answer with the items of all in its lists. Raises EvenhandError."""
    wanted = {**request, "limit": API_PAGE_ITEMS_MAX}
    answer = ask(data, operation, wanted)
    whole = {name: answer[name] for name in lists}
    while (cursor := answer.pop("next")) is not None:
        answer = ask(data, operation, {**wanted, "cursor": cursor})
        for name in lists:
            whole[name] += answer[name]
    return {**answer, **whole}


def session_file(data: Path) -> Path:
    """Return where the session of this terminal's user is kept: EVENHAND_SESSION, or a file of the data folder."""
    named = os.environ.get("EVENHAND_SESSION")
    return Path(named) if named else data.resolve() / "session"


def read_session(data: Path) -> str:
    """Return the token of whoever signed in here, or nothing."""
    try:
        return session_file(data).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _ask_here(data: Path, operation: str, request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    from evenhand.ground.clock import SystemClock
    from evenhand.node.folder import Folder, open_member
    from evenhand.node.operations import perform
    from evenhand.node.site import Progress as Said
    from evenhand.node.site import Site

    async def report(said: Said) -> None:
        tell(msgspec.to_builtins(said))

    folder = Folder(data.resolve())
    with open_member(folder, SystemClock()) as member:
        site = Site(member, folder, folder.read_config(), None, report, read_session(data))
        try:
            done = asyncio.run(perform(site, operation, msgspec.json.encode(request)))
        finally:
            site.close()
        plain: dict[str, Any] = msgspec.to_builtins(done)
        return plain


def show(answer: dict[str, Any], *, as_json: bool, text: Callable[[dict[str, Any]], None]) -> None:
    """Print an answer for whoever reads it."""
    if as_json:
        print_json(answer)
    else:
        text(answer)


def read_file(path: Path, *, what: str) -> bytes:
    """Read a file a person named; `-` is standard input. Raises UsageError."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read {what} {path}", why=error.strerror or "", remedy="give the path of a file"
        ) from error


def read_json(path: Path, *, what: str, remedy: str) -> Any:  # noqa: ANN401 - any JSON value
    """Read a JSON file a person named. Raises UsageError, or InputError where it is not JSON or nests too deeply."""
    try:
        value = msgspec.json.decode(read_file(path, what=what))
    except UNREADABLE as error:
        raise InputError(f"{path} is not JSON", why=str(error), remedy=remedy) from error
    level = [value]
    for _ in range(_NESTING_MAX):
        level = [part for one in level if isinstance(one, dict | list) for part in _parts(one)]
    if level:
        raise InputError(
            f"{path} is not JSON that can be used", why=f"it nests deeper than {_NESTING_MAX} levels", remedy=remedy
        )
    return value


def _parts(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def write_file(path: Path, data: bytes) -> None:
    """Write a file a person named, whole. Raises UsageError."""
    try:
        partial = path.with_name(path.name + ".partial")
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}", why=error.strerror or "", remedy="name another file") from error


def leave_as_found(found: Mapping[str, Any], *, stale: bool) -> None:
    """End a command that asked after somebody: by a candidate, or because what was found is no answer.

    Silence of an old copy is none, and so is silence about a name that could not be compared.
    """
    if found["candidates"]:
        leave(POSSIBLE_MATCH)
    if stale or found["not_compared"]:
        leave(NO_ANSWER)


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)
