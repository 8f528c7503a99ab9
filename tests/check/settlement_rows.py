"""Rows of whole days at a terminal: sales, voids, refunds, a settlement, and the rest after it.

Everything is seen and everything is right; a test changes or leaves out what it is about.
"""

from harness.check.all import ALL_CHECKERS
from harness.check.compose import compose
from tests.check import slip_rows
from tests.check.literal import history, row
from tests.check.slip_rows import at_host, begin, done, hang_up, management

BATCH, NEXT = "000007", "000008"
DAY, LATER = "20261125", "20261126"
ENDS = {"terminal_id": "10000001", "merchant_id": "104290070110001"}
CUP, VISA = {"F63": "CUP"}, {"F63": "VIS"}
NAMES = {
    "sale": ("0200", "000000", "22"),
    "void": ("0200", "200000", "23"),
    "refund": ("0220", "200000", "25"),
    "balance": ("0200", "310000", "01"),
    "offline_sale": ("0220", "000000", "36"),
    "preauth": ("0100", "030000", "10"),
}
TOTALS = ("debit_minor", "debit_count", "credit_minor", "credit_count")


def figures(domestic=(0, 0, 0, 0), foreign=(0, 0, 0, 0), results=(0, 0)):
    """Return the facts of field 48."""
    both = zip(("", "foreign_"), (domestic, foreign), results, strict=True)
    found = {}
    for prefix, group, result in both:
        found |= dict(zip((prefix + name for name in TOTALS), group, strict=True))
        found[f"{prefix}result"] = result
    return found


def record(stan, name="sale", amount=100, state="approved"):
    return f"{stan}|{name}|{amount}|{state}"


def journal(*records):
    return row("terminal", "nv", "journal", records=records)


def pending(stan, state="pending"):
    return row("terminal", "nv", "reversal", state=state, stan=stan, batch=BATCH)


def stage(name, **facts):
    return row("terminal", "nv", "settlement", stage=name, batch=BATCH, **facts)


def _facts(stan, name, amount, batch, facts):
    mti, processing, type_code = NAMES[name]
    own = {"mti": mti, "name": name, "F3": processing, "type_code": type_code, "batch": batch}
    return own | {"stan": stan, "amount_minor": amount} | facts


def asked(stan, name="sale", amount=100, batch=BATCH, **facts):
    """Return a request as it leaves the terminal."""
    return slip_rows.request(**_facts(stan, name, amount, batch, facts))


def answered(stan, name="sale", amount=100, batch=BATCH, **facts):
    """Return the host's answer as it comes."""
    mti = f"{int(NAMES[name][0]) + 10:04}"
    told = CUP | facts | {"mti": mti, "rrn": f"{stan:012}"}
    return slip_rows.answer(**_facts(stan, name, amount, batch, told))


def posted(stan, name="sale", amount=100, batch=BATCH, card="card-1", day=DAY, **facts):
    """Return what the host books, with its entries."""
    sign = -1 if name == "sale" else 1
    entries = (f"card:{card} {sign * amount}", f"merchant:104290070110001 {-sign * amount}")
    own = {"reference": f"T{stan}", "name": name, "stan": stan, "batch": batch, "card": card}
    own |= {"amount_minor": amount, "rrn": f"{stan:012}", "entries": entries}
    return row("host", "ledger", name, **ENDS | own | {"business_date": day} | facts)


def noticed(stan, direction="debit", amount=100, card="card-1"):
    facts = {"direction": direction, "amount_minor": amount, "reference": f"T{stan}"}
    return row("host", "notify", card, card=card, **facts)


def copies(stan, name="sale", amount=100, batch=BATCH, **facts):
    return slip_rows.copies(
        type=name, voucher=stan, amount_minor=amount, batch=batch, rrn=f"{stan:012}", **facts
    )


def sold(stan, records=(), *, amount=100, batch=BATCH, org=CUP, card="card-1", day=DAY):
    """Return an approved sale; `records` are those that the journal has afterwards."""
    return [
        begin(stan, amount_minor=amount, card=card),
        pending(stan),
        asked(stan, amount=amount, batch=batch, card=card),
        posted(stan, amount=amount, batch=batch, card=card, day=day),
        noticed(stan, amount=amount, card=card),
        answered(stan, amount=amount, batch=batch, card=card, **org),
        journal(*records),
        pending(stan, "clear"),
        hang_up(),
        *copies(stan, amount=amount, batch=batch, card=card),
        done(stan, amount_minor=amount, voucher=stan, approval_code="012345", rrn=f"{stan:012}"),
    ]


def voided(stan, sale, records=(), *, amount=100, org=CUP, day=DAY):
    """Return an approved void of a sale."""
    named = {"F61": f"{BATCH}{sale:06}", "original_batch": BATCH, "original_stan": sale}
    named |= {"F37": f"{sale:012}", "rrn": f"{sale:012}"}
    return [
        begin(stan, "void", original_voucher=sale, card="card-1", password="right"),
        pending(stan),
        asked(stan, "void", amount, **named),
        posted(stan, "void", amount, original=f"T{sale}", day=day),
        noticed(stan, "return", amount),
        answered(stan, "void", amount, **org),
        journal(*records),
        pending(stan, "clear"),
        hang_up(),
        *copies(stan, "void", amount, original_voucher=sale),
        done(stan, "void", amount_minor=amount, voucher=stan, original_voucher=sale),
    ]


def exchanged(mti, name, stan, *, batch=BATCH, asks=(), tells=()):
    """Return a request without money and its answer, both at the terminal."""
    answer = f"{int(mti) + 10:04}"
    facts = ENDS | {"batch": batch}
    return [
        management(mti, name, stan, **facts | dict(asks)),
        management(answer, name, stan, **facts | {"response_code": "00"} | dict(tells)),
    ]


def totals(stan, domestic, foreign=(0, 0, 0, 0), results=(1, 1), **facts):
    """Return 0500 and 0510."""
    ask = figures(domestic, foreign) | {"network": "201"} | facts
    tell = figures(domestic, foreign, results) | {"network": "201", "response_code": None}
    return exchanged("0500", "settlement", stan, asks=ask, tells=tell)


def upload(stan, *records, **facts):
    """Return a message with records, and its answer."""
    asks = {"network": "201", "records": records} | facts
    return exchanged("0320", "batch_upload", stan, asks=asks, tells={"network": "201"})


def single(stan, name="refund", amount=100, **facts):
    """Return a record that is a message of its own, and its answer."""
    _, processing, type_code = NAMES[name]
    asks = {"network": "000", "F3": processing, "type_code": type_code, "amount_minor": amount}
    asks |= {"card": "card-1"} | facts
    return exchanged("0320", "batch_upload", stan, asks=asks, tells={"network": "000"})


def ended(stan, network="207", total=0, **facts):
    """Return the end of the upload, and its answer."""
    asks = {"network": network, "sent_total": total} | facts
    return exchanged("0320", "batch_upload", stan, asks=asks, tells={"network": network})


def booked(domestic, foreign=(0, 0, 0, 0), results=(1, 1), **facts):
    """Return what the host's books say of an answered 0500."""
    whole = figures(domestic, foreign, results) | {"entries": (), "batch": BATCH}
    return row("host", "ledger", "settlement", name="settlement", **ENDS | whole | facts)


def took(stan, amount=100, **facts):
    own = {"stan": stan, "amount_minor": amount, "batch": BATCH, "entries": ()}
    return row("host", "ledger", "upload", name="upload", **ENDS | own | facts)


def taken(upload):
    """Return what the books say of the records of one message."""
    facts = upload[5]
    parts = [text.split("|") for text in facts.get("records", ())]
    found = [took(int(stan), int(amount), card=card) for stan, card, amount, _ in parts]
    is_single = facts.get("network") == "000"
    return found + ([took(facts["stan"], facts["amount_minor"])] if is_single else [])


def closed(batch=BATCH, following=NEXT, **facts):
    own = {"batch": batch, "next_batch": following, "entries": ()}
    return row("host", "ledger", "batch_end", name="batch_end", **ENDS | own | facts)


def paid(amount, **facts):
    entries = (f"merchant:104290070110001 {-amount}", f"paid:104290070110001 {amount}")
    own = {"amount_minor": amount, "entries": entries, "reference": "P1", "stan": 0, "batch": ""}
    return row("host", "ledger", "payout", name="payout", **ENDS | own | facts)


def clawed(amount, **facts):
    entries = (f"merchant:104290070110001 {amount}", f"paid:104290070110001 {-amount}")
    own = {"amount_minor": amount, "entries": entries, "reference": "B1", "stan": 0, "batch": ""}
    return row("host", "ledger", "clawback", name="clawback", **ENDS | own | facts)


def settlement_slip(*rows, result="balanced", foreign_result="balanced", **facts):
    """Return the slip of a settlement; rows: `group|type|count|amount_minor`."""
    own = {"kind": "settlement", "says_approved": False, "is_complete": True, "batch": BATCH}
    own |= {"rows": rows, "result": result, "foreign_result": foreign_result, "text": ()}
    own |= {"is_duplicate": False, "leaks": 0}
    return "terminal", "print", "slip", "", None, own | facts


def other_slip(kind, **facts):
    """Return a slip that is no receipt."""
    own = {"kind": kind, "says_approved": False, "is_complete": True, "text": (), "leaks": 0}
    return "terminal", "print", "slip", "", None, own | facts


def cleared(batch=NEXT, stan=120):
    """Return what the terminal writes when its batch is over."""
    return [journal(), row("terminal", "nv", "counters", stan=stan, batch=batch), stage("none")]


def signed_out(stan, batch=NEXT):
    return exchanged("0820", "sign_out", stan, batch=batch)


def signed_in(stan=100, batch=BATCH):
    return exchanged("0800", "sign_in", stan, batch=batch)


def balance(stan, batch=NEXT, call=90):
    """Return the transaction of the rest, which moves nothing."""
    return [
        begin(call, "balance", card="card-1"),
        asked(stan, "balance", batch=batch, amount_minor=None),
        answered(stan, "balance", batch=batch, amount_minor=None),
        hang_up(),
        done(call, "balance"),
    ]


def snapshot(when, card_1):
    return row("host", "ledger", "balances", when=when, **{"card-1": card_1})


def rest(*middle, balance_minor=0, day=()):
    """Return the rest: a balance inquiry, the change of day and what it brings, a snapshot."""
    return [
        row("bench", "note", "rest", "begin"),
        *middle,
        row("bench", "note", "next day"),
        *day,
        snapshot("rest", balance_minor),
        row("bench", "note", "rest", "end"),
    ]


R1, R2 = record(101), record(102)
VOIDED = record(101, state="voided"), R2, record(103, "void")
NET = (200, 2, 100, 1)  # two sales of 100, one of them voided
SALE_ROW = "domestic|sale|1|100"


def morning():
    """Return sign-in, two sales and the void of the first."""
    return [
        row("bench", "note", "bring_to", "signed in", signed_in=False),
        snapshot("begin", 1000),
        *signed_in(),
        hang_up(),
        *sold(101, [R1]),
        *sold(102, [R1, R2]),
        *voided(103, 101, VOIDED),
    ]


def on_purpose(mti="0510"):
    """Return the mark of an answer that the host was told to give wrong."""
    return row("host", "tx", f"terminal/{mti}", mti=mti, name="settlement", on_purpose=True)


def settled(*, stan=104, call=50, results=(1, 1), uploads=(), end="207", total=0, **other):
    """Return a settlement, call to end; other: `slip` and `after` instead of those rows."""
    last = stan + 1 + sum(one[0][5].get("stan", 0) >= stan for one in uploads)
    return [
        begin(call, "settle"),
        stage("begun"),
        *totals(stan, NET, results=results)[:1],
        booked(NET, results=results),
        *([on_purpose()] if 2 in results else []),
        *totals(stan, NET, results=results)[1:],
        stage("totals", result=results[0], foreign_result=results[1]),
        *(each for one in uploads for each in (one[0], *taken(one[0]), *one[1:])),
        *ended(last, end, total)[:1],
        closed(),
        *ended(last, end, total)[1:],
        stage("end"),
        *other.get("slip", [settlement_slip(SALE_ROW)]),
        *cleared(stan=last),
        *other.get("after", [*signed_out(last + 1), *signed_in(last + 2, NEXT)]),
        hang_up(),
        done(call, "settle"),
    ]


RECORDS = tuple(f"{stan}|card-1|100|domestic" for stan in (101, 102, 103))


def unbalanced(*, records=RECORDS, network="202", total=3, sides=("not_balanced", "balanced")):
    """Return the arguments of a day whose totals the host does not find in its books."""
    slip = settlement_slip(SALE_ROW, result=sides[0], foreign_result=sides[1])
    return {
        "results": tuple(2 if side == "not_balanced" else 1 for side in sides),
        "uploads": [upload(105, *records)], "end": network, "total": total, "slip": [slip],
    }  # fmt: skip


def evening(stan=108, *, payout=100):
    """Return the rest after the settlement."""
    middle = [
        *balance(stan),
        begin(91, "status"),
        done(91, "status", last="none"),
    ]
    return rest(*middle, balance_minor=900, day=[paid(payout)] if payout else [])


def whole_day(*, stan=None, payout=100, **facts):
    """Return morning, settlement and evening; `stan` is that of the balance inquiry at rest."""
    last = 108 + sum(one[0][5].get("stan", 0) >= 104 for one in facts.get("uploads", ()))
    return [*morning(), *settled(**facts), *evening(stan or last, payout=payout)]


def story(rows, **header):
    """Return the history of some rows; a test that needs another bench says so."""
    known = {"terminal_id": "10000001", "merchant_id": "104290070110001", "kind": "emulated"}
    return history(*rows, **{"bench": known} | header)


def verdict(rows, **header):
    return compose(story(rows, **header), ALL_CHECKERS)


def fired(rows, **header):
    """Return the rules of all checkers that have a finding."""
    return sorted({finding.rule for finding in verdict(rows, **header).findings})


def ruling(rule, rows, **header):
    """Return what is said of one rule, None if it was not due."""
    found = verdict(rows, **header).rulings
    return next((each for each in found if each.rule == rule), None)


def word(rule, rows, **header):
    """Return what is said of one rule in a word, "" if it was not due."""
    found = ruling(rule, rows, **header)
    return found.word.name if found else ""


def place(rows, kind, address, nth=0):
    """Return the index of the n-th row of a kind and address."""
    found = [index for index, each in enumerate(rows) if (each[1], each[2]) == (kind, address)]
    return found[nth]


def put(rows, index, *more):
    """Return the rows with others before one of them."""
    return [*rows[:index], *more, *rows[index:]]


def edit(rows, kind, address, nth=0, /, **facts):
    """Return the rows, one of them with other facts; a fact that is None is gone."""
    return slip_rows.changed(rows, place(rows, kind, address, nth), **facts)


def drop(rows, kind, address, nth=0):
    index = place(rows, kind, address, nth)
    return [*rows[:index], *rows[index + 1 :]]


_UNSEEN = {("terminal", "disconnect"), ("host", "tx")}


def black_box(rows):
    """Return what a bench sees that sits at the host and sees neither writes nor display."""
    for each in rows:
        if each[0] == "terminal" and each[2].startswith("host/"):
            yield at_host(each)
        elif each[1] not in {"nv", "show"} and each[:2] not in _UNSEEN:
            yield each


def seen_by(rows, channels):
    """Return the rows that a bench with these channels has."""
    return [each for each in rows if _channel_of(each) in {"", *channels}]


def _channel_of(each):
    _, kind, address, *_ = each
    if kind in {"tx", "rx"} and address.startswith(("host/", "terminal/")):
        return "host_wire"
    known = {"nv": "nv", "ledger": "ledger", "print": "slip", "notify": "notify"}
    return known.get(kind, "till" if kind in {"invoke", "ok", "fail", "info"} else "")
