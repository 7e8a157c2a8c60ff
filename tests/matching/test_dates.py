"""Birth dates are graded as they are known: a range of years, about a year, a day."""

from __future__ import annotations

import pytest

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher
from evenhand.matching.evidence import DATE_CONFLICT, DATE_EQUAL, DATE_NEAR_YEAR, DATE_YEAR, date_reason

BORN = "1970-02-03"


@pytest.mark.parametrize(
    ("listed", "asked", "weight", "shown"),
    [
        (BirthDate(value="1970", until="1975"), "1973-05-06", DATE_YEAR, "1970 to 1975"),
        (BirthDate(value="1970", until="1975"), "1976-05-06", DATE_NEAR_YEAR, "1970 to 1975"),
        (BirthDate(value="1970", until="1975"), "1969", DATE_NEAR_YEAR, "1970 to 1975"),
        (BirthDate(value="1970", until="1975"), "1977", DATE_CONFLICT, "1970 to 1975"),
        (BirthDate(value="1970", certainty="approximate"), "1972", DATE_YEAR, "about 1970"),
        (BirthDate(value="1970", certainty="approximate"), "1973-01-01", DATE_NEAR_YEAR, "about 1970"),
        (BirthDate(value="1970", certainty="approximate"), "1974", DATE_CONFLICT, "about 1970"),
        (BirthDate(value=BORN, certainty="approximate"), BORN, DATE_EQUAL, f"about {BORN}"),
        (BirthDate(value=BORN), BORN, DATE_EQUAL, BORN),
    ],
)  # fmt: skip
def test_a_range_of_years_is_shown_as_one_and_ends_as_gently_as_a_year(
    listed: BirthDate, asked: str, weight: int, shown: str
) -> None:
    said = date_reason(asked, (listed,))
    assert said is not None
    assert (said.weight, said.listed) == (weight, shown)
    matcher = NameMatcher()
    matcher.put("UTO:1", Listed(person=Person(names=(Name(text="Radomir Tisharin"),), birth_dates=(listed,))))
    met = matcher.search(Query(names=("Radomir Tisharin",), birth_date=asked)).candidates
    assert [one.key for one in met] == (["UTO:1"] if weight > DATE_CONFLICT else [])
