"""Publishing reference documents, and reading them as the law an event is judged under."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property, lru_cache

from sqlalchemy import Connection

from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.references import repository
from countyhub.references.repository import Document
from hubprotocol.references import sign_reference
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.calendar import from_mapping as calendar_from_mapping
from stationapp.domain.case import Case
from stationapp.domain.catalogue import Catalogue, ServiceItem
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.events import Versions
from stationapp.domain.item_versions import item_begun_with
from stationapp.domain.organisation import Organisation, organisation_from_mapping
from stationapp.domain.refusal import Reason, Refused

ORGANISATION = "organisation"
CATALOGUE = "catalogue"
CALENDAR = "calendar"
DEVICES = "devices"

lock_number = repository.lock_number
versions = repository.versions


def publish(connection: Connection, hub: Hub, name: str, version: str, body: str) -> None:
    """Sign a document and put it in force. Raises Refused when that version was published before."""
    number = repository.lock_number(connection, name)
    if repository.load(connection, name, version) is not None:
        raise Refused(Reason("version-taken", f"“{name}”的版本 {version} 已经发布过。", "version"))
    signature = sign_reference(identities.load(connection).seed, name, version, body)
    repository.add(connection, Document(name, version, body, signature), number + 1, hub.stamp())


def sign_all_anew(connection: Connection) -> None:
    """Sign every version of every document by the hub's key of now: stations believe no other."""
    seed = identities.load(connection).seed
    for one in repository.everything(connection):
        signature = sign_reference(seed, one.name, one.version, one.body)
        repository.set_signature(connection, one.name, one.version, signature)


def read(hub: Hub, name: str, version: str = "") -> Document | None:
    """Return a version of a document, by default the one in force."""
    with hub.database.read() as connection:
        wanted = version or repository.versions(connection).get(name, "")
        return repository.load(connection, name, wanted)


def current_organisation(connection: Connection, hub: Hub) -> Organisation:
    """Return the organisation in force."""
    return Law(connection, hub).current_organisation


class Law:
    """The published documents as one transaction sees them."""

    def __init__(self, connection: Connection, hub: Hub) -> None:
        self._connection = connection
        self._known = hub.documents
        self._current = repository.versions(connection)
        self._absent: set[tuple[str, str]] = set()

    @property
    def current_organisation(self) -> Organisation:
        """The organisation in force."""
        return _organisation(self._body(ORGANISATION, self._current[ORGANISATION]))

    @property
    def current_calendar(self) -> WorkCalendar:
        """The calendar in force."""
        return self.calendar("")

    @property
    def versions(self) -> Versions:
        """The documents in force, as an event names them."""
        return Versions(
            int(self._current[ORGANISATION]), int(self._current[CATALOGUE]), self._current[CALENDAR]
        )

    @cached_property
    def organisation_versions(self) -> dict[int, datetime]:
        """When each version of the organisation was published, the newest first."""
        rows = repository.published(self._connection, ORGANISATION)
        return {int(version): datetime.fromisoformat(at) for version, at in rows}

    @cached_property
    def catalogue_versions(self) -> dict[int, datetime]:
        """When each version of the catalogue was published, the newest first."""
        rows = repository.published(self._connection, CATALOGUE)
        return {int(version): datetime.fromisoformat(at) for version, at in rows}

    def organisations_since(self, since: datetime) -> Iterator[Organisation]:
        """Yield every organisation that was in force at that time or after it, the newest first."""
        for version, published_at in self.organisation_versions.items():
            yield self.organisation(version)
            if published_at <= since:
                return

    def organisation(self, version: int) -> Organisation:
        """Return that version of the organisation, or the one in force when there is none such."""
        return _organisation(self._body(ORGANISATION, str(version)))

    def current_item(self, case: Case) -> ServiceItem | None:
        """Return the item version a case runs under."""
        return item_begun_with(case.application, self.current_catalogue)

    def named_catalogue(self, version: int) -> Catalogue:
        """Return that version of the catalogue, or the one in force when there is none such."""
        return _catalogue(self._body(CATALOGUE, str(version)))

    @property
    def current_catalogue(self) -> Catalogue:
        """The catalogue in force."""
        return _catalogue(self._body(CATALOGUE, self._current[CATALOGUE]))

    def catalogue(self, version: int) -> Catalogue | None:
        """Return that version of the catalogue, or None when it was never published."""
        document = repository.load(self._connection, CATALOGUE, str(version))
        return _catalogue(document.body) if document else None

    def catalogue_on(self, day: date) -> Catalogue:
        """Return the catalogue that was in force at the end of a day, or the first there ever was."""
        rows = repository.published(self._connection, CATALOGUE)
        version = next((name for name, at in rows if at[:10] <= day.isoformat()), rows[-1][0])
        return _catalogue(self._body(CATALOGUE, version))

    def calendar(self, version: str) -> WorkCalendar:
        """Return that version of the calendar, or the one in force when there is none such."""
        return _calendar(self._body(CALENDAR, version))

    def _body(self, name: str, version: str) -> str:
        known = self._known.get((name, version))
        if known is not None:
            return known
        if (name, version) in self._absent:
            return self._body(name, self._current[name])
        document = repository.load(self._connection, name, version)
        if document is None:
            self._absent.add((name, version))
            return self._body(name, self._current[name])
        self._known[name, version] = document.body
        return document.body


@lru_cache(maxsize=64)
def _organisation(body: str) -> Organisation:
    return organisation_from_mapping(json.loads(body))


@lru_cache(maxsize=16)
def _calendar(body: str) -> WorkCalendar:
    return calendar_from_mapping(json.loads(body))


@lru_cache(maxsize=16)
def _catalogue(body: str) -> Catalogue:
    return catalogue_from_mapping(json.loads(body))
