import pytest

from harness.emulator import PaperIn, PrinterDead, Received
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    LAST,
    REPRINT,
    Bench,
    answer_to,
    codes,
    config,
    sale,
)


@pytest.fixture
def bench():
    return Bench().sign_in()


def without_paper(bench):
    bench.has_paper = False
    bench.order(sale(700))
    return bench


def test_the_slip_has_every_mandatory_item(bench):
    bench.order(sale(123456))
    slip = bench.read(0)
    assert (slip.kind, slip.transaction, slip.copy) == ("receipt", "sale", "merchant")
    assert slip.merchant_name == "一号测试商店"
    assert (slip.merchant_id, slip.terminal_id) == ("898310059120001", "12345678")
    assert (slip.operator, slip.pan_masked, slip.entry) == ("01", "622588******0289", "S")
    assert (slip.batch, slip.voucher) == ("000007", "000002")
    assert (slip.approval_code, slip.rrn) == ("A1B2C3", "000000004808")
    assert (slip.date, slip.time) == ("20260105", "101112")
    assert (slip.amount_minor, slip.currency) == (123456, "CNY")
    assert (slip.issuer, slip.acquirer) == ("01020000", "48021000")
    assert not slip.unreadable
    assert not slip.is_duplicate


def test_both_copies_are_cut_and_only_the_merchant_signs(bench):
    bench.order(sale())
    assert all(paper.is_cut and not paper.deviations for paper in bench.slips)
    assert [bench.read(index).copy for index in (0, 1)] == ["merchant", "cardholder"]
    assert [bench.read(index).has_signature_line for index in (0, 1)] == [True, False]


@pytest.mark.parametrize(("copies", "captions"), [(1, 1), (3, 3)])
def test_the_number_of_copies_is_the_profiles(copies, captions):
    bench = Bench(config=config(copies=copies)).sign_in()
    bench.order(sale())
    assert len(bench.slips) == captions


@pytest.mark.parametrize(
    ("form", "masked"),
    [
        ("cup6x4", "622588******0289"),
        ("pci6x4", "622588******0289"),
        ("pci_bin8x4", "62258873****0289"),
        ("facta5", "***********60289"),
        ("last4", "************0289"),
    ],
)
def test_the_card_number_is_masked_by_profile(form, masked):
    bench = Bench(config=config(pan_mask=form)).sign_in()
    told = bench.order(sale())
    assert bench.read().pan_masked == masked
    assert told[0].fields["pan"] == masked


def test_reprint_prints_the_same_slips_marked(bench):
    bench.order(sale(700))
    first = [paper.texts for paper in bench.slips]
    bench.slips.clear()
    assert codes(bench.order(REPRINT)) == [("060F", None)]
    again = [paper.texts for paper in bench.slips]
    mark = "重打印 DUPLICATED"
    assert [tuple(line for line in texts if line != mark) for texts in again] == first
    assert all(texts.count(mark) == 1 for texts in again)


def test_reprint_without_a_sale_is_not_possible(bench):
    assert codes(bench.order(REPRINT)) == [("061E", 0x83)]


def test_reprint_after_a_decline_prints_the_last_approved(bench):
    bench.order(sale(700))
    bench.host = lambda request: [answer_to(request, "51")]
    bench.order(sale(99))
    bench.order(REPRINT)
    assert bench.read().amount_minor == 700


def test_paper_out_lets_the_sale_stand_and_says_so(bench):
    told = without_paper(bench).results()
    assert codes(told) == [("040F", 0), ("060F", None)]
    assert bench.shown[-2:] == ["NO_PAPER", "RESULT"]
    assert not bench.memory.is_owing
    assert not bench.memory.last.is_printed


def test_with_paper_again_the_rest_comes_out(bench):
    without_paper(bench).has_paper = True
    bench.give(PaperIn())
    assert [bench.read(index).copy for index in range(2)] == ["merchant", "cardholder"]
    assert [bench.read(index).is_duplicate for index in range(2)] == [True, False]
    assert bench.memory.last.is_printed
    bench.slips.clear()
    bench.give(PaperIn())
    assert bench.slips == []


def test_paper_that_ends_in_the_second_copy_leaves_that_one(bench):
    outcomes = iter([True, False])
    printer = bench.print

    def once(data):
        bench.has_paper = next(outcomes, True)
        printer(data)

    bench.print = once
    bench.order(sale(700))
    bench.give(PaperIn())
    assert [bench.read(index).copy for index in range(2)] == ["merchant", "cardholder"]
    assert len(bench.slips) == 2


def test_reprint_without_paper_says_so(bench):
    bench.order(sale())
    bench.has_paper = False
    assert codes(bench.order(REPRINT)) == [("061E", 0xCC)]
    bench.has_paper = True
    assert codes(bench.order(REPRINT)) == [("060F", None)]


def test_paper_that_ends_again_keeps_the_rest(bench):
    without_paper(bench)
    bench.give(PaperIn())
    bench.has_paper = True
    bench.give(PaperIn())
    assert len(bench.slips) == 2


def test_a_dead_printer_reverses_nothing(bench):
    bench.print = lambda _data: bench.queue.append(PrinterDead())
    assert codes(bench.order(sale())) == [("040F", 0), ("060F", None)]
    assert not bench.memory.is_owing


def test_a_command_that_comes_while_the_rest_is_printed_waits(bench):
    without_paper(bench).has_paper = True
    printer = bench.print

    def ask(data):
        bench.print = printer
        bench.queue.append(Received("ecr", zvt.encode_message(LAST)))
        printer(data)

    bench.print = ask
    bench.told.clear()
    bench.give(PaperIn())
    assert codes(bench.results()) == [("040F", 0), ("060F", None)]
    assert len(bench.slips) == 2


def test_slips_left_behind_by_another_sale_are_not_recorded_for_it(bench):
    without_paper(bench)
    bench.host = lambda request: [answer_to(request, "51")]
    bench.order(sale(99))
    bench.has_paper = True
    bench.give(PaperIn())
    assert [bench.read(index).amount_minor for index in range(2)] == [700, 700]
    assert bench.memory.last.outcome == "not_approved"
    assert not bench.memory.last.is_printed


def test_a_registered_till_gets_each_slip_line_by_line(bench):
    bench.order(zvt.registration(configuration=6))
    told = bench.order(sale())
    lines = [each for each in told if each.command == zvt.PRINT_LINE]
    assert [each.command for each in told][:1] == [zvt.STATUS_INFORMATION]
    assert [each.fields["text"] for each in lines] == [
        line for paper in bench.slips for line in paper.texts
    ]
    ends = [index for index, each in enumerate(lines) if each.fields["attribute"] == 0x80]
    assert ends == [len(bench.slips[0].texts) - 1, len(lines) - 1]


def test_a_till_that_prints_nothing_gets_no_lines(bench):
    bench.order(zvt.registration(configuration=6))
    bench.order(zvt.registration(configuration=0))
    assert zvt.PRINT_LINE not in [each.command for each in bench.order(sale())]


def test_long_and_strange_names_fit_the_paper():
    name = "很长的商户名称" * 6 + "\x07\ud800"
    bench = Bench(config=config(merchant_name=name)).sign_in()
    bench.order(sale())
    assert all(line.columns <= 32 for paper in bench.slips for line in paper.lines)
    assert bench.read().merchant_name.startswith("很长的商户名称")


def test_an_answer_without_codes_and_times_prints_what_there_is(bench):
    bench.host = lambda request: [
        answer_to(request, F12=None, F13=None, F37=None, F38=None, F44=None, F15=None)
    ]
    told = bench.order(sale())
    assert set(told[0].fields) == {"result_code", "amount_minor", "voucher", "receipt", "pan"}
    assert bench.read().date == "20260105"
    assert bench.read().rrn == ""


def test_without_copies_nothing_is_printed():
    bench = Bench(config=config(copies=0)).sign_in()
    assert codes(bench.order(sale())) == [("040F", 0), ("060F", None)]
    assert bench.slips == []
