"""A rotten ledger: noticed at the start, dropped by one command, sent again by partners."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.ground.sqlite import SqliteStore
from evenhand.interop.synthetic_lists import write_un_xml
from evenhand.ledger.log import entry_row
from evenhand.node.folder import Folder, alone
from evenhand.node.refetching import drop_ledger

from .conftest import PEOPLE, type_in


def rot(data: Path, code: str) -> None:
    """Change one stored entry of a ledger, and let no snapshot hide it."""
    store = SqliteStore(data / "store.sqlite")
    leaf = store.get(entry_row(code, 3))
    assert leaf is not None
    store.apply({entry_row(code, 3): leaf.replace(b"routine", b"rOutine")})
    store.close()
    (data / "snapshot").unlink(missing_ok=True)


@pytest.fixture
def carried(pair: Path, tmp_path: Path) -> Path:
    """Two members, one list carried from ITA to PHL by hand."""
    (tmp_path / "list.xml").write_bytes(write_un_xml(PEOPLE[:6]))
    assert type_in("import", "un-sc", tmp_path / "list.xml", "--data", pair / "ITA").code == 0
    bundle = tmp_path / "ita.bundle"
    assert type_in("ledger", "export", "all", bundle, "--for", "PHL", "--data", pair / "ITA").code == 0
    assert "Took in" in type_in("ledger", "import", bundle, "--data", pair / "PHL").out
    return pair


def test_a_rotten_mirror_is_dropped_and_taken_in_again(carried: Path, tmp_path: Path) -> None:
    phl = carried / "PHL"
    before = type_in("state", "--data", phl, "--json").said["digest"]
    rot(phl, "ITA")
    refused = type_in("state", "--data", phl)
    assert refused.code == 4
    assert "evenhand ledger refetch ITA`" in refused.err
    dropped = type_in("ledger", "refetch", "ita", "--data", phl, "--json")
    assert dropped.said == {"ledger": "ITA", "entries": 7, "bytes": dropped.said["bytes"], "own": False}
    assert dropped.said["bytes"] > 1000
    assert type_in("state", "--data", phl, "--json").said["digest"] != before
    assert type_in("ledger", "import", tmp_path / "ita.bundle", "--data", phl).code == 0
    assert type_in("state", "--data", phl, "--json").said["digest"] == before
    assert type_in("ledger", "verify", "--data", phl).code == 0


def test_a_bundle_of_what_is_held_is_not_said_to_be_taken_in(carried: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "ita.bundle"
    assert "not checked" in type_in("ledger", "import", bundle, "--data", carried / "PHL").out
    flipped = bytearray(bundle.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    bundle.write_bytes(flipped)
    again = type_in("ledger", "import", bundle, "--data", carried / "PHL")
    assert "Took in" not in again.out
    assert again.code or "not checked" in again.out or "Refused" in again.out


def test_our_own_rotten_ledger_is_dropped_only_by_name_and_then_waits_for_partners(carried: Path) -> None:
    ita = carried / "ITA"
    rot(ita, "ITA")
    assert "evenhand ledger refetch ITA --own`" in type_in("state", "--data", ita).err
    refused = type_in("ledger", "refetch", "ITA", "--data", ita)
    assert refused.code == 3
    assert "--own" in refused.err
    dropped = type_in("ledger", "refetch", "ITA", "--own", "--data", ita)
    assert "before partners have sent back" in dropped.out
    back = carried / "back.bundle"
    assert type_in("notice", "list", "--data", ita).code == 0
    doctor = type_in("doctor", "--data", ita)
    assert "0 entries of its ledger, but 7 were signed" in doctor.out
    assert type_in("ledger", "export", "ITA", back, "--for", "ITA", "--data", carried / "PHL").code == 0
    assert type_in("ledger", "import", back, "--data", ita).code == 0
    assert type_in("ledger", "verify", "ITA", "--data", ita, "--json").said["ledgers"][0]["entries"] == 7


def test_a_running_or_unknown_or_joinless_node_drops_nothing(carried: Path, tmp_path: Path) -> None:
    phl = carried / "PHL"
    with alone(Folder(phl)):
        busy = type_in("ledger", "refetch", "ITA", "--data", phl)
    assert busy.code == 3
    assert "stop the node" in busy.err
    assert type_in("ledger", "refetch", "ZZZ", "--data", phl).code == 1
    type_in("node", "init", "--data", tmp_path / "new", "--member", "DEU", "--coalition", "shield.example")
    assert "no coalition yet" in type_in("ledger", "refetch", "ITA", "--data", tmp_path / "new").err
    assert type_in("ledger", "verify", "ITA", "--data", phl).code == 0


def test_a_quarantined_ledger_is_kept_for_nothing_of_it_would_come_back(carried: Path) -> None:
    store = SqliteStore(carried / "PHL" / "store.sqlite")
    store.apply({b"evidence/ITA": b"any"})
    store.close()
    refused = type_in("ledger", "refetch", "ITA", "--data", carried / "PHL")
    assert refused.code == 3
    assert "quarantined" in refused.err


def test_a_damaged_store_file_says_how_to_go_on(carried: Path) -> None:
    phl = carried / "PHL"
    (phl / "store.sqlite").write_bytes(b"no database at all " * 1000)
    (phl / "store.sqlite-wal").unlink(missing_ok=True)
    refused = type_in("state", "--data", phl)
    assert refused.code == 4
    assert "evenhand node join" in refused.err
    (phl / "store.sqlite").unlink()
    pinned = type_in("roster", "show", carried / "genesis.roster", "--json").said["hash"]
    assert type_in("node", "join", carried / "genesis.roster", "--hash", pinned, "--data", phl).code == 0
    assert type_in("notice", "list", "--data", phl).code == 0


def test_what_was_dropped_is_counted(carried: Path) -> None:
    dropped = drop_ledger(Folder(carried / "ITA"), "PHL", own=False)
    assert (dropped.entries, dropped.own) == (0, False)
