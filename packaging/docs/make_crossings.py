"""Write docs/crossings.md from the truth table of crossing acts.

Usage: python packaging/docs/make_crossings.py [--check]
With --check nothing is written; the exit code is 1 when the file on disk differs from what would be written.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "crossings.md"

sys.path.insert(0, str(ROOT / "src"))

from stationapp.domain.case_flow import TABLE
from stationapp.domain.crossing_rows import ROWS, rows_of
from stationapp.domain.crossings import (
    CLASSES,
    NOT_MADE,
    Verdict,
    class_of,
    crossing_pairs,
    remedy,
)

HEADING = """# Crossings

What becomes of two acts on one case that cross, made by desks or PCs that had not heard of each other. Written from
`src/stationapp/domain/crossings.py` and `src/stationapp/domain/crossing_rows.py` by `packaging/docs/make_crossings.py`.
Do not edit this page: change the table and run the command. A test fails when page and table differ.

The hub takes acts in the order in which they reach it and judges each by [the table of moves](moves.md) against the
case as it is then. Nothing is merged and the last writer never wins. An act that is refused is not deleted: it waits
under 需处理 at the PC that made it, with the sentence of the rule, the act that came first, and what to do with papers
that were handed out, until a person writes down how it was dealt with. An act that stands shows in the case's history
at every desk that sees the case.

Each row below is tried in both orders with real stations and a real hub (`tests/together/test_crossings.py`).
"""
ROWS_HEADING = """## Rows

Of each pair: what happens when the one act reaches the hub first, and what when the other does.
"""
CLASSES_HEADING = """## Classes

Every other pair of moves goes by how the two desks stand to the case. *Pairs* counts the pairs of moves that can be
made of one case at the same time and have no row of their own.
"""
REMEDIES_HEADING = """## What to do with papers

What a refused act may have left outside the records, and what its person is told to do about it.
"""


def rendered() -> str:
    """The page."""
    parts = (
        HEADING,
        ROWS_HEADING,
        *_rows(),
        CLASSES_HEADING,
        *_classes(),
        "",
        REMEDIES_HEADING,
        *_remedies(),
    )
    return "\n".join(parts) + "\n"


def _rows() -> Iterator[str]:
    for row in ROWS:
        yield f"### {row.name}\n"
        yield f"{row.situation[0].upper()}{row.situation[1:]}.\n"
        yield f"- {_titled(row.first)} first: {_outcome(row.in_order, row.first, row.second)}"
        if (row.first, row.in_order) != (row.second, row.reversed_):
            yield f"- {_titled(row.second)} first: {_outcome(row.reversed_, row.second, row.first)}"
        yield f"- rests on: {row.source}\n"


def _outcome(verdict: Verdict, early: str, late: str) -> str:
    stands = f"the case is {verdict.state.label}"
    if verdict.earlier:
        return f"{_titled(early)} is refused (`{verdict.earlier}`: {verdict.told}), {_titled(late)} stands; {stands}"
    if verdict.refused == NOT_MADE:
        return f"it stands, and the hub does not make its own act; {stands}"
    if verdict.refused:
        return f"it stands, {_titled(late)} is refused (`{verdict.refused}`: {verdict.told}); {stands}"
    return f"both stand; {stands}"


def _titled(move: str) -> str:
    row = TABLE.get(move)
    return f"`{move}` {row.title}" if row is not None else f"`{move}`"


def _classes() -> Iterator[str]:
    counts = Counter(
        class_of(first, second).sides
        for first, second in crossing_pairs()
        if not rows_of(first.name, second.name)
    )
    yield "| sides | when | what becomes of the second | pairs |"
    yield "|---|---|---|---|"
    for row in CLASSES:
        sides = " and ".join(sorted(row.sides)) if len(row.sides) > 1 else f"{next(iter(row.sides))} twice"
        yield f"| {sides} | {row.when} | {row.outcome} | {counts[row.sides]} |"


def _remedies() -> Iterator[str]:
    yield "| move | what its person is told |"
    yield "|---|---|"
    for move in TABLE.values():
        if remedy(move.name):
            yield f"| {_titled(move.name)} | {remedy(move.name)} |"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check only say whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = rendered()
    if parser.parse_args(arguments).check:
        return int(not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
