"""`stationapp item …`."""

from __future__ import annotations

import argparse

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import workplace_of
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.catalogue import HANDLING_TITLES, LEVEL_TITLES, find_items, guide


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
