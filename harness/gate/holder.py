"""The harness's end of a gate's control connection: holds the gate, and hears what it tells.

Two threads: one beats, one hears.  A gate that does not answer, or is gone, is a bench failure.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from harness.errors import BenchTimeoutError, DecodeError, PortLostError, RigError
from harness.fault.plan import Plan
from harness.fault.plan_json import plan_words
from harness.fault.point import Point
from harness.gate.talk import BEAT_S, VERSION, Lines, written

Address = tuple[str, int]
Words = Mapping[str, Any]
ANSWER_S = 10.0
PIECE_SIZE = 65_536


class Holder:
    """One gate, held from `open` to `close`.

    heard: gets what the gate tells, in a thread of its own.  lost: why the gate is not ours any
    more; a `close` of ours is no loss.
    """

    def __init__(
        self, address: Address, heard: Callable[[Words], None], lost: Callable[[str], None]
    ) -> None:
        self.name = f"{address[0]}:{address[1]}"
        self.about: Words = {}
        self._heard, self._lost = heard, lost
        self._line = self._connected(address)
        self._is_over = threading.Event()
        self._is_held = False
        self._why = f"the gate at {self.name} has been let go"
        self._parting = ""  # what it said before it hung up
        self._writing = threading.Lock()
        self._numbers = count(1)
        self._answered = threading.Condition()
        self._answers: dict[int, str] = {}
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._hear, self._beat)
        ]
        for thread in self._threads:
            thread.start()

    def _connected(self, address: Address) -> socket.socket:
        try:
            line = socket.create_connection(address, timeout=ANSWER_S)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "no answer"
            raise PortLostError(
                f"the gate at {self.name} cannot be held: {why}; start it (pos-harness gate), or "
                "correct gate.control in devices.yaml"
            ) from error
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.settimeout(None)
        return line

    def hold(self) -> None:
        """Take the gate.  Raises RigError when somebody else has it."""
        self._ask("hold", version=VERSION)
        self._is_held = True

    def begin(self, plan: Plan, scale: float, remote: Iterable[str]) -> None:
        """Have it play a plan; remote: devices whose power we cut ourselves when told `done`."""
        self._ask("begin", plan=plan_words(plan), scale=scale, remote=list(remote))

    def also(self, plan: Plan) -> None:
        """Have it play more; what it makes of each step is heard as `planned` meanwhile."""
        self._ask("also", plan=plan_words(plan))

    def proceed(self, point: Point) -> None:
        """Let happen what it has told as `firing`."""
        self._say("proceed", point=str(point))

    def heal(self) -> None:
        """Have nothing happen any more, and the line up."""
        self._ask("heal")

    def take_down(self) -> None:
        """Have the line broken, and no call go through."""
        self._ask("down", is_down=True)

    def lift(self) -> None:
        """Have calls go through again; returns at once."""
        self._say("down", is_down=False)

    def close(self) -> None:
        """Let go of the gate."""
        if self._is_held and not self._is_over.is_set():
            with suppress(RigError):
                self._ask("release")
        self._is_over.set()
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(ANSWER_S)
        self._line.close()

    def _ask(self, what: str, **words: object) -> None:
        number = next(self._numbers)
        self._say(what, number=number, **words)
        with self._answered:
            is_here = self._answered.wait_for(
                lambda: number in self._answers or self._is_over.is_set(), ANSWER_S
            )
            why = self._answers.pop(number, None)
        if why:
            raise RigError(f"the gate at {self.name} refused: {why}")
        if why is None and is_here:
            raise PortLostError(self._why)
        if why is None:
            raise BenchTimeoutError(
                f"the gate at {self.name} does not answer within {ANSWER_S:.0f} s: see what its "
                "process says"
            )

    def _say(self, what: str, **words: object) -> None:
        try:
            with self._writing:
                self._line.sendall(written({"do": what, **words}))
        except OSError as error:
            self._end(error.strerror or "its connection is gone")

    def _beat(self) -> None:
        while not self._is_over.wait(BEAT_S):
            self._say("beat")

    def _hear(self) -> None:
        lines, why = Lines(), "it ended the connection"
        try:
            while data := self._line.recv(PIECE_SIZE):
                for words in lines.feed(data):
                    self._take(words)
        except (OSError, DecodeError) as error:
            why = getattr(error, "strerror", None) or str(error)
        self._end(self._parting or why)

    def _take(self, words: Words) -> None:
        match words.get("told"):
            case "answer":
                with self._answered:
                    self._answers[int(words["number"])] = str(words["why"])
                    self._answered.notify_all()
            case "about":
                self.about = words
            case "let_go":
                self._parting = f"it let go of us: {words['why']}; has this PC stood still?"
            case _:
                self._heard(words)

    def _end(self, why: str) -> None:
        if not self._is_over.is_set():
            self._why = f"the gate at {self.name} was lost: {why}; nothing after it is proved"
            self._is_over.set()
            self._lost(self._why)
        with self._answered:
            self._answered.notify_all()
