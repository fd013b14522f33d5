"""Rescuing what was done here and is not at the hub from a home whose database cannot be opened (抢救导出).

The home is only read, not a byte of it is changed: a disk that fails must not be written to, and whoever mends it later
wants it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from hubprotocol.courier.stick import PART_BYTES
from stationapp.domain.refusal import Reason, Refused
from stationapp.exchange.courier import rescue as stick
from stationapp.exchange.courier.rescue import RescuedFile, stretches
from stationapp.exchange.courier.troubles import stick_troubles_told
from stationapp.exchange.courier.writing import Order
from stationapp.platform.clock import Clock, to_text
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.session import unlock
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.damaged import opened
from stationapp.store.salvage import Salvage, salvage

HAND_TO = "县级平台管理员（由其用 countyhub courier-read 读取）"
Progress = Callable[[int, int], None]
_NO_DATABASE = "本站数据库文件不见了，没有可以导出的。请不要在这个文件夹里新建或删除文件，立即联系维护人员。"


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was saved and what was not: acts that the hub had not acknowledged, and receipt numbers of their cases.

    `lost_seqs` are the places of the acts that cannot be read, `lost_receipts` the numbers of their cases as far as
    these can be read. `end_is_known` says that no act can be missing behind the last one.
    """

    folder: str
    files: tuple[str, ...]
    saved: int
    saved_receipts: tuple[str, ...]
    lost_seqs: tuple[int, ...]
    lost_receipts: tuple[str, ...]
    scans: int
    lost_scans: tuple[str, ...]
    end_is_known: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.end_is_known and not self.lost_seqs and not self.lost_scans

    @property
    def text(self) -> str:
        """What a person reads of it."""
        return "\n".join(_lines(self))


def rescue(
    paths: StationPaths,
    clock: Clock,
    login: str,
    password: str,
    folder: Path,
    *,
    part_bytes: int = PART_BYTES,
    progress: Progress = lambda *_: None,
) -> Rescue:
    """Write what is not at the hub onto a stick, for the hub, as far as this disk gives it.

    Raises Refused for a wrong name or password or a folder within the home, Unavailable when the keys cannot be read,
    when the database does not say who this PC is, or when the stick is in the way.
    """
    if folder.absolute().is_relative_to(paths.home):
        text = "不能写到本站的数据文件夹里，那里的磁盘可能已损坏。请选择U盘。"
        raise Refused(Reason("rescue-folder", text, "folder"))
    vault = unlock(paths, login, password)
    order = Order(folder, vault.station, HAND_TO, part_bytes=part_bytes)
    if not folder.is_dir():
        raise Unavailable("找不到这个U盘或文件夹，请插好U盘后重新选择。", "no folder")
    if not paths.database.is_file():
        raise Unavailable(_NO_DATABASE, "no database")
    with stick_troubles_told(), opened(paths.database, vault.keys.data_key, folder) as reader:
        found = salvage(reader, stick.SETTINGS)
    files = AttachmentFiles(paths.attachments, vault.keys.data_key)
    return _told(found, list(stick.write(found, files, order, to_text(clock.now()), progress)))


def _told(found: Salvage, written: list[RescuedFile]) -> Rescue:
    after = found.acknowledged.seq
    lost = {seq: number for seq, number in found.lost.items() if seq > after}
    lost_receipts = dict.fromkeys(filter(None, lost.values()))
    saved_receipts = dict.fromkeys(number for one in written for number in one.parcel.receipt_numbers)
    lost_scans = tuple(name for one in written for name in one.skipped)
    return Rescue(
        written[0].file.folder.name,
        tuple(
            path.name for one in written for path in (*one.file.parts, one.file.text_path) if path is not None
        ),
        sum(one.seq > after for one in found.envelopes),
        tuple(number for number in saved_receipts if number not in lost_receipts),
        tuple(sorted(lost)),
        tuple(lost_receipts),
        len(found.scans) - len(lost_scans),
        lost_scans,
        found.end_is_known,
    )


def _lines(done: Rescue) -> Iterable[str]:
    yield f"已救出 {done.saved} 条没有上报的办理记录、{done.scans} 个扫描件，写在U盘的 COURIER/{done.folder} 文件夹里。"
    if done.saved_receipts:
        yield f"救出的收件号：{'、'.join(done.saved_receipts)}。"
    if done.lost_seqs:
        places = "、".join(str(a) if a == b else f"{a}－{b}" for a, b in stretches(done.lost_seqs))
        yield f"有 {len(done.lost_seqs)} 条记录读不出来，没有救出（本机第 {places} 条）。"
        numbers = "、".join(done.lost_receipts) or "读不出来，请与纸质收件凭证核对"
        yield f"受影响的收件号：{numbers}。请保留这些办件的纸质材料和凭证，告知县级平台。"
    if done.lost_scans:
        yield f"有 {len(done.lost_scans)} 个扫描件读不出来：{'、'.join(done.lost_scans)}。请用纸质材料重新扫描。"
    if not done.end_is_known:
        yield "最后一段记录的位置也损坏了，可能还有没救出的记录，请与最近几天的纸质收件凭证逐件核对。"
    yield f"请把U盘交给{HAND_TO}。本机的文件一个也没有改动，请不要删除，等县级平台收下后再联系维护人员。"
