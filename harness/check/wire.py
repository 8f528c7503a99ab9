"""W1 to W4: what is on the host line, byte by byte and message after message.

W1 and W3 hold for both ends; findings say whose message it is.  What a fault of the bench did to
a message is nobody's deviation.
"""

from harness.check import Judgement, Rule, fact
from harness.check.acceptance import judge_acceptance
from harness.check.exchange import Line, line_of
from harness.check.key_age import judge_age
from harness.check.message import REVERSAL, is_approval, mti_of, title
from harness.check.numbering import judge_numbers
from harness.check.tally import Tally
from harness.check.wire_ends import Sent, messages
from harness.check.wire_route import route_deviations
from harness.history.record import Facts, History, Row
from harness.profile.defaults import parameter

RULES = (
    Rule("W1", "host_wire"),
    Rule("W2", "host_wire"),
    Rule("W3", "host_wire & key"),
    Rule("W4", "host_wire & slip | host_wire & till"),
)
_COSMETIC, _BREAKS = "cosmetic", "breaks_parsing"
_SETTLED = "0510"
_UNREADABLE = "it cannot be read at all"
_UNKNOWN = "no row of the message table is like it"


def check(history: History) -> list[Judgement]:
    """Judge all four."""
    line = line_of(history)
    sent = messages(line)
    return [
        _deviations(line, sent),
        judge_numbers(line),
        _macs(line, sent),
        judge_acceptance(line),
    ]


def _deviations(line: Line, sent: list[Sent]) -> Judgement:
    tally = Tally("W1")
    found: dict[tuple[str, str], list[Row]] = {}
    for message in sent:
        row = message.row
        if not message.is_altered and ("deviations" in row.facts or row.facts.get("malformed")):
            wrong = _wrong(row, message.who, line.history.header.profile)
            for what in wrong:
                found.setdefault((message.who, what), []).append(row)
            tally.evaluated += not wrong
    for (who, what), rows in found.items():
        _deviation(tally, who, what, rows)
    if line.is_blind("host_wire"):
        tally.gap("host_wire was blind: messages may have passed unseen")
    return tally.judgement()


def _wrong(row: Row, who: str, profile: Facts) -> list[str]:
    """Return what is wrong with a message, without the place of each in the bytes."""
    if row.facts.get("malformed"):
        return [f"{_BREAKS}||{_UNREADABLE}"]
    parts = [each.split("|", 3) for each in fact.words(row, "deviations")]
    if mti_of(row) == REVERSAL and parameter(profile, "reversal_stan") == "new":
        parts = [each for each in parts if each[:2] != ["not_in_profile", "61"]]  # names the sale
    found = [f"{kind}|{field}|{what}" for kind, field, _, what in parts if kind != _COSMETIC]
    found += [*_settlement_code(row, profile), *route_deviations(row, who, profile)]
    is_owed = who == "terminal" or is_approval(row, profile)  # a short decline names no table row
    if row.facts.get("name") == "unknown" and is_owed:
        found.append(f"not_in_profile||{_UNKNOWN}")
    return list(dict.fromkeys(found))


def _settlement_code(row: Row, profile: Facts) -> list[str]:
    """Return what is wrong with field 39 of the answer to a settlement; a refusal has one."""
    code, known = row.facts.get("response_code"), parameter(profile, "settlement_answer_f39")
    if mti_of(row) != _SETTLED or code not in (None, "00"):
        return []
    is_right = (code is None) == (known == "absent")
    seen = "absent" if code is None else str(code)
    return [] if is_right else [f"not_in_profile|39|{seen} (settlement_answer_f39 is {known})"]


def _deviation(tally: Tally, who: str, what: str, rows: list[Row]) -> None:
    kind, field, text = what.split("|", 2)
    place = f"field {field}: " if field.isdecimal() else f"{field}: " if field else ""
    effect = "breaks parsing" if kind == _BREAKS else "is not in the profile"
    count = f"{len(rows)} messages, the first {mti_of(rows[0])}" if rows[1:] else mti_of(rows[0])
    tally.wrong(
        f"what the {who} sends {effect} ({count})",
        expected="what the message table says",
        seen=f"{place}{text}",
        at=rows,
    )


def _macs(line: Line, sent: list[Sent]) -> Judgement:
    tally = Tally("W3")
    for message in sent:
        row = message.row
        if row.facts.get("mac") != "present" or message.is_altered:
            continue
        if "mac_ok" not in row.facts:
            tally.gap("the working key is not known: there are MACs that nobody can check")
        elif row.facts["mac_ok"] is True:
            judge_age(tally, line, message)
        elif message.are_keys_certain:
            tally.wrong(
                f"the {message.who} sent {title(row)} ({mti_of(row)}) with a wrong MAC",
                expected="the MAC of fields 1 to 63 under the working key of the last sign-in",
                seen="another",
                at=(row,),
            )
    if line.is_blind("host_wire") or line.is_blind("key"):
        tally.gap("host_wire or key was blind: there may be MACs that nobody checked")
    return tally.judgement()
