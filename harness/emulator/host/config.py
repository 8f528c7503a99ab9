"""What an emulated acquirer host is told before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.errors import MisuseError
from harness.ledger.refund import SameBatch
from harness.ledger.reversal import OnRepeat
from harness.ledger.settlement import Result
from harness.ledger.transaction import APPROVED
from harness.ledger.void import VoidDay
from harness.terms.card import Card
from harness.wire.dialects.unionpay import PROCESSING_REQUIREMENTS
from harness.wire.keys import KeysForm
from harness.wire.mac import MacWidth
from harness.wire.response_codes import is_approval

Payout = Literal["T+1", "D+0"]
TERMINALS_MAX = 50  # their sign-ins fill one non-volatile area
TMK_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """How one request is answered otherwise than it should be.

    `response_code` refuses it: a sale, a void or a refund is booked as declined, anything else is
    not booked at all.  An approving code only replaces 00.  What spoils the answer (`wrong_mac`,
    `wrong_check_value` of a sign-in, `change`: texts by field number or "mti", "" takes the field
    away) leaves the booking alone; the MAC is right over what is changed, unless field 64 is.
    `results` spoil a settlement: what is booked and answered of its totals, domestic and foreign,
    whatever the books have.  `silent`: as if it had never arrived.  A request that is known
    already, or bad, is answered as without a refusal.
    `requirement` is the digit of the header by which the host asks the terminal for something.
    Raises MisuseError if no terminal knows it.
    """

    response_code: str | None = None
    wrong_mac: bool = False
    wrong_check_value: bool = False
    change: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    requirement: str = "0"
    results: tuple[Result, Result] | None = None

    def __post_init__(self) -> None:
        if self.requirement not in PROCESSING_REQUIREMENTS:
            raise MisuseError(f"processing requirement {self.requirement!r}: expected 0 to 7")

    @property
    def is_spoiling(self) -> bool:
        """Tell whether the answer is wrong in itself, and not only another one."""
        is_changed = bool(self.change) or self.results is not None
        return self.wrong_mac or self.wrong_check_value or is_changed

    @property
    def refusal(self) -> str:
        """Return the code that refuses the request, "" if there is none."""
        code = self.response_code or ""
        return "" if is_approval(code) else code

    def code_instead_of(self, response_code: str) -> str:
        """Return what stands in field 39 for a code that the host arrived at."""
        is_replaced = response_code == APPROVED and not self.refusal
        return self.response_code or response_code if is_replaced else response_code


NO_OVERRIDE = Override()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConfig:
    """One acquirer host and the issuer behind it.

    `tmk` is the master key of 16 bytes of every terminal.  `business_date` is YYYYMMDD and moves
    only when told, `start_time` HHMMSS is its time at the world's time 0.  `keys_form` is the only
    form of a sign-in that is taken; None takes any.  `reversal_stan`: whether a reversal has the
    number of its original, or a new one and the original's in field 61.  `batch` is the first of
    every terminal.  `refund_enabled`: whether the provider has opened refunds to begin with.
    `payout`: merchants are paid the next day, or for each sale at once.  `script` has overrides by
    the request's MTI and its occurrence since power-on, beginning with 1.
    Raises MisuseError for a key of another size, or more terminals than the host can remember.
    """

    cards: tuple[Card, ...] = field(repr=False)
    merchant_id: str
    tmk: bytes = field(repr=False)
    terminal_ids: tuple[str, ...]
    merchant_name: str = ""
    batch: str = "000001"
    business_date: str = "20260105"
    start_time: str = "090000"
    acquirer_id: str = "48021000"
    issuer_id: str = "01020000"
    amount_limit_minor: int = 5_000_000
    pin_block_with_pan: bool = True
    mac_width: MacWidth = "ascii8"
    keys_form: KeysForm | None = None
    host_reversal_repeat: OnRepeat = "ok"
    reversal_stan: Literal["original", "new"] = "original"
    void_day: VoidDay = "clearing_date"
    refund_enabled: bool = False
    refund_same_batch: SameBatch = "refused"
    refund_days: int = 30
    refund_amount_max: int = 0
    settlement_answer_f39: Literal["absent", "00"] = "absent"
    payout: Payout = "T+1"
    script: Mapping[tuple[str, int], Override] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.tmk) != TMK_SIZE:
            raise MisuseError(f"the master key has {len(self.tmk)} bytes, expected {TMK_SIZE}")
        count = len(self.terminal_ids)
        if count > TERMINALS_MAX:
            raise MisuseError(f"{count} terminals, expected at most {TERMINALS_MAX} for one host")
