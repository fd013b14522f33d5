"""A person at a desk with everything an act needs: who, where, under which documents, on which store and
clock.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.calendar import from_mapping as calendar_from_mapping
from stationapp.domain.case import Case
from stationapp.domain.catalogue import Catalogue, ServiceItem
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.events import Hand, Versions
from stationapp.domain.item_versions import item_begun_with
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import Desk, Organisation, Person, Post, organisation_from_mapping
from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit

NO_REFERENCES = "本机还没有收到机构、事项目录或工作日历，请联网同步一次。"


@dataclass(frozen=True, slots=True)
class References:
    """The published documents in force at this station."""

    organisation: Organisation
    catalogue: Catalogue
    calendar: WorkCalendar

    @property
    def versions(self) -> Versions:
        """Their versions, as an event names them."""
        return Versions(self.organisation.version, self.catalogue.version, self.calendar.version)


def read_references(unit: ReadUnit) -> References:
    """Return the documents in force; raises Unavailable when one has never arrived."""
    bodies = {}
    for name in ("organisation", "catalogue", "calendar"):
        reference = unit.references.get(name)
        if reference is None:
            raise Unavailable(NO_REFERENCES, f"no {name}")
        bodies[name] = reference.body
    return References(
        _organisation(bodies["organisation"]), _catalogue(bodies["catalogue"]), _calendar(bodies["calendar"])
    )


# A document is read after every exchange and seldom changes: the same text is parsed once.
@lru_cache(maxsize=2)
def _organisation(body: str) -> Organisation:
    return organisation_from_mapping(json.loads(body))


@lru_cache(maxsize=2)
def _catalogue(body: str) -> Catalogue:
    return catalogue_from_mapping(json.loads(body))


@lru_cache(maxsize=2)
def _calendar(body: str) -> WorkCalendar:
    return calendar_from_mapping(json.loads(body))


@dataclass(slots=True)
class Workplace:
    """A signed-in person at one of his desks. `references` is replaced when newer documents arrive."""

    paths: StationPaths
    store: StationStore
    files: AttachmentFiles
    clock: Clock
    identity: Identity
    references: References
    person: Person
    post: Post
    desk: Desk
    sign_seed: bytes = field(repr=False)
    data_key: bytes = field(repr=False)
    notice: str = ""
    """What the person has to be told after signing in: Chinese sentences, or nothing."""

    @property
    def hand(self) -> Hand:
        """The hand with which this person acts."""
        side = self.post.side_of(self.person.person_id)
        return Hand(self.desk.desk_id, self.post.post_id, self.person.person_id, self.person.name, str(side))

    @property
    def organisation(self) -> Organisation:
        """The organisation in force."""
        return self.references.organisation

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in force."""
        return self.references.catalogue

    @property
    def calendar(self) -> WorkCalendar:
        """The working-day calendar in force."""
        return self.references.calendar

    def now(self) -> datetime:
        """The station's time."""
        return self.clock.now()

    def item_of(self, case: Case) -> ServiceItem | None:
        """The version of the item under which a case runs."""
        return item_begun_with(case.application, self.catalogue)

    def situation(self, case: Case) -> Situation:
        """What the rules look at for a case."""
        return Situation(case, self.organisation, self.item_of(case), self.calendar)

    def opening(self, item: ServiceItem | None) -> Situation:
        """What the rules look at when a case of an item is opened."""
        return Situation(None, self.organisation, item, self.calendar)

    def refresh(self) -> None:
        """Take up documents that arrived since the person signed in."""
        with self.store.read() as unit:
            self.references = read_references(unit)
