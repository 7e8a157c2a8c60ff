# ruff: noqa: E501, PERF403 - tables
"""Derive the shipped readings of Han characters and Japanese names from permissive dictionaries.

Sources: pypinyin (MIT) for Mandarin, ToJyutping (BSD-2-Clause) for Cantonese, python-hanja (MIT) for Korean,
janome (Apache-2.0; its IPADIC data under the NAIST licence) for Japanese family and given names.
Run: python tools/learn_readings_han.py SRC/evenhand/names/tables
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from pathlib import Path

_WADE_FIRST = [("zh", "ch"), ("ch", "ch"), ("sh", "sh"), ("b", "p"), ("d", "t"), ("g", "k"), ("j", "ch"),
               ("q", "ch"), ("x", "hs"), ("z", "ts"), ("c", "ts"), ("r", "j")]  # fmt: skip
_WADE_WHOLE = {"zi": "tzu", "ci": "tzu", "si": "szu", "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih",
               "you": "yu", "yan": "yen", "ye": "yeh", "yong": "yung", "er": "erh", "e": "o", "yi": "i",
               "he": "ho", "ge": "ko", "ke": "ko", "si_": "ssu"}  # fmt: skip
_CANTO_FIRST = [("gw", "kw"), ("kw", "kw"), ("ng", "ng"), ("b", "p"), ("d", "t"), ("g", "k"), ("z", "ch"),
                ("c", "ch"), ("j", "y")]  # fmt: skip
_CANTO_LAST = {"aai": "ai", "aau": "au", "aam": "am", "aan": "an", "aang": "ang", "aap": "ap", "aat": "at",
               "aak": "ak", "aa": "a", "eoi": "ui", "eon": "un", "eot": "ut", "oeng": "eung", "oek": "euk",
               "oe": "eu", "yun": "uen", "yut": "uet", "yu": "yu", "ou": "o", "am": "am"}  # fmt: skip


def wade(syllable: str) -> str:
    """Return the Wade-Giles spelling (without apostrophes) of a pinyin syllable."""
    if syllable in _WADE_WHOLE:
        return _WADE_WHOLE[syllable]
    first = next(((old, new) for old, new in _WADE_FIRST if syllable.startswith(old)), ("", ""))
    rest = syllable[len(first[0]) :]
    rest = {"ong": "ung", "iong": "iung", "ian": "ien", "ie": "ieh", "ue": "ueh", "ve": "ueh"}.get(rest, rest)
    if rest == "uo" and first[0] not in {"g", "k", "h", "sh"}:
        rest = "o"
    return first[1] + rest


def canto(syllable: str) -> str:
    """Return the spelling usual in Hong Kong of a jyutping syllable without its tone."""
    first = next(((old, new) for old, new in _CANTO_FIRST if syllable.startswith(old)), None)
    if first is None:
        plain = re.match(r"[mnlfwhspktgjy]?", syllable)
        first = (plain[0], plain[0]) if plain else ("", "")
    rest = syllable[len(first[0]) :]
    spelled = first[1] + _CANTO_LAST.get(rest, rest)
    return spelled.replace("yy", "y")


def han_lines() -> list[str]:
    """Return one line per character: pinyin, Wade-Giles, Hong Kong, Hangul."""
    import hanja  # noqa: PLC0415 - derivation only
    import ToJyutping  # noqa: PLC0415
    from pypinyin import Style, pinyin  # noqa: PLC0415

    lines = []
    for code in range(0x4E00, 0xA000):
        mark = chr(code)
        read = [r for r in pinyin(mark, style=Style.NORMAL, heteronym=True)[0] if r.isascii() and r.isalpha()]
        try:
            mark.encode("gb18030")
            common = bool(
                mark.encode("big5", "ignore") or mark.encode("gb2312", "ignore") or mark.encode("shift_jis", "ignore")
            )
        except UnicodeEncodeError:
            common = False
        if not read or not common:
            continue
        read = [r.replace("v", "u") for r in read][:2]
        found = ToJyutping.get_jyutping_candidates(mark)[0][1] or []
        south = list(dict.fromkeys(canto(re.sub(r"\d", "", one)) for one in found))[:2]
        korean = hanja.translate(mark, "substitution")
        korean = korean if "가" <= korean <= "힣" else ""
        lines.append("\t".join((mark, ",".join(read), ",".join(wade(r) for r in read), ",".join(south), korean)))
    return lines


_KANA = {}
for _row in ("アaイiウuエeオo", "カkaキkiクkuケkeコko", "サsaシshiスsuセseソso", "タtaチchiツtsuテteトto", "ナnaニniヌnuネneノno",
             "ハhaヒhiフfuヘheホho", "マmaミmiムmuメmeモmo", "ヤyaユyuヨyo", "ラraリriルruレreロro", "ワwaヲoンn",
             "ガgaギgiグguゲgeゴgo", "ザzaジjiズzuゼzeゾzo", "ダdaヂjiヅzuデdeドdo", "バbaビbiブbuベbeボbo",
             "パpaピpiプpuペpeポpo", "ヴvu"):  # fmt: skip
    for _kana, _latin in re.findall(r"([ァ-ヶ])([a-z]+)", _row):
        _KANA[_kana] = _latin


def hepburn(kana: str) -> str:
    """Return the passport Hepburn spelling of katakana: long vowels not marked."""
    out = ""
    index = 0
    while index < len(kana):
        mark, after = kana[index], kana[index + 1] if index + 1 < len(kana) else ""
        if after and after in "ャュョ" and mark in _KANA:
            base = _KANA[mark][:-1]
            out += (base if base in {"sh", "ch", "j"} else base + "y") + {"ャ": "a", "ュ": "u", "ョ": "o"}[after]
            index += 2
            continue
        if mark == "ッ" and after in _KANA:
            out += _KANA[after][0]
        elif mark in _KANA:
            out += _KANA[mark]
        index += 1
    return out.replace("ou", "o").replace("oo", "o").replace("uu", "u")


def japanese_lines() -> list[str]:
    """Return one line per written family or given name with its readings."""
    from janome import sysdic  # noqa: PLC0415 - derivation only

    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for entry in sysdic.entries().values():
        kind = {"名詞,固有名詞,人名,姓": "F", "名詞,固有名詞,人名,名": "G"}.get(entry[4])
        if kind and all("一" <= mark <= "鿿" or mark in "々ノヶケ" or "ぁ" <= mark <= "ん" for mark in entry[0]):
            read = hepburn(entry[8])
            old = found[entry[0], kind].get(read, 1 << 30)
            found[entry[0], kind][read] = min(old, entry[3])
    lines = []
    for (text, kind), read in sorted(found.items()):
        ranked = sorted(read, key=lambda one: (read[one], one))[:4]
        if any("一" <= mark <= "鿿" for mark in text):
            lines.append("\t".join((text, kind, ",".join(ranked))))
    return lines


def write(path: Path, lines: list[str]) -> None:
    """Write lines, compressed, without a time of day in the header."""
    path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    print(path, len(lines), path.stat().st_size)


if __name__ == "__main__":
    room = Path(sys.argv[1])
    write(room / "han.tsv.gz", han_lines())
    write(room / "kanji.tsv.gz", japanese_lines())
