"""What surrounds a terminal of somebody else's: supply, hands, line relay, and who watches them.

Whatever ends a case, Ctrl-C and a failure of the bench too, leaves the line whole, the hands drawn
back and the terminal on (or off, if the file says so).
"""

from contextlib import ExitStack
from dataclasses import dataclass, field

from harness.device.current_trace import CurrentTrace
from harness.device.line_relay import LineRelay
from harness.device.mover import Mover, MovingOperator, RobotMover, SolenoidMover, What
from harness.device.off_proof import CurrentProof, SilenceProof
from harness.device.operator import CommandOperator, HumanOperator, Operator
from harness.device.power import (
    Believed,
    CommandSwitch,
    NoPower,
    OffProof,
    Power,
    Switch,
    SwitchedPower,
)
from harness.device.watch import Look
from harness.device.zvt_terminal import ZvtTerminal
from harness.port import Coil, Meter
from harness.rig import schema, wiring
from harness.rig.ask_human import ask_human
from harness.rig.instruments import Instruments
from harness.rig.parts import Parts
from harness.rig.safe_state import SafeState
from harness.world.live import LiveWorld


@dataclass
class Surroundings:
    """The parts of one bench, open; `looks` are how each is watched."""

    power: Power
    operator: Operator
    line: LineRelay | None = None
    meter: Meter | None = None
    looks: list[Look] = field(default_factory=list)


@dataclass
class SurroundingsMaker:
    """Opens them; `stack` makes them safe and closes them, last of all what they are wired to."""

    parts: Parts
    world: LiveWorld
    driver: ZvtTerminal | None  # none: doctor looks at the instruments alone
    stack: ExitStack
    instruments: Instruments = field(init=False)
    safe_state: SafeState = field(init=False, default_factory=SafeState)
    looks: list[Look] = field(init=False, default_factory=list)
    meter: Meter | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        opened = self.stack.enter_context(ExitStack())  # closed when all of them are safe
        self.stack.callback(self.safe_state.make_safe)
        self.instruments = Instruments(opened, self.parts.dialogues)

    def make(self) -> Surroundings:
        """Open everything that the bench names.  Raises RigError for what is not there."""
        power = self.power()
        line = self.line()
        return Surroundings(power, self.operator(), line, self.meter, self.looks)

    def line(self) -> LineRelay | None:
        """Return the relay in the line, closed; none if there is none."""
        if not (model := self.parts.device.line_relay):
            return None
        contact = self.instruments.contact(model, "line relay")
        relay = LineRelay(contact, self.world, self.world.recorder)
        relay.make_safe()
        self.safe_state.add(relay.make_safe)
        self.looks.append(contact.is_connected)
        return relay

    def power(self) -> Power:
        """Return the terminal's supply; the till gives a conversation up when it is off."""
        match self.parts.device.power:
            case schema.CommandPower() as model:
                switch = CommandSwitch(self.world.recorder, model.off, model.on, model.timeout_s)
                return self._switched(switch, model.boot_s, Believed())
            case wiring.RelayPower() as model:
                return self._relay_power(model)
            case wiring.SupplyPower() as model:
                supply = self.instruments.supply(model)
                self._trace(supply)
                proof = CurrentProof(supply, self.world, model.off_current_a, model.discharge_s)
                is_on = self.instruments.read_supply(model)
                return self._left_on(self._switched(supply, model.boot_s, proof, model), is_on)
        return NoPower()

    def _relay_power(self, model: wiring.RelayPower) -> Power:
        contact = self.instruments.contact(model.relay, "power relay")
        self.looks.append(contact.is_connected)
        if model.meter:
            self._trace(self.instruments.meter(model.meter))
        power = self._switched(contact, model.boot_s, self._proof(model), model)
        return self._left_on(power, contact.is_connected())

    def _proof(self, model: wiring.RelayPower) -> OffProof:
        if model.proof == "current" and self.meter:
            return CurrentProof(self.meter, self.world, model.off_current_a, model.discharge_s)
        if model.proof == "silence" and self.driver:
            return SilenceProof(self.driver.is_silent, self.world)
        return Believed()

    def _switched(
        self,
        switch: Switch,
        boot_s: float,
        proof: OffProof,
        model: wiring.RelayPower | wiring.SupplyPower | None = None,
    ) -> SwitchedPower:
        power = SwitchedPower(
            self.world, self.world.recorder, switch, boot_s, proof,
            on_off=self.driver.give_up if self.driver else lambda: None,
            stays_on=model is None or model.when_done == "on",
        )  # fmt: skip
        self.safe_state.add(power.make_safe)
        return power

    def _left_on(self, power: SwitchedPower, is_on: bool) -> SwitchedPower:
        """Give the terminal power, and time for its boot, if it was left without."""
        power.is_on = is_on
        power.ensure_on()
        return power

    def _trace(self, meter: Meter) -> None:
        self.meter = meter
        self.looks.append(CurrentTrace(meter, self.world.recorder).sample)

    def operator(self) -> Operator:
        """Return whoever stands at the terminal."""
        recorder = self.world.recorder
        match self.parts.device.operator:
            case schema.CommandOperator() as model:
                names = ("present_card", "key_pin", "press")
                commands = {name: text for name in names if (text := getattr(model, name))}
                return CommandOperator(recorder, commands, model.timeout_s)
            case wiring.FingersOperator() | wiring.RobotOperator() as model:
                return MovingOperator(recorder, self.mover(model))
        return HumanOperator(recorder, ask_human)

    def mover(self, model: wiring.FingersOperator | wiring.RobotOperator) -> Mover:
        """Return what moves, drawn back."""
        mover = (
            self._fingers(model)
            if isinstance(model, wiring.FingersOperator)
            else RobotMover(
                self.instruments.dialogue_port(model.port, model.dialogue, model, "robot")
            )
        )
        mover.make_safe()
        self.safe_state.add(mover.make_safe)
        self.looks.append(mover.look)
        return mover

    def _fingers(self, model: wiring.FingersOperator) -> SolenoidMover:
        coils: dict[tuple[What, str], Coil] = {}
        for token, relay in model.cards.items():
            coils["card", token] = self.instruments.coil(relay, "card feeder")
        for key, relay in model.keys.items():
            coils["key", key] = self.instruments.coil(relay, "finger")
        return SolenoidMover(coils, self.world, model.hold_s, model.pause_s)
