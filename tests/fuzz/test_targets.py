"""Every fuzzing target takes its sound inputs, and those torn; every parser of foreign bytes has one."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from evenhand.interop.formats import FORMATS, read_list
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_advanced import write_ofac_advanced_xml
from tests.fuzz.lists import lean
from tests.fuzz.run import main, others, write_seeds
from tests.fuzz.targets import HOMES, NAMES, load


def torn(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    kind = dice.randrange(3)
    if kind == 0:
        return data[:at] + data[at + dice.randint(1, 9) :]
    piece = dice.randbytes(dice.randint(1, 3)) if kind == 1 else data[at : at + 30] * 2
    return data[:at] + piece + data[at:]


@pytest.mark.parametrize("name", NAMES)
def test_a_target_takes_its_sound_inputs_and_those_torn(name: str) -> None:
    target, dice = load(name), Random(name)
    target.read(b"")
    for seed in target.seeds():
        assert len(seed) <= target.bytes_max, "libFuzzer would cut it"
        target.read(seed)
        for _ in range(25):
            target.read(torn(seed, dice))


def test_a_lean_list_says_what_the_whole_one_does() -> None:
    whole = write_ofac_advanced_xml(synthetic_persons(1, 3))
    small = lean(whole)
    assert len(small) < len(whole) / 2
    entries = [read_list("ofac-advanced", {"list": data}).entries for data in (whole, small)]
    assert len(entries[0]) == 3
    assert [replace(one, line=0) for one in entries[0]] == [replace(one, line=0) for one in entries[1]]


def test_modules_hold_the_targets_they_are_said_to() -> None:
    for home in HOMES:
        assert set(import_module(f"tests.fuzz.{home.module}").TARGETS) == set(home.names)
    assert set(FORMATS) <= set(NAMES)


def test_only_the_rooms_of_a_target_are_instrumented() -> None:
    left = others(("evenhand.travellers", "evenhand.trust.note"))
    assert {"evenhand", "evenhand.interop.formats", "evenhand.trust.note_keys", "evenhand.trust"} <= set(left)
    assert not {"evenhand.travellers", "evenhand.travellers.mrz", "evenhand.trust.note"} & set(left)
    assert {"evenhand.travellers.mrz", "evenhand.trust.note", *left} <= set(others(())), "unguided, none is"


def test_the_corpus_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_seeds("mrz", tmp_path / "mrz")
    main(["paxlst", "--seed", str(tmp_path / "paxlst")])
    main(["--list"])
    assert len(list((tmp_path / "mrz").iterdir())) == len(load("mrz").seeds())
    assert capsys.readouterr().out.split() == list(NAMES)
    with pytest.raises(SystemExit, match="name a target"):
        main(["nothing"])
