"""TPDU: the five bytes that route a message through the network access controller.

Ten digits of text: `60`, destination (4), source (4).  An answer swaps the two addresses; hosts
that echo the request's TPDU exist, so a terminal must not insist.

Source: ISO 8583 over X.25/TCP as used by acquirers (TPDU 60 dd dd ss ss).
"""

from harness.errors import DecodeError, EncodeError

TPDU_SIZE = 5
PROTOCOL_BYTE = 0x60


def encode_tpdu(tpdu: str) -> bytes:
    """Return the ten digits as bytes.  Raises EncodeError for other text."""
    if len(tpdu) != 2 * TPDU_SIZE or not (tpdu.isascii() and tpdu.isdigit()):
        raise EncodeError("a TPDU has ten digits")
    return bytes.fromhex(tpdu)


def decode_tpdu(data: bytes) -> str:
    """Return the TPDU that `data` begins with.  Raises DecodeError when there is none."""
    head = data[:TPDU_SIZE]
    if len(head) < TPDU_SIZE:
        raise DecodeError("the frame is cut here", field="TPDU", offset=0)
    tpdu = head.hex()
    if head[0] != PROTOCOL_BYTE or not tpdu.isdigit():
        raise DecodeError("not 60 and eight digits", field="TPDU", offset=0)
    return tpdu


def answer_tpdu(tpdu: str) -> str:
    """Return the TPDU of the answer: destination and source swapped."""
    return tpdu[:2] + tpdu[6:] + tpdu[2:6]
