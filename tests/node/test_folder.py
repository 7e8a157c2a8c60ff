"""The data folder: for its owner only, opened by one process at a time."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from evenhand.ground.clock import ManualClock, format_ms
from evenhand.ground.errors import NotFoundError, RefusedError, StoreError
from evenhand.identity.person import Name, Person
from evenhand.matching.contract import Query
from evenhand.node.config import NodeConfig
from evenhand.node.folder import Folder, alone, open_member
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import ErasureOrder, PersonNotice
from evenhand.trust.keys import generate_keys, save_keys
from evenhand.trust.roster import Roster, card, roster_hash, sign_roster

NOW = 1_790_000_000_000
CLOCK = ManualClock(NOW)


def made(path: Path) -> tuple[Folder, bytes]:
    folder = Folder(path)
    keys = generate_keys(member="ITA", coalition="c.example", entropy=os.urandom, now_ms=NOW)
    roster = Roster(
        coalition="c.example", version=1, previous=None, issued=format_ms(NOW), expires=format_ms(NOW + 10**9),
        threshold=1, members=(card(keys, name="Italy", urls=()),),
    )  # fmt: skip
    folder.make(
        NodeConfig(
            member="ITA", name="Italy", coalition="c.example", listen="127.0.0.1:7401", genesis=roster_hash(roster)
        )
    )
    save_keys(keys, folder.keys)
    return folder, sign_roster(roster, [keys.log_signer()])


def test_a_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder, genesis = made(tmp_path / "ita")
    assert not folder.is_open_to_others
    with open_member(folder, CLOCK, genesis=genesis) as member:
        assert member.roster.version == 1
        for path in folder.path.glob("store.sqlite*"):
            assert path.stat().st_mode & 0o077 == 0, path
    for path in (folder.keys, folder.guard, folder.snapshot, folder.store):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "ita").mkdir()
    (tmp_path / "ita").chmod(0o755)
    folder, _ = made(tmp_path / "ita")
    assert folder.is_open_to_others


def test_one_process_at_a_time(tmp_path: Path) -> None:
    folder, genesis = made(tmp_path / "ita")
    busy = pytest.raises(StoreError, match="is in use")
    with open_member(folder, CLOCK, genesis=genesis), busy, open_member(folder, CLOCK, patience_seconds=0.1):
        pass
    with open_member(folder, CLOCK) as member:
        assert member.code == "ITA"


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    folder, _ = made(tmp_path / "ita")
    with pytest.raises(RefusedError, match="already holds"):
        folder.make(folder.read_config())


def test_an_erasure_deletes_the_snapshot_at_once_so_that_a_crash_leaves_no_copy(tmp_path: Path) -> None:
    folder, genesis = made(tmp_path / "ita")
    notice = PersonNotice(
        notice_id="a" * 32, version=1, category="terrorism", action="HOLD", valid_from=format_ms(NOW),
        review_by=format_ms(NOW), expires=format_ms(NOW + 10**9), person=Person(names=(Name(text="Vera Testova"),)),
    )  # fmt: skip
    with open_member(folder, CLOCK, genesis=genesis) as member:
        (index,) = member.publish([Outgoing(notice)])
    assert folder.snapshot.exists()
    order = ErasureOrder(notice_id=notice.notice_id, entries=(index,), reason_class="court")
    with suppress(KeyboardInterrupt), open_member(folder, CLOCK) as member:
        assert folder.snapshot.exists()
        member.publish([Outgoing(order)])
        assert not folder.snapshot.exists()
        raise KeyboardInterrupt  # the process ends without a clean close
    assert not folder.snapshot.exists()
    with open_member(folder, CLOCK) as member:
        assert not member.find(Query(names=("Vera Testova",))).answer.candidates
    assert folder.snapshot.exists()


def test_no_folder_no_coalition(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no node in"):
        Folder(tmp_path).read_config()
    folder, _ = made(tmp_path / "ita")
    config = folder.config.read_text("utf-8").replace(folder.read_config().genesis, "")
    folder.config.write_text(config, "utf-8")
    with pytest.raises(NotFoundError, match="belongs to no coalition"), open_member(folder, CLOCK):
        pass


def test_who_comes_second_waits_for_a_command_but_not_for_a_running_node(tmp_path: Path) -> None:
    folder, _ = made(tmp_path / "ita")
    with alone(folder):
        began = time.monotonic()
        with pytest.raises(StoreError, match="is in use"), alone(folder, patience_seconds=0.3):
            pass
        assert time.monotonic() - began >= 0.3
        with socket.socket(socket.AF_UNIX) as served:
            served.bind(str(folder.control))
            served.listen()
            began = time.monotonic()
            with pytest.raises(StoreError, match="is in use"), alone(folder, patience_seconds=30):
                pass
            assert time.monotonic() - began < 5


def test_a_short_command_is_waited_for(tmp_path: Path) -> None:
    folder, _ = made(tmp_path / "ita")
    held = alone(folder)
    held.__enter__()
    release = threading.Timer(0.3, held.__exit__, (None, None, None))
    release.start()
    with alone(folder, patience_seconds=20):
        release.join()
