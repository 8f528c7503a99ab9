"""Opens the relays, instruments and hands that a bench names, each device once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial

from harness.device.contact import Contact
from harness.device.scpi_supply import ScpiMeter, ScpiSupply
from harness.port import Coil
from harness.port import dialogue as port_dialogue
from harness.port.dialogue import Dialogue, DialoguePort
from harness.port.gpio_line import GpioAddress, open_output
from harness.port.modbus_coil import ModbusBoard, ModbusCoil
from harness.port.visa_resource import VisaResource
from harness.rig import schema, wiring


@dataclass
class Instruments:
    """`stack` closes what is opened; `dialogues` by the file that holds them."""

    stack: ExitStack
    dialogues: Mapping[str, Dialogue] = field(default_factory=dict)
    _boards: dict[str, ModbusBoard] = field(init=False, default_factory=dict)
    _ports: dict[str, DialoguePort] = field(init=False, default_factory=dict)
    _resources: dict[str, VisaResource] = field(init=False, default_factory=dict)
    _coils: dict[wiring.Relay, Coil] = field(init=False, default_factory=dict)

    def coil(self, relay: wiring.Relay, name: str) -> Coil:
        """Return the relay, opened; `name` is its part of the bench.  Raises RigError."""
        if relay not in self._coils:
            self._coils[relay] = self._opened(relay, name)
        return self._coils[relay]

    def _opened(self, relay: wiring.Relay, name: str) -> Coil:
        match relay:
            case wiring.GpioRelay():
                address = GpioAddress(relay.chip, relay.line, relay.active_low, relay.bias)
                return self.stack.enter_context(closing(open_output(address, name)))
            case wiring.ModbusRelay():
                return ModbusCoil(self._board(relay), relay.coil, relay.unit, name)
            case wiring.DialogueRelay():
                port = self.dialogue_port(relay.port, relay.dialogue, relay, name)
                return port_dialogue.DialogueRelay(port, relay.channel, name)

    def read(self, relay: wiring.Relay, name: str) -> bool:
        """Open a relay, and see that it answers."""
        return self.coil(relay, name).is_energised()

    def contact(self, relay: wiring.Relay, name: str) -> Contact:
        """Return the circuit that a relay makes and breaks."""
        return Contact(self.coil(relay, name), relay.contact == "normally_closed")

    def _board(self, relay: wiring.ModbusRelay) -> ModbusBoard:
        if relay.board not in self._boards:
            opened = ModbusBoard(relay.board, relay.setting)
            self._boards[relay.board] = self.stack.enter_context(closing(opened))
        return self._boards[relay.board]

    def dialogue_port(
        self, address: str, dialogue: str, part: wiring.SerialPart, name: str
    ) -> DialoguePort:
        """Return a device that is told what to do in lines of text."""
        if address not in self._ports:
            port = DialoguePort(address, name, self.dialogues[dialogue], part.setting)
            self._ports[address] = self.stack.enter_context(closing(port))
        return self._ports[address]

    def meter(self, model: wiring.ScpiMeter) -> ScpiMeter:
        """Return what measures the terminal's current."""
        return ScpiMeter(self._resource(model, "meter"), model.channel)

    def supply(self, model: wiring.SupplyPower) -> ScpiSupply:
        """Return what feeds the terminal."""
        return ScpiSupply(
            self._resource(model, "supply"),
            model.channel,
            model.voltage_v,
            model.current_limit_a,
        )

    def read_supply(self, model: wiring.SupplyPower) -> bool:
        """Open the supply; see whether it is on, and if so at what the bench wants."""
        supply = self.supply(model)
        if is_on := supply.is_on():
            supply.require_set_up()
        return is_on

    def _resource(self, model: wiring.ScpiPart, name: str) -> VisaResource:
        if model.resource not in self._resources:
            opened = VisaResource(model.resource, name, model.backend, model.baud)
            self._resources[model.resource] = self.stack.enter_context(closing(opened))
        return self._resources[model.resource]


def openings(
    device: schema.Device, instruments: Instruments
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the name of each part that is wired to an instrument, and what looks at it."""
    power, operator = device.power, device.operator
    if isinstance(power, wiring.SupplyPower):
        yield "supply", partial(instruments.read_supply, power)
    if isinstance(power, wiring.RelayPower):
        yield "power relay", partial(instruments.read, power.relay, "power relay")
        if power.meter:
            yield "meter", partial(instruments.meter, power.meter)
    if device.line_relay:
        yield "line relay", partial(instruments.read, device.line_relay, "line relay")
    if isinstance(operator, wiring.RobotOperator):
        yield (
            "robot",
            partial(instruments.dialogue_port, operator.port, operator.dialogue, operator, "robot"),
        )
    if isinstance(operator, wiring.FingersOperator):
        for token, relay in operator.cards.items():
            yield f"card feeder {token}", partial(instruments.read, relay, "card feeder")
        for key, relay in operator.keys.items():
            yield f"finger {key}", partial(instruments.read, relay, "finger")
