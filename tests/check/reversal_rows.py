"""Rows of the stories by which the rules of reversals are told."""

from harness.check import reversal
from tests.check.literal import BLACK_BOX, history, judgements, row

BATCH = "000007"
ENDS = {"terminal_id": "10000001", "merchant_id": "898310000000001"}
KINDS = {  # name: MTI, F3, F25, type code
    "sale": ("0200", "000000", "00", "22"),
    "void": ("0200", "200000", "00", "23"),
    "refund": ("0220", "200000", "00", "25"),
    "preauth": ("0100", "030000", "06", "10"),
    "completion": ("0200", "000000", "06", "20"),
    "completion_advice": ("0220", "000000", "06", "24"),
    "balance": ("0200", "310000", "00", "01"),
    "offline_sale": ("0220", "000000", "00", "36"),
}


def _message(mti, stan, kind, amount_minor):
    _, processing, condition, type_code = KINDS[kind]
    facts = {"mti": mti, "name": kind, "F3": processing, "F25": condition, "stan": stan}
    facts |= {"type_code": type_code, "batch": BATCH, "amount_minor": amount_minor}
    return facts | ENDS | {"mac": "present", "mac_ok": True}


def request(stan, *, kind="sale", amount_minor=1000, at_s=None, **more):
    """Return the request as it leaves the terminal."""
    mti = KINDS[kind][0]
    facts = _message(mti, stan, kind, amount_minor) | {"F22": "021", "card": "card-1"}
    return row("terminal", "tx", f"host/{mti}", at_s=at_s, **facts | more)


def answer(stan, code="00", *, kind="sale", amount_minor=1000, at_s=None, **more):
    """Return the answer as it reaches the terminal."""
    mti = f"{int(KINDS[kind][0]) + 10:04}"
    facts = _message(mti, stan, kind, amount_minor) | {"response_code": code}
    return row("terminal", "rx", f"host/{mti}", at_s=at_s, **facts | more)


def undo(stan, reason="98", *, kind="sale", amount_minor=1000, at_s=None, **more):
    """Return the 0400."""
    facts = _message("0400", stan, kind, amount_minor)
    facts |= {"name": "reversal", "F22": "021", "reason": reason}
    facts["present"] = ("3", "4", "11", "22", "25", "39", "41", "42", "49", "60", "64")
    return row("terminal", "tx", "host/0400", at_s=at_s, **facts | more)


def undone(stan, code="00", *, kind="sale", amount_minor=1000, at_s=None, **more):
    """Return the 0410."""
    facts = _message("0410", stan, kind, amount_minor) | {"name": "reversal", "response_code": code}
    return row("terminal", "rx", "host/0410", at_s=at_s, **facts | more)


def sign_in(stan=90, **more):
    """Return a sign-in and its answer."""
    facts = ENDS | {"name": "sign_in", "stan": stan, "mac": "absent", "batch": BATCH} | more
    yield row("terminal", "tx", "host/0800", mti="0800", **facts)
    yield row("terminal", "rx", "host/0810", mti="0810", response_code="00", **facts)


def settle(stan=95):
    """Return a settlement request."""
    return row("terminal", "tx", "host/0500", mti="0500", name="settlement", stan=stan)


def stored(stan, **more):
    return row("terminal", "nv", "reversal", state="pending", stan=stan, batch=BATCH, **more)


def cleared(stan):
    return row("terminal", "nv", "reversal", state="clear", stan=stan, batch=BATCH)


def journal(*records, **more):
    return row("terminal", "nv", "journal", records=records, **more)


def slip(stan, **more):
    facts = {"kind": "receipt", "type": "sale", "says_approved": True, "is_complete": True}
    return "terminal", "print", "slip", "", None, facts | {"voucher": stan, "batch": BATCH} | more


def fault_slip(**more):
    facts = {"kind": "fault", "says_approved": False} | more
    return "terminal", "print", "slip", "", None, facts


def fault(point, action, **more):
    return row("nemesis", "fault", point, action, action=action, **more)


def hang_up(at_s=None, value="hang up"):
    return row("terminal", "disconnect", "host", value, at_s=at_s)


def power(value, at_s=None):
    return row("terminal", "power", "", value, at_s=at_s)


def cancel(at_s=None):
    return row("operator", "act", "key", key="CANCEL", at_s=at_s)


def invoke(call, verb="sale"):
    return row("till", "invoke", verb, call=call, amount_minor=1000)


def end(kind, call, verb="sale", **facts):
    return row("till", kind, verb, call=call, **facts)


def approved(stan, call=2, **more):
    """Return a whole approved sale."""
    return [
        invoke(call), stored(stan), request(stan, **more), answer(stan),
        journal(f"{stan}|sale|1000|approved"), cleared(stan), slip(stan),
        end("ok", call, voucher=stan),
    ]  # fmt: skip


def unanswered(stan=1, call=1, **more):
    """Return a sale that nobody answers, until its time-out."""
    return [
        invoke(call), stored(stan), request(stan, at_s=0, **more), hang_up(at_s=60),
        end("fail", call),
    ]  # fmt: skip


def pushed(stan=1, code="00", **more):
    """Return the reversal of a sale and its answer."""
    return [undo(stan, **more), undone(stan, code), cleared(stan)]


def at_host(rows):
    """Return what a bench sees that sits at the host and sees no writes."""
    places = {"tx": "rx", "rx": "tx"}
    for actor, kind, address, value, at_s, facts in rows:
        if actor == "terminal" and address.startswith("host/"):
            place = address.replace("host", "terminal")
            yield "host", places[kind], place, value, at_s, facts
        elif kind != "nv" and (actor, kind) != ("terminal", "disconnect"):
            yield actor, kind, address, value, at_s, facts


def seen_at_host(rows, **header):
    return history(*at_host(rows), observes=BLACK_BOX, host_wire_at="host", **header)


def black_box(rows, **header):
    """Return what a bench sees that sits at the terminal and sees no writes."""
    return history(*(each for each in rows if each[1] != "nv"), observes=BLACK_BOX, **header)


def judged(whole, rule):
    """Return how often a rule was evaluated, whether it has findings, whether it has gaps."""
    found = judgements(reversal, whole)[rule]
    return found.evaluated, bool(found.findings), bool(found.gaps)
