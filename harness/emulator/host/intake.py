"""Which frames a host takes for requests, and which of these it can make sense of.

A host reads what it needs: fields too many, or wrong in what it does not read, are no reason to
refuse (a checker judges them); fields too few are.
"""

from dataclasses import replace

from harness.emulator.host.exchange import ECHOED, fields_that_fit
from harness.errors import DecodeError
from harness.wire.dialects.unionpay import PREFIX_SIZE, FrameInspection, inspect_frame
from harness.wire.dialects.unionpay_messages import (
    REVERSAL,
    REVERSAL_MTI,
    MessageSpec,
    spec_for,
)
from harness.wire.dialects.unionpay_subfields import parse_batch_data
from harness.wire.iso8583 import Message
from harness.wire.mac import MAC_FIELD

FORMAT_ERROR = "30"
REQUEST_DIGITS = "02468"  # third digit of the MTI
STAN_SIZE = 6
NEEDED = frozenset({11, 41, 42, 60})
NEEDED_OF_REVERSAL = NEEDED | {4}  # field 39 and 49 may be absent, as in published messages
CARD_FIELDS = frozenset({2, 35, 36})
READ = frozenset(map(str, (*ECHOED, 22, 35, 38, 52)))  # fields that the host reads
ROUTE = frozenset({"TPDU", "header"})


def read(data: bytes) -> FrameInspection | None:
    """Return the request in a frame, None if it is no whole frame or nothing to be answered."""
    if (
        len(data) < PREFIX_SIZE
        or int.from_bytes(data[:PREFIX_SIZE], "big") != len(data) - PREFIX_SIZE
    ):
        return None
    frame = inspect_frame(data)
    has_route = bool(frame.tpdu) and all(one.field not in ROUTE for one in frame.deviations)
    if not has_route or not _is_answerable(frame):
        return None
    return replace(frame, message=fields_that_fit(frame.message)) if _is_broken(frame) else frame


def _is_broken(frame: FrameInspection) -> bool:
    return any(
        one.kind == "breaks_parsing" or (one.kind == "not_in_profile" and one.field in READ)
        for one in frame.deviations
    )


def _is_answerable(frame: FrameInspection) -> bool:
    message = frame.message
    if len(message.mti) != 4 or message.mti[2] not in REQUEST_DIGITS:
        return False
    if 11 in message.fields:
        stan = message.fields[11]
        return len(stan) == STAN_SIZE and stan.isascii() and stan.isdigit()
    spec = spec_for(message)
    return spec is not None and 11 not in spec.mandatory


def format_code(frame: FrameInspection) -> str:
    """Return 30 for a request that is not well formed, "" for one that is."""
    if _is_broken(frame):
        return FORMAT_ERROR
    message, spec = frame.message, spec_for(frame.message)
    needed = _needed(message, spec)
    if needed - message.fields.keys() or not _has_batch_data(message):
        return FORMAT_ERROR
    return FORMAT_ERROR if spec and not _is_as_specified(message, spec) else ""


def _needed(message: Message, spec: MessageSpec | None) -> frozenset[int]:
    if message.mti == REVERSAL_MTI:
        return NEEDED_OF_REVERSAL
    return spec.mandatory - {MAC_FIELD} if spec else NEEDED


def _has_batch_data(message: Message) -> bool:
    try:
        parse_batch_data(message.fields[60])
    except DecodeError:
        return False
    return True


def _is_as_specified(message: Message, spec: MessageSpec) -> bool:
    if spec.transaction == REVERSAL:
        return True
    has_card = not spec.has_card or bool(CARD_FIELDS & message.fields.keys())
    return has_card and all(message.text(n) == value for n, value in spec.values.items())
