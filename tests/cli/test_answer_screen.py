"""An answer fits a screen; what does not fit is counted, and every reason shows what was compared with what."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from evenhand.cli.answer_screen import answer_screen
from evenhand.cli.case_screens import scan_screen
from evenhand.cli.face import leave_as_found

LONG = "Aurelianus Maximilianus Constantinopolitanos Theodorakis-Papanikolaou de la Frontera y Montesinos"


def candidate(number: int = 1, name: str = "Radomir Tisharin", **more: object) -> dict[str, Any]:
    return {
        "originator": "ITA", "notice_id": f"{number:032x}", "version": 1, "kind": "person", "listed_as": name,
        "category": "test", "requested_action": "DISCREET_REPORT", "fallback_action": "NONE",
        "action_here": "DISCREET_REPORT", "strength": 900 - number, "band": "possible",
        "reasons": [
            {"field": "name", "weight": 640, "text": "the names are alike", "asked": "رادومير", "listed": name},
            {"field": "birth_date", "weight": -320, "text": "the birth dates differ", "asked": "1970",
             "listed": "1981"},
            {"field": "sex", "weight": 0, "text": "the sex is not known"},
        ],
        "handling": {"tlp": "GREEN"}, "expires": "2031-01-01T00:00:00.000Z", **more,
    }  # fmt: skip


def said(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "answer": {"at": "2031-01-01T00:00:00.000Z", "state": "ab" * 32, "candidates": found, "not_compared": ()},
        "freshness": {"by_member": {"PHL": 4}, "stale": False, "action_ceiling": None, **more},
    }


def lines_of(value: dict[str, Any], *, everything: bool = False) -> list[str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        answer_screen(value, everything=everything)
    return out.getvalue().splitlines()


def test_a_candidate_says_what_was_compared_with_what() -> None:
    text = "\n".join(lines_of(said(candidate())))
    assert "POSSIBLE match, strength 899 of 1000: Radomir Tisharin" in text
    assert " + name: the names are alike\n     asked \u2068رادومير\u2069, listed Radomir Tisharin" in text
    assert " - birth date: the birth dates differ\n     asked 1970, listed 1981" in text
    assert " = sex: the sex is not known" in text
    assert "Do here: DISCREET_REPORT (asked: DISCREET_REPORT; otherwise NONE)" in text
    assert "never an order" in text


def test_what_else_an_officer_must_know() -> None:
    links = [{"said_by": "PHL", "relation": "not_same_person", "notice": "PHL:12"}]
    one = candidate(refer_to_originator=True, flagged_here=True, links=links)
    value = said(one, by_member={"PHL": None, "FRA": 7300}, stale=True, action_ceiling="DISCREET_REPORT")
    value["answer"]["not_compared"] = ("'x': written in a script this matcher does not know",)
    text = "\n".join(lines_of(value))
    assert "Refer to ITA" in text
    assert "Flagged for our territory" in text
    assert "PHL says not_same_person: PHL:12" in text
    assert "Not compared: 'x'" in text
    assert "PHL never heard, FRA 2 h" in " ".join(text.split())
    assert "may be old" in text
    assert "At most DISCREET_REPORT" in text


def test_silence_about_what_was_not_compared_is_no_green_light(capsys: pytest.CaptureFixture[str]) -> None:
    value = said()
    value["answer"]["not_compared"] = ("'x': written in a script this matcher does not know",)
    text = lines_of(value)
    assert text[0] == "No candidate among what could be compared."
    assert text[1] == "Not compared: 'x': written in a script this matcher does not know"
    scan_screen({"candidates": [], "suppressed": 0, "action_ceiling": None, "encounter": "e" * 20, "state": "ab" * 32,
                 "not_compared": value["answer"]["not_compared"]})  # fmt: skip
    assert capsys.readouterr().out.splitlines()[:2] == text[:2]


@pytest.mark.parametrize(
    ("candidates", "stale", "not_compared", "code"),
    [(["one"], True, ["x"], 10), ([], False, ["x"], 5), ([], True, [], 5), ([], False, [], None)],
)
def test_a_command_ends_as_it_found(
    candidates: list[str], *, stale: bool, not_compared: list[str], code: int | None
) -> None:
    found = {"candidates": candidates, "not_compared": not_compared}
    if code is None:
        leave_as_found(found, stale=stale)
        return
    with pytest.raises(typer.Exit) as ended:
        leave_as_found(found, stale=stale)
    assert ended.value.exit_code == code


def test_nobody_is_found() -> None:
    assert lines_of(said())[0] == "No candidate. Nothing held here speaks for a match."


@given(st.integers(1, 40), st.sampled_from(("Radomir Tisharin", LONG, "محمد البلوشاني طارق", "백진희")))
def test_it_fits_a_screen_and_counts_what_does_not(many: int, name: str) -> None:
    lines = lines_of(said(*(candidate(number, name) for number in range(1, many + 1))))
    assert len(lines) <= 24
    assert max(cell_len(line) for line in lines) <= 80
    in_full = sum("of 1000" in line for line in lines)
    in_a_line = sum(line.startswith("possible ") for line in lines)
    hidden = [line for line in lines if "are not shown" in line]
    left = int(hidden[0].split()[0]) if hidden else 0
    assert in_full + in_a_line + left == many
    assert in_full >= 1


def test_all_of_them_on_demand() -> None:
    lines = lines_of(said(*(candidate(number) for number in range(1, 41))), everything=True)
    assert sum("of 1000" in line for line in lines) == 40
