"""Many questions at once: each in its order, under the picture that its answer was made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from evenhand.matching.contract import Answer, Query
from evenhand.matching.plain import PlainMatcher
from evenhand.node.operations import perform
from evenhand.node.searching import CHUNK, search_all
from evenhand.node.site import Site
from tests.api.conftest import PEOPLE, draft, opened


class AtOnce(PlainMatcher):
    """The plain matcher, able to take many questions, as the learned one is; `meanwhile` runs beside the first."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.calls: list[int] = []
        self._meanwhile = meanwhile

    def search_many(self, queries: Sequence[Query]) -> list[Answer]:
        self.calls.append(len(queries))
        answers = [self.search(query) for query in queries]
        if len(self.calls) == 1:
            self._meanwhile()
        return answers


async def _publish(site: Site, *people: tuple[str, str, str]) -> None:
    for one in people:
        await perform(site, "notice.publish", msgspec.json.encode(draft(*one)))


async def test_many_are_asked_in_chunks_and_answered_in_order(tmp_path: Path) -> None:
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        queries = [Query(names=(PEOPLE[at % 3][0],)) for at in range(CHUNK + 50)]
        one_by_one = [found async for found in search_all(site.member, queries)]
        many = AtOnce()
        many.load(site.member.matcher.dump())
        site.member.matcher = many
        at_once = [found async for found in search_all(site.member, queries)]
        assert at_once == one_by_one
        assert {len(found.answer.candidates) for found in at_once} == {1}
        assert many.calls == [CHUNK, 50]


async def test_a_picture_that_moves_meanwhile_is_asked_again(tmp_path: Path) -> None:
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        loop = asyncio.get_running_loop()

        def meanwhile() -> None:
            asyncio.run_coroutine_threadsafe(_publish(site, ("Vojtek Invento", "1990", "N1")), loop).result(10)

        many = AtOnce(meanwhile)
        many.load(site.member.matcher.dump())
        site.member.matcher = many
        [found] = [one async for one in search_all(site.member, [Query(names=("Vojtek Invento",))])]
        assert len(found.answer.candidates) == 1
        assert found.state == site.member.vector().digest()
        assert many.calls == [1, 1]
