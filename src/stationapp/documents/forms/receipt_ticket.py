"""收件小票: a convenience copy of a receipt on thermal paper. It fades, so it is never the voucher itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from stationapp.documents import sample_people as people
from stationapp.documents.forms import material_receipt
from stationapp.documents.forms.material_receipt import MaterialReceipt

ONLY_A_COPY = "小票仅供参考，不作凭证"
KEEP_THE_RECEIPT = "办事以材料接收凭证为准。查询码请勿告诉他人。"


@dataclass(frozen=True, slots=True)
class ReceiptTicket:
    """Data of a small receipt: `station`, `station_phone`, `receipt_number`, `enquiry_code` (the applicant's
    secret), `item_name`, `received_at` local time, `code_text` (the QR code: a number, never the secret),
    `enquiry_phone`. It names no person.
    """

    station: str
    receipt_number: str
    enquiry_code: str
    item_name: str
    received_at: datetime
    code_text: str
    station_phone: str = ""
    enquiry_phone: str = ""


def from_receipt(receipt: MaterialReceipt) -> ReceiptTicket:
    """Return what of a receipt stands on the small one."""
    return ReceiptTicket(
        station=receipt.station,
        receipt_number=receipt.receipt_number,
        enquiry_code=receipt.enquiry_code,
        item_name=receipt.item_name,
        received_at=receipt.received_at,
        code_text=receipt.qr_payload,
        station_phone=receipt.station_phone,
        enquiry_phone=receipt.enquiry_phone,
    )


def sample() -> ReceiptTicket:
    """Return the small copy of the usual receipt."""
    return from_receipt(material_receipt.sample())


def sample_long() -> ReceiptTicket:
    """Return one with a long item, of a village with a rare name."""
    return replace(
        sample(),
        station="游仙区魏城镇𡋾䶮村、石板村联合便民服务站",
        item_name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
    )


def sample_sparse() -> ReceiptTicket:
    """Return one without telephone numbers and without an enquiry code."""
    return replace(sample(), enquiry_code="", station_phone="", enquiry_phone="")
