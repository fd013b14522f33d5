"""The figures of this station: the county's own definitions over the cases that are known here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stationapp.domain.bulletin import BulletinTally, quarter
from stationapp.domain.report_sheets import Names, report_sheets
from stationapp.domain.statistics import DatePeriod
from stationapp.domain.tabulation import FigureTable
from stationapp.domain.workload import WorkloadRow
from stationapp.services.export_files import export_files
from stationapp.services.whole_log import known_cases
from stationapp.services.workplace import Workplace

WORKBOOK = "statistics.xlsx"


@dataclass(frozen=True, slots=True)
class StationFigures:
    """Everything counted for a period, with the names of what it is filed under. No citizen is named in it."""

    period: DatePeriod
    tally: BulletinTally
    work: tuple[WorkloadRow, ...]
    names: Names

    def table(self, key: str) -> FigureTable:
        """Return one of the tables: total, by_handling, by_township, by_station, by_window, by_item, by_month …"""
        return self.tally.table(key)


def count_period(workplace: Workplace, period: str) -> StationFigures:
    """Count a period ("2026Q4", "2026-11", "2026") in one run over the log; raises Refused for no period.

    What the hub has not confirmed yet counts, too: it happened here.
    """
    wanted = quarter(period)
    tally = BulletinTally(wanted)
    with workplace.store.read() as unit:
        for known in known_cases(workplace, unit, supervised=True):
            tally.add(known.figures, known.events, known.records)
    names = Names(workplace.organisation, workplace.catalogue)
    return StationFigures(wanted, tally, tally.work.rows(workplace.calendar), names)


def write_figures(figures: StationFigures, folder: Path) -> list[str]:
    """Write figures as CSV files and a workbook; return the files' names. Raises Unavailable for disk trouble."""
    with export_files(folder) as files:
        files.sheets(WORKBOOK, report_sheets(figures.tally, figures.work, figures.names))
        return files.names
