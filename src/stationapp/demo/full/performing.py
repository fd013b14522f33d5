"""How a step is made: through the services the windows use, with the papers that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from stationapp.demo.full.facts import answers
from stationapp.demo.full.opening import open_affair, open_case, receive_again
from stationapp.demo.full.scenario import Scenario, Step
from stationapp.demo.paperwork import Paperwork
from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.refusal import Refused
from stationapp.services import affairs, batches, casework, handovers
from stationapp.services.workplace import Workplace


class Playing(Protocol):
    """A scenario with its place in the story and, once it is opened, its case."""

    scenario: Scenario
    number: int
    case_id: str


class Performer:
    """Makes steps, prints their papers; `denied` counts the steps that a rule kept from being made."""

    def __init__(self, papers: Paperwork) -> None:
        self._papers = papers
        self.denied = 0

    def destination(self, workplace: Workplace, case_id: str, move: str) -> str:
        """Return the desk to which a batched move takes a case."""
        return casework.destination(workplace, _case_of(workplace, case_id), TABLE[move])

    def perform(self, workplace: Workplace, runs: Sequence[Playing], step: Step) -> list[str]:
        """Make a step for one case, or a batched one for several; return the ids of the cases."""
        if step.denied:
            self._is_denied(workplace, runs[0], step)
            return [run.case_id for run in runs]
        if step.move in TABLE and TABLE[step.move].batched:
            sent, _ = batches.send_batch(workplace, [run.case_id for run in runs])
            if any(run.scenario.is_printed for run in runs):
                self._papers.of_batch(workplace, sent.batch_id)
            return list(sent.case_ids)
        case_ids = [self._one(workplace, run, step) for run in runs]
        for run, case_id in zip(runs, case_ids, strict=True):
            if run.scenario.is_printed:
                self._print(workplace, case_id, step)
        return case_ids

    def _print(self, workplace: Workplace, case_id: str, step: Step) -> None:
        if step.move in TABLE and TABLE[step.move].paper:
            self._papers.of_move(workplace, case_id, step.move)
        if step.paper == "home_visit_kit":
            self._papers.of_visits(workplace)
        elif step.paper:
            self._papers.of_case(workplace, _case_of(workplace, case_id), step.paper)

    def _is_denied(self, workplace: Workplace, run: Playing, step: Step) -> None:
        try:
            self._one(workplace, run, step)
        except Refused as refused:
            if step.denied in {reason.code for reason in refused.reasons}:
                self.denied += 1
                return
            raise
        raise AssertionError(f"{run.scenario.key}: {step.move} was not denied")

    def _one(self, workplace: Workplace, run: Playing, step: Step) -> str:
        own = _OWN_WAYS.get(step.move)
        if own is not None:
            return own(workplace, run, step)
        case = _case_of(workplace, run.case_id)
        try:
            casework.act(workplace, case.case_id, step.move, answers(workplace, case, step))
        except Refused as refused:
            if not step.denied:
                refused.add_note(f"{run.scenario.key} {step.by} {step.move} in {case.state}")
            raise
        return case.case_id


def _case_of(workplace: Workplace, case_id: str) -> Case:
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
    if record is None:
        raise LookupError(case_id)
    return record.case


def _open(workplace: Workplace, run: Playing, step: Step) -> str:
    if not run.case_id:
        return open_case(workplace, run.scenario, run.number, step.move).case_id
    return receive_again(workplace, _case_of(workplace, run.case_id)).case_id


def _open_affair(workplace: Workplace, run: Playing, step: Step) -> str:
    return open_affair(workplace, run.scenario, run.number, _AFFAIRS[step.move], step).case_id


def _sign(workplace: Workplace, run: Playing, step: Step) -> str:
    note = str(step.facts.get("differences", ""))
    batches.sign_for(workplace, [run.case_id], {run.case_id: note} if note else {})
    return run.case_id


def _decline(workplace: Workplace, run: Playing, step: Step) -> str:
    case = _case_of(workplace, run.case_id)
    handovers.decline(workplace, [run.case_id], str(answers(workplace, case, step)["reason"]))
    return run.case_id


def _look(_: Workplace, run: Playing, _step: Step) -> str:
    """Only what is printed with the step matters."""
    return run.case_id


_AFFAIRS = {move.name: kind for kind, move in affairs.OPENERS.items()}
_OWN_WAYS: Mapping[str, Callable[[Workplace, Playing, Step], str]] = {
    **dict.fromkeys(_AFFAIRS, _open_affair),
    "receive": _open,
    "note_missing": _open,
    "look": _look,
    "sign_for": _sign,
    "sign_for_result": _sign,
    "decline_handover": _decline,
}
