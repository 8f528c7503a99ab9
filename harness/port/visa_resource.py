"""An instrument that takes SCPI lines, by pyvisa and any of its backends.

Resources are named, never listed: looking for them broadcasts on some backends.  A backend may
take an address where nobody is, so the first question is asked on opening.  A conversation that
was broken off, by a time-out or by Ctrl-C, is begun anew: what comes late answers nothing else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from harness.errors import BenchTimeoutError, MisuseError, PortLostError, RigError
from harness.port.hardware_package import load_package

TIMEOUT_S = 1.0
IDENTITY = "*IDN?"
LATE_ANSWERS_MAX = 3


@dataclass
class VisaResource:
    """One open instrument; `resource` is such as TCPIP::192.0.2.30::5025::SOCKET."""

    resource: str
    part: str
    backend: str = "@py"
    baud: int = 9600  # of a serial one
    timeout_s: float = TIMEOUT_S
    identity: str = field(init=False, default="")
    _open: Any = field(init=False, repr=False, default=None)
    _lock: RLock = field(init=False, repr=False, default_factory=RLock)
    _is_in_step: bool = field(init=False, repr=False, default=False)

    def __post_init__(self) -> None:
        try:
            self.identity = self.ask(IDENTITY)
        except RigError:
            self.close()
            raise

    def _begin(self) -> None:
        """Open it, and skip what still answers questions of before."""
        self.close()
        self._open = self._opened()
        if self.identity:
            said = self._open.query(IDENTITY)
            for _ in range(LATE_ANSWERS_MAX):
                if said.strip() == self.identity:
                    return
                said = self._open.read()
            raise RigError(
                f"{self.part} {self.resource}: it is another instrument now: {said[:40]!r}"
            )

    def _opened(self) -> Any:  # noqa: ANN401  # a resource of pyvisa
        pyvisa = load_package("pyvisa")
        try:
            manager = pyvisa.ResourceManager(self.backend)
        except (ValueError, OSError) as error:
            raise MisuseError(
                f"{self.part}: no VISA backend {self.backend!r} here ({error}): use @py, or "
                "install the maker's library"
            ) from error
        timeout_ms = int(self.timeout_s * 1000)
        found = manager.open_resource(
            self.resource, read_termination="\n", write_termination="\n", open_timeout=timeout_ms
        )
        found.timeout = timeout_ms
        if hasattr(found, "baud_rate"):
            found.baud_rate = self.baud
        return found

    def tell(self, command: str) -> None:
        """Give one command."""
        self._do(lambda: self._open.write(command))

    def ask(self, question: str) -> str:
        """Return the answer to one question."""
        return str(self._do(lambda: self._open.query(question))).strip()

    def ask_number(self, question: str) -> float:
        """Return the answer to one question, which must be a number."""
        said = self.ask(question)
        try:
            return float(said)
        except ValueError:
            raise RigError(f"{self.part}: {question} was answered by {said[:40]!r}") from None

    def _do(self, work: Callable[[], object]) -> object:
        with self._lock, self._mapped():
            if not self._is_in_step:
                self._begin()
            self._is_in_step = False
            answer = work()
            self._is_in_step = True
            return answer

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        pyvisa = load_package("pyvisa")
        where = f"{self.part} {self.resource}"
        try:
            yield
        except pyvisa.errors.VisaIOError as error:
            if error.error_code == pyvisa.constants.StatusCode.error_timeout:
                raise BenchTimeoutError(
                    f"{where}: no answer within {self.timeout_s:g} s: check its power and cable, "
                    "and that its remote control is on"
                ) from error
            raise PortLostError(f"{where}: {error}: check `resource`") from error
        except (pyvisa.errors.Error, OSError, ValueError) as error:
            raise PortLostError(f"{where}: {error}: check `resource`, power and cable") from error

    def close(self) -> None:
        """Give the instrument back; twice is fine."""
        if self._open is not None:
            pyvisa = load_package("pyvisa")
            with suppress(pyvisa.errors.Error, OSError):  # it may be gone
                self._open.close()
            self._open = None
