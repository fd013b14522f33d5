"""Receiving a case again: completing what was missing when it was opened, or mending what was sent back."""

from __future__ import annotations

from dataclasses import dataclass

from stationapp.domain.case import Case, State
from stationapp.domain.case_flow import TABLE, why_not
from stationapp.domain.refusal import Reason
from stationapp.services.acts import case_in
from stationapp.services.changed import NOTHING, Changed
from stationapp.services.intake import Draft, draft_of, drafts, resume_draft, save_draft
from stationapp.services.workplace import Workplace

_MENDS = "{by}退回更正：{reason}"
_COMPLETES = "已一次性告知缺少：{missing}"


@dataclass(frozen=True, slots=True)
class Resumed:
    """A draft taken up again. `why` says in words why a case is received again, empty for a new one; `mends` tells
    one that was sent back.
    """

    draft: Draft
    why: str = ""
    mends: bool = False


def why_not_complete(workplace: Workplace, case: Case) -> tuple[Reason, ...]:
    """Return why this person cannot receive the case again; empty when he can."""
    return why_not(workplace.situation(case), TABLE["receive"], workplace.hand)


def completing_draft(workplace: Workplace, case: Case) -> tuple[str, Changed]:
    """Return the id of the draft that completes or mends a case: the one begun before, or a fresh one, stored at
    once.
    """
    begun = next((row.draft_id for row in drafts(workplace) if row.body.get("case_id") == case.case_id), "")
    if begun:
        return begun, NOTHING
    draft = draft_of(case)
    return draft.draft_id, save_draft(workplace, draft)


def take_up(workplace: Workplace, draft_id: str) -> Resumed:
    """Return a stored draft with why its case is received again; raises Refused when it is gone."""
    draft = resume_draft(workplace, draft_id)
    if not draft.case_id:
        return Resumed(draft)
    with workplace.store.read() as unit:
        case = case_in(unit, draft.case_id)
    if case.state is State.SENT_BACK:
        return Resumed(draft, _mends(workplace, case), mends=True)
    missing = "、".join(str(row["name"]) for row in case.fact("note_missing", "missing", ()))
    return Resumed(draft, _COMPLETES.format(missing=missing) if missing else "")


def _mends(workplace: Workplace, case: Case) -> str:
    hand = case.by("send_back")
    desk = workplace.organisation.desk(hand.desk_id) if hand is not None else None
    return _MENDS.format(by=desk.name if desk else "上级", reason=case.fact("send_back", "reason"))
