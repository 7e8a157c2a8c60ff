"""Members in memory without accounts, their notices, and posts that take encounters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.exchange.frames import Pulse
from evenhand.ground.clock import ManualClock, format_ms
from evenhand.identity.person import Document, Name, Person
from evenhand.node.operations import perform
from evenhand.node.publishing import Outgoing
from evenhand.node.site import Site
from evenhand.notices.model import PersonNotice
from evenhand.trust.keys import MemberKeys
from tests.net.coalition import DETAIL
from tests.node.people.coalition import Coalition
from tests.node.people.conftest import NOW

DAY_MS = 86_400_000
NAME, PASSPORT = "Berenice Fantasma", "X1234567"
TWO = [{"identifier": "document", "agrees": True}, {"identifier": "birth_date", "agrees": True}]
NINE = [
    {"item": name, "text": "seen"} for name in (
        "located", "place_time_reason", "route", "companions", "identity", "vehicle", "objects", "circumstances",
        "requested",
    )
]  # fmt: skip


class Posts:
    """Members by code, without accounts: each request names who acts."""

    def __init__(self, folder: Path, *codes: str, keys: dict[str, MemberKeys] | None = None) -> None:
        self.clock = ManualClock(NOW)
        self.coalition = Coalition(folder, self.clock, codes, keys)
        self.encounter = ""
        self.share()

    def site(self, code: str) -> Site:
        return self.coalition[code].site

    async def ask(self, code: str, operation: str, /, **request: Any) -> Any:
        done = await perform(self.site(code), operation, msgspec.json.encode(request))
        return msgspec.json.decode(msgspec.json.encode(done))

    def publish(self, code: str, number: int = 1, *, version: int = 1, **more: Any) -> str:
        given: dict[str, Any] = {"category": "terrorism", "action": "HOLD", "names": (Name(text=NAME),)}
        given |= more
        notice = PersonNotice(
            notice_id=f"{number:032x}", version=version, category=given["category"], action=given["action"],
            valid_from=format_ms(NOW - DAY_MS), review_by=format_ms(given.get("review", NOW + 100 * DAY_MS)),
            expires=format_ms(NOW + 300 * DAY_MS),
            person=Person(
                names=given["names"],
                documents=(Document(type="passport", number=given.get("passport", PASSPORT), issuer="UTO"),),
            ),
        )  # fmt: skip
        self.site(code).member.publish([Outgoing(notice, DETAIL)])
        self.share()
        return f"{code}:{notice.notice_id}"

    def share(self) -> None:
        here = [one for code, one in self.coalition.staff.items() if code not in self.coalition.away]
        for source in here:
            for reader in here:
                if reader is not source:
                    pulse = Pulse(note=source.site.member.heartbeat())
                    reader.site.member.receive(pulse, source.site.member.code)
        self.coalition.share()
        for one in here:
            one.site.casework.tick()
        self.coalition.share()

    async def scan(self, code: str, **more: Any) -> Any:
        given: dict[str, Any] = {
            "names": [NAME], "documents": [{"type": "passport", "number": PASSPORT, "issuer": "UTO"}],
            "purpose": "BORDER_CHECK", "legal_basis": "Code 8", "movement": "CROSSING", "officer": "o1",
            "unit": "airport",
        }  # fmt: skip
        said = await self.ask(code, "encounter.scan", **(given | more))
        self.encounter = said["encounter"]
        return said

    async def do(self, code: str, step: str, /, minutes: int = 1, **more: Any) -> Any:
        self.clock.advance(seconds=60 * minutes)
        given = {"encounter": self.encounter, "officer": "o1", "unit": "airport"}
        said = await self.ask(code, f"encounter.{step}", **(given | more))
        self.share()
        return said

    async def verify(self, code: str, notice: str, outcome: str = "POSITIVE", **more: Any) -> Any:
        await self.do(code, "open")
        given = {"officer": "v1", "second": "v2", "compared": TWO, "available": ["document"]}
        return await self.do(code, "verify", notice=notice, outcome=outcome, **(given | more))

    async def findings(self, code: str, **more: Any) -> list[str]:
        said = await self.ask(code, "finding.list", **more)
        return [one["rule"] for one in said["findings"]]


@pytest.fixture
async def posts(tmp_path: Path) -> AsyncIterator[Posts]:
    made = Posts(tmp_path, "ITA", "PHL", "XPO")
    yield made
    made.coalition.close()
