"""OpenID Connect against a real provider in a process of its own, honest and otherwise."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import InputError, NotFoundError, PeerUnreachableError, RefusedError, VerificationError
from evenhand.node.people.journal import journal_of
from evenhand.trust.permissions import Role

from .conftest import Staff

BACK = "http://127.0.0.1:9/back"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("provider.py")), str(port)])
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(int(time.time() * 1000))  # a token's times are the provider's


def trust(staff: Staff, issuer: str, client: str = "evenhand", **more: str) -> None:
    said = {"issuer": issuer, "client_id": client, "client_secret": "s", **more}
    (staff.site.folder.path / "oidc.json").write_text(json.dumps(said), "utf-8")


async def through(staff: Staff) -> dict[str, Any]:
    """Go to the provider and come back, as a browser would."""
    begun = await staff.ask("", "session.begin", redirect=BACK)
    async with aiohttp.ClientSession() as http, http.get(begun["url"], allow_redirects=False) as answer:
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {"begun": begun, "code": back["code"][0], "state": back["state"][0]}


async def test_a_person_known_here_signs_in_and_can_sign(staff: Staff, provider: str) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    subject = f"{provider}|subject-7"
    await staff.ask("admin", "people.add", name="anna", roles=["analyst"], unit="desk", subject=subject)
    trust(staff, provider, acr="high")
    opened: dict[str, Any] = {}
    for _ in range(2):  # the second time the key is there
        opened = await staff.ask("", "session.finish", **await through(staff))
        staff.tokens["anna"] = opened["token"]
        assert (await staff.ask("anna", "session.show"))["signs_as"] == ["AUTHOR"]
    caller = staff.site.people.caller(opened["token"])
    assert caller is not None
    assert caller.seed is not None
    assert len(caller.seed()) == 32


async def test_a_person_unknown_here_stays_outside(staff: Staff, provider: str) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    trust(staff, provider)
    with pytest.raises(RefusedError, match="nobody here"):
        await staff.ask("", "session.finish", **await through(staff))
    assert journal_of(staff.site)[-1]["refused"]


@pytest.mark.parametrize(
    "client", ["evil-nonce", "evil-audience", "evil-issuer", "evil-old", "evil-key", "evil-text", "evil-acr"]
)
async def test_a_token_that_fails_any_check_is_nobodys(staff: Staff, provider: str, client: str) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    trust(staff, provider, client, acr="high")
    with pytest.raises(VerificationError, match="cannot be relied on"):
        await staff.ask("", "session.finish", **await through(staff))


async def test_an_answer_to_another_question_is_refused(staff: Staff, provider: str) -> None:
    trust(staff, provider)
    came = await through(staff)
    with pytest.raises(VerificationError, match="another sign-in"):
        await staff.ask("", "session.finish", **came | {"state": "x"})
    with pytest.raises(RefusedError, match="provider refused"):
        await staff.ask("", "session.finish", **came | {"code": "x"})


async def test_a_provider_that_is_not_there_or_another_is_said_so(staff: Staff, provider: str) -> None:
    with pytest.raises(NotFoundError, match=r"oidc\.json"):
        await staff.ask("", "session.begin", redirect=BACK)
    (staff.site.folder.path / "oidc.json").write_text("{}", "utf-8")
    with pytest.raises(InputError, match="cannot be used"):
        await staff.ask("", "session.begin", redirect=BACK)
    for issuer, kind in (
        ("http://127.0.0.1:9", PeerUnreachableError), (f"{provider}/noise", VerificationError),
        (f"{provider}/alias", VerificationError),
    ):  # fmt: skip
        trust(staff, issuer)
        with pytest.raises(kind):
            await staff.ask("", "session.begin", redirect=BACK)
