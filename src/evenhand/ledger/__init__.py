"""The append-only ledger: hashing, proofs and the public text formats around them.

Knows:    bytes and hashes.
Told:     entries, sizes, notes and keys, by the exchange.
Answers:  roots, proofs, checkpoints, cosignatures and verdicts on those of others.
Trusted:  yes: it decides whether a history is the one already seen.
"""
