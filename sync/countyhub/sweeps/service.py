"""One sweep: everything the hub owes by now. Running it twice does nothing the second time."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from countyhub.acceptance.service import clear_kept
from countyhub.attachments import service as attachments
from countyhub.courier import spool
from countyhub.doubles.service import note_doubles
from countyhub.hub import Hub
from countyhub.mailboxes.compaction import compact_daily
from countyhub.sweeps.silence import accept_silent

_CLEARING = (clear_kept, spool.forget_stale, attachments.forget_stale)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: cases accepted by silence, notes of possible doubles, old entries of mailboxes removed."""

    deemed_accepted: int
    doubles_noted: int
    entries_removed: int = 0


def sweep(hub: Hub) -> Swept:
    """Do what time or a stop of the hub has left to do; what fails in one part holds up no other."""
    with ExitStack() as last:
        for clear in _CLEARING:
            last.callback(clear, hub)
        try:
            accepted = accept_silent(hub)
        finally:
            try:
                doubles = note_doubles(hub)
            finally:
                removed = compact_daily(hub)
        return Swept(len(accepted), doubles, removed.entries)
