"""`evenhand encounter`: one person at one post, from the scan to the closed case.

Knows:    the words of each step.
Told:     by officers, verifiers, supervisors.
Answers:  how the encounter stands and what is owed; exit 3 where the procedure refuses, with its rule.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from evenhand.cli.encounter_face import NOBODY, Anyway, Encounter, Officer, Unit, app, step
from evenhand.cli.face import DATA, Data, Json, ask, ask_pages, console, leave_as_found, show
from evenhand.cli.letters import read_items
from evenhand.cli.movement import movement

__all__ = ["app", "movement", "read_items"]


@app.command()
def scan(  # noqa: PLR0917 - Typer makes options of arguments
    names: Annotated[list[str] | None, typer.Argument(help="Names as written.", metavar="[NAME]...")] = None,
    purpose: Annotated[str, typer.Option("--purpose", help="BORDER_CHECK, BOARDING, POLICE_CHECK …")] = "",
    legal_basis: Annotated[str, typer.Option("--legal-basis", help="The law that allows this check.")] = "",
    birth_date: Annotated[str | None, typer.Option("--birth-date", help="YYYY, YYYY-MM or YYYY-MM-DD.")] = None,
    two_digit_year: Annotated[
        bool, typer.Option("--two-digit-year", help="The document has two digits of the birth year.")
    ] = False,
    sex: Annotated[str, typer.Option("--sex", help="F, M, X, or U for unknown.")] = "U",
    nationality: Annotated[list[str] | None, typer.Option("--nationality", help="ICAO code.")] = None,
    document: Annotated[list[str] | None, typer.Option("--document", help="TYPE:NUMBER:ISSUER.")] = None,
    movement: Annotated[str, typer.Option("--movement", help="CROSSING, BOARDING or CASE beside it.")] = "",
    systematic: Annotated[bool, typer.Option("--systematic", help="Everybody is checked at this lane.")] = False,
    lane: Annotated[str, typer.Option("--lane", help="The lane.")] = "",
    redress_number: Annotated[str, typer.Option("--redress-number", help="The person's redress number.")] = "",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Look a person up for a stated purpose: an encounter begins. Exit codes as of `evenhand find`.

    Example: evenhand encounter scan "Juan Inventado" --purpose BORDER_CHECK --legal-basis "Code art 8" --officer o1
    """
    from evenhand.cli.app import read_document
    from evenhand.cli.case_screens import scan_screen

    request = {
        "names": names or [], "birth_date": birth_date, "sex": sex.upper(), "purpose": purpose.upper(),
        "nationalities": [code.upper() for code in nationality or []], "legal_basis": legal_basis, "lane": lane,
        "documents": [read_document(text) for text in document or []], "movement": movement.upper(),
        "redress_number": redress_number, "systematic": systematic, "officer": officer, "unit": unit,
        "two_digit_year": two_digit_year,
    }  # fmt: skip
    answer = ask(data, "encounter.scan", request)
    show(answer, as_json=as_json, text=scan_screen)
    leave_as_found(answer, stale=answer["stale"])


@app.command(name="open")
def open_candidate(
    encounter: Encounter, officer: Officer = NOBODY, unit: Unit = NOBODY, data: Data = DATA, as_json: Json = False
) -> None:
    """Say that the evidence for and against is being read.

    Example: evenhand encounter open 3f2a --officer o1
    """
    step("open", data, as_json, {"encounter": encounter, "officer": officer, "unit": unit})


@app.command()
def verify(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    outcome: Annotated[str, typer.Argument(help="POSITIVE, NEGATIVE or INCONCLUSIVE.")],
    notice: Annotated[str, typer.Option("--notice", help="The candidate compared.")],
    agrees: Annotated[list[str] | None, typer.Option("--agrees", help="An identifier that agrees.")] = None,
    differs: Annotated[list[str] | None, typer.Option("--differs", help="An identifier that does not.")] = None,
    available: Annotated[list[str] | None, typer.Option("--available", help="What could be compared.")] = None,
    second: Annotated[str, typer.Option("--second", help="The second person who looked.")] = "",
    second_code: Annotated[str, typer.Option("--second-code", help="Their own one-time code, with accounts.")] = "",
    supervisor: Annotated[str, typer.Option("--supervisor", help="Who decided an inconclusive one.")] = "",
    supervisor_code: Annotated[str, typer.Option("--supervisor-code", help="Their own one-time code.")] = "",
    grounds: Annotated[str, typer.Option("--grounds", help="Why.")] = "",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Record who compared what, and what they found. NEGATIVE clears the pair and tells the originator.

    Example: evenhand encounter verify 3f2a POSITIVE --notice PHL:9c --agrees document --agrees birth_date --second v2
    """
    compared = [{"identifier": one, "agrees": True} for one in agrees or []]
    compared += [{"identifier": one, "agrees": False} for one in differs or []]
    request = {
        "encounter": encounter, "outcome": outcome.upper(), "notice": notice, "compared": compared,
        "available": available or [], "second": second, "second_code": second_code, "supervisor": supervisor,
        "supervisor_code": supervisor_code, "grounds": grounds, "officer": officer, "unit": unit,
    }  # fmt: skip
    step("verify", data, as_json, request)


@app.command()
def check(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    protected: Annotated[bool, typer.Option("--protected", help="Protected against the originator.")] = False,
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Ask the originator's own node now how the notice stands.

    Example: evenhand encounter check 3f2a --officer v1
    """
    step("check", data, as_json, {"encounter": encounter, "protected": protected, "officer": officer, "unit": unit})


@app.command()
def contact(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    urgency: Annotated[str, typer.Option("--urgency", help="FLASH, URGENT or ROUTINE.")] = "URGENT",
    reason: Annotated[str, typer.Option("--reason", help="Why it is urgent.")] = "",
    reach: Annotated[str, typer.Option("--reach", help="Where a person answers here.")] = "",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Send the hit message to the originator, sealed to it alone.

    Every member was asked, blinded, whether it protects the person against the originator. Where one does, nothing
    is sent. Where one has not said yet, the refusal says until when it is waited for (rule P-03).

    Example: evenhand encounter contact 3f2a --urgency FLASH --reason "a person waits" --officer v1
    """
    request = {"encounter": encounter, "urgency": urgency.upper(), "reason": reason, "reach": reach}
    step("contact", data, as_json, {**request, "officer": officer, "unit": unit})


@app.command()
def authorise(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    action: Annotated[str, typer.Argument(help="The action of the ladder.")],
    legal_basis: Annotated[str, typer.Option("--legal-basis", help="A basis registered for it.")] = "",
    proportionality: Annotated[str, typer.Option("--proportionality", help="Why no milder one serves.")] = "",
    independent: Annotated[bool, typer.Option("--independent", help="A domestic ground of its own.")] = False,
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    anyway: Anyway = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Authorise an action, as somebody who did not verify.

    Example: evenhand encounter authorise 3f2a HOLD --legal-basis "Code art 12" --proportionality "flight" --officer s1
    """
    request = {
        "encounter": encounter, "action": action.upper(), "legal_basis": legal_basis, "independent": independent,
        "proportionality": proportionality, "officer": officer, "unit": unit, "anyway": anyway,
    }  # fmt: skip
    step("authorise", data, as_json, request)


@app.command()
def act(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    action: Annotated[str, typer.Argument(help="What is done.")],
    place: Annotated[str, typer.Option("--place", help="Where.")] = "",
    force: Annotated[str, typer.Option("--force", help="What force was used.")] = "none",
    telephone: Annotated[str, typer.Option("--telephone", help="For NO_BOARD: a number a person answers.")] = "",
    child: Annotated[bool, typer.Option("--child", help="The person is a child.")] = False,
    told: Annotated[bool, typer.Option("--told", help="The person was told why; never for a discreet notice.")] = False,
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    anyway: Anyway = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Record that an action begins; refused with its rule while something is missing.

    Example: evenhand encounter act 3f2a HOLD --place "airport" --officer o1
    """
    request = {
        "encounter": encounter, "action": action.upper(), "place": place, "force": force, "telephone": telephone,
        "child": child, "subject_told": told, "officer": officer, "unit": unit, "anyway": anyway,
    }  # fmt: skip
    step("act", data, as_json, request)


@app.command()
def release(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    how: Annotated[str, typer.Option("--how", help="RELEASED, HANDED_OVER or DONE.")] = "RELEASED",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    anyway: Anyway = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Record that an action is over. A release is never refused.

    Example: evenhand encounter release 3f2a --how RELEASED --officer o1
    """
    request = {"encounter": encounter, "how": how.upper(), "officer": officer, "unit": unit, "anyway": anyway}
    step("end", data, as_json, request)


@app.command()
def custody(  # noqa: PLR0917 - Typer makes options of arguments
    encounter: Encounter,
    guarantee: Annotated[str, typer.Argument(help="REASONS, LANGUAGE, LAWYER_NOTICE, CONSULAR_OFFER, JUDGE …")],
    note: Annotated[str, typer.Option("--note", help="What was said.")] = "",
    officer: Officer = NOBODY,
    unit: Unit = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Record a guarantee given to a person who is held.

    Example: evenhand encounter custody 3f2a REASONS --officer o1
    """
    request = {"encounter": encounter, "act": guarantee.upper(), "note": note, "officer": officer, "unit": unit}
    step("custody", data, as_json, request)


@app.command(name="show")
def show_one(encounter: Encounter, officer: Officer = NOBODY, data: Data = DATA, as_json: Json = False) -> None:
    """Show an encounter with everything recorded of it.

    Example: evenhand encounter show 3f2a --officer o1
    """
    from evenhand.cli.case_screens import shown_screen

    answer = ask(data, "encounter.show", {"encounter": encounter, "officer": officer})
    show(answer, as_json=as_json, text=shown_screen)


@app.command(name="list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List the encounters under way, the nearest clock first.

    Example: evenhand encounter list --data ita
    """
    from evenhand.cli.case_screens import encounters_screen

    said = ask_pages(data, "encounter.list", {"everything": everything}, "encounters")
    show(said, as_json=as_json, text=encounters_screen)


@app.command()
def law(
    action: Annotated[str, typer.Argument(help="The action of the ladder.")],
    legal_basis: Annotated[str, typer.Argument(help="Statute and section.")],
    officer: Officer = NOBODY,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Register a legal basis of this member for one action.

    Example: evenhand encounter law HOLD "Code art 12" --officer legal1
    """
    request = {"action": action.upper(), "legal_basis": legal_basis, "officer": officer}

    def text(said: dict[str, Any]) -> None:
        for one, basis in said["bases"]:
            console().print(f"{one}: {basis}", markup=False)

    show(ask(data, "encounter.law", request), as_json=as_json, text=text)
