"""What every screen is given: the signed-in person's workplace and the ways out of the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stationapp.ui.bus import Bus
from stationapp.ui.messages import Messages
from stationapp.ui.tasks import Tasks

if TYPE_CHECKING:
    from stationapp.services.synchronise import SyncWorker
    from stationapp.services.workplace import Workplace


@dataclass(slots=True)
class Context:
    """One signed-in session of the window. `sync` is None where no worker runs (a test of one screen)."""

    workplace: Workplace
    tasks: Tasks
    bus: Bus
    messages: Messages
    sync: SyncWorker | None = None
