"""`evenhand people`, `evenhand sign-in`, `evenhand sign-out`: who may use this node.

Knows:    prompts, and the file that keeps a session.
Told:     by an administrator, and by everyone who works here.
Answers:  one-time codes and keys, shown once.
Trusted:  yes: what is typed here is never printed or logged.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from evenhand.cli.face import DATA, Commands, Data, Json, ask, ask_pages, console, read_file, session_file, show

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Accounts, keys for programs, who asked for what.")
Name = Annotated[str, typer.Argument(help="The name to sign in with.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="A role; again for more.")]
Purposes = Annotated[list[str] | None, typer.Option("--purpose", help="A purpose this person may ask for.")]
Categories = Annotated[list[str] | None, typer.Option("--category", help="A notice category, or * for all.")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="Read the password from a file; - is standard input.")
]
PASSWORD: Path | None = None


def _code_screen(said: dict[str, Any]) -> None:
    console().print(f"[bold]{said['name']}[/] is account {said['account']}.")
    if said["code"]:
        console().print(f"Enrolment code, for one day and one use: [bold]{said['code']}[/]")
        console().print(f"They set a password with: evenhand people enrol {said['name']} --code CODE")


@app.command()
def add(  # noqa: PLR0917 - Typer makes options of arguments
    name: Name,
    unit: Annotated[str, typer.Option("--unit", help="The unit they belong to.")],
    role: Roles = None,
    purpose: Purposes = None,
    category: Categories = None,
    subject: Annotated[str, typer.Option("--subject", help="ISSUER|SUB, for who signs in by OIDC.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Add a person. The first must be an administrator; from then on everybody signs in.

    Example: evenhand people add a.bell --role analyst --unit "desk 1" --data ita
    """
    request = {
        "name": name, "unit": unit, "roles": role or [], "purposes": purpose or [], "categories": category or [],
        "subject": subject,
    }  # fmt: skip
    show(ask(data, "people.add", request), as_json=as_json, text=_code_screen)


@app.command()
def change(  # noqa: PLR0917 - Typer makes options of arguments
    name: Name,
    unit: Annotated[str | None, typer.Option("--unit", help="Another unit.")] = None,
    role: Roles = None,
    purpose: Purposes = None,
    category: Categories = None,
    active: Annotated[bool | None, typer.Option("--open/--close", help="Open or close the account.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="New enrolment code: password and code were lost.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Change what a person may do; their sessions end.

    Example: evenhand people change a.bell --close --data ita
    """
    request = {
        "name": name, "unit": unit, "roles": role, "purposes": purpose, "categories": category, "active": active,
        "reset": reset,
    }  # fmt: skip
    show(ask(data, "people.change", request), as_json=as_json, text=_code_screen)


def _people_screen(said: dict[str, Any]) -> None:
    table = Table("name", "account", "roles", "unit", "state", "signs as", "sessions")
    for one in said["people"]:
        state = "closed" if not one["active"] else "ready" if one["enrolled"] else "invited"
        table.add_row(
            one["name"], one["account"], ", ".join(one["roles"]), one["unit"], state, ", ".join(one["signs_as"]),
            str(len(one["sessions"])),
        )  # fmt: skip
    console().print(table)
    for one in said["machines"]:
        console().print(f"key {one['machine']} {one['name']}: {', '.join(one['roles'])}, until {one['until'][:10]}")
    if not said["manned"]:
        console().print("No accounts yet: whoever can open this folder may do everything.")


@app.command(name="list")
def list_people(data: Data = DATA, as_json: Json = False) -> None:
    """List accounts, sessions and keys.

    Example: evenhand people list --data ita
    """
    show(ask(data, "people.list"), as_json=as_json, text=_people_screen)


@app.command()
def key(  # noqa: PLR0917 - Typer makes options of arguments
    name: Name,
    unit: Annotated[str, typer.Option("--unit", help="The unit it works for.")],
    role: Roles = None,
    purpose: Purposes = None,
    category: Categories = None,
    days: Annotated[int, typer.Option("--days", help="How long it lasts, at most a year.")] = 90,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Make a key for a program; it is shown once.

    Example: evenhand people key gate.seven --role officer --unit hall3 --purpose VISA --category '*' --data ita
    """
    request = {
        "name": name, "unit": unit, "roles": role or [], "purposes": purpose or [], "categories": category or [],
        "days": days,
    }  # fmt: skip
    show(
        ask(data, "people.key", request), as_json=as_json,
        text=lambda said: console().print(f"Key until {said['until']}, shown this once: [bold]{said['key']}[/]"),
    )  # fmt: skip


@app.command()
def revoke(
    what: Annotated[str, typer.Argument(help="A session's or key's id, or a person's name.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """End a session, a key, or every session of a person, at once.

    Example: evenhand people revoke a.bell --data ita
    """
    answer = ask(data, "people.revoke", {"what": what})
    show(answer, as_json=as_json, text=lambda said: console().print(f"Ended: {said['ended']}."))


def _journal_screen(said: dict[str, Any]) -> None:
    from evenhand.ground.clock import format_ms

    for one in said["records"]:
        rest = " ".join(f"{name}={value}" for name, value in one.items() if name not in {"kind", "at_ms"})
        console().print(f"{format_ms(one['at_ms'])} {one['kind']} {rest}", markup=False)


@app.command()
def journal(data: Data = DATA, as_json: Json = False) -> None:
    """Show who signed in, who asked for what, and who was refused.

    Example: evenhand people journal --data ita
    """
    show(ask_pages(data, "people.journal", {}, "records"), as_json=as_json, text=_journal_screen)


def _password(file: Path | None, *, new: bool) -> str:
    if file is not None:
        return read_file(file, what="the password").decode("utf-8").rstrip("\r\n")
    words = "New password (12 characters or more)" if new else "Password"
    return str(typer.prompt(words, hide_input=True, confirmation_prompt=new, err=True))


@app.command()
def enrol(
    name: Name,
    code: Annotated[str, typer.Option("--code", help="The one-time code you were given.")],
    password_file: PasswordFile = PASSWORD,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Set your password, and get what your authenticator needs.

    Example: evenhand people enrol a.bell --code eve_1f2a... --data ita
    """
    answer = ask(data, "session.enrol", {"name": name, "code": code, "password": _password(password_file, new=True)})
    show(
        answer, as_json=as_json,
        text=lambda said: console().print(f"Give this to your authenticator, now; it is shown once:\n{said['totp']}"),
    )  # fmt: skip


def sign_in(
    name: Name,
    code: Annotated[str | None, typer.Option("--code", help="The six digits of your authenticator.")] = None,
    password_file: PasswordFile = PASSWORD,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Sign in; the session is kept in a file that only you can read, for eight hours at most.

    Example: evenhand sign-in a.bell --data ita
    """
    password = _password(password_file, new=False)
    digits = code if code is not None else str(typer.prompt("Code", err=True))
    answer = ask(data, "session.open", {"name": name, "password": password, "code": digits})
    _keep(session_file(data), answer["token"])
    said = {"name": name, "until": answer["until"], "session": str(session_file(data))}
    show(said, as_json=as_json, text=lambda told: console().print(f"Signed in as {name} until {told['until']}."))


def _keep(path: Path, token: str) -> None:
    """Write a token so that nobody else could read it even for a moment."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token)


def sign_out(data: Data = DATA, as_json: Json = False) -> None:
    """Sign out: the session ends at once.

    Example: evenhand sign-out --data ita
    """
    answer = ask(data, "session.close")
    session_file(data).unlink(missing_ok=True)
    show(answer, as_json=as_json, text=lambda _: console().print("Signed out."))


def _myself(said: dict[str, Any]) -> None:
    console().print(f"[bold]{said['name']}[/] ({said['account']}), {said['unit']}: {', '.join(said['roles']) or 'all'}")
    if said["signs_as"]:
        console().print(f"Signs as {', '.join(said['signs_as'])}.")


@app.command()
def code(data: Data = DATA, as_json: Json = False) -> None:
    """Get a code to type at a colleague's screen: it shows that you are there as the second person.

    Example: evenhand people code --data ita
    """
    answer = ask(data, "people.code")
    show(answer, as_json=as_json, text=lambda said: console().print(f"{said['code']} (once, until {said['until']})"))


@app.command()
def whoami(data: Data = DATA, as_json: Json = False) -> None:
    """Say who is signed in here.

    Example: evenhand people whoami --data ita
    """
    show(ask(data, "session.show"), as_json=as_json, text=_myself)
