"""A scenario on its way: how far it has come, and with which case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from stationapp.demo.full.actors import actor_name
from stationapp.demo.full.scenario import Beat, Scenario, Step
from stationapp.domain.states import State


@dataclass(slots=True)
class Run:
    """A scenario as far as it has come. `ends` is where its case has to end, `refused` how many of its acts the hub did
    not take.
    """

    scenario: Scenario
    number: int
    department: str
    case_id: str = ""
    next: int = 0
    not_before: date = date.min
    waits_for_sync: bool = False
    ends: State | None = None
    refused: int = 0

    @property
    def is_lost(self) -> bool:
        """Whether the hub did not take the act that opened the case, so that there is none."""
        return self.ends is None and self.refused > 0

    @property
    def beat(self) -> Beat | None:
        """What comes next, None at the end."""
        return self.scenario.beats[self.next] if self.next < len(self.scenario.beats) else None

    def role(self, step: Step) -> str:
        """Who makes a step."""
        return actor_name(step.by, self.scenario.at, self.department)


def begin(scenarios: Iterable[Scenario], departments: Mapping[str, str], first: int) -> list[Run]:
    """Return the runs of scenarios, numbered from `first`; `departments` are those of the items by their names."""
    return [
        Run(scenario, number, _department(scenario, departments), ends=scenario.ends)
        for number, scenario in enumerate(scenarios, start=first)
    ]


def _department(scenario: Scenario, departments: Mapping[str, str]) -> str:
    return next((key for name, key in departments.items() if name.startswith(scenario.item)), "")
