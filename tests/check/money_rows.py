"""Rows about money, as till, line, paper, records and books show one transaction."""

from tests.check.literal import row

BATCH, TERMINAL = 1, "12345678"


def invoke(call, verb="sale", **facts):
    return row("till", "invoke", verb, call=call, **facts)


def ask(call, last, verb="status", kind="ok", **facts):
    """Return a question of the till and its answer, as two rows."""
    return invoke(call, verb), row("till", kind, verb, call=call, last=last, **facts)


def sale_call(call=1, amount=1000, card="card-1", **facts):
    return invoke(call, amount_minor=amount, card=card, pin="right", **facts)


def end(kind, call=1, verb="sale", **facts):
    return row("till", kind, verb, call=call, **facts)


def request(stan=7, amount=1000, card="card-1", name="sale", **facts):
    known = {"mti": "0200", "name": name, "stan": stan, "batch": BATCH, "amount_minor": amount}
    return row("terminal", "tx", "host/0200", **{**known, "card": card, **facts})


def answer(stan=7, amount=1000, code="00", **facts):
    known = {"mti": "0210", "name": "sale", "stan": stan, "batch": BATCH, "amount_minor": amount}
    return row("terminal", "rx", "host/0210", **{**known, "response_code": code, **facts})


def reversing(stan=7, amount=1000, **facts):
    known = {"mti": "0400", "name": "reversal", "stan": stan, "batch": BATCH}
    return row("terminal", "tx", "host/0400", **{**known, "amount_minor": amount, **facts})


def reversed_answer(stan=7, code="00"):
    known = {"mti": "0410", "name": "reversal", "stan": stan, "response_code": code}
    return row("terminal", "rx", "host/0410", **known)


def posting(stan=7, amount=1000, card="card-1", **facts):
    """Return a debit of the card."""
    known = {"name": "sale", "stan": stan, "batch": BATCH, "terminal_id": TERMINAL}
    entries = (f"card:{card} {-amount}", f"merchant:m-1 {amount}")
    known |= {"reference": f"s{stan}", "card": card, "amount_minor": amount, "entries": entries}
    known |= facts
    return row("host", "ledger", known["name"], **known)


def undo(stan=7, amount=1000, card="card-1", name="reversal", **facts):
    """Return a posting that gives the card its money back."""
    entries = (f"card:{card} {amount}", f"merchant:m-1 {-amount}")
    known = {"reference": f"r{stan}", "original": f"s{stan}", "entries": entries, "name": name}
    return posting(stan, amount, card, **{**known, **facts})


def decline(stan=7, code="51"):
    known = {"name": "sale", "stan": stan, "batch": BATCH, "terminal_id": TERMINAL}
    return row("host", "ledger", "decline", response_code=code, **known)


def notice(reference, direction="debit", amount=1000, card="card-1"):
    known = {"direction": direction, "amount_minor": amount, "card": card}
    return row("host", "notify", card, reference=reference, **known)


def slip(stan=7, amount=1000, **facts):
    known = {"kind": "receipt", "type": "sale", "says_approved": True, "is_complete": True}
    known |= {"voucher": stan, "batch": BATCH, "amount_minor": amount, "card": "card-1"}
    return "terminal", "print", "slip", "", None, {**known, **facts}  # `kind` is a fact here


def journal(*records, **facts):
    return row("terminal", "nv", "journal", records=records, **facts)


def pending(stan=7, state="pending", **facts):
    return row("terminal", "nv", "reversal", state=state, stan=stan, batch=BATCH, **facts)


def balances(when, **cards):
    minors = {name.replace("_", "-"): minor for name, minor in cards.items()}
    return row("host", "ledger", "balances", when=when, **minors)


def open_item(stan=7, amount=1000, closed=True):
    return row("bench", "note", "open item", stan=stan, amount_minor=amount, closed=closed)


def fault(action, point="print terminal slip #1", **facts):
    return row("nemesis", "fault", point, action, action=action, **facts)


def power(value, actor="terminal"):
    return row(actor, "power", "", value)


def blind(channel):
    return row("bench", "blind", channel)


REST = (row("bench", "note", "rest", "begin"), row("bench", "note", "rest", "end"))
RECORD = "7|sale|1000|approved"


def sold(stan=7, call=1, **facts):
    """Return the rows of a sale that went well, but for the notes of the bench."""
    return (
        sale_call(call, **facts),
        request(stan),
        posting(stan),
        notice(f"s{stan}"),
        answer(stan),
        journal(f"{stan}|sale|1000|approved"),
        slip(stan),
        end("ok", call, voucher=stan, amount_minor=1000, card="card-1"),
    )


def lost(stan=7, call=1, **facts):
    """Return the rows of a sale whose answer was lost and that the terminal reversed."""
    return (
        sale_call(call, **facts),
        request(stan),
        posting(stan),
        notice(f"s{stan}"),
        end("fail", call, voucher=stan),
        reversing(stan),
        undo(stan),
        notice(f"r{stan}", "return"),
        reversed_answer(stan),
    )
