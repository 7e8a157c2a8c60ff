"""The answer to a question on one screen: who it may be, what speaks for and against, what is asked of us.

Knows:    that an officer has 24 lines of 80 columns, and seconds.
Told:     an answer as plain values.
Answers:  text on standard output: the strongest candidates in full, the others in a line each.
Trusted:  for layout; where it leaves candidates out it says how many, how strong, and how to see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rich.cells import cell_len
from rich.text import Text

from evenhand.cli.face import console

Said = dict[str, Any]
_DIGEST_SHORT: Final = 12
_MINUTE: Final = 60
_HOUR: Final = 3600
_COLUMNS: Final = 80
_LINES: Final = 24
_MARKS: Final = {"+": "green", "-": "red", "=": ""}
_FIELDS: Final = {"birth_date": "birth date"}
_ISOLATE, _POP = "\u2068", "\u2069"
"""Around a name, so that one from the right leaves the rest of its line where it is (Unicode Annex 9)."""


def age(seconds: int | None) -> str:
    """Say an age in words."""
    if seconds is None:
        return "never heard"
    if seconds < _MINUTE:
        return f"{seconds} s"
    return f"{seconds // _MINUTE} min" if seconds < _HOUR else f"{seconds // _HOUR} h"


def answer_screen(said: Said, *, everything: bool = False) -> None:
    """Show an answer within a screen, or `everything` whatever its length."""
    answer, out = said["answer"], console()
    last = _last_lines(said)
    for line in [*_candidates(answer["candidates"], None if everything else _LINES - len(last)), *last]:
        out.print(line)


def nobody(not_compared: Sequence[str], what: str) -> Text:
    """Say that there is no candidate, and `what` that means; in green only if all that was asked was compared."""
    if not_compared:
        return Text("No candidate among what could be compared.", style="bold yellow")
    return Text("No candidate.", style="bold green").append(f" {what}", style="not bold default")


def left_uncompared(not_compared: Sequence[str]) -> list[Text]:
    """Return the lines that say what could not be compared."""
    return [line for one in not_compared for line in _wrapped(f"Not compared: {one}", "", style="yellow")]


def _last_lines(said: Said) -> list[Text]:
    answer, fresh = said["answer"], said["freshness"]
    lines = []
    if not answer["candidates"]:
        lines.append(nobody(answer["not_compared"], "Nothing held here speaks for a match."))
    lines += left_uncompared(answer["not_compared"])
    ages = ", ".join(f"{code} {age(seconds)}" for code, seconds in fresh["by_member"].items()) or "no partners"
    lines += _wrapped(f"State {answer['state'][:_DIGEST_SHORT]} at {answer['at']}; partners last heard: {ages}", "  ")
    if fresh["stale"]:
        lines.append(Text("This picture may be old: a partner has not been heard lately.", style="bold yellow"))
    if fresh["action_ceiling"]:
        lines.append(Text(f"At most {fresh['action_ceiling']} on a picture this old.", style="bold yellow"))
    if answer["candidates"]:
        lines.append(Text("A candidate is a reason to look closer, never an order."))
    return lines


def _candidates(found: list[Said], room: int | None) -> list[Text]:
    """Show candidates in full while they fit, then in a line each, then by their number."""
    lines: list[Text] = []
    for at, one in enumerate(found):
        rest = len(found) - at - 1
        whole = _candidate(one)
        if room is None or not at or len(lines) + len(whole) + rest <= room:
            lines += whole
            continue
        fit = room - len(lines)
        shown = rest + 1 if rest < fit else max(0, fit - 1)
        lines += [_in_a_line(other) for other in found[at : at + shown]]
        if hidden := found[at + shown :]:
            strongest = hidden[0]["strength"]
            words = f"{len(hidden)} more, of strength {strongest} or less, are not shown: see them with --all"
            lines.append(Text(words, style="bold yellow"))
        break
    return lines


def _candidate(found: Said) -> list[Text]:
    band = f"{found['band'].upper()} match, strength {found['strength']} of 1000: "
    lines = _wrapped(f"{band}{_isolated(found['listed_as'])}", "  ", style="bold")
    for reason in found["reasons"]:
        mark = "+" if reason["weight"] > 0 else "-" if reason["weight"] < 0 else "="
        lines += _wrapped(f" {mark} {_FIELDS.get(reason['field'], reason['field'])}: {reason['text']}", "   ",
                          style=_MARKS[mark])  # fmt: skip
        if reason.get("asked") and reason.get("listed"):
            lines += _wrapped(f"     asked {_isolated(reason['asked'])}, listed {_isolated(reason['listed'])}", "     ")
    lines += _wrapped(
        f"Do here: {found['action_here']} (asked: {found['requested_action']}; otherwise {found['fallback_action']})",
        "  ",
    )
    if found.get("refer_to_originator"):
        refer = f"Refer to {found['originator']}: the reasons were not released to us."
        lines += _wrapped(refer, "  ", style="bold yellow")
    if found.get("flagged_here"):
        lines.append(Text("Flagged for our territory: see `evenhand notice show`.", style="yellow"))
    for link in found.get("links", ()):
        lines += _wrapped(f"{link['said_by']} says {link['relation']}: {link['notice']}", "  ")
    handling = found["handling"]
    terms = f"TLP:{handling.get('tlp', 'AMBER')} PAP:{handling.get('pap', 'AMBER')}"
    lines += _wrapped(f"{found['category']}; {terms}; until {found['expires'][:10]}", "  ")
    lines.append(Text(f"{found['originator']}:{found['notice_id']} version {found['version']}", style="dim"))
    return lines


def _in_a_line(found: Said) -> Text:
    end = f" {found['originator']}:{found['notice_id'][:8]}"
    begin = f"{found['band']} {found['strength']}: "
    name = Text(found["listed_as"])
    name.truncate(_COLUMNS - len(begin) - len(end), overflow="ellipsis")
    return Text(begin).append(_isolated(name.plain)).append(end, style="dim")


def _isolated(name: str) -> str:
    return name if name.isascii() else f"{_ISOLATE}{name}{_POP}"


def _wrapped(text: str, indent: str, *, style: str = "") -> list[Text]:
    """Break a text at spaces; what follows the first line is indented."""
    rows, row = [], text[: len(text) - len(text.lstrip())]
    for word in text.split():
        longer = f"{row} {word}" if row.strip() else row + word
        if cell_len(longer) > _COLUMNS and row.strip():
            rows.append(row)
            row = indent + word
        else:
            row = longer
    return [Text(one, style=style) for one in (*rows, row)]
