"""The papers of the story: rendered, counted, saved, and their numbers remembered for the hub to find."""

from __future__ import annotations

from pathlib import Path

from stationapp.domain.case import Case
from stationapp.services import papers
from stationapp.services.workplace import Workplace


class Paperwork:
    """Saves papers into a folder and remembers their numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.numbers: set[str] = set()
        self.count = 0

    def of_case(self, workplace: Workplace, case: Case, name: str) -> None:
        """Save the newest paper of that kind of a case."""
        self._save(workplace, papers.render_latest(workplace, case.case_id, name))

    def of_batch(self, workplace: Workplace, batch_id: str) -> None:
        """Save a batch's handover list."""
        self._save(workplace, papers.render_handover_list(workplace, batch_id))

    def _save(self, workplace: Workplace, paper: papers.RenderedPaper) -> None:
        papers.save_paper(workplace, paper, self._folder)
        self.numbers.add(paper.number)
        self.count += 1
