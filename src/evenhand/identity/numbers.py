"""Words that stand where a document's number belongs and say that there is none.

Knows:    what clerks, lists and carriers' systems write for a number that nobody knows.
Told:     the text of a number field.
Answers:  whether it states no number.
Trusted:  yes: two people with papers of the number UNKNOWN would be taken for one.
"""

from __future__ import annotations

import re
from typing import Final

_FILLED: Final = re.compile(r"0*|[x\u0445]{2,}|\u0445+")
"""Nothing but marks, noughts, or the letter x of Latin or Cyrillic, as forms are filled."""
_WORDS: Final = frozenset({
    "unknown", "unk", "nil", "none", "null", "na", "notknown", "notavailable", "notapplicable", "notstated",
    "notprovided", "nonumber", "nonum", "withoutnumber", "unspecified", "undetermined", "tba", "tbc",
    "inconnu", "inconnue", "aucun", "neant", "néant", "desconocido", "desconocida", "ninguno", "sinnumero",
    "sinnúmero", "unbekannt", "keine", "keiner", "ohne", "sconosciuto", "sconosciuta", "nessuno", "desconhecido",
    "nenhum", "bilinmiyor", "yok", "неизвестно", "неизвестен", "нет", "отсутствует", "безномера",
    "غيرمعروف", "غيرمعلوم", "مجهول", "لايوجد", "بدون",
})  # fmt: skip


def states_no_number(text: str) -> bool:
    """Tell whether a number field says nothing: it is empty, all noughts or marks, or a word such as UNKNOWN or N/A.

    Case, spaces and marks between the letters do not count: `N / A`, `-0-` and `not known` are such words.
    """
    bare = "".join(filter(str.isalnum, text.casefold()))
    return bare in _WORDS or _FILLED.fullmatch(bare) is not None
