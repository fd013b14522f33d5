"""Programs of different editions side by side: what the older ones may still do, and what they never might."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from small_county import DEPARTMENT, TOWNSHIP, hand
from stationapp.domain.case import Case
from stationapp.domain.rule_editions import EDITION
from together.simulation.county import County
from together.simulation.editions import OLDER
from together.simulation.pcs import Pc

_DAYS = 3
"""So long the item of the case to be decided is publicised."""


class OldRules:
    """Acts by the rules of an earlier edition, and the day a program is brought up to date."""

    def __init__(self, county: County) -> None:
        self._county = county

    def upgrade(self) -> None:
        """A PC with an older program gets today's, whatever waits in its outbox."""
        old = [pc for pc in self._county.pcs if pc.is_of_old]
        if not old:
            return
        pc = self._county.chance.choice(old)
        with pc.store.read() as unit:
            waiting = unit.chain.head().seq - unit.chain.acknowledged().seq
        pc.edition = EDITION
        pc.restart()
        self._county.swarm.fired["upgraded with a full outbox" if waiting else "upgraded"] += 1
        self._county.say(f"{pc.name} is brought up to date with {waiting} acts unsent")

    def needs_attorney(self, pc: Pc, case: Case) -> bool:
        """Whether this program asks for a 委托书 before the materials leave."""
        noted = case.application.attorney or case.when("note_attorney") is not None
        return not pc.is_of_old and not noted

    def decide(self, pc: Pc) -> None:
        """Grant what has to be publicised first, with or without days named in the decision itself, as of old."""
        ledger, today = self._county.ledger, pc.clock.now().date()
        if pc.case_of(ledger.to_decide) is None:
            return
        ends = self._county.chance.choice((None, -1, -1, 0))
        facts: dict[str, Any] = dict(pc.facts_of("grant", DEPARTMENT))
        if ends is not None:
            days = self._county.chance.choice((_DAYS, _DAYS, _DAYS - 1))
            last = today + timedelta(days=ends)
            first = last - timedelta(days=days - 1)
            facts |= {"publicity_from": first.isoformat(), "publicity_to": last.isoformat()}
        pc.do(ledger.to_decide, "grant", facts, ledger.note, by=hand("approver"))
        self._county.say(
            f"{pc.name} of edition {pc.edition} decides with {facts.get('publicity_to', 'no days')}"
        )

    def feign(self, pc: Pc) -> None:
        """A program of today says it is an older one, to send off what has no 委托书."""
        county, case_id = self._county, pc.new_id()
        ledger = county.ledger
        county.ledger.case_ids.append(case_id)
        pc.take_in(case_id, b"", ledger.note, attorney=False)

        def note(of: Pc, event: Any, kind: str) -> None:
            ledger.note(of, event, kind)
            ledger.feigned[event.event_id] = case_id

        pc.send_on(case_id, "hand_over", TOWNSHIP, note, edition=OLDER)
        county.say(f"{pc.name} feigns an older program with {case_id[:8]}")
