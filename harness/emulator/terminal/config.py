"""What makes one terminal differ from another: who it is, its keys, and its profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

from harness.errors import MisuseError
from harness.profile.defaults import DEFAULTS, words
from harness.wire import zvt
from harness.wire.dialects.unionpay import Header
from harness.wire.keys import KeysForm
from harness.wire.mac import MacWidth

EcrLink = Literal["serial", "tcp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalConfig:
    """Set-up of an emulated terminal; from `reversal_attempts_max` on, parameters of the profile.

    `tmk` is the master key of 16 bytes; `year` what the terminal believes before it is told.
    """

    terminal_id: str
    merchant_id: str
    merchant_name: str
    tmk: bytes = field(repr=False)
    password: str = field(default=zvt.PASSWORD, repr=False)  # the supervisor's
    operator: str = "01"
    tpdu: str = "6000030000"
    ecr_link: EcrLink = "serial"
    ecr_ack_timeout_s: float = 5.0
    ecr_answer_timeout_s: float = 10.0
    operator_timeout_s: float = 60.0
    batch: str = "000001"  # of a terminal that has none stored
    year: int = 2026
    refuse_expired: bool = True
    reversal_attempts_max: int = 3
    reversal_stan: Literal["original", "new"] = "original"
    reversal_f61: Literal["reversed", "original", "as_request"] = "reversed"
    reversal_exhausted: Literal["fault_slip_and_drop", "keep_and_block"] = "fault_slip_and_drop"
    reversal_at_once: bool = False
    reversal_on_f39: tuple[str, ...] = ()
    f39_table: tuple[str, ...] = ()  # "68 C": code and class; none means the table of the dialect
    cancel_while_waiting: Literal["reverse", "ignored"] = "reverse"
    answer_timeout_s: float = 60.0
    connect_timeout_s: float = 30.0
    journal_size_max: int = 500
    void_needs_card: bool = True
    void_needs_pin: bool = True
    supervisor_password: bool = True
    refund_enabled: bool = False
    refund_amount_max: int = 0  # minor units; 0 means no limit
    upload_on_mismatch: Literal["side", "all"] = "side"
    offline_resends: int = 3
    empty_settlement: Literal["local", "empty_0500"] = "local"
    auto_sign_out: bool = True
    pan_mask: Literal["cup6x4", "pci6x4", "pci_bin8x4", "facta5", "last4"] = "cup6x4"
    copies: int = 2
    pin_block_with_pan: bool = True
    mac_width: MacWidth = "ascii8"
    mac_on_decline: Literal["checked", "skipped"] = "checked"
    keys_form: KeysForm = "003"
    header: Literal["present", "absent"] = "present"
    entry_letters: tuple[str, ...] = words(DEFAULTS, "entry_letters")  # "02 S": how read, letter

    def entry_letter(self, reading: str) -> str:
        """Return the letter that slips print for a way of reading (02 stripe), "" for none."""
        pairs = (each.split() for each in self.entry_letters)
        return next((pair[1] for pair in pairs if pair[0] == reading), "")

    @property
    def header_digits(self) -> str:
        """Return the header of the host line, "" when there is none."""
        return str(Header()) if self.header == "present" else ""


def with_profile(config: TerminalConfig, profile: Mapping[str, object]) -> TerminalConfig:
    """Return the set-up with the parameters of a profile; the terminal ignores those of others.

    Raises MisuseError for a value whose type is not that of the default.
    """
    values = {each.name: getattr(config, each.name) for each in fields(config)}
    for name, value in profile.items():
        if name in values:
            values[name] = _of_same_type(name, value, values[name])
    return TerminalConfig(**values)


def _of_same_type(name: str, value: object, before: object) -> object:
    if isinstance(before, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(before):
        raise MisuseError(
            f"profile: {name}: expected {type(before).__name__}, got {type(value).__name__}"
        )
    return value
