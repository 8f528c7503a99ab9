"""W1, before the message: TPDU and header as the dialect and the profile have them.

Source: UnionPay POS messages: TPDU of 60 and eight digits, then a header of twelve where the
acquirer has one: class 2, version 2, state 1 (0 normal, 1 test), processing requirement 1 (a host
asks for something, a terminal never does), sub-version 6.  Class and versions are the maker's.
"""

from harness.history.record import Facts, Row
from harness.profile.defaults import parameter
from harness.wire.dialects.unionpay import PROCESSING_REQUIREMENTS

_STATES = frozenset({None, "1"})  # 0 is not told
_HOST = "host"


def route_deviations(row: Row, who: str, profile: Facts) -> list[str]:
    """Return what is wrong before a message of `who`, as `kind|part|what`.

    Nothing is said of what the history does not tell.
    """
    tpdu = ["breaks_parsing|TPDU|none"] if row.facts.get("tpdu") == "absent" else []
    return [*tpdu, *(f"not_in_profile|header|{what}" for what in _of_header(row, who, profile))]


def _of_header(row: Row, who: str, profile: Facts) -> list[str]:
    seen, known = row.facts.get("header"), parameter(profile, "header")
    if seen is None:
        return []
    if seen != known:
        return [f"{seen} (header is {known})"]
    state, digit = row.facts.get("terminal_state"), row.facts.get("processing_requirement")
    wrong = [] if state in _STATES else [f"terminal state {state}: neither normal nor test"]
    if digit is not None and who != _HOST:
        wrong.append(f"processing requirement {digit}: only a host asks for something")
    elif digit is not None and digit not in PROCESSING_REQUIREMENTS:
        wrong.append(f"processing requirement {digit}: no such thing can be asked for")
    return wrong
