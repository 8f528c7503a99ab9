"""A till at a terminal outside: our ZVT driver on a serial line, and its operator's acts."""

import socket
import time
from contextlib import contextmanager

from harness.device.zvt_terminal import ZvtTerminal
from harness.history.record import Header, Recorder
from harness.link.zvt_serial import ZvtSerialLink
from harness.rig.inside import describer
from harness.runner.place import load_parts
from harness.terms.outcome import Outcome
from harness.wire import zvt
from harness.wire.zvt_codes import INSERT_CARD
from tests.live.program import ROOT

PIN_STATUSES = (0x01, 0x02)


class RealClock:
    """Time as it is."""

    def now_ns(self):
        return time.monotonic_ns()

    def real_s(self, world_s):
        return world_s


def act(control, line):
    """Have the terminal's control port do something."""
    with socket.create_connection(("127.0.0.1", control), timeout=10) as port:
        port.sendall(f"{line}\n".encode())
        said = port.makefile().readline().strip()
    assert said == "ok", said


@contextmanager
def till_at(address, control):
    """Open a till whose operator acts by the terminal's control port."""
    parts = load_parts(ROOT / "devices.yaml")[0]
    clock = RealClock()
    recorder = Recorder(Header(world="live", observes=()), clock.now_ns)
    driver = ZvtTerminal(
        address=address, clock=clock, recorder=recorder,
        describe=describer(parts), make_link=ZvtSerialLink, result_timeout_s=20.0,
    )  # fmt: skip
    yield Till(driver, control, {card.token: card for card in parts.cards})
    driver.close()


class Till:
    """Sells, signs in and asks."""

    def __init__(self, driver, control, cards):
        self._driver, self._control, self._cards = driver, control, cards

    def sign_in(self):
        self._command(zvt.registration(0))
        return self._command(zvt.with_password(zvt.SIGN_IN)).outcome

    def sale(self, amount_minor, token="card-1"):
        """Return whether the terminal says that it was approved."""
        card, done = self._cards[token], set()

        def react(status):
            if status == INSERT_CARD and not done:
                done.add("card")
                act(self._control, f"card {token}")
            elif status in PIN_STATUSES and len(done) == 1:
                done.add("pin")
                act(self._control, f"pin {card.pin}")

        message = zvt.authorisation(amount_minor, currency=zvt.CURRENCY_CNY)
        return self._command(message, react).outcome is Outcome.APPROVED

    def last_result(self):
        return self._command(zvt.Message(zvt.LAST_RESULT)).facts

    def _command(self, message, react=lambda _status: None):
        return self._driver.command(message, react)
