"""From a file a person edits to a published reference document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from countyhub.hub import Hub
from countyhub.references import organisation_check, service
from countyhub.references.dropped_desks import refuse_orphaned
from hubprotocol.keys import KdfParams, derive_person_keys, new_salt, public_of
from stationapp.domain import calendar
from stationapp.domain.catalogue import Catalogue, ServiceItem, missing_publics
from stationapp.domain.catalogue_codec import catalogue_from_mapping, catalogue_to_mapping
from stationapp.domain.catalogue_history import lost_or_altered
from stationapp.domain.divisions import Divisions, divisions_from_mapping
from stationapp.domain.organisation import (
    Organisation,
    Person,
    organisation_from_mapping,
    organisation_to_mapping,
)
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.supervision_policy import policy_of

T = TypeVar("T")
_KIB = 1024
_KEY_FIELDS = ("salt", "kdf_ops", "kdf_memory_kib", "sign_public", "box_public")


def read_organisation(path: Path) -> Organisation:
    """Return the organisation in a file. Raises Refused when it is none, OSError when it cannot be read."""
    organisation = read_file(path, organisation_from_mapping)
    policy_of(organisation)  # Thresholds that nobody can read must not reach the stations.
    return organisation


def read_catalogue(path: Path) -> Catalogue:
    """Return the catalogue in a file. Raises Refused when it is none, OSError when it cannot be read."""
    return read_file(path, catalogue_from_mapping)


def read_calendar(path: Path) -> calendar.WorkCalendar:
    """Return the calendar in a file. Raises Refused when it is none, OSError when it cannot be read."""
    return read_file(path, calendar.from_mapping)


def read_divisions(path: Path) -> Divisions:
    """Return the divisions in a file. Raises Refused when it is none, OSError when it cannot be read."""
    return read_file(path, divisions_from_mapping)


def read_passwords(path: Path) -> dict[str, str]:
    """Return the initial passwords in a file: login → password."""
    return read_file(path, lambda data: {str(login): str(password) for login, password in data.items()})


def read_file(path: Path, reader: Callable[[Any], T]) -> T:
    """Return what a reader makes of a JSON file. Raises Refused when it is none, OSError when it cannot be read."""
    try:
        return reader(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        text = f"文件 {path.name} 的内容不对，没有采用：{type(error).__name__} {error}"
        raise Refused(Reason("malformed-file", text, path.name)) from error


def with_password(person: Person, password: str, random_bytes: Callable[[int], bytes]) -> Person:
    """Return the person with a fresh salt and the public keys that follow from a password."""
    params = KdfParams(person.kdf_ops, person.kdf_memory_kib * _KIB)
    salt = new_salt(random_bytes)
    public = public_of(derive_person_keys(password, salt, params))
    return replace(
        person, salt=salt.hex(), sign_public=public.sign_public.hex(), box_public=public.box_public.hex()
    )


def with_passwords(
    organisation: Organisation, passwords: Mapping[str, str], random_bytes: Callable[[int], bytes]
) -> Organisation:
    """Return the organisation with keys for everybody who has a password here."""
    unknown = sorted(passwords.keys() - {person.login for person in organisation.persons})
    if unknown:
        raise Refused(Reason("no-person", f"组织机构里没有登录名“{'、'.join(unknown)}”。", "login"))
    persons = (
        with_password(person, passwords[person.login], random_bytes) if person.login in passwords else person
        for person in organisation.persons
    )
    return replace(organisation, persons=tuple(persons))


def publish_organisation(
    connection: Connection, hub: Hub, organisation: Organisation, passwords: Mapping[str, str]
) -> str:
    """Publish an organisation as the next version; persons without keys keep those they have. Return the version.

    Raises Refused for an organisation that cannot be worked with, see `organisation_check` and `dropped_desks`.
    """
    organisation_check.refuse_unsound(organisation)
    if service.lock_number(connection, service.ORGANISATION):
        law = service.Law(connection, hub)
        this_year = hub.now().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        organisation_check.refuse_inherited_short_names(organisation, law.organisations_since(this_year))
        refuse_orphaned(connection, law.current_organisation, organisation)
    return _publish_organisation(connection, hub, organisation, passwords)


def _publish_organisation(
    connection: Connection, hub: Hub, organisation: Organisation, passwords: Mapping[str, str]
) -> str:
    number = service.lock_number(connection, service.ORGANISATION)
    if number:
        organisation = _with_known_keys(organisation, service.current_organisation(connection, hub))
    organisation = with_passwords(replace(organisation, version=number + 1), passwords, hub.random_bytes)
    return _publish(connection, hub, service.ORGANISATION, number + 1, organisation_to_mapping(organisation))


def _with_known_keys(organisation: Organisation, before: Organisation) -> Organisation:
    def keep(person: Person) -> Person:
        known = before.person(person.person_id)
        if known is None or person.sign_public:
            return person
        return replace(person, **{name: getattr(known, name) for name in _KEY_FIELDS})

    return replace(organisation, persons=tuple(keep(person) for person in organisation.persons))


def publish_catalogue(connection: Connection, hub: Hub, catalogue: Catalogue) -> str:
    """Publish a catalogue; its version is a higher one than that in force. Return the version."""
    service.lock_number(connection, service.CATALOGUE)
    current = service.versions(connection)[service.CATALOGUE]
    if current and catalogue.version <= int(current):
        text = f"目录的版本 {catalogue.version} 不高于现行版本 {current}。"
        raise Refused(Reason("version-not-higher", text, "version"))
    return _publish(connection, hub, service.CATALOGUE, catalogue.version, catalogue_to_mapping(catalogue))


def refuse_altered(connection: Connection, hub: Hub, catalogue: Catalogue) -> None:
    """Raise Refused when a catalogue lacks, or tells otherwise, a version that was published: running cases finish
    under the version they began with.
    """
    altered = lost_or_altered(service.Law(connection, hub).current_catalogue, catalogue)
    if altered:
        raise Refused(
            *(
                Reason(
                    "version-altered",
                    f"“{item.name}”（{item.code}）第{item.version}版已经发布，在办件要按它办结。"
                    "新目录中没有它或者改动了它，请原样保留，修改内容另立新版本。",
                    "items",
                )
                for item in altered
            )
        )


def refuse_incomplete(catalogue: Catalogue, today: date, *, allowed: bool) -> list[Reason]:
    """Return a warning for each item in use that lacks one of the six publics (六个公开, SEED 001) or has gaps.

    Such an item can be looked at but no station opens a case of it (`catalogue.why_not_open`). Raises Refused with
    all of them unless `allowed`. Demonstration items, ended ones and those not in use may lack what they like.
    """
    lacking = [
        Reason("item-incomplete", f"“{item.name}”（{item.code}）缺少：{_gaps(item)}。", "items")
        for item in catalogue.items
        if item.status.is_in_service
        and not (item.is_complete or item.demonstration)
        and (item.effective_to is None or today < item.effective_to)
    ]
    if lacking and not allowed:
        raise Refused(*lacking)
    return lacking


def _gaps(item: ServiceItem) -> str:
    return "、".join(dict.fromkeys((*missing_publics(item), *item.gaps)))


def publish_calendar(connection: Connection, hub: Hub, published: calendar.WorkCalendar) -> str:
    """Publish a calendar under the version it names. Return the version."""
    return _publish(connection, hub, service.CALENDAR, published.version, calendar.to_mapping(published))


def set_password(connection: Connection, hub: Hub, login: str, password: str) -> str:
    """Publish the organisation with new keys for one person. Return the version."""
    service.lock_number(connection, service.ORGANISATION)
    organisation = service.current_organisation(connection, hub)
    # An organisation of former times may have faults that would be refused today: a password must not wait.
    return _publish_organisation(connection, hub, organisation, {login: password})


def _publish(connection: Connection, hub: Hub, name: str, version: int | str, data: Mapping[str, Any]) -> str:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    service.publish(connection, hub, name, str(version), body)
    return str(version)
