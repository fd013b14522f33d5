"""What every editor of a question is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.ui.context import Context


@dataclass(frozen=True, slots=True)
class Asking:
    """What an editor may look at to offer what is likely. There is no case yet for a move that opens one."""

    context: Context
    case: Case | None
    item: ServiceItem | None


class AskEditor(Protocol):
    """One answer: `fact` is its value as the event carries it, empty when nothing was answered."""

    @property
    def widget(self) -> QWidget: ...
    def fact(self) -> Any: ...
