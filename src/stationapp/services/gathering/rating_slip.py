"""评价单: how the applicant rates a finished case (好差评)."""

from __future__ import annotations

from stationapp.documents.forms.rating_slip import RatingSlip
from stationapp.services.gathering.matter import Matter, known_desk

_PROMISE = "评价为不满意、非常不满意的，十五个工作日内整改并回访。"


def gather(matter: Matter) -> RatingSlip:
    """Return the slip for the applicant, whose secret code it carries."""
    case = matter.case
    station = known_desk(matter.organisation, case.result_station)
    phones = "、".join(dict.fromkeys(one for one in (station.phone, station.complaint_phone) if one))
    by_phone = (f"拨打 {phones}，报收件号和查询码评价。",) if phones else ()
    return RatingSlip(
        station=station.name,
        item_name=case.application.item_name,
        receipt_number=case.receipt_number,
        enquiry_code=case.enquiry_code,
        ways=("到任一便民服务站、政务服务中心窗口，凭收件号和查询码评价。", *by_phone),
        promise=_PROMISE,
        phone=station.phone,
    )
