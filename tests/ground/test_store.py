"""Stores: the same behaviour in memory and on disk, and no deleted byte left in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.ground.errors import CorruptionError, StoreError
from evenhand.ground.sqlite import SqliteStore
from evenhand.ground.store import MemoryStore, Store

KEYS = st.binary(min_size=1, max_size=3)
BATCHES = st.lists(st.dictionaries(KEYS, st.none() | st.binary(max_size=8), max_size=6), max_size=6)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "a" / "store.sqlite")
    yield made
    made.close()


def test_a_batch_is_read_back_in_key_order(store: Store) -> None:
    store.apply({b"b": b"2", b"a": b"1", b"c": b"3"})
    store.apply({b"b": None, b"d": b"4", b"missing": None})
    assert list(store.scan(b"a", b"d")) == [(b"a", b"1"), (b"c", b"3")]
    assert (store.get(b"a"), store.get(b"b")) == (b"1", None)


def test_a_long_scan_survives_writes_between_its_pages(store: Store) -> None:
    store.apply({b"k%05d" % i: b"v" for i in range(2000)})
    seen = 0
    for key, _ in store.scan(b"k", b"l"):
        seen += 1
        if seen % 500 == 0:
            store.apply({b"z" + key: b""})
    assert seen == 2000


@settings(deadline=None, max_examples=30)
@given(BATCHES)
def test_memory_and_disk_agree(batches: list[dict[bytes, bytes | None]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        memory, disk = MemoryStore(), SqliteStore(Path(folder) / "s")
        for batch in batches:
            memory.apply(batch)
            disk.apply(batch)
        assert list(memory.scan(b"", b"\xff" * 4)) == list(disk.scan(b"", b"\xff" * 4))
        disk.close()


def test_a_deleted_value_is_gone_from_every_file_after_a_scrub(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.sqlite")
    secret = b"a planted secret value " * 40
    store.apply({b"k": secret, b"other": b"x" * 5000})
    store.apply({b"k": None})
    store.scrub()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    store.close()
    assert b"planted secret" not in held


def test_two_processes_cannot_hold_one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.ground.sqlite._BUSY_MS", 10)
    first = SqliteStore(tmp_path / "store.sqlite")
    first.apply({b"a": b"1"})
    with pytest.raises(StoreError, match="no other process"):
        SqliteStore(tmp_path / "store.sqlite")
    first.close()


def test_a_failed_write_is_a_store_error(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.sqlite")
    too_large: Callable[[], None] = lambda: store.apply({b"a": "not bytes\ud800"})  # type: ignore[dict-item]  # noqa: E731
    with pytest.raises((StoreError, UnicodeEncodeError)):
        too_large()
    store._db.execute("PRAGMA query_only=ON").fetchall()
    with pytest.raises(StoreError, match="cannot write"):
        store.apply({b"a": b"1"})
    store.close()


def test_a_memory_image_can_be_taken_and_put_back() -> None:
    store = MemoryStore()
    store.apply({b"a": b"1"})
    image = store.rows()
    store.apply({b"a": b"2"})
    store.restore(image)
    store.scrub()
    assert store.get(b"a") == b"1"


def test_a_damaged_file_is_said_in_words_not_in_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = SqliteStore(path)
    store.apply({b"k%05d" % i: b"v" * 200 for i in range(2000)})
    store.close()
    whole = path.read_bytes()
    path.write_bytes(b"not a database " * 2000)
    with pytest.raises(CorruptionError, match="is damaged"):
        SqliteStore(path)
    path.write_bytes(whole[:16_384] + b"\xff" * (len(whole) - 16_384))
    rotten = SqliteStore(path)
    with pytest.raises(CorruptionError, match="is damaged"):
        list(rotten.scan(b"k", b"l"))
    with pytest.raises(CorruptionError, match="is damaged"):
        rotten.get(b"k00700")
    rotten.close()


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.touch(0o644)  # as an older version made it
    store = SqliteStore(path)
    store.apply({b"a": b"1"})
    assert (tmp_path / "store.sqlite-wal").exists()
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == dict.fromkeys(
        [file.name for file in tmp_path.iterdir()], 0o600
    )
    store.close()


def test_a_write_in_two_steps_is_all_there_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = SqliteStore(path)
    store.begin({b"a": b"1", b"b": b"2"})
    read: list[bytes | None] = []
    other = Thread(target=lambda: read.append(store.get(b"a")))
    other.start()
    other.join(0.05)
    assert not read, "whoever reads waits"
    store.commit()
    other.join(10)
    assert read == [b"1"]
    store.begin({b"a": b"3", b"b": None})
    image = SqliteStoreImage(path, tmp_path / "copy")
    store.commit()
    assert (store.get(b"a"), store.get(b"b")) == (b"3", None)
    store.close()
    assert image.opened().get(b"a") == b"1", "a crash between the steps takes the first back"


def test_a_long_log_is_moved_into_the_database_after_a_write_in_two_steps_and_not_by_it(tmp_path: Path) -> None:
    path, rows = tmp_path / "store.sqlite", iter(range(10_000_000))
    store = SqliteStore(path)

    def write() -> int:
        """Write a megabyte, and return how large the database is then."""
        store.begin({b"%08d" % next(rows): bytes(16_000) for _ in range(64)})
        store.commit()
        return path.stat().st_size

    small = write()
    while not store.is_to_settle():
        small = write()
    assert small < path.with_name(path.name + "-wal").stat().st_size // 4
    store.begin({b"held": b"1"})
    store.settle()
    assert store.is_to_settle(), "somebody is at work"
    store.commit()
    store.settle()
    assert not store.is_to_settle()
    assert path.stat().st_size > 4 * small
    moved = path.stat().st_size
    for _ in range(200):
        if write() > moved:
            break
    assert path.stat().st_size > moved, "a log that nobody moves is moved by whoever writes"
    store.apply({b"last": b"1"})
    image = SqliteStoreImage(path, tmp_path / "copy").opened()
    assert (image.get(b"held"), image.get(b"last"), image.get(b"00000000")) == (b"1", b"1", bytes(16_000))
    image.close()
    store.close()


def test_a_store_that_nobody_holds_any_more_is_closed(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.sqlite")
    store.apply({b"a": b"1"})
    del store
    again = SqliteStore(tmp_path / "store.sqlite")  # whoever opens it has it to themselves
    assert again.get(b"a") == b"1"
    again.close()


class SqliteStoreImage:
    """The files of a store as a crash would leave them."""

    def __init__(self, path: Path, copy: Path) -> None:
        copy.mkdir()
        for file in path.parent.glob(f"{path.name}*"):
            (copy / file.name).write_bytes(file.read_bytes())
        self._path = copy / path.name

    def opened(self) -> SqliteStore:
        return SqliteStore(self._path)


def test_a_step_that_fails_undoes_both_and_lets_others_in(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.sqlite")
    store.apply({b"a": b"1"})
    store._db.execute("PRAGMA query_only=ON").fetchall()
    with pytest.raises(StoreError, match="cannot write"):
        store.begin({b"a": b"2"})
    store._db.execute("PRAGMA query_only=OFF").fetchall()
    with pytest.raises((TypeError, UnicodeEncodeError)):
        store.begin({b"c": b"1", b"d": object()})  # type: ignore[dict-item]
    assert (store.get(b"a"), store.get(b"c")) == (b"1", None)
    store.begin({b"a": b"2"})
    store._db.execute("ROLLBACK").fetchall()  # as SQLite does by itself where the disk is full
    with pytest.raises(StoreError, match="cannot write"):
        store.commit()
    assert store.get(b"a") == b"1"
    store.begin({b"a": b"4"})
    store.commit()
    assert store.get(b"a") == b"4"
    store.close()


def test_every_commit_is_synced_and_what_is_deleted_is_overwritten(tmp_path: Path) -> None:
    """No test can cut the power: that the settings are in force is what can be held."""
    store = SqliteStore(tmp_path / "store.sqlite")
    asked = ("journal_mode", "synchronous", "secure_delete", "locking_mode")
    held = {name: store._db.execute(f"PRAGMA {name}").fetchall()[0][0] for name in asked}
    full = 2
    assert held == {"journal_mode": "wal", "synchronous": full, "secure_delete": 1, "locking_mode": "exclusive"}
    store.close()
