"""What a full story has to show: every state and move, every kind of item and affair, every paper and crossing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from stationapp.demo.full.cases_crossing import NOT_PLAYED
from stationapp.demo.full.reckoning import FullReport, Seen
from stationapp.documents.registry import PAPERS
from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import CASE
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.crossing_rows import ROWS
from stationapp.domain.states import State


def note_unseen(seen: Seen, papers: Collection[str], crossings: Collection[str], report: FullReport) -> None:
    """Write into the report what should have been seen and was not, and what is exempt for which reason."""
    report.unseen = {
        "states": _lacking((str(state) for state in State), {str(one) for one in seen.states}),
        "moves": _lacking(TABLE, seen.moves),
        "kinds": _lacking([*map(str, HandlingKind), CASE, *map(str, AffairKind)], seen.kinds),
        "papers": _lacking(PAPERS, papers),
        "crossings": _lacking({row.name for row in ROWS} - NOT_PLAYED.keys(), crossings),
    }
    report.exempt = {"crossings": NOT_PLAYED}


def _lacking(wanted: Iterable[str], seen: Collection[str]) -> list[str]:
    return sorted(set(wanted) - set(seen))
