"""The matcher finds the right person by any spelling, says why, and never calls a name alone strong."""

from __future__ import annotations

import pytest

from evenhand.ground.errors import CorruptionError
from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person
from evenhand.matching.contract import Answer, Listed, Query, QueryDocument
from evenhand.matching.engine import NameMatcher

BORN = BirthDate(value="1970-02-03")


def listed(*names: Name, born: tuple[BirthDate, ...] = ()) -> Listed:
    return Listed(person=Person(names=names, birth_dates=born))


@pytest.fixture(scope="module")
def matcher() -> NameMatcher:
    found = NameMatcher()
    found.put_many([
        ("ITA:1", listed(Name(text="Radomir Velkovan Tisharin"), born=(BORN,))),
        ("ITA:2", Listed(document=Document(type="passport", number="AB 123-4", issuer="ITA"))),
        ("ITA:3", listed(Name(text="طارق البلوشاني", script="Arab"))),
        ("ITA:4", listed(Name(text="Zubayr Quentarro"), Name(text="Abu Hamdun", kind="kunya"))),
        ("ITA:5", listed(Name(text="Oderico Malvezzin", kind="alias_low"), born=(BORN,))),
    ])  # fmt: skip
    return found


def keys(answer: Answer) -> list[str]:
    return [candidate.key for candidate in answer.candidates]


@pytest.mark.parametrize(
    "name",
    [
        "Radomir Velkovan Tisharin",
        "TISHARIN, Radomir Velkovan",
        "TISHARIN<<RADOMIR<VELKOVAN",
        "Радомир Велкован Тишарин",
    ],
)
def test_one_person_in_many_spellings(matcher: NameMatcher, name: str) -> None:
    assert keys(matcher.search(Query(names=(name,)))) == ["ITA:1"]


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("Tarsok Heonbaru Quentarro", "Tarsokheonbaru Quentarro"),  # where words meet, k and h are no kh
        ("Dalpatsingh Tisharin", "Dalpat Singh Tisharin"),  # nor t and s a ts
        ("Chandrav Shekhara Malvezzin", "Chandravshekhara Malvezzin"),  # of two long words
        ("Tishusha Quentarro", "Tichoucha Quentarro"),  # two sounds told in another language
        ("Radomir Brosh", "Radomir Broch"),
    ],
)
def test_joined_and_likened_words_are_found(asked: str, known: str) -> None:
    one = NameMatcher()
    one.put("ITA:1", listed(Name(text=known), born=(BORN,)))
    assert keys(one.search(Query(names=(asked,), birth_date="1970-02-03"))) == ["ITA:1"]


def test_a_name_alone_is_never_strong_and_a_birth_date_makes_it_so(matcher: NameMatcher) -> None:
    alone = matcher.search(Query(names=("Radomir Velkovan Tisharin",))).candidates[0]
    assert alone.band == "possible"
    dated = matcher.search(Query(names=("Radomir Velkovan Tisharin",), birth_date="1970-02-03")).candidates[0]
    assert dated.band == "strong"
    assert {reason.field for reason in dated.reasons} == {"name", "birth_date"}


def test_another_birth_date_speaks_against(matcher: NameMatcher) -> None:
    assert keys(matcher.search(Query(names=("Radomir Velkovan Tisharin",), birth_date="1991-11-20"))) == []


def test_a_low_alias_is_never_strong_even_with_a_birth_date(matcher: NameMatcher) -> None:
    found = matcher.search(Query(names=("Oderico Malvezzin",), birth_date="1970-02-03")).candidates
    assert all(candidate.band == "possible" for candidate in found)
    assert [candidate.key for candidate in found] == ["ITA:5"]


def test_a_kunya_alone_is_never_strong(matcher: NameMatcher) -> None:
    found = matcher.search(Query(names=("Abu Hamdun",), birth_date="1970-02-03")).candidates
    assert all(candidate.band == "possible" for candidate in found)


def test_a_document_agrees_by_type_number_and_issuer(matcher: NameMatcher) -> None:
    equal = matcher.search(Query(documents=(QueryDocument(number="ab1234", issuer="ITA"),)))
    assert [(found.key, found.band) for found in equal.candidates] == [("ITA:2", "strong")]
    no_issuer = matcher.search(Query(documents=(QueryDocument(number="AB1234"),)))
    assert [found.band for found in no_issuer.candidates] == ["possible"]
    assert not matcher.search(Query(documents=(QueryDocument(number="AB1234", issuer="FRA"),))).candidates
    assert not matcher.search(Query(documents=(QueryDocument(number="A81234", issuer="ITA"),))).candidates


@pytest.mark.parametrize("name", ["ꦗꦮ", "123", "\u202e\u202c", "…"])
def test_what_cannot_be_compared_is_said(matcher: NameMatcher, name: str) -> None:
    answer = matcher.search(Query(names=(name,)))
    assert answer.candidates == ()
    assert len(answer.not_compared) == 1


def test_changes_are_seen_by_the_next_search() -> None:
    changing = NameMatcher()
    changing.put("ITA:1", listed(Name(text="Radomir Tisharin")))
    assert keys(changing.search(Query(names=("Radomir Tisharin",)))) == ["ITA:1"]
    changing.put("ITA:1", listed(Name(text="Zubayr Quentarro")))
    assert keys(changing.search(Query(names=("Radomir Tisharin",)))) == []
    assert keys(changing.search(Query(names=("Zubayr Quentarro",)))) == ["ITA:1"]
    changing.drop("ITA:1")
    changing.drop("ITA:1")
    assert keys(changing.search(Query(names=("Zubayr Quentarro",)))) == []


def test_blocks_settle_and_merge_without_losing_anybody() -> None:
    many = NameMatcher()
    vowels = "aeiou"
    for at in range(300):
        name = f"Rad{vowels[at % 5]}mir Tish{vowels[at // 5 % 5]}r{'bdfgklmnprstvz'[at // 25]}in"
        many.put(f"ITA:{at}", listed(Name(text=name)))
    many.drop("ITA:7")
    assert "ITA:7" not in keys(many.search(Query(names=("Radomir Tisharbin",))))
    again = NameMatcher()
    again.load(many.dump())
    asked = Query(names=("Radamir Tisharbin",))
    assert again.search(asked) == many.search(asked)
    assert "ITA:0" in keys(again.search(asked))


def test_a_damaged_or_foreign_dump_is_refused(matcher: NameMatcher) -> None:
    data = matcher.dump()
    with pytest.raises(CorruptionError, match="damaged"):
        NameMatcher().load(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(CorruptionError, match="another matcher version"):
        NameMatcher().load(bytes(32) + data[32:])


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("Cemal Tisharin", "Jamal Tisharin"), ("Musa al-Kazim", "Musa al-Kadhim"), ("Mehmet Ethem", "Muhammad Adham"),
        ("Ebu Muaz el-Golani", "Abu Muadh al-Jawlani"), ("Hatice Quentarro", "Khadija Quentarro"),
        ("Selahattin Tisharin", "Salah al-Din Tisharin"), ("Zulfikar Quentarro", "Dhu al-Fiqar Quentarro"),
        ("Jamal Tisharin", "Cemal Tisharin"), ("Salah al-Din Tisharin", "Selahattin Tisharin"),
        ("Yevhen Serhiyovych Tishubyn", "Evgeny Sergeevich Tishubin"), ("Mikalai Karpiankou", "Nikolai Karpenkov"),
        ("Volodymyr Hnatiuk", "Vladimir Gnatyuk"),
    ],
)  # fmt: skip
def test_a_name_is_found_as_another_people_spells_it(asked: str, known: str) -> None:
    one = NameMatcher()
    one.put_many([("ITA:1", listed(Name(text=known))), ("ITA:2", listed(Name(text="Kemal Tisharin")))])
    answer = one.search(Query(names=(asked,)))
    assert keys(answer)[0] == "ITA:1"
    assert "by another usual spelling" in answer.candidates[0].reasons[0].text


def test_a_name_that_only_looks_like_one_of_another_people_is_none() -> None:
    one = NameMatcher()
    one.put("ITA:1", listed(Name(text="Jamal Tisharin")))
    answer = one.search(Query(names=("Kemal Tisharin",)))
    assert all("usual spelling" not in candidate.reasons[0].text for candidate in answer.candidates)
