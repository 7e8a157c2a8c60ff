"""The node over HTTP: one screening on a kept-alive connection, a batch, a flight, a page of TAXII.

Knows:    a node with its API in a process of its own, and how to ask it with hardly any work of ours.
Told:     how many people the list has (`EVENHAND_BENCH_PERSONS`, or `--persons` of this module by itself).
Answers:  requests a second, latencies, and processor time of the server for each request.
Trusted:  no: measured, not shipped.

Server and load share the machine's cores. The node has accounts, so that every question is on record before
its answer leaves; nearly every one is about somebody else, for who asks for one person again and again at one
crossing is found by rule Q-02, which is another record. An index once built is kept beside other temporary
files, by the matcher's version.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from benchmarks.coalition import OWNER, free_port, outgoing
from benchmarks.figures import Figure, latency, middle
from evenhand.api.server import ApiFace
from evenhand.ground.clock import SystemClock, format_ms
from evenhand.ground.sqlite import SqliteStore
from evenhand.identity.person import Name, Person
from evenhand.matching.build import Engine, build_matcher
from evenhand.matching.contract import Listed, Matcher
from evenhand.matching.invented import invent
from evenhand.node.config import ApiRules, NodeConfig
from evenhand.node.folder import Folder
from evenhand.node.guard import FileGuard
from evenhand.node.member import Member, Surroundings
from evenhand.node.people.accounts import Account, MachineKey
from evenhand.node.site import Site
from evenhand.screening.purpose import PURPOSES
from evenhand.trust.keys import generate_keys
from evenhand.trust.permissions import Role
from evenhand.trust.roster import Roster, card, roster_hash, sign_roster

_DAY_MS = 86_400_000
_CONNECTIONS = 8
_WARM = 50
_FLIGHT = 300
_BATCH = 1_000
_ASKED = 20_000
_BATCHES = 40
_FLIGHTS = 200
"""More than are asked in the time: of whoever is asked for on one flight a third time rule Q-02 makes a record."""
_RATE = 1_000_000
_LISTED_SEED, _ASKED_SEED = 11, 12
_PERSONS = int(os.environ.get("EVENHAND_BENCH_PERSONS", "1000000"))
_PAGE = "/taxii2/notices/collections/ita-all/objects?limit=1000"
_JSON = "Content-Type: application/json\r\n"


# -- the server ------------------------------------------------------------------------------------------------


async def _serve(folder: Path, port: int, people: int, notices: int, engine: Engine) -> None:
    member = _alone(folder, _index(people) if engine == "names" else build_matcher(engine))
    member.open()
    for start in range(0, notices, 250):
        member.publish(list(outgoing(start, min(250, notices - start))))
    if engine == "plain":
        member.matcher.put_many(_listed(people))
    while getattr(member.matcher, "tidy", bool)():  # a running node merges its small blocks beside its loop
        pass
    config = NodeConfig(
        member=OWNER, name=OWNER, coalition="bench.example", listen="127.0.0.1:1",
        api=ApiRules(listen=f"127.0.0.1:{port}", requests_per_second=_RATE, telephone="+39 06 0000000"),
    )  # fmt: skip
    site = Site(member, Folder(folder / OWNER), config)
    row = MachineKey(
        machine="", name="bench", token_hash="", roles=(Role.OFFICER, Role.ANALYST), unit="bench",
        purposes=tuple(PURPOSES), categories=("*",), until_ms=member.clock.now_ms() + _DAY_MS,
    )  # fmt: skip
    key = site.people.new_machine(row)
    site.people.add(Account(account="a" * 16, name="chief", roles=(Role.ADMINISTRATOR,), unit="bench"))
    face = ApiFace(site)
    await face.start()
    print(key, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await face.stop()
    site.close()


def _index(people: int) -> Matcher:
    """Return the learned matcher with so many invented people: built once for each version, then mapped."""
    # Imported here: a quick run has no use for the kernels.
    from evenhand.matching.engine import NameMatcher  # noqa: PLC0415

    matcher = NameMatcher()
    place = Path(tempfile.gettempdir()) / f"evenhand-bench-{matcher.version[:16]}-{people}"
    if not place.exists():
        matcher.put_many(_listed(people))
        made = place.with_suffix(f".{os.getpid()}")
        matcher.save(made)
        made.rename(place)
    matcher.open(place)
    return matcher


def _alone(folder: Path, matcher: Matcher) -> Member:
    """Wire a member that is alone in its coalition: it waits for nobody before it signs."""
    now = SystemClock().now_ms()
    keys = generate_keys(member=OWNER, coalition="bench.example", entropy=os.urandom, now_ms=now)
    roster = Roster(
        coalition="bench.example", version=1, previous=None, issued=format_ms(now),
        expires=format_ms(now + 365 * _DAY_MS), threshold=1, members=(card(keys, name=OWNER, urls=()),),
    )  # fmt: skip
    around = Surroundings(
        store=SqliteStore(folder / OWNER / "store.db"), guard=FileGuard(folder / OWNER / "guard"),
        clock=SystemClock(), entropy=os.urandom, matcher=matcher,
    )  # fmt: skip
    genesis = sign_roster(roster, [keys.log_signer()])
    return Member(keys, around, pinned_genesis=roster_hash(roster), genesis=genesis)


def _listed(people: int) -> Iterator[tuple[str, Listed]]:
    for at, names in enumerate(invent(people, seed=_LISTED_SEED)):
        yield f"X:{at}", Listed(person=Person(names=tuple(Name(text=name) for name in names)))


# -- the load --------------------------------------------------------------------------------------------------


class _Node:
    """A serving process, and its processor time."""

    def __init__(self, folder: Path, people: int, notices: int, engine: Engine) -> None:
        self.port = free_port()
        asked = {"serve": folder, "port": self.port, "persons": people, "notices": notices, "engine": engine}
        words = [sys.executable, "-m", "benchmarks.http", *(f"--{name}={value}" for name, value in asked.items())]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        lines = (line.strip() for line in self._process.stdout)  # its log comes here too
        self.key = next((line for line in lines if line.startswith("evk_")), "")
        assert self.key, "the node did not start"

    def cpu_s(self) -> float:
        """Return the processor time the server has used so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def request(self, method: str, path: str, body: bytes = b"", headers: str = "") -> bytes:
        """Return the bytes of a request that states its purpose."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {self.key}\r\n"
            "Evenhand-Purpose: BOARDING\r\nEvenhand-Legal-Basis: invented law\r\nEvenhand-Reference: IV123\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body

    def stop(self) -> None:
        """Let the server end."""
        self._process.communicate()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[bytes, bytes]:
    """Send a request and read the whole answer: status line and body."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head.partition(b"\r\n")[0], await reader.readexactly(length)


async def _many(port: int, requests: list[bytes], connections: int, seconds: float) -> tuple[list[float], float]:
    """Send requests over kept-alive connections, each in turn, for so long; 0 seconds: each once.

    Returns each one's milliseconds and the seconds of the whole.
    """
    spent: list[float] = []
    begun = time.perf_counter()
    waiting = cycle(requests) if seconds else iter(requests)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        for request in waiting:
            asked = time.perf_counter()
            if seconds and asked - begun > seconds:
                break
            status, _ = await _ask(reader, writer, request)
            spent.append((time.perf_counter() - asked) * 1e3)
            assert status == b"HTTP/1.1 200 OK", status
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return spent, time.perf_counter() - begun


def _questions(node: _Node, count: int) -> list[bytes]:
    names = [one[0] for one in islice(invent(count, seed=_ASKED_SEED), count)]
    bodies = [json.dumps({"names": [name], "birth_date": "1980"}).encode() for name in names]
    return [node.request("POST", "/v1/find", body, _JSON) for body in bodies]


def _flight(people: int, number: int = 0) -> bytes:
    names = [one[0] for one in invent(people * 4, seed=_ASKED_SEED + number)]
    plain = ["".join(mark for mark in name.upper() if mark.isascii() and (mark.isalpha() or mark == " "))
             for name in names]  # fmt: skip
    body = ["UNH+1+PAXLST:D:05B:UN:IATA", "BGM+745", "NAD+MS+++INVENTED AIR", f"TDT+20+IV{100 + number}",
            "LOC+125+FCO", "DTM+189:2612011200:201", "LOC+87+MNL", "DTM+232:2612020600:201"]  # fmt: skip
    for seat, name in enumerate([one for one in plain if one.strip()][:people]):
        given, _, family = name.strip().rpartition(" ")
        body += [f"NAD+FL+++{family}:{given}", "ATT+2++M", "DTM+329:800101", "NAT+2+UTO", f"RFF+AVF:P{seat}",
                 f"DOC+P:110:ZZZ+N{seat:07}", "DTM+36:300101", "LOC+91+UTO"]  # fmt: skip
    whole = ["UNB+UNOA:4+INVAIR+ITAPNR+261201:1200+R1", *body, f"UNT+{len(body) + 1}+1", "UNZ+1+R1"]
    return "".join(f"{one}'" for one in whole).encode("ascii")


def run(folder: Path, *, quick: bool, people: int = _PERSONS, seconds: float = 15.0) -> list[Figure]:
    """Return the figures of HTTP, by a load of so many seconds for each."""
    notices, flight, batch = (20, 10, 20) if quick else (1_000, _FLIGHT, _BATCH)
    seconds = 0.1 if quick else seconds
    figures = _beside(folder / "bare", 0.1 if quick else 5.0)
    node = _Node(folder, 200 if quick else people, notices, "plain" if quick else "names")
    size = f"{200 if quick else people:,} people"
    try:
        figures += [
            *_finding(node, seconds, size, 1_000 if quick else _ASKED), *_batches(node, seconds, batch, size),
            *_timed(node, "flight_paxlst_to_cusres_ms", _flights(node, flight), p99=150, seconds=seconds, size=size),
            *_timed(node, "taxii_page_1000_ms", [node.request("GET", _PAGE, headers="Accept: */*\r\n")] * 2,
                    p99=100, seconds=seconds / 2, size=f"{notices:,} notices"),
        ]  # fmt: skip
    finally:
        node.stop()
    return figures


def _beside(folder: Path, seconds: float) -> list[Figure]:
    """Measure what a question costs beside the matcher: one person is listed, and the plain matcher asked."""
    node = _Node(folder, 1, 1, "plain")
    try:
        requests = _questions(node, max(200, int(seconds * 4_000)))
        asyncio.run(_many(node.port, requests[:_WARM], _CONNECTIONS, 0))
        before = node.cpu_s()
        spent, _ = asyncio.run(_many(node.port, requests, _CONNECTIONS, seconds))
        cost = (node.cpu_s() - before) / len(spent) * 1e6
    finally:
        node.stop()
    note = "server's processor time where one person is listed: HTTP, key, purpose, record, answer"
    return [Figure(name="http_find_beside_matcher_us", value=cost, samples=len(spent), note=note)]


def _finding(node: _Node, seconds: float, size: str, asked: int) -> list[Figure]:
    """Measure the first questions after a start, when every word is new, and those after a day's travellers."""
    requests = _questions(node, asked * 2)
    asyncio.run(_many(node.port, requests[:_WARM], 1, 0))
    note = f"{size}; {_CONNECTIONS} kept-alive connections; load and server share the cores"
    first, took = asyncio.run(_many(node.port, requests[_WARM:asked], _CONNECTIONS, seconds))
    figures = [
        middle("http_find_first_rps", [len(first) / took], better="higher", note=f"{note}; right after the start"),
        *latency("http_find_first_ms", [first], note=f"{note}; right after the start"),
    ]
    if len(first) < asked:
        asyncio.run(_many(node.port, requests[len(first) : asked], _CONNECTIONS, 0))
    before = node.cpu_s()
    spent, took = asyncio.run(_many(node.port, requests[asked:], _CONNECTIONS, seconds))
    cost = (node.cpu_s() - before) / len(spent) * 1e6
    note = f"{note}; other people, after {asked:,} travellers"
    return [
        *figures,
        middle("http_find_rps", [len(spent) / took], wanted=2_500, better="higher", note=note),
        *latency("http_find_ms", [spent], p99=10, note=note),
        middle("http_find_server_cpu_us", [cost], note="processor time of the server for each request"),
    ]


def _batches(node: _Node, seconds: float, size: int, people: str) -> list[Figure]:
    names = iter([one[0] for one in islice(invent(size * _BATCHES, seed=_ASKED_SEED + 1), size * _BATCHES)])
    asked = [[{"names": [name], "birth_date": "1980"} for name in islice(names, size)] for _ in range(_BATCHES)]
    requests = [
        node.request("POST", "/v1/find/batch", json.dumps({"questions": one}).encode(), _JSON) for one in asked
    ]
    before = node.cpu_s()
    spent, took = asyncio.run(_many(node.port, requests, 1, seconds))
    count = len(spent) * size
    cost = (node.cpu_s() - before) / count * 1e6
    note = f"{people}; batches of {size}"
    return [
        middle("batch_find_travellers_per_s", [count / took], wanted=15_000, better="higher", note=note),
        middle("batch_find_server_cpu_us", [cost], note="processor time of the server for each traveller"),
    ]


def _flights(node: _Node, people: int) -> list[bytes]:
    form = "Content-Type: application/edifact\r\n"
    flights = [_flight(people, number) for number in range(_FLIGHTS)]
    return [node.request("POST", "/v1/carriers/paxlst", one, form) for one in flights]


def _timed(
    node: _Node, name: str, requests: list[bytes], *, p99: float, seconds: float, size: str
) -> list[Figure]:
    asyncio.run(_many(node.port, requests[:2], 1, 0))
    before = node.cpu_s()
    spent, _ = asyncio.run(_many(node.port, requests, 1, seconds))
    cost = (node.cpu_s() - before) / len(spent) * 1e3
    note = f"{size}; server's processor time {cost:.1f} ms; middle {median(spent):.1f} ms"
    return latency(name, [spent], p99=p99, note=note)


def main() -> None:
    """Serve for a run, or measure by itself and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description=__doc__)
    parser.add_argument("--persons", type=int, default=_PERSONS, help="how many people the list has")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each load lasts")
    parser.add_argument("--serve", type=Path, help="be the server, in this folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--notices", type=int, default=0)
    parser.add_argument("--engine", choices=["plain", "names"], default="names")
    chosen = parser.parse_args()
    if chosen.serve is not None:
        asyncio.run(_serve(chosen.serve, chosen.port, chosen.persons, chosen.notices, chosen.engine))
        return
    with tempfile.TemporaryDirectory() as folder:
        for one in run(Path(folder), quick=False, people=chosen.persons, seconds=chosen.seconds):
            print(f"{one.name:32} {one.value:>12,.2f}  {one.note}")


if __name__ == "__main__":
    main()
