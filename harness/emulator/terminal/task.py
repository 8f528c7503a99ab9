"""What the terminal is doing for the till just now: all of it is lost with the power."""

from dataclasses import dataclass, field
from enum import Enum, auto

from harness.emulator.terminal.nv import Voucher
from harness.emulator.terminal.slips import Slip
from harness.wire.iso8583 import Message


class Kind(Enum):
    """What the till asked for."""

    NOTHING = auto()
    SALE = auto()
    INQUIRY = auto()
    SIGN_IN = auto()
    REPRINT = auto()
    VOID = auto()
    REFUND = auto()
    SETTLEMENT = auto()
    SIGN_OUT = auto()
    SETTLEMENT_SLIP = auto()  # once more
    PARAMETERS = auto()  # that the host wants to be fetched
    STATUS = auto()  # that the host wants to be told


NO_MESSAGE = Message("", {})
NO_ANSWER_REASON, WRONG_MAC_REASON, UNABLE_REASON, OTHER_REASON = "98", "A0", "96", "06"


@dataclass(slots=True)
class Task:
    """One command of the till, on its way; `result_code` is what the till will be told."""

    kind: Kind = Kind.NOTHING
    amount_minor: int = 0
    ticket: int = 0
    number: int = 0  # of its request; 0: it has none yet
    side_number: int = 0  # of an 0800 or 0400 that goes before
    track2: str = field(default="", repr=False)
    pan: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    request: Message = NO_MESSAGE  # that an answer is awaited for
    answer: Message = NO_MESSAGE  # that was valid
    result_code: int = 0
    reason: str = NO_ANSWER_REASON  # field 39 of the reversal, should it come to that
    text: str = ""  # of a decline
    original: Voucher | None = None  # that a void is about
    original_rrn: str = ""  # of a refund
    original_date: str = ""  # MMDD
    prompt: str = ""  # that says why it is refused
    resends: int = 0  # of a message that was not answered
    is_own: bool = False  # the till has not asked for it, and is told nothing
    is_uncertain: bool = False  # a refund of which nobody knows whether it is made
    is_staged: bool = False  # a settlement that has begun just now
    slips: list[Slip] = field(default_factory=list)  # for the till's printer
    status: int = 0  # the last that the till was told
    has_signed_in: bool = False
    is_over: bool = False  # only its reversal is left to be sent
    is_settled: bool = False  # only the sign-out after the settlement is left
