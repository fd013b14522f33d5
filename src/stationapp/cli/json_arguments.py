"""JSON that a person or a script wrote into an argument or a file."""

from __future__ import annotations

import json
from typing import Any

from stationapp.domain.refusal import Reason, Refused


def read_object(text: str) -> dict[str, Any]:
    """Return a JSON object; raises Refused for anything else."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Refused(Reason("bad-json", f"不是有效的 JSON：{error}")) from error
    if not isinstance(data, dict):
        raise Refused(Reason("bad-json", "JSON 内容应是一个对象。"))
    return data
