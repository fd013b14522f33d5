"""A PC the county has marked as lost: locked until the county unlocks it, or wiped after everything was sent.

The order itself stands in the store. What has to be known before anybody signs in, or after the store is gone,
stands in one small file beside it: it names no case and nobody.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import SystemRandom

from hubprotocol.orders import Stage
from hubprotocol.requests import sign_request
from stationapp.exchange import leaving, orders, outbox
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.hub_client import FAREWELL, HubClient
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import Credentials
from stationapp.platform import keyring_store
from stationapp.platform.atomic_files import Damaged, copy_of, disk_trouble, read_checked, write_twice
from stationapp.platform.clock import Clock, to_text
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.hub_address import county_ca, hub_address
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore

LOCKED = (
    "本机已由县级平台登记为丢失并锁定，现在谁也不能登录。本机的办件一件也没有删除。"
    "如电脑已经找回，请联系县级平台管理员解锁，解锁后联网登录即可继续使用。"
)
WIPED = (
    "本机已由县级平台登记为丢失，按县级平台的命令清除了本机的办件数据和密钥。"
    "清除以前，本机的全部办件和附件都已送到县级平台，县级平台确认已经收到；从那以后由县级平台保存和备份。"
    "如需继续使用这台电脑，请向县级平台索取新的登记码重新登记。"
)
_WITHOUT = (
    "只有 {} 个扫描件没能送到，本机的磁盘已经读不出来：用到它们的办理记录已送到县级平台，在那里等待，"
    "请联系县级平台管理员，用纸质材料处理。"
)
# What a wiped home may keep: neither cases nor keys are in it.
_KEPT = frozenset(
    {"county-order.json", "county-order.json.bak", "station.lock", "settings.json", "county-ca.pem", "logs"}
)
_log = logging.getLogger(__name__)


class _Stand(StrEnum):
    LOCKED = "locked"
    WIPING = "wiping"  # the hub has everything; destroying may have begun
    WIPED = "wiped"


@dataclass(frozen=True, slots=True)
class _Note:
    """What holds; for a wiped PC also the last request to the hub, signed while there still was a key."""

    stand: _Stand
    hub_url: str = ""
    body: str = ""
    headers: dict[str, str] | None = None
    is_told: bool = False
    lacking: int = 0

    @property
    def words(self) -> str:
        """What a person has to be told."""
        if self.stand is _Stand.LOCKED:
            return LOCKED
        return WIPED + (_WITHOUT.format(self.lacking) if self.lacking else "")


def carry_out(paths: StationPaths, store: StationStore, clock: Clock) -> None:
    """After a round that ended `ORDERED`: write down what holds now. The store can be closed then.

    A PC to be wiped is wiped by `finish`, whatever happens in between.
    """
    with store.read() as unit:
        now, identity = orders.standing(unit), unit.identity.get()
        if identity is None or not now.restricts:
            return
        if not now.wipes:
            _write(paths, _Note(_Stand.LOCKED))
            return
        leave = orders.farewell(unit, identity, Stage.DONE).model_dump_json()
    at = to_text(clock.now())
    signed = sign_request(identity.device, identity.device_seed, "POST", FAREWELL, leave.encode(), at)
    address = hub_address(paths, identity.hub_url)
    _write(paths, _Note(_Stand.WIPING, address, leave, signed, lacking=now.lacking))


def lock_when_all_is_sent(paths: StationPaths, store: StationStore, files: AttachmentFiles) -> bool:
    """Obey an order that came by stick, as a round does that ends `ORDERED`; return whether the session is over.

    While something is only here it is not: who has no network could send it in no other way. A PC to be wiped is
    locked until the hub itself says, by network, that it lacks nothing. Raises Unavailable when the disk does not
    say what is here.
    """
    with store.read() as unit:
        now, has_unsent = orders.standing(unit), outbox.has_unsent(unit)
    if not now.restricts or has_unsent or leaving.has_scans_to_bring(store, files):
        return False
    if not now.wipes:
        orders.obeyed(store)
    _write(paths, _Note(_Stand.LOCKED))
    return True


def finish(paths: StationPaths) -> str:
    """Go on with what an order began, at every start; return what a person has to be told, or nothing.

    Raises Unavailable when the disk refuses to destroy something: it is tried again at the next start.
    """
    note = _read(paths)
    if note is None:
        return ""
    if note.stand is _Stand.WIPING:
        _destroy(paths)
        _write(paths, replace(note, stand=_Stand.WIPED))
    return note.words


def tell_hub(paths: StationPaths, clock: Clock) -> bool:
    """Say to the hub that the data are destroyed, if that is so and was not said; without a network it is said at
    another start. Return whether nothing is left to say.
    """
    note = _read(paths)
    if note is None or note.is_told or note.stand is not _Stand.WIPED:
        return True
    client = HubClient(note.hub_url, clock, None, county_ca(paths))
    try:
        client.send_signed(FAREWELL, note.body.encode(), note.headers or {})
    except Unavailable as trouble:
        _log.info("hub not told that the data are destroyed: %s", trouble.detail)
        return False
    finally:
        client.close()
    _write(paths, replace(note, is_told=True))
    return True


def require_open(paths: StationPaths, clock: Clock) -> None:
    """Raise Unavailable on a PC that was wiped, or was about to be: then it is wiped first."""
    note = _read(paths)
    if note is not None and note.stand is not _Stand.LOCKED:
        said = finish(paths)
        tell_hub(paths, clock)
        raise Unavailable(said, "wiped")


def require_unlocked(paths: StationPaths, clock: Clock, store: StationStore, files: AttachmentFiles) -> None:
    """Let nobody in while the hub's order holds: ask the hub whether it still does, and send what is unsent.

    Raises Unavailable with what happened.
    """
    with store.read() as unit:
        identity, now = unit.identity.get(), orders.standing(unit)
    if identity is None or not now.restricts:
        forget(paths)
        return
    done = _exchange(paths, clock, store, files, identity)
    with store.read() as unit:
        now = orders.standing(unit)
    if not now.restricts:
        forget(paths)
        return
    if done is Outcome.ORDERED and now.wipes:
        carry_out(paths, store, clock)
        raise Unavailable("本机正按县级平台的命令清除数据，请重新打开程序。", "wiping")
    raise Unavailable(LOCKED, "locked")


def forget(paths: StationPaths) -> None:
    """Remove the note: nothing holds any more, or the PC is enrolled anew."""
    try:
        for file in (paths.county_order, copy_of(paths.county_order)):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise disk_trouble(error) from error


def _exchange(
    paths: StationPaths, clock: Clock, store: StationStore, files: AttachmentFiles, identity: Identity
) -> Outcome:
    address = hub_address(paths, identity.hub_url)
    credentials = Credentials(identity.device, identity.device_seed)
    client = HubClient(address, clock, credentials, county_ca(paths))
    try:
        return ExchangeEngine(store, files, client, clock, SystemRandom().random).run_once().outcome
    finally:
        client.close()


def _destroy(paths: StationPaths) -> None:
    """The keys first: without them the rest can no longer be read. All of it may be repeated."""
    _try(lambda: _remove(paths.vault), lambda: _remove(copy_of(paths.vault)))
    home_id = paths.home / "home-id"
    if home_id.exists() or copy_of(home_id).exists():
        keyring_store.forget(paths.home_id())
    _try(*(_remover(path) for path in sorted(paths.home.iterdir()) if path.name not in _KEPT))


def _remover(path: Path) -> Callable[[], None]:
    return lambda: _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _try(*steps: Callable[[], None]) -> None:
    """Take every step, and only then say that one failed."""
    failures = []
    for step in steps:
        try:
            step()
        except OSError as error:
            failures.append(error)
    if failures:
        raise disk_trouble(failures[0]) from failures[0]


def _write(paths: StationPaths, note: _Note) -> None:
    write_twice(paths.county_order, json.dumps(asdict(note)).encode())


def _read(paths: StationPaths) -> _Note | None:
    try:
        return read_checked(paths.county_order, _parse).value
    except FileNotFoundError:
        return None
    except Damaged as damage:
        raise Unavailable("县级平台命令的记录文件已损坏，请联系维护人员。", str(damage)) from damage


def _parse(data: bytes) -> _Note:
    try:
        row = json.loads(data)
        return _Note(**{**row, "stand": _Stand(row["stand"])})
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(type(error).__name__) from error
