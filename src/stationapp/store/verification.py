"""Checking everything that can be checked: file, chain, signatures, case hashes, projections, attachments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, case_hash, holding
from hubprotocol.envelope import GENESIS, is_signed_by_person
from hubprotocol.key_changes import KeyHistory
from hubprotocol.versions import HUB_DEVICE
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.comparison import differences
from stationapp.store.records.events import StoredEvent
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit

Subject = Literal["file", "chain", "event", "signature", "case", "mailbox", "projection", "attachment"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; `text` is Chinese, `where` an id for those who repair."""

    subject: Subject
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was looked at, and what was found wrong with it."""

    events: int
    cases: int
    attachments: int
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(
    store: StationStore,
    device_public_keys: Mapping[str, KeyHistory],
    person_keys: Mapping[str, bytes],
    files: AttachmentFiles | None = None,
) -> VerifyReport:
    """Check the whole store; keys are by device and by person id (Ed25519 public keys, 32 bytes).

    Attachments are read and compared with their hashes where `files` is given. Changes nothing.
    """
    with store.read() as unit:
        known = unit.attachments.all_here()
        findings = [
            Finding("file", "", f"数据库文件检查不通过：{text}") for text in unit.inspection.file_complaints()
        ]
        findings += _chains(unit.inspection.own_links())
        findings += _events(unit, device_public_keys, person_keys)
        findings += _cases(unit)
        differing = differences(unit.projections)
        findings += [
            Finding("projection", where, "列表或检索与办件记录不一致，请重建索引。") for where in differing
        ]
        findings += _attachments(known, files) if files is not None else []
        events = sum(1 for _ in unit.inspection.events())
        return VerifyReport(events, len(unit.projections.line_keys()), len(known), tuple(findings))


def _chains(links: Iterable[tuple[str, int, str, str]]) -> Iterator[Finding]:
    """An own chain counts 1, 2, 3 … and every envelope names the one before it."""
    for device, chain in groupby(links, key=lambda link: link[0]):
        expected_seq, expected_prev = 1, GENESIS
        for _, seq, prev, noted in chain:
            if (seq, prev) != (expected_seq, expected_prev):
                yield Finding("chain", f"{device} {seq}", f"本机记录链在第{seq}条处断开。")
            expected_seq, expected_prev = seq + 1, noted


def _events(
    unit: ReadUnit, device_keys: Mapping[str, KeyHistory], person_keys: Mapping[str, bytes]
) -> Iterator[Finding]:
    for stored, noted in unit.inspection.events():
        envelope, where = stored.envelope, stored.event.event_id
        if envelope.hash != noted:
            yield Finding("event", where, "办件记录的内容与封存时不一致。")
        if not _is_key_right(device_keys.get(envelope.device), stored):
            yield Finding(
                "signature", where, f"办件记录的设备签名不对，或没有设备“{envelope.device}”的公钥。"
            )
        person = stored.event.hand.person_id
        if envelope.device != HUB_DEVICE and not _is_person_right(person_keys.get(person), stored):
            yield Finding("signature", where, f"办件记录的人员签名不对，或没有人员“{person}”的公钥。")


def _is_key_right(history: KeyHistory | None, stored: StoredEvent) -> bool:
    return history is not None and history.sealed(stored.envelope)


def _is_person_right(public: bytes | None, stored: StoredEvent) -> bool:
    return public is not None and is_signed_by_person(stored.envelope, public)


def _cases(unit: ReadUnit) -> Iterator[Finding]:
    """What every mailbox holds must be what lies here, and its sum the sum over it."""
    confirmed = unit.inspection.confirmed()
    sums: dict[str, tuple[int, str]] = {}
    for held in unit.mailboxes.held():
        rows = confirmed.get(held.case_id, [])
        revisions = [revision for revision, _ in rows]
        told = (revisions, case_hash(envelope_hash for _, envelope_hash in rows))
        if told != (list(range(1, held.revision + 1)), held.hash):
            yield Finding("case", held.case_id, "办件的已确认记录与县级平台告知的不一致，请重新同步。")
        count, digest = sums.get(held.feed, (0, EMPTY_HOLDINGS))
        part = holding(held.case_id, held.revision, held.hash)
        sums[held.feed] = (count + 1, add_holding(digest, part))
    for cursor in unit.mailboxes.cursors():
        kept = unit.mailboxes.holdings(cursor.feed)
        if (kept.count, kept.digest) != sums.get(cursor.feed, (0, EMPTY_HOLDINGS)):
            yield Finding("mailbox", cursor.feed, "收件箱的合计与其中的办件不一致，请重新同步。")


def _attachments(known: Iterable[str], files: AttachmentFiles) -> Iterator[Finding]:
    for sha256 in sorted(known):
        try:
            files.get(sha256)
        except Unavailable as trouble:
            yield Finding("attachment", sha256, trouble.text)
