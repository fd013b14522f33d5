"""The messages about a PC itself: its keys, the hub's keys, and its leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from hubprotocol.key_changes import KeyChange
from hubprotocol.messages import Hash, Message, Text64
from hubprotocol.orders import Stage

Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
Seq = Annotated[int, Field(ge=1, le=2**53)]
MOST_LACKING = 20_000


MOST_CHANGES = 16
"""So many changes of a key go into one request: a hub never forgets more."""


class KeyChangeMessage(Message):
    """A change of key on the wire; `device` is `hub` for the hub's own."""

    device: Text64
    from_seq: Seq
    old_public: Hash
    new_public: Hash
    signature: Signature
    new_signature: Signature

    def unpack(self) -> KeyChange:
        """Return the change."""
        return KeyChange(**{name: getattr(self, name) for name in KeyChange.__dataclass_fields__})

    @classmethod
    def pack(cls, change: KeyChange) -> KeyChangeMessage:
        """Return the message of a change."""
        return cls(**{name: getattr(change, name) for name in KeyChange.__dataclass_fields__})


class KeyChangesRequest(KeyChangeMessage):
    """A change of a device's key, and those after it: a hub restored from a backup may have forgotten several.

    Whoever made the newest of them asks: the older keys are gone.
    """

    following: Annotated[tuple[KeyChangeMessage, ...], Field(max_length=MOST_CHANGES - 1)] = ()

    def unpack_all(self) -> tuple[KeyChange, ...]:
        """Return the changes, in order."""
        return (self.unpack(), *(one.unpack() for one in self.following))

    @classmethod
    def pack_all(cls, changes: Sequence[KeyChange]) -> KeyChangesRequest:
        """Return the message of one to `MOST_CHANGES` changes, in order."""
        first, *following = (KeyChangeMessage.pack(one) for one in changes)
        return cls(**first.model_dump(), following=tuple(following))


class KeyChangeResponse(Message):
    """The hub knows a device by this key now."""

    device: str
    public: Hash


class HubKeysResponse(Message):
    """The hub's key, and every change of it since the first, in order."""

    public: Hash
    changes: tuple[KeyChangeMessage, ...] = ()


class FarewellRequest(Message):
    """A PC takes its leave under an order to wipe: the end of its chain, signed by the device.

    `lacking` are attachments the hub may lack and that do not lie at the PC either.
    """

    device: Text64
    order: Annotated[int, Field(ge=1, le=2**53)]
    stage: Stage
    seq: Annotated[int, Field(ge=0, le=2**53)]
    hash: Hash
    signature: Signature
    lacking: Annotated[tuple[Hash, ...], Field(max_length=MOST_LACKING)] = ()


class FarewellResponse(Message):
    """The hub has everything the PC ever sealed, and every attachment there is of it; it has noted its leave."""

    order: int
    stage: Stage
    server_time: str
