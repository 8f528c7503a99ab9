"""What leaves a bench safe, whatever ends a case: each part is tried, whatever the others do."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.errors import RigError


@dataclass
class SafeState:
    """The acts that bring each part to its safe state."""

    _acts: list[Callable[[], None]] = field(init=False, default_factory=list)

    def add(self, act: Callable[[], None]) -> None:
        """Have this done at the end, before what was added earlier."""
        self._acts.append(act)

    def make_safe(self) -> None:
        """Do all of them.  Raises RigError with each part that could not be made safe."""
        failures = list(filter(None, map(_failure, reversed(self._acts))))
        if failures:
            raise RigError(
                f"the bench was not left safe, look after it by hand: {'; '.join(failures)}"
            )


def _failure(act: Callable[[], None]) -> str:
    try:
        act()
    except RigError as error:
        return str(error)
    return ""
