"""The shape of a scenario: one case, where it is opened, and the steps it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stationapp.domain.case import State
from stationapp.services.workplace import Workplace

HUB = "hub"
"""The role of the hub's own acts."""

Told = Callable[[Workplace, Any], Any]
"""A fact that is known only when the step is made, of the case it is about; of none when it opens one."""


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does.

    `by` is a role (`agent`), or a full name (`cl.officer`); `@2` behind it means the station's second PC. `facts` go
    before what the story would say by itself. `denied` is the code of the reason with which a rule keeps the step from
    being made. `paper` names a paper that is printed though the step does not make it.
    """

    by: str
    move: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    denied: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing happens to the case for so many calendar days."""

    days: int


@dataclass(frozen=True, slots=True)
class Cross:
    """Two acts whose makers have not heard of each other. Everybody acts without network, and in the end one PC after
    the other is joined to the hub: `crossing.ARRIVALS` says in which order. `row` names the row of the truth table
    that says what must become of it. `days` are when the two acts are made, counted from the day on which everybody
    heard from the hub for the last time.
    """

    row: str
    first: Step
    second: Step
    days: tuple[int, int] = (0, 0)


Beat = Step | Wait | Cross


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case of the story. `shows` says to a reader what it is there for; `ends` is where it ends, or None where the
    truth table of crossing acts says so.

    `at` is the place where it is opened, `person` whose application it is (a number among the invented applicants, by
    default another for every scenario), `division` where that person belongs if not there, `result_to` the place where
    the result is fetched. `lacks` says how many materials are missing at first, `promises` that some are promised;
    `attorney` that an agent who receives it has the applicant's authority on file at once.
    """

    key: str
    shows: str
    item: str
    ends: State | None
    beats: tuple[Beat, ...]
    at: str = "kangxiang"
    person: int | None = None
    division: str = ""
    result_to: str = ""
    lacks: int = 0
    promises: bool = False
    attorney: bool = True

    @property
    def is_printed(self) -> bool:
        """Whether its papers are printed: of cases that only cross they would be the same ones again."""
        return self.ends is not None


def do(by: str, move: str, **facts: Any) -> Step:
    """Return a step."""
    return Step(by, move, facts)


def denied(by: str, move: str, code: str, **facts: Any) -> Step:
    """Return a step that a rule keeps from being made."""
    return Step(by, move, facts, denied=code)
