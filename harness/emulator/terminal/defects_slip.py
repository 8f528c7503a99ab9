"""Seeded firmware defects: slips, and what the till is told of a payment."""

from collections.abc import Mapping
from dataclasses import replace

from harness.emulator import Effect, Print
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.commands import Commands, Order
from harness.emulator.terminal.defect import Defect, defect
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.nv import Reversal, Voucher
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.slips import END, Part, Slip, Slips, paper
from harness.emulator.terminal.task import Kind
from harness.emulator.terminal.transitions import TRANSITIONS
from harness.wire import zvt
from harness.wire.escpos import Line, encode

WIDE = 42  # columns, of paper of 80 mm; that of the emulated printer is of 58 mm


def _print_anyway(terminal: Flows) -> list[Effect]:
    """Print the slip of a sale that is none."""
    slip = terminal.slips.copies(terminal.voucher())[0]
    terminal.unprinted = [slip]
    return [Print("slip", paper(slip))]


def _print_pending(terminal: Flows) -> list[Effect]:
    terminal.task.result_code = till_messages.NO_ANSWER
    return [*terminal.end_wait(), *_print_anyway(terminal)]


class PrintsPending(Terminal):
    """Prints a slip as of an approved sale when no answer came and its reversal is pending."""

    transitions = {
        **TRANSITIONS,
        (Phase.AWAITING_ANSWER, Trigger.SILENT): (Phase.PRINTING, _print_pending),
    }


def _print_declined(terminal: Flows) -> list[Effect]:
    if terminal.task.kind is Kind.SALE:
        return _print_anyway(terminal)
    terminal.then = Trigger.ALL_PRINTED
    return []


class PrintsDecline(Terminal):
    """Prints a slip as of an approved sale when the sale was declined."""

    transitions = {
        **TRANSITIONS,
        (Phase.DECLINING, Trigger.NOTHING_DUE): (Phase.PRINTING, _print_declined),
    }


class PrintsNothing(Terminal):
    """Prints no slip of an approved sale."""

    transitions = {
        **TRANSITIONS,
        (Phase.CLEARING, Trigger.STORED): (Phase.FINISHING, Flows.finish),
    }


class _WithoutReference(Slips):
    def items(self, voucher: Voucher) -> list[tuple[str, str]]:
        return [item for item in super().items(voucher) if item[0] != "参考号"]


class _Wide(Slips):
    def body(self, voucher: Voucher) -> Part:
        shown = super().body(voucher)
        lines = (*shown.lines, Line("-" * WIDE))
        return Part(lines, encode(lines, width=WIDE, cut=False))


class SlipIsTooWide(Terminal):
    """Prints a line on each slip that is wider than the paper."""

    slips_class = _Wide


class SlipLacksReference(Terminal):
    """Leaves the retrieval reference number off the slip."""

    slips_class = _WithoutReference


class _WithoutBatch(Slips):
    def items(self, voucher: Voucher) -> list[tuple[str, str]]:
        return [item for item in super().items(voucher) if item[0] != "批次号"]


class SlipLacksBatch(Terminal):
    """Leaves the batch number off the slip."""

    slips_class = _WithoutBatch


class _OfOtherAmount(Slips):
    def body(self, voucher: Voucher) -> Part:
        return super().body(replace(voucher, amount_minor=voucher.amount_minor + 100))


class SlipShowsOtherAmount(Terminal):
    """Prints another amount than that of the sale."""

    slips_class = _OfOtherAmount


class PrintsPanInClear(Terminal):
    """Prints the whole card number."""

    def voucher_to_print(self) -> Voucher | None:
        """Return the last sale with its card number, as long as the card is known."""
        voucher = super().voucher_to_print()
        return replace(voucher, pan_masked=self.task.pan) if voucher and self.task.pan else voucher


class _SignedTwice(Slips):
    def _rest(self, index: int, *, is_duplicate: bool) -> Slip:  # noqa: ARG002
        return super()._rest(0, is_duplicate=is_duplicate)


class CardholderSigns(Terminal):
    """Prints a line for the signature on the cardholder's copy too."""

    slips_class = _SignedTwice


class _Unended(Slips):
    def copies(self, voucher: Voucher, *, is_duplicate: bool = False) -> list[Slip]:
        return [slip[:-1] for slip in super().copies(voucher, is_duplicate=is_duplicate)]


class SlipIsNotCut(Terminal):
    """Ends a slip without feed or cut, so that its last lines stay in the printer."""

    slips_class = _Unended


class _FaultAsReceipt(Slips):
    def fault(self, record: Reversal, date_time: str) -> Slip:
        report = super().fault(record, date_time)
        return (self._heads[0], Part(report[0].lines[2:], report[0].data), self._signature, END)


class FaultLooksLikeReceipt(Terminal):
    """Prints the report of a failed reversal under the head of a receipt, to be signed."""

    slips_class = _FaultAsReceipt


class _Unmarked(Slips):
    duplicate_mark = ""


class ReprintIsUnmarked(Terminal):
    """Prints the last slip again as if it were the first time."""

    slips_class = _Unmarked


class ReprintsSaleBefore(Terminal):
    """Prints the slip of the sale before the last one again."""

    def voucher_to_print(self) -> Voucher | None:
        """Return the sale before the last, if there is one."""
        vouchers = self.memory.journal.vouchers
        if self.task.kind is Kind.NOTHING and len(vouchers) > 1:
            return vouchers[-2]
        return super().voucher_to_print()


def _report_before(terminal: Commands, message: zvt.Message) -> Order:
    before = terminal.memory.journal.vouchers[:-1]
    if not before:
        return terminal.order_last_result(message)
    return terminal.report(till_messages.approved(before[-1]), till_messages.COMPLETION)


class ReportsPaymentBefore(Terminal):
    """Tells a till that asks for the last result that of the approved payment before."""

    orders = {**Terminal.orders, zvt.LAST_RESULT: _report_before}


def _report_approved(terminal: Commands, message: zvt.Message) -> Order:
    last = terminal.memory.last
    if not last.number:
        return terminal.order_last_result(message)
    claimed = till_messages.result(0, last)
    return terminal.report(claimed, till_messages.COMPLETION)


class ReportsFailureAsApproved(Terminal):
    """Tells a till that asks for the last result that it is approved, whatever it is."""

    orders = {**Terminal.orders, zvt.LAST_RESULT: _report_approved}


SLIP_DEFECTS: Mapping[str, Defect] = {
    "prints-slip-for-pending-sale": defect("R16", PrintsPending),
    "prints-slip-for-decline": defect("L1", PrintsDecline),
    "prints-no-slip": defect("L1", PrintsNothing),
    "slip-is-too-wide": defect("L8", SlipIsTooWide),
    "slip-lacks-reference": defect("L2", SlipLacksReference),
    "slip-lacks-batch": defect("L2", SlipLacksBatch),
    "slip-shows-other-amount": defect("L3", SlipShowsOtherAmount),
    "prints-pan-in-clear": defect("L4", PrintsPanInClear),
    "cardholder-signs": defect("L5", CardholderSigns),
    "slip-is-not-cut": defect("L8", SlipIsNotCut),
    "fault-looks-like-receipt": defect("L9", FaultLooksLikeReceipt),
    "reprint-is-unmarked": defect("L6", ReprintIsUnmarked),
    "reprints-sale-before": defect("L7", ReprintsSaleBefore),
    "reports-payment-before": defect("E6", ReportsPaymentBefore),
    "reports-failure-as-approved": defect("E6", ReportsFailureAsApproved),
}
