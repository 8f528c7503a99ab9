"""What a file may give for a parameter of a profile: its type, its choices, no number below zero.

The choices are those of docs/profile.md; a parameter that is not here takes any text of its kind.
"""

from collections.abc import Mapping
from types import MappingProxyType

from harness.errors import MisuseError
from harness.profile.defaults import DEFAULTS, Value

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reversal_stan": ("original", "new"),
        "reversal_f61": ("reversed", "original", "as_request"),
        "reversal_exhausted": ("fault_slip_and_drop", "keep_and_block"),
        "cancel_while_waiting": ("reverse", "ignored"),
        "void_day": ("clearing_date", "calendar", "batch_only"),
        "refund_same_batch": ("refused", "allowed"),
        "offline_void": ("refused", "allowed"),
        "upload_on_mismatch": ("side", "all"),
        "empty_settlement": ("local", "empty_0500"),
        "pan_mask": ("cup6x4", "pci6x4", "pci_bin8x4", "facta5", "last4"),
        "mac_width": ("ascii8", "binary8"),
        "mac_on_decline": ("checked", "skipped"),
        "keys_form": ("001", "003", "004"),
        "header": ("present", "absent"),
        "payout": ("T+1", "D+0"),
        "host_reversal_repeat": ("ok", "22"),
        "settlement_answer_f39": ("absent", "00"),
        "ecr_confirm": ("none", "required"),
        "reader_tracks": ("1/2", "2/3", "1/2/3"),
    }
)
_KINDS = {str: "text", int: "a whole number", bool: "true or false", tuple: "a list of text"}


def read_value(name: str, found: object) -> Value:
    """Return the value that was found in a file for a parameter.

    Raises MisuseError for an unknown name, another type, no choice, or a number below zero.
    """
    if name not in DEFAULTS:
        raise MisuseError(f"{name}: no parameter has this name: docs/profile.md lists them all")
    value = tuple(found) if isinstance(found, list) else found
    kind = type(DEFAULTS[name])
    if type(value) is not kind or not _is_list_of_text(value):
        got = _KINDS.get(type(value), type(value).__name__)
        raise MisuseError(f"{name}: expected {_KINDS[kind]}, got {got}: see docs/profile.md")
    assert isinstance(value, str | int | tuple)
    if name in CHOICES and value not in CHOICES[name]:
        raise MisuseError(f"{name}: expected {' or '.join(CHOICES[name])}, got {value!r}")
    if isinstance(value, int) and value < 0:
        raise MisuseError(f"{name}: expected 0 or more, got {value}")
    return value


def _is_list_of_text(value: object) -> bool:
    return not isinstance(value, tuple) or all(isinstance(each, str) for each in value)
