"""Invented people and places for the samples of every paper.

No such persons exist; their numbers carry a right check digit (GB 11643) and their names characters that
older systems lose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from stationapp.domain.check_character import check_character
from stationapp.domain.numbers import BatchNumber, CaseNumber, DocumentNumber, EnquiryCode, ReceiptNumber

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """An invented person."""

    name: str
    id_number: str
    phone: str

    @property
    def masked_id(self) -> str:
        """Return the number as papers show it that pass through many hands."""
        return f"{self.id_number[:6]}********{self.id_number[-4:]}"


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of 2026 by the clock on the wall."""
    return datetime(2026, month, day, hour, minute, tzinfo=_CHINA)


def _person(name: str, first_17: str, phone: str) -> SamplePerson:
    return SamplePerson(name, first_17 + check_character(first_17), phone)


WU = _person("吴䶮", "51070419480317001", "13800000001")
LI = _person("李㛃", "51070419900602002", "13800000002")
ZHONG = _person("钟𬭎", "51070419611120003", "13800000003")
WANG = _person("王𡋾", "51070419850709005", "13800000004")
LONGEST = _person("阿卜杜热依木江·买买提吐尔逊·阿布都克里木", "51070419700101007", "13800000005")

AGENT = "何青禾"
CLERK = "周砚田"
OFFICER = "宋望岭"
SECOND_OFFICER = "钟𬭎"

STATION = "游仙区魏城镇红岩村便民服务站"
TOWNSHIP = "游仙区魏城镇便民服务中心"
COUNTY_OFFICE = "绵阳市游仙区民政局"
APPROVAL_OFFICE = "绵阳市游仙区行政审批局"
LAND_OFFICE = "绵阳市自然资源和规划局游仙分局"
FARM_OFFICE = "绵阳市游仙区农业农村局"
FOREST_OFFICE = "绵阳市游仙区林业局"
STATION_PHONE = "0816-0000101"
TOWNSHIP_PHONE = "0816-0000201"
ENQUIRY_PHONE = "0816-0000300"
COMPLAINT_PHONE = "0816-0000345"
STATION_CODE = "510704104201"
BUILDING_ITEM = "农村村民宅基地及建房（规划许可）审批"
BUILDING_ITEM_CODE = "511A0206400000-510704000000-000-11510704MB1P00000T-1-00"
TODAY = date(2026, 11, 21)
RECEIPT_NUMBER = str(ReceiptNumber(STATION_CODE, TODAY, 1, 7))
BATCH_NUMBER = str(BatchNumber(STATION_CODE, TODAY, 1, 2))
CASE_NUMBER = str(CaseNumber("510704", date(2026, 11, 23), 381))
ENQUIRY_CODE = str(EnquiryCode("7K4MX9TX"))


def document_number(series: str, count: int) -> str:
    """Return a document number of 2026 from the hub."""
    return str(DocumentNumber(series, 2026, 0, count))
