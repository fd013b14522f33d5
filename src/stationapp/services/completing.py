"""Completing a case whose applicant had been told what was missing."""

from __future__ import annotations

from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE, why_not
from stationapp.domain.refusal import Reason
from stationapp.services.changed import NOTHING, Changed
from stationapp.services.intake import draft_of, drafts, save_draft
from stationapp.services.workplace import Workplace


def why_not_complete(workplace: Workplace, case: Case) -> tuple[Reason, ...]:
    """Return why this person cannot receive what was missing; empty when he can."""
    return why_not(workplace.situation(case), TABLE["receive"], workplace.hand)


def completing_draft(workplace: Workplace, case: Case) -> tuple[str, Changed]:
    """Return the id of the draft that completes a case: the one begun before, or a fresh one, stored at once."""
    begun = next((row.draft_id for row in drafts(workplace) if row.body.get("case_id") == case.case_id), "")
    if begun:
        return begun, NOTHING
    draft = draft_of(case)
    return draft.draft_id, save_draft(workplace, draft)
