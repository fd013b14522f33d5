"""`stationapp item …`."""

from __future__ import annotations

import argparse

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import workplace_of
from stationapp.domain.catalogue_history import KIND_TITLES
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.catalogue import HANDLING_TITLES, LEVEL_TITLES, find_items, guide
from stationapp.services.catalogue_work import (
    catalogue_age,
    catalogue_changes,
    item_history,
    items_in_service,
)
from stationapp.services.handovers import desk_name
from stationapp.services.routes import routes_of


def search(options: argparse.Namespace) -> Exit:
    """Print the items that match."""
    with workplace_of(options) as workplace:
        found = find_items(workplace, options.text)
    say(
        [
            {
                "code": row.item.code,
                "name": row.item.name,
                "handling": HANDLING_TITLES[row.item.handling],
                "decides": LEVEL_TITLES[row.item.decides_at],
                "closed": [reason.text for reason in row.closed],
            }
            for row in found
        ]
    )
    return Exit.DONE


def show(options: argparse.Namespace) -> Exit:
    """Print the guide of an item."""
    with workplace_of(options) as workplace:
        item = workplace.catalogue.in_force(options.code, workplace.now().date())
    if item is None:
        raise Refused(Reason("no-code", "没有这个事项编码。", "code"))
    sections = [{"title": section.title, "lines": section.lines} for section in guide(item)]
    materials = [{"material_id": row.material_id, "name": row.name} for row in item.materials]
    say(
        {
            "code": item.code,
            "name": item.name,
            "guide": sections,
            "materials": materials,
            "form": dict(item.form),
        }
    )
    return Exit.DONE


def catalogue(options: argparse.Namespace) -> Exit:
    """Print which catalogue is in force here, how old it is, and what it changed."""
    with workplace_of(options) as workplace:
        age = catalogue_age(workplace)
        changes = catalogue_changes(workplace, options.since, options.until)
    say(
        {
            "version": age.version,
            "published_at": age.published_at.isoformat() if age.published_at else "",
            "checked_at": age.checked_at.isoformat() if age.checked_at else "",
            "days": age.days,
            "line": age.line,
            "warning": age.warning,
            "changes": [
                {
                    "kind": KIND_TITLES[row.kind],
                    "code": row.code,
                    "text": row.text,
                    "changed": list(row.changed),
                }
                for row in changes
            ],
        }
    )
    return Exit.DONE


def history(options: argparse.Namespace) -> Exit:
    """Print every version of an item."""
    with workplace_of(options) as workplace:
        lines = item_history(workplace, options.code)
    if not lines:
        raise Refused(Reason("no-code", "没有这个事项编码。", "code"))
    say(
        [
            {
                "version": line.item.version,
                "kind": KIND_TITLES[line.kind],
                "since": line.since.isoformat(),
                "until": line.until.isoformat() if line.until else "",
                "changed": list(line.changed),
            }
            for line in lines
        ]
    )
    return Exit.DONE


def coverage(options: argparse.Namespace) -> Exit:
    """Print which items are in service where."""
    with workplace_of(options) as workplace:
        found = items_in_service(workplace)
    rows = [
        {
            "code": row.code,
            "name": row.name,
            "in_service": row.is_in_service,
            "decides": LEVEL_TITLES[row.decides_at],
            "received": [level.name.lower() for level in row.received_at],
            "minimum_set": row.minimum_set,
            "reasons": list(row.reasons),
        }
        for row in found.rows
    ]
    say({"items": rows, "minimum_outside": [row.code for row in found.minimum_outside]})
    return Exit.DONE


def route(options: argparse.Namespace) -> Exit:
    """Print where cases of an item go from this desk, division by division."""
    with workplace_of(options) as workplace:
        rows = routes_of(workplace, options.code, options.division)
        say(
            [
                {
                    "division": row.division,
                    "desk": row.desk_id,
                    "desk_name": desk_name(workplace.organisation, row.desk_id),
                    "department": row.department,
                    "way": list(row.way),
                    "served": row.is_served,
                }
                for row in rows
            ]
        )
    return Exit.DONE
