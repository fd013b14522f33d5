"""Train the dictionary that packs short exchanges, from stored events of the demonstration's full story.

    python packaging/dictionary/train.py            writes sync/hubprotocol/dictionaries/<newest>.zdict
    python packaging/dictionary/train.py --measure  says what an event costs with and without it

All persons in the stored events are invented. The same events make the same dictionary, byte for byte. A published
dictionary is never altered: to make a better one, count `NEWEST` in `hubprotocol.compression` up first.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import zstandard

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "sync")]

from hubprotocol import compression
from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.messages import (
    ChainHeadMessage,
    ConfirmedEventMessage,
    CursorMessage,
    EntryKind,
    EntryMessage,
    EnvelopeMessage,
    ExchangeRequest,
    ExchangeResponse,
    HoldingsMessage,
    PageMessage,
    Result,
    VerdictMessage,
)

EVENTS = ROOT / "tests" / "upgrades" / "samples" / "hub-0004-station-0006" / "hub.db.zst"
BYTES = 32 * 1024
SIZES = (0, 1, 1, 2, 5)  # events of the bodies it learns from
TIME = "2026-03-02T09:00:50.123+08:00"
EPOCH = "9f3c01d27ab5e846"

_STORED = (
    "SELECT device, seq, prev, kind, body, signature, person_signature FROM envelope ORDER BY device, seq"
)


def envelopes() -> list[EnvelopeMessage]:
    """Every stored envelope, in an order that is always the same and mixes the story's cases."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hub.db"
        file.write_bytes(zstandard.ZstdDecompressor().decompress(EVENTS.read_bytes()))
        hub = sqlite3.connect(file)
        hub.row_factory = sqlite3.Row
        rows = hub.execute(_STORED).fetchall()
        hub.close()
    found = [EnvelopeMessage(**dict(row)) for row in rows]
    Random(1).shuffle(found)  # noqa: S311 - An order, no secret.
    return found


def request(some: Sequence[EnvelopeMessage], first: EnvelopeMessage) -> bytes:
    """What a station sends."""
    message = ExchangeRequest(
        protocol=1,
        device=first.device,
        sent_at=TIME,
        base=ChainHeadMessage(seq=first.seq - 1, hash=first.prev),
        envelopes=tuple(some),
        cursors=tuple(
            CursorMessage(feed=feed, epoch=EPOCH, position=first.seq, hash=first.prev)
            for feed in feeds(first)
        ),
    )
    return message.model_dump_json().encode()


def response(some: Sequence[EnvelopeMessage], first: EnvelopeMessage) -> bytes:
    """What the hub answers: a verdict for each, and what others did."""
    entries = tuple(
        EntryMessage(
            position=one.seq,
            kind=EntryKind.EVENT if one.seq % 2 else EntryKind.PUT,
            case_id=one.body[13:49],
            hash=one.prev,
            events=(ConfirmedEventMessage(revision=one.seq % 7, received_at=TIME, envelope=one),),
        )
        for one in some
    )
    holdings = HoldingsMessage(count=len(some), digest=EMPTY_HOLDINGS)
    message = ExchangeResponse(
        protocol=1,
        epoch=EPOCH,
        server_time=TIME,
        acknowledged=ChainHeadMessage(seq=first.seq, hash=first.prev),
        durable_upto=first.seq,
        verdicts=tuple(
            VerdictMessage(
                seq=one.seq, event_id=one.body[13:49], result=Result.ACCEPTED, revision=1, received_at=TIME
            )
            for one in some
        ),
        pages=tuple(
            PageMessage(feed=feed, epoch=EPOCH, head=first.seq, entries=entries, holdings=holdings)
            for feed in feeds(first)
        ),
        references={"organisation": "1", "catalogue": "1", "calendar": "cn-2026.1", "devices": "9"},
        feeds=feeds(first),
    )
    return message.model_dump_json().encode()


def feeds(first: EnvelopeMessage) -> tuple[str, ...]:
    """The mailboxes of the device that sent an envelope."""
    return "desk:510704105209", f"device:{first.device}"


def bodies(events: Sequence[EnvelopeMessage]) -> Iterator[bytes]:
    """Requests and responses of different lengths over all events."""
    for size in SIZES:
        for start in range(0, len(events) - size, size or 50):
            some = events[start : start + size]
            yield request(some, events[start])
            yield response(some, events[start])


def train(events: Sequence[EnvelopeMessage]) -> bytes:
    """Return the dictionary. It is used as raw content, as RFC 9842 wants it, so its own head is just content too."""
    samples = list(bodies(events))
    return bytes(zstandard.train_dictionary(BYTES, samples, k=500, d=8).as_bytes())


def measure(events: Sequence[EnvelopeMessage]) -> None:
    """Print the bytes of one event in requests of different lengths, by a dictionary of the other half of them."""
    half = len(events) // 2
    known = zstandard.ZstdCompressionDict(train(events[:half]), dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    print("events  JSON  zstd-6  with the dictionary  (bytes an event, head of the body included)")
    for size in (1, 5, 20, 100):
        batches = [
            request(events[at : at + size], events[at]) for at in range(half, len(events) - size, size)
        ]
        count = size * len(batches)
        plain = sum(len(compression.pack(one)[0]) for one in batches)
        coder = zstandard.ZstdCompressor(level=15, dict_data=known)
        shared = sum(40 + len(coder.compress(one)) for one in batches)
        print(f"{size:6} {sum(map(len, batches)) // count:5} {plain // count:7} {shared // count:20}")


def main() -> None:
    """Write the newest dictionary, or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--measure", action="store_true")
    events = envelopes()
    if parser.parse_args().measure:
        measure(events)
        return
    target = ROOT / "sync" / "hubprotocol" / "dictionaries" / f"{compression.NEWEST}.zdict"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(train(events))
    print(
        f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes, {compression.digest_of(compression.NEWEST).hex()}"
    )


if __name__ == "__main__":
    main()
