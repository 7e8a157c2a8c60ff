"""UNKNOWN where a document's number belongs is no number, whatever way a traveller comes in."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.travellers.mrz import parse_mrz
from evenhand.travellers.mrz_print import compose_mrz
from evenhand.travellers.mrz_values import MrzValues
from evenhand.travellers.traveller import traveller_of_mrz
from evenhand.travellers.visible_zone import traveller_of_row
from tests.interop import test_paxlst as paxlst
from tests.interop import test_pnrgov as pnrgov

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("said", ["UNKNOWN", "N/A", "NIL", "-", " ", "000000"])
def test_a_carrier_that_knows_no_number_asks_for_none(said: str) -> None:
    (listed,) = paxlst.flight(f"NAD+FL+++INVENTED:ANNA'DTM+329:740812'DOC+P+{said}'LOC+91+UTO'").travellers
    assert listed.traveller.documents == ()
    paper = f"SSR+DOCS:HK:1:UT:::::/P/UTO/{said.replace('/', '')}/UTO/12AUG74/F/15APR32/INVENTED/ANNA'"
    (booked,) = pnrgov.read(pnrgov.START + "SRC'TIF+INVENTED+ANNA:A:1'" + paper).travellers
    assert booked.traveller.documents == ()
    assert booked.traveller.nationalities == ("UTO",)


def test_a_row_or_zone_without_a_number_asks_for_none() -> None:
    row = {"family_name": "INVENTED", "document_number": "unknown", "document_type": "P"}
    assert traveller_of_row(row, today=TODAY).documents == ()
    zone = MrzValues(
        kind="TD3", document_code="P", issuer="UTO", primary="INVENTED", secondary="ANNA", number="UNKNOWN",
        nationality="UTO", birth_date="1974-08-12", sex="F", expiry="2032-04-15",
    )  # fmt: skip
    read = parse_mrz(compose_mrz(zone), today=TODAY)
    assert read.number == "UNKNOWN", "as it stands there"
    assert traveller_of_mrz(read).documents == ()
