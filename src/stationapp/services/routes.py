"""Where a case of an item would go from this desk, looked at without a network (虚拟大厅, 同城通办)."""

from __future__ import annotations

from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.routing_table import Route, divisions_served, route
from stationapp.services.workplace import Workplace


def routes_of(workplace: Workplace, item_code: str, division: str = "") -> tuple[Route, ...]:
    """Return the way of an item's cases received at this desk: for one 12-digit division, or for all that are served.

    Raises Refused without a code in force today, and for a division nobody in the county serves.
    """
    item = workplace.catalogue.in_force(item_code, workplace.now().date())
    if item is None:
        raise Refused(Reason("no-code", "没有这个事项编码。", "code"))
    served = divisions_served(workplace.organisation)
    if division and division not in served:
        raise Refused(Reason("no-division", f"本县没有站点服务“{division}”，请核对区划代码。", "division"))
    here = workplace.desk.desk_id
    return tuple(
        route(workplace.organisation, item, one, here) for one in ([division] if division else served)
    )
