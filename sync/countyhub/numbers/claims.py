"""Which numbers an event uses for itself, and under which numbers its case is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from stationapp.domain.case_flow import TABLE
from stationapp.domain.events import CaseEvent
from stationapp.domain.numbers import parse_batch_number, parse_document_number, parse_receipt_number
from stationapp.domain.refusal import Reason, Refused

RECEIPT = "receipt"
CASE = "case"
BATCH = "batch"
BATCH_ID = "batch_id"
DOCUMENT = "document"

_CLASHES = {
    RECEIPT: "收件号 {} 已被另一个办件使用，请核对后重新收件。",
    BATCH: "批次号 {} 已被另一个批次使用，请核对后重新装批。",
    BATCH_ID: "这个批次标识已被另一个批次使用，请重新装批。",
    DOCUMENT: "文书编号 {} 已被另一个办件使用，请核对后重新编号。",
}
_FACTS = {RECEIPT: "receipt_number", BATCH: "batch_number", BATCH_ID: "batch_id", DOCUMENT: "document_number"}
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that only one owner may use: a receipt or document one case, a batch number one batch."""

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
        return Reason("number-taken", _CLASHES[self.kind].format(self.number), _FACTS[self.kind])


def claims_of(event: CaseEvent) -> tuple[Claim, ...]:
    """Return what an event claims. Numbers that are none are left out: the table of moves refuses them."""
    return tuple(_claims(event))


def _claims(event: CaseEvent) -> Iterator[Claim]:
    numbers = dict(_numbers(event))
    if RECEIPT in numbers:
        yield Claim(RECEIPT, numbers[RECEIPT], event.case_id)
    if DOCUMENT in numbers:
        yield Claim(DOCUMENT, numbers[DOCUMENT], event.case_id)
    move = TABLE.get(event.move)
    if move is not None and move.batched and BATCH in numbers:
        batch_id = hashlib.sha256(str(event.facts.get("batch_id")).encode("utf-8", "replace")).hexdigest()
        yield Claim(BATCH, numbers[BATCH], batch_id)
        yield Claim(BATCH_ID, batch_id, f"{event.hand.desk_id}:{numbers[BATCH]}")


def mentions_of(event: CaseEvent) -> tuple[tuple[str, str], ...]:
    """Return kind and number of everything under which the event's case can be found."""
    return tuple(_numbers(event))


def _numbers(event: CaseEvent) -> Iterator[tuple[str, str]]:
    for kind, fact, parse in _PARSERS:
        text = event.facts.get(fact)
        if isinstance(text, str) and text:
            try:
                yield kind, str(parse(text))
            except Refused:
                if kind == DOCUMENT and len(text) <= _LONGEST and text.isprintable():
                    yield kind, text  # An organ may number its papers in its own way.
    if event.facts.get("case_number"):
        yield CASE, str(event.facts["case_number"])


_PARSERS = (
    (RECEIPT, "receipt_number", parse_receipt_number),
    (BATCH, "batch_number", parse_batch_number),
    (DOCUMENT, "document_number", parse_document_number),
)
