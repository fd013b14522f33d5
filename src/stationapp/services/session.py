"""Signing in and out. It works offline and without a keyring: the password opens the station's vault."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from stationapp.domain.organisation import Post
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import NoVault, UnknownPerson, Unlocked, Vault, WrongPassword
from stationapp.services import lost_pc
from stationapp.services.people_here import people_lag, posts_of, renew_people
from stationapp.services.roster import Roster, read_roster
from stationapp.services.second_road import mend, take_notice
from stationapp.services.workplace import Workplace, read_references
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.station_store import StationStore

_NOT_ENROLLED = "本机尚未登记，请由技术人员用登记码登记本机。"
_NO_ROSTER = "本机人员名单不见了，无法登录。办件数据没有受影响，请保留数据文件夹不动，并联系维护人员恢复。"
_NO_VAULT = "密钥文件及其备份都不见了，无法登录。请保留数据文件夹不动，并联系维护人员恢复。"
_log = logging.getLogger(__name__)


def require_set_up(paths: StationPaths) -> None:
    """Raise Unavailable on a PC that was never enrolled; what an enrolled one lost is signing-in's to mend."""
    if not paths.database.exists() and read_roster(paths.home) is None:
        raise Unavailable(lost_pc.finish(paths) or _NOT_ENROLLED, "no roster")


def sign_in(paths: StationPaths, clock: Clock, login: str, password: str, post_id: str = "") -> Workplace:
    """Open the station for a person, offline. `post_id` chooses among several posts; the first one is the
    default. A lost vault or roster is made anew first when the system's keyring has the key.

    Raises Refused for a wrong name or password or a person without a post, Unavailable when the station's
    files cannot be opened. A wrong name and a wrong password are answered alike.
    """
    lost_pc.require_open(paths, clock)
    mend(paths)
    opened = unlock(paths, login, password)
    return open_workplace(paths, clock, opened.person_id, opened.keys, post_id, opened.notice)


@dataclass(frozen=True, slots=True)
class Opened:
    """A vault that a password opened: by whom, the keys in it, the station's name, and what is wrong with its file."""

    person_id: str
    keys: Unlocked
    station: str
    notice: str


def unlock(paths: StationPaths, login: str, password: str) -> Opened:
    """Open the vault for a person; the home is only read. Raises Refused and Unavailable as `sign_in` does."""
    roster = _require_roster(paths)
    entry = roster.find(login)
    wrong = Reason("wrong-password", "用户名或密码不对，请重新输入。", "password")
    if entry is None:
        raise Refused(wrong)
    try:
        vault = Vault.open(paths.home)
        keys = vault.unlock(entry.person_id, password)
    except (WrongPassword, UnknownPerson) as error:
        raise Refused(wrong) from error
    except NoVault as error:
        raise Unavailable(_NO_VAULT, "no vault") from error
    return Opened(entry.person_id, keys, roster.station, vault.notice or "")


def _require_roster(paths: StationPaths) -> Roster:
    people = read_roster(paths.home)
    if people is None:
        raise Unavailable(_NO_ROSTER if paths.database.exists() else _NOT_ENROLLED, "no roster")
    return people


def open_workplace(
    paths: StationPaths,
    clock: Clock,
    person_id: str,
    unlocked: Unlocked,
    post_id: str = "",
    vault_notice: str = "",
) -> Workplace:
    """Open the store with an unlocked data key and take the person's post. `vault_notice` says that the vault
    was read from its copy; both are written anew then.
    """
    store = StationStore.open(paths.database, unlocked.data_key)
    try:
        lost_pc.require_unlocked(paths, clock, store, AttachmentFiles(paths.attachments, unlocked.data_key))
        told = [vault_notice, _catch_up(paths, store, unlocked.data_key, bool(vault_notice))]
        workplace = _take_post(paths, clock, store, person_id, unlocked, post_id)
        workplace.notice = "\n".join(filter(None, [*told, take_notice(store)]))
        return workplace
    except BaseException:
        store.close()
        raise


def _catch_up(paths: StationPaths, store: StationStore, data_key: bytes, mending: bool) -> str:
    """Renew vault and roster where a new organisation's people were not written down.

    A disk that refuses does not keep anybody from working: its sentence is returned, and it is tried again next
    time.
    """
    with store.read() as unit:
        lagging = people_lag(unit)
    if not lagging and not mending:
        return ""
    try:
        renew_people(paths, data_key, store)
    except Unavailable as trouble:
        _log.warning("people not renewed: %s", trouble.detail)
        return trouble.text
    return ""


def _take_post(
    paths: StationPaths, clock: Clock, store: StationStore, person_id: str, unlocked: Unlocked, post_id: str
) -> Workplace:
    with store.read() as unit:
        identity = unit.identity.get()
        if identity is None:
            raise Unavailable(_NOT_ENROLLED, "no identity")
        references = read_references(unit)
    organisation = references.organisation
    posts = posts_of(organisation, identity, person_id)
    if posts and post_id and post_id not in {post.post_id for post in posts}:
        raise Refused(Reason("no-post", "您没有这个岗位。", "post"))
    post = next((post for post in posts if post.post_id == post_id), posts[0] if posts else None)
    person = organisation.person(person_id)
    desk = organisation.desk(post.desk_id) if post else None
    if post is None or person is None or desk is None:
        raise Refused(Reason("no-post", "您在本站点没有岗位，请联系乡镇或县级管理员。"))
    files = AttachmentFiles(paths.attachments, unlocked.data_key)
    seed, data_key = unlocked.person_keys.sign_seed, unlocked.data_key
    return Workplace(paths, store, files, clock, identity, references, person, post, desk, seed, data_key)


def posts_here(workplace: Workplace) -> tuple[Post, ...]:
    """Return the posts in which the signed-in person may act at this station."""
    return posts_of(workplace.organisation, workplace.identity, workplace.person.person_id)


def change_post(workplace: Workplace, post_id: str) -> None:
    """Take another of one's own posts, for instance another department's at the county hall."""
    post = next((post for post in posts_here(workplace) if post.post_id == post_id), None)
    desk = workplace.organisation.desk(post.desk_id) if post else None
    if post is None or desk is None:
        raise Refused(Reason("no-post", "您没有这个岗位。"))
    workplace.post, workplace.desk = post, desk


def sign_out(workplace: Workplace) -> None:
    """Close the store; nothing is lost, for nothing is kept only in memory."""
    workplace.store.close()
