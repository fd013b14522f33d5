"""Checking a mailbox page: every entry follows the one before, every envelope is its device's own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from hubprotocol.digests import next_mailbox_hash
from hubprotocol.messages import ConfirmedEventMessage, EntryMessage, PageMessage
from hubprotocol.versions import CASE_EVENT_KIND
from stationapp.domain.events import CaseEvent, event_from_mapping
from stationapp.exchange.references import DeviceKeys
from stationapp.exchange.transport import HubFault, ProtocolTooOld
from stationapp.platform.unavailable import Unavailable


class BrokenMailbox(HubFault):
    """An entry does not follow the one before it: the mailbox has to be read again from its start."""


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry that follows, with the events it brings, each sealed by the device it names."""

    message: EntryMessage
    events: tuple[tuple[ConfirmedEventMessage, CaseEvent], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """The entries of a page that can be applied; `trouble` is why the first of the others cannot."""

    entries: tuple[CheckedEntry, ...]
    trouble: Unavailable | None = None


def check_page(page: PageMessage, position: int, mailbox_hash: str, keys: DeviceKeys) -> CheckedPage:
    """Check the entries that come after a position; those at or before it are known already."""
    checked: list[CheckedEntry] = []
    try:
        for message in page.entries:
            if message.position > position:
                checked.append(_check(message, position, mailbox_hash, keys))
                position, mailbox_hash = message.position, message.hash
    except Unavailable as trouble:
        return CheckedPage(tuple(checked), trouble)
    if page.head < position:
        return CheckedPage(tuple(checked), BrokenMailbox(f"head {page.head} before {position}"))
    return CheckedPage(tuple(checked))


def subjects_of(message: EntryMessage) -> tuple[str, ...]:
    """Return what an entry's hash covers besides position, kind and case."""
    if message.verdict is not None:
        return (str(message.verdict.seq), str(message.verdict.result), str(message.verdict.revision))
    return tuple(event.envelope.unpack().hash for event in message.events)


def _check(message: EntryMessage, position: int, before: str, keys: DeviceKeys) -> CheckedEntry:
    if message.position != position + 1:
        raise BrokenMailbox(f"entry {message.position} after {position}")
    subjects = subjects_of(message)
    if message.hash != next_mailbox_hash(before, message.position, message.kind, message.case_id, subjects):
        raise BrokenMailbox(f"hash of entry {message.position}")
    return CheckedEntry(message, read_events(message.events, message.case_id, keys))


def read_events(
    rows: Iterable[ConfirmedEventMessage], case_id: str, keys: DeviceKeys
) -> tuple[tuple[ConfirmedEventMessage, CaseEvent], ...]:
    """Read a case's confirmed events. Raises Unavailable for one that its device did not seal or nobody can read."""
    return tuple((row, _read(row, case_id, keys)) for row in rows)


def _read(row: ConfirmedEventMessage, case_id: str, keys: DeviceKeys) -> CaseEvent:
    envelope = row.envelope.unpack()
    name = f"envelope {envelope.device} {envelope.seq}"
    if not keys.sealed(envelope):
        raise HubFault(
            f"{name}: signature", "收到的一条办件记录签名不对，已停止接收这个信箱。请告知县级平台管理员。"
        )
    if envelope.kind != CASE_EVENT_KIND:
        raise ProtocolTooOld(f"{name}: kind {envelope.kind}", _NEWER)
    try:
        event = event_from_mapping(json.loads(envelope.body))
    except (ValueError, KeyError, TypeError) as error:
        raise HubFault(f"{name}: {type(error).__name__}") from error
    if event.case_id != case_id:
        raise HubFault(f"{name}: of another case")
    return event


_NEWER = "收到了新版程序才认识的办件记录，请升级本程序。升级前本机可继续办件和送出。"
