"""A circuit that a relay makes and breaks, by whichever of its contacts it is wired through."""

from dataclasses import dataclass

from harness.port import Coil


@dataclass
class Contact:
    """Normally closed: without current in the coil the circuit is whole, which is the safe way."""

    coil: Coil
    is_normally_closed: bool = True

    @property
    def part(self) -> str:
        """Return how messages name it."""
        return self.coil.part

    def connect(self) -> None:
        """Make the circuit.  Raises RigError."""
        self.coil.energise(not self.is_normally_closed)

    def interrupt(self) -> None:
        """Break the circuit.  Raises RigError."""
        self.coil.energise(self.is_normally_closed)

    def is_connected(self) -> bool:
        """Tell whether the circuit is whole.  Raises RigError."""
        return self.coil.is_energised() != self.is_normally_closed

    def close(self) -> None:
        """Give the relay back."""
        self.coil.close()
