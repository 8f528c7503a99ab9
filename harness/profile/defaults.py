"""Parameters of the rules, and what holds where a profile says nothing.

A profile maps names to `str`, `int`, `bool` or a tuple of `str`.  Units are the last word of a
name (`_s` seconds, `_h` hours).  What the sources leave to the acquirer or the maker is here;
what no correct terminal may do is not.
"""

from collections.abc import Mapping
from types import MappingProxyType

from harness.errors import MisuseError

Value = str | int | bool | tuple[str, ...]
Profile = Mapping[str, Value]

DEFAULTS: Profile = MappingProxyType(
    {
        "reversal_attempts_max": 3,
        "reversal_stan": "original",  # new
        "reversal_f61": "reversed",  # original, as_request
        "reversal_exhausted": "fault_slip_and_drop",  # keep_and_block
        "reversal_at_once": False,
        "reversal_on_f39": (),  # codes of field 39 after which it is reversed all the same
        "f39_table": (),  # "68 C": code and class A to E; none means the table of the dialect
        "cancel_while_waiting": "reverse",  # ignored
        "void_day": "clearing_date",  # calendar, batch_only
        "void_needs_card": True,
        "void_needs_pin": True,
        "supervisor_password": True,
        "refund_enabled": False,
        "refund_same_batch": "refused",  # allowed
        "refund_days": 30,
        "refund_amount_max": 0,  # minor units; 0 means no limit
        "preauth_days": 30,
        "completion_percent_max": 115,
        "offline_void": "refused",  # allowed
        "offline_resends": 3,
        "upload_on_mismatch": "side",  # all
        "details_at_settlement": "ask",
        "empty_settlement": "local",  # empty_0500
        "auto_sign_out": True,
        "journal_size_max": 500,
        "pan_mask": "cup6x4",  # pci6x4, pci_bin8x4, facta5, last4; or a list: see pan_mask
        "copies": 2,
        "pin_block_with_pan": True,
        "mac_width": "ascii8",  # binary8
        "mac_on_decline": "checked",  # skipped
        "keys_form": "003",  # 001, 004
        "header": "present",  # absent
        "answer_timeout_s": 60,
        "connect_timeout_s": 30,
        "timeout_tolerance_s": 1,
        "reversal_due_s": 30,
        "liveness_s": 300,
        "reversal_effect_h": 24,
        "manual_return_days": 3,
        "payout": "T+1",  # D+0
        "host_reversal_repeat": "ok",  # 22
        "settlement_answer_f39": "absent",  # 00
        "entry_letters": ("01 M", "02 S", "02 F", "05 I", "05 C", "07 P", "07 C", "80 F"),
        "ecr_confirm": "none",  # required
        "reader_tracks": "1/2/3",  # 1/2, 2/3
        "not_applicable": (),  # rules about functions that this terminal or host does not have
    }
)

OF_HOST = frozenset({"payout", "host_reversal_repeat", "settlement_answer_f39"})  # no terminal's


def parameter(profile: Profile, name: str) -> Value:
    """Return what the profile says, else the default.  Raises MisuseError for an unknown name."""
    if name not in profile and name not in DEFAULTS:
        raise MisuseError(f"{name!r} is no parameter of a profile")
    return profile[name] if name in profile else DEFAULTS[name]


def number(profile: Profile, name: str) -> int:
    """Return a parameter that counts or measures.  Raises MisuseError if it is no number."""
    value = parameter(profile, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MisuseError(f"profile: {name}: expected a whole number, got {value!r}")
    return value


def words(profile: Profile, name: str) -> tuple[str, ...]:
    """Return a parameter that lists.  Raises MisuseError if it is no list of text."""
    value = parameter(profile, name)
    if not isinstance(value, tuple):
        raise MisuseError(f"profile: {name}: expected a list of text, got {value!r}")
    return value
