"""Invented people in every script, drawn by a seed: the same seed gives the same people.

Knows:    `synthetic_names`, and how real lists state dates, places and documents.
Told:     a seed and a count.
Answers:  entries as an importer would give them, ready for the writers of `synthetic_lists`.
Trusted:  no: for tests, demonstrations and simulation. No entry describes a real person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from evenhand.identity.dates import BirthDate
from evenhand.identity.person import Document, Name, Person, Place
from evenhand.interop.synthetic_names import CULTURES, Culture, Part

T = TypeVar("T")

_TITLES: Final = ("Logistics coordinator", "Accountant", "Radio operator", "Courier", "Workshop owner")
_KINDS: Final = ("passport", "national_id")


class SyntheticPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invented list entry: `reference` looks like a list number; dates are YYYY-MM-DD."""

    reference: str
    person: Person
    addresses: tuple[Place, ...]
    designation: str
    remark: str
    listed_on: str


class _Dice:
    """Numbers drawn from SHA-256 over a seed and a counter: equal on every machine and Python version."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0

    def randint(self, low: int, high: int) -> int:
        """Draw a number between two bounds, both included."""
        self._drawn += 1
        block = hashlib.sha256(f"evenhand-synthetic-{self._seed}-{self._drawn}".encode()).digest()
        return low + int.from_bytes(block[:8]) % (high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        """Draw one item."""
        return items[self.randint(0, len(items) - 1)]


def synthetic_persons(seed: int, count: int) -> list[SyntheticPerson]:
    """Draw `count` people, scripts in turn. Equal arguments give equal people on every machine."""
    dice = _Dice(seed)
    return [_person(dice, CULTURES[number % len(CULTURES)], number + 1) for number in range(count)]


def _person(dice: _Dice, culture: Culture, number: int) -> SyntheticPerson:
    female = dice.randint(1, 5) <= 2  # noqa: PLR2004 - a share, as any other would do
    given = dice.choice(culture.female if female else culture.male)
    family = dice.choice(culture.family)
    home = Place(city=culture.town, country=culture.country)
    return SyntheticPerson(
        reference=f"SYi.{number:03d}",
        person=Person(
            names=_names(dice, culture, given, family),
            birth_dates=_births(dice, number),
            birth_places=(home,),
            sex="F" if female else "M",
            nationalities=(culture.country,),
            documents=tuple(_document(dice, culture.country, kind) for kind in _KINDS[: 1 + number % 2]),
        ),
        addresses=(
            Place(text=f"{dice.randint(1, 200)} Invented Street", city=culture.town, country=culture.country),
        ),
        designation=dice.choice(_TITLES),
        remark=f"Invented for tests, entry {number}.",
        listed_on=f"{dice.randint(2005, 2024)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
    )


def _names(dice: _Dice, culture: Culture, given: Part, family: Part) -> tuple[Name, ...]:
    made = [Name(text=f"{given.latin} {family.latin}", given=given.latin, family=family.latin)]
    if culture.script != "Latn":
        pair = (family, given) if culture.family_first else (given, family)
        made.append(
            Name(
                text=culture.joiner.join(part.original for part in pair),
                script=culture.script,
                given=given.original,
                family=family.original,
            )
        )
    variant = f"{given.variant} {family.variant}"
    if variant != made[0].text:
        made.append(Name(text=variant, kind="alias_good", given=given.variant, family=family.variant))
    made.append(
        Name(text=f"{given.latin} the {dice.choice(('Tall', 'Quiet', 'Elder', 'Tailor'))}", kind="alias_low")
    )
    return tuple(made)


def _births(dice: _Dice, number: int) -> tuple[BirthDate, ...]:
    year = dice.randint(1950, 2000)
    exact = BirthDate(value=f"{year}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}")
    forms = (
        (exact,),
        (BirthDate(value=str(year), certainty="approximate"),),
        (BirthDate(value=str(year), until=str(year + 3)),),
        (exact, BirthDate(value=str(year + 1))),
    )
    return forms[number % len(forms)]


def _document(dice: _Dice, country: str, kind: str) -> Document:
    letters = "".join(dice.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(2))
    number = f"{letters}{dice.randint(1_000_000, 9_999_999)}"
    if kind == "national_id":
        return Document(type=kind, number=str(dice.randint(10**9, 10**10 - 1)), issuer=country)
    year = dice.randint(2012, 2022)
    return Document(
        type=kind,
        number=number,
        issuer=country,
        issued=f"{year}-03-1{dice.randint(0, 9)}",
        expires=f"{year + 10}-03-09",
    )
