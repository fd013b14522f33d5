"""Sweeping now and then while the hub serves."""

from __future__ import annotations

import asyncio
import logging

from countyhub.hub import Hub
from countyhub.sweeps.service import sweep

EVERY_S = 600.0
"""Silence is counted in days; ten minutes after midnight is soon enough."""

log = logging.getLogger(__name__)


async def sweep_now_and_then(hub: Hub, every: float = EVERY_S) -> None:
    """Sweep at once and then again and again, until cancelled. A sweep that fails is logged and tried again."""
    while True:
        try:
            await asyncio.to_thread(sweep, hub)
        except Exception:
            log.exception("the sweep failed")
        await asyncio.sleep(every)
