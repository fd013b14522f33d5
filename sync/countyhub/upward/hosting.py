"""At the hub above: letting a hub below in."""

from __future__ import annotations

from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.upward.carried import desk_of
from hubprotocol.upward import covers
from stationapp.domain.refusal import Reason, Refused


def make_code(hub: Hub, below: str, days: int = devices.CODE_DAYS) -> tuple[str, str]:
    """Write a one-time code for the hub of a division below; return it and when it expires.

    Raises Refused for a division that does not lie in this hub's.
    """
    with hub.database.read() as connection:
        code = identities.load(connection).county
    if len(below) != len(code) or not below.isdigit() or below == code or not covers(code, below):
        raise Refused(Reason("not-below", f"区划 {below} 不在 {code} 之下，不能作为下级平台登记。", "below"))
    return devices.make_code_for(hub, below, lambda _: (desk_of(below),), days)
