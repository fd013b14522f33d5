"""Programs of an earlier edition among today's: how they wrote their acts, and what they asked of the hub."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hubprotocol.messages import ExchangeRequest, ExchangeResponse
from stationapp.domain.events import CaseEvent, event_to_mapping
from stationapp.domain.rule_editions import EDITION
from stationapp.exchange.hub_client import HubClient

OLDER = 1
"""The edition of the first programs: they knew no 委托书, no publicity before the decision, and named no edition."""


def body_of(event: CaseEvent) -> str:
    """Return the body a program of the event's edition writes; the first ones did not say of which they are."""
    data = event_to_mapping(event)
    if event.under.rules == OLDER:
        del data["under"]["rules"]
    return json.dumps(data, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class OlderRoad:
    """The road of a program that takes no snapshots and keeps none of its own envelopes to be named only."""

    client: HubClient

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        """Ask as the first programs did."""
        return self.client.exchange(request.model_copy(update={"snapshots": False, "kept_from": 0}))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


def road_of(client: HubClient, edition: int) -> Any:
    """Return the road to the hub as a program of an edition uses it."""
    return client if edition == EDITION else OlderRoad(client)
