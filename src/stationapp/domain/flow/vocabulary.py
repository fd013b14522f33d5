"""What several rows share: groups of posts, and the questions they ask."""

from __future__ import annotations

from stationapp.domain import deemed_acceptance
from stationapp.domain.case import State
from stationapp.domain.moves import Ask, AskKind
from stationapp.domain.organisation import PostKind

AGENT = frozenset({PostKind.AGENT})
CLERK = frozenset({PostKind.CLERK})
WINDOW = frozenset({PostKind.WINDOW})
OFFICER = frozenset({PostKind.OFFICER})
CHIEF = frozenset({PostKind.CHIEF})
APPROVER = frozenset({PostKind.APPROVER})
STATIONS = AGENT | CLERK | WINDOW
ACCEPTERS = CLERK | WINDOW
REVIEWERS = CLERK | OFFICER
RESULT_MAKERS = CLERK | OFFICER | APPROVER
EVERYBODY = frozenset(PostKind) - {PostKind.SUPERVISOR}

OPINION = Ask("opinion", AskKind.LONG_TEXT, "意见")
REASON = Ask("reason", AskKind.LONG_TEXT, "理由")
MISSING = Ask("missing", AskKind.MISSING, "缺少或不合格的材料", hint="逐项写明，一次告知清楚。")
DIFFERENCES = Ask(
    "differences", AskKind.LONG_TEXT, "差异说明", required=False, hint="件数、页数与清单不符时填写。"
)

UNDER_REVIEW = frozenset({State.DEEMED_ACCEPTED, State.ACCEPTED, State.REVIEWED, State.CHECKED})
"""Accepted and not yet decided, with the clock running."""

WITH_AUTHORITY = deemed_acceptance.UNANSWERED
"""With the materials at the authority that accepts, and nothing said about acceptance."""

BEFORE_ACCEPTANCE = WITH_AUTHORITY | {State.EXAMINED}
"""With the materials at a desk, and nothing said about acceptance."""

UNANSWERED = BEFORE_ACCEPTANCE | {State.DEEMED_ACCEPTED}
"""Where what is missing, or why nothing is accepted, may be told: a notice given in time counts though the hub had to
take silence for acceptance before it arrived.
"""


def states(*which: State) -> frozenset[State]:
    """Return a set of states."""
    return frozenset(which)
