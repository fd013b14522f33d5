"""One sweep: everything the hub owes by now. Running it twice does nothing the second time."""

from __future__ import annotations

from dataclasses import dataclass

from countyhub.doubles.service import note_doubles
from countyhub.hub import Hub
from countyhub.sweeps.silence import accept_silent


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: cases accepted by silence, and notes of possible doubles."""

    deemed_accepted: int
    doubles_noted: int


def sweep(hub: Hub) -> Swept:
    """Do what time or a stop of the hub has left to do; what fails in one part holds up no other."""
    try:
        accepted = accept_silent(hub)
    finally:
        doubles = note_doubles(hub)
    return Swept(len(accepted), doubles)
