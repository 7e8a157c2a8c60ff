"""What a list may say about a person but a notice may not.

Knows:    the words that introduce religion, ethnicity, politics, orientation and union membership.
Told:     labels and free text of list entries.
Answers:  the text without those sentences, and the sentences that were taken out.
Trusted:  yes, but it finds statements by their usual wording, not by their meaning.
"""

from __future__ import annotations

import re
from typing import Final

from evenhand.interop.remembered import remembered

_SENTENCE: Final = re.compile(r"(?<=[a-z)\]\d]{3}[.;])\s+(?=[A-Z\"\u201c])")
_PROTECTED: Final = re.compile(
    r"(?i)\b(?:trib(?:e|al)\b|clan\b|ethnic(?:ity|ally)?\b(?!\s+cleansing)|race\s*:|racial (?:group|origin)"
    r"|religion\b|religious (?:belief|affiliation|denomination)|denomination\s*:"
    r"|sexual (?:orientation|preference)"
    r"|political (?:opinion|affiliation|belief|view)s?\b|trade[- ]union (?:member|affiliation))"
)
REASON: Final = (
    "religion, ethnicity, politics, orientation and union membership are not held (PROCEDURE section 2)"
)


@remembered
def protected(text: str) -> bool:
    """Whether a label or sentence states a characteristic no notice may hold."""
    return _PROTECTED.search(text) is not None


def neutral(text: str) -> tuple[str, int]:
    """Return the text without sentences that state such a characteristic, and how many were taken out."""
    if not protected(text):
        return text, 0  # as nearly every text; no statement runs on over the end of a sentence
    sentences = _SENTENCE.split(text)
    kept = [sentence for sentence in sentences if not protected(sentence)]
    return " ".join(kept), len(sentences) - len(kept)
