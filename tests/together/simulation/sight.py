"""All that lies anywhere once all is calm, looked at once for every checker."""

from __future__ import annotations

from dataclasses import dataclass

from together.simulation.county import County
from together.simulation.pcs import Pc
from together.simulation.truth import HubTruth, PcTruth


@dataclass(frozen=True, slots=True)
class Sight:
    """All that lies anywhere, as the checkers look at it."""

    county: County
    hub: HubTruth
    pcs: tuple[tuple[Pc, PcTruth], ...]

    @classmethod
    def of(cls, county: County) -> Sight:
        """Look at everything."""
        return cls(county, HubTruth.of(county.hub), tuple((pc, PcTruth.of(pc)) for pc in county.pcs))
