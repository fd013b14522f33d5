"""Keys that change: a PC's by order of the hub, and the hub's own, after which a backup is made as its page says."""

from __future__ import annotations

from countyhub.devices import keys, orders
from together.simulation.county import County
from together.simulation.deaths import Crash


def order_device_key(county: County) -> None:
    """Order a PC to change its key."""
    pc = county.chance.choice(county.pcs)
    if not county.hub.space.full and orders.ask_for_new_key(county.hub.hub, pc.identity.device):
        county.say(f"{pc.name} is told to change its key")


def change_hub_key(county: County) -> None:
    """Change the hub's key, and make a backup: stations do not believe a hub that goes back to the key before."""
    hub = county.hub
    if hub.space.full:
        return
    before = keys.hub_keys(hub.hub).public
    try:
        keys.change_hub_key(hub.hub)
    except Crash as crash:
        if not crash.of_hub:
            raise
        hub.restart()
    if keys.hub_keys(hub.hub).public == before:
        return  # The hub died before its new key was stored: nobody has heard of it.
    county.swarm.fired["hub has a new key"] += 1
    older = len(hub.backups)
    while len(hub.backups) == older:
        try:
            hub.back_up()
        except Crash as crash:
            if not crash.of_hub:
                raise
            hub.restart()
    del hub.backups[:older]
