"""Atheris harness for the list importers: python tests/fuzz/fuzz_lists.py CORPUS (pip install atheris).

FUZZ_FORMAT names one format; otherwise an input's first byte chooses. The corpus is made by `--seed DIR`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

# Only the harness needs atheris, and it has wheels for few Pythons.
atheris = import_module("atheris") if find_spec("atheris") else None

with atheris.instrument_imports(include=["evenhand"]) if atheris is not None else nullcontext():
    from evenhand.ground.errors import InputError
    from evenhand.interop.formats import BUILT_IN, read_list
    from evenhand.interop.synthetic import synthetic_persons
    from evenhand.interop.synthetic_advanced import write_ofac_advanced_xml
    from evenhand.interop.synthetic_lists import write_ofac_legacy, write_ofac_sdn_xml, write_un_xml
    from evenhand.interop.synthetic_records import (
        australian_rows,
        template_rows,
        write_australia,
        write_csl_csv,
        write_csl_json,
        write_ftm,
        write_interpol,
        write_template,
        write_workbook,
    )
    from evenhand.interop.synthetic_xml import write_canada_xml, write_eu_fsf, write_uk_xml

NAMES = tuple(BUILT_IN)


def one_input(data: bytes) -> None:
    """Read one list: it is read or refused, and anything else is a finding."""
    wanted = os.environ.get("FUZZ_FORMAT")
    name = wanted or NAMES[data[0] % len(NAMES) if data else 0]
    body = data if wanted else data[1:]
    files: Mapping[str, bytes] = {"sdn.csv": body} if name == "ofac-legacy" else {"list": body}
    try:
        parsed = read_list(name, files)
    except InputError:
        return
    assert parsed.name == name
    assert all(entry.person is not None or entry.document is not None for entry in parsed.entries)


def seeds() -> dict[str, list[bytes]]:
    """Return small sound lists of every format, to begin from."""
    people = synthetic_persons(1, 2)
    return {
        "un-sc": [write_un_xml(people)], "ofac-advanced": [write_ofac_advanced_xml(people)],
        "ofac-sdn": [write_ofac_sdn_xml(people)], "ofac-legacy": [write_ofac_legacy(people)["sdn.csv"]],
        "eu-fsf": [write_eu_fsf(people)], "uk-sanctions": [write_uk_xml(people)],
        "ca-sema": [write_canada_xml(people)], "interpol-public": [write_interpol(people)],
        "us-csl": [write_csl_json(people), write_csl_csv(people)], "ftm": [write_ftm(people)],
        "au-dfat": [write_australia(people), write_workbook(australian_rows(people))],
        "template": [write_template(people), write_workbook(template_rows(people))],
    }  # fmt: skip


def write_seeds(folder: Path) -> None:
    """Write the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lists in seeds().items():
        for number, data in enumerate(lists):
            (folder / f"{name}-{number}").write_bytes(bytes([NAMES.index(name)]) + data)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--seed"]:
        write_seeds(Path(sys.argv[2]))
        sys.exit(0)
    if atheris is None:
        sys.exit("install atheris to run this harness")
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
