"""The director: lets whoever has something to do sit down, one after the other, and days go by in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from stationapp.demo.full.actors import Actor
from stationapp.demo.full.crossing import Crossings
from stationapp.demo.full.performing import Performer
from stationapp.demo.full.runs import Run
from stationapp.demo.full.scenario import HUB, Cross, Step, Wait
from stationapp.demo.full.stage import Stage
from stationapp.domain.case_flow import TABLE
from stationapp.services.workplace import Workplace

_SYNC_AFTER = frozenset({"register"})
"""Moves after which the hub gives the case its number, before it goes on."""


class Director:
    """Plays all runs to their end. `by_itself` are the hub's own acts by their names."""

    def __init__(
        self,
        stage: Stage,
        cast: Mapping[str, Actor],
        performer: Performer,
        crossings: Crossings,
        by_itself: Mapping[str, Callable[[], None]],
    ) -> None:
        self._stage = stage
        self._cast = cast
        self._performer = performer
        self._crossings = crossings
        self._by_itself = by_itself
        self.sittings = 0

    def play(self, runs: Sequence[Run]) -> None:
        """Play everything: all together until everybody is done or stands before a crossing, then the crossings, and
        so on to the end.
        """
        self._play_together(runs)
        while crossing := [run for run in runs if isinstance(run.beat, Cross)]:
            self._crossings.play(crossing)
            self._play_together(runs)
        stuck = [run.scenario.key for run in runs if run.beat is not None]
        if stuck:
            raise AssertionError(f"the story came to a standstill in {stuck}")

    def _play_together(self, runs: Sequence[Run]) -> None:
        while True:
            ready = Counter(run.role(step) for run in runs if (step := self._ready(run)) is not None)
            if ready.pop(HUB, 0):
                self._hub_acts(runs)
            elif ready:
                self._sit(self._cast[ready.most_common(1)[0][0]], runs)
            elif not self._let_days_go(runs):
                return

    def _ready(self, run: Run) -> Step | None:
        """The next step of a run, None while it waits or has come to its end."""
        while isinstance(run.beat, Wait):
            run.not_before = self._stage.clock.today() + timedelta(days=run.beat.days)
            run.next += 1
        step = run.beat
        if not isinstance(step, Step) or run.waits_for_sync:
            return None
        return step if run.not_before <= self._stage.clock.today() else None

    def _let_days_go(self, runs: Iterable[Run]) -> bool:
        """Let it be the next morning on which somebody has something to do; False when nobody ever has."""
        today = self._stage.clock.today()
        days = [run.not_before for run in runs if isinstance(run.beat, Step) and run.not_before > today]
        if days:
            self._stage.clock.go_to(min(days))
        return bool(days)

    def _hub_acts(self, runs: Iterable[Run]) -> None:
        for run in runs:
            step = self._ready(run)
            if step is not None and step.by == HUB:
                self._by_itself[step.move]()
                run.next += 1

    def _sit(self, actor: Actor, runs: Sequence[Run]) -> None:
        """Let a person hear what is new, do all he can without network, and tell the hub; and once more when its
        answer lets him go on.
        """
        self.sittings += 1
        with self._stage.seat(actor) as workplace:
            self._stage.hear(actor, workplace)
            while mine := self._mine(actor, runs):
                self._act(actor, mine, workplace)
                self._stage.tell(actor, workplace)
                for run in runs:
                    run.waits_for_sync = False

    def _mine(self, actor: Actor, runs: Iterable[Run]) -> list[tuple[Run, Step]]:
        found = ((run, self._ready(run)) for run in runs)
        return [(run, step) for run, step in found if step is not None and run.role(step) == actor.name]

    def _act(self, actor: Actor, mine: list[tuple[Run, Step]], workplace: Workplace) -> None:
        """Single steps first, as far as they go; then what is sent off in batches."""
        while mine:
            single = [(run, step) for run, step in mine if not _is_batched(step)]
            for run, step in single:
                self._do([run], step, workplace)
            if not single:
                self._send(mine, workplace)
            mine = self._mine(actor, [run for run, _ in mine])

    def _send(self, mine: list[tuple[Run, Step]], workplace: Workplace) -> None:
        groups: dict[tuple[str, str], list[tuple[Run, Step]]] = {}
        for run, step in mine:
            to_desk = self._performer.destination(workplace, run.case_id, step.move)
            groups.setdefault((step.move, to_desk), []).append((run, step))
        for rows in groups.values():
            self._do([run for run, _ in rows], rows[0][1], workplace)

    def _do(self, runs: Sequence[Run], step: Step, workplace: Workplace) -> None:
        for run, case_id in zip(runs, self._performer.perform(workplace, runs, step), strict=True):
            run.case_id = case_id
            run.next += 1
            run.waits_for_sync = step.move in _SYNC_AFTER


def _is_batched(step: Step) -> bool:
    return not step.denied and step.move in TABLE and TABLE[step.move].batched
