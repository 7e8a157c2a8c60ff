"""Through the control socket of a running node a token says who asks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from evenhand.ground.errors import EvenhandError
from evenhand.node.control import ControlServer
from evenhand.node.control_client import ask_node
from evenhand.trust.permissions import Role

from .conftest import Staff


async def test_two_people_at_one_socket_are_two_callers(staff: Staff) -> None:
    await staff.hire("admin", Role.ADMINISTRATOR)
    await staff.hire("anna", Role.ANALYST)
    server = ControlServer(staff.site, staff.site.folder.control)
    await server.start()

    async def ask(name: str, operation: str) -> dict[str, Any] | None:
        token = staff.tokens[name]
        return await asyncio.to_thread(ask_node, server._path, operation, {}, lambda _: None, token=token)

    try:
        names = [said["name"] for name in ("admin", "anna") if (said := await ask(name, "session.show")) is not None]
        assert names == ["admin", "anna"]
        for name, operation in (("", "state"), ("admin", "notice.list"), ("anna", "people.list")):
            with pytest.raises(EvenhandError) as refused:
                await ask(name, operation)
            assert (refused.value.code, refused.value.exit_code) == ("refused", 3)
    finally:
        await server.stop()
