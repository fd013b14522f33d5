"""Where the hub is: an address technicians may change without signing in, beside the one the PC was enrolled
with.
"""

from __future__ import annotations

import json
from pathlib import Path

from stationapp.platform.atomic_files import write_atomically
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable

_KEY = "hub_url"


def hub_address(paths: StationPaths, enrolled_with: str) -> str:
    """Return the hub's address: the one in the settings file, or the one the PC was enrolled with."""
    return str(_read(paths.settings).get(_KEY) or enrolled_with)


def set_hub_address(paths: StationPaths, url: str) -> None:
    """Write another address of the same hub into the settings; the hub is known by its key, not by its
    address.
    """
    settings = {**_read(paths.settings), _KEY: url}
    write_atomically(paths.settings, json.dumps(settings, ensure_ascii=False, indent=2).encode())


def _read(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Unavailable("读不出本机设置文件，请联系技术人员。", type(error).__name__) from error
    return data if isinstance(data, dict) else {}
