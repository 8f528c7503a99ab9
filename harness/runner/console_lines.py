"""Acts on an emulated terminal as lines of text: `card card-1`, `pin 135790`, `key CANCEL`.

The same lines are typed at `pos-harness serve` and sent to its control port, by which a robot of
another bench can be played.
"""

import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from harness.device.operator import act_on_stage
from harness.emulator import CardPresented, KeyPressed, PinKeyed
from harness.errors import HarnessError, MisuseError, PortLostError
from harness.terms.card import Card
from harness.world.live import LiveWorld

LINE_SIZE_MAX = 200
WORDS = "card TOKEN, pin DIGITS, key NAME, paper in, paper out, power off, power on"


@dataclass(frozen=True)
class Acts:
    """Carries lines out on the actor `terminal` of a live world."""

    world: LiveWorld
    cards: Mapping[str, Card]

    def do(self, line: str) -> str:
        """Do what a line says and return what to say of it.  Raises MisuseError."""
        word, _, rest = line.strip().partition(" ")
        acts: dict[str, Callable[[str], None]] = {
            "card": self._card, "pin": self._pin, "key": self._key, "paper": self._paper,
            "power": self._power,
        }  # fmt: skip
        if word not in acts:
            raise MisuseError(f"expected one of: {WORDS}")
        acts[word](rest.strip())
        return "ok"

    def _card(self, token: str) -> None:
        if token not in self.cards:
            raise MisuseError(f"no such card; there are {', '.join(self.cards)}")
        event = CardPresented(self.cards[token].track2)
        act_on_stage(self.world, "card", token, event)

    def _pin(self, digits: str) -> None:
        act_on_stage(self.world, "pin", "" if digits else "none", PinKeyed(digits))

    def _key(self, name: str) -> None:
        act_on_stage(self.world, "key", name.upper(), KeyPressed(name.upper()))

    def _paper(self, state: str) -> None:
        stage = self.world.stage
        if state == "in":
            self.world.perform(partial(stage.load_paper, "terminal"))
        elif state == "out":
            self.world.perform(partial(stage.printer("terminal").paper_out_after, 0))
        else:
            raise MisuseError("paper: expected in or out")

    def _power(self, state: str) -> None:
        stage = self.world.stage
        switches = {"on": stage.power_on, "off": stage.power_off}
        if state not in switches:
            raise MisuseError("power: expected on or off")
        self.world.perform(partial(switches[state], "terminal"))


class ControlPort:
    """Takes lines on a TCP port of loopback and answers each with `ok` or an error."""

    def __init__(self, acts: Acts, port: int) -> None:
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in iter(partial(self.rfile.readline, LINE_SIZE_MAX), b""):
                    said = _answer(acts, line.decode("utf-8", "replace"))
                    self.wfile.write(f"{said}\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True  # a terminal that is switched on again has its port again
            daemon_threads = True

        try:
            self._server = Server(("127.0.0.1", port), Handler)
        except OSError as error:
            raise PortLostError(
                f"control port {port}: {error.strerror}: choose another one"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Return the number of the port."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _answer(acts: Acts, line: str) -> str:
    try:
        return acts.do(line)
    except HarnessError as error:
        return f"error: {error}"
