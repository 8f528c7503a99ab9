"""Rows of sales, voids and refunds by a terminal and a host that do everything right."""

from harness.check.all import ALL_CHECKERS
from harness.check.compose import compose
from tests.check.literal import history, row
from tests.check.settlement_rows import (
    NEXT,
    booked,
    closed,
    ended,
    settlement_slip,
    signed_in,
    signed_out,
    totals,
)
from tests.check.slip_rows import answer, begin, done, hang_up, request, slip

BATCH, TERMINAL, DAY = "000007", "10000001", "20261125"
SEEN = ("till", "host_wire", "ledger", "slip", "power", "key")
AT_HOST = {"host_wire_at": "host"}
_UNDOING = (
    "3",
    "4",
    "11",
    "22",
    "25",
    "26",
    "35",
    "37",
    "41",
    "42",
    "49",
    "52",
    "53",
    "60",
    "61",
    "64",
)
KINDS = {
    "void": {"mti": "0200", "F3": "200000", "type_code": "23"},
    "refund": {"mti": "0220", "F3": "200000", "type_code": "25"},
    "completion": {"mti": "0200", "F3": "000000", "type_code": "20"},
    "completion_void": {"mti": "0200", "F3": "200000", "type_code": "21"},
}
_SIGNS = {"sale": -1, "completion": -1, "void": 1, "refund": 1, "completion_void": 1}
REST = (row("bench", "note", "rest", "begin"), row("bench", "note", "rest", "end"))
NEXT_DAY = row("bench", "note", "next day")


def rrn(stan):
    return f"{stan:012}"


def kind(name):
    return {"name": name} | KINDS.get(name, {})


def ask(stan, name="void", of=101, **facts):
    """Return the request of a void or refund of the sale of a number."""
    named = {"original_batch": BATCH, "original_stan": of, "rrn": rrn(of), "present": _UNDOING}
    if name == "refund":
        named |= {"original_batch": "000000", "original_stan": 0, "original_date": "1125"}
    return request(stan, **kind(name) | named | facts)


def told(stan, name="void", code="00", **facts):
    """Return the answer to a void or refund."""
    mti = f"{int(KINDS[name]['mti']) + 10:04}"
    own = kind(name) | {"mti": mti, "response_code": code, "rrn": rrn(stan)}
    own |= {} if code == "00" else {"approval_code": None}
    return answer(stan, **own | facts)


def post(stan, name="sale", of=None, amount=1234, card="card-1", **facts):
    """Return what the host posts: a debit, or what gives back the sale `of`."""
    minor = _SIGNS.get(name, 1) * amount
    known = {"reference": f"p{stan}", "name": name, "card": card, "amount_minor": amount}
    known |= {"terminal_id": TERMINAL, "batch": BATCH, "stan": stan, "rrn": rrn(stan)}
    known |= {"entries": (f"card:{card} {minor}", f"merchant:m {-minor}")}
    known |= {"business_date": DAY} | ({} if of is None else {"original": f"p{of}"}) | facts
    return row("host", "ledger", name, **{k: v for k, v in known.items() if v is not None})


def undo(stan, of, amount=1234, card="card-1", sign=1, **facts):
    """Return the posting of a reversal: of a debit, or with `sign` -1 of a void."""
    entries = (f"card:{card} {sign * amount}", f"merchant:m {-sign * amount}")
    own = {"reference": f"r{stan}", "entries": entries} | facts
    return post(stan, "reversal", of, amount, card, **own)


def refusal(stan, code, name="void", **facts):
    """Return the row of the books by which the host refuses."""
    known = {"name": name, "stan": stan, "batch": BATCH, "terminal_id": TERMINAL}
    return row("host", "ledger", "refusal", response_code=code, business_date=DAY, **known | facts)


def paper(stan, name="sale", of=None, **facts):
    """Return both copies of a slip."""
    known = {"voucher": stan, "rrn": rrn(stan), "type": name}
    known |= {"original_voucher": of} if name.endswith("void") else {}
    both = ({"copy": "merchant"}, {"copy": "cardholder"})
    return [slip(**known | facts | copy) for copy in both]


def sale(stan=101, call=1, amount=1234, card="card-1", **facts):
    """Return an approved sale."""
    minor = {"amount_minor": amount}
    return [
        begin(call, "sale", card=card, pin="right", **minor), request(stan, card=card, **minor),
        post(stan, "sale", None, amount, card, **facts),
        answer(stan, card=card, rrn=rrn(stan), **minor), hang_up(),
        *paper(stan, card=card, **minor), done(call, voucher=stan, **minor),
    ]  # fmt: skip


def asked(call=2, verb="void", of=101, **facts):
    """Return the till's call of a void or refund."""
    known = {"card": "card-1", "pin": "right", "password": "right"}
    if verb == "refund":
        known |= {"original_rrn": rrn(of), "original_date": "1125", "amount_minor": 1234}
    else:
        known |= {"original_voucher": of}
    return begin(call, verb, **{k: v for k, v in (known | facts).items() if v is not None})


def void(stan=102, of=101, call=2, amount=1234, card="card-1"):
    """Return an approved void."""
    minor = {"amount_minor": amount, "card": card}
    return [
        asked(call, of=of, card=card), ask(stan, of=of, **minor),
        post(stan, "void", of, amount, card), told(stan, **minor), hang_up(),
        *paper(stan, "void", of, **minor),
        done(call, "void", voucher=stan, original_voucher=of, **minor),
    ]  # fmt: skip


def refused(stan=102, of=101, call=2, code="25", name="void", *, till=(), batch=BATCH, **facts):
    """Return a void or refund that the host refuses; facts are those of its request."""
    return [
        asked(call, name, of, **dict(till)), ask(stan, name, of, batch=batch, **facts),
        refusal(stan, code, name, batch=batch), told(stan, name, code, batch=batch),
        hang_up(), done(call, name, "fail"),
    ]  # fmt: skip


def locally(call=2, verb="void", of=101, end="fail", **facts):
    """Return a call that the terminal refuses by itself."""
    return [asked(call, verb, of, **facts), done(call, verb, end)]


def refund(stan=102, of=101, call=2, amount=1234, card="card-1", batch=BATCH, **facts):
    """Return an approved refund; facts are those of its posting."""
    minor = {"amount_minor": amount, "card": card}
    both = minor | {"batch": batch}
    return [
        asked(call, "refund", of, **minor), ask(stan, "refund", of, **both),
        post(stan, "refund", of, amount, card, batch=batch, **facts),
        told(stan, "refund", approval_code=None, **both), hang_up(),
        *paper(stan, "refund", of, approval_code=None, **both),
        done(call, "refund", voucher=stan, **minor),
    ]  # fmt: skip


def reversal(stan, code="00", name="void", **facts):
    """Return a 0400 and its answer."""
    known = kind(name) | {"mti": "0400", "name": "reversal", "reason": "98", "F53": None}
    known |= {"pin_block_ok": None, "F61": f"{BATCH}{stan:06}"}
    known |= {"original_batch": BATCH, "original_stan": stan}
    known |= {"present": ("3", "4", "11", "22", "25", "39", "41", "42", "49", "60", "61", "64")}
    reply = kind(name) | {"mti": "0410", "name": "reversal", "response_code": code}
    return [request(stan, **known | facts), answer(stan, **reply | facts)]


def settled(stan=102, call=8, *, debit=(1234, 1), credit=(0, 0)):
    """Return the settlement of a batch to its end; the next number is `stan` and four."""
    figures = (*debit, *credit)
    sums = [f"domestic|sale|{debit[1]}|{debit[0]}", f"domestic|refund|{credit[1]}|{credit[0]}"]
    ask, tell = totals(stan, figures)
    last, reply = ended(stan + 1)
    return [
        begin(call, "settle"), ask, booked(figures), tell, last, closed(), reply,
        settlement_slip(*sums), *signed_out(stan + 2), *signed_in(stan + 3, NEXT), hang_up(),
        done(call, "settle"),
    ]  # fmt: skip


def made(*rows, observes=SEEN, **header):
    """Return the history of these rows."""
    return history(*rows, observes=observes, **header)


def found(whole):
    """Return the rules that have a finding, all checkers asked, as a bench would say it."""
    return sorted({finding.rule for finding in compose(whole, ALL_CHECKERS).findings})


def judged(checker, rule, whole):
    """Return how often a rule was evaluated, how many findings and how many gaps it has."""
    by_rule = {each.rule: each for each in checker.check(whole)}
    return by_rule[rule].evaluated, len(by_rule[rule].findings), len(by_rule[rule].gaps)


def said(checker, rule, whole):
    """Return what the one finding of a rule has seen."""
    (finding,) = {each.rule: each for each in checker.check(whole)}[rule].findings
    return finding.seen


def at_host(rows):
    """Return what a bench sees that sits at the host."""
    places = {"tx": "rx", "rx": "tx"}
    for actor, what, address, value, at_s, facts in rows:
        if actor == "terminal" and address.startswith("host/"):
            yield "host", places[what], address.replace("host/", "terminal/"), value, at_s, facts
        elif (actor, what) != ("terminal", "disconnect"):
            yield actor, what, address, value, at_s, facts
