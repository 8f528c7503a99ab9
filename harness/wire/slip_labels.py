"""Words on a UnionPay POS slip: labels, captions, titles and names of transactions.

Source: as `slip`.  A word the trade prints in several ways has several forms here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

LINE_SIZE_MAX = 256
LINES_KEPT = 1024  # the lines of a terminal's slips are mostly those of its slips before

TRANSACTIONS: Mapping[str, tuple[str, str]] = {
    "消费": ("sale", "SALE"),
    "消费撤销": ("void", "VOID"),
    "退货": ("refund", "REFUND"),
    "预授权": ("preauth", "AUTH"),
    "追加预授权": ("preauth_addition", "ADD_AUTH"),
    "预授权撤销": ("preauth_void", "CANCEL"),
    "预授权完成": ("completion", "AUTH COMPLETE"),
    "预授权完成(联机)": ("completion", "AUTH COMPLETE"),
    "预授权完成(离线)": ("completion_advice", "AUTH SETTLEMENT"),
    "预授权完成撤销": ("completion_void", "COMPLETE VOID"),
    "离线结算": ("offline_settlement", "OFFLINE"),
    "离线": ("offline", "OFFLINE"),
    "离线调整": ("adjustment", "ADJUST"),
    "脱机消费": ("offline_sale", "OFFSALE"),
    "余额查询": ("balance", "BALANCE"),
    "转账": ("transfer", "TRANSFER"),
}
KINDS: Mapping[str, re.Pattern[str]] = {
    "fault": re.compile(
        r"故障报告单|故障单|FAULT REPORT|冲正(?:不成功|失败)|人工处理", re.IGNORECASE
    ),
    "uploads": re.compile(r"上送失败|UPLOAD FAILURES?|FAILED UPLOADS?", re.IGNORECASE),
    "details": re.compile(r"交易明细|明细单|DETAIL LIST|TRANSACTION LIST", re.IGNORECASE),
    "settlement": re.compile(r"结算单|SETTLEMENT (?:SLIP|REPORT)", re.IGNORECASE),
    "totals": re.compile(r"总计单|交易总计|交易汇总|汇总单|贷记总计|TOTALS", re.IGNORECASE),
    "receipt": re.compile(r"签购单|SALES (?:SLIP|RECEIPT|DRAFT)", re.IGNORECASE),
}
COPIES = (
    (re.compile(r"商户(?:存根|联)|MERCHANT COPY", re.IGNORECASE), "merchant"),
    (re.compile(r"(?:持卡人|客户|顾客)(?:存根|联)|(?:CARDHOLDER|CUSTOMER) COPY", re.IGNORECASE),
     "cardholder"),
    (re.compile(r"银行(?:存根|联)|BANK COPY", re.IGNORECASE), "bank"),
)  # fmt: skip

# name: Chinese forms, English forms; the longer of two that begin alike comes first
LABELS: Mapping[str, tuple[str, str]] = {
    "original_voucher": ("原凭证号码?", "ORIG(?:INAL)? VOUCHER(?: NO)?"),
    "original_rrn": ("原(?:检索)?参考号", "ORIG(?:INAL)? REFE?R?(?: NO)?"),
    "original_approval_code": ("原(?:预)?授权[码号]", "ORIG(?:INAL)? AUTH(?: NO| CODE)?"),
    "merchant_name": ("商户名称?", "MERCHANT NAME"),
    "merchant_id": ("商户(?:编号|号|代码)", "MERCHANT (?:NO|ID)"),
    "terminal_id": ("终端(?:编号|号)", "TERMINAL (?:NO|ID)"),
    "operator": ("操作员号?", "OPERATOR(?: NO)?"),
    "issuer": ("发卡[行机构]+号?", "ISS(?:UER|UING BANK|NO)?(?: NO)?"),
    "acquirer": ("收单[行机构]+号?", "ACQ(?:UIRER|UIRING BANK|NO)?(?: NO)?"),
    "pan": ("卡号", "CARD (?:NO|NUMBER)"),
    "expiry": ("(?:卡片)?有效期", "EXP(?:IRY)?(?: ?DATE)?"),
    "transaction": ("交易类[型别]", "(?:TRANS(?:ACTION)? )?TYPE"),
    "batch": ("批次号码?", "BATCH(?: NO)?"),
    "voucher": ("凭证号码?", "VOUCHER(?: NO)?"),
    "approval_code": ("授权[码号]", "AUTH (?:NO|CODE)"),
    "rrn": ("(?:检索|系统)?参考号", "REFE?R?(?: NO)|RRN"),
    "clearing_date": ("清算日期", "(?:CLEARING|SETTLEMENT) DATE"),
    "date_time": ("(?:交易)?日期/?时间", "DATE ?/ ?TIME"),
    "date": ("(?:交易)?日期", "DATE"),
    "time": ("(?:交易)?时间", "TIME"),
    "amount": (r"(?:交易)?金额(?:\(RMB\))?", r"(?:TRANS )?AMOUNT(?:\(RMB\))?"),
    "remark": ("备注", "REFERENCE|REMARKS?"),
    "tc": ("交易证书", "TC"),
    "arqc": ("应用密文", "ARQC"),
    "aid": ("应用标识", "AID"),
    "tvr": ("终端验证结果", "TVR"),
    "tsi": ("交易状态信息", "TSI"),
    "atc": ("交易计数器?", "ATC"),
    "application_label": ("应用标签", "APP(?:LICATION)? ?LABEL"),
}
_LABEL = re.compile(
    r"(?:^|(?<=\s))(?:"
    + "|".join(
        rf"(?P<{name}>(?:{chinese})(?:[\s/]{{0,4}}(?:{english}))?|(?P<{name}_only>{english}))"
        for name, (chinese, english) in LABELS.items()
    )
    + r")\s{0,4}(?::|\.\s*:?|(?=\s|$))",
    re.IGNORECASE,
)
_HEADING = re.compile(r"笔数|\bSUM\b|\bCOUNT\b", re.IGNORECASE)  # of a table of totals
_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20}
_BY_ENGLISH = {
    re.sub(r"\s", "", english): name for name, english in reversed(list(TRANSACTIONS.values()))
}


@lru_cache(maxsize=LINES_KEPT)
def normalised(line: str) -> str:
    """Return a line without full-width forms, outer blanks, and what exceeds LINE_SIZE_MAX."""
    return line[:LINE_SIZE_MAX].translate(_FULL_WIDTH).strip()


@lru_cache(maxsize=LINES_KEPT)
def labelled(text: str, *, is_value_due: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the labels of a line with their values, empty if there is none on the line.

    A value is due after a label that stood alone: then only a label with a colon, or one that is
    the whole line, is a label.
    """
    if _HEADING.search(text):
        return ()
    found = [match for match in _LABEL.finditer(text) if _is_label(match)]
    if not found or (is_value_due and not _has_colon(found[0]) and found[0].end() < len(text)):
        return ()
    ends = [match.start() for match in found[1:]] + [len(text)]
    return tuple(
        (_name(match), text[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    )


@lru_cache(maxsize=LINES_KEPT)
def transaction_of(text: str) -> str:
    """Return the name of the transaction that a slip prints; empty if unknown or contradictory."""
    compact = re.sub(r"\s", "", text.upper())
    chinese = max((each for each in TRANSACTIONS if compact.startswith(each)), key=len, default="")
    rest = compact[len(chinese) :].strip("()/-:")
    if not chinese:
        return _BY_ENGLISH.get(rest, "")
    name, english = TRANSACTIONS[chinese]
    return name if rest in ("", re.sub(r"\s", "", english)) else ""


def _name(match: re.Match[str]) -> str:
    assert match.lastgroup is not None  # the group of a label ends after all within it
    return match.lastgroup


def _is_label(match: re.Match[str]) -> bool:
    """Return whether a match counts: an English word inside a line may belong to a value."""
    is_english = match[f"{_name(match)}_only"] is not None
    return not is_english or match.start() == 0 or _has_colon(match)


def _has_colon(match: re.Match[str]) -> bool:
    end = match.string[match.end(_name(match)) : match.end()]
    return ":" in end and "." not in end
