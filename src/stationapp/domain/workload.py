"""Workload per window (窗口设置按业务量, SEED 001): acts and cases of each desk, post and person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case_course import is_hub_act
from stationapp.domain.events import CaseEvent
from stationapp.domain.statistics import DatePeriod
from stationapp.domain.tabulation import hundredths

OTHER = "other"
WORK = {
    "received": ("收件", ("receive", "note_missing", "supply", "correct")),
    "handed": (
        "移交、签收",
        ("hand_over", "forward", "transfer", "sign_for", "send_result", "sign_for_result"),
    ),
    "examined": ("初审、登记", ("examine", "register")),
    "accepted": ("受理", ("accept", "decline_acceptance", "tell_not_needed", "return_application")),
    "asked": ("补正告知", ("request_supplement", "close_unsupplied")),
    "reviewed": ("审查、审核", ("review", "check", "give_opinion", "start_special", "end_special")),
    "decided": ("决定", ("grant", "refuse", "default_decision", "handle_directly", "extend")),
    "served": ("出件、送达", ("issue_result", "notify_collection", "serve")),
    "concluded": ("办结、归档", ("conclude", "archive")),
    OTHER: ("其他", ()),
}
"""Kinds of work: key to Chinese title and the moves that belong to it."""

_KIND_OF = {move: key for key, (_, moves) in WORK.items() for move in moves}


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """What one person did in one post at one desk. `per_day` is acts per working day, decimal text."""

    desk_id: str
    post_id: str
    person_id: str
    acts: tuple[tuple[str, int], ...]
    total: int
    cases: int
    days: int
    per_day: str

    def of(self, kind: str) -> int:
        """Return how many acts of a kind of work there were."""
        return dict(self.acts).get(kind, 0)


_Who = tuple[str, str, str]


class Workload:
    """Acts under way of being counted, case by case."""

    def __init__(self, period: DatePeriod) -> None:
        self._period = period
        self._acts: dict[_Who, Counter[str]] = {}
        self._cases: Counter[_Who] = Counter()
        self._days: dict[_Who, set[date]] = {}

    def add(self, events: Iterable[CaseEvent]) -> None:
        """Count the acts of one case; the hub's own acts are nobody's work."""
        touched: set[_Who] = set()
        for event in events:
            day = event.at.date()
            if is_hub_act(event) or not self._period.holds(day):
                continue
            who = (event.hand.desk_id, event.hand.post_id, event.hand.person_id)
            self._acts.setdefault(who, Counter())[_KIND_OF.get(event.move, OTHER)] += 1
            self._days.setdefault(who, set()).add(day)
            touched.add(who)
        self._cases.update(touched)

    def rows(self, calendar: WorkCalendar) -> tuple[WorkloadRow, ...]:
        """Return everybody's work, busiest first; equal ones by desk, post and person."""
        working = working_days_in(self._period, calendar)
        rows = [self._row(who, acts, working) for who, acts in self._acts.items()]
        return tuple(sorted(rows, key=lambda row: (-row.total, row.desk_id, row.post_id, row.person_id)))

    def _row(self, who: _Who, acts: Counter[str], working: int) -> WorkloadRow:
        total = acts.total()
        counts = tuple((key, acts[key]) for key in WORK)
        per_day = hundredths(total, working, 100) if working else ""
        return WorkloadRow(*who, counts, total, self._cases[who], len(self._days[who]), per_day)


def per_window(rows: Sequence[WorkloadRow]) -> tuple[tuple[str, int, int], ...]:
    """Return (desk, acts, people) of every window, busiest first."""
    acts: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    for row in rows:
        acts[row.desk_id] += row.total
        people.setdefault(row.desk_id, set()).add(row.person_id)
    ordered = sorted(acts.items(), key=lambda one: (-one[1], one[0]))
    return tuple((desk, count, len(people[desk])) for desk, count in ordered)


def working_days_in(period: DatePeriod, calendar: WorkCalendar) -> int:
    """Return how many working days a period has."""
    days = range(period.first.toordinal(), period.last.toordinal() + 1)
    return sum(calendar.is_workday(date.fromordinal(day)).yes for day in days)
