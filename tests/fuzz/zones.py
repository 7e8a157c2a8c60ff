"""Fuzzing targets for travel documents: zones as readers and as people give them, printed rows, spellings."""

from __future__ import annotations

from datetime import date

from evenhand.ground.errors import InputError
from evenhand.travellers.arabic_readings import READINGS_MAX, arabic_readings
from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_print import print_mrz
from evenhand.travellers.mrz_suggest import suggest
from evenhand.travellers.mrz_values import clean_lines
from evenhand.travellers.transliteration import SPELLINGS_MAX, mrz_spellings, plain_spellings, recommended_spelling
from evenhand.travellers.visible_zone import ROW_FIELDS, traveller_of_row
from tests.fuzz.targets import Target

TODAY = date(2026, 11, 23)
ZONES = (
    ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    ("I<UTOD23145890<AB112234566<<<<", "7408122F1204159UTO<<<<<<<<<<<4", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
    ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
    ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"),
)
ROW = "ERIKSSON\tAnna Maria\t1974-08-12\tF\tUTO\tpassport\tL898902C3\tUTO\t2012-04-15"


def mrz(data: bytes) -> None:
    """A zone is read or refused, and a sound one prints back."""
    lines = tuple(data.decode("latin-1").split("\n"))
    try:
        read = parse_mrz(lines, today=TODAY)
    except InputError:
        return
    assert read.problems or print_mrz(read) == lines


def typed(data: bytes) -> None:
    """A zone as pasted is read or refused; suggestions leave fewer problems than there were."""
    try:
        lines = clean_lines(data.decode("utf-8", "replace"), tolerant=True)
        problems = parse_mrz(lines, today=TODAY).problems
    except InputError:
        return
    if len(problems) == 1:
        assert all(one.problems_gone > 0 for one in suggest(lines, today=TODAY))


def row(data: bytes) -> None:
    """A printed row is read or refused."""
    fields = data.decode("utf-8", "replace").split("\t")
    try:
        traveller = traveller_of_row(dict(zip(ROW_FIELDS, fields, strict=False)), today=TODAY)
    except InputError:
        return
    assert bool(traveller.names) or "given name" in traveller.unknown


def spellings(data: bytes) -> None:
    """A name has at most so many spellings, the recommended one among them, all of A to Z; so many readings at most."""
    name = data.decode("utf-8", "replace")
    try:
        found, recommended = mrz_spellings(name), recommended_spelling(name)
    except InputError:
        return
    assert (recommended in found) if recommended is not None else not found
    assert len(found) <= SPELLINGS_MAX
    assert all(one.replace(" ", "").isascii() for one in found)
    assert name in plain_spellings(name)
    assert len(arabic_readings((name, recommended or ""), ("IRQ",))) <= READINGS_MAX


TARGETS = {
    "mrz": Target(mrz, lambda: ["\n".join(zone).encode() for zone in ZONES], 100),
    "mrz-typed": Target(typed, lambda: [" \n".join(zone).lower().encode() for zone in ZONES], 120),
    "visible-zone": Target(row, lambda: [ROW.encode(), b"FNU\t\t\t\tD"], 200),
    "mrz-spellings": Target(spellings, lambda: ["Jürgen Müßig".encode(), "Юлія".encode(), "عبّاس فاطمة".encode()], 60),
}
