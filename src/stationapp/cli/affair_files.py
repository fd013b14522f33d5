"""The JSON file an affair is opened with: subject, item, applicant and the answers to what its opening move asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stationapp.cli.json_arguments import read_file
from stationapp.domain.people import Applicant, applicant_from_mapping
from stationapp.domain.refusal import Reason, Refused

_UNKNOWN = {"name": "", "document_kind": "", "document_number": ""}


@dataclass(frozen=True, slots=True)
class Opening:
    """What the file says; whatever is left out is empty."""

    subject: str
    item: str
    applicant: Applicant
    facts: Mapping[str, Any]
    rest: Mapping[str, Any]


def read_opening(file: Path) -> Opening:
    """Read the file; raises Refused for what is no such file, Unavailable for one that cannot be read."""
    data = read_file(file)
    try:
        applicant = applicant_from_mapping({**_UNKNOWN, **data.get("applicant", {})})
        facts = dict(data.get("facts", {}))
    except (TypeError, ValueError, AttributeError) as error:
        raise Refused(Reason("bad-file", f"登记内容不对：{error}", "file")) from error
    return Opening(str(data.get("subject", "")), str(data.get("item", "")), applicant, facts, data)
