"""What a case can be found by, and what a search asks for, in one folded form.

Measured reasons: a tokenizer that splits at blanks takes a Chinese sentence for one word, and trigrams silently
find nothing for two characters, which is what most names have. So the text is written as overlapping pairs, and a
search for any run of characters is a search for its pairs side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stationapp.domain.affair_reading import affair_words
from stationapp.domain.case import Case
from stationapp.store.initials import item_initials, name_initials

SHORTEST_PART = 4
"""From how many characters on the beginning or the end of an identity or telephone number finds its case."""

LINE_END = "\n"
ISSUED = "R"
"""Marks numbers of one case, which any beginning finds: receipt, case and document numbers."""
SHARED = "B"
"""Marks batch numbers, which any beginning finds, and which are numbers of many cases."""
WHOLE = "C"
"""Marks enquiry codes, which only the whole code finds."""
PERSONAL = "I"
"""Marks identity and telephone numbers."""
BACKWARDS = "X"
"""The kind of a number's reversed token, by which its end is found."""

NO_END = "\t"
"""Closes a number that is not found by its end; it is in no search."""

_BETWEEN_LINES = "¶"
# Blanks, punctuation and variation selectors; fixed ranges, because Python's own tables grow with its versions.
_DROPPED = re.compile(
    "[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\xbf\u2000-\u206f\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020"
    "\u3030-\u3037\u303d-\u303f\u30fb\ufe00-\ufe1f\ufe30-\ufe6f\ufeff\uff00-\uff0f\U000e0100-\U000e01ef]"
)


@dataclass(frozen=True, slots=True)
class Searchable:
    """What one case is found by: lines of text, lines of marked numbers; each line begins and ends with a break."""

    text: str
    numbers: str

    @property
    def pairs(self) -> str:
        """The overlapping pairs of every line as tokens, lines kept apart."""
        lines = (_pairs(line) for line in self.text.split(LINE_END) if line)
        return f" {_BETWEEN_LINES} ".join(lines)

    @property
    def singles(self) -> str:
        """Every character once, as tokens."""
        return " ".join(sorted(set(self.text) - {LINE_END}))

    @property
    def tokens(self) -> tuple[tuple[str, str], ...]:
        """Rows (kind, token) of the table of numbers, each once."""
        marked = [line for line in self.numbers.split(LINE_END) if line]
        rows = [(line[0], line[1:].removesuffix(NO_END)) for line in marked]
        rows += [(BACKWARDS, line[:0:-1]) for line in marked if not line.endswith(NO_END)]
        return tuple(dict.fromkeys(rows))


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word of a search, never empty."""

    text: str

    @property
    def is_part(self) -> bool:
        """Whether it is long enough to find a personal number by its beginning or any number by its end."""
        return len(self.text) >= SHORTEST_PART

    @property
    def match(self) -> str:
        """The FTS5 expression that is true of exactly the cases with a line that contains the word."""
        if len(self.text) == 1:
            return f'singles : "{self.text}"'
        return f'pairs : "{_pairs(self.text)}"'


def searchable(case: Case, documents: Iterable[str], batches: Iterable[str]) -> Searchable:
    """Return what a case is found by; `documents` are the numbers of its papers, `batches` those of its batches."""
    applicant, item_name = case.application.applicant, case.application.item_name
    lines = [applicant.name, item_name, applicant.address, *affair_words(case)]
    initials = [*name_initials(applicant.name), *item_initials(item_name)]
    numbers = [
        *((ISSUED, number, "") for number in (case.receipt_number, case.case_number)),
        *((PERSONAL, number, "") for number in (applicant.document_number, applicant.phone)),
        *((ISSUED, number, NO_END) for number in documents),
        *((SHARED, number, NO_END) for number in batches),
        (WHOLE, case.enquiry_code, NO_END),
    ]
    marked = (f"{mark}{plain}{end}" for mark, number, end in numbers if (plain := folded(number)))
    return Searchable(_lines([*(folded(line) for line in lines), *initials]), _lines(list(marked)))


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words between blanks, folded, each once; what is nothing but punctuation is no word."""
    plain = dict.fromkeys(folded(word) for word in text.split())
    return tuple(Word(word) for word in plain if word)


def folded(text: str) -> str:
    """Return the text as it is compared: full and half width, upper and lower case alike, no blanks, no signs."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


def _lines(lines: Sequence[str]) -> str:
    kept = [line for line in dict.fromkeys(lines) if line]
    return LINE_END + LINE_END.join(kept) + LINE_END if kept else ""


def _pairs(line: str) -> str:
    return " ".join(first + second for first, second in pairwise(line))
