"""Lists come from files, folders and addresses; what is held of them is recognised."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from evenhand.ground.errors import InputError, LimitError, NotFoundError, PeerUnreachableError
from evenhand.interop.formats import read_list
from evenhand.interop.synthetic import synthetic_persons
from evenhand.interop.synthetic_lists import write_ofac_legacy, write_un_xml
from evenhand.interop.synthetic_records import write_ftm
from evenhand.node import list_places

PEOPLE = synthetic_persons(5, 6)
LINES = write_ftm(PEOPLE)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    files = {"list.json": LINES, "list.xml": write_un_xml(PEOPLE), **write_ofac_legacy(PEOPLE)}
    files.pop("sdn_comments.csv", None)

    async def answer(request: web.Request) -> web.Response:
        found = files.get(request.match_info["name"])
        return web.Response(status=404) if found is None else web.Response(body=found)

    app = web.Application()
    app.add_routes([web.get("/{name}", answer)])
    server = TestServer(app)
    await server.start_server()
    yield f"http://127.0.0.1:{server.port}"
    await server.close()


async def test_a_list_is_fetched(address: str) -> None:
    files = await list_places.files_at("un-sc", f"{address}/list.xml")
    assert len(read_list("un-sc", files).entries) == len(PEOPLE)


async def test_the_legacy_files_are_fetched_as_one(address: str) -> None:
    files = await list_places.files_at("ofac-legacy", f"{address}/sdn.csv")
    assert set(files) == {"sdn.csv", "alt.csv", "add.csv"}
    assert len(read_list("ofac-legacy", files).entries) == len(PEOPLE)


async def test_a_missing_list_is_said_to_be(address: str) -> None:
    with pytest.raises(PeerUnreachableError, match="404"):
        await list_places.files_at("un-sc", f"{address}/none.xml")


async def test_a_list_that_never_ends_is_cut_off(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_places, "LIST_BYTES_MAX", 1000)
    with pytest.raises(LimitError):
        await list_places.files_at("un-sc", f"{address}/list.xml")
    (tmp_path / "big").write_bytes(bytes(2000))
    with pytest.raises(LimitError):
        await list_places.files_at("un-sc", str(tmp_path / "big"))


async def test_an_open_line_is_refused() -> None:
    with pytest.raises(InputError, match="not https"):
        await list_places.files_at("un-sc", "http://lists.example/list.xml")


async def test_the_legacy_files_of_a_folder(tmp_path: Path) -> None:
    for name, data in write_ofac_legacy(PEOPLE).items():
        (tmp_path / name).write_bytes(data)
    by_folder = await list_places.files_at("ofac-legacy", str(tmp_path))
    assert by_folder == await list_places.files_at("ofac-legacy", str(tmp_path / "sdn.csv"))
    (tmp_path / "sdn.csv").unlink()
    with pytest.raises(NotFoundError, match=r"sdn\.csv"):
        await list_places.files_at("ofac-legacy", str(tmp_path))


async def test_a_file_of_lines_can_be_begun_anew_wherever_it_comes_from(address: str, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(LINES)
    for place in (str(file), f"{address}/list.json"):
        async with list_places.lines_at(place) as lines:
            assert b"".join(lines()) == b"".join(lines()) == LINES


async def test_a_file_that_changes_between_two_readings_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(LINES)
    async with list_places.lines_at(str(file)) as lines:
        assert list(lines())
        file.write_bytes(LINES + b"{}")
        with pytest.raises(InputError, match="changed while it was read"):
            next(lines())


async def test_a_line_or_file_without_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(b"x" * 100)
    monkeypatch.setattr(list_places, "LIST_LINE_BYTES_MAX", 9)
    async with list_places.lines_at(str(file)) as lines:
        assert max(map(len, lines())) == 10, "one byte more than is allowed: the reader refuses it"
    monkeypatch.setattr(list_places, "LIST_LINES_BYTES_MAX", 99)
    with pytest.raises(LimitError):
        async with list_places.lines_at(str(file)):
            pass
    with pytest.raises(NotFoundError):
        async with list_places.lines_at(str(tmp_path / "none")):
            pass
