"""Messages of the host line as findings and rules speak of them: names, fields, what they say.

Source: UnionPay POS messages (type codes 60.1, response codes of field 39).
"""

from harness.check.fact import number
from harness.history.record import Fact, Facts, History, Row
from harness.profile.defaults import parameter, words
from harness.wire.response_codes import APPROVALS, PARTIAL_APPROVAL, is_known

FINANCIAL = frozenset({"0100", "0200", "0220"})
REVERSAL = "0400"
SETTLEMENT = "0500"
NAMES = {  # of type codes, where the reader of the line gave no name
    "22": "sale", "23": "void", "25": "refund", "10": "preauth", "11": "preauth_void",
    "20": "completion", "24": "completion_advice", "21": "completion_void", "01": "balance",
    "30": "offline_settlement", "32": "adjust", "34": "tip", "36": "offline_sale",
    "45": "ecash_topup", "46": "ecash_topup", "47": "ecash_topup", "51": "ecash_topup",
}  # fmt: skip
REVERSIBLE = frozenset(
    {
        "sale", "void", "preauth", "preauth_addon", "preauth_void", "completion",
        "completion_void", "ecash_topup", "transfer",
    }
)  # fmt: skip
CONCLUDING = frozenset({"00", "12", "25"})  # answers to a reversal after which it is done
OFFLINE = frozenset({"offline_settlement", "adjust", "tip", "offline_sale"})
DERIVED = {
    "F4": "amount_minor", "F11": "stan", "F37": "rrn", "F38": "approval_code",
    "F39": "response_code", "F41": "terminal_id", "F42": "merchant_id",
}  # fmt: skip
STAN_MAX = 999_999  # it is followed by 1
CANCEL_KEYS = frozenset({"CANCEL", "STOP", "ABORT"})


def is_seen_at_terminal(history: History) -> bool:
    """Tell whether the terminal's own rows of the host line exist."""
    return history.header.host_wire_at == "terminal"


def title(row: Row) -> str:
    """Return name and STAN of a message, as findings call it."""
    stan = stan_of(row)
    return f"{name_of(row)} {'of unknown STAN' if stan is None else f'{stan:06}'}"


def name_of(row: Row) -> str:
    """Return the transaction's name, by its type code where the name is not known."""
    name = str(row.facts.get("name", "unknown"))
    return name if name != "unknown" else NAMES.get(str(row.facts.get("type_code")), name)


def mti_of(row: Row) -> str:
    """Return the MTI, from the address where the message could not be read."""
    mti = row.facts.get("mti")
    return mti if isinstance(mti, str) else row.address.partition("/")[2]


def value_of(row: Row, name: str) -> Fact | None:
    """Return a field ("F11"), None if it is absent; derived facts go before the text."""
    derived = row.facts.get(DERIVED.get(name, name))
    return row.facts.get(name) if derived is None else derived


def is_whole(row: Row) -> bool:
    """Tell whether the whole frame went or came."""
    return not row.facts.get("partial")


def has_left(row: Row) -> bool:
    """Tell whether at least one byte went out."""
    return is_whole(row) or row.facts.get("size") != 0


def is_reversible(row: Row) -> bool:
    """Tell whether the request is of a kind that is reversed when it is not answered."""
    return mti_of(row) in FINANCIAL and name_of(row) in REVERSIBLE


def is_card_transaction(row: Row) -> bool:
    """Tell whether the message is the request of an on-line card transaction."""
    return mti_of(row) in FINANCIAL and name_of(row) not in OFFLINE


def is_approval(row: Row, profile: Facts) -> bool:
    """Tell whether the answer approves; code 10 approves a part, of a sale only."""
    code = value_of(row, "F39")
    if code == PARTIAL_APPROVAL and name_of(row) != "sale":
        return False
    return code in _approvals(profile)


def is_code_known(row: Row, profile: Facts) -> bool:
    """Tell whether the answer's response code is in the profile's table."""
    code = value_of(row, "F39")
    table = words(profile, "f39_table")
    if table:
        return code in {entry.split()[0] for entry in table if entry.strip()}
    return isinstance(code, str) and is_known(code)


def _approvals(profile: Facts) -> frozenset[str]:
    table = [entry.split() for entry in words(profile, "f39_table")]
    own = frozenset(parts[0] for parts in table if parts[1:] == ["A"])
    return own if table else APPROVALS


def is_cancel(row: Row) -> bool:
    """Tell whether somebody pressed CANCEL."""
    return row.kind == "act" and str(row.facts.get("key", "")).upper() in CANCEL_KEYS


def is_power_cut(row: Row) -> bool:
    """Tell whether the terminal lost its power."""
    return row.kind == "power" and row.actor == "terminal" and row.value == "off"


def stan_of(row: Row) -> int | None:
    """Return the STAN, None if it could not be read."""
    stan = row.facts.get("stan")
    return stan if type(stan) is int else number(row, "stan")


def number_of(reversal: Row, profile: Facts) -> int | None:
    """Return the number that a 0400 reverses: its own, or by profile that in its field 61."""
    if parameter(profile, "reversal_stan") != "new":
        return stan_of(reversal)
    named = original_of(reversal)
    return named[1] if named else None


def is_same_stan(row: Row, other: Row) -> bool:
    """Tell whether both messages have a STAN, the same one."""
    stan = stan_of(row)
    return stan is not None and stan == stan_of(other)


def original_of(row: Row) -> tuple[int, int] | None:
    """Return batch and STAN of the transaction that field 61 names, None if nobody can read it."""
    batch, stan = number(row, "original_batch"), number(row, "original_stan")
    if batch is None or stan is None:
        digits = str(row.facts.get("F61", ""))[:12]
        is_readable = len(digits) == 12 and digits.isdecimal()  # stars if it looked like a PAN
        return (int(digits[:6]), int(digits[6:])) if is_readable else None
    return batch, stan


def is_answer_mti(answer: Row, request: Row) -> bool:
    """Tell whether the one's MTI is that of an answer to the other."""
    asked = mti_of(request)
    return asked.isdecimal() and mti_of(answer) == f"{int(asked) + 10:04}"
