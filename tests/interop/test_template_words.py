"""A table of one's own in the languages of its clerks: its headings and what stands under them."""

from __future__ import annotations

import pytest

from evenhand.interop import template


def test_a_surname_and_a_given_name_are_a_name() -> None:
    proposal = template.propose("Lfd. Nr.,Nachname,Vorname,Tatvorwurf\n1,Bell,Ada,§129a\n".encode())
    assert proposal.missing == ()
    assert template.propose(b"Nr,Vorname,Tatvorwurf\n1,Ada,x\n").missing == ("name",)


@pytest.mark.parametrize(
    "heading", ["NÉ(E) LE", "Né(e) le", "Née le", "Né le / Née le", "Nato/a il", "Nacido(a) el", "geb. am"]
)
def test_born_on_is_a_date_of_birth_for_men_and_women(heading: str) -> None:
    assert template.propose(f"{heading}\n1970\n".encode()).mapping == {heading: "birth_date"}
