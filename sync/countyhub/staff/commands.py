"""`countyhub staff`."""

from __future__ import annotations

import argparse

from countyhub.opened import opened, say
from countyhub.references.service import Law
from stationapp.domain.post_terms import PostTerm, terms


def staff(options: argparse.Namespace) -> None:
    """Print a line for each post with its holders and its term, those that end first first."""
    with opened(options) as hub:
        with hub.database.read() as connection:
            organisation = Law(connection, hub).current_organisation
        rows = terms(organisation, hub.now().date())
    for row in rows:
        if options.within is None or _ends(row, options.within):
            say(**_line(row))


def _ends(row: PostTerm, days: int) -> bool:
    return row.days_left is not None and row.days_left <= days


def _line(row: PostTerm) -> dict[str, object]:
    return {
        "desk": row.post.desk_id,
        "post": row.post.post_id,
        "title": row.post.title,
        "holder_a": row.holder_a,
        "holder_b": row.holder_b,
        "since": row.post.since,
        "until": row.post.until,
        "days_left": row.days_left,
        "over": row.is_over,
    }
