"""JSON that a person or a script wrote into an argument or a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.unavailable import Unavailable


def read_file(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file; raises Refused for anything else, Unavailable when it cannot be read."""
    try:
        return read_object(file.read_text("utf-8-sig"))
    except OSError as error:
        raise Unavailable(f"读不出文件“{file.name}”。", type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise Refused(Reason("bad-json", f"文件“{file.name}”不是 UTF-8 文本。", "file")) from error


def read_object(text: str) -> dict[str, Any]:
    """Return a JSON object; raises Refused for anything else."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Refused(Reason("bad-json", _where(error))) from error
    if not isinstance(data, dict):
        raise Refused(Reason("bad-json", "JSON 内容应是一个对象（用花括号 {} 括起来）。"))
    return data


def _where(error: ValueError) -> str:
    """Say where the text stops being JSON; lines and places count from 1."""
    if not isinstance(error, json.JSONDecodeError):
        return "不是有效的 JSON：有的数字太长。"
    if not error.doc.strip():
        return "内容是空的，应是一个 JSON 对象。"
    place = f"第 {error.lineno} 行第 {error.colno} 个字符处"
    return f"不是有效的 JSON，{place}写法不对。请检查附近的引号、逗号和括号是否为英文半角、是否成对。"
