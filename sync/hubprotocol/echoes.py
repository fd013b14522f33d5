"""What a device has just pushed is not sent back to it: an entry names it, and the device puts its own in that place.

The hash of a mailbox entry covers the envelope's hash all the same, so a wrong one in that place does not go unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hubprotocol.envelope import GENESIS, Envelope
from hubprotocol.messages import ConfirmedEventMessage, EntryMessage, EnvelopeMessage, PageMessage

KEPT = "kept"
"""The kind of an envelope that is only named."""

_Change = Callable[[ConfirmedEventMessage], ConfirmedEventMessage]


def shorten(pages: Iterable[PageMessage], device: str, kept_from: int) -> tuple[PageMessage, ...]:
    """Return pages in which the device's own envelopes from a `seq` on are only named; 0 names none."""
    if not kept_from:
        return tuple(pages)

    def named(event: ConfirmedEventMessage) -> ConfirmedEventMessage:
        envelope = event.envelope
        if envelope.device != device or envelope.seq < kept_from:
            return event
        short = EnvelopeMessage.model_construct(
            device=device,
            seq=envelope.seq,
            prev=GENESIS,
            kind=KEPT,
            body="",
            signature="",
            person_signature="",
        )
        return event.model_copy(update={"envelope": short})

    return tuple(_each(page, named) for page in pages)


def restore(
    pages: Iterable[PageMessage], device: str, kept: Mapping[int, Envelope]
) -> tuple[PageMessage, ...]:
    """Return pages with the device's own envelopes where they are only named; `kept` has them by `seq`."""

    def whole(event: ConfirmedEventMessage) -> ConfirmedEventMessage:
        named = event.envelope
        own = kept.get(named.seq) if (named.kind, named.device) == (KEPT, device) else None
        return event if own is None else event.model_copy(update={"envelope": EnvelopeMessage.pack(own)})

    return tuple(_each(page, whole) for page in pages)


def _each(page: PageMessage, change: _Change) -> PageMessage:
    return page.model_copy(update={"entries": tuple(_entry(entry, change) for entry in page.entries)})


def _entry(entry: EntryMessage, change: _Change) -> EntryMessage:
    return entry.model_copy(update={"events": tuple(map(change, entry.events))}) if entry.events else entry
