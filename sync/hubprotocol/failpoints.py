"""Named places at which a machine can die badly: a test installs a hook that makes it die there.

Names begin with the machine that runs the code, `hub.` or `station.`, and say what was done just before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Hook = Callable[[str], None]

_hooks: list[Hook] = []


def here(name: str) -> None:
    """Mark a dangerous place; nothing happens unless a hook is installed."""
    if _hooks:
        _hooks[-1](name)


@contextmanager
def install(hook: Hook) -> Iterator[None]:
    """Let `hook` hear of every place that is passed; what it raises is raised there. The last one installed counts."""
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)
