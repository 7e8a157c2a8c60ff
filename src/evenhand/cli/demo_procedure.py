"""The demonstration's second act: what an officer at ITA does with a notice of PHL, rightly and wrongly.

Knows:    the lawful way of an encounter, and one that departs from it.
Told:     a coalition whose members hold one picture.
Answers:  for each step whether it held and what was seen.
Trusted:  no: a demonstration.
"""

from __future__ import annotations

import time
from typing import Any, Final

import msgspec

from evenhand.cli.demo_coalition import wait_until
from evenhand.cli.demo_steps import Story, by_document
from evenhand.ground.clock import SystemClock
from evenhand.ground.errors import EvenhandError
from evenhand.interop.synthetic import SyntheticPerson, synthetic_persons

_SEED: Final = 77
_PEOPLE: Final = tuple(synthetic_persons(_SEED, 3))
_MINUTE_MS: Final = 60_000
_HELD_MINUTES: Final = 70
_LAW: Final = "Invented border code, article 12"
_BASE: Final = {"unit": "airport"}
_TWO: Final = [{"identifier": "document", "agrees": True}, {"identifier": "birth_date", "agrees": True}]
_NINE: Final = (
    "located", "place_time_reason", "route", "companions", "identity", "vehicle", "objects", "circumstances",
    "requested",
)  # fmt: skip


def _publish(story: Story, person: SyntheticPerson) -> str:
    """Publish a notice of terrorism at PHL that asks for a hold, and wait for it at ITA."""
    said = story.ask(
        "PHL", "notice.publish",
        notice={
            "kind": "person", "category": "terrorism", "action": "HOLD", "fallback": "INTERVIEW",
            "person": msgspec.to_builtins(person.person),
        },
        detail={
            "offence": "Invented for the demonstration.", "legal_basis": "Invented statute, section 1",
            "decision_reference": "DEMO-2", "issuing_authority": "Invented court",
            "proportionality": "A demonstration.",
        },
    )  # fmt: skip
    wait_until(lambda: bool(story.candidates("ITA", person)))
    return str(said["key"])


def _scan(story: Story, person: SyntheticPerson) -> dict[str, Any]:
    return story.ask(
        "ITA", "encounter.scan", **by_document(person), names=[person.person.names[0].text], purpose="BORDER_CHECK",
        legal_basis="Invented border code, article 8", movement="CROSSING", officer="officer-1", **_BASE,
    )  # fmt: skip


def _do(story: Story, encounter: str, step: str, officer: str, **more: object) -> dict[str, Any]:
    return story.ask("ITA", f"encounter.{step}", encounter=encounter, officer=officer, **_BASE, **more)


def _refusal(story: Story, encounter: str, step: str, officer: str, **more: object) -> str:
    """Try a step that must be refused; return the words of the refusal, empty if it went through."""
    try:
        _do(story, encounter, step, officer, **more)
    except EvenhandError as error:
        return f"{error.what} ({error.why}); {error.remedy}"
    return ""


def lawful_hit(story: Story) -> bool:
    """A scan at ITA meets a notice of PHL: two people verify, PHL confirms, a third authorises, and it is reported."""
    person = _PEOPLE[0]
    key = _publish(story, person)
    story.ask("ITA", "encounter.law", action="HOLD", legal_basis=_LAW, officer="legal-1")
    found = _scan(story, person)
    encounter = str(found["encounter"])
    _do(story, encounter, "open", "officer-1")
    _do(story, encounter, "verify", "verifier-1", second="verifier-2", notice=key, outcome="POSITIVE", compared=_TWO)
    too_soon = _refusal(story, encounter, "act", "officer-1", action="HOLD")
    story.say(f"a hold now is refused: {too_soon}")
    _do(story, encounter, "check", "verifier-1")
    confirmed, ms = _ask_originator(story, encounter)
    story.say(f"PHL's officer had the hit message, sealed to PHL, and ITA had CONFIRM, {ms} ms after it was sent")
    law = {"action": "HOLD", "legal_basis": _LAW, "proportionality": "The next flight leaves in an hour."}
    alone = _refusal(story, encounter, "authorise", "verifier-1", **law)
    story.say(f"the verifier cannot authorise: {alone}")
    _do(story, encounter, "authorise", "supervisor-1", **law)
    _do(story, encounter, "act", "officer-1", action="HOLD", place="airport, lane 4")
    for act in ("REASONS", "LANGUAGE", "LAWYER_NOTICE", "CONSULAR_OFFER"):
        _do(story, encounter, "custody", "officer-1", act=act)
    _do(story, encounter, "end", "officer-1", how="HANDED_OVER")
    items = [{"item": name, "text": "As seen at the airport."} for name in _NINE]
    _do(story, encounter, "report", "officer-1", items=items)
    _do(story, encounter, "follow-up", "officer-1", outcome="HANDED_OVER", leaflet="LEAFLET-EN")
    done = _do(story, encounter, "close", "supervisor-1", reviewer_unit="review unit")
    told = wait_until(
        lambda: {"report", "follow_up"} <= {one["kind"] for one in story.ask("PHL", "encounter.inbox")["letters"]}
    )
    found_nothing = not story.ask("ITA", "finding.list")["findings"]
    story.say(f"closed: {done['stage'] == 'CLOSED'}; PHL has the report: {told}; oversight found nothing")
    return bool(too_soon and alone and confirmed and told and found_nothing and done["stage"] == "CLOSED")


def _ask_originator(story: Story, encounter: str) -> tuple[bool, int]:
    """Send the hit message, answer it at PHL, wait for the answer at ITA; return that, and how many ms it took."""
    began = time.monotonic()
    _do(story, encounter, "contact", "verifier-1", urgency="FLASH", reason="a person waits", reach="+39 000 000")

    def waiting() -> list[dict[str, Any]]:
        letters = story.ask("PHL", "encounter.inbox")["letters"]
        return [one for one in letters if one["encounter"] == encounter and one["kind"] == "hit"]

    wait_until(lambda: bool(waiting()))
    letter = waiting()[0]["letter"]
    story.ask("PHL", "encounter.read", letter=letter, officer="liaison-1")
    story.ask("PHL", "encounter.answer", letter=letter, answer="CONFIRM", officer="liaison-1")

    def answered() -> bool:
        shown = story.ask("ITA", "encounter.show", encounter=encounter, officer="officer-1")
        return bool(shown["encounter"]["answer"] == "CONFIRM")

    held = wait_until(answered)
    return held, round((time.monotonic() - began) * 1000)


def wrong_match(story: Story) -> bool:
    """A wrong match: two people say so, the pair is remembered, PHL is told, and the traveller is not stopped again."""
    person = _PEOPLE[1]
    key = _publish(story, person)
    found = _scan(story, person)
    encounter = str(found["encounter"])
    _do(story, encounter, "open", "officer-2")
    cleared = _do(
        story, encounter, "verify", "verifier-1", second="verifier-2", notice=key, outcome="NEGATIVE",
        compared=[{"identifier": "biometric", "agrees": False}], grounds="Another person's face and fingerprints.",
    )  # fmt: skip
    again = _scan(story, person)
    story.say(f"first scan: {len(found['candidates'])} candidate; {cleared['stage']}")
    story.say(f"second scan: {len(again['candidates'])} candidates, {again['suppressed']} not shown to the officer")
    told = wait_until(
        lambda: any(one["kind"] == "cleared" for one in story.ask("PHL", "encounter.inbox")["letters"])
    )
    return len(found["candidates"]) == 1 and not again["candidates"] and again["suppressed"] == 1 and told


def irregular(story: Story) -> bool:
    """A post that was cut off held somebody for 70 minutes unconfirmed, on the verifier's word: oversight sees it."""
    from evenhand.node.deciding.merging import Carried, print_carried
    from evenhand.node.folder import Folder
    from evenhand.trust.keys import load_keys

    key = _publish(story, _PEOPLE[2])
    place = story.coalition.folder / "post.json"
    # The post is ITA's: it holds ITA's keys and signs what it carries home.
    carried = msgspec.convert(_carried(story, key), Carried)
    place.write_bytes(print_carried(carried, load_keys(Folder(story.coalition.data("ITA")).keys)))
    began = time.monotonic()
    merged = story.ask("ITA", "encounter.merge", place=str(place), officer="supervisor-1")
    wanted = {"A-02", "A-03"}

    def rules() -> set[str]:
        return {one["rule"] for one in story.ask("ITA", "finding.list")["findings"]}

    seen = wait_until(lambda: wanted <= rules())
    story.say(f"{merged['new']} events merged at their own times, {merged['against']} of them against the procedure")
    said = story.ask("ITA", "finding.list")
    ms = round((time.monotonic() - began) * 1000)
    story.say(f"complete up to entry {said['completeness']['size']}; seen {ms} ms later")
    for one in said["findings"]:
        if one["rule"] in wanted:
            story.say(f"{one['rule']} {one['severity']}: {one['found']} ({one['unit']}, {one['at']})")
    def told() -> set[str]:
        return {one["says"]["rule"] for one in story.ask("PHL", "finding.list")["told"]}

    heard = wait_until(lambda: wanted <= told())
    story.say(f"PHL, whose notice it was, and its oversight were told: {', '.join(sorted(told() & wanted))}")
    verdict = story.ask("ITA", "audit.verify")
    cosigned = [one["partner"] for one in verdict["partners"] if one["verdict"] == "COSIGNED"]
    story.say(f"decision ledger verified: {verdict['verdict']['checked']} entries, cosigned by {', '.join(cosigned)}")
    return seen and heard and verdict["good"] and "PHL" in cosigned


def _carried(story: Story, key: str) -> dict[str, object]:
    """Return what the post wrote down, beginning 80 minutes ago: lawful up to the question, then no longer."""
    clock_ms = SystemClock().now_ms() - (_HELD_MINUTES + 10) * _MINUTE_MS
    state = str(story.ask("ITA", "state")["digest"])
    way: tuple[tuple[int, str, str, dict[str, object]], ...] = (
        (0, "EntitlementSet", "officer-3", {"subject": "officer-3", "purposes": ["BORDER_CHECK"], "categories": ["*"]}),
        (0, "Movement", "officer-3", {"what": "CROSSING", "person": "token-3"}),
        (0, "QueryMade", "officer-3", {
            "authority": "border police", "post": "harbour", "device": "handheld", "purpose": "BORDER_CHECK",
            "legal_basis": "Invented border code, article 8", "terms": "digest", "view": state, "offline": True,
            "view_age_ms": 300_000, "person": "token-3",
        }),
        (1, "CandidatesShown", "officer-3", {"candidates": [
            {"notice": key, "version": 1, "action": "HOLD", "terrorism": True}
        ]}),
        (2, "CandidateOpened", "officer-3", {}),
        (4, "Verified", "verifier-3", {"notice": key, "outcome": "POSITIVE", "second": "officer-3", "compared": _TWO}),
        (6, "OriginatorContacted", "verifier-3", {"notice": key, "message": "by-radio", "urgency": "FLASH"}),
        (8, "ActionAuthorised", "verifier-3", {"action": "HOLD", "legal_basis": _LAW, "proportionality": "flight"}),
        (9, "ActionTaken", "officer-3", {"action": "HOLD", "place": "harbour"}),
        (9 + _HELD_MINUTES, "ActionEnded", "officer-3", {"how": "RELEASED"}),
    )  # fmt: skip
    events = [
        {
            "kind": kind, "event_id": f"harbour-{number}", "at_ms": clock_ms + minute * _MINUTE_MS, "member": "ITA",
            "unit": "harbour", "officer": officer, **_in(kind), **fields,
        }
        for number, (minute, kind, officer, fields) in enumerate(way)
    ]  # fmt: skip
    return {"format": 1, "member": "ITA", "events": events, "terms": [], "pairs": [], "letters": []}


def _in(kind: str) -> dict[str, str]:
    return {} if kind in {"EntitlementSet", "Movement"} else {"encounter": "ha" * 16}


PROCEDURE: Final = (lawful_hit, wrong_match, irregular)
