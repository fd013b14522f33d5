"""Stretches of the way that many cases have in common."""

from __future__ import annotations

from typing import Final

from stationapp.demo.full.scenario import Beat, Step, do

Way = tuple[Beat, ...]

TO_TOWN: Final[Way] = (
    Step("agent", "receive", paper="power_of_attorney"),
    do("agent", "hand_over"),
    do("clerk", "sign_for"),
)
TO_WINDOW: Final[Way] = (
    do("clerk", "examine"),
    do("clerk", "forward"),
    do("window", "sign_for"),
)
INTO_COUNTY: Final[Way] = (do("window", "register"), do("window", "accept"), do("window", "assign"))
TO_COUNTY: Final[Way] = (*TO_TOWN, *TO_WINDOW, *INTO_COUNTY)
GRANT: Final[Way] = (do("officer", "review"), do("approver", "grant"), do("approver", "issue_result"))
REFUSE: Final[Way] = (do("officer", "review"), do("approver", "refuse"), do("approver", "issue_result"))
TOWN_GRANT: Final[Way] = (do("clerk", "accept"), do("head", "grant"), do("head", "issue_result"))
TOWN_REVIEW: Final[Way] = (
    do("clerk", "accept"),
    do("reviewer", "review"),
    do("head", "grant"),
    do("head", "issue_result"),
)
FROM_TOWN: Final[Way] = (do("clerk", "send_result"), do("agent", "sign_for_result"))
FROM_COUNTY: Final[Way] = (do("window", "send_result"), do("clerk", "sign_for_result"), *FROM_TOWN)
END: Final[Way] = (do("agent", "serve"), do("agent", "conclude"))
HOME_FROM_TOWN: Final[Way] = (*FROM_TOWN, *END)
HOME_FROM_COUNTY: Final[Way] = (*FROM_COUNTY, *END)
