"""收件小票: the small copy of a receipt."""

from __future__ import annotations

from stationapp.documents.forms.receipt_ticket import ReceiptTicket, from_receipt
from stationapp.services.gathering import material_receipt
from stationapp.services.gathering.matter import Matter


def gather(matter: Matter) -> ReceiptTicket:
    """Return what of the receipt of this act stands on the small one."""
    return from_receipt(material_receipt.gather(matter))
