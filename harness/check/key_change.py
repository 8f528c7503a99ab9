"""K2: a sign-in answer whose keys do not fit their check values is refused, and the old ones stay.

That it was refused shows at the till and in the terminal's memory; that the old keys stayed, in
the next message with a MAC.
"""

from harness.check import Judgement, fact
from harness.check.exchange import SIGN_IN, Exchange, Line
from harness.check.message import title
from harness.check.tally import Tally
from harness.history.record import Row


def judge_keys(line: Line) -> Judgement:
    """Judge every sign-in answer with a wrong check value that surely came."""
    tally = Tally("K2")
    for exchange in line.exchanges:
        answer = exchange.taken
        is_wrong = answer is not None and answer.facts.get("keys_ok") is False
        if is_wrong and exchange.approves and not exchange.doubt:
            _judge(tally, line, exchange)
    return tally.judgement()


def _judge(tally: Tally, line: Line, exchange: Exchange) -> None:
    request, answer = exchange.request, exchange.taken
    until = _until(line, exchange)
    end = _end(line, exchange, until)
    stored, used = _stored(line, exchange, until), _used(line, exchange, until)
    seen = ""
    if end and end.kind == "ok":
        seen = "a sign-in that went well"
    elif stored:
        seen = "new keys stored"
    elif used and used.facts["mac_ok"] is False:
        seen = f"a wrong MAC in {title(used)}"
    if not seen and line.is_blind("host_wire", request.index, until - 1):
        tally.gap(f"host_wire was blind after the wrong keys of row {request.index}")
    elif seen or end or used:
        tally.require(
            not seen,
            f"the keys in the answer to {title(request)} do not fit their check values",
            expected="a refusal, and the old keys",
            seen=seen,
            at=(request, answer, end, stored, used if seen and used else None),
        )


def _until(line: Line, exchange: Exchange) -> int:
    """Return where the next sign-in begins: it may bring other keys."""
    later = (one for one in line.exchanges if one.request.index > exchange.request.index)
    return next((one.request.index for one in later if one.name == SIGN_IN), line.last + 1)


def _end(line: Line, exchange: Exchange, until: int) -> Row | None:
    """Return the end of the till's sign-in, if no other answer came in it."""
    call = line.call_at(exchange.request.index)
    end = call.end if call and call.verb == SIGN_IN else None
    return end if end and end.index < until and end.kind != "info" else None


def _stored(line: Line, exchange: Exchange, until: int) -> Row | None:
    """Return the write by which the terminal's keys became others."""
    writes = [row for row in line.of("nv") if row.address == "keys" and not row.facts.get("torn")]
    begin = exchange.taken.index if exchange.taken else exchange.request.index
    before = [row for row in writes if row.index < begin and "generation" in row.facts]
    known = fact.number(before[-1], "generation") if before else None
    later = (row for row in writes if begin < row.index < until)
    changed = (row for row in later if fact.number(row, "generation") not in (None, known))
    return next(changed, None) if known is not None else None


def _used(line: Line, exchange: Exchange, until: int) -> Row | None:
    """Return the terminal's next message whose MAC could be checked."""
    begin = exchange.request.index
    sent = (one.request for one in line.exchanges if begin < one.request.index < until)
    return next((row for row in sent if "mac_ok" in row.facts), None)
