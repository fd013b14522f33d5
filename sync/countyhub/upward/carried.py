"""What an envelope from a hub below holds, and why it cannot be taken."""

from __future__ import annotations

from pydantic import ValidationError

from countyhub.devices.repository import Device
from hubprotocol.envelope import Envelope
from hubprotocol.messages import Message
from hubprotocol.references import is_reference_signed
from hubprotocol.upward import (
    DOCUMENT_KIND,
    EVENT_KIND,
    PART_KIND,
    SUM_KIND,
    CarriedDocumentMessage,
    CarriedEventMessage,
    PartMessage,
    SumMessage,
    covers,
)
from stationapp.domain.refusal import Reason

NO_HUB = Reason("no-hub", "这台设备不是下级平台，不能代下级平台上报。")
FOREIGN_COUNTY = Reason("foreign-county", "这条上报记录不属于该下级平台管辖的地区。")
UNREADABLE = Reason("unreadable", "上报记录的内容不完整或写法不对。")
FALSE_DOCUMENT = Reason("false-document", "上报的基础资料没有该县级平台的有效签名。")

_KINDS: dict[str, type[Message]] = {
    EVENT_KIND: CarriedEventMessage,
    DOCUMENT_KIND: CarriedDocumentMessage,
    SUM_KIND: SumMessage,
    PART_KIND: PartMessage,
}
_DESK = "hub:"


def desk_of(code: str) -> str:
    """Return the name under which the hub of a division is enrolled, where a PC has its desks."""
    return f"{_DESK}{code}"


def code_of(device: Device) -> str:
    """Return the division whose hub a device is, empty for a PC."""
    return next((desk.removeprefix(_DESK) for desk in device.desks if desk.startswith(_DESK)), "")


def read(kind: str, body: str) -> Message:
    """Return the message in a body. Raises ValueError when there is none."""
    try:
        return _KINDS[kind].model_validate_json(body)
    except (KeyError, ValidationError) as error:
        raise ValueError("no message of that kind") from error


def why_not(device: Device, envelope: Envelope) -> Reason | None:
    """Return why an envelope from below cannot be taken, None when it can."""
    code = code_of(device)
    if not code:
        return NO_HUB
    try:
        message = read(envelope.kind, envelope.body)
    except ValueError:
        return UNREADABLE
    return why_not_message(code, message)


def why_not_message(code: str, message: Message) -> Reason | None:
    """Return why the hub of a division may not say this; a part says nothing yet."""
    if isinstance(message, PartMessage):
        return None
    origin = getattr(message, "origin", "")
    if not covers(code, origin):
        return FOREIGN_COUNTY
    if isinstance(message, CarriedDocumentMessage) and not _is_signed(message):
        return FALSE_DOCUMENT
    return None


def _is_signed(message: CarriedDocumentMessage) -> bool:
    public = bytes.fromhex(message.hub_public)
    return is_reference_signed(public, message.name, message.version, message.body, message.signature)
