"""Acts that cross: everybody acts without having heard of the others, then one PC after the other reaches the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from stationapp.demo.full.actors import Actor
from stationapp.demo.full.performing import Performer
from stationapp.demo.full.runs import Run
from stationapp.demo.full.scenario import HUB, Cross, Step
from stationapp.demo.full.stage import Stage
from stationapp.domain.crossing_rows import ROWS
from stationapp.domain.crossings import CrossingRow, Verdict
from stationapp.services import troubles
from stationapp.services.workplace import Workplace

ARRIVALS = (
    "kangxiang",
    "chenkang",
    "county",
    "tongwa",
    "shiyuan",
    "shima",
    "kangxiang-2",
    "chenkang-2",
    "county-2",
)
"""In which order the PCs reach the hub after a crossing; what the hub does itself comes before all of them."""


@dataclass(frozen=True, slots=True)
class Half:
    """One of two crossing acts: of which run, by whom (None: the hub), on which day."""

    run: Run
    step: Step
    actor: Actor | None
    day: int

    @property
    def arrives(self) -> int:
        """Its place in the order in which the hub hears of the acts."""
        return -1 if self.actor is None else ARRIVALS.index(self.actor.pc)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two halves and the row that says what becomes of them."""

    row: CrossingRow
    first: Half
    second: Half

    @property
    def verdict(self) -> Verdict:
        """What must become of the one that arrives second."""
        return self.row.in_order if self.first.arrives < self.second.arrives else self.row.reversed_

    @property
    def loser(self) -> Half:
        """The half that the hub does not take, if it takes only one."""
        return max(self.first, self.second, key=lambda half: half.arrives)


class Crossings:
    """Plays crossings all at once. `rows` are those that were played, `settled` counts what the hub did not take."""

    def __init__(
        self,
        stage: Stage,
        cast: Mapping[str, Actor],
        performer: Performer,
        by_itself: Mapping[str, Callable[[], None]],
    ) -> None:
        self._stage = stage
        self._cast = cast
        self._performer = performer
        self._by_itself = by_itself
        self._rows = {row.name: row for row in ROWS}
        self.rows: set[str] = set()
        self.twins: list[Run] = []
        self.settled = 0

    def play(self, runs: Sequence[Run]) -> None:
        """Play the crossing at which each of these runs stands."""
        pairs = [self._pair(run, run.beat) for run in runs if isinstance(run.beat, Cross)]
        halves = [half for pair in pairs for half in (pair.first, pair.second)]
        seats = {half.actor.pc: half.actor for half in halves if half.actor is not None}
        for pc in ARRIVALS:
            if pc in seats:
                self._join(seats[pc], ())
        self._act_on_all_days(halves)
        for pc in ARRIVALS:
            if pc in seats:
                self._join(seats[pc], pairs)
        for pair in pairs:
            self._close(pair)

    def _pair(self, run: Run, cross: Cross) -> Pair:
        other = run
        if not run.case_id and cross.second.by != HUB:
            other = Run(run.scenario, run.number, run.department, next=run.next)
            self.twins.append(other)
        row = self._rows[cross.row]
        return Pair(
            row,
            self._half(run, cross.first, cross.days[0]),
            self._half(other, cross.second, cross.days[1]),
        )

    def _half(self, run: Run, step: Step, day: int) -> Half:
        return Half(run, step, None if step.by == HUB else self._cast[run.role(step)], day)

    def _act_on_all_days(self, halves: Sequence[Half]) -> None:
        start = self._stage.clock.today()
        for day in sorted({half.day for half in halves}):
            if day:
                self._stage.clock.go_to(start + timedelta(days=day))
            today = [half for half in halves if half.day == day]
            for move in {half.step.move for half in today if half.actor is None}:
                self._by_itself[move]()
            for actor in {half.actor for half in today if half.actor is not None}:
                self._sit(actor, [half for half in today if half.actor == actor])

    def _sit(self, actor: Actor, halves: Iterable[Half]) -> None:
        with self._stage.seat(actor) as workplace:
            for half in halves:
                half.run.case_id = self._performer.perform(workplace, [half.run], half.step)[0]

    def _join(self, actor: Actor, pairs: Iterable[Pair]) -> None:
        """Let a PC reach the hub; what it did not take must be what the rows say, and is settled with a note."""
        with self._stage.seat(actor) as workplace:
            self._stage.tell(actor, workplace)
            expected = {pair.loser.run.case_id: pair for pair in pairs if _is_refused_at(pair, actor.pc)}
            found = {row.case_id: row for row in troubles.troubles(workplace)}
            if found.keys() != expected.keys():
                missing = [pair.row.name for case_id, pair in expected.items() if case_id not in found]
                others = [row for case_id, row in found.items() if case_id not in expected]
                raise AssertionError(f"{actor.pc}: not refused {missing}, but refused {others}")
            for case_id, row in found.items():
                self._settle(workplace, expected[case_id], row)

    def _settle(self, workplace: Workplace, pair: Pair, trouble: troubles.Trouble) -> None:
        codes = {reason.code for reason in trouble.reasons}
        if pair.verdict.refused not in codes:
            raise AssertionError(f"{pair.row.name}: refused for {codes}, not for {pair.verdict.refused}")
        troubles.settle(workplace, trouble.event_id, "已与对方核对，以县级平台已确认的为准，纸质文书已收回。")
        pair.loser.run.refused += 1
        self.settled += 1

    def _close(self, pair: Pair) -> None:
        self.rows.add(pair.row.name)
        runs = (pair.first.run,) if pair.first.run is pair.second.run else (pair.first.run, pair.second.run)
        for run in runs:
            run.next += 1
            opened_in_vain = run.refused and pair.verdict.refused in _NO_CASE
            run.ends = None if opened_in_vain else run.scenario.ends or pair.verdict.state


_NO_CASE = frozenset({"item-replaced", "post-lost", "seat-taken"})
"""Why the hub does not take an act that opens a case: then there is none."""


def _is_refused_at(pair: Pair, pc: str) -> bool:
    actor = pair.loser.actor
    refused = bool(pair.verdict.refused) and not pair.loser.step.denied
    return refused and actor is not None and actor.pc == pc
