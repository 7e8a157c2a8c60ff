"""Held entries: some of a ledger with their parts, whichever lane brought them.

Knows:    where an entry lies: in the log once its turn has come, ahead of it in the express lane's rows.
Told:     indexes, near together or far apart.
Answers:  their envelopes and parts, less those that are not held.
Trusted:  yes: it reads what was verified when it came in.
"""

from __future__ import annotations

from collections.abc import Iterable

from evenhand.exchange.feed import envelope_of
from evenhand.exchange.ledgers import Ledgers
from evenhand.exchange.mirror import Parts
from evenhand.ledger.envelope import Envelope


def held_entries(ledgers: Ledgers, code: str, indexes: Iterable[int]) -> tuple[list[Envelope], Parts]:
    """Return entries of a ledger and their parts, in the order asked for. Raises CorruptionError, StoreError.

    Parts are read one by one: between two entries that were given one key there may be all the others.
    """
    log, ahead = ledgers.log(code), ledgers.express.get(code, {})
    envelopes: list[Envelope] = []
    parts: Parts = {}
    for index in indexes:
        if index < log.size:
            envelope = envelope_of(log.entries(index, index + 1)[0])
            stored = ((header.name, log.part(index, header.name)) for header in envelope.parts)
            parts.update({(index, name): sealed for name, sealed in stored if sealed is not None})
        elif index in ahead:
            envelope = envelope_of(ahead[index].leaf)
            parts.update({(index, name): sealed for name, sealed in ahead[index].parts})
        else:
            continue
        envelopes.append(envelope)
    return envelopes, parts
