"""The rows of a detail list (交易明细): one transaction each, on one line or on two.

The first part is the voucher number (凭证号), type (类型) and, if there is one, approval code
(授权码); the second the amount (金额) and the masked card number (卡号).

Source: column headings of detail lists by public UnionPay terminal programs; the break into two
lines is that of paper of 32 columns.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from harness.wire.slip_labels import LINES_KEPT, transaction_of

ROWS_MAX = 2000
_HEAD = re.compile(
    r"(?P<voucher>\d{6})\s+(?P<name>\D\S*?)(?:\s+(?P<code>[0-9A-Z]{1,6}))?", re.ASCII
)
_TAIL = re.compile(
    r"(?P<sign>-)?(?:RMB\s*)?(?P<major>[\d,]{1,13})\.(?P<minor>\d\d)\s+(?P<pan>[\d*Xx#]{8,19})",
    re.ASCII,
)
_WHOLE = re.compile(rf"(?P<head>{_HEAD.pattern})\s+(?P<tail>{_TAIL.pattern})", re.ASCII)


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One transaction of a detail list; `transaction` as in slip_labels.TRANSACTIONS."""

    voucher: str
    transaction: str
    approval_code: str
    amount_minor: int  # without its sign
    pan_masked: str = field(repr=False)


def detail_rows(lines: Iterable[str]) -> Iterator[DetailRow]:
    """Yield the transactions in the normalised lines of a slip, at most ROWS_MAX."""
    head: re.Match[str] | None = None
    for line, _ in zip(lines, range(ROWS_MAX), strict=False):
        whole, begin = _begins(line)
        if whole:
            yield from _row(whole, whole)
        elif head and (tail := _TAIL.fullmatch(line)):
            yield from _row(head, tail)
        head = begin


@lru_cache(maxsize=LINES_KEPT)
def _begins(line: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """Return the line as a whole row, and as the first part of one."""
    return _WHOLE.fullmatch(line), _HEAD.fullmatch(line)


def _row(head: re.Match[str], tail: re.Match[str]) -> Iterator[DetailRow]:
    name = transaction_of(head["name"])
    if name:
        minor = int(tail["major"].replace(",", "") + tail["minor"])
        yield DetailRow(head["voucher"], name, head["code"] or "", minor, tail["pan"])
