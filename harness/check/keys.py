"""K1, K3, K4: sign-in before money, PINs only as blocks, and what a wrong PIN comes to.

K1 takes the terminal as signed in from an approved 0810 on, and as signed out from its own
sign-out and from the answers A0, 99 and 77 on; what was before the history begins is not known,
unless a note `bring_to` has the fact `signed_in`.  What a power cut may have made the terminal
forget before it could store it is not known either.  K3 knows that a PIN was keyed by the rows
`act` with the fact `pin`; where there are none, the fields of the request must agree with each
other.
"""

from harness.check import Judgement, Rule, fact
from harness.check.books import NO_POSTINGS, OF_MERCHANT, UNDOING
from harness.check.exchange import SECOND_NS, SIGN_IN, Exchange, Line, line_of
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    is_power_cut,
    is_same_stan,
    mti_of,
    name_of,
    stan_of,
    title,
)
from harness.check.tally import Tally
from harness.check.wire_ends import messages
from harness.history.record import History, Row
from harness.profile.defaults import number, parameter
from harness.wire.response_codes import SIGN_IN_AGAIN

RULES = (
    Rule("K1", "host_wire"),
    Rule("K3", "host_wire & key"),
    Rule("K4", "ledger & host_wire"),
)
_MONEY = FINANCIAL | {REVERSAL}
_WRONG_PIN = frozenset({"55", "75", "38"})
_PIN_FIELDS = ("26", "52", "53")


def check(history: History) -> list[Judgement]:
    """Judge all three."""
    line = line_of(history)
    pins = _pins(line)
    return [_sign_ins(line), _blocks(line, pins), _wrong_pins(line, pins)]


def _sign_ins(line: Line) -> Judgement:
    tally = Tally("K1")
    known = [(row.index, row.facts["signed_in"] is True) for row in _brought(line)]
    is_in: bool | None = None
    since: Row | None = None
    for exchange, until in zip(line.exchanges, _ends(line), strict=True):
        request = exchange.request
        while known and known[0][0] < request.index:
            is_in, since = known.pop(0)[1], None
        if mti_of(request) in _MONEY and is_in is not None:
            _sign_in(tally, line, exchange, since, is_in=is_in)
        before = is_in, since
        is_in, since = _after(exchange, since, is_in=is_in)
        if since is exchange.taken and since and _may_be_forgotten(line, since, until):
            is_in, since = before if before[0] is False else (None, None)
    if line.is_blind("host_wire"):
        tally.gap("host_wire was blind: sign-ins and money may have passed unseen")
    return tally.judgement()


def _ends(line: Line) -> list[int]:
    """Return the index at which the terminal went on to another message, for each."""
    return [one.request.index for one in line.exchanges[1:]] + [line.last + 1] * bool(
        line.exchanges
    )


def _brought(line: Line) -> list[Row]:
    return [
        row for row in line.of("note") if row.address == "bring_to" and "signed_in" in row.facts
    ]


def _sign_in(
    tally: Tally, line: Line, exchange: Exchange, since: Row | None, *, is_in: bool
) -> None:
    if is_in or not line.is_blind("host_wire", 0, exchange.request.index):
        tally.require(
            is_in,
            f"{title(exchange.request)} ({mti_of(exchange.request)}) was sent before sign-in",
            expected="a sign-in that the host approved",
            seen=_why(since),
            at=(since, exchange.request),
        )


def _why(since: Row | None) -> str:
    if since is None:
        return "none"
    code = since.facts.get("response_code")
    return f"none after the answer {code}" if code in SIGN_IN_AGAIN else "none after the sign-out"


def _after(
    exchange: Exchange, since: Row | None, *, is_in: bool | None
) -> tuple[bool | None, Row | None]:
    """Return whether the terminal is signed in after an exchange, None if nobody can tell."""
    answer, name = exchange.taken, exchange.name
    if answer is not None and answer.facts.get("keys_ok") is False:
        return (None, None) if exchange.doubt else (is_in, since)  # refused, see K2
    if name == SIGN_IN and exchange.approves:
        return (None if exchange.doubt else True), None
    if name == "sign_out":
        is_out = exchange.approves and not exchange.doubt
        return (False, answer) if is_out else (None, None)
    if answer is not None and answer.facts.get("response_code") in SIGN_IN_AGAIN:
        return (None, None) if exchange.doubt else (False, answer)
    is_unsure = any(row.facts.get("response_code") in SIGN_IN_AGAIN for row, _ in exchange.refused)
    return (None, None) if is_unsure and is_in else (is_in, since)


def _may_be_forgotten(line: Line, answer: Row, until: int) -> bool:
    """Tell whether the power was cut before the terminal had to have stored what it was told."""
    cuts = (row for row in line.of("power") if is_power_cut(row))
    cut = next((row for row in cuts if answer.index < row.index < until), None)
    return cut is not None and not _is_stored(line, answer, cut)


def _is_stored(line: Line, answer: Row, cut: Row) -> bool:
    """Tell whether it was written, or the terminal had told how the call ended, or all was over."""
    call = line.call_at(answer.index)
    told = call.end if call and call.end and call.end.kind != "info" else None
    written = (row for row in line.of("nv") if row.address == "keys" and not row.facts.get("torn"))
    is_done = any(answer.index < row.index < cut.index for row in (*written, told) if row)
    limit_ns = number(line.history.header.profile, "liveness_s") * SECOND_NS
    return is_done or cut.time_ns - answer.time_ns > limit_ns


def _pins(line: Line) -> dict[int, str]:
    """Return what was keyed as a PIN for each card transaction, by index of its request."""
    by_index = {one.request.index for one in line.exchanges if mti_of(one.request) in FINANCIAL}
    requests = [one.request for one in line.exchanges if one.request.index in by_index]
    rows = line.of("act", "invoke") + requests
    found: dict[int, str] = {}
    keyed = ""
    for row in sorted(rows, key=lambda row: row.index):
        if row.index in by_index:
            found[row.index], keyed = keyed, ""
        elif row.kind == "invoke":
            keyed = ""
        else:
            keyed = fact.text(row, "pin") or keyed
    return found


def _blocks(line: Line, pins: dict[int, str]) -> Judgement:
    tally = Tally("K3")
    altered = {sent.row.index for sent in messages(line) if sent.is_altered}
    for exchange in line.exchanges:
        row = exchange.request
        if mti_of(row) in FINANCIAL and "present" in row.facts and row.index not in altered:
            _fields(tally, row, pins.get(row.index, ""), line)
            _block(tally, exchange)
    if line.is_blind("host_wire") or line.is_blind("key"):
        tally.gap("host_wire or key was blind: there may be PIN blocks that nobody checked")
    return tally.judgement()


def _fields(tally: Tally, row: Row, keyed: str, line: Line) -> None:
    present = fact.words(row, "present")
    security = str(row.facts.get("F53", ""))
    has = [number for number in _PIN_FIELDS if number in present]
    if security[:1] in ("", "0") and "53" in has:
        has.remove("53")  # it speaks of tracks only
    is_keyed = keyed in {"right", "wrong"} if keyed else str(row.facts.get("F22", ""))[2:] == "1"
    if not keyed and "F22" not in row.facts:
        is_keyed = "52" in has
    tally.require(
        has == (list(_PIN_FIELDS) if is_keyed else []),
        f"{title(row)} was sent {'with' if is_keyed else 'without'} a PIN",
        expected="fields 26, 52 and 53" if is_keyed else "none of the fields 26, 52 and 53",
        seen=f"fields {', '.join(has)}" if has else "none of them",
        at=(row,),
    )
    form = "2" if parameter(line.history.header.profile, "pin_block_with_pan") else "1"
    if "53" in has and security[:1] != form:
        tally.wrong(
            f"{title(row)} announces another form of the PIN block",
            expected=f"field 53 to begin with {form}, by the profile",
            seen=security[:1],
            at=(row,),
        )


def _block(tally: Tally, exchange: Exchange) -> None:
    row = exchange.request
    if "52" not in fact.words(row, "present"):
        return
    if "pin_block_ok" not in row.facts:
        tally.gap("the PIN key is not known: there are PIN blocks that nobody can check")
    elif row.facts["pin_block_ok"] is True or exchange.are_keys_certain:
        tally.require(
            row.facts["pin_block_ok"] is True,
            f"field 52 of {title(row)} is no PIN block",
            expected="a block that opens under the PIN key of the last sign-in",
            seen="one that does not",
            at=(row,),
        )


def _wrong_pins(line: Line, pins: dict[int, str]) -> Judgement:
    tally = Tally("K4")
    told = [row for row in line.of("tx", "rx") if row.facts.get("response_code") in _WRONG_PIN]
    wrong = {index for index, pin in pins.items() if pin == "wrong"}
    if told or wrong:
        _Posted(line, told).judge(tally, wrong)
    return tally.judgement()


def _is_posting(row: Row) -> bool:
    names = {fact.text(row, "name"), row.address}
    return names.isdisjoint(NO_POSTINGS | OF_MERCHANT | UNDOING)


class _Posted:
    """What was answered and posted of each request, until its number was used again."""

    def __init__(self, line: Line, told: list[Row]) -> None:
        self._line, self._told = line, told
        ledger = (row for row in line.of("ledger") if row.actor == "host")
        self._posted = list(filter(_is_posting, ledger))

    def judge(self, tally: Tally, wrong: set[int]) -> None:
        until: dict[int | None, int] = {}
        for exchange in reversed(self._line.exchanges):
            row = exchange.request
            if mti_of(row) in FINANCIAL:
                stan, begin = stan_of(row), row.index
                end = until.get(stan, self._line.last + 1)
                until[stan] = begin
                mine = (one for one in self._told if begin < one.index < end)
                told = next((one for one in mine if is_same_stan(one, row)), None)
                if told is not None or begin in wrong:
                    self._judge(tally, exchange, told, end)

    def _judge(self, tally: Tally, exchange: Exchange, told: Row | None, end: int) -> None:
        request = exchange.request
        posted = [row for row in self._posted if _is_of(row, request, end)]
        if not posted and self._line.is_blind("ledger", request.index):
            tally.gap("ledger was blind after a wrong PIN: a posting may have passed unseen")
            return
        tally.require(
            not posted and not exchange.approves,
            f"the PIN of {title(request)} was wrong",
            expected="a decline (55, 75 or 38), and nothing posted",
            seen=f"posted: {name_of(posted[0])}" if posted else "an approval",
            at=(request, told, exchange.taken, *posted[:1]),
        )


def _is_of(posting: Row, request: Row, end: int) -> bool:
    is_named = fact.number(posting, "stan") == stan_of(request) is not None
    is_in_time = request.index < posting.index < end
    return is_in_time and is_named and fact.agree(posting, request, "batch")
