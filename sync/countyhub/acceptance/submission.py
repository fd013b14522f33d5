"""An envelope as it is judged: its event, or why it holds none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from countyhub.numbers.claims import UUID_TEXT, Claim, Mention, claims_of, mentions_in
from hubprotocol.envelope import MOST_BODY, Envelope
from hubprotocol.upward import UPWARD_KINDS
from hubprotocol.versions import CASE_EVENT_KIND, HUB_DEVICE
from stationapp.domain.events import CaseEvent, event_from_mapping
from stationapp.domain.refusal import Reason

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_SIZE = 2**62

MALFORMED = Reason("malformed", "这条记录的内容不完整或写法不对，县级平台无法办理。")
TOO_LONG = Reason("too-long", "这条记录的内容太长，县级平台不能办理；请精简文字或分几次办理。")


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
    mentions: tuple[Mention, ...] = ()
    held_before: bool = False  # it was answered `held` in an earlier transaction

    @property
    def is_too_long(self) -> bool:
        """Whether its body is longer than an act may be: it is stored, so that its chain goes on, and refused."""
        return len(self.envelope.body) > MOST_BODY

    @property
    def is_known_kind(self) -> bool:
        """Whether this hub can read bodies of its kind at all."""
        return self.envelope.kind == CASE_EVENT_KIND

    @property
    def is_from_below(self) -> bool:
        """Whether it carries something of a hub below."""
        return self.envelope.kind in UPWARD_KINDS

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
    try:
        data = json.loads(envelope.body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Submission(envelope, held_before=held_before)
    mentions = mentions_in(data, by_hub=envelope.device == HUB_DEVICE)
    unread = Submission(envelope, mentions=mentions, held_before=held_before)
    if not unread.is_known_kind:
        return unread
    try:
        event = _event_of(envelope.body, data)
        wanted = tuple(dict.fromkeys(_attachments(event.facts)))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return unread
    return replace(unread, event=event, attachments=wanted, claims=claims_of(event, mentions))


def read_event(body: str) -> CaseEvent:
    """Return the event in a body. Raises KeyError, TypeError, ValueError or RecursionError."""
    return _event_of(body, json.loads(body, parse_constant=_no_constant))


def _event_of(body: str, data: Any) -> CaseEvent:
    if "\\u" in body:
        json.dumps(data, ensure_ascii=False).encode()  # Half a character is no text: no database holds it.
    event = event_from_mapping(data)
    if not UUID_TEXT.fullmatch(event.event_id) or not UUID_TEXT.fullmatch(event.case_id):
        raise ValueError("ids are UUIDs in lower case")
    if not all(isinstance(getattr(event.hand, name), str) for name in event.hand.__dataclass_fields__):
        raise ValueError("a hand is made of text")
    if any(
        type(number) is not int
        for number in (event.under.organisation, event.under.catalogue, event.under.rules)
    ):
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
