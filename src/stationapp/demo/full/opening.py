"""Applications as they are put on the table: at first, completed, and once more after they were sent back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from stationapp.demo.acts import put_down
from stationapp.demo.full.actors import PCS, TOWN_OF
from stationapp.demo.full.facts import opening_answers
from stationapp.demo.full.scenario import Scenario, Step
from stationapp.demo.plan import demonstration_applicants, fill_form
from stationapp.demo.scan import sample_scan
from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.catalogue import Material, ServiceItem
from stationapp.domain.people import Applicant, Application, HandedIn
from stationapp.services import affairs, intake, scans
from stationapp.services.acts import new_id
from stationapp.services.workplace import Workplace

_PROMISED_WITHIN = timedelta(days=15)
_WITH_SCAN = 8
"""Every so many-th case has a scan."""


def open_case(workplace: Workplace, scenario: Scenario, number: int, move: str) -> Case:
    """Receive the application of a scenario, or tell what it lacks; a draft is saved first."""
    item = item_named(workplace, scenario.item)
    draft = intake.Draft(new_id(), _application(workplace, item, scenario, number))
    intake.save_draft(workplace, draft)
    step = intake.note_missing if move == "note_missing" else intake.receive
    return step(workplace, draft)[0]


def receive_again(workplace: Workplace, case: Case) -> Case:
    """Receive an application whose materials were completed, or that was corrected."""
    item, draft = workplace.item_of(case), intake.draft_of(case)
    application = draft.application
    for material in _needed(item) if item is not None else ():
        application = intake.with_material(application, put_down(material))
    return intake.receive(workplace, replace(draft, application=application))[0]


def open_affair(workplace: Workplace, scenario: Scenario, number: int, kind: AffairKind, step: Step) -> Case:
    """Open a service around a case, about what the scenario names as its item."""
    facts = opening_answers(workplace, step)
    return affairs.open_affair(workplace, kind, scenario.item, _person(scenario, number), facts)[0]


def item_named(workplace: Workplace, name: str) -> ServiceItem:
    """Return an item in force today by the beginning of its name; raises LookupError."""
    today = workplace.now().date()
    found = [item for item in workplace.catalogue.current(today) if item.name.startswith(name)]
    if not found:
        raise LookupError(name)
    return found[0]


def _application(workplace: Workplace, item: ServiceItem, scenario: Scenario, number: int) -> Application:
    applicant = _person(scenario, number)
    needed = _needed(item)
    rows = [put_down(material) for material in needed[: len(needed) - scenario.lacks]]
    if scenario.promises:
        rows = [_promised(workplace, row, needed) for row in rows]
    if number % _WITH_SCAN == 0 and rows:
        picture = sample_scan(rows[0].name, applicant.name)
        rows[0] = put_down(needed[0], [scans.attach_bytes(workplace, "扫描件.jpg", picture)])
    return Application(
        item.code,
        item.version,
        item.name,
        applicant,
        fill_form(item, applicant),
        tuple(rows),
        division=scenario.division,
        result_to=PCS[scenario.result_to] if scenario.result_to else "",
        attorney="paper" if scenario.attorney and scenario.at not in TOWN_OF.values() else "",
    )


def _person(scenario: Scenario, number: int) -> Applicant:
    people = demonstration_applicants()
    return people[(number if scenario.person is None else scenario.person) % len(people)]


def _needed(item: ServiceItem) -> list[Material]:
    return [material for material in item.materials if material.required and not material.shared]


def _promised(workplace: Workplace, row: HandedIn, needed: list[Material]) -> HandedIn:
    promisable = {material.material_id for material in needed if material.promisable}
    if row.material_id not in promisable:
        return row
    day = workplace.now().date() + _PROMISED_WITHIN
    return replace(row, originals=0, copies=0, pages=0, promised_by=day.isoformat())
