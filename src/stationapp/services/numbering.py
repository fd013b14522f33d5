"""Numbers a station gives by itself. Each is drawn inside the transaction of the act that uses it, so none is
lost.
"""

from __future__ import annotations

import secrets

from stationapp.domain import numbers
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.workplace import Workplace
from stationapp.store.units import WriteUnit

DOCUMENT_PREFIX = "document:"
"""Heads the name of every counter of document numbers; the series follows."""


def next_receipt_number(workplace: Workplace, unit: WriteUnit) -> str:
    """Return the next 收件号 of this PC on this day."""
    day = workplace.now().date()
    count = _within_day(unit.numbers.next_count("receipt", day.isoformat()), "收件号")
    return str(numbers.ReceiptNumber(workplace.desk.station_code, day, workplace.identity.slot, count))


def next_batch_number(workplace: Workplace, unit: WriteUnit) -> str:
    """Return the next 批次号 of this PC on this day."""
    day = workplace.now().date()
    count = _within_day(unit.numbers.next_count("batch", day.isoformat()), "批次号")
    return str(numbers.BatchNumber(workplace.desk.station_code, day, workplace.identity.slot, count))


def next_document_number(workplace: Workplace, unit: WriteUnit, nature: str) -> str:
    """Return the next 文书编号 of this organ for a kind of document, such as 受 or 补告, in this year."""
    year = workplace.now().year
    series = f"{workplace.desk.organ_short}{nature}"
    count = unit.numbers.next_count(f"{DOCUMENT_PREFIX}{series}", str(year))
    return str(numbers.DocumentNumber(series, year, workplace.identity.slot, count))


def _within_day(count: int, name: str) -> int:
    """A serial has four places; a PC that used them all up cannot give another number today."""
    if count > numbers.MOST_A_DAY:
        raise Refused(Reason("numbers-used-up", f"本机今天的{name}已经用完，请换一台电脑或明天再办。"))
    return count


def new_enquiry_code() -> str:
    """Return a random 查询码: the number on the receipt can be guessed, this cannot."""
    return str(numbers.EnquiryCode.from_random(secrets.token_bytes(numbers.ENQUIRY_RANDOM_BYTES)))
