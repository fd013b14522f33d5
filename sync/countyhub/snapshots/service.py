"""A snapshot of a mailbox, page by page: the cases visible at a position, in the order of their ids."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from countyhub.devices.repository import Device, is_own_feed
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.mailboxes import picture
from countyhub.mailboxes import repository as mailboxes
from countyhub.mailboxes.picture import Shown
from countyhub.mailboxes.repository import Head
from countyhub.problems import Problem
from hubprotocol.messages import SnapshotCaseMessage, SnapshotMessage, SnapshotRequest

MOST_CASES = 100


def page(hub: Hub, device: Device, asked: SnapshotRequest) -> SnapshotMessage:
    """Return a page; the same question has the same answer for as long as the position can be continued.

    Raises Problem `foreign-feed`, `bad-request`, or `position-gone` when the snapshot has to begin anew.
    """
    if asked.feed not in device.feeds:
        raise Problem("foreign-feed", feeds=list(device.feeds))
    wanted = [one for one in asked.cases.split(",") if one]
    if len(wanted) > MOST_CASES:
        raise Problem("bad-request", "cases")
    with hub.database.read() as connection:
        head = mailboxes.heads(connection, [asked.feed])[asked.feed]
        epoch = identities.load(connection).epoch
        as_of, mailbox_hash = place(connection, head, asked, epoch)
        shown: Sequence[Shown]
        if wanted:
            shown, following = picture.these_shown_at(connection, head.feed, as_of, wanted), ""
        else:
            shown, following = _cut(_next(connection, asked, as_of), asked.limit)
        return SnapshotMessage(
            feed=head.feed,
            epoch=epoch,
            as_of=as_of,
            hash=mailbox_hash,
            cases=_told(connection, shown),
            next=following,
        )


def place(connection: Connection, head: Head, asked: SnapshotRequest, epoch: str) -> tuple[int, str]:
    """Return position and hash of the picture asked for: the head for a new one.

    Of a device's own mailbox it is the floor: its picture is empty, and the late verdicts behind it are entries.
    Raises Problem `position-gone` for another epoch, another hash, or a position below the floor.
    """
    if asked.as_of is None:
        return (head.floor, head.floor_hash) if is_own_feed(head.feed) else (head.position, head.hash)
    if asked.epoch != epoch or mailboxes.hash_at(connection, head, asked.as_of) != asked.hash:
        raise Problem("position-gone")
    return asked.as_of, asked.hash


def _next(connection: Connection, asked: SnapshotRequest, as_of: int) -> list[Shown]:
    """One more than can be told: so the last page is known as such. A case has at least one event."""
    return picture.shown_at(connection, asked.feed, as_of, asked.after, asked.limit + 1)


def _cut(shown: Sequence[Shown], limit: int) -> tuple[Sequence[Shown], str]:
    """Take cases until their events fill the page, at least one, and name the last unless none follows."""
    taken, events = 0, 0
    while taken < len(shown) and (taken == 0 or events + shown[taken].revision <= limit):
        events += shown[taken].revision
        taken += 1
    return shown[:taken], shown[taken - 1].case_id if taken < len(shown) else ""


def _told(connection: Connection, shown: Sequence[Shown]) -> tuple[SnapshotCaseMessage, ...]:
    events = mailboxes.confirmed_events(connection, [one.case_id for one in shown])
    return tuple(
        SnapshotCaseMessage(case_id=one.case_id, events=tuple(events[one.case_id][: one.revision]))
        for one in shown
    )
