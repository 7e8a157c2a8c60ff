"""The demonstration's stage: three real nodes in a folder, started and asked the way an operator would.

Knows:    processes, free ports, control sockets.
Told:     what to start, whom to ask.
Answers:  plain values; waits until something holds.
Trusted:  no: a demonstration.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from evenhand.ground.errors import EvenhandError, PeerUnreachableError
from evenhand.node.control_client import ask_node

MEMBERS: Final = {"ITA": "Italy", "PHL": "Philippines", "XPO": "INTERPOL"}
COALITION: Final = "shield.example"
_PATIENCE_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.02
_STOP_SECONDS: Final = 5.0


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that were free a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Coalition:
    """Three members in one folder."""

    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def data(self, code: str) -> Path:
        """Return a member's data folder."""
        return self.folder / code.lower()

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Start an `evenhand` command that answers in JSON."""
        return subprocess.Popen(
            [sys.executable, "-m", "evenhand.cli", *words, "--json"], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip

    def together(self, *commands: tuple[str, ...]) -> list[dict[str, Any]]:
        """Run commands side by side and return their answers. Raises EvenhandError if one fails."""
        with contextlib.ExitStack() as ending:
            running = [ending.enter_context(self.command(*words)) for words in commands]
            # Whoever presses Ctrl-C leaves no command behind; one that has ended is not there to be killed.
            for one in running:
                ending.callback(one.kill)
            ended = [(one, *one.communicate()) for one in running]
        answers = []
        for one, out, err in ended:
            if one.returncode:
                said = (err or out).decode("utf-8", "replace").strip()
                raise EvenhandError("a command of the demonstration failed", why=said[-500:])
            answers.append(msgspec.json.decode(out))
        return answers

    def found(self) -> str:
        """Hold the ceremony: keys, cards, genesis, signatures, joining. Returns the pinned hash."""
        ports = free_ports(len(MEMBERS))
        self.together(
            *(
                ("node", "init", "--data", code.lower(), "--member", code, "--name", name,
                 "--coalition", COALITION, "--listen", f"127.0.0.1:{port}", "--matcher", "plain")
                for (code, name), port in zip(MEMBERS.items(), ports, strict=True)
            )
        )  # fmt: skip
        cards = [f"{code.lower()}/card.json" for code in MEMBERS]
        self.together(("roster", "draft", *cards, "--threshold", "2", "--data", "ita"))
        signed = self.together(("roster", "sign", "genesis.roster", "--data", "phl"))[0]
        pinned = str(signed["hash"])
        self.together(
            *(("node", "join", "genesis.roster", "--hash", pinned, "--data", code.lower()) for code in MEMBERS)
        )
        return pinned

    def start(self, code: str) -> None:
        """Start a node as a process of its own; its log lies beside its folder."""
        with (self.folder / f"{code.lower()}.log").open("ab") as log:
            self.processes[code] = subprocess.Popen(
                [sys.executable, "-m", "evenhand.cli", "node", "run", "--data", str(self.data(code))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def stop(self) -> None:
        """Stop every node that was started."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def ask(self, code: str, operation: str, /, **request: object) -> dict[str, Any]:
        """Ask a running node. Raises EvenhandError."""
        answer = ask_node(self.data(code) / "control.sock", operation, request, lambda _: None)
        if answer is None:
            raise PeerUnreachableError(
                f"the node of {code} is not running", remedy=f"see {self.folder}/{code.lower()}.log"
            )
        return answer


def wait_until(holds: Callable[[], bool], *, seconds: float = _PATIENCE_SECONDS) -> bool:
    """Look again and again until something holds; say whether it did in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return True
        except PeerUnreachableError:
            pass  # a node that is still starting
        time.sleep(_LOOK_SECONDS)
    return False
