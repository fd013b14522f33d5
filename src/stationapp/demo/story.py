"""The story: cases travel from a village without network to the county and back, and nothing is lost on the
way.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from stationapp.demo import acts
from stationapp.demo.comparison import compare_levels
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.paperwork import Paperwork
from stationapp.demo.pictures import Pictures
from stationapp.demo.plan import Fate, PlannedCase, make_plan
from stationapp.demo.report import Report
from stationapp.demo.stations import (
    AGENT,
    CLERK,
    COUNTY,
    TOWNSHIP,
    TOWNSHIP_APPROVER,
    VILLAGE,
    WINDOW,
    Station,
    cut_all,
    enrol_stations,
    sync_until_agreed,
)
from stationapp.domain.case import Case, State
from stationapp.domain.organisation import PostKind
from stationapp.platform.clock import Clock, SystemClock
from stationapp.services.synchronise import sync_once
from stationapp.services.workplace import Workplace


@dataclass(slots=True)
class Story:
    """What is known while the story is played: the stations, the plan by case, the papers so far."""

    stations: dict[str, Station]
    papers: Paperwork
    pictures: Pictures
    plan: dict[str, PlannedCase] = field(default_factory=dict)

    def fate(self, case: Case) -> Fate:
        """How a case is meant to go."""
        return self.plan[case.case_id].fate

    def at(self, station: str, login: str, scene: Callable[[Story, Workplace], None], post: str = "") -> None:
        """Play a scene with a person signed in at a station."""
        with self.stations[station].signed_in(login, post) as workplace:
            scene(self, workplace)

    def connected(
        self, station: str, login: str, scene: Callable[[Story, Workplace], None], post: str = ""
    ) -> None:
        """Play a scene at a station with network: it syncs before and after."""

        def with_sync(story: Story, workplace: Workplace) -> None:
            sync_until_agreed(workplace)
            workplace.refresh()
            scene(story, workplace)
            sync_until_agreed(workplace)

        self.at(station, login, with_sync, post)


def play(
    *,
    out: Path,
    database: str = "",
    cases: int = 3,
    seed: int = 1,
    headless: bool = True,
    clock: Clock | None = None,
) -> Report:
    """Play the whole story in a fresh folder `out` and return its report, which is written there as well."""
    began = time.monotonic()
    for name in ("papers", "screens", "homes", "hub"):
        shutil.rmtree(out / name, ignore_errors=True)
        (out / name).mkdir(parents=True, exist_ok=True)
    report = Report(cases=cases)
    with HubProcess(out / "hub", database) as hub, hub.at_hand():
        hub.initialise()
        hub.serve()
        stations = enrol_stations(hub, out / "homes", clock or SystemClock())
        pictures = Pictures(out / "screens", headless=headless)
        story = Story(stations, Paperwork(out / "papers"), pictures)
        try:
            _play(story, cases, seed)
            compare_levels(story.stations, story.plan, hub, story.papers, report)
        finally:
            pictures.close()
            cut_all(stations)
    report.stations = len(stations)
    report.papers = story.papers.count
    report.elapsed_s = round(time.monotonic() - began, 1)
    report.write(out)
    return report


def _play(story: Story, cases: int, seed: int) -> None:
    story.connected(VILLAGE, AGENT, _nothing)
    story.stations[VILLAGE].link.cut()
    story.at(VILLAGE, AGENT, lambda story, workplace: _intake(story, workplace, cases, seed))
    story.at(VILLAGE, AGENT, _hand_over)
    story.stations[VILLAGE].link.connect()
    story.connected(VILLAGE, AGENT, _show_agreement)
    story.connected(TOWNSHIP, CLERK, _township)
    story.connected(TOWNSHIP, TOWNSHIP_APPROVER, _township_decides)
    story.connected(TOWNSHIP, CLERK, _township_sends_results)
    story.connected(VILLAGE, AGENT, _supply)
    story.connected(TOWNSHIP, CLERK, _township_second_round)
    story.connected(COUNTY, WINDOW, _county_window)
    _departments(story)
    story.connected(COUNTY, WINDOW, _send_results)
    story.connected(TOWNSHIP, CLERK, _pass_results_on)
    story.connected(VILLAGE, AGENT, _serve)
    for station, login in ((TOWNSHIP, CLERK), (COUNTY, WINDOW), (VILLAGE, AGENT)):
        story.connected(station, login, _look_at_the_end)


def _nothing(story: Story, workplace: Workplace) -> None:
    """Only the sync before and after matters."""


def _intake(story: Story, workplace: Workplace, cases: int, seed: int) -> None:
    story.pictures.sign_in(workplace, "00-village-sign-in")
    story.pictures.desk(workplace, "01-village-desk-offline")
    story.pictures.search(workplace, "02-village-item-search")
    story.pictures.intake(workplace, "02-village-new-case")
    for planned in make_plan(cases, seed, workplace.catalogue):
        case = acts.take_in(workplace, planned)
        story.plan[case.case_id] = planned
        if len(story.plan) == 1:
            story.pictures.paper(workplace, case.case_id, "material_receipt", "03-village-receipt")
        story.papers.of_case(workplace, case, _first_paper(planned))
    for case in acts.cases_here(workplace, State.INCOMPLETE):
        story.papers.of_case(workplace, acts.complete(workplace, case), "material_receipt")
    story.pictures.cases(workplace, "03-village-cases")


def _first_paper(planned: PlannedCase) -> str:
    return "supplement_notice" if planned.fate is Fate.INCOMPLETE else "material_receipt"


def _hand_over(story: Story, workplace: Workplace) -> None:
    story.pictures.batches(workplace, "04-village-to-hand-over")
    for sent in acts.send_all(workplace, "to_send"):
        story.papers.of_batch(workplace, sent.batch_id)
    if sync_once(workplace).problem is None:
        raise AssertionError("the village's line is cut, and yet it reached the hub")
    story.pictures.batches(workplace, "04-village-batch")
    story.pictures.sync(workplace, "05-village-only-here")


def _show_agreement(story: Story, workplace: Workplace) -> None:
    story.pictures.sync(workplace, "06-village-agreed")


def _township(story: Story, workplace: Workplace) -> None:
    story.pictures.batches(workplace, "07-township-batch-arrived", arrived=True)
    acts.sign_all(workplace, note_on_first="户口簿复印件少 1 页，已电话核实")
    signed = acts.cases_here(workplace, State.SIGNED_FOR)
    _show_one(story, workplace, signed, "08-township-case")
    for case in [case for case in signed if story.fate(case) is Fate.SUPPLEMENT][:1]:
        story.pictures.move(workplace, case.case_id, "request_supplement", "08-township-supplement")
    for case in signed:
        _township_step(story, workplace, case)
    for sent in acts.send_all(workplace, "to_send"):
        story.papers.of_batch(workplace, sent.batch_id)


def _township_step(story: Story, workplace: Workplace, case: Case) -> None:
    fate = story.fate(case)
    if fate is Fate.TOWNSHIP:
        acts.make(workplace, [case], "accept")
        story.papers.of_case(workplace, case, "acceptance_notice")
    elif fate is Fate.SUPPLEMENT and not case.supplements:
        deadline = (workplace.now().date() + timedelta(days=15)).isoformat()
        missing = acts.first_material(case)
        acts.make(workplace, [case], "request_supplement", missing=missing, deadline=deadline)
        story.papers.of_case(workplace, case, "supplement_notice")
    else:
        acts.make(workplace, [case], "examine", opinion="材料齐全，情况属实，同意转报。")


def _township_decides(story: Story, workplace: Workplace) -> None:
    accepted = acts.cases_here(workplace, State.ACCEPTED)
    for case in accepted:
        acts.make(workplace, [case], "grant", reason="材料齐全，符合规定，准予办理。")
        story.papers.of_case(workplace, case, "decision")
        item = workplace.item_of(case)
        acts.make(workplace, [case], "issue_result", result_name=item.result_name if item else "办理结果")


def _township_sends_results(story: Story, workplace: Workplace) -> None:
    for sent in acts.send_all(workplace, "to_send"):
        story.papers.of_batch(workplace, sent.batch_id)


def _supply(story: Story, workplace: Workplace) -> None:
    for case in acts.cases_here(workplace, State.SUPPLEMENT):
        acts.supply_again(workplace, case)
        story.papers.of_case(workplace, case, "material_receipt")
    for sent in acts.send_all(workplace, "to_send"):
        story.papers.of_batch(workplace, sent.batch_id)


def _township_second_round(story: Story, workplace: Workplace) -> None:
    acts.sign_all(workplace)
    for case in acts.cases_here(workplace, State.SIGNED_FOR):
        _township_step(story, workplace, case)
    for sent in acts.send_all(workplace, "to_send"):
        story.papers.of_batch(workplace, sent.batch_id)


def _county_window(story: Story, workplace: Workplace) -> None:
    acts.sign_all(workplace)
    story.pictures.cases(workplace, "09-county-cases")
    acts.make(workplace, acts.cases_here(workplace, State.SIGNED_FOR), "register")
    sync_until_agreed(workplace)
    registered = acts.cases_here(workplace, State.REGISTERED)
    acts.make(workplace, registered, "accept")
    for case in registered:
        story.papers.of_case(workplace, case, "acceptance_notice")
    _show_one(story, workplace, registered, "10-county-accepted")
    acts.make(workplace, registered, "assign")


def _departments(story: Story) -> None:
    """Every department with a case in hand reviews and decides, two persons each time."""
    posts = _department_posts(story)
    for kind, scene in ((PostKind.OFFICER, _review), (PostKind.APPROVER, _decide)):
        for login, post in posts[kind]:
            story.connected(COUNTY, login, scene, post)


def _department_posts(story: Story) -> dict[PostKind, list[tuple[str, str]]]:
    found: dict[PostKind, list[tuple[str, str]]] = {PostKind.OFFICER: [], PostKind.APPROVER: []}
    with story.stations[COUNTY].signed_in(WINDOW) as workplace:
        organisation = workplace.organisation
        with workplace.store.read() as unit:
            records = [unit.cases.get(case_id) for case_id in story.plan]
    holders = {record.case.holder for record in records if record is not None}
    for post in organisation.posts:
        person = organisation.person(post.holder_a)
        if post.desk_id in holders and post.kind in found and person is not None and post.desk_id != COUNTY:
            found[post.kind].append((person.login, post.post_id))
    return found


def _review(story: Story, workplace: Workplace) -> None:
    for case in acts.cases_here(workplace, State.ACCEPTED):
        acts.make(workplace, [case], "review", opinion="经审查，材料真实有效。")


def _decide(story: Story, workplace: Workplace) -> None:
    for case in acts.cases_here(workplace, State.REVIEWED):
        if story.fate(case) is Fate.REFUSED:
            acts.make(workplace, [case], "refuse", reason="家庭人均收入高于规定标准，不符合条件。")
            result = "不予决定书"
        else:
            acts.make(workplace, [case], "grant", reason="符合条件，准予办理。")
            item = workplace.item_of(case)
            result = item.result_name if item else "办理结果"
        story.papers.of_case(workplace, case, "decision")
        acts.make(workplace, [case], "issue_result", result_name=result)


def _send_results(story: Story, workplace: Workplace) -> None:
    for sent in acts.send_all(workplace, "to_send"):
        story.papers.of_batch(workplace, sent.batch_id)


def _pass_results_on(story: Story, workplace: Workplace) -> None:
    acts.sign_all(workplace)
    _send_results(story, workplace)


def _serve(story: Story, workplace: Workplace) -> None:
    acts.sign_all(workplace)
    today = workplace.now().date().isoformat()
    for case in acts.cases_here(workplace, State.RESULT_READY):
        name = case.application.applicant.name
        acts.make(workplace, [case], "serve", manner="in_person", recipient=name, served_on=today)
        story.papers.of_case(workplace, case, "service_certificate")
    for case in acts.cases_here(workplace, State.SERVED):
        acts.make(workplace, [case], "conclude")
        story.papers.of_case(workplace, case, "conclusion_notice")


def _look_at_the_end(story: Story, workplace: Workplace) -> None:
    with workplace.store.read() as unit:
        records = [unit.cases.get(case_id) for case_id in story.plan]
    cases = [record.case for record in records if record is not None]
    _show_one(story, workplace, cases, f"11-end-{workplace.desk.level.name.lower()}")
    if workplace.desk.desk_id == VILLAGE:
        story.pictures.troubles(workplace, "12-village-no-troubles")
        for case in cases:
            story.papers.of_case(workplace, case, "routing_slip")


def _show_one(story: Story, workplace: Workplace, cases: list[Case], name: str) -> None:
    if cases:
        scanned = [case for case in cases if case.application.attachments]
        story.pictures.case(workplace, (scanned or cases)[0].case_id, name)
