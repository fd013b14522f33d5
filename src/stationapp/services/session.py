"""Signing in and out. It works offline and without a keyring: the password opens the station's vault."""

from __future__ import annotations

from stationapp.domain.organisation import Organisation, Post
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import NoVault, Sealer, UnknownPerson, Unlocked, Vault, WrongPassword
from stationapp.services.roster import PostChoice, Roster, RosterEntry, read_roster, write_roster
from stationapp.services.workplace import Workplace, read_references
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore

_NOT_ENROLLED = "本机尚未登记，请由技术人员用登记码登记本机。"


def renew_roster(paths: StationPaths, organisation: Organisation, identity: Identity) -> None:
    """Write down anew who may sign in here, from the organisation in force."""
    desk = organisation.desk(identity.station)
    rows = []
    for person in organisation.people_of(frozenset(identity.desks)):
        posts = _posts_here(organisation, identity, person.person_id)
        choices = tuple(
            PostChoice(post.post_id, post.title, _desk_name(organisation, post)) for post in posts
        )
        titles = "、".join(post.title for post in posts)
        rows.append(RosterEntry(person.person_id, person.login, person.name, titles, choices))
    write_roster(paths.home, desk.name if desk else identity.station, rows)


def _desk_name(organisation: Organisation, post: Post) -> str:
    desk = organisation.desk(post.desk_id)
    return desk.name if desk else post.desk_id


def sealers(organisation: Organisation, identity: Identity) -> list[Sealer]:
    """Return to whose keys the station's data key is sealed: everybody with a post at its desks."""
    from hubprotocol.keys import KdfParams

    return [
        Sealer(
            person.person_id,
            bytes.fromhex(person.box_public),
            bytes.fromhex(person.salt),
            KdfParams(person.kdf_ops, person.kdf_memory_kib * 1024),
        )
        for person in organisation.people_of(frozenset(identity.desks))
        if person.box_public
    ]


def require_enrolled(paths: StationPaths) -> Roster:
    """Return who may sign in; raises Unavailable on a PC that is not enrolled."""
    people = read_roster(paths.home)
    if people is None:
        raise Unavailable(_NOT_ENROLLED, "no roster")
    return people


def sign_in(paths: StationPaths, clock: Clock, login: str, password: str, post_id: str = "") -> Workplace:
    """Open the station for a person, offline. `post_id` chooses among several posts; the first one is the
    default.

    Raises Refused for a wrong name or password or a person without a post, Unavailable when the station's
    files cannot be opened. A wrong name and a wrong password are answered alike.
    """
    entry = require_enrolled(paths).find(login)
    wrong = Reason("wrong-password", "用户名或密码不对，请重新输入。", "password")
    if entry is None:
        raise Refused(wrong)
    try:
        unlocked = Vault.open(paths.home).unlock(entry.person_id, password)
    except (WrongPassword, UnknownPerson) as error:
        raise Refused(wrong) from error
    except NoVault as error:
        raise Unavailable(_NOT_ENROLLED, "no vault") from error
    return open_workplace(paths, clock, entry.person_id, unlocked, post_id)


def open_workplace(
    paths: StationPaths, clock: Clock, person_id: str, unlocked: Unlocked, post_id: str = ""
) -> Workplace:
    """Open the store with an unlocked data key and take the person's post."""
    store = StationStore.open(paths.database, unlocked.data_key)
    try:
        with store.read() as unit:
            identity = unit.identity.get()
            if identity is None:
                raise Unavailable(_NOT_ENROLLED, "no identity")
            references = read_references(unit)
        organisation = references.organisation
        posts = _posts_here(organisation, identity, person_id)
        if posts and post_id and post_id not in {post.post_id for post in posts}:
            raise Refused(Reason("no-post", "您没有这个岗位。", "post"))
        post = next((post for post in posts if post.post_id == post_id), posts[0] if posts else None)
        person = organisation.person(person_id)
        desk = organisation.desk(post.desk_id) if post else None
        if post is None or person is None or desk is None:
            raise Refused(Reason("no-post", "您在本站点没有岗位，请联系乡镇或县级管理员。"))
        files = AttachmentFiles(paths.attachments, unlocked.data_key)
        return Workplace(
            paths,
            store,
            files,
            clock,
            identity,
            references,
            person,
            post,
            desk,
            unlocked.person_keys.sign_seed,
            unlocked.data_key,
        )
    except BaseException:
        store.close()
        raise


def posts_here(workplace: Workplace) -> tuple[Post, ...]:
    """Return the posts in which the signed-in person may act at this station."""
    return _posts_here(workplace.organisation, workplace.identity, workplace.person.person_id)


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


def _posts_here(organisation: Organisation, identity: Identity, person_id: str) -> tuple[Post, ...]:
    return tuple(post for post in organisation.posts_of(person_id) if post.desk_id in identity.desks)
