"""Each defect of undoing and settling shows, and the reference terminal does not show it."""

from functools import partial

import pytest

from harness.emulator import PaperIn, Received
from harness.emulator.terminal.defects_field import FIELD_DEFECTS
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.nv_facts import facts
from harness.wire import zvt
from harness.wire.dialects.unionpay_subfields import parse_upload
from harness.wire.keys import format_working_keys, kcv
from tests.emulator.terminal.bench import (
    PIK,
    SETTLE,
    SIGN_IN,
    TMK,
    Bench,
    answer_to,
    approve,
    close,
    codes,
    config,
    sale,
    silence,
    void,
)

TOTALS = zvt.with_password(zvt.TOTALS)
AGAIN = zvt.with_password(zvt.REPEAT_SETTLEMENT)


def unanswered(bench, order):
    bench.host = silence
    bench.order(order)
    bench.fire("answer")
    bench.host = approve
    bench.forget()


def voids_in_part(bench):
    bench.order(sale(1234))
    bench.order(void(2, amount_minor=1000))
    return bench.sent[-1].text(4) == "000000001000"


def stays_voided(bench):
    bench.order(sale(1234))
    unanswered(bench, void(2))
    bench.order(zvt.Message(zvt.BALANCE))
    return codes(bench.order(void(2))) == [("061E", 0xB4)]


def clears_first(bench):
    bench.order(sale(1234))
    writes = [line for line in bench.log if line in ("nv journal", "nv reversal")]
    return writes == ["nv reversal", "nv reversal", "nv journal"]


def forgets_reversal(bench, *, asks_again):
    bench.order(sale(700))
    unanswered(bench, sale(1234))
    bench.answers_calls = False
    bench.order(SETTLE)
    bench.answers_calls = True
    bench.order(SETTLE if asks_again else zvt.Message(zvt.BALANCE))
    return "0400" not in bench.mtis


def unbalanced(request):
    return [answer_to(request, results="21")]


def uploads_twice(bench):
    bench.order(sale(1234))
    bench.host = lambda request: (
        [] if request.text(60)[8:11] == "202" else [answer_to(request, results="21")]
    )
    bench.order(SETTLE)
    close(bench)
    bench.host = unbalanced
    bench.order(SETTLE)
    groups = [each for each in bench.sent if each.mti == "0320" and each.text(60)[8:11] == "201"]
    stans = [record.stan for each in groups for record in parse_upload(each.text(48))]
    return len(stans) > len(set(stans))


def stops(bench):
    bench.order(sale(1234))
    bench.host = unbalanced
    bench.order(SETTLE)
    return "0320" not in bench.mtis


def without_paper(bench):
    bench.order(sale(1234))
    bench.has_paper = False
    bench.order(SETTLE)
    bench.has_paper = True
    bench.forget()


def settles_again(bench):
    without_paper(bench)
    bench.order(SETTLE)
    return "0500" in bench.mtis


def loses_slip(bench):
    without_paper(bench)
    bench.give(PaperIn())
    bench.order(AGAIN)
    return bench.slips == []


def prints_totals_as_settlement(bench):
    bench.order(sale(1234))
    bench.order(TOTALS)
    return bench.read().kind == "settlement"


def loses_sale(bench):
    small = bench.reboot(config=config(journal_size_max=1))
    small.order(sale(100))
    small.order(sale(200))
    return len(small.sent) == 2 and len(small.memory.journal.vouchers) == 1


def reverses_within(bench):
    bench.order(sale(2_000_000))
    return bench.mtis[:2] == ["0200", "0400"]


def takes_wrong_keys(bench):
    keys = format_working_keys(TMK, PIK, bytes(8))
    wrong = keys.replace(kcv(PIK).hex().upper(), "00000000")
    bench.host = lambda request: [answer_to(request, F62=wrong)]
    return codes(bench.order(SIGN_IN)) == [("060F", None)]


def begins_second(bench):
    bench.card = None
    bench.order(sale(100))
    bench.told.clear()
    bench.give(Received("ecr", zvt.encode_message(sale(200))))
    return [each.command for each in bench.told][0] == zvt.ACKNOWLEDGE


PROBES = {
    "voids-in-part": voids_in_part,
    "marks-before-voiding": stays_voided,
    "clears-reversal-before-journal": clears_first,
    "discards-reversal-at-resume": partial(forgets_reversal, asks_again=True),
    "drops-reversal-at-refused-call": partial(forgets_reversal, asks_again=False),
    "repeats-uploads": uploads_twice,
    "stops-unbalanced-settlement": stops,
    "repeats-settlement-without-paper": settles_again,
    "loses-settlement-slip-without-paper": loses_slip,
    "totals-look-settled": prints_totals_as_settlement,
    "loses-sale-when-full": loses_sale,
    "settles-inside-a-sale": reverses_within,
    "trusts-check-values": takes_wrong_keys,
    "obeys-second-command": begins_second,
}


def boot_of(name):
    """Return what makes a terminal with the defect, as a class would."""
    return lambda config, survived: FIELD_DEFECTS[name].boot(config)(survived)


def bench_of(boot):
    return Bench(boot=boot).sign_in()


def test_every_defect_has_a_probe():
    assert set(PROBES) == set(FIELD_DEFECTS)


@pytest.mark.parametrize("name", FIELD_DEFECTS)
def test_a_defect_shows_and_the_reference_does_not_show_it(name):
    assert PROBES[name](bench_of(boot_of(name)))
    assert not PROBES[name](bench_of(Terminal))


@pytest.mark.parametrize("name", FIELD_DEFECTS)
def test_a_defect_says_what_it_is_in_one_sentence(name):
    defect = FIELD_DEFECTS[name]
    assert defect.rule[1:].isdigit()
    assert defect.what.endswith(".")
    assert "\n" not in defect.what


@pytest.mark.parametrize("name", FIELD_DEFECTS)
def test_a_terminal_with_a_defect_still_sells_voids_and_settles(name):
    bench = bench_of(boot_of(name))
    bench.order(sale(100))
    assert codes(bench.order(void(2)))[-1] == ("060F", None)
    assert codes(bench.order(SETTLE))[-1] == ("060F", None)
    assert facts("counters", bench.nv["counters"])["batch"] == "000008"


@pytest.mark.parametrize("form", ["001", "004"])
def test_keys_of_every_form_are_taken_unseen(form):
    pik = PIK[:8] if form == "001" else PIK
    keys = format_working_keys(TMK, pik, bytes(8), form, track_key=PIK if form == "004" else b"")
    bench = Bench(config=config(keys_form=form), boot=boot_of("trusts-check-values"))
    bench.host = lambda request: [answer_to(request, F62=keys[:-8] + "00000000")]
    bench.order(SIGN_IN)
    assert bench.memory.is_signed_in
