"""Courier files as a client makes and reads them that knows only the protocol, and carriers that bring them."""

from __future__ import annotations

import hashlib
import io

import zstandard

from countyhub.identity import repository as identities
from hubprotocol.courier import records
from hubprotocol.courier.boxes import open_key, seal_key
from hubprotocol.courier.container import Writer, opened, scan
from hubprotocol.courier.manifest import digest
from hubprotocol.courier.messages import (
    AskingMessage,
    CarryRequest,
    CarryResponse,
    Direction,
    HeaderMessage,
    ReceiptMessage,
    RunMessage,
)
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import EnvelopeMessage, ExchangeResponse

KEY, TEXT = bytes(range(32)), "说明".encode()


def hub_public(county):
    with county.hub.database.read() as connection:
        return identities.load(connection).public


def sealed(
    county, station, number=1, scans=(), envelopes=None, seed=b"", at_once=512, last=(), asks=None, **changes
):
    """The bytes of a file with all a station has; `last` are records behind it, `asks` fields of its question."""
    out, hub = io.BytesIO(), hub_public(county)

    def header(stream):
        fields = {
            "format": 1,
            "direction": Direction.UP,
            "device": station.device,
            "station": station.station,
            "hub": hub.hex(),
            "number": number,
            "previous_number": 0,
            "previous_hash": GENESIS,
            "made_at": "2026-11-21T12:00:00+08:00",
            "key": seal_key(hub, KEY).hex(),
            "stream": stream.hex(),
            "manifest": digest(TEXT),
        }
        return HeaderMessage(**fields | changes)

    writer = Writer(out.write, KEY, header)
    request = station.request()
    names = ("protocol", "device", "base", "cursors", "offered")
    asking = {name: getattr(request, name) for name in names} | {"made_at": request.sent_at, "epoch": ""}
    asking |= asks or {}
    records.write_message(writer, records.ASKING, AskingMessage(**asking))
    run = station.envelopes if envelopes is None else envelopes
    for start in range(0, len(run), at_once):
        some = tuple(EnvelopeMessage.pack(one) for one in run[start : start + at_once])
        records.write_message(writer, records.RUN, RunMessage(envelopes=some))
    for data in scans:
        records.write_attachment(writer, hashlib.sha256(data).hexdigest(), len(data), (data,))
    for kind, data in ((b"?", b"new"), *last):
        writer.record(kind, len(data), (data,))
    writer.finish(seed or station.seed)
    return out.getvalue()


def answer_of(station, file, seed=b""):
    """What a station finds in its answer: the receipt and the exchange's answers."""
    found = file.scanned()
    with file.opened() as stream:
        told = records_of(stream, found, seed or station.seed)
    receipt = next(ReceiptMessage.model_validate_json(text) for kind, text in told if kind == records.RECEIPT)
    responses = [ExchangeResponse.model_validate_json(text) for kind, text in told if kind == records.ANSWER]
    return found, receipt, responses


def records_of(stream, found, seed):
    """Kind and plain content of every record of an answer: JSON of messages, attachments as they are."""
    key = open_key(seed, bytes.fromhex(found.header.key))
    read = [(record.kind, record.data(10**8)) for record in opened(stream, found, key)]
    unpack = zstandard.ZstdDecompressor().decompressobj
    attached = records.ATTACHMENT
    return [(kind, data if kind == attached else unpack().decompress(data)) for kind, data in read]


def carry(station, data, hash_of=None, size=None):
    body = CarryRequest(hash=hash_of or hashlib.sha256(data).hexdigest(), size=size or len(data))
    return station.http("POST", "/sync/v1/courier", body.model_dump_json().encode())


def spooled_whole(station, data):
    """Carry a file; return what came of it."""
    path = f"/sync/v1/courier/{scan(io.BytesIO(data)).hash}"
    told = CarryResponse.model_validate_json(carry(station, data).content)
    if told.report is None:
        for place in range(told.missing, -(-len(data) // told.piece_size)):
            piece = data[place * told.piece_size : (place + 1) * told.piece_size]
            assert station.http("PUT", f"{path}/{place}", piece).status_code == 204
        told = CarryResponse.model_validate_json(carry(station, data).content)
    return told.report
