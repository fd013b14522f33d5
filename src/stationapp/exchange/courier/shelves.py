"""What came with an answer, given out to the engine's readers as if it came over the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hubprotocol.messages import ReferenceResponse, SnapshotMessage, SnapshotRequest
from stationapp.exchange.transport import Gone, PositionGone


class Documents:
    """Gives out the reference documents that came with an answer."""

    def __init__(self, documents: Mapping[str, ReferenceResponse]) -> None:
        self._documents = documents

    def reference(self, name: str, version: str = "") -> ReferenceResponse:
        """Return a document. Raises Gone for one that did not come."""
        document = self._documents.get(name)
        if document is None or document.version != version:
            raise Gone(f"{name} {version} is not enclosed")
        return document


class Snapshots:
    """Gives out the pages of snapshots that came with an answer, by the questions a reader asks for them."""

    def __init__(self, messages: Iterable[SnapshotMessage]) -> None:
        self._pages: dict[tuple[str, str], SnapshotMessage] = {}
        self._given: set[tuple[str, str]] = set()
        after: dict[str, str] = {}
        for message in messages:
            self._pages[message.feed, after.get(message.feed, "")] = message
            after[message.feed] = message.next

    def snapshot(self, request: SnapshotRequest) -> SnapshotMessage:
        """Return a page. Raises PositionGone for a snapshot of another position, which did not come."""
        place = (request.feed, request.after)
        message = self._pages.get(place)
        if message is None or request.as_of not in (None, message.as_of):
            raise PositionGone(f"{request.feed} is not enclosed there")
        self._given.add(place)
        return message

    def has_more(self, feed: str) -> bool:
        """Tell whether a page of a mailbox was not asked for yet."""
        return any(place[0] == feed and place not in self._given for place in self._pages)
