"""Any station's PC at work in a process of its own, to be killed at any moment: it says only what is durable."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from stationapp.demo.acts import (
    cases_here,
    complete,
    first_material,
    make,
    send_all,
    sign_all,
    supply_again,
    take_in,
)
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.domain.case import Case, State
from stationapp.domain.organisation import Level, PostKind
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.services.papers import render_latest
from stationapp.services.session import sign_in
from stationapp.services.synchronise import sync_once
from stationapp.services.workplace import Workplace

COUNTY_ITEM, TOWNSHIP_ITEM = "临时救助", "城乡居民基本养老保险参保登记"
_SENDS = frozenset({PostKind.AGENT, PostKind.CLERK, PostKind.WINDOW})


def work(home: str, login: str, password: str, seed: int, said: str, acts: Connection) -> None:
    """Do whatever waits at the desk, in an order drawn from the seed, until killed; tell of every act when done."""
    workplace = sign_in(StationPaths.at(Path(home)), SystemClock(), login, password)
    chance = random.Random(seed)
    with Path(said).open("a", encoding="utf-8") as journal:
        while True:
            for number in chance.choice((open_cases, do_steps, send_batches, exchange))(workplace, chance):
                journal.write(f"{number}\n")
                journal.flush()
            acts.send_bytes(b"one more act")


def work_off(workplace: Workplace) -> None:
    """Do everything that waits at the desk once, with a sync before and after."""
    chance = random.Random(0)
    for act in (exchange, do_steps, do_steps, do_steps, send_batches, exchange):
        act(workplace, chance)


def open_cases(workplace: Workplace, chance: random.Random) -> list[str]:
    """A village takes in an application, sometimes an incomplete one, sometimes with a scan."""
    if workplace.desk.level is not Level.VILLAGE:
        return []
    name = chance.choice((COUNTY_ITEM, COUNTY_ITEM, TOWNSHIP_ITEM))
    item = next(row.code for row in workplace.catalogue.items if row.name == name)
    fate = chance.choice((Fate.COUNTY, Fate.COUNTY, Fate.INCOMPLETE))
    person = chance.choice(demonstration_applicants())
    case = take_in(workplace, PlannedCase(item, person, fate, with_scan=chance.random() < 0.3))
    return [case.receipt_number]


def do_steps(workplace: Workplace, chance: random.Random) -> list[str]:
    """Sign for what came, and take the next step of every case held here."""
    sign = workplace.post.kind in _SENDS
    if sign:
        sign_all(workplace)
    for state, step in STEPS.get(workplace.post.kind, {}).items():
        for case in cases_here(workplace, state):
            step(workplace, case, chance)
    return []


def send_batches(workplace: Workplace, chance: random.Random) -> list[str]:
    """Send on what can go, up and down."""
    if workplace.post.kind not in _SENDS:
        return []
    return [sent.batch_number for sent in send_all(workplace, "to_send")]


def exchange(workplace: Workplace, chance: random.Random) -> list[str]:
    """Sync, or find that the line is cut."""
    sync_once(workplace)
    return []


Step = Callable[[Workplace, Case, random.Random], None]


def _complete(workplace: Workplace, case: Case, chance: random.Random) -> None:
    render_latest(workplace, case.case_id, "supplement_notice")
    complete(workplace, case)


def _serve(workplace: Workplace, case: Case, chance: random.Random) -> None:
    name, today = case.application.applicant.name, workplace.now().date().isoformat()
    make(workplace, [case], "serve", manner="in_person", recipient=name, served_on=today)


def _examine(workplace: Workplace, case: Case, chance: random.Random) -> None:
    item = workplace.item_of(case)
    if item is not None and item.decides_at is Level.TOWNSHIP:
        make(workplace, [case], "accept")
    elif not case.supplements and chance.random() < 0.3:
        deadline = (workplace.now().date() + timedelta(days=15)).isoformat()
        make(workplace, [case], "request_supplement", missing=first_material(case), deadline=deadline)
    else:
        make(workplace, [case], "examine", opinion="同意转报。")


def _accept(workplace: Workplace, case: Case, chance: random.Random) -> None:
    make(workplace, [case], "accept")
    make(workplace, [case], "assign")


def _decide(workplace: Workplace, case: Case, chance: random.Random) -> None:
    item = workplace.item_of(case)
    publicised = item is not None and item.publicity_days  # It would take longer than the story.
    if chance.choice(("grant", "refuse")) == "grant" and not publicised:
        make(workplace, [case], "grant", reason="经核准。")
    else:
        make(workplace, [case], "refuse", reason="经核准。")


def _decide_at_once(workplace: Workplace, case: Case, chance: random.Random) -> None:
    item = workplace.item_of(case)
    if item is not None and item.decides_at is workplace.desk.level is Level.TOWNSHIP:
        make(workplace, [case], "grant", reason="经核准。")  # Nothing is refused that nobody has reviewed.


def _simply(move: str, **facts: str) -> Step:
    return lambda workplace, case, chance: make(workplace, [case], move, **facts)


_ISSUE = _simply("issue_result", result_name="办理结果")
STEPS: dict[PostKind, dict[State, Step]] = {
    PostKind.AGENT: {
        State.INCOMPLETE: _complete,
        State.SUPPLEMENT: lambda workplace, case, chance: supply_again(workplace, case),
        State.SERVED: _simply("conclude"),
        State.RESULT_READY: _serve,
    },
    PostKind.CLERK: {State.SIGNED_FOR: _examine},
    PostKind.WINDOW: {
        State.REGISTERED: _accept,
        State.ACCEPTED: _simply("assign"),  # It may have been killed between the two.
        State.SIGNED_FOR: _simply("register"),
    },
    PostKind.OFFICER: {State.ACCEPTED: _simply("review", opinion="属实。")},
    PostKind.APPROVER: {
        State.GRANTED: _ISSUE,
        State.REFUSED: _ISSUE,
        State.REVIEWED: _decide,
        State.ACCEPTED: _decide_at_once,
    },
}
