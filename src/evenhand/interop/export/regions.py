"""The part of the world a country lies in, as STIX's interoperability profile asks of a location.

Knows:    the five regions of UN M49, by ISO 3166-1 alpha-2 code.
Told:     a code.
Answers:  STIX's word for the region (section 10.22, region-ov); None where M49 has the country in none.
Trusted:  not a trust boundary.
"""

from __future__ import annotations

from typing import Final

_ROWS: Final = {
    "africa": "DZ AO BJ BW BF BI CV CM CF TD KM CG CD CI DJ EG GQ ER SZ ET GA GM GH GN GW KE LS LR LY MG MW ML MR MU "
    "YT MA MZ NA NE NG RE RW SH ST SN SC SL SO ZA SS SD TZ TG TN UG EH ZM ZW IO TF",
    "americas": "AI AG AR AW BS BB BZ BM BO BQ BR CA KY CL CO CR CU CW DM DO EC SV FK GF GL GD GP GT GY HT HN JM MQ "
    "MX MS NI PA PY PE PR BL KN LC MF PM VC SX SR TT TC US UY VE VG VI GS BV AN",
    "asia": "AF AM AZ BH BD BT BN KH CN CY GE HK IN ID IR IQ IL JP JO KZ KP KR KW KG LA LB MO MY MV MN MM NP OM PK PS "
    "PH QA SA SG LK SY TW TJ TH TL TR TM AE UZ VN YE",
    "europe": "AX AL AD AT BY BE BA BG HR CZ DK EE FO FI FR DE GI GR GG VA HU IS IE IM IT JE LV LI LT LU MT MD MC ME "
    "NL MK NO PL PT RO RU SM RS SK SI ES SJ SE CH UA GB XK",
    "oceania": "AS AU CK FJ PF GU KI MH FM NR NC NZ NU NF MP PW PG PN WS SB TK TO TV UM VU WF CX CC HM",
}
_REGION_OF: Final = {code: region for region, row in _ROWS.items() for code in row.split()}


def region_of(alpha2: str) -> str | None:
    """Return the region of a country by its two-letter code; None for Antarctica and unknown codes."""
    return _REGION_OF.get(alpha2)
