"""A certificate that cannot be used is said before the node says that it runs, and by `doctor` before that."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from evenhand.api.server import ApiFace
from evenhand.ground.clock import SystemClock
from evenhand.ground.errors import InputError, PeerUnreachableError
from evenhand.node.asking import Nothing
from evenhand.node.certificates import read_pair
from evenhand.node.config import ApiRules
from evenhand.node.doctor import examine
from evenhand.node.folder import open_member
from evenhand.node.site import Site
from tests.api.authority import Authority
from tests.api.conftest import free_port, make_folder, opened
from tests.api.test_readme import EVENHAND


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ita"
    made.mkdir(mode=0o700)
    return made


@contextlib.asynccontextmanager
async def serving(folder: Path, certificate: str, key: str) -> AsyncIterator[str]:
    address = f"127.0.0.1:{free_port()}"
    with opened(folder, listen=address, certificate=certificate, key=key) as site:
        face = ApiFace(site)
        await face.start()
        try:
            yield address
        finally:
            await face.stop()


async def refused(folder: Path, certificate: str, key: str) -> InputError:
    with pytest.raises(InputError) as told:
        async with serving(folder, certificate, key):
            raise AssertionError("it serves")
    assert told.value.why
    assert told.value.remedy
    return told.value


async def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    _, key = Authority(folder).give("api")
    told = await refused(folder, "nope.pem", key)
    assert told.what == "the API's certificate cannot be read"
    assert "nope.pem: No such file" in told.why


async def test_a_key_that_is_not_there_is_named(folder: Path) -> None:
    certificate, _ = Authority(folder).give("api")
    assert (await refused(folder, certificate, "nope.key")).what == "the API's key cannot be read"


async def test_a_key_of_another_certificate_is_refused(folder: Path) -> None:
    authority = Authority(folder)
    certificate, other = authority.give("api")[0], authority.give("other")[1]
    assert "do not belong together" in (await refused(folder, certificate, other)).what


async def test_an_encrypted_key_is_refused_and_nobody_is_asked_for_its_passphrase(folder: Path) -> None:
    certificate, key = Authority(folder).give("api", password=b"invented words")
    assert (await refused(folder, certificate, key)).why == "it is encrypted"


@pytest.mark.parametrize("written", [b"", b"no PEM at all", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
async def test_what_is_no_certificate_is_refused(folder: Path, written: bytes) -> None:
    _, key = Authority(folder).give("api")
    (folder / "none.pem").write_bytes(written)
    assert (await refused(folder, "none.pem", key)).what == "the API's certificate cannot be used"


async def test_a_good_pair_is_served_once_start_returns(folder: Path) -> None:
    authority = Authority(folder)
    certificate, key = authority.give("api")
    async with serving(folder, certificate, key) as address:
        import ssl

        trusting = ssl.create_default_context(cafile=str(authority.bundle))
        async with httpx.AsyncClient(verify=trusting, trust_env=False) as http:
            assert (await http.get(f"https://{address}/healthz")).json() == {"status": "ok"}


def test_a_line_without_a_certificate_has_nothing_to_read(folder: Path) -> None:
    assert read_pair(folder, ApiRules(listen="127.0.0.1:1")) is None


async def test_a_server_that_ends_before_it_listens_is_an_error_and_holds_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def startup(*_: object, **__: object) -> None:
        raise KeyError("Planted Nameless")

    monkeypatch.setattr("uvicorn.Server.startup", startup)
    address = f"127.0.0.1:{free_port()}"
    with opened(folder, listen=address) as site:
        with pytest.raises(PeerUnreachableError, match="does not serve") as told:
            await ApiFace(site).start()
        assert told.value.why == "its server ended (KeyError)"
        monkeypatch.undo()
        face = ApiFace(site)
        await face.start()  # the address and the store are free again
        await face.stop()


async def test_a_server_that_ends_later_is_said_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fails = asyncio.Event()

    async def main_loop(*_: object) -> None:
        await fails.wait()
        raise KeyError("Planted Nameless")

    monkeypatch.setattr("uvicorn.Server.main_loop", main_loop)
    with opened(folder, listen=f"127.0.0.1:{free_port()}") as site:
        face = ApiFace(site)
        await face.start()
        fails.set()
        for _ in range(5):
            await asyncio.sleep(0)
        told = capfd.readouterr()
        (line,) = [one for one in f"{told.out}{told.err}".splitlines() if "api_ended" in one]
        assert "KeyError" in line
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*site.config.api.listen.split(":"))
        await face.stop()


# -- before: the doctor ---------------------------------------------------------------------------------------


async def _grades(site: Site) -> list[tuple[str, str]]:
    found = await examine(site, Nothing())
    return [(one.grade, one.what) for one in found.findings if "API" in one.what]


@pytest.mark.parametrize(
    ("days", "early", "grade", "said"),
    [
        (365.5, False, "good", "is valid for 365 days"), (20.5, False, "warning", "expires in 20 days"),
        (0.5, False, "warning", "expires in 0 days"), (-0.5, False, "fault", "has expired"),
        (90, True, "fault", "is not valid yet"),
    ],
)  # fmt: skip
async def test_the_doctor_looks_at_its_expiry(folder: Path, days: float, early: bool, grade: str, said: str) -> None:
    certificate, key = Authority(folder).give("api", days=days, early=early)
    with opened(folder, listen="127.0.0.1:1", certificate=certificate, key=key) as site:
        ((found, what),) = await _grades(site)
    assert found == grade
    assert said in what


async def test_the_doctor_says_what_the_start_would_and_nothing_where_there_is_no_api(folder: Path) -> None:
    with opened(folder, listen="127.0.0.1:1", certificate="nope.pem", key="nope.key") as site:
        ((grade, what),) = await _grades(site)
    assert grade == "fault"
    assert what.startswith("the API's certificate cannot be read")


async def test_the_doctor_is_silent_without_an_api(folder: Path) -> None:
    with opened(folder) as site:
        assert await _grades(site) == []


def test_the_node_ends_with_words_and_never_says_that_it_runs(tmp_path: Path, folder: Path) -> None:
    _, key = Authority(folder).give("api")
    made, genesis = make_folder(folder, listen=f"127.0.0.1:{free_port()}", certificate="nope.pem", key=key)
    with open_member(made, SystemClock(), genesis=genesis):
        pass
    run = subprocess.run(
        [*EVENHAND, "node", "run", "--data", "ita"], cwd=tmp_path, capture_output=True, text=True, check=False,
        timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert run.stdout == ""
    assert "the API's certificate cannot be read" in run.stderr
    assert "Traceback" not in run.stderr
    looked = subprocess.run(
        [*EVENHAND, "doctor", "--data", "ita"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert looked.returncode == 1
    assert "the API's certificate cannot be read" in looked.stdout
