"""The other end of the control socket, light enough for a command that ends in a moment.

Knows:    HTTP over a unix socket, from the standard library.
Told:     a socket's path, an operation and a request.
Answers:  the answer as plain values; progress on the way.
Trusted:  yes, as the node behind the socket.
"""

from __future__ import annotations

import http.client
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from evenhand.ground.errors import EvenhandError, PeerUnreachableError
from evenhand.ground.limits import CONTROL_CONNECTIONS_MAX

Tell = Callable[[dict[str, Any]], None]
_TIMEOUT_SECONDS: Final = 900.0


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            self.sock.connect(f"/proc/self/fd/{folder}/{self._path.name}")
        except OSError:
            self.sock.close()
            raise
        finally:
            os.close(folder)


def raise_problem(given: dict[str, Any]) -> None:
    """Raise the error that a node answered with, as the same kind of error for code and exit code."""
    error = EvenhandError(given["what"], why=given["why"], remedy=given["remedy"])
    error.code, error.exit_code = given["code"], given["exit_code"]
    raise error


def is_served(path: Path) -> bool:
    """Say whether a node answers at this socket."""
    connection = _UnixConnection(path)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def ask_node(
    path: Path, operation: str, request: object, tell: Tell, *, token: str = ""
) -> dict[str, Any] | None:
    """Ask a running node, signed in by `token`; None where none is running. Raises the node's EvenhandError."""
    connection = _UnixConnection(path)
    try:
        connection.connect()
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        return None
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("POST", f"/{operation}", body=msgspec.json.encode(request), headers=headers)
        response = connection.getresponse()
        while line := response.readline():
            said: dict[str, Any] = msgspec.json.decode(line)
            if "progress" in said:
                tell(said["progress"])
            elif "error" in said:
                raise_problem(said["error"])
            else:
                done: dict[str, Any] = said["done"]
                return done
    except (OSError, http.client.HTTPException) as error:
        raise PeerUnreachableError(
            "the node stopped answering", why=str(error),
            remedy=f"see its log; it takes {CONTROL_CONNECTIONS_MAX} commands at once, so end those that wait for long",
        ) from error
    finally:
        connection.close()
    raise PeerUnreachableError("the node stopped while it was answering", remedy="see its log, then start it again")
