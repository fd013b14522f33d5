"""Random inspection (双随机抽查, SEED 003): cases and inspectors drawn by lot, so that anybody can draw again.

The lot of a thing is the SHA-256 of "seed|kind|id" in UTF-8, as lower-case hex; the smallest lots win. For cases the
kind is "case" and the id the case id; the inspectors of a case have the kind "inspector|<case id>" and the person id.
Who ever touched a case cannot inspect it. The seed is published with a digest of both lists, and must not have been
known to those who made the lists: a number drawn in public, or a lottery result of a day named beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.sheets import Cell, Sheet

ALGORITHM = "SHA-256(种子|类别|标识)，按十六进制从小到大取"
PER_CASE = 2
"""Inspectors of a case: law enforcement is done by two (行政处罚法 art. 42, taken over for inspections)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that can be drawn, by the number people know it under, with everybody who touched it."""

    case_id: str
    number: str
    touched_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody who can be drawn to inspect."""

    person_id: str
    name: str
    desk_id: str


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A drawn case with its lot and its inspectors, first lot first."""

    case_id: str
    number: str
    lot: str
    inspectors: tuple[Inspector, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw with all that is needed to draw again: `cases_digest` and `inspectors_digest` are of the sorted ids."""

    seed: str
    wanted: int
    per_case: int
    candidates: int
    inspectors: int
    cases_digest: str
    inspectors_digest: str
    drawn: tuple[DrawnCase, ...]


def lot(seed: str, kind: str, identity: str) -> str:
    """Return the lot of one thing."""
    return hashlib.sha256(f"{seed}|{kind}|{identity}".encode()).hexdigest()


def draw(
    candidates: Iterable[Candidate],
    inspectors: Collection[Inspector],
    seed: str,
    wanted: int,
    per_case: int = PER_CASE,
) -> Draw:
    """Draw cases, and inspectors for each of them.

    Raises Refused for an empty seed, for fewer than one case or inspector, and where a drawn case has too few
    inspectors who did not touch it.
    """
    if not seed.strip() or wanted < 1 or per_case < 1:
        raise Refused(Reason("bad-draw", "请给出种子，以及至少一件办件、一名抽查人员。", "seed"))
    rows = sorted(candidates, key=lambda row: row.case_id)
    chosen = sorted(rows, key=lambda row: lot(seed, "case", row.case_id))[:wanted]
    return Draw(
        seed=seed,
        wanted=wanted,
        per_case=per_case,
        candidates=len(rows),
        inspectors=len(inspectors),
        cases_digest=list_digest(row.case_id for row in rows),
        inspectors_digest=list_digest(sorted(row.person_id for row in inspectors)),
        drawn=tuple(_drawn(row, inspectors, seed, per_case) for row in chosen),
    )


def list_digest(identities: Iterable[str]) -> str:
    """Return the hex SHA-256 of ids, one a line."""
    return hashlib.sha256("".join(f"{one}\n" for one in identities).encode()).hexdigest()


def _drawn(row: Candidate, inspectors: Collection[Inspector], seed: str, per_case: int) -> DrawnCase:
    free = [one for one in inspectors if one.person_id not in row.touched_by]
    if len(free) < per_case:
        text = f"办件{row.number}没有经手过的抽查人员只有{len(free)}名，不足{per_case}名。"
        raise Refused(Reason("too-few-inspectors", text, "inspectors"))
    kind = f"inspector|{row.case_id}"
    ordered: Sequence[Inspector] = sorted(free, key=lambda one: lot(seed, kind, one.person_id))
    return DrawnCase(row.case_id, row.number, lot(seed, "case", row.case_id), tuple(ordered[:per_case]))


def draw_to_mapping(made: Draw) -> dict[str, Any]:
    """Return the JSON shape in which a draw is published."""
    head: Mapping[str, Any] = {
        name: getattr(made, name) for name in Draw.__dataclass_fields__ if name != "drawn"
    }
    return {
        "algorithm": ALGORITHM,
        **head,
        "drawn": [
            {
                "case_id": row.case_id,
                "number": row.number,
                "lot": row.lot,
                "inspectors": [
                    {"person_id": one.person_id, "name": one.name, "desk_id": one.desk_id}
                    for one in row.inspectors
                ],
            }
            for row in made.drawn
        ],
    }


_HEADERS = (
    "序号",
    "办件编号",
    "办件标识",
    "摇号值",
    "抽查人员",
    "所在单位",
    "抽查日期",
    "抽查结果",
    "发现问题",
    "整改要求",
)


def draw_sheet(made: Draw) -> Sheet:
    """Return a draw as a sheet with empty columns for what the inspectors find; they feed it back as 督办."""
    rows: Iterator[tuple[Cell, ...]] = (
        (
            number,
            row.number,
            row.case_id,
            row.lot,
            "、".join(one.name for one in row.inspectors),
            "、".join(sorted({one.desk_id for one in row.inspectors})),
            *("", "", "", ""),
        )
        for number, row in enumerate(made.drawn, 1)
    )
    return Sheet("draw", "双随机抽查", _HEADERS, tuple(rows))
