"""The slips about a batch: settlement, totals so far, detail list, records that were not taken.

Source: titles, rows and columns as UnionPay terminal programs print them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.emulator.terminal.batch_totals import DOMESTIC, FOREIGN, gross
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.nv import Settlement, Voucher, stan_of
from harness.emulator.terminal.slips import (
    END,
    RULE,
    Slip,
    amount_text,
    date_text,
    lines_of,
    part,
    printable,
    time_text,
    title,
)
from harness.wire.dialects.unionpay_subfields import GroupTotals
from harness.wire.escpos import Line

GROUP_NAMES = {DOMESTIC: "内卡", FOREIGN: "外卡"}
RESULTS = {1: "对帐平", 2: "对帐不平", 3: "对帐错误"}
NAMES = {"sale": "消费", "void": "消费撤销", "refund": "退货"}
REPRINTED = "重打印 DUPLICATED"
KEPT_MAX = 300  # transactions


@dataclass(frozen=True)
class BatchSlips:
    """Writes them for one terminal."""

    config: TerminalConfig

    def settlement(self, record: Settlement, *, is_duplicate: bool = False) -> Slip:
        """Return the settlement slip of a batch."""
        results = {DOMESTIC: record.result, FOREIGN: record.foreign_result}
        body = [line for group in GROUP_NAMES for line in _group(record, group, results[group])]
        mark = [Line(REPRINTED)] if is_duplicate else []
        head = self._head("POS结算单", record.batch, record.date_time)
        return part(*head, *mark, *body), END

    def totals(self, vouchers: Sequence[Voucher], batch: str, date_time: str) -> Slip:
        """Return what the batch comes to so far; it settles nothing and does not look like it."""
        found = gross(vouchers)
        groups = {DOMESTIC: found.domestic, FOREIGN: found.foreign}
        body = [line for name, totals in groups.items() for line in _sums(name, totals)]
        return part(*self._head("交易总计单 TOTALS", batch, date_time), *body), END

    def details(self, vouchers: Iterable[Voucher], batch: str, date_time: str) -> Slip:
        """Return the list of all transactions of the batch."""
        rows = (Line(text) for voucher in vouchers for text in _details(voucher))
        return part(*self._head("交易明细 DETAIL LIST", batch, date_time), *rows), END

    def failed(self, record: Settlement) -> Slip:
        """Return the list of the records that the host never answered for."""
        head = self._head("上送失败明细 FAILED UPLOADS", record.batch, record.date_time)
        return part(*head, *map(Line, record.left)), END

    def _head(self, name: str, batch: str, date_time: str) -> list[Line]:
        config = self.config
        items = (
            ("商户名称", printable(config.merchant_name)),
            ("商户编号", config.merchant_id),
            ("终端编号", config.terminal_id),
            ("操作员号", config.operator),
            ("批次号", batch),
            ("日期/时间", f"{date_text(date_time[:8])} {time_text(date_time[8:])}"),
        )
        lines = [line for label, value in items for line in lines_of(label, value)]
        return [title(name), RULE, *lines, RULE]


def _group(record: Settlement, group: str, result: int) -> Iterator[Line]:
    yield Line(f"{GROUP_NAMES[group]}{RESULTS.get(result, '')}")
    yield Line("类型TYPE 笔数SUM 金额AMOUNT")
    for row in record.rows:
        own, kind, count, minor = row.split("|")
        if own == group:
            yield Line(f"{NAMES[kind]} {count} {amount_text(int(minor))}")


def _sums(group: str, totals: GroupTotals) -> Iterator[Line]:
    net_minor = totals.debit_minor - totals.credit_minor
    net = f"{'-' if net_minor < 0 else ''}{amount_text(abs(net_minor))}"
    yield Line(GROUP_NAMES[group])
    yield Line(f"借记总计 {totals.debit_count} {amount_text(totals.debit_minor)}")
    yield Line(f"贷记总计 {totals.credit_count} {amount_text(totals.credit_minor)}")
    yield Line(f"借记-贷记 {totals.debit_count + totals.credit_count} {net}")


def details(vouchers: Sequence[Voucher]) -> tuple[str, ...]:
    """Return the lines of a list that has to be kept, of so many transactions as can be."""
    lines = [text for voucher in vouchers[:KEPT_MAX] for text in _details(voucher)]
    more = len(vouchers) - KEPT_MAX
    return (*lines, f"其余 {more} 笔 AND {more} MORE") if more > 0 else tuple(lines)


def _details(voucher: Voucher) -> Iterator[str]:
    head = f"{stan_of(voucher.number):06} {NAMES[voucher.kind]} {voucher.approval_code}"
    yield head.rstrip()
    yield f"{amount_text(voucher.amount_minor)} {voucher.pan_masked}"
