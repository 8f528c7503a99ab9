"""Slips: the lines of a UnionPay POS slip (签购单, 结算单 ...) read into values by name.

Labels are Chinese, English or both, with or without a colon; a value stands on its label's line or
on the next.  Unknown lines are ignored and nothing raises.  What has a label but cannot be read, or
stands there twice with two values, is named in `unreadable`.

Source: layout of slips by public UnionPay terminal programs and the card acceptance rules of the
bank card trade (elements of a sales slip).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

from harness.terms.immutable import immutable
from harness.wire.slip_details import DetailRow, detail_rows
from harness.wire.slip_labels import (
    COPIES,
    KINDS,
    LABELS,
    LINES_KEPT,
    labelled,
    normalised,
    transaction_of,
)

LINES_MAX = 2400  # a detail list of a full journal: two lines each
ROWS_MAX = 64

Kind = Literal["receipt", "settlement", "totals", "details", "uploads", "fault", "other"]
MaskForm = Literal["6x4", "bin8x4", "last4", "last5", "clear", "other"]


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A row of a settlement or totals slip; group: domestic, foreign, or empty before any."""

    group: str
    transaction: str
    count: int
    amount_minor: int
    is_negative: bool = False


@immutable
class SlipFields:
    """What a slip says; empty, None or False for what it does not."""

    title: str = ""
    kind: Kind = "other"
    transaction: str = ""  # sale, void, refund, preauth, ... as in slip_labels.TRANSACTIONS
    copy: str = ""  # merchant, cardholder, bank
    merchant_name: str = ""
    merchant_id: str = ""
    terminal_id: str = ""
    operator: str = ""
    issuer: str = ""
    acquirer: str = ""
    pan_masked: str = field(default="", repr=False)  # as printed, so perhaps not masked at all
    entry: str = ""  # one letter
    expiry: str = ""  # as printed
    batch: str = ""
    voucher: str = ""
    approval_code: str = ""
    rrn: str = ""
    date: str = ""  # YYYYMMDD
    time: str = ""  # HHMMSS
    clearing_date: str = ""  # as printed
    amount_minor: int | None = None  # without its sign
    is_negative: bool = False
    currency: str = ""  # CNY for RMB
    original_voucher: str = ""
    original_rrn: str = ""
    original_approval_code: str = ""
    tc: str = ""
    arqc: str = ""
    aid: str = ""
    tvr: str = ""
    tsi: str = ""
    atc: str = ""
    application_label: str = ""
    is_duplicate: bool = False
    is_test: bool = False
    has_signature_line: bool = False
    says_approved: bool = False  # in words, or by being a sales slip that says nothing else
    fault: str = ""  # the line that says that a reversal failed
    rows: tuple[SlipRow, ...] = ()
    details: tuple[DetailRow, ...] = ()
    results: tuple[tuple[str, str], ...] = ()  # group, then balanced, not_balanced or error
    unreadable: tuple[str, ...] = ()


def parse(lines: Iterable[str]) -> SlipFields:
    """Return what the lines of one slip say; never raises."""
    texts = [*map(normalised, islice(lines, LINES_MAX))]
    values, free, twice = _collect(texts)
    wrong = list(twice)
    found: dict[str, Any] = {  # Any: the readers and `SlipFields` agree on names and types
        name: value for name, value in values.items() if name in _AS_PRINTED
    }
    for name, read in _READERS.items():
        if name in values:
            parts = read(values[name])
            wrong += [] if parts else [name]
            found |= parts or {}
    captions = {copy for text in free for copy in _words(text).copies}
    wrong += ["copy"] if len(captions) > 1 else []
    table = [*filter(None, map(_table_line, texts))]
    rows = _rows(table)
    wrong += ["rows"] if len({(row.group, row.transaction) for row in rows}) < len(rows) else []
    return SlipFields(
        **{**found, **_free_facts(tuple(free))},
        copy=captions.pop() if len(captions) == 1 else "",
        rows=rows,
        details=tuple(detail_rows(texts)),
        results=tuple(result for line in table for result in line.results),
        unreadable=tuple(dict.fromkeys(wrong)),
    )


def facts(slip: SlipFields) -> dict[str, str | int | bool]:
    """Return what the slip says as flat names and values, without what it does not say."""
    named = {each.name: getattr(slip, each.name) for each in fields(slip)}
    flat = {name: value for name, value in named.items() if isinstance(value, str | int) and value}
    if slip.amount_minor == 0:
        flat["amount_minor"] = 0
    for row in slip.rows:
        name = f"{row.group}_{row.transaction}".lstrip("_")
        flat[f"{name}_count"] = row.count
        flat[f"{name}_amount_minor"] = -row.amount_minor if row.is_negative else row.amount_minor
    flat |= {f"{group}_result": result for group, result in slip.results}
    return flat | ({"unreadable": " ".join(slip.unreadable)} if slip.unreadable else {})


def mask_form(pan_masked: str) -> MaskForm:
    """Return how a printed card number is masked; `*`, `X` and `#` mask, blanks do not count."""
    text = _BLANK.sub("", pan_masked).translate(_TO_STAR)
    for form, pattern in _MASKS.items():
        if pattern.fullmatch(text):
            return form
    return "other"


_BLANK = re.compile(r"[\s-]")
_TO_STAR = str.maketrans("Xx#", "***")
_MASKS: Mapping[MaskForm, re.Pattern[str]] = {
    "6x4": re.compile(r"\d{6}\*+\d{4}", re.ASCII),
    "bin8x4": re.compile(r"\d{8}\*+\d{4}", re.ASCII),
    "last4": re.compile(r"\**\d{4}", re.ASCII),
    "last5": re.compile(r"\**\d{5}", re.ASCII),
    "clear": re.compile(r"\d{12,19}", re.ASCII),
}
_CURRENCIES = {"RMB": "CNY", "¥": "CNY", "￥": "CNY"}
_AMOUNT = re.compile(
    r"(?P<before>-)?\s*(?P<currency>[A-Z]{3}|[¥￥])?\s*:?\s*(?P<after>-)?\s*"
    r"(?P<major>\d{1,3}(?:,\d{3}){1,3}|\d{1,10})\.(?P<minor>\d{2})",
    re.ASCII,
)
_PAN = re.compile(
    r"(?P<pan>[\d*Xx#][\d*Xx# -]{2,30}?)\s*[/(]?\s*(?P<entry>[A-WYZ])?\s*\)?", re.ASCII
)
_DATE = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{2})[-/.月](\d{2})(?!\d)", re.ASCII)
_TIME = re.compile(r"(?<!\d)(\d{2}):(\d{2})(?::(\d{2}))?(?!\d)", re.ASCII)
_RULE = re.compile(r"[-=_*.·—─\s]{4,}")
_FAULT = re.compile(
    r"冲正(?:不成功|失败)|人工处理|REVERSAL (?:FAILED|NOT DELIVERED)", re.IGNORECASE
)
_APPROVED = re.compile(r"(?<![未不])交易成功|(?<!NOT )\bAPPROVED\b|(?<!未)已?批准", re.IGNORECASE)
_REFUSED = re.compile(
    r"交易(?:失败|不成功|未成功)|未交易成功|拒绝|不批准|未批准|\bDECLINED|NOT APPROVED|\bFAILED",
    re.IGNORECASE,
)
_DUPLICATE = re.compile(r"重打印|重印|\bDUPLICATED?\b|\bREPRINT", re.IGNORECASE)
_TEST = re.compile(r"[\W_]*(?:测试|TESTING|测试\W*TESTING)[\W_]*", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?!.*(?:NOT REQUIRED|免|无需|不需))(?:持卡人)?签[名字]|"
    r"(?!.*NOT REQUIRED)(?:CARDHOLDER(?:'S)? )?SIGNATURE",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(内卡|外卡)(?:对[帐账])?(平|不平|错)?")
_GROUPS = {"内卡": "domestic", "外卡": "foreign"}
_RESULTS = {"平": "balanced", "不平": "not_balanced", "错": "error"}
_ROW = re.compile(
    r"(?P<name>\S.*?)\s+(?P<count>\d{1,6})\s+(?P<amount>\D{0,6}[\d,]{1,14}\.\d\d)", re.ASCII
)
_TOTALS = {"贷记总计": "credit_total", "借记总计": "debit_total", "借记-贷记": "net_total"}


def _collect(texts: list[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Return the values by label, the lines without one, and the labels with two values."""
    values: dict[str, str] = {}
    free: list[str] = []
    twice: list[str] = []
    pending = ""
    for text in texts:
        if not text:
            continue
        found = labelled(text, is_value_due=bool(pending))
        if pending and not found and not _RULE.fullmatch(text):
            found = ((pending, text),)
        pending = ""
        free += [] if found else [text]
        for name, value in found:
            pending = "" if value else name
            twice += [name] if value and values.setdefault(name, value) != value else []
            free += [value] if name == "remark" else []
    return values, free, twice


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of a line without label say."""

    kind: str  # "" if it is no title
    copies: tuple[str, ...]
    is_fault: bool
    is_refused: bool
    is_approved: bool
    is_duplicate: bool
    is_test: bool
    is_signature: bool


@lru_cache(maxsize=LINES_KEPT)
def _words(text: str) -> _Words:
    return _Words(
        kind=next((kind for kind, words in KINDS.items() if words.search(text)), ""),
        copies=tuple(copy for words, copy in COPIES if words.search(text)),
        is_fault=bool(_FAULT.search(text)),
        is_refused=bool(_REFUSED.search(text)),
        is_approved=bool(_APPROVED.search(text)),
        is_duplicate=bool(_DUPLICATE.search(text)),
        is_test=bool(_TEST.fullmatch(text)),
        is_signature=bool(_SIGNATURE.match(text)),
    )


@lru_cache(maxsize=256)  # what slips of one kind say without a label is always the same
def _free_facts(free: tuple[str, ...]) -> Mapping[str, str | int | bool]:
    said = [(text, _words(text)) for text in free]
    titles = ((words.kind, text) for text, words in said if words.kind)
    kind, title = next(titles, ("other", free[0] if free else ""))
    fault = next((text for text, words in said if words.is_fault), "")
    is_refused = bool(fault) or any(words.is_refused for _, words in said)
    is_approved = any(words.is_approved for _, words in said)
    return {
        "kind": kind,
        "title": title,
        "fault": fault,
        "is_duplicate": any(words.is_duplicate for _, words in said),
        "is_test": any(words.is_test for _, words in said),
        "has_signature_line": any(words.is_signature for _, words in said),
        "says_approved": is_approved or (kind == "receipt" and not is_refused),
    }


def _amount(text: str) -> dict[str, str | int | bool] | None:
    found = _AMOUNT.fullmatch(text)
    if found is None or (found["before"] and found["after"]):
        return None
    printed = found["currency"] or ""
    return {
        "amount_minor": int(found["major"].replace(",", "")) * 100 + int(found["minor"]),
        "is_negative": bool(found["before"] or found["after"]),
        "currency": _CURRENCIES.get(printed, printed),
    }


def _pan(text: str) -> dict[str, str | int | bool] | None:
    found = _PAN.fullmatch(text)
    return found and {"pan_masked": found["pan"].strip(), "entry": found["entry"] or ""}


def _moment(text: str) -> dict[str, str | int | bool]:
    date, time = _DATE.search(text), _TIME.search(text)
    parts: dict[str, str | int | bool] = {}
    parts |= {"date": "".join(date.groups())} if date else {}
    return parts | ({"time": "".join(time.groups(""))} if time else {})


def _transaction(text: str) -> dict[str, str | int | bool] | None:
    name = transaction_of(text)
    return {"transaction": name} if name else None


_READERS: Mapping[str, Callable[[str], dict[str, str | int | bool] | None]] = {
    "amount": _amount,
    "pan": _pan,
    "date_time": _moment,
    "date": _moment,
    "time": _moment,
    "transaction": _transaction,
}
_AS_PRINTED = frozenset(LABELS) - frozenset(_READERS) - {"remark"}


@dataclass(frozen=True, slots=True)
class _TableLine:
    """What a line says of a table of totals: the group it begins, results, its row."""

    group: str
    results: tuple[tuple[str, str], ...]
    row: SlipRow | None


@lru_cache(maxsize=LINES_KEPT)
def _table_line(text: str) -> _TableLine | None:
    """Return None for a line that says nothing of any table."""
    headings = list(_GROUP.finditer(text))
    results = ((_GROUPS[heading[1]], _RESULTS[heading[2]]) for heading in headings if heading[2])
    group = _GROUPS[headings[0][1]] if headings else ""
    row = _row(text)
    return _TableLine(group, tuple(results), row) if group or row else None


def _row(text: str) -> SlipRow | None:
    found = _ROW.fullmatch(text)
    name = found and (_TOTALS.get(found["name"]) or transaction_of(found["name"]))
    amount = _amount(found["amount"]) if found else None
    if not (found and name and amount):
        return None
    minor, is_negative = int(amount["amount_minor"]), bool(amount["is_negative"])
    return SlipRow("", name, int(found["count"]), minor, is_negative)


def _rows(table: list[_TableLine]) -> tuple[SlipRow, ...]:
    rows: list[SlipRow] = []
    group = ""
    for line in table:
        group = line.group or group
        if line.row and len(rows) < ROWS_MAX:
            rows.append(replace(line.row, group=group))
    return tuple(rows)
