"""A start reads only what came after the kept memory; whatever is wrong with the file, the book is read instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.casework.office import Office
from evenhand.ground.clock import ManualClock
from evenhand.ground.store import MemoryStore
from evenhand.node.deciding import driving, remembering
from evenhand.node.deciding.casework import Casework
from evenhand.node.deciding.driving import DecisionDriver
from evenhand.node.site import Site
from tests.casework.test_memory import left
from tests.net.coalition import until
from tests.node.people.conftest import NOW, new_site

from .conftest import Posts

QUESTION: dict[str, Any] = {"names": ["Nadie"], "purpose": "VISA", "legal_basis": "l", "reference": "visa 7"}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(remembering, "WORTH_ENTRIES", 3)
    made = new_site(tmp_path, ManualClock(NOW))
    made.casework = Casework(made.member, MemoryStore(), remembered=tmp_path / "decisions.memory")
    yield made
    made.close()
    made.member.close()


def work(site: Site, count: int = 5) -> None:
    for number in range(count):
        site.record("test", {"number": number})


def restart(site: Site, *, closed: bool = True) -> tuple[Casework, int]:
    """Open casework over the same disk again; say how many entries were read."""
    old = site.casework
    if closed:
        old.close()
    read: list[int] = []
    entries = old.book.__class__.entries

    def counted(self: Any, start: int = 0, stop: int | None = None) -> Any:
        read.append(self.size - start)
        return entries(self, start, stop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(old.book.__class__, "entries", counted)
        site.casework = Casework(site.member, old.store, remembered=site.folder.path / "decisions.memory")
    return site.casework, read[0]


def test_a_start_after_a_stop_reads_nothing_again(site: Site) -> None:
    work(site)
    again, read = restart(site)
    assert read == 0
    assert left(again.office) == left(Office(again.book, "ITA", now_ms=site.member.clock.now_ms()))
    work(site, 1)
    path = site.folder.path / "decisions.memory"
    written = path.stat().st_mtime_ns
    _, read = restart(site)
    assert (read, path.stat().st_mtime_ns) == (1, written), "too little happened to write it again"


def test_a_start_after_a_crash_reads_what_came_after(site: Site) -> None:
    work(site)
    again, _ = restart(site)
    work(site, 2)
    again, read = restart(site, closed=False)
    assert read == 2
    assert again.book.size == 7


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone", "partial"])
def test_a_damaged_memory_is_read_again_from_the_book(site: Site, damage: str) -> None:
    work(site)
    site.casework.close()
    path = site.folder.path / "decisions.memory"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "gone":
        path.unlink()
    elif damage == "partial":  # the power went while it was written
        path.rename(path.with_suffix(".partial"))
    else:
        path.write_bytes({"cut": bytes(data[:-9]), "flip": bytes(data), "empty": b""}[damage])
    again, read = restart(site, closed=False)
    assert read == again.book.size == 5
    again.close()
    assert path.stat().st_size > 100, "and is whole again"


def test_a_memory_of_another_history_is_not_used(site: Site) -> None:
    work(site)
    site.casework.close()
    site.casework.store = MemoryStore()  # a store from elsewhere under the same memory
    _, read = restart(site, closed=False)
    assert read == 0
    work(site)
    _, read = restart(site, closed=False)
    assert read == 5, "as large, and not the same"


def test_a_disk_that_refuses_the_memory_stops_nothing(site: Site) -> None:
    work(site)
    (site.folder.path / "decisions.partial").mkdir()
    site.casework.close()
    assert not (site.folder.path / "decisions.memory").exists()
    (site.folder.path / "decisions.partial").rmdir()
    assert restart(site, closed=False)[1] == 5


async def test_a_running_node_keeps_a_fresh_memory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "_MEMORY_SECONDS", 0.01)
    path = site.folder.path / "decisions.memory"
    driver = DecisionDriver(site)
    await driver.start()
    work(site)
    await until(path.exists)
    _, read = restart(site, closed=False)
    assert read == 0
    await driver.stop()


async def test_what_is_deleted_is_in_no_memory_file(posts: Posts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "WORTH_ENTRIES", 1)
    posts.publish("PHL")
    site = posts.site("ITA")
    path = site.folder.path / "decisions.memory"
    site.casework = Casework(site.member, MemoryStore(), remembered=path)
    await posts.scan("ITA")
    await posts.ask("ITA", "find", **QUESTION)
    keepsake = site.casework.keepsake
    assert keepsake is not None
    keepsake.keep(keepsake.take(site.casework.office, site.casework.now_ms))
    assert path.exists()
    slow = keepsake.take(site.casework.office, site.casework.now_ms)
    posts.clock.advance(seconds=2 * 86_400)
    site.casework.delete_due()
    assert path.exists(), "what is kept for a day is in no memory"
    posts.clock.advance(seconds=6 * 365 * 86_400)
    assert site.casework.delete_due().deleted["case"]
    assert not path.exists()
    keepsake.keep(slow)
    assert not path.exists(), "nor does one that was being written meanwhile stay"
