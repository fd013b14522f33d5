"""Write docs/coverage.md from packaging/docs/coverage.toml.

Usage: python packaging/docs/make_coverage.py [--check]
With --check nothing is written; the exit code is 1 when the file on disk differs from what would be written.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "packaging" / "docs" / "coverage.toml"
TARGET: Final = ROOT / "docs" / "coverage.md"
STATES: Final = ("works", "partly", "not yet", "outside a station client")
PROVEN: Final = frozenset(STATES[:2])

HEADING: Final = """# Coverage

Every system, mechanism and rule that the five source documents name (SEED 000 to 004, see
[the glossary](glossary.md#sources)), and where this product has it. Written from `packaging/docs/coverage.toml` by
`make coverage`; do not edit this page. A test looks up every name and every test below.

*works*: whoever is named does it at a station or at the hub, and the test shows it. *partly*: what is missing stands
in the last column. *outside a station client*: another system's business.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One mechanism. `code` are places written as `path name`, `tests` are written as `path::name`."""

    number: int
    name: str
    state: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    note: str


def read_rows() -> tuple[Row, ...]:
    """Return the rows in the order of the file; raises ValueError for one that cannot be shown."""
    data = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(_row(row) for row in data["row"])


def _row(data: Mapping[str, Any]) -> Row:
    row = Row(
        int(data["number"]),
        str(data["name"]),
        str(data["state"]),
        tuple(data.get("code", ())),
        tuple(data.get("tests", ())),
        str(data.get("note", "")),
    )
    if row.state not in STATES:
        raise ValueError(f"row {row.number}: {row.state} is no state")
    if row.state in PROVEN and not (row.code and row.tests):
        raise ValueError(f"row {row.number} {row.state} without a place in the code and a test")
    if row.state != STATES[0] and not row.note:
        raise ValueError(f"row {row.number} does not say what is missing")
    return row


def faults() -> Iterator[str]:
    """What the rows name and the project does not have."""
    for row in read_rows():
        yield from (f"row {row.number}: {place}" for place in row.code if not _is_named(*place.split(" ")))
        yield from (f"row {row.number}: {test}" for test in row.tests if not _is_defined(*test.split("::")))


def _is_named(path: str, name: str) -> bool:
    file = ROOT / path
    return file.is_file() and bool(re.search(rf"\b{re.escape(name)}\b", file.read_text(encoding="utf-8")))


def _is_defined(path: str, name: str) -> bool:
    file = ROOT / path
    return file.is_file() and f"\ndef {name}(" in file.read_text(encoding="utf-8")


def rendered() -> str:
    """The page."""
    rows = read_rows()
    counts = Counter(row.state for row in rows)
    sums = ", ".join(f"{counts[state]} {state}" for state in STATES)
    return "\n".join((HEADING, f"{len(rows)} rows: {sums}.", "", *_table(rows))) + "\n"


def _table(rows: tuple[Row, ...]) -> Iterator[str]:
    yield "| # | name | state | in the code | shown by | remarks |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        code = "<br>".join("`{}` `{}`".format(*place.split(" ")) for place in row.code)
        tests = "<br>".join(f"`{test}`" for test in row.tests)
        yield f"| {row.number} | {row.name} | {row.state} | {code} | {tests} | {row.note} |"


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wrong = list(faults())
    for fault in wrong:
        print(fault, file=sys.stderr)
    if check:
        return int(bool(wrong) or TARGET.read_text(encoding="utf-8") != rendered())
    TARGET.write_text(rendered(), encoding="utf-8")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
