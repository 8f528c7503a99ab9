"""What an emulated acquirer host is told before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.ledger.reversal import OnRepeat
from harness.terms.card import Card
from harness.wire.keys import KeysForm
from harness.wire.mac import MacWidth


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """How one request is answered otherwise than it should be.

    `response_code` refuses it: a sale is booked as declined, a reversal is not booked at all.  An
    approving code only replaces 00.  What spoils the answer (`wrong_mac`, `wrong_check_value` of
    a sign-in, `change`: texts by field number or "mti", "" takes the field away) leaves the
    booking alone; the MAC is right over what is changed.  `silent`: as if it had never arrived.
    """

    response_code: str | None = None
    wrong_mac: bool = False
    wrong_check_value: bool = False
    change: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False


NO_OVERRIDE = Override()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConfig:
    """One acquirer host and the issuer behind it.

    `tmk` is the master key of 16 bytes of every terminal.  `business_date` is YYYYMMDD and moves
    only when told, `start_time` HHMMSS is its time at the world's time 0.  `script` has overrides
    by the request's MTI and its occurrence since power-on, beginning with 1.
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
    keys_form: KeysForm = "003"
    header: Literal["present", "absent"] = "present"
    host_reversal_repeat: OnRepeat = "ok"
    script: Mapping[tuple[str, int], Override] = field(default_factory=dict)
