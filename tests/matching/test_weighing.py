"""Weighing: what found a name also tells why, as if the two names stood alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching import engine
from evenhand.matching.contract import Listed, Query, QueryDocument
from evenhand.matching.engine import NameMatcher
from evenhand.matching.invented import invent
from evenhand.matching.naming import best_name

OTHERS = ("王榮璋", "김정일", "محمد حسن العلي", "Абдул Халим Ахмедов", "Abu Yusuf", "Wung Joung Chang", "يوسف أبو بكر")

NUMBER, BORN = "N0000000", BirthDate(value="1961-03-04")


def _people(count: int) -> list[Person]:
    invented = [Person(names=tuple(Name(text=one) for one in names)) for names in invent(count)]
    invented[0] = msgspec.structs.replace(
        invented[0], documents=(Document(type="passport", number=NUMBER, issuer="UTO"),), birth_dates=(BORN,)
    )
    return [*invented, *(Person(names=(Name(text=one), Name(text="Nom Deguerre", kind="alias_low"))) for one in OTHERS)]


@pytest.fixture(scope="module")
def matcher() -> NameMatcher:
    made = NameMatcher()
    made.put_many((f"P:{at}", Listed(person=one)) for at, one in enumerate(_people(300)))
    return made


def _questions() -> list[Query]:
    names = [one.names[0].text for one in _people(300)]
    turned = [" ".join(reversed(name.split())) for name in names]
    dated = [Query(names=(name,), birth_date="1980", sex="M", nationalities=("UTO",)) for name in turned]
    several = [Query(names=(one, other)) for one, other in zip(names, reversed(names), strict=True)]
    return [*(Query(names=(name,)) for name in names), *dated, *several, Query(names=("Nom Deguerre",))]


def test_a_reason_is_that_of_the_two_names_side_by_side(matcher: NameMatcher) -> None:
    people, met = _people(300), 0
    for query in _questions():
        for one in matcher.search(query).candidates:
            named = best_name(query.names, people[int(one.key[2:])].names)
            assert named is not None
            assert one.reasons[0] == named.reason
            met += 1
    assert met > len(people)


def test_many_at_once_are_weighed_as_one_by_one_on_any_number_of_threads(matcher: NameMatcher) -> None:
    questions = _questions()
    document = QueryDocument(number=NUMBER, type="passport", issuer="UTO")
    questions += [Query(documents=(document,)), Query(names=("Nom Deguerre",), documents=(document,))]
    alone = [matcher.search(query) for query in questions]
    for threads in (1, 2, 3):
        assert matcher.search_many(questions, threads=threads) == alone


def test_who_holds_the_document_is_met_whatever_the_name(matcher: NameMatcher) -> None:
    document, name = QueryDocument(number=NUMBER, type="passport", issuer="UTO"), _people(1)[0].names[0].text
    for query in (Query(documents=(document,)), Query(names=("Nom Autrement",), documents=(document,))):
        [one] = [found for found in matcher.search(query).candidates if found.key == "P:0"]
        assert [reason.field for reason in one.reasons] == ["document"]
    both = matcher.search(Query(names=(name,), documents=(document,))).candidates
    [one] = [found for found in both if found.key == "P:0"]
    assert {"name", "document"} <= {reason.field for reason in one.reasons}


def test_who_was_born_another_day_is_no_candidate_by_name(matcher: NameMatcher) -> None:
    name = _people(1)[0].names[0].text
    keys = {
        date: [one.key for one in matcher.search(Query(names=(name,), birth_date=date)).candidates]
        for date in (BORN.value, "1962-11-27")
    }
    assert "P:0" in keys[BORN.value]
    assert "P:0" not in keys["1962-11-27"]


def test_several_may_ask_at_once_while_words_are_given_other_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_ASKED_WORDS_MAX", 40)  # a few groups of questions
    made = NameMatcher()
    made.put_many((f"P:{at}", Listed(person=one)) for at, one in enumerate(_people(100)))
    questions = [Query(names=(one.names[0].text,)) for one in _people(100)]
    alone = [made.search(query) for query in questions]
    assert all(one.candidates for one in alone)
    starts = [*range(0, len(questions), 9)] * 4
    groups = [questions[at : at + 9] for at in starts]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(made.search_many, groups))
    assert answers == [alone[at : at + 9] for at in starts]


def test_of_a_flight_each_document_meets_its_holder_in_whatever_block_and_nobody_else() -> None:
    made = NameMatcher()
    holders = [Person(names=(Name(text=f"Nom {at}"),),
                      documents=(Document(type="passport", number=f"AO{at:05}", issuer="UTO"),))
               for at in range(60)]  # fmt: skip
    made.put_many((f"P:{at}", Listed(person=one)) for at, one in enumerate(holders[:40]))
    for at in range(40, 60):
        made.put(f"P:{at}", Listed(person=holders[at]))
    made.put("P:x", Listed(document=Document(type="passport", number="AO00007", issuer="UTO")))
    made.drop("P:5")
    made.drop("P:45")
    asked = [Query(names=("Xu Wq",), documents=tuple(QueryDocument(number=number, issuer="UTO") for number in each))
             for at in range(60) for each in ((f"AO{at:05}", "B1"), (f"ao-{at:05}",), (f"CC{at:05}",))]  # fmt: skip
    met = [{one.key for one in answer.candidates} for answer in made.search_many(asked)]
    for at in range(60):
        holder = {f"P:{at}"} - {"P:5", "P:45"} | ({"P:x"} if at == 7 else set())
        assert met[3 * at : 3 * at + 3] == [holder, holder, set()]
