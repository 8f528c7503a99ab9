"""Devices that are told what to do in lines of text on a serial port, by a dialogue from a file.

A dialogue gives each act its exchanges: what is sent, and a pattern that must come back in time.
A USB relay that answers a prompt and a robot that takes moves are both such devices.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock

import serial

from harness.errors import BenchTimeoutError, RigError
from harness.port.serial_port import (
    LineSetting,
    close_port,
    mapped_errors,
    open_port,
    require_there,
)

CHARSET = "latin-1"  # a dialogue may hold any byte
READ_S = 0.02
ENERGISE, RELEASE, READ = "energise", "release", "read"
YES = frozenset({"1", "on", "true", "closed"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """`{...}` in what is sent is filled in; `expect` is a pattern, "" expects nothing."""

    send: str
    expect: str = ""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What is said for each act; `send_end` follows all that is sent."""

    acts: Mapping[str, tuple[Exchange, ...]]
    send_end: str = "\r\n"
    timeout_s: float = 2.0


@dataclass
class DialoguePort:
    """A device at a serial port, and its dialogue."""

    address: str
    part: str
    dialogue: Dialogue = field(repr=False)
    setting: LineSetting = LineSetting()
    _port: serial.Serial = field(init=False, repr=False)
    _lock: RLock = field(init=False, repr=False, default_factory=RLock)

    def __post_init__(self) -> None:
        self._port = open_port(
            self.address, self.part, baud=self.setting.baud, timeout_s=READ_S,
            character=self.setting.character, flow_control=self.setting.flow_control,
        )  # fmt: skip

    def can(self, act: str) -> bool:
        """Tell whether the dialogue has this act."""
        return act in self.dialogue.acts

    def perform(self, act: str, **filled: str) -> str:
        """Say what the act needs; return what the last answer's first group held.

        Raises BenchTimeoutError for a silent device, RigError for an act the dialogue has not.
        What was filled in stands in no message.
        """
        if not self.can(act):
            raise RigError(f"{self.part}: its dialogue has no `{act}`: add it to the file")
        said = ""
        with self._lock:
            for exchange in self.dialogue.acts[act]:
                said = self._exchange(act, exchange, filled)
        return said

    def _exchange(self, act: str, exchange: Exchange, filled: Mapping[str, str]) -> str:
        text = exchange.send
        for name, value in filled.items():
            text = text.replace("{" + name + "}", value)
        with mapped_errors(self.address, self.part):
            self._port.reset_input_buffer()
            self._port.write((text + self.dialogue.send_end).encode(CHARSET))
            return self._await(act, exchange.expect)

    def _await(self, act: str, expect: str) -> str:
        heard, end_s = "", time.monotonic() + self.dialogue.timeout_s
        while not (found := re.search(expect, heard)):
            if time.monotonic() > end_s:
                came = f"{len(heard)} characters that do not fit" if heard else "nothing"
                raise BenchTimeoutError(
                    f"{self.part} {self.address}: {act}: {came} within "
                    f"{self.dialogue.timeout_s:g} s: check its power, cable, `baud` and dialogue"
                )
            heard += self._port.read(max(1, self._port.in_waiting)).decode(CHARSET)
        return found[1] if found.re.groups else found[0]

    def require_there(self) -> None:
        """Raise PortLostError if the port is gone."""
        require_there(self._port, self.address, self.part)

    def close(self) -> None:
        """Give the port back; twice is fine."""
        close_port(self._port)


@dataclass
class DialogueRelay:
    """One relay of such a device; read back if the dialogue has `read`, else believed."""

    port: DialoguePort
    channel: str = "1"
    name: str = "relay"
    _told: bool = field(init=False, default=False)

    @property
    def part(self) -> str:
        """Return how messages name it."""
        return f"{self.name} {self.port.address} channel {self.channel}"

    def energise(self, is_energised: bool, /) -> None:
        """Switch it, and read it back."""
        self.port.perform(ENERGISE if is_energised else RELEASE, channel=self.channel)
        self._told = is_energised
        if self.is_energised() != is_energised:
            raise RigError(f"{self.part}: it reads back the other state: is the board in order?")

    def is_energised(self) -> bool:
        """Return its state."""
        if not self.port.can(READ):
            self.port.require_there()
            return self._told
        return self.port.perform(READ, channel=self.channel).lower() in YES

    def close(self) -> None:
        """Give the port back."""
        self.port.close()
