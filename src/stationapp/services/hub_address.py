"""Where the hub is and by which certificates it is known: an address technicians may change without signing in,
beside the one the PC was enrolled with, and the county's own certificate authority where it has one.
"""

from __future__ import annotations

import json
from pathlib import Path

from stationapp.platform.atomic_files import write_atomically
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable

_KEY = "hub_url"
_CA_NAME = "county-ca.pem"


def hub_address(paths: StationPaths, enrolled_with: str) -> str:
    """Return the hub's address: the one in the settings file, or the one the PC was enrolled with."""
    return str(_read(paths.settings).get(_KEY) or enrolled_with)


def set_hub_address(paths: StationPaths, url: str) -> None:
    """Write another address of the same hub into the settings; the hub is known by its key, not by its
    address.
    """
    settings = {**_read(paths.settings), _KEY: url}
    write_atomically(paths.settings, json.dumps(settings, ensure_ascii=False, indent=2).encode())


def county_ca(paths: StationPaths) -> Path | None:
    """Return the certificate authority (PEM) that alone may vouch for the hub; None to trust the machine's."""
    path = paths.home / _CA_NAME
    return path if path.exists() else None


def keep_county_ca(paths: StationPaths, source: Path) -> None:
    """Copy the county's certificate authority into the home. Raises Unavailable for a file that holds none."""
    import ssl

    try:
        data = source.read_bytes()
        ssl.create_default_context(cadata=data.decode("ascii"))
    except (OSError, ValueError) as error:  # An SSLError is an OSError.
        raise Unavailable("这个文件不是可用的县级证书（PEM），请核对。", type(error).__name__) from error
    write_atomically(paths.home / _CA_NAME, data)


def _read(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Unavailable("读不出本机设置文件，请联系技术人员。", type(error).__name__) from error
    return data if isinstance(data, dict) else {}
