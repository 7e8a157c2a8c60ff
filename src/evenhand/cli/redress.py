"""`evenhand redress`: what a person may ask of any member, and what becomes of it.

Knows:    claimants, matters, numbers, protections.
Told:     by the counter, redress officers and liaison officers.
Answers:  receipts, matters with their clocks, letters to the person.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer
from rich.text import Text

from evenhand.cli.face import DATA, Commands, Data, Json, ask, ask_pages, console, leave, show

_SHORT: Final = 12
REFUSED: Final = 3
app = typer.Typer(cls=Commands, no_args_is_help=True, help="Access, correction, deletion; numbers; protection.")
Documents = Annotated[list[str] | None, typer.Option("--document", help="TYPE:NUMBER:ISSUER; again for more.")]
MatterId = Annotated[str, typer.Argument(metavar="MATTER", help="A matter's id, or its first digits.")]
RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="A request's number, or its first digits.")]


def _documents(texts: list[str] | None) -> list[dict[str, Any]]:
    from evenhand.cli.app import read_document

    return [read_document(text) for text in texts or []]


def _matter_screen(said: dict[str, Any]) -> None:
    out = console()
    state = said.get("result") or ("blocked" if said["plausible"] and said.get("block") != "LIFTED" else "open")
    out.print(f"Matter [bold]{said['matter'][:_SHORT]}[/] {said['what']}: {state}; {said['decider']} decides")
    out.print(f"  notice {said['notice'][: _SHORT + 4]} version {said['version']}; received by {said['receiver']}")
    for name in ("statement", "position", "ruling", "reasons"):
        if said.get(name):
            out.print(Text(f"  {name}: {said[name]}"))


def _receipt(said: dict[str, Any]) -> None:
    console().print(f"Request [bold]{said['request']}[/]: give this number to the person.")
    console().print(f"Answered by {said['target'][:10]} as a rule, by {said['limit'][:10]} at the latest.")


@app.command()
def receive(  # noqa: PLR0917 - Typer makes options of arguments
    what: Annotated[str, typer.Argument(help="access, correction or deletion.")],
    name: Annotated[list[str], typer.Option("--name", help="The person's name; again for more.")],
    contact: Annotated[str, typer.Option("--contact", help="Where the answer goes.")],
    statement: Annotated[str, typer.Option("--statement", help="What they say.")],
    birth_date: Annotated[str | None, typer.Option("--birth-date", help="YYYY, YYYY-MM or YYYY-MM-DD.")] = None,
    document: Documents = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Take in a request of anyone; the receipt says nothing about any notice.

    Example: evenhand redress receive access --name "Juan Inventado" --contact "1 Road" --statement "am I held?"
    """
    claimant = {"names": name, "contact": contact, "birth_date": birth_date, "documents": _documents(document)}
    request = {"what": what.upper(), "claimant": claimant, "statement": statement}
    show(ask(data, "redress.receive", request), as_json=as_json, text=_receipt)


def _matters_screen(said: dict[str, Any]) -> None:
    for one in said["matters"]:
        _matter_screen(one)
    if not said["matters"]:
        console().print("No matter.")


@app.command()
def assess(  # noqa: PLR0917 - Typer makes options of arguments
    request: RequestId,
    notice: Annotated[list[str] | None, typer.Option("--notice", help="CODE:ID it concerns; again for more.")] = None,
    plausible: Annotated[bool, typer.Option("--plausible", help="Block the notices at once.")] = False,
    decider: Annotated[str, typer.Option("--decider", help="Another member, for notices of ours.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Open a matter for each notice a request concerns; a plausible one blocks it everywhere.

    Example: evenhand redress assess 3fa9 --notice ITA:77c0 --plausible --data phl
    """
    said = {"request": request, "notices": notice or [], "plausible": plausible, "decider": decider}
    show(ask(data, "redress.assess", said), as_json=as_json, text=_matters_screen)


@app.command()
def block(
    matter: MatterId,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is recorded.")],
    lift: Annotated[bool, typer.Option("--lift", help="Lift it instead of upholding it.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Decide whether a precautionary block stays: due within ten days.

    Example: evenhand redress block 3fa9 --reason "the photograph differs" --data phl
    """
    request = {"matter": matter, "uphold": not lift, "reason": reason}
    show(ask(data, "redress.block", request), as_json=as_json, text=_matter_screen)


@app.command()
def position(
    matter: MatterId,
    text: Annotated[str, typer.Option("--text", help="Our reasons for our notice.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Give the deciding member our reasons for a notice of ours.

    Example: evenhand redress position 3fa9 --text "the court named this passport" --data ita
    """
    show(ask(data, "redress.position", {"matter": matter, "position": text}), as_json=as_json, text=_matter_screen)


@app.command()
def decide(  # noqa: PLR0917 - Typer makes options of arguments
    matter: MatterId,
    result: Annotated[str, typer.Argument(help="granted, partly, refused or neither_confirm_nor_deny.")],
    reasons: Annotated[str, typer.Option("--reasons", help="For the members concerned.")],
    ruling: Annotated[str, typer.Option("--ruling", help="delete, correct or keep: binds every member.")] = "",
    published: Annotated[str, typer.Option("--published", help="A reason for all, without names.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Decide a matter, signed; never at the originator or by a unit that acted.

    Example: evenhand redress decide 3fa9 granted --ruling delete --reasons "another person" --data phl
    """
    request = {"matter": matter, "result": result.upper(), "reasons": reasons, "ruling": ruling.upper()}
    if published:
        request["published_reason"] = published
    show(ask(data, "redress.decide", request), as_json=as_json, text=_matter_screen)


@app.command()
def answer(
    request: RequestId,
    text: Annotated[str, typer.Option("--text", help="What the person is told.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Answer the person once everything is decided; prints the letter.

    Example: evenhand redress answer 3fa9 --text "What was held on you has been deleted." --data phl
    """
    answer_ = ask(data, "redress.answer", {"request": request, "text": text})
    show(answer_, as_json=as_json, text=lambda said: console().print(Text(said["letter"])))


@app.command()
def forget(request: RequestId, data: Data = DATA, as_json: Json = False) -> None:
    """Delete an answered request with everything in it from this node.

    Example: evenhand redress forget 3fa9 --data phl
    """
    answer_ = ask(data, "redress.forget", {"request": request})
    show(answer_, as_json=as_json, text=lambda said: console().print(f"Deleted {said['request']}."))


def _desk_screen(said: dict[str, Any]) -> None:
    for one in said["alarms"]:
        console().print(f"[bold red]A protected person was reported[/] ({one['at'][:16]}, {one['notice'][:_SHORT]})")
        seen = f"`evenhand encounter show {one['encounter'][:_SHORT]}`"
        console().print(f"  Act now: tell your oversight, which sees {seen}.")
    for protection, notice, since in said["hunted"]:
        console().print(f"[bold red]{notice[:_SHORT]}[/] of a state fled names somebody protected here ({since[:16]})")
        console().print(f"  Object to it: `evenhand redress object {notice[:_SHORT]}`; see {protection[:_SHORT]}.")
    for one in said["requests"]:
        state = "answered" if one.get("answer") else "assessed" if one.get("assessed") else "to be assessed"
        console().print(f"Request [bold]{one['request'][:_SHORT]}[/] {one['what']}: {state}")
        console().print(Text(f"  {', '.join(one['claimant']['names'])}: {one['statement']}"))
        for key in one.get("possible", ()):
            console().print(f"  may concern {key}")
    for one in said["matters"]:
        _matter_screen(one)
    if not any(said[name] for name in ("alarms", "hunted", "requests", "matters")):
        console().print("No request waits.")


@app.command(name="list")
def list_desk(
    everything: Annotated[bool, typer.Option("--all", help="Answered and decided ones too.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List requests and matters; liaison officers see the matters about our notices.

    Example: evenhand redress list --data phl
    """
    said = ask_pages(data, "redress.list", {"everything": everything}, "requests", "matters")
    show(said, as_json=as_json, text=_desk_screen)


@app.command()
def number(  # noqa: PLR0917 - Typer makes options of arguments
    document: Documents = None,
    notice: Annotated[list[str] | None, typer.Option("--notice", help="CODE:ID the person is not.")] = None,
    consent: Annotated[str, typer.Option("--consent", help="File reference of a misuse victim's consent.")] = "",
    mark: Annotated[list[str] | None, typer.Option("--mark", help="What tells the victim apart.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Issue a redress number: looked at before this person is shown as a candidate, at every member.

    Example: evenhand redress number --document passport:X1234567:UTO --notice ITA:77c0 --data phl
    """
    request: dict[str, Any] = {"documents": _documents(document), "notices": notice or []}
    if consent:
        request["misuse"] = {"consent": consent, "marks": mark or [], "documents": request["documents"]}
    show(
        ask(data, "redress.number", request), as_json=as_json,
        text=lambda said: console().print(f"Number [bold]{said['number']}[/] clears {', '.join(said['cleared'])}."),
    )  # fmt: skip


@app.command(name="take-back")
def take_back(
    number_: Annotated[str, typer.Argument(metavar="NUMBER", help="A redress number of ours.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Erase a redress number and what it says at every member: consent was taken back.

    Example: evenhand redress take-back 3fa9 --data phl
    """
    answer_ = ask(data, "redress.take-back", {"number": number_})
    show(answer_, as_json=as_json, text=lambda said: console().print(f"Erasure ordered in entry {said['entry']}."))


@app.command()
def protect(
    document: Documents = None,
    against: Annotated[list[str] | None, typer.Option("--against", help="Code of a state fled.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Enter that a person is under protection here; it never leaves this node.

    Example: evenhand redress protect --document passport:X1234567:UTO --against UTO --data phl
    """
    request = {"documents": _documents(document), "against": [code.upper() for code in against or []]}
    show(
        ask(data, "protection.grant", request), as_json=as_json,
        text=lambda said: console().print(f"Protection {said['protection'][:_SHORT]} entered."),
    )  # fmt: skip


@app.command()
def unprotect(
    protection: Annotated[str, typer.Argument(help="A protection's id, or its first digits.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Delete a protection that has ended.

    Example: evenhand redress unprotect 3fa9 --data phl
    """
    answer_ = ask(data, "protection.end", {"protection": protection})
    show(answer_, as_json=as_json, text=lambda said: console().print(f"Deleted {said['protection'][:_SHORT]}."))


def _protected_screen(said: dict[str, Any]) -> None:
    for one in said["protected"]:
        console().print(f"{one['protection'][:_SHORT]} against {', '.join(one['against'])} since {one['since'][:10]}")
    for name, key in said["notices"]:
        console().print(f"[bold yellow]{key}[/] of a state fled may be about {name[:_SHORT]}: object to it.")


@app.command()
def protected(data: Data = DATA, as_json: Json = False) -> None:
    """List who is protected here, and notices of states fled that may be about them.

    Example: evenhand redress protected --data phl
    """
    show(ask(data, "protection.list"), as_json=as_json, text=_protected_screen)


@app.command(name="object")
def object_to(
    notice: Annotated[str, typer.Argument(help="CODE:ID of a notice of a state fled.")],
    grounds: Annotated[str, typer.Option("--grounds", help="For the compliance desk's redress officer alone.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Have the compliance desk block a notice on somebody protected here; the originator learns nothing of us.

    Example: evenhand redress object ITA:77c0 --grounds "protected here since 2019" --data phl
    """
    answer_ = ask(data, "protection.object", {"notice": notice, "grounds": grounds})
    show(answer_, as_json=as_json, text=lambda said: console().print(f"{said['desk']} blocks it and decides."))


def _standing_screen(said: dict[str, Any]) -> None:
    words = {"yes": "[green]may be told[/]", "no": "[bold red]must not be told[/]", "wait": "[yellow]not yet[/]"}
    console().print(f"The originator {words[said['report']]}: {said['why']}.")
    if said["awaited"]:
        console().print(f"Awaited: {', '.join(said['awaited'])}; ask again with --question {said['question']}")


@app.command(name="may-report")
def may_report(
    originator: Annotated[str, typer.Argument(help="The member that would be told.")],
    document: Documents = None,
    question: Annotated[str, typer.Option("--question", help="Look at an earlier question.")] = "",
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Ask all members, without saying who, whether somebody is protected against an originator; exit 3 if so.

    Example: evenhand redress may-report UTO --document passport:X1234567:UTO --data phl
    """
    if question:
        said = ask(data, "protection.show", {"question": question})
    else:
        request = {"documents": _documents(document), "originator": originator.upper()}
        said = ask(data, "protection.ask", request)
    show(said, as_json=as_json, text=_standing_screen)
    if said["report"] != "yes":
        leave(REFUSED)
