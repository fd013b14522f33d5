"""Cases opened by a catalogue that was replaced since: taken for a while, so that honest offline work is not lost.

A case is judged under the catalogue it names, or else what a station without network received before it heard of a
suspension would be refused. Without a limit somebody could name the old catalogue for ever.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import takewhile

from countyhub.references.service import Law
from stationapp.domain.catalogue import ItemStatus
from stationapp.domain.events import CaseEvent
from stationapp.domain.item_versions import still_opens
from stationapp.domain.people import Application
from stationapp.domain.refusal import Reason

CODE = "item-replaced"
_BECAME = {ItemStatus.SUSPENDED: "暂停办理", ItemStatus.CANCELLED: "取消"}


def why_too_late(
    law: Law, event: CaseEvent, application: Application, received_at: datetime, grace: timedelta
) -> Reason | None:
    """Return why a case was opened too long after its item stopped being open in that version, or None.

    The days count from the publication since which no catalogue opens it on the day of the event, to the time the
    event claims; a clock that runs ahead claims no more than the time of receipt.
    """
    replaced_at = _replaced_at(law, event.under.catalogue, application, event.at.date())
    if replaced_at is None or min(event.at, received_at) <= replaced_at + grace:
        return None
    return _reason(law, application, event.at.date(), replaced_at, grace)


def _replaced_at(law: Law, named: int, application: Application, day: date) -> datetime | None:
    """When the first catalogue was published since which none opens the item in that version on that day."""
    if still_opens(application, day, law.current_catalogue):
        return None
    later = takewhile(lambda version: version > named, law.catalogue_versions)
    without = list(
        takewhile(lambda version: not still_opens(application, day, law.named_catalogue(version)), later)
    )
    return law.catalogue_versions[without[-1]] if without else None


def _reason(law: Law, application: Application, day: date, replaced_at: datetime, grace: timedelta) -> Reason:
    now = law.current_catalogue.in_force(application.item_code, day)
    became = _BECAME.get(now.status, "调整") if now is not None else "取消"
    text = (
        f"“{application.item_name}”自{replaced_at:%Y年%m月%d日}起已{became}，这一件的收件时间已超过其后{grace.days}天，"
        "不能承认；请同步事项目录，并告知申请人停办或按现行目录重新收件。"
    )
    return Reason(CODE, text, "item")
