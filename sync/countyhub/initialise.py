"""A new hub: schema, identity, and the first version of every reference document."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import Connection

from countyhub import schema
from countyhub.acceptance import repository as chains
from countyhub.devices.listing import publish_devices
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.identity.repository import Identity, NotInitialised
from countyhub.references import organisation_check, publishing
from hubprotocol.keys import KEY_BYTES
from hubprotocol.versions import HUB_DEVICE
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import Catalogue
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason, Refused

_EPOCH_BYTES = 8
_DIVISION = re.compile(r"[1-9][0-9]{5}")


def initialise(
    hub: Hub,
    county: str,
    organisation: Organisation,
    catalogue: Catalogue,
    calendar: WorkCalendar,
    passwords: Mapping[str, str],
) -> Identity:
    """Make the database a hub's.

    Raises Refused when it is one already, or the organisation is another county's or cannot be worked with.
    """
    if organisation.county != county:
        text = f"组织机构文件属于 {organisation.county}，不是 {county}。"
        raise Refused(Reason("other-county", text, "county"))
    organisation_check.refuse_unsound(organisation)
    # Deriving keys takes long, and a transaction may run more than once.
    keyed = publishing.with_passwords(organisation, passwords, hub.random_bytes)
    identity = Identity(county, new_epoch(hub), hub.random_bytes(KEY_BYTES))
    schema.upgrade(hub.database)
    hub.database.keep_to(county)

    def work(connection: Connection) -> None:
        _refuse_second(connection)
        identities.create(connection, identity, hub.stamp())
        chains.start_chain(connection, HUB_DEVICE)
        publishing.publish_organisation(connection, hub, keyed, {})
        publishing.publish_catalogue(connection, hub, catalogue)
        publishing.publish_calendar(connection, hub, calendar)
        publish_devices(connection, hub)

    hub.database.write(work)
    return identity


def initialise_above(hub: Hub, code: str) -> Identity:
    """Make the database the hub of a city or a province, which has hubs below it and no stations.

    Raises Refused when the database holds that division's hub already, or for a code that is none.
    """
    if not _DIVISION.fullmatch(code):
        raise Refused(Reason("no-division", "区划代码是六位数字，例如 510700。", "code"))
    identity = Identity(code, new_epoch(hub), hub.random_bytes(KEY_BYTES))
    schema.upgrade(hub.database)
    hub.database.keep_to(code)

    def work(connection: Connection) -> None:
        _refuse_second(connection)
        identities.create(connection, identity, hub.stamp())
        chains.start_chain(connection, HUB_DEVICE)
        publish_devices(connection, hub)

    hub.database.write(work)
    return identity


def new_epoch(hub: Hub) -> str:
    """Return a fresh name for an epoch; after a restore every station must see another one."""
    return hub.random_bytes(_EPOCH_BYTES).hex()


def _refuse_second(connection: Connection) -> None:
    try:
        identities.load(connection)
    except NotInitialised:
        return
    raise Refused(Reason("initialised", "这个数据库已经是一个县级平台，不能再次初始化。", "database"))
