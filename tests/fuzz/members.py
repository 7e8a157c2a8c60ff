"""Fuzzing targets for what members send one another: rosters, frames, bundles, heartbeats, notices, letters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from evenhand.casework.letters import parse_letter, print_letter
from evenhand.exchange.bundle import read_bundle
from evenhand.exchange.evidence import accused, build_evidence, open_evidence
from evenhand.exchange.frames import FrameReader, Pulse, RosterFrame, print_frame
from evenhand.exchange.heartbeat import open_heartbeat, sign_heartbeat
from evenhand.ground.errors import InputError, VerificationError
from evenhand.node.reporting.month import open_signed
from evenhand.notices.model import decode_detail, decode_record, encode_detail, encode_record
from evenhand.trust.roster import parse_card, print_card, read_roster, roster_text, sign_roster
from tests.exchange.ledger_of import KEYS, ROSTER, Made
from tests.exchange.test_heartbeat import BEAT
from tests.fuzz.targets import Target

MADE = Made().grow(2)
TITLE = b"evenhand/bundle/v1\n"
VERIFIERS = tuple(ROSTER.signing_verifiers()["ITA"])
DOCUMENT = sign_roster(ROSTER, [KEYS[code].log_signer() for code in KEYS])


def printed_back(parse: Callable[[bytes], Any], show: Callable[[Any], bytes]) -> Callable[[bytes], None]:
    """Return a target: what is read prints back the same."""

    def read(data: bytes) -> None:
        try:
            found = parse(data)
        except InputError:
            return
        assert show(found) == data

    return read


def roster(data: bytes) -> None:
    """A roster document is read or refused, and its text is in it."""
    with suppress(InputError):
        assert roster_text(read_roster(data)).encode() in data


def frames(data: bytes) -> None:
    """A stream is frames and what is left of one; a frame printed again is read as the same."""
    reader = FrameReader()
    with suppress(InputError):
        for frame in reader.feed(data):
            assert list(FrameReader().feed(print_frame(frame))) == [frame]


def bundle(data: bytes) -> None:
    """A ledger bundle is read to its end or refused, however it is cut into chunks."""
    with suppress(InputError):
        whole = list(read_bundle([data]))
        assert list(read_bundle([data[:30], data[30:]])) == whole


def heartbeat(data: bytes) -> None:
    """A heartbeat has its sender's signature or counts for nothing."""
    open_heartbeat.cache_clear()
    with suppress(InputError, VerificationError):
        assert open_heartbeat(data, "ITA", VERIFIERS).member == "ITA"


def evidence(data: bytes) -> None:
    """Evidence convicts by signatures or is refused."""
    with suppress(InputError, VerificationError):
        assert accused(data) == open_evidence(data, ROSTER).ledger


def record(data: bytes) -> None:
    """A record is read only as it is printed."""
    decode_record.cache_clear()
    with suppress(InputError):
        assert encode_record(decode_record(data)) == data


def report(data: bytes) -> None:
    """A monthly report is its member's or nobody's."""
    with suppress(InputError, VerificationError):
        open_signed(data, [VERIFIERS[0].public_key])
        raise AssertionError("nobody signed this")


def evidence_seed() -> bytes:
    """Return sound evidence of two histories."""
    left, right = Made().grow(1), Made().grow(1)
    left.add(salt=b"left")
    right.add(salt=b"right")
    return build_evidence("ITA", left.checkpoint(2), right.checkpoint(2), prefix_root=right.root(2), proof=[])


def notices() -> tuple[list[bytes], list[bytes]]:
    """Return a sound record and its detail, as an import makes them."""
    from evenhand.interop.formats import read_list
    from evenhand.interop.policy import POLICIES, to_notice
    from evenhand.interop.synthetic import synthetic_persons
    from evenhand.interop.synthetic_records import write_template

    entry = read_list("template", {"list": write_template(synthetic_persons(1, 1))}).entries[0]
    notice, detail = to_notice(entry, POLICIES["template"], notice_id="0" * 32, version=1, now_ms=0)
    return [encode_record(notice)], [encode_detail(detail)]


LETTER = (
    b'{"content":{"kind":"arrived","letter":"' + b"0" * 32
    + b'"},"encounter":"e","format":1,"notice":"n","recipient":"ITA"}'
)  # fmt: skip
TARGETS = {
    "roster": Target(roster, lambda: [DOCUMENT], 3_000),
    "member-card": Target(printed_back(parse_card, print_card), lambda: [print_card(ROSTER.members[0])], 900),
    "frames": Target(frames, lambda: [
        print_frame(MADE.express(1)), print_frame(Pulse(note=b"n")) + print_frame(RosterFrame(document=b"d")),
    ], 1_500),
    "ledger-bundle": Target(bundle, lambda: [TITLE + print_frame(MADE.batch(0, 2))], 2_500),
    "heartbeat": Target(heartbeat, lambda: [sign_heartbeat(BEAT, KEYS["ITA"].log_signer())], 900),
    "evidence": Target(evidence, lambda: [evidence_seed()], 1_500),
    "notice": Target(record, lambda: notices()[0], 1_500),
    "notice-detail": Target(printed_back(decode_detail, encode_detail), lambda: notices()[1], 1_500),
    "letter": Target(printed_back(parse_letter, print_letter), lambda: [LETTER], 900),
    "monthly-report": Target(report, lambda: [msgspec.json.encode({"figures": {}, "signature": "AA=="})], 900),
}  # fmt: skip
