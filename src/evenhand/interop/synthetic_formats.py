"""Which writer invents a list of which format.

Knows:    the writers of the synthetic modules.
Told:     nothing; this is a table.
Answers:  for each format of one file, a function from invented people to bytes.
Trusted:  no: for tests, demonstrations and simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from evenhand.interop.synthetic import SyntheticPerson
from evenhand.interop.synthetic_advanced import write_ofac_advanced_xml
from evenhand.interop.synthetic_lists import write_ofac_sdn_xml, write_un_xml
from evenhand.interop.synthetic_records import (
    write_australia,
    write_csl_json,
    write_ftm,
    write_interpol,
    write_template,
)
from evenhand.interop.synthetic_xml import write_canada_xml, write_eu_fsf, write_uk_xml

WRITERS: Final[dict[str, Callable[[list[SyntheticPerson]], bytes]]] = {
    "un-sc": write_un_xml, "ofac-advanced": write_ofac_advanced_xml, "ofac-sdn": write_ofac_sdn_xml,
    "eu-fsf": write_eu_fsf, "uk-sanctions": write_uk_xml, "interpol-public": write_interpol,
    "us-csl": write_csl_json, "ca-sema": write_canada_xml, "au-dfat": write_australia, "ftm": write_ftm,
    "template": write_template,
}  # fmt: skip
