"""Who may see what lies at this station: everything that does, but for complaints (投诉)."""

from __future__ import annotations

from stationapp.domain.case import Case
from stationapp.domain.refusal import Refused
from stationapp.domain.rules.complaints import why_hidden
from stationapp.services.workplace import Workplace


def may_see(workplace: Workplace, case: Case) -> bool:
    """Tell whether the signed-in person may see a case or an affair."""
    return why_hidden(case, workplace.hand, workplace.organisation) is None


def require_access(workplace: Workplace, case: Case) -> None:
    """Raise Refused when the signed-in person may not see a case or an affair."""
    reason = why_hidden(case, workplace.hand, workplace.organisation)
    if reason is not None:
        raise Refused(reason)
