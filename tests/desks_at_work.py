"""Several desks of the small county, each at its own store: a case goes from one to the other as it does in life."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from small_county import COUNTY_ITEM, FACTS, ID_NUMBER
from stationapp.domain.people import Applicant
from stationapp.services.batches import send_batch, sign_for
from stationapp.services.casework import act
from stationapp.services.workplace import Workplace
from windows import carry, received
from workplaces import make_workplace

WANG = Applicant("王𡋾", "resident_id", ID_NUMBER, "female", "1942-03-07", "13800000000", "抗香村3组")
# What the program fills in by itself.
_OWN = ("document_number", "statutory_due", "promised_due")


class Desks:
    """The workplaces of the posts that were asked for, made on demand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, Workplace] = {}

    def at(self, post: str) -> Workplace:
        """The workplace of a post."""
        if post not in self._places:
            self._places[post] = make_workplace(self._folder / post, post)
        return self._places[post]

    def act(self, post: str, case_id: str, move: str, **facts: Any) -> None:
        """Make a move with its usual facts, those changed that are named."""
        usual = {name: value for name, value in FACTS.get(move, {}).items() if name not in _OWN}
        if move == "fan_out":
            usual["parts"] = [
                {name: row[name] for name in ("desk_id", "matter")} for row in FACTS[move]["parts"]
            ]
        act(self.at(post), case_id, move, {**usual, **facts})

    def carry(self, case_id: str, sender: str, receiver: str) -> None:
        """Let what one desk knows of a case be confirmed and known at the other."""
        carry([case_id], self.at(sender), self.at(receiver))

    def received(self, code: str = COUNTY_ITEM) -> str:
        """A case the village received."""
        return received(self.at("agent"), code, WANG).case_id

    def at_township(self, code: str = COUNTY_ITEM) -> str:
        """A case the township signed for."""
        return self._sent(self.received(code), "agent", "clerk")

    def at_window(self, code: str = COUNTY_ITEM) -> str:
        """A case the county window signed for."""
        return self._up(self.at_township(code))

    def send_up(self, case_id: str) -> str:
        """Let a case the village received be signed for at the county window."""
        return self._up(self._sent(case_id, "agent", "clerk"))

    def at_department(self, code: str = COUNTY_ITEM) -> str:
        """A case accepted and assigned to the department."""
        case_id = self.at_window(code)
        for move in ("register", "accept", "assign"):
            self.act("window", case_id, move)
        self.carry(case_id, "window", "officer")
        return case_id

    def close(self, *posts: str) -> None:
        """Close the stores of these posts, of all still open without names."""
        for post in posts or tuple(self._places):
            self._places.pop(post).store.close()

    def _up(self, case_id: str) -> str:
        self.act("clerk", case_id, "examine")
        return self._sent(case_id, "clerk", "window")

    def _sent(self, case_id: str, sender: str, receiver: str) -> str:
        send_batch(self.at(sender), [case_id])
        self.carry(case_id, sender, receiver)
        sign_for(self.at(receiver), [case_id])
        return case_id


@contextmanager
def desks(folder: Path) -> Iterator[Desks]:
    """The desks of the small county; what is still open is closed at the end."""
    found = Desks(folder)
    try:
        yield found
    finally:
        found.close()
