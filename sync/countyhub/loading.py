"""Loading the program without looking for garbage among what stays until the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loaded() -> Iterator[None]:
    """Import within the block: looking among a thousand modules, again and again and once more at the end, takes a
    quarter of the time of a short command.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
