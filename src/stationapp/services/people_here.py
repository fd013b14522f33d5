"""Whose passwords open this PC: vault and roster follow the organisation in force, also after a lost moment."""

from __future__ import annotations

import json

from stationapp.domain.organisation import Organisation, Post, organisation_from_mapping
from stationapp.platform.atomic_files import Damaged, read_checked
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import Sealer, Vault
from stationapp.platform.vault_file import parse_vault
from stationapp.services.roster import PostChoice, RosterEntry, write_roster
from stationapp.store.records import Identity, Reference
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit, WriteUnit

PEOPLE_SETTING = "people_version"
"""Under this name the store notes for which organisation vault and roster were written."""


def renew_people(paths: StationPaths, data_key: bytes, store: StationStore) -> None:
    """Let exactly the people of the organisation in force sign in here from now on; a lost vault is made anew.

    Raises Unavailable when the disk refuses or a newer program wrote the vault. Until all is written the store
    does not say so, and the next signing-in tries again.
    """
    with store.read() as unit:
        identity, reference = unit.identity.get(), unit.references.get("organisation")
    if identity is None or reference is None:
        raise Unavailable("本机尚未登记。", "no identity")
    organisation = organisation_from_mapping(json.loads(reference.body))
    people = sealers(organisation, identity)
    if not people:
        return
    if vault_is_lost(paths):
        Vault.rebuild(paths.home, data_key, people)
    else:
        Vault.open(paths.home).reseal(data_key, people)
    renew_roster(paths, organisation, identity)
    with store.write() as writing:
        note_people(writing, reference)


def people_lag(unit: ReadUnit) -> bool:
    """Whether an organisation came into force whose people were not written down here."""
    reference = unit.references.get("organisation")
    return reference is not None and unit.settings.get(PEOPLE_SETTING) != _mark(reference)


def note_people(unit: WriteUnit, organisation: Reference) -> None:
    """Note that vault and roster hold the people of this organisation."""
    unit.settings.set(PEOPLE_SETTING, _mark(organisation))


def _mark(organisation: Reference) -> str:
    """A hub restored from a backup may give a version out twice: the signature tells the two apart."""
    return f"{organisation.version} {organisation.signature}"


def vault_is_lost(paths: StationPaths) -> bool:
    """Whether neither the vault nor its copy can be used. Raises Unavailable as reading them does."""
    try:
        read_checked(paths.vault, parse_vault)
    except (FileNotFoundError, Damaged):
        return True
    return False


def renew_roster(paths: StationPaths, organisation: Organisation, identity: Identity) -> None:
    """Write down anew who may sign in here, from the organisation in force."""
    desk = organisation.desk(identity.station)
    rows = []
    for person in organisation.people_of(frozenset(identity.desks)):
        posts = posts_of(organisation, identity, person.person_id)
        choices = tuple(
            PostChoice(post.post_id, post.title, _desk_name(organisation, post)) for post in posts
        )
        titles = "、".join(post.title for post in posts)
        rows.append(RosterEntry(person.person_id, person.login, person.name, titles, choices))
    write_roster(paths.home, desk.name if desk else identity.station, rows)


def posts_of(organisation: Organisation, identity: Identity, person_id: str) -> tuple[Post, ...]:
    """Return the posts a person has at this PC's desks."""
    return tuple(post for post in organisation.posts_of(person_id) if post.desk_id in identity.desks)


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
