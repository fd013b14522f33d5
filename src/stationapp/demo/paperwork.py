"""The papers of the story: rendered, counted, saved, and their numbers remembered for the hub to find."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from stationapp.domain.case import Case
from stationapp.services import appointments, case_details, guides, papers, tickets
from stationapp.services.catalogue import find_items
from stationapp.services.workplace import Workplace

_SHEETS = {"rating_slip": tickets.render_rating_sheet}
"""Papers of a case that no act of it makes."""


class Paperwork:
    """Saves papers into a folder and remembers their numbers. `names` counts them by kind,
    `by_case` by the case they are of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.numbers: set[str] = set()
        self.names: Counter[str] = Counter()
        self.by_case: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """How many papers were saved."""
        return self.names.total()

    def of_case(self, workplace: Workplace, case: Case, name: str) -> None:
        """Save the newest paper of that kind of a case."""
        self.of_case_id(workplace, case.case_id, name)

    def of_case_id(self, workplace: Workplace, case_id: str, name: str) -> None:
        """Save the newest paper of that kind of a case."""
        render = _SHEETS.get(name)
        sheet = render(workplace, case_id) if render else papers.render_latest(workplace, case_id, name)
        self._save(workplace, sheet)

    def of_visits(self, workplace: Workplace) -> None:
        """Save what is taken along to the home visits of today."""
        self.keep(workplace, appointments.render_visit_kit(workplace, workplace.now().date()))

    def of_move(self, workplace: Workplace, case_id: str, move: str) -> None:
        """Save every paper that the latest act of a case by that move makes: a letter for each department asked."""
        with workplace.store.read() as unit:
            record = unit.cases.get(case_id)
            events = [stored.event for stored in unit.events.of_case(case_id)]
        if record is None:
            raise LookupError(case_id)
        latest = [event.event_id for event in events if event.move == move][-1]
        for offer in case_details.paper_offers(record.case, events):
            if offer.event_id == latest:
                self._save(workplace, papers.render_paper(workplace, case_id, offer))

    def of_batch(self, workplace: Workplace, batch_id: str) -> None:
        """Save a batch's handover list."""
        self._save(workplace, papers.render_handover_list(workplace, batch_id))

    def of_item(self, workplace: Workplace, words: str) -> None:
        """Save the guide and the poster of an item; their numbers are codes of the catalogue, not of a case."""
        item = find_items(workplace, words)[0].item
        for render in (guides.render_guide, guides.render_publicity_sheet):
            self.keep(workplace, render(workplace, item))

    def _save(self, workplace: Workplace, paper: papers.RenderedPaper) -> None:
        self.keep(workplace, paper)
        self.numbers.add(paper.number)

    def keep(self, workplace: Workplace, paper: papers.RenderedPaper) -> None:
        """Save a paper whose number, if it has one, is none of a case."""
        papers.save_paper(workplace, paper, self._folder)
        self.names[paper.name] += 1
        self.by_case[paper.case_id] += bool(paper.case_id)
