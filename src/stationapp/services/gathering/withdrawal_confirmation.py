"""撤回确认书."""

from __future__ import annotations

from stationapp.documents.forms.withdrawal_confirmation import WithdrawalConfirmation
from stationapp.services.gathering.heads import listed, notice_head
from stationapp.services.gathering.matter import Matter


def gather(matter: Matter) -> WithdrawalConfirmation:
    """Return the confirmation with what the applicant gets back."""
    case = matter.case
    asked = case.last.get("request_withdrawal")
    return WithdrawalConfirmation(
        head=notice_head(matter),
        withdrawn_on=matter.event.at.date(),
        reason=matter.text("reason"),
        requested_on=asked.at.date() if asked else matter.event.at.date(),
        returned=listed(case.application.materials),
    )
