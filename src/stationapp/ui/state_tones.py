"""The tone of each state of a case; apart from the other words, for the sign-in window knows no cases."""

from __future__ import annotations

from collections.abc import Mapping

from stationapp.domain.case import State
from stationapp.ui.words import Tone

STATE_TONES: Mapping[State, Tone] = {
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
    State.CONCLUDED: Tone.QUIET,
    State.WITHDRAWN: Tone.QUIET,
    State.VOIDED: Tone.QUIET,
}
