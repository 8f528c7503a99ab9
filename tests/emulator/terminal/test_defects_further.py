"""Defects of answers, closings, second cuts and the till's line show; the reference is without."""

from functools import partial

import pytest

from harness.emulator import PinKeyed, Received, Show
from harness.emulator.terminal.defects_answer import ANSWER_DEFECTS
from harness.emulator.terminal.defects_closing import CLOSING_DEFECTS
from harness.emulator.terminal.defects_power import POWER_DEFECTS
from harness.emulator.terminal.defects_till import TILL_LINE_DEFECTS
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.nv_facts import facts
from harness.wire import zvt
from harness.wire.dialects.unionpay_subfields import parse_settlement_totals
from tests.emulator.terminal.bench import (
    CARD,
    LAST,
    SETTLE,
    Bench,
    answer_to,
    approve,
    asking,
    codes,
    config,
    frame_of,
    refund,
    sale,
    silence,
    void,
)

FURTHER = {**ANSWER_DEFECTS, **CLOSING_DEFECTS, **POWER_DEFECTS, **TILL_LINE_DEFECTS}


def takes(bench, code="00", **changes):
    bench.host = lambda request: [answer_to(request, code, **changes)]
    bench.order(sale())
    return len(bench.memory.journal.vouchers) == 1


def repeats_sign_in(bench):
    bench.host = lambda request: (
        [asking(frame_of(answer_to(request)), "3")] if request.mti == "0200" else []
    )
    bench.order(sale())
    for _ in range(3):
        if "answer" in bench.timers:
            bench.fire("answer")
    return bench.mtis.count("0800") > 1


def unanswered_sign_in_of_the_till(bench):
    bench.host = silence
    bench.order(zvt.with_password(zvt.SIGN_IN))
    bench.fire("answer")
    return codes(bench.results())[-1]


def totals(bench):
    bench.order(SETTLE)
    return next(parse_settlement_totals(each.text(48)) for each in bench.sent if each.mti == "0500")


def settles_the_last_day(bench):
    for date in ("0105", "0106"):
        bench.host = partial(on_day, date)
        bench.order(sale(1000))
    return totals(bench).domestic.debit_count == 1


def on_day(date, request):
    return [answer_to(request, F15=date if request.mti == "0200" else None)]


def settles_no_refund(bench):
    opened = Bench(config(refund_enabled=True), boot=bench.boot).sign_in()
    opened.order(sale(1000))
    opened.order(refund(500))
    return totals(opened).domestic.credit_count == 0


def settles_foreign_cards_as_ours(bench):
    bench.host = lambda request: [answer_to(request, F63="VIS" if request.mti == "0200" else None)]
    bench.order(sale(1000))
    return totals(bench).foreign.debit_count == 0


def stays_signed_in(bench):
    bench.order(sale(1000))
    bench.order(SETTLE)
    return bench.memory.is_signed_in


def sends_nothing_to_settle(bench):
    bench.order(SETTLE)
    return "0500" in bench.mtis


def is_lost_at_the_second_cut(bench):
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")
    once = bench.reboot(host=approve)
    assert once.memory.is_owing
    return not once.reboot().memory.is_owing


def believes_a_torn_record(bench):
    bench.order(sale())
    whole = bench.nv["journal"]
    torn = bench.reboot(nv={**bench.nv, "journal": whole[:50]})
    assert bench.reboot(nv={**bench.nv, "journal": whole[:20]}).memory.journal.vouchers == []
    return [each.amount_minor for each in torn.memory.journal.vouchers] == [1234]


def sells_once_more(bench):
    bench.give(Received("ecr", zvt.encode_message(sale()) * 2))
    return bench.mtis.count("0200") == 2


def tells_other_amount(bench):
    bench.order(sale(1234))
    told = bench.order(void(2))
    return told[0].number("amount_minor") != 1234


def tells_nothing(bench):
    told = bench.order(sale())
    asked = codes(bench.order(LAST))
    return codes(told) == [] and asked == [("061E", 0x83)]


def shows_the_number(bench):
    bench.pin = None
    shown = []
    bench.perform = lambda effect: (shown.append(effect), Bench.perform(bench, effect))
    bench.order(sale())
    bench.give(PinKeyed(CARD.pin))
    return any(isinstance(each, Show) and CARD.pan in each.text for each in shown)


PROBES = {
    "accepts-other-terminal": partial(takes, F41="87654321"),
    "accepts-other-processing-code": partial(takes, F3="310000"),
    "accepts-other-mti": partial(takes, mti="0230"),
    "approves-referral": partial(takes, code="02"),
    "signs-in-for-ever": repeats_sign_in,
    "settles-one-day": settles_the_last_day,
    "settles-without-refunds": settles_no_refund,
    "settles-foreign-as-domestic": settles_foreign_cards_as_ours,
    "stays-signed-in-after-settlement": stays_signed_in,
    "sends-empty-batch": sends_nothing_to_settle,
    "fills-up-torn-record": believes_a_torn_record,
    "loses-reversal-at-second-cut": is_lost_at_the_second_cut,
    "sells-repeated-command": sells_once_more,
    "tells-void-of-other-amount": tells_other_amount,
    "keeps-result-to-itself": tells_nothing,
    "shows-card-number": shows_the_number,
}


def bench_of(name):
    """Return a bench whose terminal has the defect, or none without a name."""
    boot = (lambda c, survived: FURTHER[name].boot(c)(survived)) if name else Terminal
    return Bench(boot=boot).sign_in()


def test_every_defect_has_a_probe():
    assert set(PROBES) == set(FURTHER)


@pytest.mark.parametrize("name", FURTHER)
def test_a_defect_shows_and_the_reference_does_not_show_it(name):
    assert PROBES[name](bench_of(name))
    assert not PROBES[name](bench_of(""))


def test_a_sign_in_of_the_till_ends_without_an_answer_all_the_same():
    expected = unanswered_sign_in_of_the_till(bench_of(""))
    assert unanswered_sign_in_of_the_till(bench_of("signs-in-for-ever")) == expected


def test_a_reversal_that_was_moved_is_sent_after_one_cut_and_written_again():
    bench = bench_of("loses-reversal-at-second-cut")
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")
    once = bench.reboot(host=approve)
    once.order(sale(500))
    assert once.mtis == ["0400", "0200"]
    assert facts("reversal", once.nv["reversal"])["state"] == "clear"


def test_a_command_that_is_not_repeated_is_carried_out_once():
    bench = bench_of("sells-repeated-command")
    bench.order(sale())
    assert bench.mtis == ["0200"]
