"""What each command of `countyhub catalogue` does. False means that the answer is no."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from countyhub.catalogue import files, repository, service
from countyhub.hub import Hub
from countyhub.opened import opened, say
from countyhub.references.service import Law
from stationapp.domain.catalogue import Catalogue, ItemStatus, ServiceItem
from stationapp.domain.catalogue_changes import ACTS, STATE_TITLES, CatalogueChange
from stationapp.domain.catalogue_coverage import coverage
from stationapp.domain.catalogue_history import (
    KIND_TITLES,
    changes_between,
    history,
    kind_of,
    standing,
)
from stationapp.domain.organisation import Level, Organisation
from stationapp.domain.refusal import Reason, Refused

_LEVELS = {Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇级", Level.VILLAGE: "村级"}


def export(options: argparse.Namespace) -> None:
    """Write a published catalogue to a file that people edit."""
    with opened(options) as hub, hub.database.read() as connection:
        catalogue = _catalogue(Law(connection, hub), options.version)
        files.write(options.file, catalogue)
        say(file=str(options.file), version=catalogue.version, items=len(catalogue.items))


def _catalogue(law: Law, version: int | None) -> Catalogue:
    found = law.current_catalogue if version is None else law.catalogue(version)
    if found is None:
        raise Refused(Reason("no-version", f"没有发布过第{version}版目录。", "version"))
    return found


def draft(options: argparse.Namespace) -> None:
    """Draft a change from an edited file."""
    items, dictionary = files.read(options.file)

    def work(connection: Connection, hub: Hub) -> CatalogueChange:
        if options.number:
            return service.amend(
                connection, hub, options.by, options.number, items, dictionary, options.effective
            )
        return service.draft(
            connection, hub, options.by, options.reason, items, dictionary, options.effective
        )

    _done(options, work)


_STATUS = {"suspend": ItemStatus.SUSPENDED, "cancel": ItemStatus.CANCELLED, "resume": ItemStatus.IN_USE}


def set_status(options: argparse.Namespace) -> None:
    """Draft a change that suspends, cancels or resumes items."""

    def work(connection: Connection, hub: Hub) -> CatalogueChange:
        catalogue = Law(connection, hub).current_catalogue
        day = options.on or hub.now().date()
        items = service.with_status(catalogue, options.codes, _STATUS[options.act], day)
        return service.draft(connection, hub, options.by, options.reason, items)

    _done(options, work)


def review(options: argparse.Namespace) -> None:
    """Another person finds a change ready."""
    _done(options, lambda one, hub: service.review(one, hub, options.by, options.number, options.note))


def reject(options: argparse.Namespace) -> None:
    """Another person sends a change back."""
    _done(options, lambda one, hub: service.reject(one, hub, options.by, options.number, options.note))


def publish(options: argparse.Namespace) -> None:
    """Publish a reviewed change."""
    _done(options, lambda one, hub: service.publish(one, hub, options.by, options.number))


def withdraw(options: argparse.Namespace) -> None:
    """Take a change back, published or not."""
    with opened(options) as hub:
        change, version = hub.database.write(
            lambda one: service.withdraw(one, hub, options.by, options.number, options.note, options.on)
        )
        _say_change(change, _organisation(hub), catalogue=version)


def _done(options: argparse.Namespace, work: Callable[[Connection, Hub], CatalogueChange]) -> None:
    with opened(options) as hub:
        change = hub.database.write(lambda connection: work(connection, hub))
        _say_change(change, _organisation(hub), catalogue=change.published_as)


def _organisation(hub: Hub) -> Organisation:
    with hub.database.read() as connection:
        return Law(connection, hub).current_organisation


def _say_change(change: CatalogueChange, organisation: Organisation, **more: Any) -> None:
    say(
        change=change.number,
        state=STATE_TITLES[change.state],
        reason=change.reason,
        items=[{"code": item.code, "name": item.name} for item in change.items],
        dictionary=change.dictionary is not None,
        steps=[
            {
                "act": ACTS[step.act].title,
                "by": person.name if (person := organisation.person(step.person_id)) else step.person_id,
                "at": step.at,
                "note": step.note,
            }
            for step in change.steps
        ],
        **more,
    )


def changes(options: argparse.Namespace) -> None:
    """List every change, the newest first."""
    with opened(options) as hub, hub.database.read() as connection:
        organisation = Law(connection, hub).current_organisation
        for change in repository.everything(connection):
            _say_change(change, organisation, catalogue=change.published_as)


def show_history(options: argparse.Namespace) -> bool:
    """Tell every version of an item; False when there is no such code."""
    with opened(options) as hub, hub.database.read() as connection:
        catalogue = Law(connection, hub).current_catalogue
        origin = {
            (item.code, item.version): change
            for change in repository.everything(connection)
            if change.published_as
            for item in change.items
        }
    lines = history(catalogue, options.code)
    for line in lines:
        change = origin.get((line.item.code, line.item.version))
        say(
            version=line.item.version,
            name=line.item.name,
            kind=KIND_TITLES[line.kind],
            since=line.since.isoformat(),
            until=line.until.isoformat() if line.until else "",
            changed=list(line.changed),
            change=change.number if change else 0,
            reason=change.reason if change else "",
        )
    return bool(lines)


def show_at(options: argparse.Namespace) -> bool:
    """Tell what held on a day, by the catalogue of that day; False when a code was not known then."""
    with opened(options) as hub, hub.database.read() as connection:
        law = Law(connection, hub)
        catalogue = law.catalogue_on(options.on)
    codes = [options.code] if options.code else catalogue.codes
    say(on=options.on.isoformat(), catalogue=catalogue.version, published_at=catalogue.published_at)
    known = True
    for code in codes:
        item = catalogue.in_force(code, options.on)
        state = standing(catalogue, code, options.on)
        known = known and bool(state)
        say(code=code, state=state or "没有此编码", **_version(item))
    return known


def _version(item: ServiceItem | None) -> dict[str, Any]:
    return {"name": item.name, "version": item.version} if item else {"name": "", "version": 0}


def compare(options: argparse.Namespace) -> None:
    """Tell what changed between two published versions."""
    with opened(options) as hub, hub.database.read() as connection:
        law = Law(connection, hub)
        old, new = _catalogue(law, options.old), _catalogue(law, options.new)
    for one in changes_between(old, new):
        say(kind=KIND_TITLES[one.kind], code=one.code, text=one.text, changed=list(one.changed))


def check(options: argparse.Namespace) -> None:
    """Read a file as `draft` would, and tell what it would change; nothing is written."""
    items, _ = files.read(options.file)
    with opened(options) as hub, hub.database.read() as connection:
        catalogue = Law(connection, hub).current_catalogue
    for item in items:
        before = catalogue.versions_of(item.code)
        kind = KIND_TITLES[kind_of(before[0] if before else None, item)]
        unchanged = service.is_known(item, catalogue)
        say(code=item.code, name=item.name, kind="未变" if unchanged else kind)


def show_coverage(options: argparse.Namespace) -> bool:
    """Tell which items are in service where; False when something of the minimum set is missing."""
    required = options.required.read_text(encoding="utf-8").split() if options.required else ()
    with opened(options) as hub, hub.database.read() as connection:
        law = Law(connection, hub)
        day: date = options.on or hub.now().date()
        found = coverage(law.current_catalogue, law.current_organisation, day, required)
    for row in found.rows:
        say(
            code=row.code,
            name=row.name,
            in_service=row.is_in_service,
            decided=_LEVELS[row.decides_at],
            received=[_LEVELS[level] for level in row.received_at] if row.is_in_service else [],
            minimum_set=row.minimum_set,
            reasons=list(row.reasons),
        )
    say(
        on=found.day.isoformat(),
        items=len(found.rows),
        outside=len(found.outside),
        received={title: found.count(level) for level, title in _LEVELS.items()},
        minimum_outside=[row.code for row in found.minimum_outside],
        minimum_unknown=list(found.lacking),
    )
    return not found.minimum_outside and not found.lacking
