"""Many questions at once: each in its order, under the picture that its answer was made of."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from evenhand.ground.clock import ManualClock
from evenhand.ground.errors import InputError
from evenhand.identity.dates import BirthDate
from evenhand.matching.contract import Answer, Query
from evenhand.matching.plain import PlainMatcher
from evenhand.node import searching
from evenhand.node.answering import AnswerDocument
from evenhand.node.operations import perform
from evenhand.node.publishing import Outgoing
from evenhand.node.searching import CHUNK, Searched, search_all
from evenhand.node.site import Site
from tests.api.conftest import PEOPLE, draft, opened
from tests.net.coalition import DETAIL, notice


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


async def test_both_centuries_are_asked_of_one_picture(tmp_path: Path) -> None:
    """Somebody is listed while the second question is searched for: the first does not say what the list was before."""
    born = datetime.now(UTC).year - 1
    late = notice(7, "Vojtek Invento")
    dated = msgspec.structs.replace(late.person, birth_dates=(BirthDate(value=f"{born}-01-25"),))
    late = msgspec.structs.replace(late, person=dated)

    class Moving(AtOnce):
        asked = 0

        def search(self, query: Query) -> Answer:
            answer, self.asked = super().search(query), self.asked + 1
            if self.asked == 2:  # the elder's
                site.member.publish([Outgoing(late, DETAIL)])
            return answer

    with opened(tmp_path / "ita") as site:
        await _publish(site, ("Vojtek Invento", f"{born - 100}-01-25", "N1"))
        _replace(site, Moving())
        young = Query(names=("Vojtek Invento",), birth_date=f"{born}-01-25")
        document = await site.together.document(young, two_digit_year=True)
        assert document.answer.state == site.member.vector().digest()
        assert {one.notice_id for one in document.answer.candidates} >= {f"{7:032x}"}
        assert len(document.answer.candidates) == 2


async def _together(site: Site, *queries: Query) -> list[object]:
    return await asyncio.gather(*(site.together.document(query) for query in queries), return_exceptions=True)


def _replace(site: Site, matcher: PlainMatcher) -> None:
    matcher.load(site.member.matcher.dump())
    site.member.matcher = matcher


async def test_questions_of_one_moment_are_answered_byte_by_byte_as_single_ones(tmp_path: Path) -> None:
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        site.member.clock = ManualClock(site.member.clock.now_ms())
        queries = [Query(names=(PEOPLE[at % 3][0],), birth_date="1984") for at in range(40)]
        queries[7] = Query(names=("Nobody Known",))
        alone = [msgspec.json.encode(site.member.find(query)) for query in queries]
        slowly = [msgspec.json.encode(await site.together.document(query)) for query in queries]
        many = AtOnce()
        _replace(site, many)
        assert [msgspec.json.encode(one) for one in await _together(site, *queries)] == alone == slowly
        assert many.calls == [40]
        assert [msgspec.json.encode(one) for one in await _together(site, *queries[:3])] == alone[:3]
        assert many.calls == [40, 3], "a few are searched in one go as well"
        assert msgspec.json.encode(await site.together.document(queries[0])) == alone[0]
        assert many.calls == [40, 3], "one alone needs no company"


async def test_what_takes_a_moment_is_searched_in_the_loop_and_the_rest_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_BESIDE_SECONDS", 0.05)  # a busy machine's moment is long
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        matcher = Timed()
        _replace(site, matcher)
        for seconds, beside in ((0.0, True), (0.0, False), (0.1, False), (0.0, True), (0.0, False)):
            matcher.seconds = seconds  # known only once it was asked
            found = await site.together.search(Query(names=(PEOPLE[0][0],)))
            assert len(found.answer.candidates) == 1
            assert (matcher.threads[-1] != threading.get_ident()) is beside


async def test_who_comes_while_others_are_searched_is_next(tmp_path: Path) -> None:
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        loop, late = asyncio.get_running_loop(), list[asyncio.Task[Searched]]()

        def meanwhile() -> None:
            loop.call_soon_threadsafe(ask_late)

        def ask_late() -> None:
            late.append(asyncio.ensure_future(site.together.search(Query(names=(PEOPLE[0][0],)))))

        _replace(site, AtOnce(meanwhile))
        early = await _together(site, *[Query(names=(PEOPLE[1][0],))] * 20)
        assert len(early) == 20
        found = await asyncio.wait_for(late[0], 10)
        assert len(found.answer.candidates) == 1


class Watched(AtOnce):
    """A matcher that tells when it searches a second time; the first time someone else asks meanwhile."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__(meanwhile)
        self.again = threading.Event()

    def search_many(self, queries: Sequence[Query]) -> list[Answer]:
        if self.calls:
            self.again.set()
        return super().search_many(queries)


async def test_who_waits_is_searched_for_while_the_loop_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_BESIDE_SECONDS", 0.0)  # nothing takes but a moment
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        loop, late, went_on = asyncio.get_running_loop(), list[asyncio.Task[list[object]]](), list[bool]()
        waiting = threading.Event()

        def busy() -> None:
            waiting.set()
            went_on.append(matcher.again.wait(10))

        def ask_late() -> None:
            late.append(asyncio.ensure_future(_together(site, *[Query(names=(PEOPLE[0][0],))] * 3)))
            loop.call_later(0.05, busy)  # once they have asked

        def meanwhile() -> None:
            loop.call_soon_threadsafe(ask_late)
            assert waiting.wait(10)

        matcher = Watched(meanwhile)
        _replace(site, matcher)
        assert len(await _together(site, *[Query(names=(PEOPLE[1][0],))] * 20)) == 20
        assert all(isinstance(one, AnswerDocument) for one in await asyncio.wait_for(late[0], 10))
        assert went_on == [True], "the thread waited for the loop before it searched on"
        assert matcher.calls == [20, 3]


async def test_one_that_the_picture_overtook_is_asked_again(tmp_path: Path) -> None:
    with opened(tmp_path / "ita") as site:
        loop = asyncio.get_running_loop()

        def meanwhile() -> None:
            asyncio.run_coroutine_threadsafe(_publish(site, ("Vojtek Invento", "1990", "N1")), loop).result(10)

        _replace(site, AtOnce(meanwhile))
        found = await _together(site, *[Query(names=("Vojtek Invento",))] * 12)
        expected = site.member.find(Query(names=("Vojtek Invento",))).answer
        assert len(expected.candidates) == 1
        for one in found:
            assert isinstance(one, AnswerDocument)
            assert (one.answer.state, one.answer.candidates) == (expected.state, expected.candidates)


class Timed(AtOnce):
    """A matcher that takes as much processor time as it is told, and knows in which threads it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[int] = []
        self.seconds = 0.0

    def search(self, query: Query) -> Answer:
        self.threads.append(threading.get_ident())
        until = time.thread_time() + self.seconds
        while time.thread_time() < until:
            pass
        return super().search(query)


async def test_what_a_few_cost_together_tells_whether_the_next_are_searched_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_BESIDE_SECONDS", 0.05)
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        matcher = Timed()
        _replace(site, matcher)
        queries = [Query(names=(one[0],)) for one in PEOPLE[:3]]
        for seconds, beside in ((0.0, True), (0.03, False), (0.0, True), (0.0, False)):
            matcher.seconds = seconds  # known only once they were asked
            found = await _together(site, *queries)
            assert all(isinstance(one, AnswerDocument) and len(one.answer.candidates) == 1 for one in found)
            assert (matcher.threads[-1] != threading.get_ident()) is beside
        assert matcher.calls == [3, 3, 3, 3]


class Breaking(AtOnce):
    """A matcher that one name breaks."""

    def search(self, query: Query) -> Answer:
        if query.names == ("Breaking",):
            raise InputError("broken")
        return super().search(query)


async def test_a_question_that_breaks_the_matcher_breaks_no_other(tmp_path: Path) -> None:
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        _replace(site, Breaking())
        found = await _together(site, *[Query(names=(PEOPLE[0][0],))] * 10, Query(names=("Breaking",)))
        assert isinstance(found[-1], InputError)
        assert all(isinstance(one, AnswerDocument) and len(one.answer.candidates) == 1 for one in found[:-1])


async def test_who_hangs_up_is_not_waited_for(tmp_path: Path) -> None:
    with opened(tmp_path / "ita") as site:
        await _publish(site, *PEOPLE)
        _replace(site, AtOnce())
        asking = [asyncio.ensure_future(site.together.search(Query(names=(PEOPLE[0][0],)))) for _ in range(2)]
        await asyncio.sleep(0)
        asking[0].cancel()
        assert len((await asking[1]).answer.candidates) == 1
        with pytest.raises(asyncio.CancelledError):
            await asking[0]
