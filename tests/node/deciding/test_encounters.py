"""An encounter from the scan to the closed case: recorded before shown, refused by rule, told to the originator."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from evenhand.casework.records import TermsRecord
from evenhand.ground.errors import EvenhandError, InputError, NotFoundError, RefusedError, UsageError
from evenhand.identity.person import Document, Name
from evenhand.node.publishing import Outgoing
from evenhand.notices.model import Cleared, NoticeRef, RedressNumber, Retraction, StatusChange
from evenhand.screening.cleared import identity_basis

from .conftest import NAME, NINE, PASSPORT, Posts


async def test_the_whole_lawful_way_at_ones_own_notice(posts: Posts) -> None:
    key = posts.publish("ITA")
    await posts.ask("ITA", "encounter.law", action="HOLD", legal_basis="Code 12", officer="legal1")
    said = await posts.scan("ITA")
    assert [one["notice_id"] for one in said["candidates"]] == [key[4:]]
    with pytest.raises(RefusedError) as refused:
        await posts.do("ITA", "act", action="HOLD")
    assert refused.value.why == "rule V-01"
    await posts.verify("ITA", key[:8])
    with pytest.raises(RefusedError, match="fresh live check"):
        await posts.do("ITA", "authorise", action="HOLD", officer="s1")
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1", urgency="FLASH", reason="waits")
    (letter,) = (await posts.ask("ITA", "encounter.inbox"))["letters"]
    read = await posts.ask("ITA", "encounter.read", letter=letter["letter"][:6], officer="l1")
    assert read["says"]["reason"] == "waits"
    assert (await posts.ask("ITA", "encounter.inbox"))["letters"] == []
    await posts.ask("ITA", "encounter.answer", letter=letter["letter"], answer="CONFIRM", officer="l1")
    law: dict[str, Any] = {"action": "HOLD", "legal_basis": "Code 12", "proportionality": "flight is likely"}
    with pytest.raises(RefusedError) as refused:
        await posts.do("ITA", "authorise", officer="v1", **law)
    assert refused.value.why == "rule A-02"
    await posts.do("ITA", "authorise", officer="s1", **law)
    held = await posts.do("ITA", "act", action="HOLD", place="airport")
    assert {one["act"] for one in held["owed"]} >= {"GIVE_REASONS", "BRING_TO_JUDGE", "REPORT_HIT"}
    for act in ("REASONS", "LANGUAGE", "LAWYER_NOTICE", "CONSULAR_OFFER"):
        await posts.do("ITA", "custody", act=act)
    await posts.do("ITA", "end", how="HANDED_OVER")
    await posts.do("ITA", "report", items=NINE)
    await posts.do("ITA", "follow-up", outcome="HANDED_OVER", leaflet="L1")
    done = await posts.do("ITA", "close", officer="s1", reviewer_unit="other")
    assert done["stage"] == "CLOSED"
    assert await posts.findings("ITA") == []
    assert (await posts.ask("ITA", "encounter.list"))["encounters"] == []
    assert len((await posts.ask("ITA", "encounter.list", everything=True))["encounters"]) == 1
    shown = await posts.ask("ITA", "encounter.show", encounter=posts.encounter, officer="ov1")
    assert [event["kind"] for event in shown["events"]][:3] == ["QueryMade", "CandidatesShown", "CandidateOpened"]


async def test_a_query_without_its_reasons_is_refused_and_logged(posts: Posts) -> None:
    for more in ({"purpose": ""}, {"legal_basis": ""}, {"purpose": "CURIOSITY"}):
        with pytest.raises(RefusedError) as refused:
            await posts.scan("ITA", **more)
        assert refused.value.why == "rule Q-01"
        assert refused.value.remedy
    with pytest.raises(InputError, match="ENTRY"):
        await posts.scan("ITA", movement="ENTRY")
    assert (await posts.scan("ITA", movement="CROSSING"))["encounter"]
    with pytest.raises(UsageError):
        await posts.scan("ITA", officer="")
    with pytest.raises(NotFoundError):
        await posts.do("ITA", "open", encounter="ffff")


async def test_nobody_found_is_counted_and_the_terms_go_after_a_day(posts: Posts) -> None:
    said = await posts.scan("ITA", names=["Nobody At All"], documents=[], birth_date="1990-05-05", sex="F",
                            nationalities=["UTO"])  # fmt: skip
    assert said["candidates"] == []
    book = posts.site("ITA").casework.book
    (terms,) = [one for one in book.entries() if isinstance(one.decision, TermsRecord)]
    assert "Nobody At All" in terms.decision.terms  # type: ignore[union-attr]
    posts.clock.advance(days=1, ms=1)
    assert (await posts.ask("ITA", "audit.retention", prove=True))["deleted"] == {"screened": 1}
    assert book.entry(terms.index).decision is None
    assert (await posts.ask("ITA", "audit.verify"))["good"]
    assert set(await posts.findings("ITA")) == {"O-02"}, "a day passed, and nobody audited anybody"


async def test_a_wrong_match_does_not_return_until_the_notice_changes_in_what_mattered(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    done = await posts.verify("ITA", key, "NEGATIVE", grounds="another face")
    assert done["stage"] == "NEGATIVE"
    assert {one["act"] for one in done["owed"]} == {"CLOSE"}
    assert [one["kind"] for one in (await posts.ask("PHL", "encounter.inbox"))["letters"]] == ["cleared"]
    again = await posts.scan("ITA", post="another post")
    assert (again["candidates"], again["suppressed"]) == ([], 1)
    other = await posts.scan("ITA", documents=[])
    assert len(other["candidates"]) == 1, "another document is another question"
    posts.publish("PHL", version=2, action="INTERVIEW")
    assert (await posts.scan("ITA"))["suppressed"] == 1, "another action is not another person"
    posts.publish("PHL", version=3, names=(Name(text=NAME), Name(text="Bea Fantasma", kind="alias_good")))
    assert len((await posts.scan("ITA"))["candidates"]) == 1


async def test_a_redress_number_keeps_a_notice_away_at_every_member(posts: Posts) -> None:
    key = posts.publish("PHL")
    standing = posts.site("ITA").member.view.now(key, posts.clock.now_ms())
    assert standing is not None
    number = RedressNumber(
        number="a" * 32, documents=(Document(type="passport", number=PASSPORT, issuer="UTO"),),
        cleared=(
            Cleared(notice=NoticeRef(originator="PHL", notice_id=key[4:]), basis=identity_basis(standing.notice)),
        ),
    )  # fmt: skip
    posts.site("XPO").member.publish([Outgoing(number)])
    posts.share()
    said = await posts.scan("ITA")
    assert (said["candidates"], said["suppressed"]) == ([], 1)


async def test_a_withdrawal_is_told_to_the_encounter_and_asks_for_release(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    posts.site("PHL").member.publish([Outgoing(StatusChange(notice_id=key[4:], status="BLOCKED", reason="redress"))])
    posts.share()
    (view,) = (await posts.ask("ITA", "encounter.list"))["encounters"]
    assert "BLOCKED" in view["sides"]
    assert {one["act"] for one in view["owed"]} >= {"RELEASE"}
    posts.site("PHL").member.publish([Outgoing(StatusChange(notice_id=key[4:], status="STANDING", reason="done"))])
    posts.share()
    assert "BLOCKED" not in (await posts.ask("ITA", "encounter.list"))["encounters"][0]["sides"]
    posts.site("PHL").member.publish([Outgoing(Retraction(notice_id=key[4:], reason="mistaken identity"))])
    posts.share()
    view = (await posts.ask("ITA", "encounter.list"))["encounters"][0]
    assert "ANNULLED" in view["sides"]
    posts.clock.advance(seconds=16 * 60)
    found = await posts.findings("ITA")
    assert {"A-02", "A-04"} <= set(found)
    posts.site("ITA").casework.tick()
    size = posts.site("ITA").casework.book.size
    posts.site("ITA").casework.tick()
    assert posts.site("ITA").casework.book.size == size
    await posts.do("ITA", "end")
    assert (await posts.scan("ITA"))["candidates"] == []


async def test_a_notice_past_its_review_stops_nobody(posts: Posts) -> None:
    posts.publish("PHL", review=posts.clock.now_ms() + 1000)
    posts.clock.advance(seconds=2)
    assert (await posts.scan("ITA"))["candidates"] == []


async def test_the_originator_is_asked_and_its_answer_counts_once(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    checked = await posts.do("ITA", "check", officer="v1")
    assert checked["stage"] == "NOTICE_CHECKED"
    await posts.do("ITA", "contact", officer="v1", urgency="URGENT", reason="waits", reach="+39 000")
    posts.share()
    state = posts.site("ITA").casework.office.docket.states[posts.encounter]
    assert state.received, "the originator's node has said that it has the message"
    posts.clock.advance(seconds=6 * 60)
    posts.share()
    inbox = (await posts.ask("PHL", "encounter.inbox"))["letters"]
    assert inbox[0]["escalated"]
    sent = await posts.ask("ITA", "encounter.inbox", everything=True)
    assert [one["kind"] for one in sent["letters"]].count("reminder") == 1
    with pytest.raises(NotFoundError):
        await posts.ask("XPO", "encounter.answer", letter=inbox[0]["letter"], answer="CONFIRM", officer="l1")


async def test_only_the_originator_answers_and_once_is_enough(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1")
    (letter,) = (await posts.ask("PHL", "encounter.inbox"))["letters"]
    with pytest.raises(RefusedError):
        await posts.ask("ITA", "encounter.answer", letter=letter["letter"], answer="CONFIRM", officer="x")
    await posts.ask("PHL", "encounter.answer", letter=letter["letter"], answer="DENY", officer="l1", text="no")
    posts.share()
    state = posts.site("ITA").casework.office.docket.states[posts.encounter]
    assert state.answer == "DENY"
    assert state.stage == "NEGATIVE"
    assert state.cleared == state.told == {key}
    assert (await posts.scan("ITA"))["suppressed"] == 1
    size = posts.site("ITA").casework.book.size
    posts.share()
    assert posts.site("ITA").casework.book.size == size
    with pytest.raises(NotFoundError):
        await posts.ask("PHL", "encounter.read", letter="zz", officer="l1")


async def test_a_protected_person_is_never_reported_to_the_state_fled(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA", nationalities=["XXB"])
    await posts.verify("ITA", key)
    checked = await posts.do("ITA", "check", officer="v1")
    assert "PROTECTED_PERSON" in checked["sides"]
    assert checked["at_most"] == "INTERVIEW"
    refusals: list[tuple[str, dict[str, Any]]] = [("contact", {}), ("report", {"items": NINE})]
    for step, more in refusals:
        with pytest.raises(RefusedError) as refused:
            await posts.do("ITA", step, anyway=True, **more)
        assert refused.value.why == "rule P-03"
    posts.share()
    assert (await posts.ask("PHL", "encounter.inbox"))["letters"] == []


async def test_facts_and_errors_are_noted(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    with pytest.raises(RefusedError, match="did not say yet"):  # every member is asked about protection first
        await posts.do("ITA", "error", notice=key, evidence="the birth date is another person's")
    posts.share()
    await posts.do("ITA", "error", notice=key, evidence="the birth date is another person's")
    assert [one["kind"] for one in (await posts.ask("PHL", "encounter.inbox"))["letters"]] == ["fault"]
    noted = await posts.do("ITA", "side", notice=key, side="MISUSED_IDENTITY")
    assert noted["stage"] == "NEGATIVE"
    with pytest.raises(InputError):
        await posts.do("ITA", "side", notice="XPO:", side="REDRESS_OPEN")
    with pytest.raises(InputError):
        await posts.ask("ITA", "encounter.law", action="HOLD", legal_basis=" ", officer="legal1")


async def test_a_post_without_a_line_is_merged_without_loss(posts: Posts, tmp_path: Path) -> None:
    key = posts.publish("PHL")
    await posts.ask("ITA", "encounter.law", action="HOLD", legal_basis="Code 12", officer="legal1")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "act", action="HOLD", anyway=True)
    place = str(tmp_path / "post.json")
    done = await posts.ask("ITA", "encounter.carry-out", place=place, officer="s1")
    (tmp_path / "home").mkdir()
    home = Posts(tmp_path / "home", "ITA", "PHL", keys=posts.coalition.keys)
    home.publish("PHL")
    home.clock.advance(days=1)
    for new, known in ((done["events"], 0), (0, done["events"])):
        merged = await home.ask("ITA", "encounter.merge", place=place, officer="s1")
        assert (merged["new"], merged["known"]) == (new, known)
    here = home.site("ITA").casework.office
    there = posts.site("ITA").casework.office
    assert here.docket.states == there.docket.states
    assert "A-02" in await home.findings("ITA")
    found = next(one for one in here.overseer.findings.values() if one.rule == "A-02")
    assert found.at_ms < home.clock.now_ms() - 80_000_000, "judged at its own time"
    assert (await home.ask("ITA", "audit.verify"))["good"]
    with pytest.raises(RefusedError):
        await home.ask("PHL", "encounter.merge", place=place, officer="s1")
    text = await asyncio.to_thread(Path(place).read_text, "utf-8")
    for number, bad in enumerate((text.replace('"INCONCLUSIVE"', '"POSITIVE"').replace('"v2"', '"v3"'),
                                  re.sub(r'"signature":"[^"]*"', f'"signature":"{"A" * 86}=="', text),
                                  re.sub(r'"signature":"[^"]*"', '"signature":"?"', text))):  # fmt: skip
        assert bad != text
        changed = tmp_path / f"changed{number}.json"
        changed.write_text(bad, "utf-8")
        with pytest.raises(EvenhandError, match=r"no post of ours|base64"):
            await home.ask("ITA", "encounter.merge", place=str(changed), officer="s1")
    posts.clock.advance(seconds=60)
    for wrong in (str(tmp_path / "none.json"), "/dev/null"):
        with pytest.raises(EvenhandError):
            await home.ask("ITA", "encounter.merge", place=wrong, officer="s1")
    with pytest.raises(UsageError):
        await posts.ask("ITA", "encounter.carry-out", place=str(tmp_path / "no" / "file"), officer="s1")
    home.coalition.close()


async def test_a_letter_opens_by_the_digits_that_the_inbox_prints(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1", urgency="FLASH", reason="waits")
    (letter,) = (await posts.ask("PHL", "encounter.inbox"))["letters"]
    everything = (await posts.ask("PHL", "encounter.inbox", everything=True))["letters"]
    assert len(everything) > 1, "the receipt that went back bears the id of its letter"
    read = await posts.ask("PHL", "encounter.read", letter=letter["letter"][:12], officer="l1")
    assert read["says"]["reason"] == "waits"
    done = await posts.ask("PHL", "encounter.answer", letter=letter["letter"][:12], answer="CONFIRM", officer="l1")
    assert done["says"]["answer"] == "CONFIRM"


async def test_a_silent_originator_keeps_nobodys_encounter_open(posts: Posts) -> None:
    key = posts.publish("PHL")
    await posts.scan("ITA")
    await posts.verify("ITA", key)
    await posts.do("ITA", "check", officer="v1")
    await posts.do("ITA", "contact", officer="v1")
    await posts.do("ITA", "report", items=NINE)
    await posts.do("ITA", "follow-up", outcome="UPDATED")
    with pytest.raises(RefusedError, match="ANSWER"):
        await posts.do("ITA", "close", officer="s1", reviewer_unit="other")
    posts.clock.advance(seconds=13 * 3600)
    posts.share()
    shown = await posts.ask("ITA", "encounter.show", encounter=posts.encounter, officer="s1")
    assert shown["encounter"]["answer"] == "SILENT"
    closed = await posts.do("ITA", "close", officer="s1", reviewer_unit="other")
    assert closed["stage"] == "CLOSED"
    assert "C-02" in await posts.findings("ITA"), "and the silence was found"


async def test_a_scan_that_kept_its_lane_waiting_is_found(posts: Posts, monkeypatch: pytest.MonkeyPatch) -> None:
    posts.publish("PHL")
    await posts.scan("ITA")
    assert await posts.findings("ITA") == []
    together = posts.site("ITA").together
    quick = type(together).document

    async def slow(self: Any, *given: Any, **more: Any) -> Any:
        posts.clock.advance(seconds=3)
        return await quick(self, *given, **more)

    monkeypatch.setattr(type(together), "document", slow)
    await posts.scan("ITA", names=["Nobody At All"], documents=[])
    (found,) = (await posts.ask("ITA", "finding.list"))["findings"]
    assert (found["rule"], found["severity"], found["found"]) == ("Q-01", "S3", "the lane waited 3000 ms for an answer")


async def test_encounters_come_in_pages(posts: Posts) -> None:
    posts.publish("ITA")
    begun = {(await posts.scan("ITA"))["encounter"] for _ in range(3)}
    seen, cursor = [], ""
    while cursor is not None:
        page = await posts.ask("ITA", "encounter.list", limit=1, cursor=cursor)
        seen += [one["encounter"] for one in page["encounters"]]
        cursor = page["next"]
    assert (len(seen), set(seen)) == (3, begun)
    first = await posts.ask("ITA", "encounter.list", limit=1)
    with pytest.raises(InputError, match="another question"):
        await posts.ask("ITA", "encounter.list", limit=1, cursor=first["next"], everything=True)
