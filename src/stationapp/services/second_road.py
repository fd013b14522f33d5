"""The second road to a station's data: when vault or roster are lost, the key in the system's keyring.

The key opens the database, and the organisation in it says whose keys the vault is sealed to and who stands in
the roster. Nobody is let in by it: a password still has to open the vault that was made anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from stationapp.exchange.enrolment import finish
from stationapp.platform import keyring_store
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.people_here import renew_people, vault_is_lost
from stationapp.services.roster import roster_is_lost
from stationapp.store.station_store import StationStore

NOTICE_SETTING = "sign_in_notice"
"""Under this name the store keeps what whoever signs in next is told once."""

_MENDED = (
    "{lost}丢失或损坏，已用系统密钥环中的密钥打开本站数据库重新生成，办件没有丢失。"
    "请检查磁盘，并做一次数据备份；数据文件夹中名称带“damaged”的文件请保留，交给维护人员。"
)
_VAULT, _ROSTER = "密钥文件", "人员名单"
_log = logging.getLogger(__name__)


def mend(paths: StationPaths) -> bool:
    """Make vault and roster anew if one is lost and the keyring's key opens the database; True when it was done.

    Nothing changes when keyring or database give no answer. What was done waits in the store for whoever signs
    in next. Raises Unavailable when the disk refuses.
    """
    lost = _lost(paths)
    if not lost or not paths.database.exists():
        return False
    data_key = keyring_store.fetch(paths.home_id())
    if data_key is None:
        return False
    with _opened(paths, data_key) as store:
        return store is not None and _mend(paths, data_key, store, lost)


def _mend(paths: StationPaths, data_key: bytes, store: StationStore, lost: list[str]) -> bool:
    with store.read() as unit:
        if unit.identity.get() is None:
            return False
    renew_people(paths, data_key, store)
    if _lost(paths):  # The organisation in the database names nobody here.
        return False
    with store.write() as writing:
        writing.settings.set(NOTICE_SETTING, _MENDED.format(lost="和".join(lost)))
    finish(paths.home)  # An enrolment that died before its roster is complete now.
    _log.warning("mended by the keyring: %s", "、".join(lost))
    return True


def take_notice(store: StationStore) -> str:
    """Return what was mended since somebody signed in, empty for nothing. It is told once, or, when the disk
    refuses to forget it, again.
    """
    with store.read() as unit:
        notice = unit.settings.get(NOTICE_SETTING)
    if notice:
        try:
            with store.write() as writing:
                writing.settings.delete(NOTICE_SETTING)
        except Unavailable as trouble:
            _log.warning("notice not forgotten: %s", trouble.detail)
    return notice


def _lost(paths: StationPaths) -> list[str]:
    found = ((_VAULT, vault_is_lost(paths)), (_ROSTER, roster_is_lost(paths.home)))
    return [name for name, lost in found if lost]


@contextmanager
def _opened(paths: StationPaths, data_key: bytes) -> Iterator[StationStore | None]:
    """A key of another home, or a database that does not open, leaves all as it is: signing in says what is lost."""
    try:
        store = StationStore.open(paths.database, data_key)
    except Unavailable as trouble:
        _log.warning("second road closed: %s", trouble.detail)
        yield None
        return
    try:
        yield store
    finally:
        store.close()
