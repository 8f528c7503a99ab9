"""What the terminal says to the till, as ZVT payloads.

Source: ZVT protocol PA00P015; the use of result codes as in the conversation of this bench.
"""

from collections.abc import Iterator, Sequence

from harness.emulator.terminal.nv import Last, Voucher, stan_of
from harness.emulator.terminal.slips import amount_text
from harness.wire import zvt
from harness.wire.response_codes import response_code
from harness.wire.zvt_bitmaps import Value

DONE = zvt.encode_message(zvt.acknowledgement())
BUSY = zvt.encode_message(zvt.refusal(zvt.BUSY))
UNKNOWN = zvt.encode_message(zvt.refusal(zvt.NOT_POSSIBLE))
COMPLETION = zvt.encode_message(zvt.completion())

HOST_CODE_MAX = 0x63
OTHER_HOST_CODE = 0x05
NOT_REGISTERED, UNREADABLE, CANCELLED, WRONG_CURRENCY = 0x6B, 0x64, 0x6C, 0x6F
EXPIRED, NO_KEY, MEMORY_FAULT, JOURNAL_FULL, NO_PAPER = 0x78, 0x85, 0xB1, 0xB2, 0xCC
NO_ANSWER, NO_CONNECTION, REVERSAL_LEFT, NO_AMOUNT = 0xA1, 0xA3, 0xA4, 0xC8
STILL_OPEN = 0x9C  # of a last result: its reversal is still pending
NOT_POSSIBLE = zvt.NOT_POSSIBLE
WRONG_PASSWORD, NO_SETTLEMENT, VOIDED, NOT_VOIDABLE, SETTLE_FIRST = 0x83, 0x77, 0xB4, 0xB5, 0xF0
TOO_MUCH = 0xC3


def host_code(code: str) -> int:
    """Return the result code of a decline: field 39 read as hexadecimal where it has a place."""
    value = int(code, 16) if code.isascii() and code.isdigit() else 0
    return value if 0 < value <= HOST_CODE_MAX else OTHER_HOST_CODE


def decline_text(code: str) -> str:
    """Return code and words of a decline, for display and till."""
    return f"{code} {response_code(code).chinese}"


def voucher_fields(number: int) -> dict[str, Value]:
    """Return the bitmaps of a voucher number; none for a payment that never had one."""
    voucher = f"{stan_of(number):06}"
    return {"voucher": voucher, "receipt": voucher[2:]} if number else {}


def approved(voucher: Voucher) -> bytes:
    """Return the result of an approved sale."""
    fields: dict[str, Value] = {"amount_minor": voucher.amount_minor}
    fields |= voucher_fields(voucher.number) | {"pan": voucher.pan_masked}
    if voucher.original:
        fields["original_voucher"] = f"{stan_of(voucher.original):06}"
    if voucher.approval_code:
        fields["approval_code"] = voucher.approval_code
    if voucher.rrn:
        fields["additional_text"] = f"RRN {voucher.rrn}"
    return zvt.encode_message(zvt.status_information(0, **fields))


def declined(result_code: int, number: int, text: str) -> bytes:
    """Return the result of a declined card transaction."""
    fields = voucher_fields(number) | {"additional_text": text}
    return zvt.encode_message(zvt.status_information(result_code, **fields))


def balance(number: int, pan_masked: str, balance_minor: int | None) -> bytes:
    """Return the result of a balance inquiry."""
    fields = voucher_fields(number) | {"pan": pan_masked}
    if balance_minor is not None:
        sign = "-" if balance_minor < 0 else ""
        fields["additional_text"] = f"BALANCE {sign}{amount_text(abs(balance_minor))}"
    return zvt.encode_message(zvt.status_information(0, **fields))


def last_result(last: Last, voucher: Voucher | None) -> bytes:
    """Return the stored result of the till's last payment; `voucher` while the journal has it."""
    if last.outcome == "approved":
        return approved(voucher) if voucher else result(0, last)
    is_open = last.outcome in ("pending", "uncertain")
    code = STILL_OPEN if is_open else last.result_code or NO_ANSWER
    return result(code, last)


def result(code: int, last: Last) -> bytes:
    """Return a result code with voucher and amount of a payment."""
    fields = voucher_fields(last.number) | {"amount_minor": last.amount_minor}
    return zvt.encode_message(zvt.status_information(code, **fields))


def terminal_status(code: int) -> bytes:
    """Return the end of a status enquiry."""
    return zvt.encode_message(zvt.completion(terminal_status=code))


def abort(result_code: int) -> bytes:
    """Return the end of a command without success."""
    return _ABORTS[result_code]


def status(code: int) -> bytes:
    """Return what the terminal is doing just now."""
    return _STATUSES[code]


def print_lines(lines: Sequence[str]) -> Iterator[bytes]:
    """Yield a slip for the till's printer, line by line; the last one is marked."""
    for line in lines[:-1]:
        yield zvt.encode_message(zvt.print_line(line))
    yield zvt.encode_message(zvt.print_line(lines[-1], zvt.LAST_LINE))


_ABORTS = tuple(zvt.encode_message(zvt.abort(code)) for code in range(256))
_STATUSES = tuple(zvt.encode_message(zvt.intermediate_status(code)) for code in range(256))
