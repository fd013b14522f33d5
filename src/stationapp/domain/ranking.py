"""Ranking of windows and people (优秀窗口, 服务标兵; SEED 001 季度考评) by a formula that is printed with it.

No source states a formula: weights and thresholds are this program's proposal, shown in every bulletin. They are
whole numbers, so that everybody who adds up gets the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from stationapp.domain.tabulation import FigureTable, GroupFigures, hundredths


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a figure weighs; a figure made of fewer than `least` cases is left out and the others weigh more.

    `inverted` figures are better when small.
    """

    figure: str
    title: str
    weight: int
    least: int = 1
    inverted: bool = False


WEIGHTS = (
    Weight("on_time", "按时办结率", 40),
    Weight("speed_up", "办理提速率", 20),
    Weight("satisfaction", "满意率", 20, least=10),
    Weight("sent_back", "退回率", 20, inverted=True),
)
FEWEST_CLOSED = 5
"""Who closed fewer cases is not ranked."""

FORMULA = (
    "得分 = 40×按时办结率 + 20×办理提速率 + 20×满意率 + 20×（1−退回率），满分100；"
    "没有数据或满意率样本不足10件的一项不计，其余各项按权重折算为满分100；"
    f"期内办结不足{FEWEST_CLOSED}件的不参加排名；同分同名次。"
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a ranking; `score` is decimal text of at most 100, `counted` the figures that made it."""

    place: int
    key: str
    score: str
    closed: int
    counted: tuple[str, ...]


def ranking(table: FigureTable, weights: Sequence[Weight] = WEIGHTS) -> tuple[Place, ...]:
    """Return the places of the groups of a table filed by one dimension, best first."""
    scored = [
        (score, group, counted)
        for group in table.groups
        if group.keys[0] and group.figure("closed").numerator >= FEWEST_CLOSED
        for score, counted in (_score(group, weights),)
        if counted
    ]
    scored.sort(key=lambda one: (-one[0], one[1].keys))
    return tuple(
        Place(
            place=1 + sum(other > score for other, _, _ in scored),
            key=group.keys[0],
            score=hundredths(score.numerator, score.denominator, 100),
            closed=group.figure("closed").numerator,
            counted=counted,
        )
        for score, group, counted in scored
    )


def _score(group: GroupFigures, weights: Sequence[Weight]) -> tuple[Fraction, tuple[str, ...]]:
    total, weighed, counted = Fraction(0), 0, []
    for row in weights:
        figure = group.figure(row.figure)
        if figure.sample < row.least or not figure.denominator:
            continue
        rate = max(Fraction(figure.numerator, figure.denominator), Fraction(0))
        total += row.weight * (1 - rate if row.inverted else rate)
        weighed += row.weight
        counted.append(row.title)
    return (total * 100 / weighed if weighed else Fraction(0)), tuple(counted)
