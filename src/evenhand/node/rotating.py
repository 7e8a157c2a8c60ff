"""New keys for a node: made beside the old ones, and put in their place when the roster names them.

Knows:    where the next keys wait in a data folder.
Told:     by the operator; which roster is in force.
Answers:  the card of the next keys; whether the node changed over to them.
Trusted:  yes: it handles the member's secrets.
"""

from __future__ import annotations

import os

from evenhand.ground.errors import StoreError
from evenhand.node.folder import Folder, alone
from evenhand.node.governing import Document, describe
from evenhand.trust.keys import load_keys, rotate_keys, save_keys
from evenhand.trust.roster import Roster, add_signature, card, print_card

_NEXT = "keys.next.json"


def next_card(folder: Folder, now_ms: int) -> bytes:
    """Make the next keys, unless some wait already, and return their card.

    Raises NotFoundError, InputError or RefusedError.
    """
    config, path = folder.read_config(), folder.path / _NEXT
    if not path.exists():
        save_keys(rotate_keys(folder.read_keys(), entropy=os.urandom, now_ms=now_ms), path)
    return print_card(card(load_keys(path), name=config.name, urls=config.urls))


def sign_with_next(folder: Folder, document: bytes) -> Document:
    """Add the next keys' signature: a version needs those of its own members' keys as well.

    Raises NotFoundError or InputError.
    """
    return describe(add_signature(document, load_keys(folder.path / _NEXT).log_signer()))


def change_over(folder: Folder, roster: Roster) -> bool:
    """Put the next keys in place if `roster`, which is in force, names them; say whether it was done.

    Raises StoreError while a node runs here: it holds the old keys in memory.
    """
    path = folder.path / _NEXT
    if not path.exists():
        return False
    keys = load_keys(path)
    own = roster.by_code.get(keys.member)
    if own is None or own.logs[-1].vkey != keys.log_signer().verifier.vkey:
        return False
    try:
        with alone(folder):
            folder.card.write_bytes(next_card(folder, 0))
            path.replace(folder.keys)
    except StoreError as error:
        error.remedy = "the new keys are in force: stop the node, run `evenhand roster apply` again, and start it"
        raise
    return True
