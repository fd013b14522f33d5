"""Attachments in an object store that speaks the S3 API; their parts lie in a local folder until they are whole.

Where the store is and with which keys is told by the usual environment variables: AWS_ENDPOINT_URL,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, and AWS_ALLOW_HTTP=true for one without TLS.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from countyhub.attachments.files import BLOCK
from countyhub.attachments.parts import Parts, Turns

if TYPE_CHECKING:
    from obstore import GetResult

_RETRY_S = 20
_CONNECT_S = 5
_PROGRESS_S = 60


class StoreUnavailable(OSError):
    """The object store cannot be reached, or refuses."""


class ObjectFiles:
    """`<prefix>/<two digits>/<sha256>` in a bucket. An object appears whole or not at all."""

    def __init__(self, bucket: str, prefix: str, parts: Path) -> None:
        """Raises ImportError when the library for object stores is not installed."""
        from obstore.store import S3Store

        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            client_options={
                "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true",
                "connect_timeout": timedelta(seconds=_CONNECT_S),
                "timeout": timedelta(seconds=_PROGRESS_S),
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=_RETRY_S)},
        )
        self._parts = Parts(parts)
        self._turns = Turns()
        self.append, self.discard, self.parts = self._parts.append, self._parts.discard, self._parts.names

    def finish(self, upload_id: str, sha256: str, length: int) -> bool:
        """Compare a part's digest and put it into the store; while the store is away the part stays."""
        import obstore

        with self._turns.at(sha256):
            try:
                if not self._parts.fits(upload_id, sha256, length):
                    return False
            except FileNotFoundError:  # It fitted before, and was put into its place.
                return self.has(sha256)
            if self.has(sha256):
                self.discard(upload_id)
                return True
            with _as_oserror():
                obstore.put(self._store, _key(sha256), self._parts.path(upload_id))
            self.discard(upload_id)
            return True

    def has(self, sha256: str) -> bool:
        """Tell whether the file is there."""
        import obstore

        try:
            with _as_oserror():
                obstore.head(self._store, _key(sha256))
        except FileNotFoundError:
            return False
        return True

    def read(self, sha256: str, first: int, length: int) -> Iterator[bytes]:
        """Return a stretch of a file as it comes from the store."""
        import obstore

        with _as_oserror():
            end = min(first + length, obstore.head(self._store, _key(sha256))["size"])
            if end <= first:
                return iter(())
            found = obstore.get(self._store, _key(sha256), options={"range": (first, end)})
        return _blocks(found)

    def check(self) -> None:
        """Raise OSError when the store does not answer, or not to these keys, or has no such bucket."""
        import obstore

        with _as_oserror():
            next(obstore.list(self._store, chunk_size=1), None)


def _blocks(found: GetResult) -> Iterator[bytes]:
    with _as_oserror():
        for block in found.stream(min_chunk_size=BLOCK):
            yield bytes(block)


@contextmanager
def _as_oserror() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        raise StoreUnavailable(str(error).partition("\n")[0]) from error


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
