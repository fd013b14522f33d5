"""What becomes of the events a device pushes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from countyhub.acceptance import bench
from countyhub.acceptance.service import reconsider_held
from countyhub.inspection.verification import verify_hub
from countyhub.numbers import finding
from countyhub.problems import Problem
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ChainHeadMessage, EnvelopeMessage
from stationapp.domain import case_flow
from stationapp.domain.events import Versions, event_to_mapping

NOTHING = ChainHeadMessage(seq=0, hash=GENESIS)


def test_a_case_goes_up_and_its_result_comes_down(county):
    village = county.enrol("510704105209", "agent")
    town = county.enrol("510704105000", "clerk")
    hall = county.enrol("510704000000", "window", "officer", "approver")
    case = village.receive()
    village.act("hand_over", case, "agent", **village.batch(town.station))
    village.exchange()
    town.exchange()
    town.act("sign_for", case, "clerk")
    town.act("examine", case, "clerk", opinion="材料齐全，情况属实。")
    town.act("forward", case, "clerk", **town.batch(hall.station))
    town.exchange()
    hall.exchange()
    hall.act("sign_for", case, "window")
    hall.act("register", case, "window")
    due = {"day": "2026-12-04", "provisional": False, "calendar_version": "cn-2026.1"}
    hall.act("accept", case, "window", promised_due=due, document_number="试验政务受〔2026〕010001号")
    hall.act("assign", case, "window", to_desk="510704000000-rsj")
    hall.act("review", case, "officer", opinion="符合条件。")
    hall.act("grant", case, "approver", reason="符合条件。", document_number="试验人社决〔2026〕010001号")
    hall.act("issue_result", case, "officer", to_desk=hall.station, result_name="参保凭证")
    hall.act("send_result", case, "window", **hall.batch(town.station))
    hall.exchange()
    town.act("sign_for_result", case, "clerk")
    town.act("send_result", case, "clerk", **town.batch(village.station))
    town.exchange()
    village.act("sign_for_result", case, "agent")
    served = {"manner": "in_person", "recipient": "王䶮", "served_on": "2026-11-21"}
    village.act("serve", case, "agent", **served, document_number="试验抗香送〔2026〕010001号")
    village.act("conclude", case, "agent")
    village.exchange()
    for station in (village, town, hall):
        station.exchange()
        assert all(verdict.result == "accepted" for verdict in station.verdicts.values())
        assert all(
            len(mirror.cases[case]) == 19 for feed, mirror in station.mirrors.items() if feed in station.desks
        )
    numbering = json.loads(village.mirrors[village.station].cases[case][7].body)
    assert numbering["move"] == "assign_number"
    assert numbering["facts"] == {"case_number": "510704-20261121-000001"}


def test_the_hub_counts_the_due_dates_of_an_acceptance_itself(county):
    hall = county.enrol("510704000000", "window")
    case = hall.receive("window")
    hall.act("register", case, "window")
    due = {"day": "2026-12-31", "provisional": False, "calendar": "cn-2026.1"}
    number = "试验政务受〔2026〕010001号"
    hall.act("accept", case, "window", promised_due=due, document_number=number)
    hall.act("accept", case, "window", promised_due=due | {"day": "2026-12-04"}, document_number=number)
    hall.exchange()
    assert hall.result(3) == ("refused", ["wrong-due-date"])
    assert hall.result(4) == ("accepted", [])


def test_a_replay_is_answered_from_the_store_and_has_no_second_effect(county):
    village = county.enrol("510704105209", "agent")
    village.receive()
    village.receive()
    first = village.exchange()
    again = village.exchange(
        base=NOTHING, envelopes=tuple(EnvelopeMessage.pack(one) for one in village.envelopes)
    )
    assert [verdict.already for verdict in first.verdicts] == [False, False]
    assert [verdict.already for verdict in again.verdicts] == [True, True]
    assert [verdict.model_copy(update={"already": False}) for verdict in again.verdicts] == list(
        first.verdicts
    )
    assert village.mirrors[village.station].position == 2


def test_a_replay_with_new_envelopes_behind_it_stores_only_the_new_ones(county):
    village = county.enrol("510704105209", "agent")
    village.receive_at_hub()
    village.receive()
    answer = village.exchange(
        base=NOTHING, envelopes=tuple(EnvelopeMessage.pack(one) for one in village.envelopes)
    )
    assert [verdict.already for verdict in answer.verdicts] == [True, False]
    assert answer.acknowledged.seq == 2


def test_a_differing_replay_is_a_fork_and_nothing_is_stored(county):
    village = county.enrol("510704105209", "agent")
    village.receive_at_hub()
    kept = village.acknowledged
    village.envelopes, village.acknowledged = [], NOTHING
    village.receive()
    with pytest.raises(Problem, match="fork") as caught:
        village.exchange()
    assert caught.value.message.status == 409
    assert caught.value.message.extra == {"acknowledged": kept.model_dump(), "seq": 1}


def test_a_device_that_went_another_way_behind_the_head_is_a_fork(county):
    village = county.enrol("510704105209", "agent")
    village.receive_at_hub()
    village.envelopes = []
    village.receive()
    village.receive()
    with pytest.raises(Problem, match="fork"):
        village.exchange(base=NOTHING, envelopes=(EnvelopeMessage.pack(village.envelopes[1]),))


def test_a_base_the_hub_never_acknowledged_is_a_fork_even_without_envelopes(county):
    village = county.enrol("510704105209", "agent")
    village.receive_at_hub()
    with pytest.raises(Problem, match="fork"):
        village.exchange(base=ChainHeadMessage(seq=1, hash="1" * 64))


def test_a_base_beyond_the_head_shows_a_restored_hub_and_is_answered_with_its_head(county):
    village = county.enrol("510704105209", "agent")
    village.receive_at_hub()
    answer = village.exchange(base=ChainHeadMessage(seq=9, hash="1" * 64))
    assert answer.acknowledged.seq == 1


def test_a_gap_is_refused_with_the_acknowledged_head(county):
    village = county.enrol("510704105209", "agent")
    for _ in range(3):
        village.receive()
    with pytest.raises(Problem, match="gap") as caught:
        village.exchange(envelopes=(EnvelopeMessage.pack(village.envelopes[2]),))
    assert caught.value.message.status == 409
    assert caught.value.message.extra == {"acknowledged": {"seq": 0, "hash": GENESIS}}


BROKEN = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 100_000,
    "1" * 5000,
    "\u0000",
    '{"facts": NaN}',
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_malformed_body_is_refused_and_delays_nobody(county, body):
    village = county.enrol("510704105209", "agent")
    village.seal(body, "agent")
    village.receive()
    village.exchange()
    assert village.result(1) == ("refused", ["malformed"])
    assert village.result(2) == ("accepted", [])
    assert verify_hub(county.hub).ok


MISSHAPEN = [
    {"receipt_number": {}},
    {"application": 7},
    {"application": {}},
    {"application": None},
    {"case_number": ["x"]},
    {"missing": 3, "application": {"applicant": []}},
    {"materials": [{"attachments": [{"sha256": "../../etc/passwd", "size": 1}]}]},
    {"materials": [{"sha256": "0" * 64, "size": -1}]},
]


@pytest.mark.parametrize("facts", MISSHAPEN, ids=range(len(MISSHAPEN)))
def test_facts_of_another_shape_are_refused_and_delay_nobody(county, facts):
    village = county.enrol("510704105209", "agent")
    village.receive(**facts)
    village.receive()
    village.exchange()
    assert village.result(1)[0] == "refused"
    assert village.result(2) == ("accepted", [])


def test_an_unknown_kind_is_held_and_delays_nobody(county):
    village = county.enrol("510704105209", "agent")
    village.seal("{}", "agent", kind="case-event/2")
    village.receive()
    village.exchange()
    assert village.result(1) == ("held", ["unknown-kind"])
    assert "尚不认识" in village.verdicts[1].reasons[0].text
    assert village.result(2) == ("accepted", [])


def test_a_move_the_hub_does_not_know_is_held_and_those_behind_it_wait(county):
    village = county.enrol("510704105209", "agent")
    case = village.receive()
    village.act("invented_later", case, "agent")
    village.act("prioritise", case, "agent", reason="高龄老人")
    village.exchange()
    assert village.result(2) == ("held", ["unknown-kind"])
    assert village.result(3) == ("held", ["predecessor-held"])


def test_what_a_newer_hub_knows_is_judged_at_its_start(county, monkeypatch):
    village = county.enrol("510704105209", "agent")
    case = village.receive()
    village.act("invented_later", case, "agent", reason="录入错误")
    village.exchange()
    monkeypatch.setitem(case_flow.TABLE, "invented_later", case_flow.TABLE["prioritise"])
    monkeypatch.setitem(case_flow.EFFECTS, "invented_later", case_flow.EFFECTS["prioritise"])
    reconsider_held(county.hub)
    village.exchange()
    assert village.result() == ("accepted", [])


def test_a_fault_of_the_hub_holds_one_case_and_none_behind_it_and_ends_with_the_repair(county, monkeypatch):
    village = county.enrol("510704105209", "agent")
    first, _ = village.receive(), village.receive()
    right = bench.judge

    def stumbling(situation, event):
        if event.case_id == first:
            raise RuntimeError("a fault of the program")
        return right(situation, event)

    with monkeypatch.context() as faulty:
        faulty.setattr(bench, "judge", stumbling)
        village.act("prioritise", first, "agent", reason="高龄老人")
        village.exchange()
        assert [village.result(seq) for seq in (1, 2, 3)] == [
            ("held", ["hub-fault"]),
            ("accepted", []),
            ("held", ["predecessor-held"]),
        ]
    reconsider_held(county.hub)
    village.exchange()
    assert [village.result(seq)[0] for seq in (1, 2, 3)] == ["accepted"] * 3
    assert verify_hub(county.hub).ok


def test_a_step_of_an_unknown_case_waits_until_its_beginning_comes_from_another_device(county):
    first, second = county.enrol("510704105209", "agent"), county.enrol("510704105209", "second")
    case = first.receive()
    second.act("prioritise", case, "second", reason="高龄老人")
    second.exchange()
    assert second.result() == ("held", ["predecessor-missing"])
    first.exchange()
    second.exchange()
    assert second.result() == ("accepted", [])
    assert second.verdicts[1].revision == 2
    assert [kind.value for kind in second.mirrors[second.station].kinds] == ["put", "event"]
    assert verify_hub(county.hub).ok


def test_a_desk_the_device_does_not_work_for_is_refused(county):
    village = county.enrol("510704105209", "agent", "neighbour")
    village.receive("neighbour")
    village.exchange()
    assert village.result() == ("refused", ["foreign-desk"])


def test_a_person_without_a_post_there_is_refused(county):
    village = county.enrol("510704105209", "agent", "clerk")
    event = village.event("prioritise", village.receive(), "clerk", reason="高龄老人")
    forged = replace(event, hand=replace(event.hand, desk_id="510704105209"))
    village.seal(json.dumps(event_to_mapping(forged)), "clerk")
    village.exchange()
    assert village.result() == ("refused", ["no-post"])


def test_every_envelope_needs_both_signatures(county):
    village = county.enrol("510704105209", "agent", "second")
    village.receive()
    village.envelopes[0] = replace(village.envelopes[0], person_signature="")
    village.exchange()
    assert village.result() == ("refused", ["bad-person-signature"])
    event = village.event("receive", county.uuid(), "agent")
    village.seal(json.dumps(event_to_mapping(event)), "second")
    village.exchange()
    assert village.result() == ("refused", ["bad-person-signature"])
    village.receive()
    village.envelopes[2] = replace(village.envelopes[2], signature="0" * 128)
    with pytest.raises(Problem, match="bad-signature"):
        village.exchange()


def test_an_envelope_of_another_device_is_refused(county):
    village, other = county.enrol("510704105209", "agent"), county.enrol("510704105209", "agent")
    other.receive()
    with pytest.raises(Problem, match="bad-signature"):
        village.exchange(envelopes=(EnvelopeMessage.pack(other.envelopes[0]),))


def test_only_the_hub_gives_case_numbers(county):
    village = county.enrol("510704105209", "agent")
    case = village.receive(case_number="510704-20261121-000099")
    village.exchange()
    assert village.result() == ("refused", ["hubs-own-fact"])
    village.act("assign_number", case, "agent", case_number="510704-20261121-000099")
    village.exchange()
    assert village.result()[0] != "accepted"


def test_case_numbers_have_no_gap_and_begin_anew_each_day(county):
    hall = county.enrol("510704000000", "window")
    for _ in range(3):
        hall.act("register", hall.receive("window"), "window")
    hall.exchange()
    county.clock.now = county.clock.now.replace(day=22)
    hall.act("register", hall.receive("window"), "window")
    hall.exchange()
    given = [
        json.loads(one[2].body)["facts"]["case_number"] for one in hall.mirrors[hall.station].cases.values()
    ]
    assert given == [
        "510704-20261121-000001",
        "510704-20261121-000002",
        "510704-20261121-000003",
        "510704-20261122-000001",
    ]


def test_a_receipt_number_belongs_to_one_case(county):
    village, other = county.enrol("510704105209", "agent"), county.enrol("510704105209", "second")
    number = village.receipt_number()
    village.receive_at_hub(receipt_number=number)
    other.receive("second", receipt_number=number)
    other.exchange()
    assert other.result() == ("refused", ["number-taken"])
    assert number in other.verdicts[1].reasons[0].text


def test_a_batch_number_belongs_to_one_batch_of_many_cases(county):
    village = county.enrol("510704105209", "agent")
    batch = village.batch("510704105000")
    for facts in (batch, batch, batch | {"batch_id": county.uuid()}):
        village.act("hand_over", village.receive(), "agent", **facts)
    village.exchange()
    assert village.result(2) == village.result(4) == ("accepted", [])
    told = found(county, batch["batch_number"].lower())
    accepted = [json.loads(village.envelopes[n].body)["case_id"] for n in (1, 3)]
    assert [one[0] for one in told if one[2] == "confirmed"] == sorted(accepted)
    assert [one[3] for one in told if one[2] == "refused"] == [["number-taken"]]
    assert village.result(6) == ("refused", ["number-taken"])


def test_an_event_sent_again_by_a_pc_enrolled_anew_has_one_effect(county):
    lost = county.enrol("510704105209", "agent")
    case = lost.receive_at_hub()
    fresh = county.enrol("510704105209", "agent")
    fresh.seal(lost.envelopes[0].body, "agent")
    fresh.exchange()
    assert fresh.result() == ("accepted", [])
    assert fresh.verdicts[1].revision == 1
    assert len(fresh.mirrors[fresh.station].cases[case]) == 1
    altered = json.loads(lost.envelopes[0].body) | {"at": "2026-11-21T12:00:01+08:00"}
    fresh.seal(json.dumps(altered), "agent")
    fresh.exchange()
    assert fresh.result() == ("refused", ["same-event-id"])


def test_of_two_pcs_that_recall_and_sign_at_once_the_first_at_the_hub_wins(county):
    village, town = county.enrol("510704105209", "agent"), county.enrol("510704105000", "clerk")
    case = village.receive()
    village.act("hand_over", case, "agent", **village.batch(town.station))
    village.exchange()
    town.exchange()
    town.act("sign_for", case, "clerk")
    village.act("recall", case, "agent", reason="材料拿错")
    village.exchange()
    town.exchange()
    assert village.result() == ("accepted", [])
    assert town.result() == ("refused", ["wrong-state"])


def test_an_event_is_judged_under_the_organisation_it_names(county):
    from countyhub.references import publishing

    village = county.enrol("510704105209", "agent")
    village.receive()
    county.hub.database.write(
        lambda connection: publishing.set_password(connection, county.hub, "agent", "another secret")
    )
    village.exchange()
    assert village.result() == ("accepted", [])
    event = replace(village.event("receive", county.uuid(), "agent"), under=Versions(2, 1, "cn-2026.1"))
    village.seal(json.dumps(event_to_mapping(event)), "agent")
    village.exchange()
    assert village.result() == ("refused", ["bad-person-signature"])


def test_a_device_is_told_what_a_backup_holds(county):
    from countyhub.acceptance import repository

    village = county.enrol("510704105209", "agent")
    village.receive()
    assert village.exchange().durable_upto == 0
    county.hub.database.write(lambda connection: repository.mark_durable(connection, village.device, 1))
    assert village.exchange().durable_upto == 1


def test_another_protocol_is_told_the_range(county):
    village = county.enrol("510704105209")
    with pytest.raises(Problem, match="unsupported-protocol") as caught:
        village.exchange(protocol=2)
    assert caught.value.message.extra == {"min": 1, "max": 1}


def found(county, number):
    """What the hub says of a number: case, status and the codes of the reasons."""
    return [
        (one.case_id, one.kind, one.status.value, [reason["code"] for reason in one.reasons])
        for one in finding.find(county.hub, number)
    ]


def test_a_receipt_whose_scan_is_still_on_its_way_is_found_as_held(county):
    village = county.enrol("510704105209", "agent")
    number, scan = village.receipt_number(), b"a scan"
    case = village.receive(attachments=(scan,), receipt_number=number)
    batch = village.batch("510704105000")
    village.act("hand_over", case, "agent", **batch)
    village.exchange()
    assert found(county, number) == [(case, "receipt", "held", ["attachment-missing"])]
    assert found(county, batch["batch_number"]) == [(case, "batch", "held", ["predecessor-held"])]
    village.upload(scan)
    assert found(county, number) == [(case, "receipt", "confirmed", [])]
    assert found(county, batch["batch_number"]) == [(case, "batch", "confirmed", [])]
    assert verify_hub(county.hub).ok


def test_a_receipt_whose_receive_was_refused_is_found_with_the_reason(county):
    village = county.enrol("510704105209", "agent")
    number = village.receipt_number()
    case = village.receive(receipt_number=number, application=village.application() | {"materials": []})
    village.exchange()
    assert village.result() == ("refused", ["material-missing"])
    assert found(county, number.replace("-", "").lower()) == [
        (case, "receipt", "refused", ["material-missing"])
    ]
    assert "居民身份证复印件" in finding.find(county.hub, number)[0].reasons[0]["text"]


def test_a_batch_of_which_every_case_was_refused_is_found(county):
    village = county.enrol("510704105209", "agent")
    batch = village.batch("510704000000")
    cases = [village.receive() for _ in range(2)]
    for case in cases:
        village.act("hand_over", case, "agent", **batch)
    village.exchange()
    assert found(county, batch["batch_number"]) == [
        (case, "batch", "refused", ["wrong-desk"]) for case in sorted(cases)
    ]


def test_a_number_that_two_cases_printed_is_found_in_both(county):
    village, other = county.enrol("510704105209", "agent"), county.enrol("510704105209", "second")
    number = village.receipt_number()
    first = village.receive_at_hub(receipt_number=number)
    second = other.receive("second", receipt_number=number)
    other.exchange()
    assert sorted(found(county, number)) == sorted(
        [(first, "receipt", "confirmed", []), (second, "receipt", "refused", ["number-taken"])]
    )


def test_a_paper_of_a_refused_step_is_found_by_its_document_number(county):
    hall = county.enrol("510704000000", "window")
    case = hall.receive("window")
    hall.act("accept", case, "window", document_number="试验政务受〔2026〕010001号")
    hall.exchange()
    assert found(county, "试验政务受[2026]010001") == [(case, "document", "refused", ["not-registered"])]


def test_a_number_in_a_body_the_hub_cannot_read_is_found(county):
    village = county.enrol("510704105209", "agent")
    held, spoiled = village.receipt_number(), village.receipt_number()
    later = {"case_id": county.uuid(), "facts": {"receipt_number": held}, "more": 1}
    village.seal(json.dumps(later), "agent", kind="case-event/2")
    village.seal(json.dumps({"facts": {"receipt_number": spoiled}, "case_id": "x" * 500}), "agent")
    village.exchange()
    assert found(county, held) == [(later["case_id"], "receipt", "held", ["unknown-kind"])]
    assert found(county, spoiled) == [("", "receipt", "refused", ["malformed"])]
    assert verify_hub(county.hub).ok


UNSTORABLE = ["\x00", "\ud800", "游\x00仙受〔2026〕010001号", "游\ud800仙受〔2026〕010001号"]


@pytest.mark.parametrize("text", UNSTORABLE, ids=range(len(UNSTORABLE)))
@pytest.mark.parametrize("fact", ["enquiry_code", "receipt_number", "document_number", "batch_number"])
def test_text_that_no_database_holds_delays_nobody(county, fact, text):
    village = county.enrol("510704105209", "agent")
    case = village.receive()
    village.seal(
        json.dumps(event_to_mapping(village.event("prioritise", case, "agent", reason=text))), "agent"
    )
    opening = village.event(
        "receive", county.uuid(), "agent", application=village.application(), **{fact: text * 3}
    )
    village.seal(json.dumps(event_to_mapping(opening)), "agent")
    last = village.receive()
    village.exchange()
    assert village.result(3)[0] == "refused"
    assert village.result(4) == ("accepted", [])
    assert last in village.mirrors[village.station].cases
    assert verify_hub(county.hub).ok


def test_a_number_the_hub_gave_is_found_and_one_a_station_made_up_is_not(county):
    hall = county.enrol("510704000000", "window")
    case = hall.receive("window")
    hall.act("register", case, "window")
    hall.act("examine", case, "window", case_number="510704-20261121-000077")
    hall.exchange()
    assert found(county, "510704-20261121-000001") == [(case, "case", "confirmed", [])]
    assert found(county, "510704-20261121-000077") == []
