"""Machines that die: what is raised where the power is cut."""

from __future__ import annotations


class Crash(BaseException):
    """The power of a machine is cut. No handler of ordinary errors may see it."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place

    @property
    def of_hub(self) -> bool:
        """Whether the hub died, and not a station."""
        return self.place.startswith("hub.")


class HubDied(Exception):
    """The hub died under a request; it runs again by now."""
