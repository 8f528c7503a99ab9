"""What a batch comes to: gross for the host, net of voids on paper, by card group.

Debit is what was sold, credit what was voided or refunded; a voided sale stays in debit.  On paper
it is gone, and so is its void.

Source: field 48 and settlement slips of UnionPay terminals as in unionpay_subfields.
"""

from collections.abc import Iterable, Sequence

from harness.emulator.terminal.nv import Voucher
from harness.wire.dialects.unionpay_subfields import GroupTotals, SettlementTotals

DOMESTIC, FOREIGN = "domestic", "foreign"
GROUPS = (DOMESTIC, FOREIGN)
PRINTED = ("sale", "refund")
COUNT_MAX, MINOR_MAX = 999, 999_999_999_999  # that field 48 has place for


def gross(vouchers: Iterable[Voucher]) -> SettlementTotals:
    """Return field 48 of a settlement."""
    every = list(vouchers)
    return SettlementTotals(*(_group([v for v in every if v.group == each]) for each in GROUPS))


def _group(vouchers: Sequence[Voucher]) -> GroupTotals:
    debit = [each.amount_minor for each in vouchers if each.kind == "sale"]
    credit = [each.amount_minor for each in vouchers if each.kind != "sale"]
    return GroupTotals(sum(debit), len(debit), sum(credit), len(credit))


def net_rows(vouchers: Sequence[Voucher]) -> tuple[str, ...]:
    """Return the rows of a settlement slip: group|type|count|amount in minor units."""
    voided = {each.original for each in vouchers if each.kind == "void"}
    kept = [each for each in vouchers if each.number not in voided]
    return tuple(_row(group, kind, kept) for group in GROUPS for kind in PRINTED)


def _row(group: str, kind: str, vouchers: Iterable[Voucher]) -> str:
    minors = [each.amount_minor for each in vouchers if (each.group, each.kind) == (group, kind)]
    return f"{group}|{kind}|{len(minors)}|{sum(minors)}"
