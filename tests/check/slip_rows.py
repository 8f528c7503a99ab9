"""Rows of sales, sign-ins and slips, as a terminal leaves them that does everything right."""

from tests.check.literal import row

SALE = {
    "mti": "0200", "name": "sale", "F3": "000000", "F22": "021", "F25": "00", "F49": "156",
    "F53": "260000******0000", "amount_minor": 1234, "card": "card-1", "type_code": "22",
    "batch": "000007", "terminal_id": "10000001", "merchant_id": "104290070110001",
    "mac": "present", "mac_ok": True, "pin_block_ok": True, "deviations": (),
    "present": ("3", "4", "11", "22", "25", "26", "35", "41", "42", "49", "52", "53", "60", "64"),
}  # fmt: skip
APPROVED = {
    "response_code": "00", "rrn": "000000000777", "approval_code": "012345",
    "F12": "101112", "F13": "1125",
}  # fmt: skip
PAPER = {
    "kind": "receipt", "type": "sale", "says_approved": True, "is_duplicate": False,
    "is_test": False, "is_complete": True, "merchant_name": "CORNER SHOP",
    "merchant_id": "104290070110001", "terminal_id": "10000001", "operator": "01",
    "pan_masked": "622588******0289", "mask": "6x4", "entry": "S", "card": "card-1",
    "batch": "000007", "voucher": 101, "approval_code": "012345", "rrn": "000000000777",
    "date": "2026/11/25", "time": "101112", "amount_minor": 1234, "currency": "CNY",
    "copy": "merchant", "text": (), "leaks": 0,
}  # fmt: skip
MANAGEMENT = {"mac": "absent", "deviations": (), "terminal_id": "10000001"}


def _without_none(facts):
    return {name: value for name, value in facts.items() if value is not None}


def request(stan=101, at_s=None, **facts):
    """Return what leaves the terminal; a fact that is None is absent."""
    whole = _without_none(SALE | {"stan": stan} | facts)
    return row("terminal", "tx", f"host/{whole['mti']}", at_s=at_s, **whole)


def answer(stan=101, at_s=None, **facts):
    """Return what reaches the terminal."""
    whole = SALE | {"stan": stan, "mti": "0210", "pin_block_ok": None} | APPROVED | facts
    whole = _without_none(whole)
    return row("terminal", "rx", f"host/{whole['mti']}", at_s=at_s, **whole)


def at_host(each):
    """Return a row of the terminal's as the host's end has it."""
    actor, kind, address, value, at_s, facts = each
    other = {"tx": "rx", "rx": "tx"}[kind]
    return "host", other, address.replace("host/", "terminal/"), value, at_s, facts


def reversal(stan=101, at_s=None, **facts):
    """Return a 0400, its facts those of the sale."""
    own = {"mti": "0400", "name": "reversal", "reason": "98", "pin_block_ok": None, "F53": None}
    return request(stan, at_s, **own | {"present": ("3", "4", "11", "39", "64")} | facts)


def reversal_answer(stan=101, at_s=None, **facts):
    """Return a 0410 that concludes."""
    return answer(stan, at_s, **{"mti": "0410", "name": "reversal"} | facts)


def management(mti, name, stan, at_s=None, **facts):
    """Return a request or answer without money."""
    kind = "rx" if mti[2] in "13" else "tx"
    whole = _without_none(MANAGEMENT | {"mti": mti, "name": name, "stan": stan} | facts)
    return row("terminal", kind, f"host/{mti}", at_s=at_s, **whole)


def sign_in(stan=100, **facts):
    """Return a sign-in that the host approves."""
    done = {"response_code": "00"} | facts
    return [
        management("0800", "sign_in", stan),
        management("0810", "sign_in", stan, **done),
        hang_up(),
    ]


def hang_up(at_s=None):
    """Return the terminal's own end of the line."""
    return row("terminal", "disconnect", "host", "hang up", at_s=at_s)


def slip(at_s=None, **facts):
    """Return a slip; a fact that is None is absent."""
    return "terminal", "print", "slip", "", at_s, _without_none(PAPER | facts)


def copies(**facts):
    """Return both copies."""
    return [slip(**facts), slip(**facts | {"copy": "cardholder"})]


def posting(stan=101, **facts):
    """Return what the host posts."""
    own = {"name": "sale", "stan": stan, "batch": "000007", "card": "card-1"}
    whole = _without_none(own | {"amount_minor": 1234, "rrn": "000000000777"} | facts)
    return row("host", "ledger", whole["name"], **whole)


def begin(call=1, verb="sale", **facts):
    """Return the start of a call."""
    return row("till", "invoke", verb, call=call, **facts)


def done(call=1, verb="sale", kind="ok", **facts):
    """Return its end."""
    return row("till", kind, verb, call=call, **facts)


def sale(call=1, stan=101, **facts):
    """Return an approved sale, from call to slips."""
    return [
        begin(call),
        request(stan, **facts),
        posting(stan),
        answer(stan),
        hang_up(),
        *copies(voucher=stan),
        done(call, amount_minor=1234, voucher=stan, approval_code="012345"),
    ]


def reprint(*slips, call=9, kind="ok", **facts):
    """Return a call that asks for the last slip, and what it prints."""
    return [begin(call, "reprint", **facts), *slips, done(call, "reprint", kind)]


def fault(action, point="print terminal slip #1", **facts):
    """Return a fault that happened."""
    return row("nemesis", "fault", point, action, action=action, **facts)


def heal(action, point="print terminal slip #1"):
    """Return its end."""
    return row("nemesis", "heal", point, action, action=action)


def power(value):
    """Return the terminal's power going or coming."""
    return row("terminal", "power", "", value)


def blind(channel):
    """Return the loss of a channel."""
    return row("bench", "blind", channel)


def rested():
    """Return the notes of a rest."""
    return [row("bench", "note", "rest", "begin"), row("bench", "note", "rest", "end")]


def changed(rows, index, /, **facts):
    """Return the rows, one of them with other facts; a fact that is None is gone."""
    actor, kind, address, value, at_s, old = rows[index]
    new = actor, kind, address, value, at_s, _without_none(old | facts)
    return [*rows[:index], new, *rows[index + 1 :]]
