"""Write rows of features for `learn_scorer.py`: name forms of one person against everybody a search brings up.

Run: python tools/learn_scorer_rows.py PERSONS.jsonl.gz OUT.npz
People are split in two: the first half is listed by one form each and asked by another; the second is not listed.
The frozen forest was fitted on such rows, with invented noise (typing, misreading, machine-readable zones, initials,
missing and extra words) and names composed word by word from the token pairs added to the questions.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from evenhand.identity.person import Name
from evenhand.matching.contract import Listed, Person, Query
from evenhand.matching.engine import NameMatcher
from evenhand.matching.naming import pack_names
from evenhand.matching.segment import score_pair
from tools.learn_counts import rows

_PEOPLE, _NEAREST = 40_000, 25


def main(persons: Path, out: Path) -> None:
    """Search, compare and write."""
    people = [list(dict.fromkeys(name["name"] for name in person["names"])) for person in rows(persons)]
    listed = people[:_PEOPLE]
    matcher = NameMatcher()
    matcher.put_many((str(at), Listed(person=Person(names=(Name(text=names[0]),)))) for at, names in enumerate(listed))
    found, labels, kinds = [], [], []
    for at, names in enumerate(people):
        asked = names[-1]
        if at < _PEOPLE and asked == names[0]:
            continue
        for key, _ in matcher.rank(Query(names=(asked,)))[:_NEAREST]:
            q, p = pack_names((asked,), nicknames=True), pack_names((listed[int(key)][0],), nicknames=False)
            pairs = [score_pair(q, i, p, j)[:2] for i in range(q.owner.size) for j in range(p.owner.size)]
            found.append(max(pairs, key=lambda pair: pair[0])[1])
            labels.append(int(key) == at)
            kinds.append("form" if at < _PEOPLE else "neg")
    np.savez(out, X=np.array(found), Y=np.array(labels), T=np.array(kinds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
