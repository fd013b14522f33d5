"""The scenes in which acts cross: how far a case has got, and who then does what at which PC without a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from small_county import (
    COUNTY_ITEM,
    DEPARTMENT,
    JOINT_ITEM,
    NEEDLESS_ITEM,
    PARTNER,
    TOWNSHIP_ITEM,
    hand,
)
from stationapp.domain.events import Hand
from together.crossing_county import OTHER_OFFICER, Act, Stage
from walks import (
    AGENT,
    APPROVER,
    CHIEF,
    CLERK,
    MAYOR,
    OFFICER,
    PARTNER_OFFICER,
    SECOND_PARTNER_OFFICER,
    WINDOW_CLERK,
)

AGENT_B, CLERK_B, WINDOW_B = (
    hand("agent", "p-agent-b"),
    hand("clerk", "p-clerk-b"),
    hand("window", "p-window-b"),
)
OFFICER_B = Hand(DEPARTMENT, "officer", "p-officer-b", "测试officer-b", "B")
APPROVER_B = Hand(DEPARTMENT, "approver", "p-approver-b", "测试approver-b", "B")
HUB = Hand("hub", "hub", "hub", "县级平台", "")


def incomplete(stage: Stage) -> Stage:
    return stage.go("note_missing", AGENT)


def received(stage: Stage) -> Stage:
    return stage.go("receive", AGENT)


def proposed(stage: Stage) -> Stage:
    return received(stage).go("propose_void", AGENT)


def on_its_way(stage: Stage) -> Stage:
    return received(stage).go("hand_over", AGENT)


def at_township(stage: Stage) -> Stage:
    return on_its_way(stage).go("sign_for", CLERK)


def supplement_wanted(stage: Stage) -> Stage:
    return at_township(stage).go("request_supplement", CLERK)


def registered(stage: Stage) -> Stage:
    at_township(stage).go("examine", CLERK).go("forward", CLERK)
    return stage.go("sign_for", WINDOW_CLERK).go("register", WINDOW_CLERK)


def accepted(stage: Stage) -> Stage:
    return registered(stage).go("accept", WINDOW_CLERK)


def assigned(stage: Stage) -> Stage:
    return accepted(stage).go("assign", WINDOW_CLERK)


def reviewed(stage: Stage) -> Stage:
    return assigned(stage).go("review", OFFICER)


def reviewed_in_township(stage: Stage) -> Stage:
    return stage.go("receive", CLERK).go("accept", CLERK).go("review", CLERK_B)


def result_on_its_way(stage: Stage) -> Stage:
    at_township(stage).go("accept", CLERK).go("grant", MAYOR).go("issue_result", MAYOR)
    return stage.go("send_result", CLERK)


def result_in_village(stage: Stage) -> Stage:
    return result_on_its_way(stage).go("sign_for_result", AGENT)


def served(stage: Stage) -> Stage:
    return result_in_village(stage).go("serve", AGENT)


def concluded(stage: Stage) -> Stage:
    return served(stage).go("conclude", AGENT)


def fanned_out(stage: Stage) -> Stage:
    return assigned(stage).go("fan_out", OFFICER)


def letter_signed(stage: Stage) -> Stage:
    return fanned_out(stage).go("sign_for_part", PARTNER_OFFICER)


def letter_signed_and_withdrawal_asked(stage: Stage) -> Stage:
    return letter_signed(stage).go("request_withdrawal", AGENT)


def letters_signed(stage: Stage) -> Stage:
    return letter_signed(stage).go("sign_for_part", SECOND_PARTNER_OFFICER)


def visited(stage: Stage) -> Stage:
    return letter_signed(stage).go("call_site_visit", OFFICER).go("record_site_visit", OFFICER)


def visited_as_known(stage: Stage) -> Stage:
    letter_signed(stage).go("call_site_visit", OFFICER).go("acknowledge_visit", PARTNER_OFFICER)
    return stage.go("record_site_visit", OFFICER)


def urged(stage: Stage) -> Stage:
    letters_signed(stage).go("give_opinion", PARTNER_OFFICER).go("give_opinion", SECOND_PARTNER_OFFICER)
    return stage.go("review", OFFICER).go("urge", AGENT).go("acknowledge_urging", OFFICER)


@dataclass(frozen=True)
class Scene:
    """Where two acts cross, and who makes them."""

    place: Callable[[Stage], Stage]
    first: Act
    second: Act
    item: str = COUNTY_ITEM
    rest: int = 0  # days between the second act and the first exchange


def _silence(move: str, after: int) -> Scene:
    """Signed for on a Friday: the last day for a notice is the Friday after."""
    sweeps = Act("", "deem_accepted", HUB)
    return Scene(at_township, Act("township", move, CLERK, after=after), sweeps, NEEDLESS_ITEM, rest=3)


def _two(place: Callable[[Stage], Stage], pcs: str, move: str, one: Hand, other: Hand, **more: Any) -> Scene:
    """One move at two PCs of a station."""
    return Scene(place, Act(pcs, move, one), Act(f"{pcs}-2", move, other), **more)


SCENES: dict[str, Scene] = {
    "recall × sign_for": Scene(
        on_its_way, Act("village", "recall", AGENT), Act("township", "sign_for", CLERK)
    ),
    "recall × decline_handover": Scene(
        on_its_way, Act("village", "recall", AGENT), Act("township", "decline_handover", CLERK)
    ),
    "recall × sign_for_result": Scene(
        result_on_its_way,
        Act("township", "recall", CLERK),
        Act("village", "sign_for_result", AGENT),
        TOWNSHIP_ITEM,
    ),
    "sign_for × decline_handover": Scene(
        on_its_way, Act("township", "sign_for", CLERK), Act("township-2", "decline_handover", CLERK_B)
    ),
    "recall × recall": _two(on_its_way, "village", "recall", AGENT, AGENT_B),
    "request_withdrawal × sign_for": Scene(
        on_its_way, Act("village", "request_withdrawal", AGENT), Act("township", "sign_for", CLERK)
    ),
    "withdraw × grant": Scene(
        reviewed_in_township,
        Act("township-2", "withdraw", CLERK),
        Act("township", "grant", MAYOR),
        TOWNSHIP_ITEM,
    ),
    "withdraw × refuse": Scene(
        reviewed_in_township,
        Act("township-2", "withdraw", CLERK),
        Act("township", "refuse", MAYOR),
        TOWNSHIP_ITEM,
    ),
    "request_withdrawal × grant": Scene(
        reviewed, Act("village", "request_withdrawal", AGENT), Act("hall", "grant", APPROVER)
    ),
    "request_withdrawal × refuse": Scene(
        reviewed, Act("village", "request_withdrawal", AGENT), Act("hall", "refuse", APPROVER)
    ),
    "request_withdrawal × accept": Scene(
        registered, Act("village", "request_withdrawal", AGENT), Act("hall", "accept", WINDOW_CLERK)
    ),
    "request_withdrawal × request_supplement": Scene(
        at_township, Act("village", "request_withdrawal", AGENT), Act("township", "request_supplement", CLERK)
    ),
    "hand_over × withdraw": Scene(
        received, Act("village", "hand_over", AGENT), Act("village-2", "withdraw", AGENT_B)
    ),
    "withdraw × withdraw": _two(received, "village", "withdraw", AGENT, AGENT_B),
    "withdraw × give_opinion": Scene(
        letter_signed_and_withdrawal_asked,
        Act("hall", "withdraw", OFFICER),
        Act("hall-2", "give_opinion", PARTNER_OFFICER),
        JOINT_ITEM,
    ),
    "supply × close_unsupplied, in time": Scene(
        supplement_wanted,
        Act("village", "supply", AGENT),
        Act("township", "close_unsupplied", CLERK, after=12),
    ),
    "supply × close_unsupplied, late": Scene(
        supplement_wanted,
        Act("village", "supply", AGENT, after=12),
        Act("township", "close_unsupplied", CLERK),
    ),
    "supply × supply": _two(supplement_wanted, "village", "supply", AGENT, AGENT_B),
    "supply × withdraw": Scene(
        supplement_wanted, Act("village", "supply", AGENT), Act("village-2", "withdraw", AGENT_B)
    ),
    "request_supplement × deem_accepted, in time": _silence("request_supplement", 7),
    "request_supplement × deem_accepted, late": _silence("request_supplement", 8),
    "accept × deem_accepted, in time": _silence("accept", 7),
    "accept × deem_accepted, late, counted from the day of receipt": _silence("accept", 10),
    "decline_acceptance × deem_accepted, in time": _silence("decline_acceptance", 7),
    "decline_acceptance × deem_accepted, late": _silence("decline_acceptance", 8),
    "return_application × deem_accepted, in time": _silence("return_application", 7),
    "tell_not_needed × deem_accepted, in time": _silence("tell_not_needed", 7),
    "send_back × deem_accepted": _silence("send_back", 7),
    "hand_over × hand_over": Scene(
        received,
        Act("village", "hand_over", AGENT),
        Act("village-2", "hand_over", AGENT_B),
    ),
    "receive × receive, completing": _two(incomplete, "village", "receive", AGENT, AGENT_B),
    "serve × serve": _two(result_in_village, "village", "serve", AGENT, AGENT_B, item=TOWNSHIP_ITEM),
    "propose_void × hand_over": Scene(
        received, Act("village", "propose_void", AGENT), Act("village-2", "hand_over", AGENT_B)
    ),
    "void × hand_over": Scene(
        proposed, Act("village-2", "void", AGENT_B), Act("village", "hand_over", AGENT)
    ),
    "accept × accept": _two(registered, "hall", "accept", WINDOW_CLERK, WINDOW_B),
    "grant × refuse": Scene(reviewed, Act("hall", "grant", APPROVER), Act("hall-2", "refuse", APPROVER_B)),
    "review × review": _two(assigned, "hall", "review", OFFICER, OFFICER_B),
    "reassign × review": Scene(
        assigned,
        Act("hall", "reassign", CHIEF, {"to_person": OTHER_OFFICER}),
        Act("hall-2", "review", OFFICER),
    ),
    "send_back × accept": Scene(
        at_township, Act("township", "send_back", CLERK), Act("township-2", "accept", CLERK_B), TOWNSHIP_ITEM
    ),
    "request_supplement × accept": Scene(
        at_township,
        Act("township", "request_supplement", CLERK),
        Act("township-2", "accept", CLERK_B),
        TOWNSHIP_ITEM,
    ),
    "assign × assign": _two(accepted, "hall", "assign", WINDOW_CLERK, WINDOW_B),
    "start_special × grant": Scene(
        reviewed, Act("hall", "start_special", OFFICER), Act("hall-2", "grant", APPROVER)
    ),
    "extend × grant": Scene(reviewed, Act("hall", "extend", APPROVER), Act("hall-2", "grant", APPROVER_B)),
    "extend × extend": _two(reviewed, "hall", "extend", APPROVER, APPROVER_B),
    "give_opinion × default_part": Scene(
        letter_signed,
        Act("hall", "give_opinion", PARTNER_OFFICER, after=10),
        Act("hall-2", "default_part", WINDOW_CLERK, {"desk_id": PARTNER}),
        JOINT_ITEM,
    ),
    "sign_for_part × default_part": Scene(
        fanned_out,
        Act("hall", "sign_for_part", PARTNER_OFFICER, after=10),
        Act("hall-2", "default_part", WINDOW_CLERK, {"desk_id": PARTNER}),
        JOINT_ITEM,
    ),
    "acknowledge_visit × default_absent": Scene(
        visited,
        Act("hall", "acknowledge_visit", PARTNER_OFFICER),
        Act("hall-2", "default_absent", OFFICER, {"desk_id": PARTNER}),
        JOINT_ITEM,
    ),
    "give_opinion × default_absent": Scene(
        visited_as_known,
        Act("hall", "give_opinion", PARTNER_OFFICER),
        Act("hall-2", "default_absent", OFFICER, {"desk_id": PARTNER}),
        JOINT_ITEM,
    ),
    "give_opinion × give_opinion, two departments": Scene(
        letters_signed,
        Act("hall", "give_opinion", PARTNER_OFFICER),
        Act("hall-2", "give_opinion", SECOND_PARTNER_OFFICER),
        JOINT_ITEM,
    ),
    "give_opinion × give_opinion, one department": _two(
        letters_signed, "hall", "give_opinion", PARTNER_OFFICER, PARTNER_OFFICER, item=JOINT_ITEM
    ),
    "sign_for_part × sign_for_part": _two(
        fanned_out, "hall", "sign_for_part", PARTNER_OFFICER, PARTNER_OFFICER, item=JOINT_ITEM
    ),
    "fan_out × fan_out": _two(assigned, "hall", "fan_out", OFFICER, OFFICER_B, item=JOINT_ITEM),
    "extend × default_decision": Scene(
        urged,
        Act("hall", "extend", APPROVER, after=14),
        Act("hall-2", "default_decision", WINDOW_CLERK, after=5),
        JOINT_ITEM,
    ),
    "grant × default_decision": Scene(
        urged,
        Act("hall", "grant", APPROVER, after=19),
        Act("hall-2", "default_decision", WINDOW_CLERK),
        JOINT_ITEM,
    ),
    "rate × rate": Scene(
        concluded, Act("village", "rate", AGENT), Act("township", "rate", CLERK), TOWNSHIP_ITEM
    ),
    "archive × rate": Scene(
        concluded, Act("village", "archive", AGENT), Act("township", "rate", CLERK), TOWNSHIP_ITEM
    ),
    "urge × conclude": Scene(
        served, Act("township", "urge", CLERK), Act("village", "conclude", AGENT), TOWNSHIP_ITEM
    ),
}
