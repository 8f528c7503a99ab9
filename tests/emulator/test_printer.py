"""The printer: what comes out, and what it reports."""

from harness.emulator import PaperOut, Printed
from harness.emulator.printer import PRINTER_DEFECTS, Printer


def defective(name):
    return Printer(PRINTER_DEFECTS[name].work)


def test_slip_comes_out_whole_and_is_reported():
    assert Printer().feed(b"slip") == (b"slip", Printed())


def test_without_paper_nothing_comes_out_and_that_is_reported():
    assert Printer(has_paper=False).feed(b"slip") == (b"", PaperOut())


def test_paper_ends_within_the_next_slip_and_stays_out():
    printer = Printer()
    printer.paper_out_after(2)
    assert [printer.feed(b"slip"), printer.feed(b"slip")] == [
        (b"sl", PaperOut()),
        (b"", PaperOut()),
    ]
    assert not printer.has_paper


def test_paper_may_end_before_or_just_behind_a_slip():
    for size, paper in ((0, b""), (4, b"slip")):
        printer = Printer()
        printer.paper_out_after(size)
        assert printer.feed(b"slip") == (paper, PaperOut())
        assert not printer.has_paper


def test_new_roll_ends_no_more():
    printer = Printer()
    printer.paper_out_after(2)
    printer.load_paper()
    assert printer.feed(b"slip") == (b"slip", Printed())
    printer.has_paper = False
    printer.load_paper()
    assert printer.feed(b"slip") == (b"slip", Printed())


def test_printer_that_cuts_short_reports_slips_of_which_half_came_out():
    printer = defective("printer-cuts-slips-short")
    assert printer.feed(b"slip") == (b"sl", Printed())
    printer.paper_out_after(1)
    assert printer.feed(b"slip") == (b"s", PaperOut())


def test_printer_without_a_head_reports_slips_that_never_come_out():
    printer = defective("printer-prints-nothing")
    assert printer.feed(b"slip") == (b"", Printed())
    printer.has_paper = False
    assert printer.feed(b"slip") == (b"", PaperOut())


def test_printer_that_does_not_see_the_end_of_its_paper_reports_every_slip_as_printed():
    printer = defective("printer-blind-to-missing-paper")
    assert printer.feed(b"slip") == (b"slip", Printed())
    printer.paper_out_after(1)
    assert printer.feed(b"slip") == (b"s", Printed())
    assert printer.feed(b"slip") == (b"", Printed())


def test_printer_with_a_bad_line_adds_a_digit_to_the_amount():
    printer = defective("printer-adds-a-digit")
    assert printer.feed("金额 RMB 12.50".encode("gb18030")) == (
        "金额 RMB 912.50".encode("gb18030"), Printed()
    )  # fmt: skip
    assert printer.feed(b"no amount") == (b"no amount", Printed())


def test_every_defect_names_the_rule_that_must_find_it():
    assert all(defect.rule and defect.what for defect in PRINTER_DEFECTS.values())
