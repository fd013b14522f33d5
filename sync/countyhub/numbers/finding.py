"""Finding cases by a number on a paper. Whatever a station sent is found, confirmed or not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from countyhub.hub import Hub
from countyhub.numbers import repository
from hubprotocol.messages import Result
from stationapp.domain.numbers import recognise_number


class Status(StrEnum):
    """What became of the envelopes in which a number stands, the best first."""

    CONFIRMED = "confirmed"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Found:
    """A case in which a number stands; `reasons` say why it is held or was refused.

    `case_id` is empty when the envelope could not be read so far.
    """

    case_id: str
    kind: str
    status: Status
    reasons: tuple[Mapping[str, str], ...] = ()


_STATUS = MappingProxyType(
    {Result.ACCEPTED: Status.CONFIRMED, Result.HELD: Status.HELD, Result.REFUSED: Status.REFUSED}
)
_RANK = tuple(Status)


def find(hub: Hub, text: str) -> list[Found]:
    """Return every case in which a number stands, however it was typed, by case."""
    recognised = recognise_number(text)
    with hub.database.read() as connection:
        rows = repository.mentions_of(connection, str(recognised) if recognised else text.strip())
    together: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        together.setdefault((row.case_id, row.kind), []).append(row)
    return [_best(case_id, kind, own) for (case_id, kind), own in together.items()]


def _best(case_id: str, kind: str, rows: Iterable[Any]) -> Found:
    """Of several envelopes with the same number and case the best counts, of equals the last."""
    return min(
        (_found(case_id, kind, row) for row in reversed(list(rows))), key=lambda one: _RANK.index(one.status)
    )


def _found(case_id: str, kind: str, row: Any) -> Found:
    status = _STATUS[Result(row.result)] if row.result else Status.CONFIRMED
    reasons = json.loads(row.reasons) if row.reasons and status is not Status.CONFIRMED else ()
    return Found(case_id, kind, status, tuple(reasons))
