"""Finding cases by a number on a paper. Whatever a station sent is found, confirmed or not, and what its disk lost."""

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
    EARLY = "early"  # in a file that waits for what goes before
    LOST = "lost"  # on a paper, and its PC said that the disk does not give it any more


@dataclass(frozen=True, slots=True)
class Found:
    """A case in which a number stands; `reasons` say why it is held or was refused, or is not here.

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


_EARLY = {
    "code": "early",
    "text": "这条记录已由U盘送到，但它之前的记录还没有收到，收到后自动接上；请催站点把较早的U盘文件送来。",
    "field": "",
}
_LOST = {
    "code": "lost",
    "text": "县级平台没有这个号的办理记录：站点电脑的磁盘损坏没能读出，或U盘送来后一直没有等到它前面的记录。"
    "较早的U盘或修好的硬盘里还有的，送来就能接上；没有的，请以纸质收件凭证和材料为准，由站点重新收件。",
    "field": "",
}


def find(hub: Hub, text: str) -> list[Found]:
    """Return every case in which a number stands, however it was typed, by case.

    Where there is none, what a PC with a damaged disk said to have lost, or what waits in a file, is returned.
    """
    recognised = recognise_number(text)
    number = str(recognised) if recognised else text.strip()
    with hub.database.read() as connection:
        rows = repository.mentions_of(connection, number)
        absent = repository.absent_of(connection, number) if not rows else ()
    together: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        together.setdefault((row.case_id, row.kind), []).append(row)
    found = [_best(case_id, kind, own) for (case_id, kind), own in together.items()]
    missing = {(row.case_id, row.kind, row.waits): _absent(row) for row in absent}
    return found or list(missing.values())


def _absent(row: Any) -> Found:
    status, reason = (Status.EARLY, _EARLY) if row.waits else (Status.LOST, _LOST)
    return Found(row.case_id, row.kind, status, (reason,))


def _best(case_id: str, kind: str, rows: Iterable[Any]) -> Found:
    """Of several envelopes with the same number and case the best counts, of equals the last."""
    return min(
        (_found(case_id, kind, row) for row in reversed(list(rows))), key=lambda one: _RANK.index(one.status)
    )


def _found(case_id: str, kind: str, row: Any) -> Found:
    status = _STATUS[Result(row.result)] if row.result else Status.CONFIRMED
    reasons = json.loads(row.reasons) if row.reasons and status is not Status.CONFIRMED else ()
    return Found(case_id, kind, status, tuple(reasons))
