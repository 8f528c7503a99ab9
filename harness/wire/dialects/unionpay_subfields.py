"""Sub-fields of the UnionPay POS dialect: text of a field <-> its parts.

A class for each layout; `parse_...` raises DecodeError, `str(...)` and `format_...` write what
parsing gives back, and raise EncodeError for parts that do not fit.

Source: field 60 and 61 digits, 62-digit settlement totals, 40-digit upload records as in the
terminal programs named in fixtures/unionpay/README.md; ISO 8583 field 54.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from harness.errors import DecodeError, EncodeError
from harness.terms.immutable import immutable

FIELD_60_SIZES = (2, 6, 3, 1, 1, 1, 3)
FIELD_61_SIZES = (6, 6, 4, 2, 11)
UPLOAD_RECORDS_MAX = 8
RECORD_SIZE, RECORD_PAN_SIZE = 40, 20
GROUP_SIZE = 31
SEQUENCE_MARK = "Sequence No"
INSTITUTION_SIZE = 11


@immutable
class BatchData:
    """Field 60: transaction type, batch, network management code, and what the reader can do."""

    kind: str
    batch: str
    network: str = ""
    reader: str = ""  # 2 stripe, 5 contact chip, 6 contactless
    icc_condition: str = ""  # 0 none, 1 last read good, 2 last read failed (fallback)
    partial_approval: str = ""
    account_type: str = ""
    rest: str = ""  # digits that only some acquirers send

    def __str__(self) -> str:
        if self.rest and len(self.account_type) != FIELD_60_SIZES[-1]:
            raise EncodeError("field 60: more digits after an incomplete part")
        if self.rest and not _is_digits(self.rest):
            raise EncodeError("field 60: not digits")
        reading = (self.reader, self.icc_condition, self.partial_approval, self.account_type)
        parts = (self.kind, self.batch, self.network, *reading)
        return _join("60", parts, FIELD_60_SIZES, 2) + self.rest


@lru_cache(maxsize=256)  # a batch has one or two of them
def parse_batch_data(text: str) -> BatchData:
    """Return the parts of field 60: 8 digits, 11 to 17, or more."""
    whole = sum(FIELD_60_SIZES)
    parts = _cut("60", text[:whole], FIELD_60_SIZES, 2)
    if text[whole:] and not _is_digits(text[whole:]):
        raise DecodeError("not digits", field="60", offset=0)
    absent = [""] * (len(FIELD_60_SIZES) - len(parts))
    return BatchData(*[*parts, *absent, text[whole:]])


@dataclass(frozen=True, slots=True)
class OriginalData:
    """Field 61: which transaction is meant; zeros where it is not known."""

    batch: str
    stan: str
    date: str = ""  # MMDD
    mode: str = ""  # 00 POS, 01 telephone, 02 small amount
    institution: str = ""

    def __str__(self) -> str:
        parts = (self.batch, self.stan, self.date, self.mode, self.institution)
        return _join("61", parts, FIELD_61_SIZES, 2)


def parse_original_data(text: str) -> OriginalData:
    """Return the parts of field 61: 12, 16, 18, or up to 29 digits."""
    return OriginalData(*_cut("61", text, FIELD_61_SIZES, 2))


def _cut(name: str, text: str, sizes: Sequence[int], parts_min: int) -> list[str]:
    """Return the text cut to sizes; only the last size may be cut short."""
    parts: list[str] = []
    at = 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    used = [part for part in parts if part]
    is_whole = len(used) == len(sizes) or not used or len(used[-1]) == sizes[len(used) - 1]
    if len(used) < parts_min or at < len(text) or not is_whole or not _is_digits(text):
        raise DecodeError(f"{len(text)} characters are no such field", field=name, offset=0)
    return used


def _join(name: str, parts: Sequence[str], sizes: Sequence[int], parts_min: int) -> str:
    text = "".join(parts)
    try:
        used = _cut(name, text, sizes, parts_min)
    except DecodeError as error:
        raise EncodeError(f"field {name}: {error.what}") from None
    if used != list(parts[: len(used)]):
        raise EncodeError(f"field {name}: a part is missing or has not its size")
    return text


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class GroupTotals:
    """Totals of one card group; gross: a voided sale stays in debit, its void adds to credit."""

    debit_minor: int
    debit_count: int
    credit_minor: int
    credit_count: int
    result: int = 0  # of the host: 1 balanced, 2 not balanced, 3 error; 0 in a request

    def __str__(self) -> str:
        return (
            _number(self.debit_minor, 12)
            + _number(self.debit_count, 3)
            + _number(self.credit_minor, 12)
            + _number(self.credit_count, 3)
            + _number(self.result, 1)
        )


@dataclass(frozen=True, slots=True)
class SettlementTotals:
    """Field 48 of a settlement: 62 digits."""

    domestic: GroupTotals
    foreign: GroupTotals

    def __str__(self) -> str:
        return f"{self.domestic}{self.foreign}"


def parse_settlement_totals(text: str) -> SettlementTotals:
    """Return the totals in field 48.  Raises DecodeError unless it has 62 digits."""
    if len(text) != 2 * GROUP_SIZE or not _is_digits(text):
        raise DecodeError("settlement totals have 62 digits", field="48", offset=0)
    return SettlementTotals(_group(text[:GROUP_SIZE]), _group(text[GROUP_SIZE:]))


def _group(text: str) -> GroupTotals:
    return GroupTotals(
        int(text[:12]), int(text[12:15]), int(text[15:27]), int(text[27:30]), int(text[30])
    )


def _number(value: int, digits: int) -> str:
    if not 0 <= value < 10**digits:
        raise EncodeError(f"field 48: a number does not fit {digits} digits")
    return f"{value:0{digits}}"


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """One stripe transaction of a batch upload."""

    is_foreign: bool
    stan: str
    pan: str = field(repr=False)
    amount_minor: int

    def __str__(self) -> str:
        has_sizes = len(self.stan) == 6 and 1 <= len(self.pan) <= RECORD_PAN_SIZE
        if not has_sizes or not _is_digits(self.stan + self.pan):
            raise EncodeError("field 48: STAN or PAN of a record is not digits of its size")
        group = "01" if self.is_foreign else "00"
        return f"{group}{self.stan}{self.pan:0>{RECORD_PAN_SIZE}}{_number(self.amount_minor, 12)}"


def format_upload(records: Sequence[UploadRecord]) -> str:
    """Return field 48 of an upload of 1 to 8 records."""
    if not 1 <= len(records) <= UPLOAD_RECORDS_MAX:
        raise EncodeError(f"field 48: {len(records)} records are not 1 to {UPLOAD_RECORDS_MAX}")
    return f"{len(records):02}" + "".join(map(str, records))


def parse_upload(text: str) -> tuple[UploadRecord, ...]:
    """Return the records in field 48 of an upload; a PAN has lost its leading zeros."""
    is_whole = _is_digits(text) and len(text) == 2 + int(text[:2]) * RECORD_SIZE
    if not is_whole or not 1 <= int(text[:2]) <= UPLOAD_RECORDS_MAX:
        raise DecodeError("not a count and so many records", field="48", offset=0)
    return tuple(_record(text[at : at + RECORD_SIZE]) for at in range(2, len(text), RECORD_SIZE))


def _record(text: str) -> UploadRecord:
    if text[:2] not in ("00", "01"):
        raise DecodeError("a record of no card group", field="48", offset=0)
    pan = text[8:28].lstrip("0") or "0"
    return UploadRecord(text[:2] == "01", text[2:8], pan, int(text[28:]))


def format_upload_end(count: int) -> str:
    """Return field 48 of the end of an upload: how many records were sent."""
    return _number(count, 4)


def parse_upload_end(text: str) -> int:
    """Return how many records the terminal says it sent."""
    if len(text) != 4 or not _is_digits(text):
        raise DecodeError("the number of records has four digits", field="48", offset=0)
    return int(text)


@dataclass(frozen=True, slots=True)
class TerminalSequence:
    """Field 62 of a sign-in request: licence and serial number of the terminal."""

    licence: str
    serial: str

    def __str__(self) -> str:
        text = self.licence + self.serial
        if not text.isascii() or len(text) > 99:
            raise EncodeError("field 62: the sequence number has at most 99 ASCII characters")
        return f"{SEQUENCE_MARK}{len(text):02}{text}".encode("ascii").hex().upper()


def parse_terminal_sequence(f62: str, *, licence_size: int = 4) -> TerminalSequence:
    """Return the sequence number in hexadecimal field 62; later editions have 6 of licence."""
    try:
        text = bytes.fromhex(f62).decode("ascii")
    except ValueError:  # of either
        text = ""
    count, number = text[len(SEQUENCE_MARK) :][:2], text[len(SEQUENCE_MARK) + 2 :]
    if not text.startswith(SEQUENCE_MARK) or count != f"{len(number):02}":
        raise DecodeError("not a sequence number with its length", field="62", offset=0)
    return TerminalSequence(number[:licence_size], number[licence_size:])


@immutable
class HostText:
    """Field 63 of an answer: card organisation (CUP is domestic), then text for the operator."""

    organisation: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.organisation:<3}{self.text}"


def parse_host_text(text: str) -> HostText:
    """Return the parts of field 63; an operator number is padded by blanks, as a 3-letter name."""
    return HostText(text[:3].rstrip(), text[3:])


@immutable
class Institutions:
    """Field 44 of an answer: issuer and acquirer, 11 characters each."""

    issuer: str
    acquirer: str

    def __str__(self) -> str:
        return f"{self.issuer:<{INSTITUTION_SIZE}}{self.acquirer:<{INSTITUTION_SIZE}}"


def parse_institutions(text: str) -> Institutions:
    """Return the parts of field 44."""
    return Institutions(text[:INSTITUTION_SIZE].rstrip(), text[INSTITUTION_SIZE:].rstrip())


@dataclass(frozen=True, slots=True)
class SecurityControl:
    """Field 53: how the PIN block is made, and whether the tracks are encrypted."""

    pin_format: str = "2"  # 0 no PIN, 1 block without PAN, 2 block with PAN
    algorithm: str = "6"  # 0 DES, 6 3DES; 3 and 4 of some vendors
    tracks_encrypted: bool = False

    def __str__(self) -> str:
        return f"{self.pin_format}{self.algorithm}{int(self.tracks_encrypted)}{'0' * 13}"


def parse_security_control(text: str) -> SecurityControl:
    """Return the parts of field 53."""
    if len(text) != 16 or not _is_digits(text) or text[2] not in "01" or text[3:].strip("0"):
        raise DecodeError("not two digits, 0 or 1, and zeros", field="53", offset=0)
    return SecurityControl(text[0], text[1], text[2] == "1")


@immutable
class EntryMode:
    """Field 22: how the card was read, and whether a PIN was keyed."""

    reading: str  # 01 keyed, 02 stripe, 05 chip, 07 contactless
    has_pin: bool

    def __str__(self) -> str:
        return f"{self.reading}{1 if self.has_pin else 2}"


def parse_entry_mode(text: str) -> EntryMode:
    """Return the parts of field 22; a third digit of 0 says nothing of a PIN, taken as none."""
    if len(text) != 3 or not _is_digits(text) or text[2] not in "012":
        raise DecodeError("not an entry mode", field="22", offset=0)
    return EntryMode(text[:2], text[2] == "1")


@dataclass(frozen=True, slots=True)
class Balance:
    """Field 54 of an answer to a balance inquiry."""

    balance_minor: int  # below zero: debit
    account_type: str = "10"
    amount_type: str = "02"
    currency: str = "156"

    def __str__(self) -> str:
        sign = "D" if self.balance_minor < 0 else "C"
        digits = f"{abs(self.balance_minor):012}"
        text = f"{self.account_type}{self.amount_type}{self.currency}{sign}{digits}"
        if len(text) != 20:
            raise EncodeError("field 54: a part has not its size")
        return text


def parse_balance(text: str) -> Balance:
    """Return the first balance in field 54."""
    is_whole = len(text) in (20, 40) and _is_digits(text[:7] + text[8:20]) and text[7] in "CD"
    if not is_whole:
        raise DecodeError("not a balance of 20 characters", field="54", offset=0)
    sign = -1 if text[7] == "D" else 1
    return Balance(sign * int(text[8:20]), text[:2], text[2:4], text[4:7])
