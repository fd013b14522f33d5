"""Comparing what a station holds with what the hub says it should, bucket by bucket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.mailboxes import picture
from countyhub.mailboxes import repository as mailboxes
from countyhub.mailboxes.picture import Shown
from countyhub.problems import Problem
from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, bucket_of, holding
from hubprotocol.messages import (
    BucketMessage,
    CaseStateMessage,
    DigestRequest,
    DigestResponse,
    HoldingsMessage,
)

MOST_CASES = 2000
"""So many cases are listed at once: about 250 kB before compression. The rest is asked for after the repair."""


def compare(hub: Hub, device: Device, asked: DigestRequest) -> DigestResponse:
    """Return the buckets in which the station's sums are not the hub's, with what the hub has there.

    Raises Problem `foreign-feed`, `bad-request`, or `position-gone` when the station has to exchange first.
    """
    cursor = asked.cursor
    if asked.device != device.device_id:
        raise Problem("bad-request", "device")
    if cursor.feed not in device.feeds:
        raise Problem("foreign-feed", feeds=list(device.feeds))
    with hub.database.read() as connection:
        head = mailboxes.heads(connection, [cursor.feed])[cursor.feed]
        own_epoch = identities.load(connection).epoch
        if cursor.epoch != own_epoch or mailboxes.hash_at(connection, head, cursor.position) != cursor.hash:
            raise Problem("position-gone")
        shown = picture.shown_at(connection, cursor.feed, cursor.position)
    differing, more = _differing(asked.buckets, shown)
    return DigestResponse(
        feed=cursor.feed,
        epoch=cursor.epoch,
        position=cursor.position,
        differing=tuple(differing),
        more=more,
    )


def _differing(theirs: Sequence[HoldingsMessage], shown: Sequence[Shown]) -> tuple[list[BucketMessage], bool]:
    buckets: list[list[Shown]] = [[] for _ in theirs]
    for one in shown:
        buckets[bucket_of(one.case_id, len(theirs))].append(one)
    found: list[BucketMessage] = []
    listed = 0
    for number, (their, own) in enumerate(zip(theirs, buckets, strict=True)):
        if (their.count, their.digest) == (len(own), _sum(own)):
            continue
        if found and listed + len(own) > MOST_CASES:
            return found, True
        found.append(BucketMessage(bucket=number, cases=tuple(_state(one) for one in own)))
        listed += len(own)
    return found, False


def _sum(shown: Iterable[Shown]) -> str:
    total = EMPTY_HOLDINGS
    for one in shown:
        total = add_holding(total, holding(one.case_id, one.revision, one.hash))
    return total


def _state(one: Shown) -> CaseStateMessage:
    return CaseStateMessage(case_id=one.case_id, revision=one.revision, hash=one.hash)
