"""The terminal's slips: lines of 32 columns, and the bytes that print them.

Source: order and wording of a UnionPay sales slip and fault report, as terminal programs print
them.
"""

from collections.abc import Iterable

from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.nv import Reversal, Voucher, stan_of
from harness.terms.card import mask_pan
from harness.terms.immutable import immutable
from harness.wire.dialects.unionpay_subfields import parse_institutions
from harness.wire.escpos import Line, columns, encode

WIDTH = 32
RULE = Line("-" * WIDTH)
COPIES = ("商户存根 MERCHANT COPY", "持卡人存根 CARDHOLDER COPY", "银行存根 BANK COPY")
CARDHOLDER_COPY = 1
TYPES = {"sale": "消费(SALE)", "void": "消费撤销(VOID)", "refund": "退货(REFUND)"}

Lines = tuple[Line, ...]


def mask(pan: str, form: str) -> str:
    """Return a PAN masked as the profile says, as long as it was."""
    match form:
        case "pci_bin8x4":
            shown = pan[:8]
        case "facta5":
            return "*" * (len(pan) - 5) + pan[-5:]
        case "last4":
            shown = ""
        case _:
            return mask_pan(pan)
    return shown + "*" * (len(pan) - len(shown) - 4) + pan[-4:]


def amount_text(amount_minor: int) -> str:
    """Return an amount as slips print it."""
    return f"RMB {amount_minor // 100:,}.{amount_minor % 100:02}"


def title(text: str) -> Line:
    """Return a line in the middle of the paper."""
    return Line(text, bold=True, align="centre")


def lines_of(label: str, value: str) -> Iterable[Line]:
    """Return a label and its value, on a line each when one is too narrow for both."""
    whole = f"{label}:{value}"
    if columns(whole) <= WIDTH:
        return (Line(whole),)
    return Line(f"{label}:"), *(Line(part) for part in _cut(value))


def _cut(text: str) -> Iterable[str]:
    """Return the begin of the text that fits a line."""
    part = text
    while columns(part) > WIDTH:
        part = part[:-1]
    yield part


@immutable
class Part:
    """Some lines of a slip, and the bytes that print them."""

    lines: Lines
    data: bytes


def part(*lines: Line) -> Part:
    """Return lines with their bytes."""
    return Part(lines, encode(lines, width=WIDTH, cut=False))


Slip = tuple[Part, ...]
END = Part((), encode((), width=WIDTH))


def texts(slip: Slip) -> list[str]:
    """Return the text of each line."""
    return [line.text for each in slip for line in each.lines]


def paper(slip: Slip) -> bytes:
    """Return the bytes that print a slip and cut the paper."""
    return b"".join(each.data for each in slip)


class Slips:
    """Writes the slips of one terminal; what all of them share is made once."""

    duplicate_mark = "重打印 DUPLICATED"

    def __init__(self, config: TerminalConfig) -> None:
        self._head = (
            *lines_of("商户名称", printable(config.merchant_name)),
            *lines_of("商户编号", config.merchant_id),
            *lines_of("终端编号", config.terminal_id),
            *lines_of("操作员号", config.operator),
        )
        first = title("中国银联POS签购单")
        captions = COPIES[: config.copies]
        self._heads = [part(first, Line(each), RULE, *self._head) for each in captions]
        thanks = (RULE, Line("本人确认以上交易"), Line("同意记入本卡账户"))
        self._signature = part(RULE, Line("持卡人签名 SIGNATURE"), Line(""), *thanks)
        self._thanks = part(*thanks)
        self._mark = part(Line(self.duplicate_mark)) if self.duplicate_mark else part()

    def copies(self, voucher: Voucher, *, is_duplicate: bool = False) -> list[Slip]:
        """Return the slip for the merchant, the cardholder, the bank, as many as are due."""
        body = self.body(voucher)
        return [
            (head, body, *self._rest(index, is_duplicate=is_duplicate), END)
            for index, head in enumerate(self._heads)
        ]

    def _rest(self, index: int, *, is_duplicate: bool) -> Slip:
        """Return what stands below the transaction; the cardholder's copy is not signed."""
        tail = self._thanks if index == CARDHOLDER_COPY else self._signature
        return (self._mark, tail) if is_duplicate else (tail,)

    def body(self, voucher: Voucher) -> Part:
        """Return the lines of the transaction itself."""
        items = ((label, value) for label, value in self.items(voucher) if value)
        return part(*(line for label, value in items for line in lines_of(label, value)))

    def items(self, voucher: Voucher) -> list[tuple[str, str]]:
        """Return label and value of what the slip says of the transaction."""
        banks = parse_institutions(voucher.institutions)
        clearing = voucher.clearing_date
        return [
            ("发卡行", printable(banks.issuer)),
            ("收单行", printable(banks.acquirer)),
            ("卡号", f"{voucher.pan_masked} {voucher.entry}"),
            ("交易类型", TYPES[voucher.kind]),
            ("批次号", voucher.batch),
            ("凭证号", f"{stan_of(voucher.number):06}"),
            ("授权码", voucher.approval_code),
            ("参考号", voucher.rrn),
            ("清算日期", f"{clearing[:2]}/{clearing[2:]}" if clearing else ""),
            ("日期/时间", f"{date_text(voucher.date)} {time_text(voucher.time)}"),
            ("金额", amount_text(voucher.amount_minor)),
            ("原凭证号", f"{stan_of(voucher.original):06}" if voucher.original else ""),
            ("原参考号", voucher.original_rrn),
        ]

    def fault(self, record: Reversal, date_time: str) -> Slip:
        """Return the report that a reversal could not be delivered."""
        items = (
            ("卡号", record.pan_masked),
            ("批次号", record.batch),
            ("凭证号", f"{stan_of(record.number):06}"),
            ("日期/时间", f"{date_text(date_time[:8])} {time_text(date_time[8:])}"),
            ("金额", amount_text(record.amount_minor)),
        )
        body = (line for label, value in items for line in lines_of(label, value))
        return part(title("故障报告单 FAULT REPORT"), RULE, *self._head, *body, *_BY_HAND), END


_BY_HAND = (
    RULE,
    Line("冲正不成功 请人工处理"),
    Line("REVERSAL FAILED, SETTLE BY HAND"),
    Line("仅供故障处理 不作收款凭证"),
)


def date_text(date: str) -> str:
    """Return YYYYMMDD as slips print it."""
    return f"{date[:4]}/{date[4:6]}/{date[6:]}"


def time_text(time: str) -> str:
    """Return HHMMSS as slips print it."""
    return f"{time[:2]}:{time[2:4]}:{time[4:]}"


def printable(text: str) -> str:
    """Return text without what a printer would take for a command or does not have."""
    known = text.encode("gb18030", "ignore").decode("gb18030")
    return "".join(character for character in known if character.isprintable())
