"""Who a FollowTheMoney file accuses, and of what: no more and no fewer people than it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evenhand.interop.formats import read_list
from evenhand.interop.model import ParsedList


def ftm(*entities: dict[str, Any]) -> ParsedList:
    return read_list("ftm", {"file": "\n".join(json.dumps(one) for one in entities).encode()})


def entity(key: str, schema: str, /, **properties: Any) -> dict[str, Any]:
    return {"id": key, "schema": schema, "properties": properties}


def test_a_paper_of_two_people_is_read_for_each_of_them() -> None:
    parsed = ftm(
        entity("s", "Sanction", entity=["a", "b", "c"], authority=["UN"], program=["1267"], reason=["bombing"],
               listingDate=["2001-02-03"], shoe=["40"]),
        entity("p", "Passport", holder=["a", "b"], number=["X1"], country=["it"]),
        entity("a", "Person", name=["Ada Bell"], topics=["sanction"]),
        entity("b", "Person", name=["Cy Dorn"], topics=["sanction"]),
    )  # fmt: skip
    ada, cy = parsed.entries
    for one in (ada, cy):
        assert (one.material.offence, one.listed_on) == ("UN: 1267, bombing", "2001-02-03")
        assert one.person is not None
        assert [(paper.number, paper.issuer) for paper in one.person.documents] == [("X1", "ITA")]
    assert [(one.entry_id, one.field) for one in parsed.refusals] == [
        ("a", "sanction/shoe"), ("b", "sanction/shoe"), ("s", "entry"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("topics", "accused"),
    [
        (["sanction"], True), (["wanted"], True), (["debarment"], True), (["crime"], True), (["crime.terror"], True),
        (["role.rca", "crime.fin"], True), ([], True),
        (["sanction.linked", "role.rca"], False), (["sanction.counter", "role.pep"], False), (["crimes"], False),
        (["wanted.not"], False), (["debarment.former"], False),
    ],
)  # fmt: skip
def test_a_notice_needs_an_accusation(topics: list[str], *, accused: bool) -> None:
    parsed = ftm(entity("a", "Person", name=["Ada Bell"], topics=topics))
    assert len(parsed.entries) == accused
    if not accused:
        assert [one.reason for one in parsed.refusals] == [f"listed without an accusation: {', '.join(topics)}"]


def test_a_paper_of_too_much_is_refused_once() -> None:
    people = [entity(f"p{number}", "Person", name=[f"Ada Bell {number}"]) for number in range(3)]
    dates = [f"no date {number}" for number in range(7_000)]
    parsed = ftm(entity("s", "Sanction", entity=["p0", "p1", "p2"], listingDate=dates, reason=["bombing"]), *people)
    assert [(one.entry_id, one.reason) for one in parsed.refusals] == [
        ("s", "a paper of too many subjects and values")
    ]  # fmt: skip
    assert all(one.listed_on is None for one in parsed.entries)
    assert len(ftm(entity("s", "Sanction", entity=["p0"], listingDate=dates), *people).refusals) > 1_000
