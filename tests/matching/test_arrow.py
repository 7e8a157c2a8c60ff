"""Tables of questions get the answers of single questions; what is no question is named by its row."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.arrow import search_table
from evenhand.matching.contract import Listed, Query, QueryDocument
from evenhand.matching.engine import NameMatcher


@pytest.fixture(scope="module")
def matcher() -> NameMatcher:
    made = NameMatcher()
    person = Person(
        names=(Name(text="Radomir Tisharin"),),
        birth_dates=(BirthDate(value="1971-03-04"),),
        documents=(Document(type="passport", number="K7741200", issuer="ITA"),),
    )
    made.put("A:1", Listed(person=person))
    made.put("A:2", Listed(person=Person(names=(Name(text="Ilves Marketta"),))))
    return made


def test_a_table_gets_the_answers_of_single_questions(matcher: NameMatcher) -> None:
    table = pa.table({
        "name": ["Tisharin Radomir", "Nobody Known", "Marketta Ilves", None, "\u13a0\u13a1\u13a2"],
        "birth_date": pa.array([date(1971, 3, 4), None, None, None, None]),
        "sex": ["M", None, "U", None, None],
        "nationality": [["ITA"], None, None, None, None],
        "documents": [None, None, None, [{"number": "K7741200", "type": "passport", "issuer": "ITA"}], None],
    })  # fmt: skip
    queries = [
        Query(names=("Tisharin Radomir",), birth_date="1971-03-04", sex="M", nationalities=("ITA",)),
        Query(names=("Nobody Known",)),
        Query(names=("Marketta Ilves",)),
        Query(documents=(QueryDocument(number="K7741200", issuer="ITA"),)),
        Query(names=("\u13a0\u13a1\u13a2",)),
    ]
    found = search_table(matcher, table, threads=2)
    wanted = [
        (at, one.key, one.strength, one.band, [reason.text for reason in one.reasons])
        for at, query in enumerate(queries)
        for one in matcher.search(query).candidates
    ]
    rows = found.to_pylist()
    met = [row for row in rows if row["key"] is not None]
    assert [
        (row["row"], row["key"], row["strength"], row["band"], [one["text"] for one in row["reasons"]]) for row in met
    ] == wanted
    assert {row["row"] for row in met} == {0, 2, 3}
    alone = [row for row in rows if row["key"] is None]
    assert [row["row"] for row in alone] == [4]
    assert tuple(alone[0]["not_compared"]) == matcher.search(queries[4]).not_compared


def test_names_may_be_lists_and_dates_texts(matcher: NameMatcher) -> None:
    table = pa.table({"names": [["Marketta Ilves", "Someone Else"]], "birth_date": ["1980"], "nationality": ["FIN"]})
    assert search_table(matcher, table)["key"].to_pylist() == ["A:2"]


def test_a_table_without_rows_has_an_answer_without_rows(matcher: NameMatcher) -> None:
    found = search_table(matcher, pa.table({"name": pa.array([], pa.string())}))
    assert found.num_rows == 0
    assert found.column_names == ["row", "key", "strength", "band", "reasons", "not_compared"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"surname": ["Ilves"]}, "no table of questions"),
        ({"birth_date": ["1980"]}, "no table of questions"),
        ({"name": ["Ilves", "Ilves"], "birth_date": ["1980", "1980-13"]}, "row 1"),
        ({"name": ["Ilves"], "sex": ["male"]}, "row 0"),
        ({"name": ["Ilves", " "]}, "row 1"),
        ({"name": [7]}, "row 0"),
        ({"documents": [[{"kind": "passport"}]]}, "row 0"),
    ],
)
def test_what_is_no_question_is_named(matcher: NameMatcher, columns: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        search_table(matcher, pa.table(columns))


def test_what_is_missing_is_said(matcher: NameMatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match="pyarrow"):
        search_table(matcher, {"name": ["Ilves"]})
