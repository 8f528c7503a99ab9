"""W4: an answer to something else is not accepted.

Judged where such an answer says approved: then nothing may show that the terminal took it.  Up to
the answer that is the request's own, if one came, there is no approval on paper; and without one
there is none at the till either.
"""

from harness.check import Judgement, fact
from harness.check.exchange import Exchange, Line
from harness.check.message import is_approval, title
from harness.check.tally import Tally
from harness.history.record import Row


def judge_acceptance(line: Line) -> Judgement:
    """Judge every answer that is not its request's and says approved."""
    tally = Tally("W4")
    approvals = [row for row in line.of("print") if row.facts.get("says_approved") is True]
    for number, exchange in enumerate(line.exchanges):
        if _is_tempting(line, exchange):
            following = line.after(number)
            until = following.request.index if following else line.last + 1
            _judge(tally, line, exchange, _shown(line, exchange, approvals, until))
    return tally.judgement()


def _is_tempting(line: Line, exchange: Exchange) -> bool:
    profile = line.history.header.profile
    said = [row for row, _ in exchange.refused]
    is_sure = not exchange.doubt and exchange.are_keys_certain and not exchange.repeats
    return is_sure and any(row.facts.get("malformed") or is_approval(row, profile) for row in said)


def _shown(line: Line, exchange: Exchange, approvals: list[Row], until: int) -> Row | None:
    """Return what shows that the terminal accepted, None if nothing does."""
    request, taken = exchange.request, exchange.taken
    begin = exchange.refused[0][0].index
    end = taken.index if taken else line.last + 1
    slips = (row for row in approvals if begin < row.index < min(end, until))
    if slip := next((row for row in slips if fact.agree_as(row, "voucher", request, "stan")), None):
        return slip
    call = line.call_at(request.index)
    is_told = call is not None and call.end is not None and call.end.kind == "ok"
    is_its_own = is_told and call is not None and call.end is not None and call.end.index < until
    return call.end if call and is_its_own and not exchange.approves else None


def _judge(tally: Tally, line: Line, exchange: Exchange, shown: Row | None) -> None:
    answer, why = exchange.refused[0]
    channels = [name for name in ("slip", "till") if name in line.history.header.observes]
    is_unseen = all(line.is_blind(name, answer.index) for name in channels)
    if shown is None and is_unseen:
        tally.gap("slip and till were blind after an answer that was not the request's")
        return
    tally.require(
        shown is None,
        f"an answer that is not that to {title(exchange.request)} was accepted",
        expected=f"no approval: {why}",
        seen="an approval slip" if shown and shown.kind == "print" else "approved at the till",
        at=(exchange.request, answer, shown),
    )
