"""The clocks of the stages of a case: each desk's stint at each stage, with a limit of its own where one is set.

Sources: 限时办结制 (SEED 001, 003: every stage has a due time), 分段时限 of promised limits, 行政许可法 arts. 32(4), 43
and 44, and the village's limit for reporting upwards. The item's own stage limits go before the county's defaults.
A case that leaves the desk ends the stint; when it comes back, another begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stationapp.domain.case_clocks import DECISIONS, ENDINGS, GRANTING
from stationapp.domain.catalogue import ServiceItem, Stage
from stationapp.domain.clock import Clock, ClockFace, Run, read_clock
from stationapp.domain.clock_reading import Reading
from stationapp.domain.deemed_acceptance import ARRIVALS, LICENCE
from stationapp.domain.excluded_periods import day_named
from stationapp.domain.logged_acts import PlacedAct
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit

_LEAVES = frozenset({"request_supplement", "send_back", "transfer"})
_ACCEPTED = frozenset({"accept", "deem_accepted"})
_OUT = frozenset({"serve", "notify_collection"})

DELIVERY = "delivery"
"""The name of the clock of 行政许可法 art. 44: from the decision until the result is served or lies ready."""


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage: which moves start and stop a stint, which take the stop back, and where it can be.

    `default` names the policy's limit for an item that sets none, empty for no limit; `by_law` tells whether it is
    a law's, which it is for licences alone. A stage `before_acceptance` is over once a case is accepted.
    """

    name: str
    title: str
    starts: frozenset[str]
    stops: frozenset[str]
    source: str
    default: str = ""
    by_law: bool = False
    before_acceptance: bool = False
    reopens: frozenset[str] = frozenset()
    applies: Callable[[Reading], bool] | None = None
    there: Callable[[Reading, PlacedAct], bool] | None = None

    def is_of(self, reading: Reading) -> bool:
        """Tell whether a case has this stage at all."""
        return self.applies is None or self.applies(reading)

    def begins_with(self, reading: Reading, act: PlacedAct) -> bool:
        """Tell whether an act starts a stint."""
        return act.move in self.starts and (self.there is None or self.there(reading, act))


def _decided_above_village(reading: Reading) -> bool:
    return reading.item.decides_at is not Level.VILLAGE


def _decided_at_county(reading: Reading) -> bool:
    return reading.item.decides_at is Level.COUNTY


def _has_review(reading: Reading) -> bool:
    return not reading.item.formal_check_only or "review" in reading.moves


def _has_check(reading: Reading) -> bool:
    limits = {row.stage for row in reading.item.stage_limits}
    return reading.item.formal_check_only or Stage.CHECK in limits or "check" in reading.moves


def _at(level: Level) -> Callable[[Reading, PlacedAct], bool]:
    return lambda reading, act: reading.level(act.holder) is level


def _where_decided(reading: Reading, act: PlacedAct) -> bool:
    return reading.level(act.holder) is reading.item.decides_at


def _after_review(reading: Reading, act: PlacedAct) -> bool:
    """With a check to come the decision waits for that, else for the review."""
    return act.move != "review" or not _has_check(reading)


def _before_check(reading: Reading, act: PlacedAct) -> bool:
    return act.move == "review" or not _has_review(reading)


_REPORTS = frozenset({"hand_over"})
_ARRIVES = frozenset({*ARRIVALS, "decline_handover"})

ROWS = (
    StageRow(
        Stage.HANDOVER,
        "报送",
        _ARRIVES,
        _REPORTS | _LEAVES,
        "村级报送时限（三个工作日内上报）",
        default="handover_limit",
        before_acceptance=True,
        reopens=frozenset({"recall"}),
        applies=_decided_above_village,
        there=_at(Level.VILLAGE),
    ),
    StageRow(
        Stage.EXAMINATION,
        "初审",
        _ARRIVES,
        frozenset({"forward"}) | _LEAVES,
        "行政许可法第四十三条",
        default="examination_limit",
        by_law=True,
        before_acceptance=True,
        reopens=frozenset({"recall"}),
        applies=_decided_at_county,
        there=_at(Level.TOWNSHIP),
    ),
    StageRow(
        Stage.ACCEPTANCE,
        "受理",
        _ARRIVES,
        _ACCEPTED | _LEAVES,
        "行政许可法第三十二条第一款第四项",
        default="acceptance_limit",
        by_law=True,
        before_acceptance=True,
        applies=_decided_above_village,
        there=_where_decided,
    ),
    StageRow(
        Stage.REVIEW,
        "审查",
        _ACCEPTED,
        DECISIONS | {"review", "check"},
        "限时办结制",
        applies=_has_review,
    ),
    StageRow(
        Stage.CHECK,
        "审核",
        _ACCEPTED | {"review"},
        DECISIONS | {"check"},
        "限时办结制、一审一核制",
        applies=_has_check,
        there=_before_check,
    ),
    StageRow(
        Stage.DECISION,
        "决定",
        frozenset({"review", "check", "record_reply_returned"}),
        DECISIONS | {"report_up"},
        "限时办结制",
        there=_after_review,
    ),
    StageRow(
        Stage.RESULT,
        "制证",
        frozenset({*GRANTING, "refuse", "record_reply_refused"}),
        frozenset({"issue_result"}),
        "限时办结制",
    ),
    StageRow(Stage.SERVICE, "送达", frozenset({"issue_result", "handle_directly"}), _OUT, "限时办结制"),
    StageRow(
        DELIVERY,
        "颁发送达",
        frozenset(GRANTING),
        _OUT,
        "行政许可法第四十四条",
        default="delivery_limit",
        by_law=True,
    ),
)


def stage_clocks(reading: Reading) -> tuple[Clock, ...]:
    """Return the clock of every stint at every stage, in the order of the stages."""
    rows = (row for row in ROWS if row.is_of(reading))
    return tuple(_clock(row, run, reading) for row in rows for run in stints(row, reading))


def stints(row: StageRow, reading: Reading) -> tuple[Run, ...]:
    """Return the stints of a case at one stage."""
    done: list[tuple[PlacedAct, PlacedAct | None]] = []
    begun: PlacedAct | None = None
    for act in _before_acceptance(reading.trail) if row.before_acceptance else reading.trail:
        if begun is not None and act.move in row.stops | ENDINGS:
            done.append((begun, act))
            begun = None
        elif begun is None and act.move in row.reopens and done and done[-1][0].holder == act.holder:
            begun = done.pop()[0]
        if begun is None and row.begins_with(reading, act):
            begun = act
    if begun is not None:
        done.append((begun, None))
    return tuple(_run(start, stop) for start, stop in done)


def _before_acceptance(trail: tuple[PlacedAct, ...]) -> tuple[PlacedAct, ...]:
    """The acts up to the first acceptance, and that itself."""
    first = next((number for number, act in enumerate(trail) if act.move in _ACCEPTED), len(trail))
    return trail[: first + 1]


def stage_limit(item: ServiceItem, stage: str) -> Limit | None:
    """Return the limit an item sets for a stage, None where it sets none."""
    return next((row.limit for row in item.stage_limits if row.stage == stage), None)


def _run(start: PlacedAct, stop: PlacedAct | None) -> Run:
    if stop is None:
        return Run(start.holder, start.day, start.event.event_id)
    stopped_on = day_named(stop.event, "served_on") if stop.move == "serve" else None
    return Run(start.holder, start.day, start.event.event_id, stopped_on or stop.day, stop.event.event_id)


def _clock(row: StageRow, run: Run, reading: Reading) -> Clock:
    own = stage_limit(reading.item, row.name)
    default: Limit | None = getattr(reading.policy, row.default) if row.default else None
    statutory = row.by_law and own is None and reading.item.item_type == LICENCE
    face = ClockFace(row.name, row.title, own or default, statutory, row.source)
    return read_clock(face, run, reading.excluded, reading.counting)
