"""What happens under a seed: people work, PCs exchange, everything fails, and at last all is calm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from countyhub.devices import service as devices
from countyhub.references import publishing, service
from small_county import TOWNSHIP, VILLAGE, WINDOW, hand
from stationapp.domain.case import State
from stationapp.exchange.state import Outcome, Round
from stationapp.exchange.transport import ChainForked, HubRefusesDevice
from stationapp.platform.unavailable import Unavailable
from together.simulation.county import County
from together.simulation.deaths import Crash
from together.simulation.ground import CLONE
from together.simulation.hub_machine import Ends
from together.simulation.losses import Losses
from together.simulation.new_keys import change_hub_key, order_device_key
from together.simulation.old_rules import OldRules
from together.simulation.pcs import BATCHED, Pc
from together.simulation.rescues import Rescues
from together.simulation.swarm import STEPS

Step = tuple[str, str]
"""A move, and the desk it sends the case to, if it does."""

_NEXT: dict[tuple[str, State], tuple[Step, ...]] = {
    (VILLAGE, State.RECEIVED): (("hand_over", TOWNSHIP),) * 3 + (("urge", ""),),
    (VILLAGE, State.IN_TRANSIT): (("recall", ""),),
    (VILLAGE, State.SENT_BACK): (("withdraw", ""),),
    (TOWNSHIP, State.IN_TRANSIT): (("sign_for", ""),) * 3 + (("decline_handover", ""),),
    (TOWNSHIP, State.SIGNED_FOR): (("examine", ""),) * 3 + (("send_back", VILLAGE),),
    (TOWNSHIP, State.EXAMINED): (("forward", WINDOW),),
    (WINDOW, State.IN_TRANSIT): (("sign_for", ""),) * 3 + (("decline_handover", ""),),
    (WINDOW, State.SIGNED_FOR): (("register", ""),) * 3 + (("send_back", VILLAGE),),
    (WINDOW, State.REGISTERED): (("accept", ""),),
}
_SCANS = (0, 0, 0, 90, 20_000, 50_000)
_LONG_SCANS = (30_000, 60_000, 120_000)
_SHORT, _LONG = (9, 19), (20, 36)
"""How many steps a story has."""
_LONGEST_DARK_DAYS = 14
_SETTLING = tuple(
    timedelta(minutes=minutes) for minutes in (1, 1, 5, 30, 30, 60, 60, 60, 60, 60, 60, 60, 60, 60)
)
"""How long is waited between rounds once all is calm: within half a day everybody agrees."""


class Story:
    """The course of one seed."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.chance = county.chance
        self.swarm = county.swarm
        self._cloned = False
        self._losses, self._old = Losses(county), OldRules(county)
        self._rescues = Rescues(county, self._losses, lambda pc: self._safely(lambda: self._work(pc), pc))
        county.on_sticks = self._rescues.on_sticks
        self._faults = self._all_faults(county)
        assert self._faults.keys() == STEPS.keys()

    def _all_faults(self, county: County) -> dict[str, Callable[[], None]]:
        """What may strike at each step, in the order in which chance decides."""
        return {
            "link dark": self._darken,
            "long time": self._let_days_pass,
            "station restarted": lambda: self._one().restart(),
            "station clock wrong": self._turn_clock,
            "station disk full": lambda: self._one().space.set_full(True),
            "hub disk full": lambda: county.hub.space.set_full(True),
            "hub restarted": county.hub.restart,
            "hub backup": self._back_up,
            "hub restored": lambda: self._restore_hub(newest=True),
            "hub restored from an older backup": lambda: self._restore_hub(newest=False),
            "station disk kept": lambda: self._one().keep_disk(),
            "station restored": self._restore_pc,
            "station cloned": self._clone,
            "posts change hands": self._change_hands,
            "poison": self._poison,
            "newer kind": self._act_from_the_future,
            "many scans": self._scan_much,
            "stick written": self._write_stick,
            "stick at the hub": lambda: county.sticks.take_to_hub(county.hub),
            "stick read": self._read_stick,
            "stick copied": county.sticks.copy,
            "stick damaged": county.sticks.damage,
            "storm of hand-overs": self._storm,
            "program upgraded": self._old.upgrade,
            "decision by old rules": self._decide,
            "older program feigned": self._feign,
            "PC lost": self._losses.lose,
            "PC unlocked": self._losses.unlock,
            "PC revoked": self._losses.revoke,
            "PC set up anew": self._losses.set_up,
            "device key ordered": lambda: order_device_key(county),
            "hub key changed": lambda: change_hub_key(county),
            "stick carried on": self._carry_on,
            "station disk damaged": self._rescues.damage,
            "rescued stick at the hub": self._rescues.deliver,
        }

    def run(self) -> None:
        """Let it happen, and then let all agree. What does not agree is among the county's faults."""
        with self.county.dying():
            for _ in range(self.chance.randrange(*(_LONG if self.swarm.has("long story") else _SHORT))):
                self._step()
        self._calm_down()
        self._settle()

    def _step(self) -> None:
        county = self.county
        self._safely(lambda: county.post.arrive(county.hub, county.time.now))
        self._safely(lambda: county.hub.go_on(0.2))
        for name, strike in self._faults.items():
            if self.swarm.strikes(name):
                county.say(name)
                self._safely(strike)
        pc = self._one()
        if self.chance.random() < 0.5:
            self._safely(lambda: self._work(pc), pc)
        else:
            self._exchange(pc)
        self._clear_disks()
        county.time.pass_by(timedelta(seconds=self.chance.randrange(1, 600)))

    def _one(self) -> Pc:
        return self.chance.choice(self.county.pcs)

    def _safely(self, act: Callable[[], None], pc: Pc | None = None) -> None:
        """Do something; whichever machine dies of it starts again."""
        try:
            act()
        except Crash as crash:
            if crash.of_hub:
                self._safely(self.county.hub.restart)
            else:
                self._safely((pc or self._dead(crash)).restart, pc)

    def _dead(self, crash: Crash) -> Pc:
        raise AssertionError(f"a station died at {crash.place} while none acted") from crash

    def _exchange(self, pc: Pc) -> Round | None:
        county, done = self.county, None
        try:
            done = pc.engine.run_once()
        except Crash as crash:
            if crash.of_hub:
                raise
            self._safely(pc.restart, pc)
            return None
        county.say(
            f"{pc.name} exchanges: {done.outcome} pushed {done.pushed} got {done.received} {_why(done)}"
        )
        county.check_round(pc, done)
        if done.outcome is Outcome.ORDERED:
            self._safely(lambda: self._losses.obey(pc), pc)
        elif self._must_enrol(pc, done) and self.chance.random() < 0.5:
            self._safely(lambda: self._enrol_again(pc), pc)
        return done

    def _must_enrol(self, pc: Pc, done: Round) -> bool:
        """Whether an administrator would tell this PC to enrol again; a fork nobody can explain is a fault."""
        if isinstance(done.problem, HubRefusesDevice):
            return self._is_refused_for_good(pc)
        pc.refused = 0
        if isinstance(done.problem, ChainForked) and not pc.may_fork:
            self.county.faults.append(f"I1 {pc.name} is told that it forked, but nobody copied its disk")
        return isinstance(done.problem, ChainForked)

    def _is_refused_for_good(self, pc: Pc) -> bool:
        """Whether the hub does not know a PC, took its rights away, or, as for a copied disk, knows another key of it.

        Of a restored hub, which knows an older key, the PC hears it once and then tells the newer one.
        """
        pc.refused += 1
        device = devices.find(self.county.hub.hub, pc.identity.device)
        if device is None or device.revoked or device.left:
            return True
        return pc.may_fork and pc.refused > 1

    def _enrol_again(self, pc: Pc) -> None:
        """What a person does who reads that this PC has to be enrolled again."""
        county = self.county
        try:
            code = county.hub.code(pc.desk)
            county.note_numbers(pc)
            pc.enrol_again(code)
        except Exception as trouble:
            if not isinstance(trouble, Unavailable) and not county.hub.space.full:
                raise
            county.say(f"{pc.name} is not enrolled again: {trouble!r}")
            return
        county.say(f"{pc.name} is enrolled again as {pc.identity.device}")

    def _work(self, pc: Pc) -> None:
        """Open a case, or take the next step of one."""
        ledger = self.county.ledger
        if pc.desk == VILLAGE and (not ledger.case_ids or self.chance.random() < 0.45):
            self._receive(pc, self.chance.choice(_SCANS))
            return
        if ledger.case_ids:
            case_id = self.chance.choice(ledger.case_ids[-6:])
            self._go_on(pc, case_id)

    def _receive(self, pc: Pc, size: int) -> None:
        case_id = pc.new_id()
        self.county.ledger.case_ids.append(case_id)
        scan = self.chance.randbytes(size)
        try:
            pc.take_in(case_id, scan, self.county.ledger.note)
        except Unavailable:
            self.county.say(f"{pc.name} has no room for a scan")

    def _go_on(self, pc: Pc, case_id: str) -> None:
        case = pc.case_of(case_id)
        steps = _NEXT.get((pc.desk, case.state)) if case is not None else None
        if not steps or case is None:
            return
        move, to_desk = self.chance.choice(steps)
        if move == "hand_over" and self._old.needs_attorney(pc, case):
            move, to_desk = "note_attorney", ""
        mine = case.addressed_to if move in ("sign_for", "decline_handover") else case.holder
        if mine == pc.desk or self.chance.random() < 0.05:
            self._make(pc, case_id, move, to_desk)

    def _make(self, pc: Pc, case_id: str, move: str, to_desk: str) -> None:
        note = self.county.ledger.note
        self.county.say(f"{pc.name} {move} {case_id[:8]}")
        if move in BATCHED:
            pc.send_on(case_id, move, to_desk, note)
            return
        facts = pc.facts_of(move)
        pc.do(case_id, move, facts | {"to_desk": to_desk} if to_desk else facts, note)

    # What goes wrong between the steps.

    def _darken(self) -> None:
        hours = _LONGEST_DARK_DAYS * 24 * self.chance.random() ** 4
        wire = self._one().wire
        wire.dark_until = max(wire.dark_until, self.county.time.now + timedelta(hours=hours))

    def _let_days_pass(self) -> None:
        self.county.time.pass_by(timedelta(hours=self.chance.choice((2, 12, 24, 72))))

    def _turn_clock(self) -> None:
        years = timedelta(days=3650)
        spans = (years, -years, timedelta(hours=3), -timedelta(hours=3), timedelta(0))
        self._one().machine_clock.off = self.chance.choice(spans)

    def _clear_disks(self) -> None:
        for pc in self.county.pcs:
            if pc.space.full and self.chance.random() < 0.3:
                pc.space.set_full(False)
        if self.county.hub.space.full and self.chance.random() < 0.3:
            self.county.hub.space.set_full(False)

    def _back_up(self) -> None:
        if not self.county.hub.space.full:
            self.county.hub.back_up()

    def _restore_hub(self, *, newest: bool) -> None:
        backups = self.county.hub.backups
        if backups:
            backup = backups[-1] if newest else self.chance.choice(backups)
            self.county.restore_hub(backup, newest=newest)

    def _restore_pc(self) -> None:
        pc = self._one()
        if pc.kept is not None:
            self._safely(lambda: self.county.restore_pc(pc), pc)

    def _clone(self) -> None:
        """Somebody copies a disk to save work, and both PCs run."""
        if self._cloned:
            return
        pc, self._cloned = self._one(), True
        other = self.county.new_pc(CLONE, pc.desk)
        pc.clone(other)
        self.county.pcs.append(other)

    def _change_hands(self) -> None:
        """A new organisation is published: the second holder of a post becomes its first, or comes back."""
        hub = self.county.hub

        def work(connection: Connection) -> None:
            present = service.current_organisation(connection, hub.hub)
            number = self.chance.randrange(2)
            posts = list(present.posts)
            one = posts[number]
            posts[number] = replace(one, holder_a=one.holder_b, holder_b=one.holder_a)
            publishing.publish_organisation(connection, hub.hub, replace(present, posts=tuple(posts)), {})

        if not hub.space.full:
            hub.database.write(work)

    def _poison(self) -> None:
        """An act the hub has to refuse, or to keep waiting; what comes behind it must not care."""
        pc, note = self._one(), self.county.ledger.note
        cases = self.county.ledger.case_ids
        case_id = self.chance.choice(cases) if cases and self.chance.random() < 0.7 else pc.new_id()
        nowhere = {"sha256": "ab" * 32, "size": 77}
        move, facts = self.chance.choice(
            (
                ("grant", pc.facts_of("grant")),
                ("no_such_move", {}),
                ("urge", {"words": "有附件", "attachment": nowhere}),
                ("assign_number", {"case_number": "1"}),
            )
        )
        if pc.case_of(case_id) is None:
            move, facts = "sign_for", {}
        by = hand("window") if self.chance.random() < 0.2 else None
        self._safely(lambda: pc.do(case_id, move, facts, note, by=by), pc)

    def _act_from_the_future(self) -> None:
        """A newer program at the same desk wrote a kind of record which this hub does not know."""
        pc = self._one()
        cases = self.county.ledger.case_ids
        if cases and pc.case_of(case_id := self.chance.choice(cases)) is not None:
            note = self.county.ledger.note
            self._safely(lambda: pc.do(case_id, "urge", {"words": "新"}, note, kind="case-event-9"), pc)

    def _scan_much(self) -> None:
        """A case with a long file, taken in where cases begin and sent off at once."""
        village = next((pc for pc in self.county.pcs if pc.desk == VILLAGE), None)
        if village is None:
            return
        self._safely(lambda: self._receive(village, self.chance.choice(_LONG_SCANS)), village)
        self._exchange(village)

    def _write_stick(self) -> None:
        pc = self._one()
        self._safely(lambda: self.county.sticks.write(pc), pc)

    def _read_stick(self) -> None:
        pc = self._one()
        self._safely(lambda: self.county.sticks.read(pc), pc)

    def _carry_on(self) -> None:
        pc = self._one()

        def carry() -> None:
            before = self.county.sticks.carried
            self.county.faults += self.county.sticks.carry_on(pc, self.county.hub)
            self.swarm.fired["stick file carried"] += self.county.sticks.carried - before

        self._safely(carry, pc)

    def _decide(self) -> None:
        pc = next((one for one in self.county.pcs if one.desk == WINDOW), None)
        if pc is not None:
            self._safely(lambda: self._old.decide(pc), pc)

    def _feign(self) -> None:
        pc = next((one for one in self.county.pcs if one.desk == VILLAGE and not one.is_of_old), None)
        if pc is not None:
            self._safely(lambda: self._old.feign(pc), pc)

    def _storm(self) -> None:
        """A case goes to and fro between the desks, and nobody has heard of the other."""
        cases = self.county.ledger.case_ids
        if not cases:
            return
        case_id = self.chance.choice(cases)
        for _ in range(6):
            pc = self._one()
            self._safely(partial(self._go_on, pc, case_id), pc)

    # Calm.

    def _calm_down(self) -> None:
        """The last fault is over: clocks are right, disks have room, programs are today's, what was late has come."""
        county = self.county
        self.swarm.calm = True
        county.say("calm")
        county.hub.space.set_full(False)
        county.hub.go_on()
        county.post.arrive(county.hub, county.time.now + timedelta(days=30))
        county.hub.forget_moves(())
        county.hub.restart()
        self._rescues.end()
        self._losses.set_up()
        self._losses.end()
        for pc in county.pcs:
            pc.machine_clock.off = timedelta(0)
            pc.space.set_full(False)

    def _settle(self) -> None:
        """Let those exchange for whom there is something new, until there is nothing for anybody."""
        quiet: dict[str, Ends] = {}
        for pause in _SETTLING:
            last = {
                pc.name: self._settle_one(pc)
                for pc in list(self.county.pcs)
                if quiet.get(pc.name) != self.county.hub.ends(pc.feeds)
            }
            if not last:
                return
            quiet = {pc.name: pc.ends() for pc in self.county.pcs if _is_quiet(last.get(pc.name))}
            self.county.time.pass_by(pause)
        self.county.faults += [
            f"I10 {name} is not quiet: {done.outcome} {_why(done)}" for name, done in last.items()
        ]

    def _settle_one(self, pc: Pc) -> Round:
        pc.engine.hurry()
        done = pc.engine.run_once()
        self.county.say(
            f"{pc.name} settles: {done.outcome} pushed {done.pushed} got {done.received} {_why(done)}"
        )
        self.county.check_round(pc, done)
        if done.outcome is Outcome.ORDERED:
            self._losses.obey(pc)
            self._losses.set_up()
        elif self._must_enrol(pc, done):
            self._enrol_again(pc)
        return done


def _is_quiet(done: Round | None) -> bool:
    """Whether a PC agreed with the hub and nothing failed beside it; one that was not asked again had said so."""
    return done is None or (done.outcome is Outcome.AGREED and not done.troubles)


def _why(done: Round) -> str:
    return " ".join(f"{type(one).__name__} {one.detail}" for one in (done.problem, *done.troubles) if one)
