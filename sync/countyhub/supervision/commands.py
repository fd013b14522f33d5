"""`countyhub supervision`: cards, responsibility records and the standard's table 11 for the whole county."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from countyhub.hub import Hub
from countyhub.opened import opened, say
from countyhub.references.service import current_organisation
from countyhub.supervision import service
from countyhub.supervision.service import Supervised
from stationapp.domain.findings import Grade
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.responsibility import record_to_mapping
from stationapp.domain.supervision_export import to_table_11
from stationapp.domain.supervision_policy import SupervisionPolicy, policy_from_mapping, policy_of

_GRADES = {"all": Grade.NORMAL, "warning": Grade.WARNING, "yellow": Grade.YELLOW, "red": Grade.RED}
_KINDS = ("findings", "responsibility", "table11")


def add(names: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command; `command` adds one with the options that open a hub."""
    parser = command(names, "supervision", supervision, "find warnings, cards and faults in every case")
    parser.add_argument("--grade", choices=tuple(_GRADES), default="warning", help="at least (warning)")
    parser.add_argument("--show", choices=_KINDS, default=_KINDS[0], help="what to print (findings)")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="try these thresholds (JSON)")


def supervision(options: argparse.Namespace) -> None:
    """Print one JSON line for each finding, and last how many there are of each grade."""
    counts = dict.fromkeys((grade.label for grade in Grade), 0)
    with opened(options) as hub, hub.database.read() as connection:
        organisation = current_organisation(connection, hub)
        policy = _policy(options.policy) if options.policy else policy_of(organisation)
        for one in service.supervised(connection, hub, _GRADES[options.grade], policy):
            for row in one.found:
                counts[row.grade.label] += 1
            for line in _SHOW[options.show](hub, one, organisation):
                say(**line)
    say(counts=counts)


def _findings(_: Hub, one: Supervised, organisation: Organisation) -> list[dict[str, Any]]:
    return [
        {
            "receipt_number": one.case.receipt_number,
            "case_number": one.case.case_number,
            "finding": row.finding.finding_id,
            "rule": row.finding.rule,
            "grade": row.grade.label,
            "kind": row.finding.kind.label,
            "day": row.finding.day.isoformat(),
            "desk": _desk_name(organisation, row.finding.desk_id),
            "person": row.finding.person_name,
            "text": row.text,
            "evidence": list(row.finding.evidence),
        }
        for row in one.found
    ]


def _responsibility(_: Hub, one: Supervised, organisation: Organisation) -> list[dict[str, Any]]:
    return [record_to_mapping(record) for record in service.records(one, organisation)]


def _table_11(hub: Hub, one: Supervised, organisation: Organisation) -> list[dict[str, Any]]:
    number = one.case.case_number or one.case.receipt_number
    return [to_table_11(row, number, one.item, organisation, hub.now()) for row in one.found]


_SHOW: dict[str, Callable[[Hub, Supervised, Organisation], list[dict[str, Any]]]] = {
    "findings": _findings,
    "responsibility": _responsibility,
    "table11": _table_11,
}


def _desk_name(organisation: Organisation, desk_id: str) -> str:
    desk = organisation.desk(desk_id)
    return desk.name if desk is not None else desk_id


def _policy(file: Path) -> SupervisionPolicy:
    try:
        return policy_from_mapping(json.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:
        raise Refused(Reason("malformed-file", f"“{file.name}”不是 JSON 文件。", "policy")) from error
