"""The data key in the operating system's keyring: for syncing unattended, and as a second road to the data.

Only a keyring that gives back what it was given is used, never one that writes plain text. A keyring may wait
for a person to unlock it, so every call runs in a thread of its own and is given up after a time.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "stationapp"
KEY_BYTES = 32
PATIENCE_SECONDS = 15.0
NOT_USED = "未使用"
_PROBE_ACCOUNT = "probe"
# `fail` refuses, `null` forgets, and what keyrings.alt offers is files that anybody can read.
_UNFIT = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_CHAINER = "keyring.backends.chainer"
_PLACES = {
    "keyring.backends.Windows": "Windows 凭据管理器",
    "keyring.backends.macOS": "macOS 钥匙串",
    "keyring.backends.SecretService": "系统密钥环（Secret Service）",
    "keyring.backends.libsecret": "系统密钥环（Secret Service）",
    "keyring.backends.kwallet": "KDE 钱包",
}
_OTHER_PLACE = "系统密钥环"
_log = logging.getLogger(__name__)


class _NoAnswer(Exception):
    """The keyring raised, or did not answer in time."""


def stash(home_id: str, data_key: bytes) -> bool:
    """Keep the data key (32 bytes) of a home; True only when the keyring gave the very same bytes back."""
    if len(data_key) != KEY_BYTES:
        raise ValueError("a data key has 32 bytes")

    def write(backend: KeyringBackend) -> bool:
        backend.set_password(SERVICE, home_id, data_key.hex())
        return backend.get_password(SERVICE, home_id) == data_key.hex()

    return _ask(write) is True


def fetch(home_id: str) -> bytes | None:
    """The data key kept for a home, or None when there is none or no keyring answers."""
    kept = _ask(lambda backend: backend.get_password(SERVICE, home_id))
    if not isinstance(kept, str):
        return None
    try:
        key = bytes.fromhex(kept)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def forget(home_id: str) -> bool:
    """Remove the data key of a home; True when afterwards the keyring certainly holds none."""

    def remove(backend: KeyringBackend) -> bool:
        if backend.get_password(SERVICE, home_id) is not None:
            backend.delete_password(SERVICE, home_id)
        return backend.get_password(SERVICE, home_id) is None

    return _ask(remove) is True


def where() -> str:
    """The Chinese name of the keyring that answers a round trip, or `未使用`."""

    def probe(backend: KeyringBackend) -> str | None:
        token = secrets.token_hex(8)
        account = f"{_PROBE_ACCOUNT}-{token}"
        backend.set_password(SERVICE, account, token)
        answered = backend.get_password(SERVICE, account) == token
        backend.delete_password(SERVICE, account)
        return _PLACES.get(type(backend).__module__, _OTHER_PLACE) if answered else None

    place = _ask(probe)
    return place if isinstance(place, str) else NOT_USED


def _ask(question: Callable[[KeyringBackend], object]) -> object:
    """What `question` says about a fit backend; None when there is none or it gives no answer."""

    def work() -> object:
        backend = _fit_backend()
        return None if backend is None else question(backend)

    try:
        return _within(PATIENCE_SECONDS, work)
    except _NoAnswer as silence:
        _log.info("keyring not used: %s", silence)
        return None


def _fit_backend() -> KeyringBackend | None:
    import keyring

    chosen: Any = keyring.get_keyring()
    chain = chosen.backends if type(chosen).__module__ == _CHAINER else [chosen]
    return next((backend for backend in chain if _is_fit(backend)), None)


def _is_fit(backend: KeyringBackend) -> bool:
    modules = [kind.__module__ for kind in type(backend).__mro__]
    return not any(
        module == unfit or module.startswith(f"{unfit}.") for module in modules for unfit in _UNFIT
    )


def _within(seconds: float, work: Callable[[], object]) -> object:
    """Run `work` in a thread. Raises _NoAnswer when it raises, whatever it raises, or takes longer.

    A thread that hangs on a password prompt nobody answers is left behind: it is a daemon and ends with us.
    """
    answers: list[object] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001 - keyrings are foreign plug-ins and raise anything.
            failures.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise _NoAnswer(type(failures[0]).__qualname__)
    if not answers:
        raise _NoAnswer(f"no answer within {seconds:g} s")
    return answers[0]
