"""Names of people and bodies: one spelling for one name, no character lost.

NFC, never NFKC: compatibility folding would replace characters people really bear. Private-use code points of
older GB tables become the standard ones:

- GB 18030-2022 ended the use of the private area for 24 characters of GB 18030-2005 (18 positions moved, six
  more defined): ten vertical forms at A6D9-A6DF, A6EC, A6ED, A6F3 and fourteen characters at FE51-FEA0;
- GB 18030-2000 had done so for the other 66 characters GBK 1.0 had put at U+E815-E863; A8BC is one more.

The 18 moved positions are those the WHATWG Encoding Standard lists in its encoder for GB 18030; the 66 are
what a GB 18030 decoder reads at the same bytes. Other private characters are kept and can be listed; nothing
is substituted.
"""

from __future__ import annotations

import unicodedata

from stationapp.domain.refusal import Reason, Refused

MAXIMUM_LENGTH = 100
"""In code points (GB/T 39046: 申请者名称 an..100)."""

MIDDLE_DOT = "\u00b7"

# Private code point: standard code point.
_GB18030_2022 = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15,
    0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19,
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
    0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
_GBK_1_0 = {
    0xE7C7: 0x1E3F, 0xE815: 0x2E81, 0xE819: 0x2E84, 0xE81A: 0x3473, 0xE81B: 0x3447, 0xE81C: 0x2E88,
    0xE81D: 0x2E8B, 0xE81F: 0x359E, 0xE820: 0x361A, 0xE821: 0x360E, 0xE822: 0x2E8C, 0xE823: 0x2E97,
    0xE824: 0x396E, 0xE825: 0x3918, 0xE827: 0x39CF, 0xE828: 0x39DF, 0xE829: 0x3A73, 0xE82A: 0x39D0,
    0xE82D: 0x3B4E, 0xE82E: 0x3C6E, 0xE82F: 0x3CE0, 0xE830: 0x2EA7, 0xE833: 0x2EAA, 0xE834: 0x4056,
    0xE835: 0x415F, 0xE836: 0x2EAE, 0xE837: 0x4337, 0xE838: 0x2EB3, 0xE839: 0x2EB6, 0xE83A: 0x2EB7,
    0xE83C: 0x43B1, 0xE83D: 0x43AC, 0xE83E: 0x2EBB, 0xE83F: 0x43DD, 0xE840: 0x44D6, 0xE841: 0x4661,
    0xE842: 0x464C, 0xE844: 0x4723, 0xE845: 0x4729, 0xE846: 0x477C, 0xE847: 0x478D, 0xE848: 0x2ECA,
    0xE849: 0x4947, 0xE84A: 0x497A, 0xE84B: 0x497D, 0xE84C: 0x4982, 0xE84D: 0x4983, 0xE84E: 0x4985,
    0xE84F: 0x4986, 0xE850: 0x499F, 0xE851: 0x499B, 0xE852: 0x49B7, 0xE853: 0x49B6, 0xE856: 0x4CA3,
    0xE857: 0x4C9F, 0xE858: 0x4CA0, 0xE859: 0x4CA1, 0xE85A: 0x4C77, 0xE85B: 0x4CA2, 0xE85C: 0x4D13,
    0xE85D: 0x4D14, 0xE85E: 0x4D15, 0xE85F: 0x4D16, 0xE860: 0x4D17, 0xE861: 0x4D18, 0xE862: 0x4D19,
    0xE863: 0x4DAE,
}  # fmt: skip
PRIVATE_TO_STANDARD = _GB18030_2022 | _GBK_1_0

# Dots that input methods and older systems put between the parts of a name.
_DOTS = frozenset("\u00b7\u0387\u2022\u2024\u2027\u2219\u22c5\u30fb\uff65\u25cf\u16eb")
_FULL_STOPS = frozenset(".．")
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
_HAN_RANGES = (
    (0x3007, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xE000, 0xFAFF),  # Private characters stand for Han; compatibility ideographs follow them.
    (0x20000, 0x10FFFF),
)
_VARIATION_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_FIELD = "name"


def normalise_name(text: str) -> str:
    """The one spelling under which a name is stored.

    Refused for an empty name, more than 100 code points, control characters or a failed conversion's mark.
    """
    name = _normalised(text)
    if not name:
        raise Refused(Reason("name-missing", "请填写姓名或名称。", _FIELD))
    if len(name) > MAXIMUM_LENGTH:
        sentence = f"姓名或名称最多{MAXIMUM_LENGTH}个字，现在是{len(name)}个字。"
        raise Refused(Reason("name-too-long", sentence, _FIELD))
    if any(_is_broken(character) for character in name):
        sentence = "姓名里有乱码或看不见的字符，请删掉后对照证件重新填写。"
        raise Refused(Reason("name-broken", sentence, _FIELD))
    return name


def names_match(one: str, other: str) -> bool:
    """Whether two spellings mean the same name; width, case, dots, blanks, glyph variants do not matter."""
    return _folded(one) == _folded(other)


def private_characters(name: str) -> tuple[str, ...]:
    """Characters without a standard code point, which other systems cannot read; worth a warning."""
    return tuple(character for character in name if unicodedata.category(character) == "Co")


def _normalised(text: str) -> str:
    standard = text.translate(_INVISIBLE).translate(PRIVATE_TO_STANDARD)
    composed = unicodedata.normalize("NFC", standard).strip(" \u3000\u00a0\t\r\n\x00")
    return _joined(_dotted(composed))


def _dotted(name: str) -> str:
    """Every dot between name parts as U+00B7; a full stop only counts as one between two Han characters."""
    characters = list(name)
    for place, character in enumerate(characters):
        if character in _DOTS or (character in _FULL_STOPS and _is_between_han(name, place)):
            characters[place] = MIDDLE_DOT
    return "".join(characters)


def _joined(name: str) -> str:
    """Blanks gone beside Han characters and dots (they only stretch a name on a form), else one blank."""
    words = [word for word in name.replace("\u3000", " ").replace("\u00a0", " ").split(" ") if word]
    joined = "".join(words[:1])
    for word in words[1:]:
        tight = any(_is_han(edge) or edge == MIDDLE_DOT for edge in (joined[-1], word[0]))
        joined += word if tight else f" {word}"
    return joined


def _folded(name: str) -> str:
    compatible = unicodedata.normalize("NFKC", _normalised(name)).casefold()
    return "".join(compatible.translate(dict.fromkeys(_VARIATION_SELECTORS)).split())


def _is_between_han(name: str, place: int) -> bool:
    return 0 < place < len(name) - 1 and _is_han(name[place - 1]) and _is_han(name[place + 1])


def _is_han(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _HAN_RANGES)


def _is_broken(character: str) -> bool:
    # Unassigned code points pass: the newest characters are unknown to an older Unicode table.
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
