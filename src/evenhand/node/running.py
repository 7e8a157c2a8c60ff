"""Running a node: member, driver and control socket in one event loop, until a signal says stop.

Knows:    the order in which to start and stop.
Told:     a data folder.
Answers:  nothing until it stops; then the snapshot is written.
Trusted:  yes.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from evenhand.ground.clock import Clock, SystemClock
from evenhand.node.config import split_address
from evenhand.node.control import ControlServer
from evenhand.node.deciding.driving import DecisionDriver
from evenhand.node.driver import NodeDriver
from evenhand.node.folder import Folder, open_member
from evenhand.node.site import Site


def run_node(folder: Folder, started: Callable[[Site], None], clock: Clock | None = None) -> None:
    """Run until SIGINT or SIGTERM. Raises what opening raises, or PeerUnreachableError for a taken address."""
    with open_member(folder, clock or SystemClock()) as member:
        host, port = split_address(folder.read_config().listen)

        async def live() -> None:
            site = Site(member, folder, folder.read_config(), NodeDriver(member, host=host, port=port))
            await serve(site, started)

        asyncio.run(live())
        if member.broken is not None:
            raise member.broken


async def serve(site: Site, started: Callable[[Site], None]) -> None:
    """Serve partners and commands until a signal. Raises PeerUnreachableError."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    driver, control = site.running(), ControlServer(site, site.folder.control)
    await driver.start()
    deciding = DecisionDriver(site)
    try:
        await deciding.start()
        await control.start()
        try:
            started(site)
            await stop.wait()
        finally:
            await control.stop()
    finally:
        await deciding.stop()
        await driver.stop()
