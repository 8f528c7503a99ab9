"""D2: a write that was cut short is found out at the next start, and never read as data.

What was meant by it must not show afterwards: no reversal of a request that never left, no record
of what was not approved again, no number that neither the old nor the new counter gives.
"""

from harness.check import Judgement, fact
from harness.check.exchange import Exchange, Line
from harness.check.message import (
    REVERSAL,
    SETTLEMENT,
    STAN_MAX,
    is_card_transaction,
    mti_of,
    number_of,
    stan_of,
    title,
)
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import parameter


def judge_torn(line: Line) -> Judgement:
    """Judge every torn write by what the terminal showed after its next start."""
    tally = Tally("D2")
    areas = {"reversal": _reversal, "journal": _journal, "counters": _counters}
    for row in line.of("nv"):
        if row.facts.get("torn") and row.address in areas:
            boot = next((one for one in line.of("power") if _is_boot(one, row)), None)
            if boot is None:
                tally.gap(f"the terminal was not seen to boot after the torn write of {row.index}")
            elif line.is_blind("nv", row.index) or line.is_blind("host_wire", row.index):
                tally.gap(f"nv or host_wire was blind after the torn write of row {row.index}")
            else:
                areas[row.address](tally, line, row, boot)
    return tally.judgement()


def _is_boot(row: Row, torn: Row) -> bool:
    return row.index > torn.index and row.actor == "terminal" and row.value == "on"


def _whole_before(line: Line, torn: Row) -> list[Row]:
    """Return the whole writes of the same area before it."""
    before = (row for row in line.of("nv") if row.index < torn.index)
    return [row for row in before if row.address == torn.address and not row.facts.get("torn")]


def _reversal(tally: Tally, line: Line, torn: Row, boot: Row) -> None:
    """Judge a record of which no whole copy is there, and whose request never left."""
    stan = fact.number(torn, "stan")
    if stan is None or torn.facts.get("state") != "pending" or _is_known(line, torn, stan):
        return
    later = [one for one in line.exchanges if one.request.index > boot.index]
    profile = line.history.header.profile
    undoing = (one.request for one in later if mti_of(one.request) == REVERSAL)
    wrong = next((row for row in undoing if number_of(row, profile) == stan), None)
    gate = next((one.request for one in later if _is_gate(one)), None)
    if wrong or gate:
        tally.require(
            wrong is None or (gate is not None and gate.index < wrong.index),
            f"the write of the reversal record of {stan:06} was torn, its request never left",
            expected="no reversal: there is no record",
            seen="a 0400",
            at=(torn, boot, wrong),
        )


def _is_known(line: Line, torn: Row, stan: int) -> bool:
    """Tell whether the request left, or its record had been whole, since the number is in use."""
    older = any(fact.number(row, "stan") == stan for row in _whole_before(line, torn)[-1:])
    sent = (one.request for one in line.exchanges if mti_of(one.request) != REVERSAL)
    return older or any(stan_of(row) == stan and fact.agree(row, torn, "batch") for row in sent)


def _is_gate(exchange: Exchange) -> bool:
    request = exchange.request
    return is_card_transaction(request) or mti_of(request) == SETTLEMENT


def _journal(tally: Tally, line: Line, torn: Row, boot: Row) -> None:
    """Judge the records that only the torn write had."""
    before = _whole_before(line, torn)
    own = _numbers(torn) - (_numbers(before[-1]) if before else set())
    writes = (row for row in line.of("nv") if row.index > boot.index and row.address == "journal")
    after = next((row for row in writes if not row.facts.get("torn")), None)
    if not own or after is None:
        return
    again = {stan_of(one.request) for one in line.exchanges if one.request.index > boot.index}
    read = (own & _numbers(after)) - again
    tally.require(
        not read,
        "a write of the journal was torn",
        expected="none of what only it had, after the next start",
        seen=f"a record of {', '.join(f'{stan:06}' for stan in sorted(read))}",
        at=(torn, boot, after),
    )


def _numbers(row: Row) -> set[int]:
    numbers = (record.partition("|")[0] for record in fact.words(row, "records"))
    return {int(number) for number in numbers if number.isdecimal()}


def _counters(tally: Tally, line: Line, torn: Row, boot: Row) -> None:
    """Judge the first new number: the old counter or the new one gives it."""
    before, meant = _whole_before(line, torn), fact.number(torn, "stan")
    last = fact.number(before[-1], "stan") if before else None
    sent = (one.request for one in line.exchanges if one.request.index > boot.index)
    first = next((row for row in sent if _has_own_number(line, row)), None)
    if first is None or last is None or meant is None:
        return
    step, most = ((number - last) % STAN_MAX for number in (stan_of(first) or 0, meant))
    tally.require(
        0 < step <= most + 1,
        f"a write of the counters was torn, then {title(first)} left",
        expected=f"a number after {last:06}, at most the one after {meant:06}",
        seen=f"{stan_of(first):06}",
        at=(before[-1], torn, boot, first),
    )


def _has_own_number(line: Line, row: Row) -> bool:
    """Tell whether it took a number of its own: a reversal does so by profile."""
    is_new = parameter(line.history.header.profile, "reversal_stan") == "new"
    return stan_of(row) is not None and (is_new or mti_of(row) != REVERSAL)
