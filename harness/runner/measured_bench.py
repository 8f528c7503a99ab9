"""What `doctor` measures on a bench that is open: each look says what it saw, or what to do.

Nothing is sold: the terminal is registered, signs in, tells its last result and prints its totals;
its line is opened and its power is cut where the bench can do so.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from harness.check import fact
from harness.device.power import SwitchedPower
from harness.errors import RigError
from harness.history.record import Row
from harness.rig.rig import Rig
from harness.rig.till import last_of
from harness.terms.outcome import Outcome
from harness.world.clock import wait_until

CLOCK_OFF_S = 120  # what a slip's clock may be off by
LINE_OPEN_S = 600.0  # until the look closes it again
SILENCE_S = 1.5
RELAY_S = 3.0
BOOT_LOOK_S = 1.0  # how exact a boot is timed
BOOT_TIMES_MAX = 5  # of `boot_s`, and then the terminal is given up
BOOT_MIN_S = 60.0
SETTLE_TRIES = 3

Look = Callable[[Rig], str]


class AmissError(RigError):
    """What was measured is not as it should be; the message says what to do."""


def looks(rig: Rig) -> Iterator[tuple[str, Look]]:
    """Yield the looks that this bench allows, in order; what one needs comes before it."""
    yield "terminal answers", _answers
    yield "host reachable", _is_reachable
    if rig.open_line:
        yield "line relay cuts", _line_is_cut
    if isinstance(rig.power, SwitchedPower):
        yield "power really off", _power_is_off
        yield "boot time", _boots_in_time
    yield "pending reversal", _has_nothing_pending
    yield "paper", _has_paper
    yield "clock", _has_the_time
    yield "batch", _batch


def _answers(rig: Rig) -> str:
    if rig.till.register() is not Outcome.APPROVED:
        raise AmissError(
            "no answer to a registration: check cable, baud rate and that ZVT is switched on"
        )
    return ""


def _is_reachable(rig: Rig) -> str:
    begun = _size(rig)
    if rig.till.sign_in() is Outcome.APPROVED:
        return "signed in"
    if any(row.actor == "host" and row.kind == "rx" for row in _since(rig, begun)):
        raise AmissError(
            "the terminal reaches the host and does not sign in: compare terminal_id, merchant_id "
            "and the master key of `tmk_file` with those in the terminal"
        )
    raise AmissError(
        "the terminal does not reach the host: point it to the address of `listen`, and see "
        "network, `allow` and that nothing opens its line"
    )


def _line_is_cut(rig: Rig) -> str:
    assert rig.open_line is not None  # only then it is looked at
    begun = _size(rig)
    rig.open_line(LINE_OPEN_S, lambda: None)
    if not wait_until(rig.world, lambda: bool(_relay_rows(rig, begun)), RELAY_S):
        rig.close_line()  # raises what went wrong with it
        raise AmissError(f"the relay does not open within {RELAY_S:g} s: see its board")
    heard = _size(rig)
    is_signed_in = rig.till.sign_in() is Outcome.APPROVED
    came = [row for row in _since(rig, heard) if row.actor == "host" and row.kind == "rx"]
    rig.close_line()
    if is_signed_in or came:
        raise AmissError(
            "the terminal reached the host through the open relay: is the relay in this line, by "
            "the contact that `contact` says, and has the terminal no other line (Wi-Fi, SIM)?"
        )
    opened, closed = (row.facts["latency_us"] for row in _relay_rows(rig, begun)[:2])
    return f"opens in {opened} us, closes in {closed} us"


def _relay_rows(rig: Rig, begun: int) -> list[Row]:
    return [row for row in _since(rig, begun) if row.address == "line relay"]


def _power_is_off(rig: Rig) -> str:
    assert isinstance(rig.power, SwitchedPower)  # only then it is looked at
    rig.power.switch_off()
    if not rig.till.terminal.is_silent(SILENCE_S):
        raise AmissError(
            "the terminal still answers after it was switched off: is the switch in its circuit, "
            "and has it a battery or a second supply (USB)?"
        )
    row = next(row for row in reversed(rig.history().rows) if row.kind == "power")
    proof = str(row.facts["proof"])
    known = f"proved by {proof}" if proof != "none" else "it is silent"
    return f"{known}, {row.facts['took_ms']} ms after the switch"


def _boots_in_time(rig: Rig) -> str:
    assert isinstance(rig.power, SwitchedPower)  # only then it is looked at
    power, begun_ns = rig.power, rig.world.now_ns()
    power.switch_on()
    end_ns = begun_ns + int(max(BOOT_MIN_S, power.boot_s * BOOT_TIMES_MAX) * 1e9)
    while rig.till.terminal.is_silent(BOOT_LOOK_S):
        rig.wait(0.0)
        if rig.world.now_ns() > end_ns:
            raise AmissError("the terminal does not answer any more: switch it on by hand")
    took_s = (rig.world.now_ns() - begun_ns) / 1e9
    if took_s > power.boot_s + BOOT_LOOK_S:
        raise AmissError(f"it boots in {took_s:.1f} s: `boot_s` is {power.boot_s:g}, raise it")
    _come_to_terms(rig)
    return f"about {took_s:.1f} s; `boot_s` is {power.boot_s:g}"


def _come_to_terms(rig: Rig) -> None:
    """Register anew: the question that waked it up spoke beside any conversation."""
    for _ in range(SETTLE_TRIES):
        if rig.till.register() is Outcome.APPROVED and rig.till.sign_in() is Outcome.APPROVED:
            return
    raise AmissError("the terminal does not come to terms after its boot: see its display")


def _has_nothing_pending(rig: Rig) -> str:
    if last_of(rig.till.status()) == "pending":
        raise AmissError(
            "a reversal is pending: the next transaction with a card pushes it out; make one, and "
            "see that the host answers it"
        )
    return "none"


def _has_paper(rig: Rig) -> str:
    begun = _size(rig)
    if rig.till.totals() is not Outcome.APPROVED:
        return "not known: the terminal prints no totals, as it may with an empty batch"
    if "slip" not in rig.history().header.observes:
        return "not seen on this bench"
    if not _slips(_since(rig, begun)):
        raise AmissError(
            "no slip came out: put paper in, and see cable, `printer` and `printer_baud` of the tap"
        )
    return "a slip came out"


def _has_the_time(rig: Rig) -> str:
    slips, answers = _slips(rig.history().rows), _dated_answers(rig)
    if not slips or not answers:
        return "not known: no slip or no answer of the host shows it"
    slip, answer = slips[-1], answers[-1]
    passed_s = (slip.time_ns - answer.time_ns) / 1e9
    off_s = (_told(slip) - _given(slip, answer) - timedelta(seconds=passed_s)).total_seconds()
    if abs(off_s) > CLOCK_OFF_S:
        raise AmissError(f"the terminal's clock is {off_s:.0f} s off its host's: set it")
    return f"{off_s:.0f} s off the host's"


def _told(slip: Row) -> datetime:
    return datetime.strptime(f"{slip.facts['date']} {slip.facts['time']}", "%Y/%m/%d %H%M%S")


def _given(slip: Row, answer: Row) -> datetime:
    """Return what the host gave as time; of the year that the slip says."""
    year = str(slip.facts["date"])[:4]
    return datetime.strptime(f"{year}{answer.facts['F13']}{answer.facts['F12']}", "%Y%m%d%H%M%S")


def _batch(rig: Rig) -> str:
    totals = [row for row in _slips(rig.history().rows) if row.facts.get("kind") == "totals"]
    if not totals:
        return "not known: no totals slip"
    counts = [text.split("|") for text in fact.words(totals[-1], "rows")]
    held = sum(int(part[2]) for part in counts if part[1] != "net_total")
    later = "; cases about settlements settle it first" if held else ""
    return f"{held} transactions{later}"


def _slips(rows: list[Row] | tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.kind == "print" and row.facts.keys() >= {"date", "time"}]


def _dated_answers(rig: Rig) -> list[Row]:
    rows = [row for row in rig.history().rows if row.actor == "host" and row.kind == "tx"]
    return [row for row in rows if row.facts.keys() >= {"F12", "F13"}]


def _size(rig: Rig) -> int:
    return len(rig.history().rows)


def _since(rig: Rig, begun: int) -> list[Row]:
    return list(rig.history().rows[begun:])
