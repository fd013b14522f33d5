"""Cases of the small county at the places rules are about, each brought there by steps that were judged."""

from __future__ import annotations

from typing import Any

from small_county import (
    COUNTY_ITEM,
    FORWARDED_ITEM,
    JOINT_ITEM,
    LICENCE,
    LICENCE_ITEM,
    TOWNSHIP_ITEM,
)
from walks import (
    AGENT,
    APPROVER,
    CLERK,
    MAYOR,
    OFFICER,
    PARTNER_OFFICER,
    SECOND_PARTNER_OFFICER,
    WINDOW_CLERK,
    Walk,
)


def received(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Received in the village."""
    return Walk(code, **changes).go("receive", AGENT)


def at_township(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Signed for by the township."""
    return received(code, **changes).go("hand_over", AGENT).go("sign_for", CLERK)


def at_county(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Signed for by the county's window."""
    walk = at_township(code, **changes).go("examine", CLERK).go("forward", CLERK)
    return walk.go("sign_for", WINDOW_CLERK)


def in_department(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Accepted, and assigned to the department."""
    walk = at_county(code, **changes).go("register", WINDOW_CLERK).go("accept", WINDOW_CLERK)
    return walk.go("assign", WINDOW_CLERK)


def reviewed(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Reviewed by the department's officer."""
    return in_department(code, **changes).go("review", OFFICER)


def decided(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Granted, the result at the county's window."""
    return reviewed(code, **changes).go("grant", APPROVER).go("issue_result", OFFICER)


def result_in_village(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Granted, the result back where the applicant is."""
    walk = decided(code, **changes).go("send_result", WINDOW_CLERK).go("sign_for_result", CLERK)
    return walk.go("send_result", CLERK).go("sign_for_result", AGENT)


def concluded(code: str = COUNTY_ITEM, **changes: Any) -> Walk:
    """Served and concluded."""
    return result_in_village(code, **changes).go("serve", AGENT).go("conclude", AGENT)


def decided_at_township(**changes: Any) -> Walk:
    """What the township itself grants, the result back in the village."""
    walk = at_township(TOWNSHIP_ITEM, **changes).go("accept", CLERK).go("grant", MAYOR)
    return walk.go("issue_result", CLERK).go("send_result", CLERK).go("sign_for_result", AGENT)


def asked_to_supply(**changes: Any) -> Walk:
    """The township told what is missing; ten days are given."""
    return at_township(**changes).go("request_supplement", CLERK)


def licence_in_silence(days: int, **changes: Any) -> Walk:
    """A licence at the county's window, about which nobody has said anything for days (from a Friday)."""
    return at_county(LICENCE_ITEM, **changes).wait(days)


def township_licence(**changes: Any) -> Walk:
    """A licence the township itself gives."""
    return at_township(TOWNSHIP_ITEM, **{**LICENCE, **changes})


def fanned_out(**changes: Any) -> Walk:
    """A joint case with letters to both departments."""
    return in_department(JOINT_ITEM, **changes).go("fan_out", OFFICER)


def signed_by_all(**changes: Any) -> Walk:
    """A joint case whose letters both departments signed for."""
    walk = fanned_out(**changes).go("sign_for_part", PARTNER_OFFICER)
    return walk.go("sign_for_part", SECOND_PARTNER_OFFICER)


def agreed_by_all(**changes: Any) -> Walk:
    """A joint case to which both departments agreed."""
    walk = signed_by_all(**changes).go("give_opinion", PARTNER_OFFICER)
    return walk.go("give_opinion", SECOND_PARTNER_OFFICER)


def reported_up() -> Walk:
    """A case that waits for the word of the organ above."""
    return reviewed(FORWARDED_ITEM).go("report_up", APPROVER)
