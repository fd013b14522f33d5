"""What each person of the story does at his desk. Every act goes through the services the windows use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from stationapp.demo.plan import Fate, PlannedCase, fill_form
from stationapp.demo.scan import sample_scan
from stationapp.domain.case import Case, State
from stationapp.domain.catalogue import Material
from stationapp.domain.people import Application, HandedIn, handed_in_to_mapping
from stationapp.services import batches, casework, handovers, intake, scans, worklists
from stationapp.services.acts import new_id
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery

BATCH_SIZE = 50


def put_down(material: Material, attachments: Any = ()) -> HandedIn:
    """Return a material laid on the table in full."""
    return HandedIn(
        material.material_id,
        material.name,
        material.originals,
        material.copies,
        material.originals + material.copies,
        str(material.keeper),
        tuple(attachments),
    )


def take_in(workplace: Workplace, planned: PlannedCase) -> Case:
    """Receive a planned application, or tell once what is missing where the plan says so; drafts are saved
    first.
    """
    item = workplace.catalogue.in_force(planned.item, workplace.now().date())
    if item is None:
        raise LookupError(planned.item)
    needed = [material for material in item.materials if material.required and not material.shared]
    brought = needed[:-1] if planned.fate is Fate.INCOMPLETE else needed
    rows = [put_down(material) for material in brought]
    if planned.with_scan and rows:
        picture = sample_scan(rows[0].name, planned.applicant.name)
        rows[0] = put_down(needed[0], [scans.attach_bytes(workplace, "扫描件.jpg", picture)])
    form = fill_form(item, planned.applicant)
    application = Application(
        item.code, item.version, item.name, planned.applicant, form, tuple(rows), attorney="paper"
    )
    draft = intake.Draft(new_id(), application)
    intake.save_draft(workplace, draft)
    step = intake.note_missing if planned.fate is Fate.INCOMPLETE else intake.receive
    return step(workplace, draft)[0]


def complete(workplace: Workplace, case: Case) -> Case:
    """The applicant brings what was missing; the case is received under its old number."""
    item = workplace.item_of(case)
    draft = intake.draft_of(case)
    application = draft.application
    for material in item.materials if item else ():
        if material.required and not material.shared:
            application = intake.with_material(application, put_down(material))
    return intake.receive(workplace, intake.Draft(draft.draft_id, application, case.case_id))[0]


def send_all(workplace: Workplace, key: str) -> list[batches.SentBatch]:
    """Send everything of a worklist on its way, in batches of at most 50 for one desk each."""
    ids = worklists.case_ids(workplace, key, sort="receipt_number", descending=False)
    desks = {row.case.case_id: row.to_desk for row in handovers.candidates(workplace)}
    by_desk: dict[str, list[str]] = {}
    for case_id in ids:
        by_desk.setdefault(desks.get(case_id, ""), []).append(case_id)
    parts = (
        part[start : start + BATCH_SIZE]
        for part in by_desk.values()
        for start in range(0, len(part), BATCH_SIZE)
    )
    return [batches.send_batch(workplace, part)[0] for part in parts]


def sign_all(workplace: Workplace, *, note_on_first: str = "") -> list[str]:
    """Sign for everything that was handed over to this desk; the first case gets a noted difference."""
    ids = worklists.case_ids(workplace, "to_sign", sort="receipt_number", descending=False)
    if ids:
        batches.sign_for(workplace, ids, {ids[0]: note_on_first} if note_on_first else {})
    return ids


def cases_here(workplace: Workplace, state: State) -> list[Case]:
    """Return the cases in a state that this desk holds."""
    found = []
    with workplace.store.read() as unit:
        for case_id in worklists_ids(workplace, state):
            record = unit.cases.get(case_id)
            if record is not None:
                found.append(record.case)
    return found


def worklists_ids(workplace: Workplace, state: State) -> Sequence[str]:
    """Return the ids of cases in a state that this desk holds, by receipt number."""
    with workplace.store.read() as unit:
        query = CaseQuery(
            holder=workplace.desk.desk_id, states=frozenset({state}), sort="receipt_number", descending=False
        )
        return unit.cases.find(query, 1_000_000, None)


def make(workplace: Workplace, cases: Iterable[Case], move: str, **facts: Any) -> None:
    """Make the same move on several cases."""
    for case in cases:
        casework.act(workplace, case.case_id, move, facts)


def first_material(case: Case) -> list[dict[str, str]]:
    """Return the notice of one defective material, as a clerk would word it."""
    row = case.application.materials[-1]
    standard = "复印件应清晰并注明“与原件一致”，由本人签名"
    return [
        {"material_id": row.material_id, "name": row.name, "problem": "复印件不清晰", "standard": standard}
    ]


def supply_again(workplace: Workplace, case: Case) -> None:
    """The applicant brings the material that was asked for."""
    asked = case.supplements[-1]
    item = workplace.item_of(case)
    rows = [
        put_down(material) for material in (item.materials if item else ()) if material.material_id in asked
    ]
    casework.act(
        workplace, case.case_id, "supply", {"materials": [handed_in_to_mapping(row) for row in rows]}
    )
