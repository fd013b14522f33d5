"""An envelope as it is judged: its event, or why it holds none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from countyhub.numbers.claims import Claim, claims_of
from hubprotocol.envelope import Envelope
from hubprotocol.versions import CASE_EVENT_KIND
from stationapp.domain.events import CaseEvent, event_from_mapping
from stationapp.domain.refusal import Reason

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_SIZE = 2**62

MALFORMED = Reason("malformed", "这条记录的内容不完整或写法不对，县级平台无法办理。")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An attachment an event refers to."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Submission:
    """An envelope with what is in it: `event` is None when its kind is unknown or its body malformed."""

    envelope: Envelope
    event: CaseEvent | None = None
    attachments: tuple[Wanted, ...] = ()
    claims: tuple[Claim, ...] = ()
    held_before: bool = False  # it was answered `held` in an earlier transaction

    @property
    def is_known_kind(self) -> bool:
        """Whether this hub can read bodies of its kind at all."""
        return self.envelope.kind == CASE_EVENT_KIND

    @property
    def case_id(self) -> str:
        """The case, or empty."""
        return self.event.case_id if self.event else ""

    @property
    def event_id(self) -> str:
        """The event's id, or empty."""
        return self.event.event_id if self.event else ""


def open_envelope(envelope: Envelope, *, held_before: bool = False) -> Submission:
    """Return the submission of an envelope; never raises, whatever the body holds."""
    if envelope.kind != CASE_EVENT_KIND:
        return Submission(envelope, held_before=held_before)
    try:
        event = read_event(envelope.body)
        wanted = tuple({one.sha256: one for one in _attachments(event.facts)}.values())
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return Submission(envelope, held_before=held_before)
    return Submission(envelope, event, wanted, claims_of(event), held_before)


def read_event(body: str) -> CaseEvent:
    """Return the event in a body. Raises KeyError, TypeError, ValueError or RecursionError."""
    event = event_from_mapping(json.loads(body, parse_constant=_no_constant))
    if not _ID.fullmatch(event.event_id) or not _ID.fullmatch(event.case_id):
        raise ValueError("ids are UUIDs in lower case")
    if not all(isinstance(getattr(event.hand, name), str) for name in event.hand.__dataclass_fields__):
        raise ValueError("a hand is made of text")
    if type(event.under.organisation) is not int or type(event.under.catalogue) is not int:
        raise ValueError("versions are numbers")
    return event


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _attachments(facts: Any) -> Iterator[Wanted]:
    """Yield every mapping of the facts that names a content by `sha256` and `size`."""
    open_values: list[Any] = [facts]
    while open_values:
        value = open_values.pop()
        if isinstance(value, Mapping):
            if "sha256" in value and "size" in value:
                yield _wanted(value)
            open_values.extend(value.values())
        elif isinstance(value, list):
            open_values.extend(value)


def _wanted(value: Mapping[str, Any]) -> Wanted:
    sha256, size = value["sha256"], value["size"]
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ValueError("a sha256 has 64 hex digits")
    if type(size) is not int or not 0 <= size <= _MAX_SIZE:
        raise ValueError("a size is a number of bytes")
    return Wanted(sha256, size)
