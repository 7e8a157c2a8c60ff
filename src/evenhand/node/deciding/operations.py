"""Everything that can be asked about decisions, for the node's one table.

Knows:    names and shapes.
Told:     nothing; it lists.
Answers:  operations.
Trusted:  yes.
"""

from __future__ import annotations

from typing import Any, Final

from evenhand.node.deciding.auditing import AUDITING
from evenhand.node.deciding.corresponding import CORRESPONDING
from evenhand.node.deciding.finding import FINDING
from evenhand.node.deciding.looking import LOOKING
from evenhand.node.deciding.merging import MERGING
from evenhand.node.deciding.moving import MOVING
from evenhand.node.deciding.passing import PASSING
from evenhand.node.deciding.scanning import Scan, scan
from evenhand.node.deciding.steps import STEPS
from evenhand.node.site import Operation

DECIDING: Final[tuple[Operation[Any], ...]] = (
    Operation("encounter.scan", Scan, "read", scan),
    *(
        Operation(name, request, "read", run)
        for name, request, run in (*STEPS, *CORRESPONDING, *LOOKING, *MERGING, *MOVING, *PASSING, *AUDITING, *FINDING)
    ),
)
