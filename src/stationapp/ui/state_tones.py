"""The tone of each state of a case; apart from the other words, for the sign-in window knows no cases."""

from __future__ import annotations

from collections.abc import Mapping

from stationapp.domain.case import State
from stationapp.ui.words import Tone

_TONES = {
    State.INCOMPLETE: Tone.WARN,
    State.RECEIVED: Tone.ACTIVE,
    State.IN_TRANSIT: Tone.PLAIN,
    State.SIGNED_FOR: Tone.ACTIVE,
    State.SUPPLEMENT: Tone.WARN,
    State.EXAMINED: Tone.ACTIVE,
    State.REGISTERED: Tone.ACTIVE,
    State.ACCEPTED: Tone.ACTIVE,
    State.REVIEWED: Tone.ACTIVE,
    State.GRANTED: Tone.GOOD,
    State.REFUSED: Tone.PLAIN,
    State.RESULT_READY: Tone.GOOD,
    State.RESULT_IN_TRANSIT: Tone.PLAIN,
    State.SERVED: Tone.GOOD,
    State.SENT_BACK: Tone.WARN,
    State.DEEMED_ACCEPTED: Tone.WARN,
    State.SPECIAL_PROCEDURE: Tone.PLAIN,
    State.CHECKED: Tone.ACTIVE,
    State.REPORTED_UP: Tone.PLAIN,
    State.DEFAULTED: Tone.GOOD,
    State.BOOKED: Tone.ACTIVE,
    State.ASKED: Tone.WARN,
    State.ANSWERED: Tone.GOOD,
    State.FILED: Tone.WARN,
    State.UNDER_INQUIRY: Tone.ACTIVE,
    State.REPLIED: Tone.GOOD,
    State.ABSENT: Tone.WARN,
    State.OPEN_SERVICE: Tone.ACTIVE,
    State.PROJECT_OPEN: Tone.ACTIVE,
    State.DISPUTED: Tone.WARN,
    State.HEARD: Tone.ACTIVE,
    State.SUGGESTED: Tone.ACTIVE,
    State.ON_DUTY: Tone.ACTIVE,
}

STATE_TONES: Mapping[State, Tone] = {state: _TONES.get(state, Tone.QUIET) for state in State}
"""What is over is quiet."""
