"""The doctor: what is wrong with this node or will be soon, and what to do about it, in words.

Knows:    permissions, versions, packages' list formats, expiry of roster and certificate, guard, ledgers, clocks, disk,
          descriptors, what left its list and stands.
Told:     a data folder; an open member where there is one.
Answers:  findings, worst first.
Trusted:  no: it reads and changes nothing.
"""

from __future__ import annotations

import shutil
import stat
import sys
from typing import Final, Literal

import apsw
import msgspec

from evenhand.ground.clock import parse_ms
from evenhand.ground.descriptors import descriptors, shares
from evenhand.ground.errors import EvenhandError, InputError, NotReadyError, StoreError
from evenhand.ground.limits import DESCRIPTORS_WANTED
from evenhand.node.asking import MATCHER_DIFFERS, Nothing, PartnerRequest, parity
from evenhand.node.certificates import read_pair
from evenhand.node.folder import Folder
from evenhand.node.keeping import VerifyRequest, verify
from evenhand.node.list_formats import format_faults
from evenhand.node.list_gone import undecided
from evenhand.node.member import Member
from evenhand.node.site import Operation, Site
from evenhand.node.warming import require_ready
from evenhand.notices.checks import DAY_MS

Grade = Literal["fault", "warning", "good"]
_ORDER: Final[dict[Grade, int]] = {"fault": 0, "warning": 1, "good": 2}
_PYTHON_MIN: Final = (3, 11)
_SQLITE_MIN: Final = (3, 51, 3)  # the WAL-reset bug is fixed there
_DISK_LOW_BYTES: Final = 1 << 30
_EXPIRY_SOON_DAYS: Final = 30
_SKEW_MS: Final = 60_000
_VERSION_SHORT: Final = 12


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at: how it is, and what to do if it is not good."""

    grade: Grade
    what: str
    remedy: str = ""


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything looked at, worst first."""

    findings: tuple[Finding, ...]
    good: bool


def summary(findings: list[Finding]) -> Findings:
    """Order findings by grade."""
    ordered = tuple(sorted(findings, key=lambda one: _ORDER[one.grade]))
    return Findings(findings=ordered, good=all(one.grade != "fault" for one in ordered))


def _judge(*, good: bool, what: str, otherwise: str, remedy: str, grade: Grade = "fault") -> Finding:
    return Finding(grade="good", what=what) if good else Finding(grade=grade, what=otherwise, remedy=remedy)


def check_machine(folder: Folder) -> list[Finding]:
    """Look at the machine and, if there is one, at the data folder, without opening the node."""
    python, sqlite = sys.version_info[:3], tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    findings = [
        _judge(
            good=python >= _PYTHON_MIN, what=f"Python {python[0]}.{python[1]}.{python[2]}",
            otherwise=f"Python {python[0]}.{python[1]} is too old", remedy="install Python 3.11 or later",
        ),
        _judge(
            good=sqlite >= _SQLITE_MIN, what=f"SQLite {apsw.sqlite_lib_version()}",
            otherwise=f"SQLite {apsw.sqlite_lib_version()} can lose writes", remedy="install apsw 3.51.3 or later",
        ),
    ]  # fmt: skip
    findings += [_check_descriptors(), *_check_formats()]
    if not folder.config.exists():
        missing = f"no node in {folder.path}"
        return [*findings, Finding(grade="warning", what=missing, remedy="run `evenhand node init`, or give --data")]
    free = shutil.disk_usage(folder.path).free
    findings.append(
        _judge(
            good=free >= _DISK_LOW_BYTES, what=f"{free >> 30} GB free on the disk", grade="warning",
            otherwise=f"only {free >> 20} MB free on the disk", remedy="make room: a node that cannot write stops",
        )
    )  # fmt: skip
    return findings + _check_keys(folder)


def _check_descriptors() -> Finding:
    _, able = descriptors()
    return _judge(
        good=able >= DESCRIPTORS_WANTED, what=f"{able} files and connections may be open", grade="warning",
        otherwise=f"only {able} files and connections may be open: the API takes {shares(able).api} of them",
        remedy=f"allow {DESCRIPTORS_WANTED} (`ulimit -Hn`; for systemd LimitNOFILE), and start the node again",
    )  # fmt: skip


def _check_formats() -> list[Finding]:
    """Look for list formats of packages that cannot be used: the import of one is refused, and no other."""
    return [
        Finding(grade="fault", what=f"{error.what}: {error.why}", remedy=error.remedy)
        for _, error in sorted(format_faults().items())
    ]


def _check_keys(folder: Folder) -> list[Finding]:
    findings = []
    try:
        folder.read_config()
        findings.append(Finding(grade="good", what="evenhand.toml reads"))
        folder.read_keys()
        findings.append(Finding(grade="good", what="keys.json reads, for its owner only"))
    except EvenhandError as error:
        findings.append(Finding(grade="fault", what=f"{error.what}: {error.why}".rstrip(": "), remedy=error.remedy))
    mode = stat.S_IMODE(folder.path.stat().st_mode)
    findings.append(
        _judge(
            good=not mode & 0o077, what="the data folder is for its owner only", grade="warning",
            otherwise=f"the data folder can be entered by others (mode {mode:o})",
            remedy=f"run `chmod 700 {folder.path}`",
        )
    )  # fmt: skip
    return findings


async def examine(site: Site, _: Nothing) -> Findings:
    """Look at everything, every ledger from its first byte."""
    member = site.member
    findings = check_machine(site.folder)
    findings += [_check_roster(member), _check_signing(member), *_check_api(site)]
    verdicts = await verify(site, VerifyRequest())
    findings += [
        _judge(
            good=not one.fault, what=f"ledger {one.ledger}: {one.entries} entries verify",
            otherwise=f"ledger {one.ledger}: {one.fault}",
            remedy=f"stop the node, run `evenhand ledger refetch {one.ledger}`, start it: partners send it again",
        )
        for one in verdicts.ledgers
    ]  # fmt: skip
    findings += [
        Finding(
            grade="fault",
            what=f"{code} signed two histories",
            remedy="call it; the roster decides about its membership",
        )
        for code in sorted(member.ledgers.evidence)
    ]
    findings += _check_lists(member)
    return summary(findings + await _check_matcher(site) + _check_peers(site))


def _check_roster(member: Member) -> Finding:
    roster = member.roster
    days = (parse_ms(roster.expires) - member.clock.now_ms()) // DAY_MS
    return _judge(
        good=days >= _EXPIRY_SOON_DAYS, what=f"roster version {roster.version} is valid for {days} days",
        otherwise=f"roster version {roster.version} expires in {days} days" if days >= 0 else "the roster has expired",
        remedy="agree on a new version: `evenhand roster propose renew`", grade="warning" if days >= 0 else "fault",
    )  # fmt: skip


def _check_lists(member: Member) -> list[Finding]:
    gone = undecided(member)
    return [
        Finding(
            grade="warning", remedy="look at each, and if it shall go: `evenhand notice withdraw`",
            what=f"{len(gone)} notices stand by approvals and are no more on the list they came from, first {gone[0]}",
        )
    ] if gone else []  # fmt: skip


def _check_api(site: Site) -> list[Finding]:
    """Look at the certificate and key of the API as the next start will: they may have changed since this one."""
    try:
        pair = read_pair(site.folder.path, site.config.api) if site.config.api.listen else None
    except InputError as error:
        return [Finding(grade="fault", what=f"{error.what}: {error.why}", remedy=error.remedy)]
    if pair is None:
        return []
    now_ms = site.member.clock.now_ms()
    days = (pair.until_ms - now_ms) // DAY_MS
    if now_ms < pair.from_ms:
        what, remedy = "the API's certificate is not valid yet", "set the clock, or take a certificate valid now"
        return [Finding(grade="fault", what=what, remedy=remedy)]
    return [
        _judge(
            good=days >= _EXPIRY_SOON_DAYS, what=f"the API's certificate is valid for {days} days",
            otherwise=f"the API's certificate expires in {days} days" if days >= 0
            else "the API's certificate has expired: programs refuse it",
            remedy="put a new `certificate` and `key` in place and start the node again",
            grade="warning" if days >= 0 else "fault",
        )
    ]  # fmt: skip


def _check_signing(member: Member) -> Finding:
    try:
        member.require_whole()
    except StoreError as error:
        return Finding(grade="fault", what=f"{error.what}: {error.why}", remedy=error.remedy)
    refusal = member.publisher.refusal(member.roster)
    if refusal is None:
        return Finding(grade="good", what=f"{member.code} may publish; the guard agrees with the store")
    return Finding(grade="warning", what=f"{refusal.what}: {refusal.why}", remedy=refusal.remedy)


async def _check_matcher(site: Site) -> list[Finding]:
    """Say which engine matches names here, and whose answers differ because theirs is another."""
    member, engine = site.member, site.config.matching.engine
    version = member.matcher.version[:_VERSION_SHORT]
    findings = [Finding(grade="good", what=f"names are matched by the engine {engine!r}, version {version}")]
    if site.driver is not None:
        try:
            require_ready(member.matcher)
        except NotReadyError as error:
            findings.append(Finding(grade="warning", what=f"{error.what}: {error.why}", remedy=error.remedy))
    heard = [code for code in sorted(member.ledgers.heartbeats) if code in member.roster.by_code]
    compared = [await parity(site, PartnerRequest(code=code)) for code in heard if code != member.code]
    return findings + [
        Finding(
            grade="warning", what=f"{one.partner} matches names by another engine or version: its answers differ",
            remedy="agree on one release and one `matching.engine` in evenhand.toml, then restart the node",
        )
        for one in compared if MATCHER_DIFFERS in one.remarks
    ]  # fmt: skip


def _check_peers(site: Site) -> list[Finding]:
    if site.driver is None:
        return [Finding(grade="warning", what="the node is not running", remedy="run `evenhand node run`")]
    findings: list[Finding] = []
    if site.member.roster.by_code.get(site.member.code) and not site.member.roster.is_active(site.member.code):
        return findings  # nobody talks to it, and `_check_signing` says why
    for peer in site.driver.peer_status():
        if peer.standing != "active":
            continue
        findings.append(
            _judge(
                good=peer.connected, what=f"{peer.code} is connected", grade="warning",
                otherwise=f"{peer.code} is not connected: {peer.last_error or 'no address answered'}",
                remedy="call it, or check the address in the roster",
            )
        )  # fmt: skip
        heartbeat = site.member.ledgers.heartbeats.get(peer.code)
        if heartbeat is not None and peer.last_heard_ms is not None:
            skew = parse_ms(heartbeat.time) - peer.last_heard_ms
            if abs(skew) > _SKEW_MS:
                findings.append(
                    Finding(
                        grade="warning", what=f"the clocks here and at {peer.code} differ by {abs(skew) // 1000} s",
                        remedy="set both by a time server: expiry and data age depend on them",
                    )
                )  # fmt: skip
    return findings


EXAMINING: Final = (Operation("doctor", Nothing, "read", examine),)
