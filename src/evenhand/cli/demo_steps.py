"""The demonstration's story: each step does something at one member and checks it at the others.

Knows:    what must be true after each step.
Told:     a coalition.
Answers:  for each step whether it held, what was seen, and how long it took.
Trusted:  no: a demonstration.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from evenhand.cli.demo_coalition import MEMBERS, Coalition, wait_until
from evenhand.ground.clock import SystemClock, format_ms
from evenhand.interop.synthetic import SyntheticPerson, synthetic_persons
from evenhand.interop.synthetic_lists import write_un_xml

_PEOPLE: Final = 60
_SEED: Final = 41
_QUIET_SECONDS: Final = 1.5
_OLD_SECONDS: Final = 2


@dataclass
class Story:
    """What the steps share."""

    coalition: Coalition
    people: list[SyntheticPerson] = field(default_factory=lambda: synthetic_persons(_SEED, _PEOPLE))
    seen: list[str] = field(default_factory=list)
    """What to tell the onlooker about the present step."""
    taken_back: str = ""
    crossings: int = 0
    """How often somebody was looked up: each is a crossing of its own."""

    def say(self, line: str) -> None:
        """Tell the onlooker something."""
        self.seen.append(line)

    def ask(self, code: str, operation: str, /, **request: object) -> dict[str, Any]:
        """Ask a member's node; who looks somebody up says why, as everybody must."""
        if operation == "find":
            self.crossings += 1
            why = {"purpose": "BORDER_CHECK", "legal_basis": "Border Code art 8"}
            request = {**why, "reference": f"crossing {self.crossings}", **request}
        return self.coalition.ask(code, operation, **request)

    def digests(self, *codes: str) -> set[str]:
        """Return the state digests of members."""
        return {str(self.ask(code, "state")["digest"]) for code in codes or MEMBERS}

    def candidates(self, code: str, person: SyntheticPerson) -> list[dict[str, Any]]:
        """Ask a member for a person by document."""
        return list(self.ask(code, "find", **by_document(person))["document"]["answer"]["candidates"])

    def file(self, name: str, people: list[SyntheticPerson], edition: str) -> str:
        """Write a list in the UN's format and return its path."""
        path = self.coalition.folder / name
        path.write_bytes(write_un_xml(people, edition=edition))
        return str(path)


def by_document(person: SyntheticPerson) -> dict[str, object]:
    """Return a question by the first document."""
    first = person.person.documents[0]
    return {"documents": [{"type": first.type, "number": first.number, "issuer": first.issuer}]}


def questions(people: list[SyntheticPerson]) -> dict[str, dict[str, object]]:
    """Return a question by an alias, by an original-script name and by a document."""
    alias, original = (
        next(
            (one, name.text) for one in people for name in one.person.names
            if name.kind == kind and (name.script == "Latn") is latin
        )
        for kind, latin in (("alias_good", True), ("primary", False))
    )  # fmt: skip
    return {
        f"alias “{alias[1]}”": {"names": [alias[1]]},
        f"original script “{original[1]}”": {"names": [original[1]]},
        f"document {people[7].person.documents[0].number}": by_document(people[7]),
    }


def ceremony(story: Story) -> bool:
    """Three members make keys, sign a genesis roster and pin its hash."""
    pinned = story.coalition.found()
    story.say(f"genesis {pinned}")
    return len(pinned) == 64  # noqa: PLR2004 - SHA-256 in hex


def start(story: Story) -> bool:
    """Three nodes run as processes of their own and find each other over mutual TLS."""
    for code in MEMBERS:
        story.coalition.start(code)
    return wait_until(lambda: all(_connected(story, code) for code in MEMBERS))


def _connected(story: Story, code: str) -> bool:
    return all(peer["connected"] and peer["state"] for peer in story.ask(code, "peer.status")["peers"])


def publish(story: Story) -> bool:
    """ITA imports a list of invented people; all three come to the same state digest."""
    place = story.file("list-1.xml", story.people, "2025-01-31")
    done = story.ask("ITA", "import", format="un-sc", place=place)
    story.say(f"{done['published']} notices published, {len(done['refusals'])} refusals")
    same = wait_until(
        lambda: (
            len(story.digests()) == 1
            and all(story.ask(code, "state")["notices"] == done["published"] for code in MEMBERS)
        )
    )
    story.say(f"state digest everywhere: {', '.join(sorted(story.digests()))}")
    return same and done["published"] == len(story.people)


def same_answers(story: Story) -> bool:
    """The same question gives the same bytes at all three: by alias, original script and document."""
    held = True
    for what, request in questions(story.people).items():
        at = format_ms(SystemClock().now_ms())
        answers = {code: story.ask(code, "find", **request, at=at) for code in MEMBERS}
        bodies = {answer["body"] for answer in answers.values()}
        found = answers["PHL"]["document"]["answer"]["candidates"]
        story.say(f"{what}: {len(found)} found, {len(bodies)} different answer(s), {len(next(iter(bodies)))} bytes")
        held = held and len(bodies) == 1 and bool(found)
    return held


def cut(story: Story) -> bool:
    """The line to PHL breaks, both ways."""
    for code in ("ITA", "XPO"):
        story.ask(code, "peer.cut", code="PHL")
        story.ask("PHL", "peer.cut", code=code)
    return wait_until(lambda: not any(peer["connected"] for peer in story.ask("PHL", "peer.status")["peers"]))


def withdraw(story: Story) -> bool:
    """ITA withdraws a notice: no match at XPO at once; PHL still has the old picture and says its age."""
    person = story.people[3]
    found = story.candidates("ITA", person)[0]
    story.taken_back = f"ITA:{found['notice_id']}"
    began = time.monotonic()
    story.ask(
        "ITA", "notice.withdraw", notice=story.taken_back, reason="Mistaken identity, invented for the demonstration."
    )
    gone = wait_until(lambda: not story.candidates("XPO", person))
    story.say(f"XPO has no match after {(time.monotonic() - began) * 1000:.0f} ms")

    def old(code: str = "PHL") -> bool:
        document = story.ask(code, "find", **by_document(person))["document"]
        ages = document["freshness"]["by_member"]
        told = ages["ITA"] is not None and ages["ITA"] >= _OLD_SECONDS
        if told:
            story.say(f"PHL has {len(document['answer']['candidates'])} match and last heard ITA {ages['ITA']} s ago")
        return told and len(document["answer"]["candidates"]) == 1

    return gone and wait_until(old) and len(story.digests("ITA", "PHL")) > 1


def heal(story: Story) -> bool:
    """The line heals: no match at PHL either, and both receipts are listed."""
    began = time.monotonic()
    for code in ("ITA", "XPO"):
        story.ask(code, "peer.heal", code="PHL")
        story.ask("PHL", "peer.heal", code=code)
    gone = wait_until(lambda: not story.candidates("PHL", story.people[3]))
    story.say(f"PHL has no match {(time.monotonic() - began) * 1000:.0f} ms after healing")
    receipted = wait_until(lambda: {code for code, _ in _receipts(story)} == {"PHL", "XPO"})
    for code, done_at in _receipts(story):
        story.say(f"receipt of {code}: withdrawn at {done_at}")
    return gone and receipted and wait_until(lambda: len(story.digests()) == 1)


def _receipts(story: Story) -> list[tuple[str, str]]:
    orders = story.ask("ITA", "notice.show", notice=story.taken_back)["orders"]
    return [(code, done_at) for order in orders for code, done_at in order["receipts"]]


def correct(story: Story) -> bool:
    """The list's next edition adds an alias to one person: exactly that is corrected, everywhere."""
    person = story.people[5]
    added = "Zephyrine Demonstrata"
    name = msgspec.structs.replace(person.person.names[0], text=added, kind="alias_good", given=None, family=None)
    renamed = msgspec.structs.replace(person.person, names=(*person.person.names, name))
    following = [
        msgspec.structs.replace(one, person=renamed) if one is person else one
        for one in story.people if one is not story.people[3]
    ]  # fmt: skip
    done = story.ask("ITA", "import", format="un-sc", place=story.file("list-2.xml", following, "2025-02-28"))
    story.say(f"published {done['published']}, corrected {done['corrected']}, withdrawn {done['withdrawn']}")
    exact = (done["published"], done["corrected"], done["withdrawn"]) == (0, 1, 0)

    def followed(code: str) -> bool:
        found = story.ask(code, "find", names=[added])["document"]["answer"]["candidates"]
        return bool(found) and found[0]["version"] == 2  # noqa: PLR2004 - the correction

    return exact and wait_until(lambda: all(followed(code) for code in MEMBERS)) and wait_until(
        lambda: len(story.digests()) == 1
    )  # fmt: skip


def expel(story: Story) -> bool:
    """ITA and PHL expel XPO: what is published from now on never reaches it."""
    ran = story.coalition.together
    ran(("roster", "propose", "expel", "XPO", "--data", "ita", "--out", "next.roster"))
    ran(("roster", "sign", "next.roster", "--data", "phl"))
    ran(("roster", "apply", "next.roster", "--data", "ita"))
    agreed = wait_until(lambda: story.ask("PHL", "roster.show")["roster"]["version"] == 2)  # noqa: PLR2004 - the next
    before = _held_at_xpo(story)
    later = synthetic_persons(_SEED + 1, 1)[0]
    draft = {
        "notice": {
            "kind": "person", "category": "demonstration", "action": "DISCREET_REPORT",
            "person": msgspec.to_builtins(later.person),
        },
        "detail": {
            "offence": "Invented for the demonstration.", "legal_basis": "Invented statute, section 1",
            "decision_reference": "DEMO-1", "issuing_authority": "Invented court",
            "proportionality": "A demonstration.",
        },
    }  # fmt: skip
    story.ask("ITA", "notice.publish", **draft)
    reached = wait_until(lambda: bool(story.candidates("PHL", later)))
    time.sleep(_QUIET_SECONDS)
    kept_out = _held_at_xpo(story) == before and not story.candidates("XPO", later)
    story.say(f"PHL has the new notice: {reached}; XPO has it: {not kept_out}; roster version 2 in force: {agreed}")
    return agreed and reached and kept_out and len(story.digests("ITA", "PHL")) == 1


def _held_at_xpo(story: Story) -> dict[str, int]:
    positions = story.ask("XPO", "state")["vector"]["positions"]
    return {one["ledger"]: one["size"] for one in positions if one["ledger"] != "XPO"}


STEPS: Final[tuple[Callable[[Story], bool], ...]] = (
    ceremony, start, publish, same_answers, cut, withdraw, heal, correct, expel
)  # fmt: skip
