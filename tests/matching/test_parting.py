"""Names that were run together find whoever bears the parts, and nobody else."""

from __future__ import annotations

import re

import pytest

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.interop import un_sc
from evenhand.matching.build import Engine, build_matcher
from evenhand.matching.contract import Listed, Matcher, Query
from evenhand.matching.engine import NameMatcher
from evenhand.matching.parting import PARTS_MAX, WAYS_MAX, long_words, ways, written_apart
from evenhand.names.cleaning import ZONE_NAME_CHARACTERS
from tests.conftest import SHARED

BORN = "1970-02-03"
ENGINES: tuple[Engine, ...] = ("names", "plain")


def listed(*names: str) -> Listed:
    return Listed(person=Person(names=tuple(map(_name, names)), birth_dates=(BirthDate(value=BORN),)))


def _name(text: str) -> Name:
    return Name(text=text)


@pytest.fixture(scope="module", params=ENGINES)
def matcher(request: pytest.FixtureRequest) -> Matcher:
    found = build_matcher(request.param)
    found.put_many([
        ("ITA:1", listed("Tarsok Heonbar Velkovan Quentarro")),
        ("ITA:2", listed("Zubayrel El Malvezzin")),
        ("ITA:3", listed("Abdul Tishar Oderic")),
        ("ITA:4", listed("Marish Velsin", "Annavel Brosko")),
    ])  # fmt: skip
    return found


def strengths(matcher: Matcher, name: str, born: str | None = BORN) -> dict[str, tuple[int, str]]:
    found = matcher.search(Query(names=(name,), birth_date=born)).candidates
    return {one.key: (one.strength, one.band) for one in found}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("TARSOKHEONBARVELKOVAN QUENTARRO", "ITA:1"),
        ("QUENTARRO<<TARSOKHEONBARVELKOVAN", "ITA:1"),
        ("Tarsok Heonbar VelkovanQuentarro", "ITA:1"),
        ("TARSOKHEONBARVELKOVANQUENTARRO", "ITA:1"),
        ("QUENTARROTARSOKHEONBARVELKOVAN", "ITA:1"),
        ("TARSOKHEONBAR VELKOVANQUENTARRO", "ITA:1"),
        ("ZUBAYRELEL MALVEZZIN", "ITA:2"),
        ("MALVEZZINZUBAYRELEL", "ITA:2"),
    ],
)
def test_names_run_together_are_strong_with_the_birth_date(matcher: Matcher, name: str, key: str) -> None:
    assert strengths(matcher, name)[key][1] == "strong"


@pytest.mark.parametrize("name", ["TARSOKHEONBARVELKOVANQUENTARRO", "QUENTARROTARSOKHEONBARVELKOVAN"])
def test_they_say_a_little_less_than_the_same_name_apart(matcher: Matcher, name: str) -> None:
    apart, together = (strengths(matcher, one, None) for one in ("Quentarro Tarsok Heonbar Velkovan", name))
    assert 0 < apart["ITA:1"][0] - together["ITA:1"][0] < 30


def test_a_servant_counts_with_the_word_behind_it(matcher: Matcher) -> None:
    assert strengths(matcher, "ODERICABDUL TISHAR")["ITA:3"][1] == "strong"


@pytest.mark.parametrize("name", ["Marishbrosko Olivarez", "Velsinannavel Olivarez", "Tarsokmalvezzin Olivarez"])
def test_words_of_two_names_or_two_people_are_not_put_together(matcher: Matcher, name: str) -> None:
    assert strengths(matcher, name, None) == {}


@pytest.mark.parametrize("name", ["Velsinmarish Olivarezin Katrop", "Heonbartarsok Olivarezin"])
def test_half_a_name_is_no_more_than_half_a_name(matcher: Matcher, name: str) -> None:
    assert all(band != "strong" for _, band in strengths(matcher, name, None).values())


def test_a_known_name_is_never_taken_apart() -> None:
    one = NameMatcher()
    one.put("ITA:1", listed("Marie Tishar Quentarro Anne"))
    told = [one.search(Query(names=(name,))).candidates for name in ("Annetishar Quentarro", "Annemarie Quentarro")]
    taken = [[found.reasons[0].text.endswith(", written as one word") for found in found_of] for found_of in told]
    assert taken[0] == [True]
    assert not any(taken[1])


@pytest.mark.parametrize("engine", ENGINES)
def test_the_answer_is_the_same_however_the_list_came_to_be(engine: Engine) -> None:
    once, bit_by_bit, again = (build_matcher(engine) for _ in range(3))
    people = [("ITA:1", listed("Tarsok Heonbar Quentarro")), ("ITA:2", listed("Heonbar Tarsok"))]
    once.put_many(people)
    bit_by_bit.put_many([("ITA:9", listed("Tarsokheonbar Velsin Brosko"))])
    for key, one in reversed(people):
        bit_by_bit.put(key, one)
    bit_by_bit.drop("ITA:9")
    again.load(once.dump())
    for name in ("HEONBARTARSOK QUENTARRO", "QUENTARROTARSOK HEONBAR", "TARSOK QUENTARROHEONBAR"):
        query = Query(names=(name,), birth_date=BORN)
        assert once.search(query) == bit_by_bit.search(query) == again.search(query), name
        assert once.search(query).candidates


@pytest.mark.parametrize("engine", ENGINES)
def test_who_was_forgotten_is_not_found_by_a_name_run_together(engine: Engine) -> None:
    one = build_matcher(engine)
    one.put_many([("ITA:1", listed("Tarsok Heonbar Quentarro")), ("ITA:2", listed("Radomir Velsin"))])
    one.drop("ITA:1")
    assert strengths(one, "QUENTARROTARSOKHEONBAR") == {}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_list_without_names_is_asked_in_vain(engine: Engine) -> None:
    one = build_matcher(engine)
    one.put("ITA:1", Listed(document=Document(type="passport", number="U1234", issuer="UTO")))
    assert strengths(one, "QUENTARROTARSOKHEONBAR") == {}


def test_many_questions_are_answered_as_one_by_one() -> None:
    one = NameMatcher()
    one.put_many([("ITA:1", listed("Tarsok Heonbar Quentarro")), ("ITA:2", listed("Radomir Velsin"))])
    names = ("HEONBARTARSOK QUENTARRO", "Radomir Velsin", "VELSINRADOMIR", "Oderico Brosko")
    queries = [Query(names=(name,), birth_date=BORN) for name in names]
    assert one.search_many(queries) == [one.search(query) for query in queries]


def test_a_word_is_made_of_listed_words_and_no_others() -> None:
    every = {"ana", "bel", "anabel", "elma", "sorin", "ab"}
    made = ways("anabelsorin", lambda words: [word in every for word in words])
    assert made == (("anabel", "sorin"), ("ana", "bel", "sorin"))
    assert ways("elabdul", lambda words: [False for _ in words]) == (), "articles and servants alone are nobody"
    assert ways("bel" * (PARTS_MAX + 1), lambda words: [word == "bel" for word in words]) == ()


def test_a_name_has_few_ways_to_be_written_apart() -> None:
    (run,) = long_words("Ada Sorinbel")
    every = [(word[:3], word[3:]) for word in ("abcdef", "abcdeg", "abcdeh", "abcdei", "abcdej")]
    found = written_apart("Ada Sorinbel", [(run, every)], lambda _: True)
    assert [one.name for one in found] == ["Ada abc def", "Ada abc deg", "Ada abc deh", "Ada abc dei"]
    assert len(found) == WAYS_MAX


def test_letters_with_marks_are_folded() -> None:
    assert [run.word for run in long_words("Ada Šörinßbel Über")] == ["sorinssbel"]


def test_a_zone_that_was_not_full_does_not_seem_cut_when_it_is_written_apart() -> None:
    name = "QUENTARRO<<TARSOKHEONBARVELSK"
    assert len(name) == ZONE_NAME_CHARACTERS - 1
    runs = [(run, [("tarsok", "heonbarvelsk")]) for run in long_words(name) if "tarsok" in run.word]
    (one,) = written_apart(name, runs, lambda _: True)
    assert one.name == "QUENTARRO<<TARSOK<HEONBARVELSK<"


@pytest.mark.parametrize("engine", ENGINES)
def test_of_a_real_list_hardly_anybody_is_lost_by_given_names_run_together(engine: Engine) -> None:
    path = SHARED / "lists/un/un_consolidated_2025-04-19.xml"
    if not path.exists():
        pytest.skip("no real list at hand")
    every = [entry.person for entry in un_sc.parse(path.read_bytes()).entries if entry.person]
    people = {str(at): person for at, person in enumerate(every)}
    one, keys, queries = build_matcher(engine), list[str](), list[Query]()
    one.put_many((key, Listed(person=person)) for key, person in people.items())
    for key, person in [*people.items()][:: 1 if engine == "names" else 8]:  # plain takes a hundred times as long
        primary = next((name.text for name in person.names if name.kind == "primary" and name.script == "Latn"), "")
        *given, family = re.sub("[^A-Z ]", "", primary.upper()).split() or [""]
        if given:
            born = next((date.value for date in person.birth_dates), None)
            name, nations = f"{''.join(given)} {family}", person.nationalities[:1]
            keys.append(key)
            queries.append(Query(names=(name,), birth_date=born, nationalities=nations))
    answers = one.search_many(queries) if isinstance(one, NameMatcher) else map(one.search, queries)
    found = [key in {one.key for one in answer.candidates} for key, answer in zip(keys, answers, strict=True)]
    assert len(keys) > 80
    assert found.count(False) <= 5, [query.names for query, met in zip(queries, found, strict=True) if not met]
