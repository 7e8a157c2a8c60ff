"""Invented people written as JSON and as tables: FollowTheMoney, INTERPOL, US CSL, Australia, our template.

Knows:    the formats `ftm_list`, `interpol`, `us_csl`, `australia` and `template` read.
Told:     synthetic people.
Answers:  bytes that parse back to the same people, as far as the format can say it.
Trusted:  no: for tests, demonstrations and simulation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from evenhand.ground.canonical import canonical_bytes
from evenhand.identity.dates import BirthDate
from evenhand.interop.countries import country_alpha2, country_name
from evenhand.interop.synthetic import SyntheticPerson
from evenhand.interop.synthetic_lists import EDITION, OFAC_DOCUMENT, latin_aliases, place_words, worded_birth
from evenhand.interop.template import COLUMNS

_FTM_NAMES: Final = {"primary": "name", "alias_good": "alias", "alias_low": "weakAlias"}
_SEXES: Final = {"M": "male", "F": "female"}
_BOM: Final = "utf-8-sig"


def _iso(code: str | None) -> str:
    return (country_alpha2(code or "") or "zz").lower()


def ftm_rows(people: Iterable[SyntheticPerson], *, nested: bool = True) -> Iterator[bytes]:
    """Yield FollowTheMoney lines one by one: nested, or with papers and sanctions on lines of their own."""
    for one in people:
        said: dict[str, list[Any]] = {}
        for name in one.person.names:
            said.setdefault(_FTM_NAMES[name.kind], []).append(name.text)
        said |= {
            "birthDate": [words for born in one.person.birth_dates for words in _ftm_birth(born)],
            "birthPlace": [place.city for place in one.person.birth_places],
            "gender": [_SEXES[one.person.sex]], "nationality": [_iso(code) for code in one.person.nationalities],
            "position": [one.designation], "notes": [one.remark], "topics": ["sanction"],
            "address": [f"{place.text}, {place.city}" for place in one.addresses],
        }  # fmt: skip
        papers = [
            _ftm(f"{one.reference}-{number}", "Passport" if document.type == "passport" else "Identification", {
                "holder": [one.reference], "number": [document.number], "type": [document.type],
                "country": [_iso(document.issuer)], "startDate": [document.issued], "endDate": [document.expires],
            })
            for number, document in enumerate(one.person.documents)
        ]  # fmt: skip
        sanction = _ftm(f"{one.reference}-s", "Sanction", {
            "entity": [one.reference], "authority": ["Invented authority"], "program": ["INVENTED"],
            "listingDate": [one.listed_on],
        })  # fmt: skip
        inside = {"identification": papers, "sanctions": [sanction]} if nested else {}
        apart = [] if nested else [*papers, sanction]
        for entity in (*apart[:1], _ftm(one.reference, "Person", said | inside), *apart[1:]):
            yield canonical_bytes(entity) + b"\n"


def _ftm_birth(born: BirthDate) -> list[str]:
    return [worded_birth(born)] if born.until or born.certainty == "approximate" else [born.value]


def _ftm(name: str, schema: str, said: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        "id": name, "schema": schema, "caption": name, "datasets": ["invented"], "referents": [], "target": True,
        "last_change": f"{EDITION}T00:00:00",
        "properties": {key: kept for key, values in said.items() if (kept := [one for one in values if one])},
    }  # fmt: skip


def write_ftm(people: Iterable[SyntheticPerson]) -> bytes:
    """Write a nested FollowTheMoney file."""
    return b"".join(ftm_rows(people))


def write_interpol(people: Iterable[SyntheticPerson]) -> bytes:
    """Write INTERPOL notices; the format holds one Latin name, one birth date and no documents."""
    notices = [
        {
            "entity_id": one.reference, "forename": one.person.names[0].given, "name": one.person.names[0].family,
            "date_of_birth": one.person.birth_dates[0].value.replace("-", "/"), "sex_id": one.person.sex,
            "nationalities": [country_alpha2(code) for code in one.person.nationalities],
            "place_of_birth": one.person.birth_places[0].city,
            "country_of_birth_id": country_alpha2(one.person.birth_places[0].country or ""),
            "distinguishing_marks": one.remark,
            "arrest_warrants": [{"charge": "Invented charge", "issuing_country_id": "IT"}],
            "_links": {"self": {"href": f"https://interpol.invalid/notices/v1/red/{number}"}},
        }
        for number, one in enumerate(people, start=1)
    ]  # fmt: skip
    return canonical_bytes({"total": len(notices), "_embedded": {"notices": notices}})


def _csl(one: SyntheticPerson) -> dict[str, Any]:
    primary = one.person.names[0]
    ids: list[dict[str, Any]] = [{"type": "Gender", "number": _SEXES[one.person.sex].title(), "country": None}]
    ids += [
        {"type": OFAC_DOCUMENT[each.type], "number": each.number, "country": _iso(each.issuer).upper(),
         "issue_date": each.issued, "expiration_date": each.expires}
        for each in one.person.documents
    ]  # fmt: skip
    return {
        "id": one.reference, "source": "Invented List", "type": "Individual", "programs": ["INVENTED"],
        "name": f"{primary.family}, {primary.given}", "title": one.designation, "remarks": one.remark,
        "start_date": one.listed_on, "ids": ids,
        "alt_names": [f"{n.family}, {n.given}" for n in latin_aliases(one) if n.family],
        "dates_of_birth": [worded_birth(born) for born in one.person.birth_dates],
        "places_of_birth": [place_words(place) for place in one.person.birth_places],
        "nationalities": [_iso(code).upper() for code in one.person.nationalities], "citizenships": [],
        "addresses": [
            {"address": p.text, "city": p.city, "state": None, "postal_code": None, "country": _iso(p.country).upper()}
            for p in one.addresses
        ],
    }  # fmt: skip


def write_csl_json(people: Iterable[SyntheticPerson]) -> bytes:
    """Write a Consolidated Screening List in JSON; the format holds Latin names only."""
    return canonical_bytes({"results": [_csl(one) for one in people]})


def write_csl_csv(people: Iterable[SyntheticPerson]) -> bytes:
    """Write a Consolidated Screening List in CSV: lists joined by semicolons, papers and places in words."""
    rows = []
    for one in people:
        row = _csl(one)
        row["addresses"] = "; ".join(f"{a['address']}, {a['city']}, {a['country']}" for a in row["addresses"])
        row["ids"] = "; ".join(f"{i['type']}, {i['number']}" + (f", {i['country']}" if i["country"] else "")
                               for i in row["ids"])  # fmt: skip
        rows.append({key: "; ".join(value) if isinstance(value, list) else value for key, value in row.items()})
    return _csv(rows)


def australian_rows(people: Iterable[SyntheticPerson]) -> list[dict[str, str]]:
    """Return the rows of an Australian list: one for the primary name, one for each other name."""
    rows = []
    for number, one in enumerate(people, start=1):
        for place, name in enumerate(one.person.names):
            kind = "Original Script" if name.script != "Latn" else "Primary Name" if place == 0 else "aka"
            row = {
                "Reference": f"{number}{chr(96 + place) if place else ''}", "Name of Individual or Entity": name.text,
                "Type": "Individual", "Name Type": kind, "Committees": "Invented committee",
                "Control Date": "/".join(reversed(one.listed_on.split("-"))),
                "Alias Strength": "Weak" if name.kind == "alias_low" else "", "Travel Ban": "TRUE",
            }  # fmt: skip
            if place == 0:
                row |= {
                    "Date of Birth": "; ".join(worded_birth(born) for born in one.person.birth_dates),
                    "Place of Birth": place_words(one.person.birth_places[0]),
                    "Citizenship": "; ".join(country_name(code) for code in one.person.nationalities),
                    "Address": one.addresses[0].text or "",
                    "Additional Information": f"{one.designation}. {one.remark}",
                }  # fmt: skip
            rows.append(row)
    return rows


def write_australia(people: Iterable[SyntheticPerson]) -> bytes:
    """Write an Australian list as CSV; the format holds no sex and no documents."""
    return _csv(australian_rows(people))


def template_rows(people: Iterable[SyntheticPerson]) -> list[dict[str, str]]:
    """Return the rows of our own template."""
    rows = []
    for one in people:
        primary, *others = one.person.names
        said = {
            "reference": one.reference, "name": primary.text, "given_name": primary.given or "",
            "family_name": primary.family or "", "sex": one.person.sex,
            "aliases": "; ".join(n.text for n in others if n.kind != "alias_low"),
            "weak_aliases": "; ".join(n.text for n in others if n.kind == "alias_low"),
            "birth_date": "; ".join(worded_birth(born) for born in one.person.birth_dates),
            "birth_place": one.person.birth_places[0].city or "",
            "birth_country": one.person.birth_places[0].country or "",
            "nationality": "; ".join(one.person.nationalities),
            "documents": "; ".join(f"{d.type}:{d.number}:{d.issuer}" for d in one.person.documents),
            "address": "; ".join(place.text or "" for place in one.addresses), "offence": "Invented offence",
            "decision": f"D-{one.reference}", "listed_on": one.listed_on,
            "remarks": f"{one.designation}; {one.remark}",
        }  # fmt: skip
        rows.append({name: said.get(name, "") for name in COLUMNS})
    return rows


def write_template(people: Iterable[SyntheticPerson]) -> bytes:
    """Write our template as CSV."""
    return _csv(template_rows(people))


def write_workbook(rows: list[dict[str, str]]) -> bytes:
    """Write rows as an Excel workbook; its first row names the columns."""
    from openpyxl import Workbook  # noqa: PLC0415 # slow to import and seldom wanted

    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    names = list(dict.fromkeys(name for row in rows for name in row))
    sheet.append(names)
    for row in rows:
        sheet.append([row.get(name, "") for name in names])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _csv(rows: list[dict[str, str]]) -> bytes:
    stream = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(_BOM)
