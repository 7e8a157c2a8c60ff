"""The registry: accounts, sessions and machine keys, in the deletable store.

Knows:    where each row lies; everything of it in memory.
Told:     new rows, by the rooms beside it.
Answers:  who an id, name, subject or token is.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec

from evenhand.ground.canonical import Codec
from evenhand.ground.errors import NotFoundError
from evenhand.ground.store import Store
from evenhand.node.people.accounts import Account, MachineKey, SessionRow

Row = TypeVar("Row", Account, SessionRow, MachineKey)
_ROOM: Final = b"people/"
_CODECS: Final[dict[type, tuple[bytes, Codec[Any]]]] = {
    Account: (b"account/", Codec(Account)),
    SessionRow: (b"session/", Codec(SessionRow)),
    MachineKey: (b"machine/", Codec(MachineKey)),
}
_WHILE_UNSEEN_MS: Final = 60_000


def _id(row: Account | SessionRow | MachineKey) -> str:
    match row:
        case Account():
            return row.account
        case SessionRow():
            return row.session
        case _:
            return row.machine


class Registry:
    """All rows about people, held in memory and written through."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[type, dict[str, Any]] = {kind: {} for kind in _CODECS}
        for kind, (place, codec) in _CODECS.items():
            for key, value in store.scan(_ROOM + place, _ROOM + place + b"\xff"):
                self._rows[kind][key[len(_ROOM + place) :].decode("ascii")] = codec.decode(value)

    @property
    def is_empty(self) -> bool:
        """Whether this node has no accounts: then its owner may do everything."""
        return not self._rows[Account]

    def put(self, row: Row) -> Row:
        """Keep a row; durable on return. Raises StoreError."""
        place, codec = _CODECS[type(row)]
        self._store.apply({_ROOM + place + _id(row).encode("ascii"): codec.encode(row)})
        self._rows[type(row)][_id(row)] = row
        return row

    def drop(self, kind: type[Row], name: str) -> None:
        """Forget a row, if it is there."""
        if self._rows[kind].pop(name, None) is not None:
            self._store.apply({_ROOM + _CODECS[kind][0] + name.encode("ascii"): None})

    def get(self, kind: type[Row], name: str) -> Row | None:
        """Return a row by id, or None."""
        found: Row | None = self._rows[kind].get(name)
        return found

    def all(self, kind: type[Row]) -> list[Row]:
        """Return every row of a kind, by id."""
        return [self._rows[kind][name] for name in sorted(self._rows[kind])]

    def named(self, name: str) -> Account | None:
        """Return the account with a sign-in name, or None."""
        return next((one for one in self.all(Account) if one.name == name), None)

    def account(self, name: str) -> Account:
        """Return the account with a sign-in name. Raises NotFoundError."""
        found = self.named(name)
        if found is None:
            raise NotFoundError(f"nobody is called {name[:40]!r} here", remedy="see `evenhand people list`")
        return found

    def subject(self, subject: str) -> Account | None:
        """Return the account of an OIDC subject, or None."""
        return next((one for one in self.all(Account) if subject and one.subject == subject), None)

    def end_sessions(self, account: str) -> int:
        """End every session of an account and say how many there were."""
        ended = [one.session for one in self.all(SessionRow) if one.account == account]
        for session in ended:
            self.drop(SessionRow, session)
        return len(ended)

    def touch(self, row: SessionRow, now_ms: int) -> None:
        """Remember that a session was used, at most once a minute: a write costs a sync."""
        if now_ms - row.seen_ms >= _WHILE_UNSEEN_MS:
            self.put(msgspec.structs.replace(row, seen_ms=now_ms))
