"""A planted bug: one wrong step of the protocol in place of the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

Wrong = Callable[[Any], Any]
"""Makes the wrong function of the right one."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug: where it is planted, and the faults that come often in its seeds, if it needs rare ones."""

    name: str
    place: Any
    attribute: str
    wrong: Wrong
    wanted: tuple[str, ...] = ()
    also: tuple[Mutant, ...] = ()

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the bug for a while, and with it those that take away the second guard against it."""
        with ExitStack() as bugs:
            for one in (self, *self.also):
                bugs.enter_context(one._planted())
            yield

    @contextmanager
    def _planted(self) -> Iterator[None]:
        right = (
            vars(self.place)[self.attribute]
            if isinstance(self.place, type)
            else getattr(self.place, self.attribute)
        )
        with patch.object(self.place, self.attribute, self.wrong(right)):
            yield
