"""W5: what the header of an answer asks for is done after the running transaction, never inside.

Due is the message that the demand stands for, before the next card transaction or settlement.  A
power cut or a line that was lost may have made the terminal forget it, or kept it from doing it.
"""

from harness.check import Judgement, fact
from harness.check.exchange import SIGN_IN, Exchange, Line
from harness.check.message import (
    REVERSAL,
    SETTLEMENT,
    is_card_transaction,
    mti_of,
    stan_of,
    title,
)
from harness.check.tally import Tally
from harness.history.record import Row
from harness.wire.response_codes import SIGN_IN_AGAIN

_DEMANDS = {  # digit of the header: what it asks for, and 60.3 of the messages that obey it
    "1": ("the parameters", frozenset({"360", "361", "364", "365"})),
    "2": ("the terminal's status", frozenset({"362"})),
    "3": ("a sign-in", frozenset({"001", "003", "004", "005", "006"})),
    "4": ("the public keys", frozenset({"370", "371", "372"})),
    "5": ("the parameters of chip cards", frozenset({"380", "381", "382"})),
    "7": ("the black list", frozenset({"390", "391"})),
}
_UPLOAD = "0320"
_FLOWS = frozenset({REVERSAL, SETTLEMENT, _UPLOAD})  # messages within something greater
_PAPER = frozenset({"paper_out", "printer_dead"})


def judge_demands(line: Line) -> Judgement:
    """Judge every demand that surely came, and after which the terminal went on."""
    tally = Tally("W5")
    for place, exchange in enumerate(line.exchanges):
        digit = exchange.taken.facts.get("processing_requirement") if exchange.taken else None
        is_sure = digit in _DEMANDS and not exchange.doubt
        if is_sure and not (exchange.name == SIGN_IN and digit == "3"):
            _judge(tally, line, place, str(digit))
    return tally.judgement()


def _judge(tally: Tally, line: Line, place: int, digit: str) -> None:
    exchange, later = line.exchanges[place], line.exchanges[place + 1 :]
    gate = next((one.request for one in later if _is_gate(line, exchange, one)), None)
    last = gate.index if gate else line.last + 1
    obeying = (one for one in later if _obeys(one, digit) and one.request.index < last)
    obeyed = next(obeying, None)
    if obeyed:
        _is_after(tally, line, exchange, obeyed)
    elif gate and not _is_excused(line, exchange, gate):
        _is_missing(tally, line, exchange, gate, _DEMANDS[digit][0])


def _is_gate(line: Line, exchange: Exchange, later: Exchange) -> bool:
    """Tell whether a message begins something new, and not only goes on with what is running."""
    if not is_card_transaction(later.request) and mti_of(later.request) != SETTLEMENT:
        return False
    if mti_of(exchange.request) not in _FLOWS:
        return True
    own, other = (line.call_at(one.request.index) for one in (exchange, later))
    return own is not None and own is not other


def _obeys(exchange: Exchange, digit: str) -> bool:
    network = exchange.request.facts.get("network")
    is_sign_in = digit == "3" and exchange.name == SIGN_IN
    return is_sign_in or (network in _DEMANDS[digit][1] and mti_of(exchange.request)[:2] == "08")


def _is_excused(line: Line, exchange: Exchange, gate: Row) -> bool:
    first, last = exchange.request.index + 1, gate.index - 1
    rows = (row for row in line.of("power", "fault") if first <= row.index <= last)
    failed = line.failed_calls(first, last)
    return any(map(_excuses, rows)) or any(row.actor == "terminal" for row in failed)


def _excuses(row: Row) -> bool:
    return row.kind == "power" or row.facts.get("action") not in _PAPER


def _is_missing(tally: Tally, line: Line, exchange: Exchange, gate: Row, what: str) -> None:
    answer = exchange.taken
    if line.is_blind("host_wire", exchange.request.index, gate.index):
        tally.gap(f"host_wire was blind after {title(exchange.request)}: the host asked for {what}")
        return
    tally.wrong(
        f"the answer to {title(exchange.request)} asked for {what}",
        expected=f"it after the transaction, before {title(gate)}",
        seen="none",
        at=(exchange.request, answer, gate),
    )


def _is_after(tally: Tally, line: Line, exchange: Exchange, obeyed: Exchange) -> None:
    answer, begin = exchange.taken, obeyed.request.index
    is_due_at_once = answer is not None and answer.facts.get("response_code") in SIGN_IN_AGAIN
    rest = None if is_due_at_once else _rest_of(line, exchange, begin)
    tally.require(
        rest is None,
        f"{title(obeyed.request)} left within {title(exchange.request)}, whose answer asked for it",
        expected="the transaction to its end first: its record, its slip, its uploads",
        seen=f"{rest.kind} {rest.address} after it" if rest else "",
        at=(exchange.request, answer, obeyed.request, rest),
    )


def _rest_of(line: Line, exchange: Exchange, begin: int) -> Row | None:
    """Return what belongs to the transaction and came after a message, None if nothing did."""
    following = (one.request for one in line.exchanges if one.request.index > begin)
    after = next(following, None)
    if mti_of(exchange.request) in _FLOWS:
        return after if after and mti_of(after) == _UPLOAD else None
    end = after.index if after else line.last + 1
    is_paper_out = any(row.facts.get("action") in _PAPER for row in line.of("fault"))
    slips = [] if is_paper_out else line.of("print")
    rows = [row for row in slips + line.of("nv") if begin < row.index < end]
    own = (row for row in rows if _is_of(line, row, exchange, begin))
    return min(own, key=lambda row: row.index, default=None)


def _is_of(line: Line, row: Row, exchange: Exchange, begin: int) -> bool:
    stan = stan_of(exchange.request)
    if row.kind == "print":
        is_first = row.facts.get("says_approved") is True and not row.facts.get("is_duplicate")
        return is_first and fact.number(row, "voucher") == stan is not None
    writes = (one for one in line.of("nv") if one.address == "journal" and one.index < begin)
    is_known = any(_holds(one, stan) for one in [*writes][-1:])
    return row.address == "journal" and _holds(row, stan) and not is_known


def _holds(row: Row, stan: int | None) -> bool:
    numbers = (record.partition("|")[0] for record in fact.words(row, "records"))
    return any(number.isdecimal() and int(number) == stan for number in numbers)
