"""How a gate and its holder talk: JSON objects, one a line, both ways on one connection.

The holder says `do` (hold, beat, begin, also, proceed, heal, down, release) and numbers what it
wants an answer to; the gate says `told`.  No byte of any message is in it: points, sizes, times.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import DecodeError

VERSION = 1
BEAT_S = 0.3
LEASE_S = 3 * BEAT_S  # silence of the holder after which the gate lets go
LINE_SIZE_MAX = 1 << 20


def written(words: Mapping[str, object]) -> bytes:
    """Return one line."""
    return json.dumps(words, sort_keys=True).encode() + b"\n"


@dataclass(slots=True)
class Lines:
    """Finds the objects in a stream."""

    _rest: bytes = field(default=b"", repr=False)

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Return the objects that are whole now.  Raises DecodeError for what is none."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LINE_SIZE_MAX:
            raise DecodeError("a line of the control connection has no end")
        return [_read(line) for line in lines]


def _read(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DecodeError("a line of the control connection is no JSON object")
    return found
