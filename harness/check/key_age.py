"""W3, the age of keys: once a sign-in has given new ones, the old ones are no more in force."""

from harness.check.exchange import SIGN_IN, Line
from harness.check.message import is_power_cut
from harness.check.tally import Tally
from harness.check.wire_ends import Sent
from harness.history.record import Row


def judge_age(tally: Tally, line: Line, message: Sent) -> None:
    """Judge a message whose MAC is right: under the last keys, or older ones that still hold."""
    given = _given(line, message.row)
    if given is None or not message.row.facts.get("old_key") or not message.are_keys_certain:
        tally.right()
    elif _may_be_forgotten(line, given, message.row):
        tally.gap(f"the power may have gone before the keys of row {given.index} were stored")
    else:
        tally.wrong(
            f"the {message.who} still uses the keys of an earlier sign-in",
            expected="a MAC under the working key of the last sign-in",
            seen="one under an older key",
            at=(given, message.row),
        )


def _given(line: Line, row: Row) -> Row | None:
    """Return the answer that gave the terminal its keys before a row."""
    for one in reversed(line.exchanges):
        if one.name == SIGN_IN and one.approves and one.request.index < row.index:
            return one.taken
    return None


def _may_be_forgotten(line: Line, given: Row, row: Row) -> bool:
    """Tell whether the terminal may have lost its power before it had stored the keys."""
    cuts = (one.index for one in line.of("power") if is_power_cut(one))
    cut = next((index for index in cuts if given.index < index < row.index), row.index)
    call = line.call_at(given.index)
    told = call.end if call and call.end and call.end.kind == "ok" else None
    stores = (one for one in line.of("nv") if one.address == "keys" and not one.facts.get("torn"))
    is_kept = any(given.index < one.index < cut for one in (*stores, told) if one)
    is_cut = cut < row.index or "power" not in line.history.header.observes
    return is_cut and not is_kept
