"""Open devices and the verbs on them: the same words in pytest and Robot.

The till's verbs are in rig/till.py, the acquirer's in rig/back_office.py; here are the bench's
own.  A failure of the bench raises RigError.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from harness.check.all import ALL_CHECKERS
from harness.check.compose import Verdict, compose
from harness.device.power import Power
from harness.device.watch import Watch
from harness.errors import RigError
from harness.fault.plan import Plan, Step
from harness.history.record import PLANNED, Facts, History
from harness.profile.defaults import DEFAULTS, number
from harness.rig.back_office import BackOffice, Script
from harness.rig.expect import Expect
from harness.rig.gate_seat import GateSeat
from harness.rig.till import IS_BUSY, NOT_REGISTERED, SETTLE_FIRST, Till, last_of
from harness.terms.outcome import Outcome
from harness.world.clock import wait_until
from harness.world.ground import SECOND_NS
from harness.world.live import LiveWorld
from harness.world.stage import OpenLine
from harness.world.virtual import VirtualWorld

READY_PAUSE_S = 5.0
SETTLE_S = 2.0  # for what is still on its way when the faults are healed
HEARD_S = 30.0  # for the till's last message to reach the terminal: a moment in any world


@dataclass(kw_only=True)
class Rig:
    """One bench, open."""

    world: VirtualWorld | LiveWorld
    till: Till
    office: BackOffice
    power: Power
    is_emulated: bool = True
    plan: Plan = field(default_factory=Plan)
    script: Script = field(default_factory=dict)
    gate: GateSeat | None = None  # on the line to the host, and what breaks it then
    settle_s: float = SETTLE_S
    settle: Callable[[], None] = lambda: None  # waits for acts that a plan has begun outside
    be_ready: Callable[[], None] = lambda: None  # the same, but the line may be open
    open_line: OpenLine | None = None  # a relay in the wire; none: the line is broken at our end
    close_line: Callable[[], None] = lambda: None
    watch: Watch | None = None  # none: there is nothing here that could be pulled

    @property
    def expect(self) -> Expect:
        """Return what notes expectations."""
        return Expect(self.world.recorder, self.office.balance_minor, self.office.against)

    def history(self) -> History:
        """Return what happened so far."""
        return self.world.recorder.history()

    def verdict(self) -> Verdict:
        """Judge what happened so far."""
        return compose(self.history(), ALL_CHECKERS)

    def wait(self, for_s: float) -> None:
        """Let so many seconds of the world pass, more if the terminal still boots.

        Raises RigError if a part fails meanwhile.
        """
        self._let_pass(for_s)
        self.be_ready()

    def _let_pass(self, for_s: float) -> None:
        if self.watch is None:
            self.world.wait(lambda: False, for_s)
        else:
            wait_until(self.world, self.watch.has_failed, for_s)
            self.watch.require_whole()

    def break_line(self, *, for_s: float) -> None:
        """Let no call to the host through for so many seconds."""
        self._note("break line", f"{for_s} s")
        if gate := self._breaking_gate():
            gate.take_down()
        self.world.perform(partial(self._set_line, is_down=True))
        heal = partial(self._set_line, is_down=False)
        if self.open_line:
            self.open_line(for_s, heal)
        else:
            self.world.later(for_s, heal)

    def _set_line(self, *, is_down: bool) -> None:
        gate = self._breaking_gate()
        if gate is None:
            if is_down:
                self.world.cut("host", "terminal", "silence" if self.open_line else "rst")
            self.world.set_down("host", "terminal", is_down)
        elif not is_down:
            gate.lift()
        self._note("line", "down" if is_down else "up")

    def _breaking_gate(self) -> GateSeat | None:
        """Return the gate if it breaks the line: a relay in it is nearer to a real break."""
        return None if self.open_line else self.gate

    def cut_power(self, *, off_s: float = 5.0) -> None:
        """Take the terminal's power for so many seconds; return when it has booted."""
        self.power.cut(off_s)

    def load_paper(self) -> None:
        """Put paper into the printer."""
        if not self.is_emulated:
            raise RigError("this bench cannot load paper: have the operator do it")
        self._note("load paper", "")
        self.world.perform(partial(self.world.stage.load_paper, "terminal"))

    def bring_to(self, *, signed_in: bool = True) -> None:
        """Bring the bench to where a case begins, and begin its plan there.

        Registered, signed in if so wished, and on a terminal with a past nothing pending.
        """
        value, fresh = "signed in" if signed_in else "registered", {"signed_in": False}
        facts = fresh if self.is_emulated else {}  # what another terminal has done nobody knows
        self.world.recorder.add("bench", "note", "bring_to", value, facts)
        self.office.snapshot("begin")
        self.till.register()
        if signed_in and self.till.sign_in() is not Outcome.APPROVED:
            raise RigError("the terminal could not be signed in; see the last rows of the history")
        if signed_in and not self.is_emulated:
            self._settle_reversal()
        if self.script:
            self.office.answer_by(self.script)
        self._hear_out()  # what is still on its way must not count as the plan's first point
        own = self.gate.begin(self.plan) if self.gate else self.plan
        self.world.perform(partial(self.world.stage.nemesis.begin, own))

    def also(self, plan: Plan) -> None:
        """Plan more while the case runs: points are counted from here on, each step is noted."""
        if self.gate:
            self._hear_out()  # what is still on its way must not count as one of them
        own = self.gate.also(plan, self._note_planned) if self.gate else plan
        self.world.perform(partial(self._plan, own))

    def _plan(self, plan: Plan) -> None:
        for step in map(self.world.stage.nemesis.also, plan.steps):
            self._note_planned(step)

    def _note_planned(self, step: Step) -> None:
        point, action = str(step.point), str(step.action)
        facts: Facts = {"point": point, "action": action, "rules": step.rules}
        self.world.recorder.add("bench", "note", PLANNED, f"{point}: {action}", facts)

    def _settle_reversal(self) -> None:
        """Push out what an earlier case, or an earlier life of the terminal, left pending."""
        if last_of(self.till.status()) == "pending":
            self.till.balance(card=self._resting_card())

    def rest(self) -> None:
        """Heal everything, let the till recover, push out what is pending, list what is open.

        On a bench that is at rest already nothing is done.
        """
        self._require_whole()
        if not self._is_at_rest():
            self._come_to_rest()

    def _is_at_rest(self) -> bool:
        """Tell whether nothing but notes has come since the last rest."""
        rows = reversed(self.history().rows)
        last = next((row for row in rows if row.kind != "note" or row.address == "rest"), None)
        return last is not None and (last.address, last.value) == ("rest", "end")

    def _come_to_rest(self) -> None:
        self._note("rest", "begin")
        self.close_line()
        if self.gate:
            self.gate.heal()
        self.world.perform(self._heal)
        self.office.answer_by({})
        self.settle()
        self.power.ensure_on()
        if self.is_emulated:
            self.world.perform(partial(self.world.stage.load_paper, "terminal"))
        self.wait(self.settle_s)
        if self.gate:
            self.gate.settle()
        self.ask_until_ready()
        self._push_out()
        self.till.status()
        self._hear_out()
        self.office.next_day()
        self.office.close_open_items(self.history().rows)
        self.office.snapshot("rest")
        for name in self.office.ledgers if self.office.has_booked() else ():
            self.expect.ledger(name)
        self._require_whole()
        self._note("rest", "end")

    def _require_whole(self) -> None:
        if self.watch:
            self.watch.look_now()
            self.watch.require_whole()

    def _push_out(self) -> None:
        """Have a card transaction of no effect push out what is pending.

        A settlement that was interrupted is finished first, a terminal that is signed out signs
        in.
        """
        self.till.balance(card=self._resting_card())
        if self.till.code == SETTLE_FIRST:
            self.till.settle()
            self.till.balance(card=self._resting_card())
        if self.till.code == NOT_REGISTERED and self.till.sign_in() is Outcome.APPROVED:
            self.till.balance(card=self._resting_card())

    def ask_until_ready(self) -> None:
        """Fetch the last result from a terminal that may still boot, or end what runs."""
        until_ns = self.world.now_ns() + number(DEFAULTS, "liveness_s") * SECOND_NS
        while self.world.now_ns() < until_ns:
            result = self.till.status()
            if result.outcome is not Outcome.UNKNOWN and result.facts.get("result_code") != IS_BUSY:
                return
            self.wait(READY_PAUSE_S)

    def _hear_out(self) -> None:
        """Let what the till has sent arrive."""
        if self.is_emulated:
            self.world.wait(self._is_heard, HEARD_S)

    def _is_heard(self) -> bool:
        """Tell whether the terminal has taken what the till sent last."""
        for row in reversed(self.history().rows):
            if row.actor == "till" and row.kind == "tx":
                return False
            if row.actor == "terminal" and row.kind == "rx" and row.address == "ecr/8000":
                return True
        return True

    def _resting_card(self) -> str:
        return next(iter(self.till.cards))

    def _heal(self) -> None:
        self.world.stage.nemesis.is_healed = True
        self.world.set_down("host", "terminal", False)
        self.world.stage.power_on("host")
        if self.is_emulated:
            self.world.set_down("terminal", "ecr", False)
        self.world.recorder.add("bench", "note", "heal", "all faults healed")

    def _note(self, address: str, value: str) -> None:
        self.world.recorder.add("bench", "note", address, value)

    def fail(self, why: str) -> str:
        """Note that the bench has failed: what comes later proves nothing; return why."""
        self._note("bench failure", why)
        return why

    def close(self) -> None:
        """Close the driver; the world is closed by who opened it."""
        self.till.terminal.close()
