"""Reading a stick: what lies on it, for whom it is, and what became of each file. Nothing is ever removed from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from hubprotocol.courier.container import Scan
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import MOST_CARRIED_BYTES, Direction, Taking
from hubprotocol.courier.stick import PART_BYTES, NotReadBack, StickFile, find, folder_of, remove
from hubprotocol.keys import sign_public_of
from stationapp.exchange.courier import ledger, stash
from stationapp.exchange.courier.answers import AnswerReader, AnswerTaken
from stationapp.exchange.courier.carrying import ROAD_AWAY, Carried, Carrier, CourierRoad
from stationapp.exchange.courier.stash import Keeping
from stationapp.exchange.courier.troubles import stick_troubles_told
from stationapp.exchange.key_changes import follow_hub, hub_changes, own_changes
from stationapp.exchange.references import slot_of
from stationapp.exchange.transport import ChainForked, HubFault, HubUnreachable
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore

_log = logging.getLogger(__name__)


class Kind(StrEnum):
    """What a file on a stick is to this station."""

    ANSWER = "answer"  # the hub's answer to us
    OWN = "own"  # what we wrote ourselves
    OTHERS_ANSWER = "others-answer"
    OTHERS = "others"
    UNREADABLE = "unreadable"


class Result(StrEnum):
    """What became of it."""

    TAKEN = "taken"  # it brought something
    OLD = "old"  # nothing in it was news
    WAITING = "waiting"  # it has to go on to the hub
    CARRIED = "carried"  # it went on over the network
    NOT_OURS = "not-ours"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """A file on the stick, what it is, what became of it, and the sentence a person reads. `code` names faults.

    `station` is the one that wrote it or for which it was written, of a file that cannot be read by its folder alone
    and only when that is ours; `remark` is about the text beside it.
    """

    name: str
    folder: str
    kind: Kind
    result: Result
    text: str
    code: str = ""
    station: str = ""
    number: int = 0
    remark: str = ""
    answer: AnswerTaken | None = None


@dataclass(frozen=True, slots=True)
class StickRead:
    """All that was found on a stick."""

    findings: tuple[Finding, ...]
    touched: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    ordered: bool = False
    """Whether an order of the hub to lock this PC was obeyed after reading, and the session is over."""

    @property
    def settled(self) -> int:
        """How many acts the hub has now according to the answers read."""
        return sum(one.answer.settled for one in self.findings if one.answer)


@dataclass(frozen=True, slots=True)
class Reader:
    """One station that reads sticks. `road` is the way to the hub, None without a network."""

    store: StationStore
    files: AttachmentFiles
    clock: Clock
    road: CourierRoad | None = None
    station_name: Callable[[str], str] = field(default=lambda station: station)
    part_bytes: int = PART_BYTES
    stash: Path | None = None

    @property
    def identity(self) -> Identity:
        """Who this PC is now. Raises Unavailable before it is enrolled."""
        with self.store.read() as unit:
            identity: Identity | None = unit.identity.get()
        if identity is None:
            raise Unavailable("本机还没有在县级平台登记，请先完成登记。", "no identity")
        return identity

    def read(self, root: Path, progress: Callable[[int, int], None] = lambda *_: None) -> StickRead:
        """Read every file below a folder, answers to us in their order first. Raises Unavailable for the stick."""
        with stick_troubles_told():
            files = sorted(find(root), key=lambda file: (file.direction is Direction.UP, file.name))
            carrier = Carrier(self.road, self.part_bytes) if self.road is not None else None
            findings = []
            for done, file in enumerate(files):
                progress(done, len(files))
                findings.append(self._read(file, root, carrier))
            findings += self._serve_others(root, files, carrier)
            progress(len(files), len(files))
        answers = [one.answer for one in findings if one.answer is not None]
        return StickRead(
            tuple(findings),
            frozenset().union(*(one.touched for one in answers)),
            frozenset().union(*(one.renewed for one in answers)),
        )

    def _read(self, file: StickFile, root: Path, carrier: Carrier | None) -> Finding:
        try:
            found = file.scanned()
        except CourierFault as fault:
            found_by_folder = file.folder.name.upper() == folder_of(root, self.identity.device).name
            finding = _finding(file, None, Kind.UNREADABLE, Result.REFUSED, fault.text, fault.code)
            return replace(finding, station=self.identity.station if found_by_folder else "")
        try:
            return self._sort(file, found, root, carrier)
        except CourierFault as fault:
            kind = self._kind(found)
            return _finding(file, found, kind, Result.REFUSED, fault.text, fault.code)

    def _kind(self, found: Scan) -> Kind:
        own = found.header.device == self.identity.device
        if found.header.direction is Direction.DOWN:
            return Kind.ANSWER if own else Kind.OTHERS_ANSWER
        return Kind.OWN if own else Kind.OTHERS

    def _sort(self, file: StickFile, found: Scan, root: Path, carrier: Carrier | None) -> Finding:
        kind = self._kind(found)
        if kind is Kind.ANSWER:
            return self._take(file, found)
        if kind is Kind.OTHERS_ANSWER:
            if not found.is_signed_by(bytes.fromhex(found.header.hub)):
                raise CourierFault("wrong-signature")
            kept = self._keep(file, found) is Keeping.KEPT
            return _finding(file, found, kind, Result.NOT_OURS, self._whose(found, kept))
        if kind is Kind.OWN:
            return self._own(file, found)
        return self._carry(file, found, root, carrier)

    def _whose(self, found: Scan, kept: bool) -> str:
        with self.store.read() as unit:
            former = found.header.device in unit.chain.devices()
            slot = slot_of(unit, found.header.device)
        if former:
            return "这是本机重新登记以前的回执，已不适用。以前没有送出的办件会随新文件重新送出。"
        if found.header.station == self.identity.station:
            which = f"（它编的收件号，末段以“{slot:02}”开头）" if slot else ""
            later = "本机已代存一份，那台电脑的U盘插到本机读取时会写上去。" if kept else ""
            return f"这是给本站另一台电脑{which}的回执，不是本机的，请把U盘插到那台电脑上读取。{later}"
        name = self.station_name(found.header.station)
        later = f"本机已代存一份，“{name}”的U盘插到本机读取时会写上去。" if kept else ""
        return f"这是给“{name}”的回执，不是本机的，请把U盘交给那个站点。{later}"

    def _take(self, file: StickFile, found: Scan) -> Finding:
        identity = self._believing(found)
        if identity is None:
            return _finding(file, found, Kind.ANSWER, Result.OLD, _OVERTAKEN)
        try:
            taken = AnswerReader(self.store, self.files, self.clock, identity).take(file, found)
        except (ChainForked, HubFault) as trouble:
            code = "fork" if isinstance(trouble, ChainForked) else "bad-content"
            return _finding(file, found, Kind.ANSWER, Result.REFUSED, trouble.text, code)
        result = Result.OLD if taken.is_old else Result.TAKEN
        return replace(_finding(file, found, Kind.ANSWER, result, _words_of(taken)), answer=taken)

    def _believing(self, found: Scan) -> Identity | None:
        """Return the identity by which an answer is read, following the hub when it changed its key since.

        Whoever got hold of a key that was changed can write what the hub might have written before, so nothing of
        such an answer is taken: None for one no newer than the last that was read, which has nothing to say anyway.
        Raises CourierFault unless our hub wrote this very file.
        """
        identity, hub = self.identity, found.header.hub
        if not found.is_signed_by(bytes.fromhex(hub)):
            raise CourierFault("wrong-signature")
        if hub == identity.hub_public:
            return identity
        with self.store.read() as unit:
            former = {change.old_public for change in hub_changes(unit)}
            last = ledger.read_ledger(unit, identity.device).answer_number
        if hub in former:
            if found.header.number <= last:
                return None
            raise CourierFault("former-key")
        try:
            return follow_hub(self.store, identity, hub, [one.unpack() for one in found.header.changes])
        except HubFault as fault:
            raise CourierFault("wrong-addressee", "hub") from fault

    def _own(self, file: StickFile, found: Scan) -> Finding:
        with self.store.read() as unit:
            written = ledger.read_ledger(unit, self.identity.device)
            upto = unit.chain.acknowledged().seq
            keys = {change.old_public for change in own_changes(unit)}
        known = next((one for one in written.files if one.hash == found.hash), None)
        keys.add(sign_public_of(self.identity.device_seed).hex())
        if known is None and not any(found.is_signed_by(bytes.fromhex(key)) for key in keys):
            raise CourierFault("altered", "own")
        if known is not None and known.result == Taking.REFUSED:
            return _finding(file, found, Kind.OWN, Result.REFUSED, _NOT_TAKEN.format(known.text), "not-taken")
        use = written.use_of(known, upto) if known is not None else ledger.Use.ITS_OWN
        if use is not ledger.Use.ITS_OWN:
            return _finding(file, found, Kind.OWN, *_OF_NO_USE[use])
        if known is not None and known.is_taken:
            text = "这是本机写出的文件，县级平台已经收下，可以从U盘删除。"
            return _finding(file, found, Kind.OWN, Result.OLD, text)
        text = "这是本机写出的文件，还没有读到县级平台的回执。请把U盘送到县级平台或上级乡镇。"
        return _finding(file, found, Kind.OWN, Result.WAITING, text)

    def _carry(self, file: StickFile, found: Scan, root: Path, carrier: Carrier | None) -> Finding:
        name = self.station_name(found.header.station)
        if carrier is None:
            return self._wait(file, found, f"这是“{name}”写给县级平台的文件，本机打不开也不需要打开。")
        if found.size > MOST_CARRIED_BYTES:
            keeping = self._keep(file, found)
            if keeping is Keeping.ANSWERED:
                return _finding(file, found, Kind.OTHERS, Result.OLD, _ANSWERED.format(name))
            text = f"{_TOO_LARGE.format(name)}{_KEPT_FOR_STICK if keeping is Keeping.KEPT else ''}"
            return _finding(file, found, Kind.OTHERS, Result.WAITING, text, "too-large")
        try:
            carried = carrier.carry(file, found, root)
        except Unavailable as trouble:
            why = _NO_ROAD if isinstance(trouble, HubUnreachable) else trouble.text
            return self._wait(file, found, f"“{name}”的文件没有送成：{why}", "not-carried")
        except OSError as error:
            _log.warning("answer not written: %s", type(error).__name__)
            return _finding(file, found, Kind.OTHERS, Result.WAITING, _NO_ANSWER.format(name), "no-answer")
        report = carried.report
        if report.taking is Taking.REFUSED and carried.answer is None:
            return _finding(file, found, Kind.OTHERS, Result.REFUSED, report.text, report.code)
        brought = "回执已写到U盘，请把U盘交还该站点。" if carried.answer else "回执稍后再取。"
        text = f"已代“{name}”送到县级平台：{report.text}{brought}"
        return _finding(file, found, Kind.OTHERS, Result.CARRIED, text, report.code)

    def _wait(self, file: StickFile, found: Scan, text: str, code: str = "") -> Finding:
        """What cannot go on now waits on the stick, and here."""
        keeping = self._keep(file, found)
        if keeping is Keeping.ANSWERED:
            text = _ANSWERED.format(self.station_name(found.header.station))
            return _finding(file, found, Kind.OTHERS, Result.OLD, text)
        text += _KEPT if keeping is Keeping.KEPT else _NEEDS_ROAD
        return _finding(file, found, Kind.OTHERS, Result.WAITING, text, code)

    def _keep(self, file: StickFile, found: Scan) -> Keeping:
        """Keep a copy here; where there is no place for it, that costs nothing but its way."""
        if self.stash is None:
            return Keeping.NOT
        try:
            return stash.keep(self.stash, file, found)
        except (OSError, NotReadBack) as error:
            _log.warning("a file of others is not kept: %s", type(error).__name__)
            return Keeping.NOT

    def _serve_others(self, root: Path, files: Sequence[StickFile], carrier: Carrier | None) -> list[Finding]:
        """Carry on what waits here, and give the owners of the stick the answers that wait for them."""
        if self.stash is None:
            return []
        damaged = stash.drop_damaged(self.stash)
        brought = [
            _finding(one, None, Kind.UNREADABLE, Result.REFUSED, _DROPPED, "dropped") for one in damaged
        ]
        brought += self._carry_stash(self.stash, root, carrier) if carrier is not None else []
        owners = {file.folder.name for file in files}
        for one in stash.kept(self.stash, Direction.DOWN):
            placed = stash.put(root, one) if one.file.folder.name in owners else None
            if placed is not None:
                text = f"已把代存的给“{self.station_name(one.header.station)}”的回执写到U盘。"
                found = placed.scanned()
                brought.append(_finding(placed, found, Kind.OTHERS_ANSWER, Result.CARRIED, text))
        return brought

    def _carry_stash(self, folder: Path, root: Path, carrier: Carrier) -> list[Finding]:
        """Carry on what goes and say what became of it; what stays and lies on the stick, too, was told already.

        Nobody waits for these: what does not go on now goes the next time, and holds up nothing behind it.
        """
        told: list[Finding] = []
        for one in stash.kept(folder, Direction.UP):
            try:
                found = one.file.scanned()
                if found.hash in carrier.done:
                    remove(one.file)
                    continue
                finding = self._carry_kept(carrier, one.file, found, folder)
            except CourierFault:
                continue  # It was damaged just now and is dropped the next time.
            except ROAD_AWAY as trouble:
                _log.info("files kept for others stay: %s", trouble)
                break
            if finding.result is not Result.WAITING or not stash.has(root, found):
                told.append(finding)
        return told

    def _carry_kept(self, carrier: Carrier, file: StickFile, found: Scan, folder: Path) -> Finding:
        """Carry a kept file on and forget it, or say why it stays. Raises `ROAD_AWAY`."""
        name = self.station_name(found.header.station)
        if found.size > MOST_CARRIED_BYTES:
            text = _KEPT_TOO_LARGE.format(name)
            return _finding(file, found, Kind.OTHERS, Result.WAITING, text, "too-large")
        try:
            carried = carrier.carry(file, found, folder)
        except ROAD_AWAY:
            raise
        except (Unavailable, CourierFault, OSError) as trouble:
            _log.warning("a file kept for others stays: %s", type(trouble).__name__)
            why = _NO_DISK if isinstance(trouble, OSError) else trouble.text
            text = f"代存的“{name}”的文件没有送成：{why}{_GOES_LATER}"
            return _finding(file, found, Kind.OTHERS, Result.WAITING, text, "not-carried")
        result, text = _words_of_kept(name, carried)
        told = _finding(file, found, Kind.OTHERS, result, text, carried.report.code)
        remove(file)
        return told


_NO_ROAD = "现在连不上县级平台。"
_NOT_TAKEN = "这是本机写出的文件，县级平台没有收下：{}"
_ANEW = (
    "这是本机写出的文件，再送这一份没有用：县级平台缺少它里面或它之前的记录。"
    "请现在用“写到U盘”重新写一份送去。本机的办件没有丢失。"
)
_IN_LATER = "这是本机写出的文件，里面的记录已写进后面的文件，这一份不用再送。"
_OF_NO_USE = {
    ledger.Use.ANEW: (Result.WAITING, _ANEW, "write-anew"),
    ledger.Use.IN_LATER: (Result.OLD, _IN_LATER, "in-later-file"),
}
_RESTORED = (
    "县级平台用备份恢复过，本机以前送到过的 {records} 条办理记录{scans}要再送一次。"
    "这些都在本机，没有丢失。请现在用“写到U盘”重新写一份，送到县级平台。"
)
_NEEDS_ROAD = "U盘上的文件原样保留。联网后再读一次可代为送出，也可以把U盘直接送到县级平台。"
_KEPT = "U盘上的文件原样保留，本机也代存了一份：联网后再读U盘时代为送出，写本站的U盘时一并带上。"
_TOO_LARGE = "“{}”的这份文件太大，不能经网络代送，请把U盘直接送到县级平台。U盘上的文件原样保留。"
_KEPT_FOR_STICK = "本机也代存了一份，写本站的U盘时一并带上。"
_ANSWERED = "这是“{}”写给县级平台的文件，里面的记录县级平台已经收下，不用再送；本机代存着它的回执。"
_DROPPED = "本机代存的这一份已损坏，已经删除。写出它的站点什么也没有丢失，下次读到那个站点的U盘时再代存。"
_KEPT_REFUSED = "代存的“{}”的文件县级平台没有收下：{}本机不再代存这一份。"
_ANSWER_KEPT = "回执由本机代存，那个站点的U盘插到本机读取时写上去。"
_GOES_LATER = "本机继续代存，下次联网读U盘时再送，写本站的U盘时也一并带上。"
_NO_DISK = "本机磁盘已满或读写出错。"
_KEPT_TOO_LARGE = "代存的“{}”的文件太大，不能经网络代送，写本站的U盘时一并带上，请把U盘送到县级平台。"
_NO_ANSWER = "“{}”的文件已送到县级平台，但回执写不上U盘（只读、已满或已拔出）。处理好后再读一次即可。"
_LOCKED = "县级平台已锁定本机，不能再办理；已办的内容都在，可继续写到U盘送出。请联系县级平台管理员。"
_OVERTAKEN = "这份回执以前读过，或已被更新的内容取代，没有再动任何办件。"
_NO_TEXT = "旁边的说明文件（TXT）不见了，不影响使用。"
_OTHER_TEXT = "旁边的说明文件（TXT）被改动过，请以程序显示的结果为准。"


def _finding(
    file: StickFile, found: Scan | None, kind: Kind, result: Result, text: str, code: str = ""
) -> Finding:
    if found is None:
        return Finding(file.name, file.folder.name, kind, result, text, code)
    there = file.text_hash()
    remark = "" if there == found.header.manifest else _OTHER_TEXT if there else _NO_TEXT
    header = found.header
    return Finding(
        file.name, file.folder.name, kind, result, text, code, header.station, header.number, remark
    )


def _words_of_kept(name: str, carried: Carried) -> tuple[Result, str]:
    """Say what the hub said to a file that waited here."""
    report = carried.report
    if report.taking is Taking.REFUSED and carried.answer is None:
        return Result.REFUSED, _KEPT_REFUSED.format(name, report.text)
    later = _ANSWER_KEPT if carried.answer else ""
    return Result.CARRIED, f"已把代存的“{name}”的文件送到县级平台：{report.text}{later}"


def _words_of(taken: AnswerTaken) -> str:
    """Say in one paragraph what an answer brought."""
    if taken.is_old:
        return _OVERTAKEN
    parts: Sequence[str] = (
        f"县级平台已收到本机 {taken.settled} 条办理记录" if taken.settled else "",
        f"收到 {taken.received} 条新消息" if taken.received else "",
        f"收到 {taken.scans} 个扫描件" if taken.scans else "",
        "机构、事项等资料已更新" if taken.renewed else "",
    )
    if taken.locked:
        brought = f"县级平台已收到本机 {taken.settled} 条办理记录。" if taken.settled else ""
        return f"{brought}{_LOCKED}"
    said = "，".join(part for part in parts if part)
    troubles = "".join(trouble.text for trouble in taken.troubles)
    return f"{said or '已核对回执'}。{_restored(taken)}{_reported(taken)}{troubles}"


def _restored(taken: AnswerTaken) -> str:
    """Say what a hub restored from a backup needs again, empty when it lacks nothing."""
    if taken.lost is None:
        return ""
    scans = f"和 {taken.lost.scans} 个扫描件" if taken.lost.scans else ""
    return _RESTORED.format(records=taken.lost.records, scans=scans)


def _reported(taken: AnswerTaken) -> str:
    """Repeat what the hub says of files that are not taken; what it lost says already why one came too early."""
    telling = {Taking.REFUSED} if taken.lost else {Taking.REFUSED, Taking.EARLY}
    return "".join(f"第 {one.number} 号文件：{one.text}" for one in taken.reports if one.taking in telling)
