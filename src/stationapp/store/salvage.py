"""What a damaged database still gives of the acts done here: envelopes, row by row, and the places of the others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hubprotocol.envelope import Envelope
from stationapp.platform.unavailable import Unavailable
from stationapp.store.damaged import DamagedDatabase
from stationapp.store.records import AttachmentRecord, ChainHead, Cursor, Identity

_NO_IDENTITY = (
    "数据库里记载本机身份和密钥的地方，或者它的目录，已经损坏，无法抢救导出。文件没有被改动，"
    "请不要删除，把整个数据文件夹复制一份，立即联系维护人员从备份恢复。"
)
_LEAST_ROW_BYTES = 400
"""Two signatures and two hashes in hex take more: no more rows than this allows can be in a file."""

_IDENTITY = (
    "SELECT device, station, slot, desks, epoch, hub_public, hub_url, device_seed, home_id FROM identity"
)
_CHAIN = "SELECT seq, hash, durable_upto FROM chain WHERE device = ?"
_CURSORS = "SELECT feed, epoch, position, hash FROM feed"
_SETTING = "SELECT value FROM setting WHERE name = ?"
_PLACES = (
    "SELECT seq, id FROM event INDEXED BY ix_event_own WHERE own = 1 AND device = ? AND seq > ? ORDER BY seq"
)
_LAST_ID = "SELECT max(id) FROM event"
_ENVELOPE = "SELECT device, seq, prev, kind, body, signature, person_signature, hash FROM event WHERE id = ?"
_HAS_ASIDE = "SELECT count(*) FROM sqlite_master WHERE name = 'set_aside_envelope'"
_ASIDE = (
    "SELECT seq, prev, kind, signature, person_signature, hash, event_id FROM set_aside_envelope"
    " WHERE device = ? AND seq > ?"
)
_BODY = "SELECT body FROM event WHERE event_id = ?"
_UNCONFIRMED = "SELECT id, case_key FROM event INDEXED BY ix_event_open WHERE status <> 'confirmed'"
_RECEIPT = "SELECT receipt_number FROM case_row WHERE key = ?"
_RECEIPT_OF_CASE = (
    "SELECT r.receipt_number FROM case_key AS k JOIN case_row AS r ON r.key = k.key WHERE k.case_id = ?"
)
_SCAN = "SELECT sha256, size, name, media_type, here, at_hub FROM attachment WHERE "
_UNSENT_SCANS = _SCAN + "here = 1 AND at_hub = 0 ORDER BY noted"
_THIS_SCAN = _SCAN + "sha256 = ?"


@dataclass(frozen=True, slots=True)
class Salvage:
    """What is there of the own chain behind what a backup of the hub holds.

    `lost` are the places whose envelope cannot be read, each with the receipt number of its case, empty where that
    cannot be read either; those up to `acknowledged` are at the hub. `end_is_known` says that no later envelope can
    have been there. `receipts` are the receipt numbers of the cases of what is not acknowledged, `scans` what the hub
    lacks, `settings` the asked ones that are there.
    """

    identity: Identity
    acknowledged: ChainHead
    cursors: tuple[Cursor, ...]
    envelopes: tuple[Envelope, ...]
    lost: Mapping[int, str]
    end_is_known: bool
    receipts: Mapping[str, str]
    scans: tuple[AttachmentRecord, ...]
    settings: Mapping[str, str]


def salvage(reader: DamagedDatabase, settings: Iterable[str] = ()) -> Salvage:
    """Read what is there. Raises Unavailable when who this PC is cannot be read: nothing could be sealed then."""
    identity = _identity(reader)
    chain, chain_is_read = reader.some(_CHAIN, identity.device)
    seq, last_hash, after = chain[0] if chain else (0, ChainHead().hash, 0)
    links = _Links(reader, identity.device, after)
    envelopes = tuple(links.envelopes[one] for one in sorted(links.envelopes))
    rows = {name: reader.one(_SETTING, name) for name in settings}
    return Salvage(
        identity,
        ChainHead(seq, last_hash),
        tuple(Cursor(*row) for row in reader.some(_CURSORS)[0]),
        envelopes,
        links.lost(),
        links.end_is_known and chain_is_read and reader.log_is_whole,
        _receipts(reader, [one for one in envelopes if one.seq > seq]),
        _scans(reader, envelopes),
        {name: str(row[0]) for name, row in rows.items() if row is not None},
    )


def _identity(reader: DamagedDatabase) -> Identity:
    row = reader.one(_IDENTITY)
    if row is None:
        raise Unavailable(_NO_IDENTITY, "identity cannot be read")
    device, station, slot, desks, *rest = row
    return Identity(device, station, slot, tuple(json.loads(desks)), *rest)


class _Links:
    """The links of a device's chain behind a place: by the index as long as it can be read, else row by row."""

    def __init__(self, reader: DamagedDatabase, device: str, after: int) -> None:
        self._reader, self._device, self._after = reader, device, after
        self._row_of: dict[int, int] = {}
        self._known: set[int] = set()
        self.envelopes: dict[int, Envelope] = {}
        self.end_is_known = True
        for row_id in self._row_ids():
            self._take(reader.one(_ENVELOPE, row_id))
        self._take_set_aside()

    def lost(self) -> dict[int, str]:
        """Return the places up to the last known one that have no envelope, with the receipt numbers of their cases."""
        end = max(self._known | self.envelopes.keys(), default=self._after)
        lost = [seq for seq in range(self._after + 1, end + 1) if seq not in self.envelopes]
        cases = {row[0]: row[1] for row in self._reader.some(_UNCONFIRMED)[0]} if lost else {}
        return {seq: self._receipt(cases.get(self._row_of.get(seq, 0))) for seq in lost}

    def _row_ids(self) -> Iterable[int]:
        asked = (self._device, self._after)
        forwards, is_whole = self._reader.some(_PLACES, *asked)
        backwards = [] if is_whole else self._reader.some(f"{_PLACES} DESC", *asked)[0]
        self._row_of = dict([*forwards, *backwards])
        self._known |= self._row_of.keys()
        if is_whole:
            return sorted(self._row_of.values())
        self.end_is_known = bool(backwards)
        last = self._reader.one(_LAST_ID)
        return range(1, (last[0] or 0 if last else self._reader.size // _LEAST_ROW_BYTES) + 1)

    def _take(self, row: tuple[Any, ...] | None) -> None:
        if row is None or row[0] != self._device or row[1] <= self._after:
            return
        envelope = Envelope(*row[:-1])
        if envelope.hash == row[-1]:
            self.envelopes[envelope.seq] = envelope

    def _take_set_aside(self) -> None:
        """An envelope that was set aside has its body in the log, with another envelope; older layouts know none."""
        there = self._reader.one(_HAS_ASIDE)
        if there is None or not there[0]:
            return
        rows, is_whole = self._reader.some(_ASIDE, self._device, self._after)
        self.end_is_known &= is_whole
        for seq, prev, kind, signature, person_signature, its_hash, event_id in rows:
            self._known.add(seq)
            body = self._reader.one(_BODY, event_id)
            if body is not None:
                self._take((self._device, seq, prev, kind, body[0], signature, person_signature, its_hash))

    def _receipt(self, case_key: int | None) -> str:
        row = self._reader.one(_RECEIPT, case_key) if case_key is not None else None
        return str(row[0]) if row else ""


def _receipts(reader: DamagedDatabase, envelopes: Iterable[Envelope]) -> dict[str, str]:
    """Return receipt numbers by case: from the list of cases, or from the very act that gave it."""
    receipts: dict[str, str] = {}
    for one in envelopes:
        act = json.loads(one.body)
        case_id = str(act["case_id"])
        if not receipts.get(case_id):
            row = reader.one(_RECEIPT_OF_CASE, case_id)
            receipts[case_id] = str(row[0] if row else act.get("facts", {}).get("receipt_number", ""))
    return receipts


def _scans(reader: DamagedDatabase, envelopes: Iterable[Envelope]) -> tuple[AttachmentRecord, ...]:
    """Return what the hub lacks; where the list cannot be read to its end, also what acts name and nobody knows of."""
    rows, is_whole = reader.some(_UNSENT_SCANS)
    found = {row[0]: AttachmentRecord(*row) for row in rows}
    if not is_whole:
        for named in (one for envelope in envelopes for one in _named(json.loads(envelope.body))):
            row = reader.one(_THIS_SCAN, named.sha256)
            if row is None or (row[4] and not row[5]):
                found.setdefault(named.sha256, named)
    return tuple(found.values())


def _named(value: object) -> Iterator[AttachmentRecord]:
    """Yield every content that an act names by `sha256` and `size`."""
    if isinstance(value, dict):
        if "sha256" in value and "size" in value:
            name, media_type = value.get("name", ""), value.get("media_type", "")
            yield AttachmentRecord(value["sha256"], value["size"], name, media_type, True, False)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _named(one)
