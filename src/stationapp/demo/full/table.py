"""The table a reader looks at first: every case, what it shows, how it ended at each level, how many papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stationapp.domain.states import State

_LEVELS: Mapping[str, frozenset[str]] = {
    "村": frozenset({"kangxiang", "kangxiang-2", "tongwa", "shiyuan"}),
    "乡镇": frozenset({"chenkang", "chenkang-2", "shima"}),
    "县": frozenset({"county", "county-2"}),
}
_HEAD = ("编号", "情形", "事项", *(f"{level}级状态" for level in _LEVELS), "文书", "被退回的操作")


def write_table(rows: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Write `table.md`."""
    lines = [_HEAD, ("---",) * len(_HEAD), *(_cells(row) for row in rows)]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    (folder / "table.md").write_text(f"{text}\n", encoding="utf-8")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    ends = (_end(row["at"], pcs) for pcs in _LEVELS.values())
    return (row["key"], row["shows"], row["item"], *ends, str(row["papers"]), str(row["refused"]))


def _end(at: Mapping[str, str], pcs: frozenset[str]) -> str:
    """How a case stands at the PCs of a level; a dash where none of them has to know it."""
    return "、".join(sorted({State(state).label for pc, state in at.items() if pc in pcs})) or "—"
