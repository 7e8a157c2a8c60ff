"""The configuration of one node: a small TOML file that says what it does not know instead of ignoring it.

Knows:    every setting, its form and its default.
Told:     the text of `evenhand.toml`.
Answers:  a checked configuration, or the name of the setting that is wrong.
Trusted:  yes: it is written by the operator of this machine.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, Final

import msgspec

from evenhand.ground.errors import InputError
from evenhand.ground.limits import MEMBERS_MAX
from evenhand.interop.policy import WITHDRAW_PERCENT_MAX
from evenhand.matching.build import Engine
from evenhand.trust.codes import check_member_code

_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PORT_MAX: Final = 65_535
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_RATE_MAX: Final = 1_000_000


class ImportRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[import]`: an import that would withdraw more per cent of what is held of a list stops."""

    withdraw_percent_max: int = WITHDRAW_PERCENT_MAX


class StorageRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[storage]`: whether a snapshot is written when the node stops, so that the next start is quicker."""

    snapshot: bool = True


class SigningRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[signing]`: how many partners must be heard after a start before anything is signed; 0: half, rounded up."""

    partners_to_confirm: int = 0


class ApiRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[api]`: where programs reach this node over HTTP (empty: nowhere), and under which terms.

    `certificate` and `key` are files beside this one, PEM; without them only the machine itself is served.
    `telephone` is answered day and night (E.164): carriers are told it. `url` is the address programs use.
    `legal_basis` counts where a program cannot state one, such as clients of OpenSanctions and OpenRefine.
    """

    listen: str = ""
    url: str = ""
    certificate: str = ""
    key: str = ""
    requests_per_second: int = 5_000
    telephone: str = ""
    legal_basis: str = ""

    def __post_init__(self) -> None:
        """Check every value. Raises InputError."""
        if not self.listen:
            return
        host, _ = split_address(self.listen)
        if bool(self.certificate) != bool(self.key):
            raise InputError("`api.certificate` and `api.key` go together", remedy="give both or neither")
        if not self.certificate and host not in _HERE:
            raise InputError(
                f"the API would send keys and names in clear text over the network of {host}",
                remedy="give `api.certificate` and `api.key`, or listen on 127.0.0.1 behind a proxy that has them",
            )
        if self.url and not re.fullmatch(r"https?://[^\s/]+(/[^\s]*[^\s/])?", self.url):
            raise InputError(f"not an address: {self.url[:80]!r}", remedy="write https://HOST without a / at the end")
        if not 0 < self.requests_per_second <= _RATE_MAX:
            raise InputError(f"`api.requests_per_second` must lie between 1 and {_RATE_MAX}")


class MatchingRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[matching]`: how names are matched here; the members agree on one engine, or parity says they differ."""

    engine: Engine = "plain"


class NodeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True,
                 rename={"imports": "import"}):  # fmt: skip
    """Everything in `evenhand.toml`. `genesis` is the pinned hash, empty until `evenhand node join`."""

    member: str
    name: str
    coalition: str
    listen: str
    urls: tuple[str, ...] = ()
    genesis: str = ""
    imports: ImportRules = ImportRules()
    storage: StorageRules = StorageRules()
    api: ApiRules = ApiRules()
    signing: SigningRules = SigningRules()
    matching: MatchingRules = MatchingRules()

    def __post_init__(self) -> None:
        """Check every value. Raises InputError."""
        check_member_code(self.member)
        split_address(self.listen)
        if self.genesis and not _HASH.fullmatch(self.genesis):
            raise InputError("`genesis` is not a SHA-256 in hex", remedy="run `evenhand node join` again")
        for url in self.urls:
            if not re.fullmatch(r"https://[^\s/]+(/[^\s]*[^\s/])?", url):
                raise InputError(
                    f"not an address for partners: {url[:80]!r}",
                    remedy="write https://HOST:PORT without a / at the end",
                )
        if not 0 <= self.imports.withdraw_percent_max <= 100:  # noqa: PLR2004 - per cent
            raise InputError("`import.withdraw_percent_max` must lie between 0 and 100")
        if not 0 <= self.signing.partners_to_confirm <= MEMBERS_MAX:
            raise InputError(f"`signing.partners_to_confirm` must lie between 0 and {MEMBERS_MAX}")


def split_address(listen: str) -> tuple[str, int]:
    """Split `HOST:PORT` (`[::1]:7401` too). Raises InputError."""
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or not 0 < int(port) <= _PORT_MAX:
        raise InputError(
            f"not an address to listen on: {listen[:80]!r}", remedy="write HOST:PORT, for example 127.0.0.1:7401"
        )
    return host.removeprefix("[").removesuffix("]"), int(port)


def parse_config(text: str) -> NodeConfig:
    """Read `evenhand.toml`. Raises InputError that names the setting."""
    try:
        return msgspec.convert(tomllib.loads(text), NodeConfig)
    except tomllib.TOMLDecodeError as error:
        raise InputError("evenhand.toml is not TOML", why=str(error), remedy="correct that line") from error
    except msgspec.ValidationError as error:
        raise InputError(
            "evenhand.toml has a setting that cannot be used", why=str(error),
            remedy="correct or remove it; docs/reference/cli.md lists every setting",
        ) from error  # fmt: skip


def print_config(config: NodeConfig) -> str:
    """Print the file: every setting is there, so that none must be guessed."""
    settings: dict[str, Any] = msgspec.to_builtins(config)
    tables = {name: value for name, value in settings.items() if isinstance(value, dict)}
    lines = ["# This node. `evenhand doctor` says what is wrong with it.\n"]
    lines += [_line(name, value) for name, value in settings.items() if name not in tables]
    for name, table in tables.items():
        lines += [f"\n[{name}]\n", *(_line(key, value) for key, value in table.items())]
    return "".join(lines)


def _line(name: str, value: object) -> str:
    # JSON's strings, numbers, booleans and arrays of strings are TOML's too.
    text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML alone refuses a bare DEL
    return f"{name} = {text}\n"
