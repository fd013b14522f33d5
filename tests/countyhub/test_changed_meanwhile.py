"""A request was let in, and before its acts are stored its device changed its key, left, or was revoked."""

from __future__ import annotations

import pytest

from countyhub.acceptance import repository as chains
from countyhub.acceptance.service import exchange
from countyhub.devices import keys, orders
from countyhub.devices import service as devices
from countyhub.inspection.verification import verify_hub
from countyhub.problems import Problem
from hubprotocol.device_messages import FarewellRequest
from hubprotocol.key_changes import announce
from hubprotocol.messages import EnvelopeMessage
from hubprotocol.orders import Stage, sign_farewell


@pytest.fixture
def village(county):
    station = county.enrol("510704105209", "agent")
    station.receive_at_hub()
    return station


def change_key(county, village):
    keys.take_changes(county.hub, [announce(village.device, 2, village.seed, bytes([5] * 32))])


def leave(county, village):
    order = orders.lose(county.hub, village.device, wipe=True)
    head = village.envelopes[0]
    told = (village.device, order.number, Stage.READY, head.seq, head.hash)
    signed = FarewellRequest(
        device=village.device,
        order=order.number,
        stage=Stage.READY,
        seq=head.seq,
        hash=head.hash,
        signature=sign_farewell(village.seed, *told),
    )
    orders.take_leave(county.hub, devices.find(county.hub, village.device), signed)


def revoke(county, village):
    assert devices.revoke(county.hub, village.device)


@pytest.mark.parametrize(
    ("change", "code"),
    [(change_key, "bad-signature"), (leave, "lost-device"), (revoke, "revoked-device")],
)
def test_what_it_was_is_not_believed_when_its_acts_are_stored(county, village, change, code):
    as_it_was = devices.find(county.hub, village.device)
    village.receive()
    change(county, village)
    with pytest.raises(Problem) as refused:
        exchange(county.hub, as_it_was, village.request())
    assert refused.value.message.code == code
    with county.hub.database.read() as connection:
        assert chains.chain_head(connection, village.device).seq == 1
    assert verify_hub(county.hub).ok


@pytest.mark.parametrize("change", [change_key, leave, revoke])
def test_acts_of_before_the_change_are_still_answered(county, village, change):
    as_it_was = devices.find(county.hub, village.device)
    change(county, village)
    again = village.request(envelopes=tuple(EnvelopeMessage.pack(one) for one in village.envelopes))
    answer = exchange(county.hub, as_it_was, again)
    assert [(one.seq, one.already) for one in answer.verdicts] == [(1, True)]
