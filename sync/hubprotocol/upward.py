"""What a hub sends to the hub above it, sealed into envelopes of its own chain: the bodies and their kinds.

A county's hub is a device of its city's, the city's of the province's. Bodies are JSON; one that is longer than an
envelope may hold travels in parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from hubprotocol.messages import EnvelopeMessage, Hash, HoldingsMessage, Message

EVENT_KIND = "confirmed-event/1"
DOCUMENT_KIND = "reference-document/1"
SUM_KIND = "county-sum/1"
PART_KIND = "part/1"
UPWARD_KINDS = frozenset({EVENT_KIND, DOCUMENT_KIND, SUM_KIND, PART_KIND})

# A text may double when it becomes a JSON string, and a body may have 262,144 characters.
_LONGEST = 240_000
_PART = 120_000

Origin = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class CarriedEventMessage(Message):
    """A confirmed event of the county `origin`, as that county's hub gives it to its stations."""

    origin: Origin
    case_id: Annotated[str, Field(min_length=1, max_length=64)]
    revision: Annotated[int, Field(ge=1)]
    received_at: Annotated[str, Field(max_length=64)]
    envelope: EnvelopeMessage


class CarriedDocumentMessage(Message):
    """A reference document of a county, signed by its hub's key; `number` counts its versions."""

    origin: Origin
    name: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[str, Field(min_length=1, max_length=64)]
    number: Annotated[int, Field(ge=1)]
    body: str
    signature: Annotated[str, Field(max_length=128)]
    hub_public: Hash


class SumMessage(Message):
    """What all cases of a county told so far add up to (`digests.add_holding`)."""

    origin: Origin
    holdings: HoldingsMessage


class PartMessage(Message):
    """One part of a body of `kind`; parts follow each other in the chain, `index` from 0."""

    kind: Annotated[str, Field(max_length=64)]
    index: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=2)]
    text: str

    @property
    def is_last(self) -> bool:
        """Whether the body is whole with this part."""
        return self.index == self.of - 1


def bodies_of(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the (kind, body) of the envelopes that carry a text."""
    if len(text) <= _LONGEST:
        yield kind, text
        return
    pieces = [text[start : start + _PART] for start in range(0, len(text), _PART)]
    for index, piece in enumerate(pieces):
        part = PartMessage(kind=kind, index=index, of=len(pieces), text=piece)
        yield PART_KIND, json.dumps(part.model_dump(), ensure_ascii=False)


def joined(parts: Iterable[PartMessage]) -> tuple[str, str]:
    """Return kind and text of parts in their order. Raises ValueError when one is missing or another's."""
    found = list(parts)
    first = found[0]
    expected = [(first.kind, index, first.of) for index in range(first.of)]
    if [(one.kind, one.index, one.of) for one in found] != expected:
        raise ValueError("the parts do not belong together")
    return first.kind, "".join(one.text for one in found)


def covers(code: str, origin: str) -> bool:
    """Tell whether the hub of a division speaks for a county: a city (…00) and a province (…0000) for all in it."""
    head = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return origin.startswith(head)
