"""The moments of the story that are photographed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from stationapp.demo.acts import put_down
from stationapp.demo.plan import PENSION, demonstration_applicants, fill_form
from stationapp.domain.people import Application
from stationapp.services import intake
from stationapp.services.catalogue import find_items
from stationapp.services.workplace import Workplace

if TYPE_CHECKING:
    from stationapp.ui.pictures import Photographer

INITIALS = "ylbx"  # 养老保险


class Pictures:
    """Saves pictures of the real windows; Qt is loaded with the first one. `headless` needs no display."""

    def __init__(self, folder: Path, *, headless: bool) -> None:
        self._folder = folder
        self._photographer: Photographer | None = None
        if headless:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"

    def sign_in(self, workplace: Workplace, name: str) -> None:
        """The sign-in window."""
        self._camera().sign_in(workplace, name)

    def desk(self, workplace: Workplace, name: str) -> None:
        """The day's desk."""
        self._camera().window(workplace, name, lambda window: window.show_place("desk"))

    def intake(self, workplace: Workplace, name: str) -> None:
        """An intake half done, found by its pinyin initials: a draft that is taken up again, and then discarded."""
        found = find_items(workplace, INITIALS)
        item = next(row.item for row in found if row.item.name == PENSION)
        person = demonstration_applicants()[1]
        rows = tuple(put_down(material) for material in item.materials[:1])
        application = Application(item.code, item.version, item.name, person, fill_form(item, person), rows)
        draft = intake.Draft("demonstration-draft", application)
        intake.save_draft(workplace, draft)
        self._camera().window(
            workplace, name, lambda window: window.context.bus.draft_wanted.emit(draft.draft_id)
        )
        intake.discard_draft(workplace, draft.draft_id)

    def search(self, workplace: Workplace, name: str) -> None:
        """The search for an item by its initials."""
        self._camera().search(workplace, name, INITIALS)

    def move(self, workplace: Workplace, case_id: str, move: str, name: str) -> None:
        """The dialog of a move."""
        self._camera().move(workplace, case_id, move, name)

    def paper(self, workplace: Workplace, case_id: str, paper: str, name: str) -> None:
        """A paper before it is printed."""
        self._camera().paper(workplace, case_id, paper, name)

    def troubles(self, workplace: Workplace, name: str) -> None:
        """What the hub did not accept."""
        self._camera().window(workplace, name, lambda window: window.show_place("troubles"))

    def cases(self, workplace: Workplace, name: str) -> None:
        """The list of cases."""
        self._camera().window(workplace, name, lambda window: window.context.bus.worklist_wanted.emit("all"))

    def case(self, workplace: Workplace, case_id: str, name: str) -> None:
        """One case with its history."""
        self._camera().window(workplace, name, lambda window: window.show_case(case_id))

    def batches(self, workplace: Workplace, name: str, *, arrived: bool = False) -> None:
        """The batches that went out, or the ones to be signed for."""
        self._camera().batches(workplace, name, arrived=arrived)

    def sync(self, workplace: Workplace, name: str) -> None:
        """Whether the PC may be switched off."""
        self._camera().window(workplace, name, lambda window: window.show_place("sync"))

    def close(self) -> None:
        """Nothing stays open between pictures; the application object lives with the process."""
        self._photographer = None

    def _camera(self) -> Photographer:
        if self._photographer is None:
            from stationapp.ui.pictures import Photographer

            self._photographer = Photographer(self._folder)
        return self._photographer
