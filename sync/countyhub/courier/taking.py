"""Taking a sealed file: whose it is, what is in it, and everything in it through the code that takes pushes.

The envelopes of a file are one transaction. Its attachments follow, so that only acts the hub has taken make room for
them. A file may come any number of times, by several roads, and in any order: the chain of the device decides what is
new.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from countyhub.acceptance import early, lost
from countyhub.acceptance import repository as chains
from countyhub.acceptance import service as acceptance
from countyhub.acceptance.submission import open_envelope
from countyhub.attachments import repository as attachments
from countyhub.attachments import uploading
from countyhub.attachments.uploading import Writing
from countyhub.courier import repository
from countyhub.devices import keys
from countyhub.devices import service as devices
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.problems import Problem
from hubprotocol.courier import records
from hubprotocol.courier.boxes import open_key
from hubprotocol.courier.container import Readable, Record, Scan, opened, scan
from hubprotocol.courier.faults import TEXTS, CourierFault
from hubprotocol.courier.messages import (
    AskingMessage,
    Direction,
    FileReportMessage,
    LostMessage,
    RunMessage,
    Taking,
)
from hubprotocol.envelope import Envelope, is_signed_by_device
from hubprotocol.failpoints import here
from hubprotocol.keys import sign_public_of
from hubprotocol.versions import MAX_VERSION, MIN_VERSION

_BLOCK = 1024 * 1024
# What a push can say, and what a file is then said to have.
_FAULT_OF_PROBLEM = {"fork": "fork", "revoked-device": "revoked-device", "lost-device": "behind-farewell"}

log = logging.getLogger(__name__)


class Source(Protocol):
    """A file that can be read more than once."""

    def opened(self) -> AbstractContextManager[Readable]:
        """Open it at its start. Raises CourierFault or OSError."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file. `device` and `asking` are known once it proved to be that device's own."""

    report: FileReportMessage
    device: Device | None = None
    asking: AskingMessage | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """A whole file, the device it is proved to be of, and the key of its stream."""

    source: Source
    found: Scan
    device: Device
    key: bytes = field(repr=False)


@dataclass(slots=True)
class _Contents:
    """What was found in a file; `unpacked` bytes are its messages together.

    `gone` is what its writer cannot read any more, `receipts` are numbers of what was there; `waiting` are the runs
    that came too early.
    """

    asking: AskingMessage | None = None
    envelopes: list[Envelope] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)
    receipts: dict[int, str] = field(default_factory=dict)
    waiting: list[list[Envelope]] = field(default_factory=list)
    unpacked: int = 0
    has_attachments: bool = False
    attachments: int = 0
    not_stored: int = 0


def take(hub: Hub, source: Source) -> Taken:
    """Take a file as far as it can be taken; what is wrong with it stands in the report. Raises OSError."""
    try:
        with source.opened() as stream:
            found = scan(stream)
    except CourierFault as fault:
        log.info("courier file: %s", fault)
        return Taken(_refused(fault.code))
    try:
        device = _sender(hub, found)
        key = open_key(_seeds(hub)[found.header.hub], bytes.fromhex(found.header.key))
        return _take(hub, _File(source, found, device, key))
    except CourierFault as fault:
        log.info("courier file %d of device %s: %s", found.header.number, found.header.device, fault)
        return Taken(_refused(fault.code, found))


def _take(hub: Hub, file: _File) -> Taken:
    """Push what is in a file, then store its attachments; what came too early is kept.

    Nothing is taken from a revoked device, but who asks is known: somebody there waits for an answer that says so.
    """
    asking, contents = _read(file)
    if file.device.revoked:
        return Taken(_refused("revoked-device", file.found), file.device, asking)
    problem = _push_all(hub, file.device, asking, contents)
    if contents.receipts and file.found.is_signed_by(file.device.public):  # By no key that was changed.
        hub.database.write(lambda connection: lost.note_receipts(connection, file.device, contents.receipts))
    if contents.has_attachments:
        referred = _awaited(hub, file.device) | (set() if problem else _referred(contents.envelopes))
        _take_attachments(hub, file, contents, referred)
    if problem not in {"", "gap"}:
        code = _FAULT_OF_PROBLEM.get(problem, "bad-content")
        return Taken(_refused(code, file.found), file.device, asking)
    if problem and len(may_follow := _may_follow(hub, file.device, contents)) < len(contents.waiting):
        _keep(hub, file, may_follow, contents.gone)
        return Taken(_refused("too-much-lost", file.found), file.device, asking)
    taking = Taking.EARLY if problem else Taking.TAKEN
    return Taken(_note(hub, file.found, asking, contents, taking), file.device, asking)


def _sender(hub: Hub, found: Scan) -> Device:
    """Return the device a file comes from. Raises CourierFault unless it wrote this very file, and for us."""
    header = found.header
    if header.direction is not Direction.UP:
        raise CourierFault("answer-for-station")
    if header.hub not in _seeds(hub):
        raise CourierFault("wrong-addressee", "hub")
    device = devices.find(hub, header.device)
    if device is None:
        raise CourierFault("unknown-device")
    device = _with_new_keys(hub, device, found)
    if not any(found.is_signed_by(public) for _, public in device.history.ranges):
        raise CourierFault("wrong-signature")
    return device


def _with_new_keys(hub: Hub, device: Device, found: Scan) -> Device:
    """Follow a device that changed its key and had no network to say so; both keys signed the change."""
    known = {public.hex() for _, public in device.history.ranges}
    for message in found.header.changes:
        if message.device == device.device_id and message.new_public not in known:
            try:
                keys.take_changes(hub, [message.unpack()])
            except Problem as problem:
                raise CourierFault("wrong-signature", problem.message.code) from problem
    return devices.find(hub, device.device_id) or device


def _seeds(hub: Hub) -> dict[str, bytes]:
    """Return the hub's seeds by public key; a station that has not heard of a new key seals for the one before."""
    with hub.database.read() as connection:
        identity = identities.load(connection)
    return {sign_public_of(seed).hex(): seed for seed in (*identity.former_seeds, identity.seed)}


def _read(file: _File) -> tuple[AskingMessage, _Contents]:
    """Read the messages of a file and pass over its attachments, until all of it has been compared."""
    contents = _Contents()
    with file.source.opened() as stream:
        for record in opened(stream, file.found, file.key):
            _take_record(record, contents)
    contents.gone[:] = lost.joined(contents.gone)
    asking = contents.asking
    if asking is None or asking.device != file.device.device_id:
        raise CourierFault("bad-content", "asking")
    if not MIN_VERSION <= asking.protocol <= MAX_VERSION:
        raise CourierFault("unsupported-protocol", str(asking.protocol))
    return asking, contents


def _take_record(record: Record, contents: _Contents) -> None:
    if record.kind == records.ASKING:
        contents.asking = records.parse(_unpacked(record, contents), AskingMessage)
    elif record.kind == records.RUN:
        run = records.parse(_unpacked(record, contents), RunMessage)
        contents.envelopes += [message.unpack() for message in run.envelopes]
    elif record.kind == records.LOST:
        said = records.parse(_unpacked(record, contents), LostMessage)
        contents.gone += said.ranges
        contents.receipts.update(one for one in said.receipts if lost.is_receipt(one[1]))
    elif record.kind == records.ATTACHMENT:
        contents.has_attachments = True


def _unpacked(record: Record, contents: _Contents) -> bytes:
    """Return the JSON of a message: all those of a file may have what one request may, however well they pack."""
    text = records.unpacked(record, records.MOST_UNPACKED_BYTES - contents.unpacked)
    contents.unpacked += len(text)
    return text


def _push_all(hub: Hub, device: Device, asking: AskingMessage, contents: _Contents) -> str:
    """Push what is in a file; return the code of the problem for which something was not stored, or nothing.

    It is one run, unless its writer says that some of its envelopes are lost: then each run between them is pushed,
    and what was stored of a file that has to come again is known then.
    """
    runs = _runs(contents.envelopes) if contents.gone else [contents.envelopes]
    for place, run in enumerate(runs):
        problem = _push(hub, device, asking, run, contents.gone)
        if problem:
            contents.waiting = runs[place:]
            return problem
    return ""


def _is_of_another_disk(device: Device, run: Sequence[Envelope]) -> bool:
    """Whether what is not sealed as it should be was sealed with another key of this very device: a copy of its disk
    changed the key at another place, or not at all.
    """
    wrong = [one for one in run if not device.history.sealed(one)]
    keys = {public for _, public in device.history.ranges}
    return all(any(is_signed_by_device(one, public) for public in keys) for one in wrong)


def _runs(envelopes: Sequence[Envelope]) -> list[list[Envelope]]:
    """Return the unbroken runs, one without any when there are none."""
    runs: list[list[Envelope]] = [[]]
    for one in envelopes:
        if runs[-1] and one.seq != runs[-1][-1].seq + 1:
            runs.append([])
        runs[-1].append(one)
    return runs


def _push(hub: Hub, device: Device, asking: AskingMessage, run: Sequence[Envelope], gone: lost.Ranges) -> str:
    """Push a run; return the code of the problem for which nothing of it was stored, or nothing."""
    try:
        acceptance.push(hub, device, asking.base, run, gone)
    except Problem as problem:
        code = problem.message.code
        return "fork" if code == "bad-signature" and _is_of_another_disk(device, run) else code
    here("hub.courier.after-push")
    return ""


def _may_follow(hub: Hub, device: Device, contents: _Contents) -> list[list[Envelope]]:
    """Return the runs that came too early up to the first behind more lost places than a chain may have."""
    with hub.database.read() as connection:
        last = chains.chain_head(connection, device.device_id).seq
        count = lost.count_of(connection, device.device_id)
    for place, run in enumerate(contents.waiting):
        first = run[0].seq
        count += max(0, first - max(lost.begin_of(contents.gone, first), last + 1))
        if count > lost.MOST:
            return contents.waiting[:place]
        last = max(last, run[-1].seq)
    return contents.waiting


def _keep(hub: Hub, file: _File, runs: Sequence[Sequence[Envelope]], gone: lost.Ranges) -> None:
    """Keep the runs of a file that is refused for what stands behind them."""
    if not runs:
        return
    hash_, at = file.found.hash, hub.stamp()
    try:
        hub.database.write(lambda connection: early.keep(connection, runs, gone, hash_, at))
    except early.TooManyKept:
        log.warning("of device %s as many files wait as may", file.device.device_id)


def _referred(envelopes: Sequence[Envelope]) -> set[str]:
    return {wanted.sha256 for one in envelopes for wanted in open_envelope(one).attachments}


def _awaited(hub: Hub, device: Device) -> set[str]:
    """Return what the device's acts that the hub holds back wait for: an earlier file brought these acts."""
    with hub.database.read() as connection:
        return set(attachments.awaited_by(connection, device.device_id))


def _take_attachments(hub: Hub, file: _File, contents: _Contents, referred: Collection[str]) -> None:
    with file.source.opened() as stream:
        for record in opened(stream, file.found, file.key):
            if record.kind == records.ATTACHMENT:
                is_stored = _store(hub, file.device, referred, *records.read_attachment(record))
                contents.attachments += is_stored
                contents.not_stored += not is_stored


def _store(
    hub: Hub, device: Device, referred: Collection[str], sha256: str, size: int, blocks: Iterator[bytes]
) -> bool:
    """Store an attachment unless it is here; False for one that is not what its digest says, or has no room.

    What is `referred` to by acts that the hub has now, or had before and holds back for it, always has room.
    """
    try:
        upload = uploading.open_upload(hub, device, sha256, size, referred=sha256 in referred)
        if upload is None:
            return True
        upload = uploading.begin(hub, device, upload.upload_id)
        writing = Writing(upload, upload.received)
        for block in _behind(blocks, upload.received):
            writing = uploading.append(hub, writing, block)
        uploading.finish_if_whole(hub, writing.upload)
    except Problem as problem:
        log.warning("an attachment of device %s: %s", device.device_id, problem.message.code)
        return False
    return True


def _behind(blocks: Iterator[bytes], received: int) -> Iterator[bytes]:
    """Yield what follows the bytes that came by another road before, in larger blocks."""
    waiting = bytearray()
    for block in blocks:
        skipped = min(received, len(block))
        received -= skipped
        waiting += block[skipped:]
        if len(waiting) >= _BLOCK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _note(
    hub: Hub, found: Scan, asking: AskingMessage, contents: _Contents, taking: Taking
) -> FileReportMessage:
    header, at = found.header, hub.stamp()
    with hub.database.read() as connection:
        before = repository.noted(connection, found.hash)

    def work(connection: Connection) -> int:
        if taking is Taking.EARLY:
            # At this very moment, by which `spool` finds them.
            early.keep(connection, contents.waiting, contents.gone, found.hash, at)
        repository.note(connection, found.hash, header.device, header.number, taking, at)
        return _missing(connection, found)

    try:
        missing = hub.database.write(work)
    except early.TooManyKept:
        log.warning("of device %s as many files wait as may", header.device)
        return _refused("too-many-early", found)
    again = taking is Taking.TAKEN and before is not None and before.taking == Taking.TAKEN
    told = Taking.AGAIN if again else taking
    seqs = [one.seq for one in contents.envelopes] or [0]
    text = _words_of(told, contents, missing, _lost_before(hub, asking, seqs[0]))
    text += _words_of_lost(hub, header.device, contents)
    more = {
        "first_seq": seqs[0],
        "last_seq": seqs[-1],
        "attachments": contents.attachments,
        "missing": missing,
    }
    return _report(found, told, "", text).model_copy(update=more)


def _lost_before(hub: Hub, asking: AskingMessage, first: int) -> int:
    """Return how many acts before `first` (0: none follow) were confirmed to a device and are not here any more."""
    with hub.database.read() as connection:
        here = chains.chain_head(connection, asking.device).seq
    return max(0, (first - 1 if first else asking.base.seq) - here) if asking.base.seq > here else 0


def _words_of(told: Taking, contents: _Contents, missing: int, lost_before: int) -> str:
    before = _BEFORE.format(missing) if missing else ""
    text = _WORDS[told].format(count=len(contents.envelopes), before=before)
    if lost_before:
        text = (_KEPT if told is Taking.EARLY else text) + _RESTORED.format(lost_before)
    return text + (_NOT_STORED.format(count=contents.not_stored) if contents.not_stored else "")


def _words_of_lost(hub: Hub, device: str, contents: _Contents) -> str:
    """Say what a damaged disk lost and no other road brought, by the numbers on people's receipts."""
    with hub.database.read() as connection:
        count = lost.missing_of(connection, device, contents.gone)
        places = contents.receipts.keys() or {0}
        here = chains.hashes(connection, device, min(places), max(places))
    if not count:
        return ""
    absent = [number for seq, number in sorted(contents.receipts.items()) if seq not in here]
    named = list(dict.fromkeys(absent))
    more = "等" if len(named) > _MOST_NAMED else ""
    told = _RECEIPTS.format("、".join(named[:_MOST_NAMED]) + more) if named else _NO_RECEIPTS
    return _LOST.format(count=count) + told


def _missing(connection: Connection, found: Scan) -> int:
    """Return the number of the file before, when that never came."""
    if not found.header.previous_number:
        return 0
    known = repository.noted(connection, found.header.previous_hash)
    return 0 if known else found.header.previous_number


def _refused(code: str, found: Scan | None = None) -> FileReportMessage:
    if found is None:
        return FileReportMessage(taking=Taking.REFUSED, code=code, text=TEXTS[code])
    return _report(found, Taking.REFUSED, code, TEXTS[code])


def _report(found: Scan, taking: Taking, code: str, text: str) -> FileReportMessage:
    header = found.header
    return FileReportMessage(
        taking=taking,
        code=code,
        text=text,
        device=header.device,
        station=header.station,
        number=header.number,
        hash=found.hash,
    )


_MOST_NAMED = 50
_LOST = "站点电脑的磁盘损坏，有 {count} 条记录读不出来，县级平台也没有。"
_RECEIPTS = "涉及收件号：{}。请通知站点按纸质收件凭证和材料核对、补办。"
_NO_RECEIPTS = "涉及的收件号也读不出来，请通知站点按纸质收件凭证逐件核对。"
_NOT_STORED = (
    "有 {count} 份扫描件没有存下（内容与记录不符、超过 64 MB，或暂存已满），请联网同步补传，或重新写一份。"
)
_WORDS = {
    Taking.TAKEN: "已收下，共 {count} 条办理记录。",
    Taking.AGAIN: "以前已经收过，没有重复登记。",
    Taking.EARLY: "已保存。这份文件之前的记录{before}还没有收到，收到后会自动接上。"
    "找不到以前的U盘文件的，请在站点用“写到U盘”重新写一份送来。",
}
_BEFORE = "（第 {} 号文件）"
_KEPT = "已保存。"
_RESTORED = (
    "县级平台用备份恢复过，缺少本站以前送到过的 {} 条记录。再送这份文件没有用：请把U盘带回站点读取回执，"
    "再用“写到U盘”重新写一份送来，会自动接上。站点的办件没有丢失。"
)
