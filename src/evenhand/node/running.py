"""Running a node: member, driver and control socket in one event loop, until a signal says stop.

Knows:    the order in which to start and stop.
Told:     a data folder.
Answers:  nothing until it stops; then the snapshot is written.
Trusted:  yes.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pkgutil import resolve_name
from typing import Final, Protocol

from evenhand.ground.clock import Clock, SystemClock
from evenhand.ground.descriptors import raise_descriptors
from evenhand.node.config import NodeConfig, split_address
from evenhand.node.control import ControlServer
from evenhand.node.deciding.driving import DecisionDriver
from evenhand.node.driver import NodeDriver
from evenhand.node.folder import Folder, open_member
from evenhand.node.post import Postman
from evenhand.node.site import Site
from evenhand.node.topics import settle
from evenhand.node.warming import begin_warming, end_warming, patience


class Face(Protocol):
    """What serves people or programs beside the exchange while the node runs: the API, the desk."""

    async def start(self) -> None:
        """Begin to serve, if the configuration says where. Raises PeerUnreachableError for a taken address."""
        ...

    async def stop(self) -> None:
        """Stop serving; does nothing where it never began."""
        ...


Faces = Sequence[Callable[[Site], Face]]
FACES: Final = {"api": "evenhand.api.server:ApiFace"}
"""Faces by their table in the configuration. By name: a node knows that it has faces, not what they are."""


def faces_of(config: NodeConfig) -> Faces:
    """Load the faces that the configuration gives an address."""
    return [resolve_name(place) for name, place in FACES.items() if getattr(config, name).listen]


def run_node(folder: Folder, started: Callable[[Site], None], clock: Clock | None = None) -> None:
    """Run until SIGINT or SIGTERM. Raises what opening raises, or PeerUnreachableError for a taken address."""
    config = folder.read_config()
    raise_descriptors()
    with open_member(folder, clock or SystemClock()) as member:
        host, port = split_address(config.listen)
        begin_warming(member.matcher)

        async def live() -> None:
            site = Site(member, folder, config, NodeDriver(member, host=host, port=port))
            await serve(site, started, faces_of(config))

        try:
            asyncio.run(live())
        finally:
            end_warming(member.matcher)
        if member.broken is not None:
            raise member.broken


def _postman(site: Site) -> Face:
    return Postman(site, settle)


async def serve(site: Site, started: Callable[[Site], None], faces: Faces = ()) -> None:
    """Serve partners, commands and faces until a signal. Raises PeerUnreachableError."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    driver, control = site.running(), ControlServer(site, site.folder.control)
    async with AsyncExitStack() as running:
        running.push_async_callback(driver.stop)
        await driver.start()
        deciding = DecisionDriver(site)
        running.push_async_callback(deciding.stop)
        await deciding.start()
        await control.start()
        running.push_async_callback(control.stop)
        for make in (_postman, *faces):
            face = make(site)
            await face.start()
            running.push_async_callback(face.stop)
        await patience(site.member.matcher)
        started(site)
        await stop.wait()
