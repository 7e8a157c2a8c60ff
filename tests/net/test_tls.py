"""A live server lets in a certificate that came with a later roster."""

from __future__ import annotations

import os
import ssl

from msgspec.structs import replace

from evenhand.exchange.tls import client_context, peer_code, server_context, trust_roster
from evenhand.trust.keys import MemberKeys, rotate_keys
from evenhand.trust.roster import Roster, card
from tests.exchange.ledger_of import KEYS, ROSTER

NEW = rotate_keys(KEYS["PHL"], entropy=os.urandom, now_ms=1_790_000_000_000)
FOLLOWING = replace(
    ROSTER, members=tuple(card(NEW, name="PHL", urls=()) if m.code == "PHL" else m for m in ROSTER.members)
)


def shake(server: ssl.SSLContext, keys: MemberKeys, roster: Roster) -> str | None:
    """Connect with some keys; return who the server takes it for. Raises ssl.SSLError."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    caller = client_context(keys, KEYS["ITA"].certificate).wrap_bio(to_client, to_server)
    called = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(6):
        for end in (caller, called):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return peer_code(called, roster)


def test_a_rotated_certificate_is_let_in_without_a_restart_and_the_old_one_is_nobody() -> None:
    server = server_context(KEYS["ITA"], ROSTER)
    assert shake(server, KEYS["PHL"], ROSTER) == "PHL"
    trust_roster(server, FOLLOWING)
    assert shake(server, NEW, FOLLOWING) == "PHL"
    assert shake(server, KEYS["PHL"], FOLLOWING) is None
