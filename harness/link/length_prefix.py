"""Frames behind a length of two bytes, big endian, that counts what follows.  Sans-IO, no state.

`split` is given all bytes that wait on a connection and returns the whole frames, each with its
prefix, and the rest.  Nothing here raises for what the peer sends: a length of zero is a frame
without payload (two bytes), which no decoder of messages accepts.  Where the pieces of a stream
are cut changes nothing, unless a length above `size_max` is met: then the boundaries of the
stream are lost, and all that waits is handed over as one frame, wrong on its face.

Source: framing of the UnionPay POS host line over TCP.
"""

from harness.errors import EncodeError

PREFIX_SIZE = 2
PAYLOAD_SIZE_MAX = 0xFFFF


def frame(payload: bytes) -> bytes:
    """Return the payload behind its length.  Raises EncodeError when it is empty or too long."""
    if not 0 < len(payload) <= PAYLOAD_SIZE_MAX:
        raise EncodeError(f"a payload has 1 to {PAYLOAD_SIZE_MAX} bytes, not {len(payload)}")
    return len(payload).to_bytes(PREFIX_SIZE, "big") + payload


def split(data: bytes, *, size_max: int = PAYLOAD_SIZE_MAX) -> tuple[tuple[bytes, ...], bytes]:
    """Return the whole frames that `data` begins with, prefixes included, and what is left.

    size_max: bytes of payload that a peer may announce; more than that is handed over at once.
    """
    frames: list[bytes] = []
    at = 0
    while len(data) - at >= PREFIX_SIZE:
        size = int.from_bytes(data[at : at + PREFIX_SIZE], "big")
        end = len(data) if size > size_max else at + PREFIX_SIZE + size
        if end > len(data):
            break
        frames.append(data[at:end])
        at = end
    return tuple(frames), data[at:]
