"""The tables of ICAO 9303 part 3 section 6, eighth edition, 2021: what each letter must and may be spelled."""

from __future__ import annotations

import pytest

from evenhand.ground.errors import InputError
from evenhand.ground.limits import NAME_CHARACTERS_MAX
from evenhand.travellers.transliteration import mrz_spellings, recommended_spelling

LATIN = {
    "A": "ÀÁÂÃĀĂĄ", "AE": "Æ", "C": "ÇĆĈĊČ", "D": "ÐĎĐ", "E": "ÈÉÊËĒĔĖĘĚ", "G": "ĜĞĠĢ", "H": "ĤĦ",
    "I": "ÌÍÎÏĨĪĬĮİı", "IJ": "Ĳ", "J": "Ĵ", "K": "Ķ", "L": "ĹĻĽĿŁ", "N": "ŃŅŇŊ", "O": "ÒÓÔÕŌŎŐ", "OE": "ØŒ",
    "R": "ŔŖŘ", "S": "ŚŜŞŠ", "SS": "ẞß", "T": "ŢŤŦ", "TH": "Þ", "U": "ÙÚÛŨŪŬŮŰŲ", "W": "Ŵ", "Y": "ÝŶŸ", "Z": "ŹŻŽ",
    "AE|A": "Ä", "AA|A": "Å", "N|NXX": "Ñ", "OE|O": "Ö", "UE|UXX|U": "Ü",
}  # fmt: skip
CYRILLIC = {
    "A": "А", "B": "Б", "V": "В", "D": "Д", "DZ": "Ѕ", "E": "ЕЭ", "F": "Ф", "I": "І", "IE": "Ъ", "J": "Ј", "K": "К",
    "L": "Л", "LJ": "Љ", "M": "М", "N": "Н", "NJ": "Њ", "O": "О", "P": "П", "R": "Р", "S": "С", "T": "Т",
    "U": "УЎѪ", "Y": "ЫѴ", "Z": "З", "G": "Ґ", "C": "Һ", "CH|C": "Ч", "D|": "Ђ", "DZ|DJ": "Џ", "E|IO": "Ё",
    "G|H": "Г", "G|GJ": "Ғ", "I|Y": "ИЙ", "I|YI": "Ї", "IA|YA": "Я", "IE|YE": "Є", "IU|YU": "Ю", "K|KJ": "Ќ",
    "KH|H": "Х", "SH|S": "Ш", "SHCH|SHT": "Щ", "TS|C": "Ц", "ZH|Z": "Ж",
}  # fmt: skip
ARABIC = {
    0x0621: "XE", 0x0622: "XAA", 0x0623: "XAE", 0x0624: "U", 0x0625: "I", 0x0626: "XI", 0x0627: "A", 0x0628: "B",
    0x062A: "T", 0x062B: "XTH", 0x062C: "J", 0x062D: "XH", 0x062E: "XKH", 0x062F: "D", 0x0630: "XDH", 0x0631: "R",
    0x0632: "Z", 0x0633: "S", 0x0634: "XSH", 0x0635: "XSS", 0x0636: "XDZ", 0x0637: "XTT", 0x0638: "XZZ",
    0x0639: "E", 0x063A: "G", 0x0641: "F", 0x0642: "Q", 0x0643: "K", 0x0644: "L", 0x0645: "M", 0x0646: "N",
    0x0647: "H", 0x0648: "W", 0x0649: "XAY", 0x064A: "Y", 0x0671: "XXA", 0x0679: "XXT", 0x067C: "XRT", 0x067E: "P",
    0x0681: "XKE", 0x0685: "XXH", 0x0686: "XC", 0x0688: "XXD", 0x0689: "XDR", 0x0691: "XXR", 0x0693: "XRR",
    0x0696: "XRX", 0x0698: "XJ", 0x069A: "XXS", 0x06A4: "V", 0x06A5: "XF", 0x06A9: "XKK", 0x06AB: "XXK",
    0x06AD: "XNG", 0x06AF: "XGG", 0x06BA: "XNN", 0x06BC: "XXN", 0x06BE: "XDO", 0x06C0: "XYH", 0x06C1: "XXG",
    0x06C2: "XGE", 0x06C3: "XTG", 0x06CC: "XYA", 0x06CD: "XXY", 0x06D0: "Y", 0x06D2: "XYB", 0x06D3: "XBE",
}  # fmt: skip
NOT_ENCODED = (0x0640, *range(0x064B, 0x0651), 0x0652, 0x0670, 0x069C, 0x06A2, 0x06A7, 0x06A8)


@pytest.mark.parametrize(
    ("letter", "spellings"),
    [(letter, said.split("|")) for said, letters in (LATIN | CYRILLIC).items() for letter in letters],
)
def test_latin_and_cyrillic_letters(letter: str, spellings: list[str]) -> None:
    assert recommended_spelling(letter) == recommended_spelling(letter.lower()) == spellings[0]
    assert set(spellings) - {""} <= mrz_spellings(letter)


@pytest.mark.parametrize(("code", "spelling"), ARABIC.items())
def test_arabic_letters(code: int, spelling: str) -> None:
    assert recommended_spelling(chr(code)) == spelling
    assert spelling in mrz_spellings(chr(code))


@pytest.mark.parametrize("code", NOT_ENCODED)
def test_signs_that_are_not_encoded(code: int) -> None:
    assert recommended_spelling("\u0628" + chr(code) + "\u0628") == "BB"


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("عبّاس", "EBBAS"),
        ("فضّة", "FXDZXDZXAH"),  # teh marbuta ends the name
        ("فِضَّةٌ", "FXDZXDZXAH"),  # vowel signs stand between the letter and its shadda, and after the last letter
        ("فاطمة الرازي", "FAXTTMXAH ALRAZY"),
        ("نعمةالله", "NEMXTAALLH"),  # and here it does not end it
        ("محمد بن زكريا", "MXHMD BN ZKRYA"),
        ("\u0651ب", "B"),
    ],
)
def test_doubling_and_teh_marbuta(name: str, spelling: str) -> None:
    assert recommended_spelling(name) == spelling
    assert spelling in mrz_spellings(name)


def test_a_shadda_may_be_absent_from_the_zone() -> None:
    assert {"EBBAS", "EBAS"} <= mrz_spellings("عبّاس")
    assert {"FXDZXDZXAH", "FXDZXAH", "FXDZXDZXTA"} <= mrz_spellings("فضّة")


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("D'Artagnan", "DARTAGNAN"), ("D’Artagnan", "DARTAGNAN"), ("Marie-Elise", "MARIE ELISE"),
        ("Eriksson, Anna", "ERIKSSON ANNA"), ("Anna,Maria", "ANNA MARIA"), ("Bell (Jr.)", "BELL JR"),
        ("St. John/Smith", "ST JOHNSMITH"), ("Paral·lel", "PARALLEL"),
    ],
)  # fmt: skip
def test_punctuation(name: str, spelling: str) -> None:
    assert recommended_spelling(name) == spelling


def test_a_name_of_plain_letters_has_the_one_spelling_of_its_letters() -> None:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
        assert mrz_spellings(letter) == {letter.upper()}
    for name in ("", " ", "Ilmar  Ferventu ", "ILMAR", "o'Ferventu", "Ilmar-Dasha", "Ilmar, Dasha", "Zoé"):
        assert mrz_spellings(name) == {recommended_spelling(name)}
    with pytest.raises(InputError, match="the limit"):
        mrz_spellings("A" * (NAME_CHARACTERS_MAX + 1))
