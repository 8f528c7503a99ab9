"""Relays of a Modbus board, TCP or RTU: one coil each, written and read back.

One connection for each coil's board would be one too many for most boards, so all coils of one
board share its connection.  One that was lost is told once, as a board that has booted meanwhile
has forgotten what it was told; only then it is made anew, to leave the bench safe.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from harness.errors import BenchTimeoutError, PortLostError, RigError
from harness.port.hardware_package import load_package
from harness.port.serial_port import LineSetting, character_of, is_handle_gone

TCP = "tcp://"
TCP_PORT = 502
TIMEOUT_S = 1.0  # with all retries
RTU_RETRIES = 1  # noise on a wire; over TCP it would call anew, and a reset stay unseen


@dataclass
class ModbusBoard:
    """A relay board at tcp://ADDRESS:PORT, or at a serial port (RTU)."""

    address: str
    setting: LineSetting = LineSetting()
    timeout_s: float = TIMEOUT_S
    _client: Any = field(init=False, repr=False)
    _lock: RLock = field(init=False, repr=False, default_factory=RLock)
    _is_in_step: bool = field(init=False, repr=False, default=False)

    def __post_init__(self) -> None:
        logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # what fails, we say ourselves
        self._client = self._made()
        self._connect()

    def _connect(self) -> None:
        self._client.close()
        if not self._client.connect():
            raise PortLostError(
                f"relay board {self.address}: no connection: check its address, power and cable, "
                "and that no other program has it"
            )
        self._is_in_step = True

    @property
    def _retries(self) -> int:
        return 0 if self.address.startswith(TCP) else RTU_RETRIES

    def _made(self) -> Any:  # noqa: ANN401  # a client of pymodbus
        client = load_package("pymodbus.client")
        settings = {"timeout": self.timeout_s / (self._retries + 1), "retries": self._retries}
        if self.address.startswith(TCP):
            host, _, port = self.address.removeprefix(TCP).partition(":")
            return client.ModbusTcpClient(host, port=int(port or TCP_PORT), **settings)
        bits, parity, stop = character_of(self.setting.character)
        return client.ModbusSerialClient(
            self.address, baudrate=self.setting.baud, bytesize=bits, parity=parity,
            stopbits=stop, **settings,
        )  # fmt: skip

    def write(self, coil: int, unit: int, is_energised: bool) -> None:
        """Write one coil."""
        self._call(lambda: self._client.write_coil(coil, is_energised, device_id=unit), unit)

    def read(self, coil: int, unit: int) -> bool:
        """Return one coil."""
        answer = self._call(lambda: self._client.read_coils(coil, count=1, device_id=unit), unit)
        return bool(answer.bits[0])

    def _call(self, ask: Callable[[], Any], unit: int) -> Any:  # noqa: ANN401  # an answer
        with self._lock:
            self._require_connected()
            answer = self._asked(ask, unit)
        if answer.isError():
            raise RigError(
                f"relay board {self.address} unit {unit}: it refuses ({answer}): check `unit` and "
                "`coil`"
            )
        return answer

    def _asked(self, ask: Callable[[], Any], unit: int) -> Any:  # noqa: ANN401  # an answer
        """Ask; what is broken off leaves the board out of step: its answer may still come."""
        errors = load_package("pymodbus.exceptions")
        self._is_in_step = False
        try:
            answer = ask()
        except errors.ModbusException as error:
            raise self._unanswered(unit) from error
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise PortLostError(f"relay board {self.address}: {why}") from error
        self._is_in_step = True
        return answer

    def _require_connected(self) -> None:
        if not self._is_in_step:
            self._connect()
        line = self._client.socket
        if line is None or is_handle_gone(line.fileno()):
            self._is_in_step = False
            raise PortLostError(
                f"relay board {self.address}: the connection is lost: check its power and cable"
            )

    def _unanswered(self, unit: int) -> RigError:
        return BenchTimeoutError(
            f"relay board {self.address} unit {unit}: no answer within "
            f"{self.timeout_s:g} s: check its power, wiring, `unit` and `baud`"
        )

    def close(self) -> None:
        """Give the connection back; twice is fine."""
        self._client.close()


@dataclass
class ModbusCoil:
    """One relay of a board."""

    board: ModbusBoard
    coil: int
    unit: int = 1
    name: str = "relay"

    @property
    def part(self) -> str:
        """Return how messages name it."""
        return f"{self.name} modbus {self.board.address} unit {self.unit} coil {self.coil}"

    def energise(self, is_energised: bool, /) -> None:
        """Write the coil, and read it back."""
        self.board.write(self.coil, self.unit, is_energised)
        if self.is_energised() != is_energised:
            raise RigError(f"{self.part}: it reads back the other state: is the board in order?")

    def is_energised(self) -> bool:
        """Return the state of the coil."""
        return self.board.read(self.coil, self.unit)

    def close(self) -> None:
        """Give the board back."""
        self.board.close()
