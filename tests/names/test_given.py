"""What a given name stands for: short forms of many languages, abbreviations, one name from language to language."""

from __future__ import annotations

import pytest

from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Listed, Query
from evenhand.matching.engine import NameMatcher
from evenhand.names.forms import forms
from evenhand.names.given import GIVEN_MAX, given, lines
from evenhand.names.latin import fold, sound, with_article
from evenhand.names.parts import PARTICLE, nicknames

SHORT = [
    ("sasha", "aleksandr"), ("misha", "mikhail"), ("vova", "vladimir"), ("katya", "ekaterina"), ("gosia", "malgorzata"),
    ("wojtek", "wojciech"), ("honza", "jan"), ("mujo", "mustafa"), ("fritz", "friedrich"), ("hansi", "johannes"),
    ("sepp", "joseph"), ("pista", "istvan"), ("giorgos", "georgios"), ("pepe", "jose"), ("paco", "francisco"),
    ("chuy", "jesus"), ("ze", "jose"), ("beppe", "giuseppe"), ("gigi", "luigi"), ("memo", "mehmet"),
    ("apo", "abdullah"), ("wm", "william"), ("md", "muhammad"), ("chas", "charles"), ("bill", "william"),
]  # fmt: skip
ELSEWHERE = [
    ("jorge", "georg"), ("karoly", "charles"), ("gioacchino", "joachim"), ("giovanni", "johann"), ("istvan", "stefan"),
    ("miklos", "nicholas"), ("henrik", "heinrich"), ("guglielmo", "william"),
]  # fmt: skip


@pytest.mark.parametrize(("short", "formal"), SHORT)
def test_a_short_form_leads_to_the_formal_name(short: str, formal: str) -> None:
    assert sound(formal) in {sound(text) for text, _ in nicknames()[short]}


@pytest.mark.parametrize(("short", "formal"), SHORT[:6])
def test_a_formal_name_leads_to_its_usual_short_form(short: str, formal: str) -> None:
    assert sound(short) in {sound(text) for text, _ in nicknames()[formal]}


@pytest.mark.parametrize(("one", "other"), ELSEWHERE)
def test_one_name_from_language_to_language(one: str, other: str) -> None:
    """Whichever is asked for, or at least the one whose language has few names for it."""
    reached = {(a, sound(text)) for a in (one, other) for text, _ in nicknames()[a]}
    assert reached & {(one, sound(other)), (other, sound(one))}


@pytest.mark.parametrize(("one", "other"), [("maria", "ali"), ("jan", "ivana"), ("omar", "homer"), ("said", "sid")])
def test_two_names_stay_two(one: str, other: str) -> None:
    assert other not in dict(nicknames().get(one, ()))
    assert one not in dict(nicknames().get(other, ()))


def test_the_table_is_plain_and_says_nothing_twice() -> None:
    seen: set[str] = set()
    for formal, short in lines():
        for words in (formal, short):
            assert len(words) == len(set(words)), formal
            assert all(word == fold(word) and len(word) > 1 for word in words), formal
        assert not set(formal) & set(short), formal
        told = f"{formal} {short}"
        assert told not in seen, told
        seen.add(told)
    assert all(len(others) <= sum(GIVEN_MAX.values()) and word not in dict(others) for word, others in given().items())


def test_sayyid_is_a_title_or_a_name() -> None:
    readings = forms("Musa Muhammad Sayyid")
    assert [[word.spellings[0][0] for word in one if not word.kind] for one in readings] == [
        ["musa", "muhammad"], ["musa", "muhammad", "sayyid"],
    ]  # fmt: skip
    assert sound("said") in {sound(text) for text, _, _ in readings[1][2].spellings}


@pytest.mark.parametrize("tie", ["ben", "ibn", "bin", "ibne"])
def test_the_words_for_son_are_one(tie: str) -> None:
    (reading,) = forms(f"Radomir {tie} Tisharin")
    assert reading[1].kind == PARTICLE
    assert "bin" in {text for text, _, _ in reading[1].spellings}


@pytest.mark.parametrize(
    ("assimilated", "whole"),
    [("abdurrahman", "abdulrahman"), ("abdessamad", "abdulsamad"), ("abdoussalam", "abdulsalam"),
     ("abdennour", "abdulnour"), ("abdushshakur", "abdulshakur"),
     ("abdulkarim", ""), ("abdou", ""), ("abdurr", ""), ("abdelnasser", "")],
)  # fmt: skip
def test_an_assimilated_article_is_the_article(assimilated: str, whole: str) -> None:
    assert with_article(assimilated) == whole


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("Suhaili Abdur Rahman", "Suhaili Abdul Rahman"), ("Abdun Nasir Tisharin", "Abdelnasser Tisharin"),
        ("Kim Chong-un", "Kim Jong Un"), ("KIM, Chong-un", "Kim Jong Un"), ("KIM<<CHONG<UN", "Kim Jong Un"),
        ("Mr Kim Chong Un", "Kim Jong-un"), ("Kim Jong Un", "KIM Chong-un"), ("Jang Song Thaek", "Chang Song-taek"),
        ("Ri Thae Ryong", "Lee Tae-ryong"), ("Park Chung Hee", "Pak Chong-hui"),
        ("Slava Tymoshchuk", "Vyacheslav Tymoshchuk"),
        ("Md Rahim Uddin", "Rahim Uddin"), ("John Tisharin MD", "John Tisharin"),
        ("Kim Chongun", "Kim Jong-un"), ("Ham Sok Hon", "Ham Seok-heon"),
        ("Pak Chong-hui", "Park Jeong-hui"), ("Jo Yon Jun", "Yon Chun CHO"),
        ("Md Radomir Tisharin", "Mohammad Radomir Tisharin"),
        ("Mixel Intxauspe", "Michel Inchauspe"), ("Syed Radomir Tisharin", "Seyyed Radomir Tisharin"),
    ],
)  # fmt: skip
def test_a_list_is_asked_so(asked: str, listed: str) -> None:
    matcher = NameMatcher()
    matcher.put("ITA:1", Listed(person=Person(names=(Name(text=listed),))))
    matcher.put("ITA:2", Listed(person=Person(names=(Name(text="Kim Yong-chol"), Name(text="Velko Abdulkarim")))))
    assert [one.key for one in matcher.search(Query(names=(asked,))).candidates] == ["ITA:1"]


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("Kim Min Su", "Kim Min Seo"), ("Kim Min Jun", "Kim Min Jeon"), ("Kim Min Ho", "Kim Min Hyo"),
        ("Kim Min Gi", "Kim Min Gu"), ("Gina Lee", "Ki Na Ri"), ("Sami Jung", "Sam Yi Chung"),
        ("Calin Tisharin", "Carlos Tisharin"), ("Mina Tisharin", "Wilhelmina Tisharin"),
        ("Ma Tisharin", "Maria Tisharin"),
        ("Kadir Tisharin", "Abdulkadir Tisharin"), ("Rita Tisharin", "Margarita Tisharin"),
        ("Jo Tisharin", "Johannes Tisharin"),
    ],
)  # fmt: skip
def test_two_usual_names_stay_two(asked: str, listed: str) -> None:
    """What is usually a name of its own for some people is no short form; syllables that sound apart are not one."""
    matcher = NameMatcher()
    matcher.put("ITA:1", Listed(person=Person(names=(Name(text=listed),))))
    assert matcher.search(Query(names=(asked,))).candidates == ()
