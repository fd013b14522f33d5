"""Which numbers an event uses for itself, and which numbers stand in an envelope, whatever became of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stationapp.domain.appointment_slots import Seat, seat_of
from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.events import CaseEvent
from stationapp.domain.numbers import (
    parse_batch_number,
    parse_case_number,
    parse_document_number,
    parse_receipt_number,
)
from stationapp.domain.refusal import Reason, Refused

RECEIPT = "receipt"
CASE = "case"
BATCH = "batch"
BATCH_ID = "batch_id"
DOCUMENT = "document"
SEAT = "seat"

_CLASHES = {
    RECEIPT: "收件号 {} 已被另一个办件使用，请核对后重新收件。",
    BATCH: "批次号 {} 已被另一个批次使用，请核对后重新装批。",
    BATCH_ID: "这个批次标识已被另一个批次使用，请重新装批。",
    DOCUMENT: "文书编号 {} 已被另一份文书使用，请核对后重新编号。",
    SEAT: "{} 已经约给别人，请联系群众改约其他时段。",
}
_FACTS = {
    RECEIPT: "receipt_number",
    BATCH: "batch_number",
    BATCH_ID: "batch_id",
    DOCUMENT: "document_number",
    SEAT: "slot",
}
_SEATED = frozenset({"book_appointment", "rebook_appointment"})
_LEFT = frozenset({"rebook_appointment", "cancel_appointment"})
_LONGEST = 64
_MANY = 999
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that only one owner may use: a receipt number one case, a document number one act, a batch number one
    batch, a seat of a slot one appointment.
    """

    kind: str
    number: str
    owner: str

    @property
    def key(self) -> tuple[str, str]:
        """What must be unique."""
        return self.kind, self.number

    @property
    def clash(self) -> Reason:
        """What a person reads when another owner has the number."""
        if self.kind == SEAT:
            return Reason("seat-taken", _CLASHES[SEAT].format(Seat.of_key(self.number).text), _FACTS[SEAT])
        return Reason("number-taken", _CLASHES[self.kind].format(self.number), _FACTS[self.kind])


@dataclass(frozen=True, slots=True)
class Mention:
    """A number that stands in an envelope, and the case the envelope is about (empty: none can be read)."""

    number: str
    kind: str
    case_id: str


def claims_of(event: CaseEvent, mentions: Iterable[Mention]) -> tuple[Claim, ...]:
    """Return what an event claims. Numbers that are none are left out: the table of moves refuses them."""
    return tuple(_claims(event, {one.kind: one.number for one in mentions}))


def released_by(case: Case | None, event: CaseEvent) -> tuple[Claim, ...]:
    """Return what an accepted event gives back: the seat of an appointment that is moved or cancelled."""
    if case is None or event.move not in _LEFT:
        return ()
    return (Claim(SEAT, seat_of(case).key, case.case_id),)


def _seat_in(event: CaseEvent) -> Seat | None:
    """The seat an event asks for, None where it cannot be read: the table of moves refuses it then."""
    desk_id, day, start = (_plain(event.facts.get(name)) for name in ("to_desk", "day", "slot"))
    number = event.facts.get("seat")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= _MANY:
        return None
    return Seat(desk_id, day, start, number) if desk_id and day and start else None


def _plain(text: object) -> str:
    """A part of a seat's name, empty for what cannot be one."""
    sound = isinstance(text, str) and len(text) <= _LONGEST and "|" not in text and text.isprintable()
    return str(text) if sound else ""


def _claims(event: CaseEvent, numbers: Mapping[str, str]) -> Iterator[Claim]:
    if RECEIPT in numbers:
        yield Claim(RECEIPT, numbers[RECEIPT], event.case_id)
    if DOCUMENT in numbers:
        yield Claim(DOCUMENT, numbers[DOCUMENT], event.event_id)
    move = TABLE.get(event.move)
    if move is not None and move.batched and BATCH in numbers:
        batch_id = hashlib.sha256(str(event.facts.get("batch_id")).encode("utf-8", "replace")).hexdigest()
        yield Claim(BATCH, numbers[BATCH], batch_id)
        yield Claim(BATCH_ID, batch_id, f"{event.hand.desk_id}:{numbers[BATCH]}")
    seat = _seat_in(event) if event.move in _SEATED else None
    if seat is not None:
        yield Claim(SEAT, seat.key, event.case_id)


def mentions_in(data: Any, *, by_hub: bool) -> tuple[Mention, ...]:
    """Return every number in the JSON of a body, whatever else is wrong with it: it may stand on a paper.

    A case number counts only in the hub's own events.
    """
    facts = data.get("facts") if isinstance(data, Mapping) else None
    if not isinstance(facts, Mapping):
        return ()
    about = data.get("case_id")
    case_id = about if isinstance(about, str) and UUID_TEXT.fullmatch(about) else ""
    parsers = (*_PARSERS, _CASE_PARSER) if by_hub else _PARSERS
    found = ((kind, _number(kind, facts.get(fact), parse)) for kind, fact, parse in parsers)
    return tuple(Mention(number, kind, case_id) for kind, number in found if number)


def _number(kind: str, text: object, parse: Callable[[str], object]) -> str:
    """The number as it is looked for; empty when it is none, or nothing a database can hold."""
    if not isinstance(text, str):
        return ""
    try:
        number = str(parse(text))
    except Refused:
        # An organ may number its papers in its own way.
        number = text.strip() if kind == DOCUMENT and len(text) <= _LONGEST else ""
    return number if number.isprintable() else ""


_PARSERS = (
    (RECEIPT, "receipt_number", parse_receipt_number),
    (BATCH, "batch_number", parse_batch_number),
    (DOCUMENT, "document_number", parse_document_number),
)
_CASE_PARSER = (CASE, "case_number", parse_case_number)
