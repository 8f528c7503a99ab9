"""Response codes of field 39: class, and text for the operator.

Classes: A approved; B failed, may be tried again; C failed, not to be tried again; D failed, the
operator acts (keeps the card, calls); E fault of the system.  Where sources leave the class open,
it is C: a failure that nothing is said to mend.  Codes that are not in the table are of class "?".

Source: UnionPay response codes (Q/CUP 006 family) with the classes that terminal programs use.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

CodeKind = Literal["A", "B", "C", "D", "E", "?"]


@dataclass(frozen=True, slots=True)
class ResponseCode:
    """One code of field 39."""

    code: str
    kind: CodeKind
    chinese: str
    english: str


_ROWS: tuple[tuple[str, CodeKind, str, str], ...] = (
    ("00", "A", "交易成功", "approved"),
    ("01", "C", "请持卡人与发卡银行联系", "refer to card issuer"),
    ("02", "C", "请持卡人与发卡银行联系", "refer to card issuer, special condition"),
    ("03", "C", "无效商户", "invalid merchant"),
    ("04", "D", "没收卡，请联系收单行", "pick up card"),
    ("05", "C", "持卡人认证失败", "do not honour"),
    ("06", "C", "出错", "error"),
    ("07", "D", "没收卡，请联系收单行", "pick up card, special condition"),
    ("09", "B", "交易失败，请重试", "request in progress"),
    ("10", "A", "部分金额批准", "approved for a part of the amount"),
    ("11", "A", "成功，VIP客户", "approved, VIP"),
    ("12", "C", "无效交易", "invalid transaction"),
    ("13", "B", "无效金额", "invalid amount"),
    ("14", "B", "无效卡号", "invalid card number"),
    ("15", "C", "此卡无对应发卡方", "no such issuer"),
    ("16", "C", "批准更新第三磁道", "approved, update track 3 (reserved)"),
    ("19", "C", "交易失败，请联系发卡行", "re-enter transaction"),
    ("20", "C", "交易失败，请联系发卡行", "invalid answer"),
    ("21", "C", "该卡未初始化或睡眠卡", "card not initialised or dormant"),
    ("22", "C", "操作有误，或超出交易允许天数", "suspected malfunction, or too many days"),
    ("23", "C", "交易失败，请联系发卡行", "unacceptable fee"),
    ("25", "C", "没有原始交易，请联系发卡方", "no original transaction"),
    ("30", "C", "报文格式错误，请重试", "format error"),
    ("34", "D", "作弊卡，吞卡", "suspected fraud, pick up card"),
    ("38", "D", "密码错误次数超限，请与发卡方联系", "PIN tries exceeded, pick up card"),
    ("40", "C", "发卡方不支持的交易", "function not supported"),
    ("41", "D", "挂失卡", "lost card"),
    ("43", "D", "被窃卡", "stolen card"),
    ("45", "C", "不允许降级交易，请使用芯片", "fallback not allowed, use the chip"),
    ("51", "D", "可用余额不足", "insufficient funds"),
    ("54", "D", "该卡已过期", "expired card"),
    ("55", "C", "密码错", "incorrect PIN"),
    ("57", "C", "不允许此卡交易", "transaction not permitted to cardholder"),
    ("58", "C", "发卡方不允许该卡在本终端进行此交易", "transaction not permitted to terminal"),
    ("59", "C", "卡片校验错", "card verification failed"),
    ("61", "C", "交易金额超限", "amount above the limit"),
    ("62", "C", "受限制的卡", "restricted card"),
    ("64", "C", "交易金额与原交易不匹配", "amount differs from the original"),
    ("65", "C", "超出取款次数限制", "too many withdrawals"),
    ("68", "C", "交易超时，请重试", "answer too late"),
    ("75", "C", "密码错误次数超限", "PIN tries exceeded"),
    ("77", "B", "请重新签到后再交易", "sign in again"),
    ("90", "C", "系统日切，请稍后重试", "change of day in progress"),
    ("91", "C", "发卡方状态不正常，请稍后重试", "issuer not available"),
    ("92", "C", "发卡方线路异常，请稍后重试", "issuer cannot be reached"),
    ("94", "C", "拒绝，重复交易，请稍后重试", "duplicate transaction"),
    ("96", "C", "拒绝，交换中心异常，请稍后重试", "system malfunction"),
    ("97", "D", "终端号未登记", "terminal not registered"),
    ("98", "E", "发卡方超时", "issuer timed out"),
    ("99", "B", "PIN格式错，请重新签到", "PIN format error, sign in again"),
    ("A0", "B", "MAC校验错，请重新签到", "MAC error, sign in again"),
    ("A1", "C", "转账货币不一致", "transfer in differing currencies"),
    ("A2", "A", "有缺陷的成功，请向资金转入行确认", "approved with a defect"),
    ("A3", "C", "资金到账行账号不正确", "wrong account at the receiving bank"),
    ("A4", "A", "有缺陷的成功，请向资金到账行确认", "approved with a defect"),
    ("A5", "A", "有缺陷的成功，请向资金到账行确认", "approved with a defect"),
    ("A6", "A", "有缺陷的成功，请向资金到账行确认", "approved with a defect"),
    ("A7", "C", "安全处理失败", "security processing failed"),
    ("A8", "C", "转账卡地区信息缺失", "transfer card region missing"),
)

RESPONSE_CODES = MappingProxyType({row[0]: ResponseCode(*row) for row in _ROWS})
APPROVALS = frozenset(code.code for code in RESPONSE_CODES.values() if code.kind == "A")
PARTIAL_APPROVAL = "10"  # sale only
SIGN_IN_AGAIN = frozenset({"77", "99", "A0"})


def response_code(code: str) -> ResponseCode:
    """Return what a code means; one that is not in the table is a failure of class "?"."""
    return RESPONSE_CODES.get(code, ResponseCode(code, "?", "交易失败", "failed"))


def is_known(code: str) -> bool:
    """Tell whether the code is in the table."""
    return code in RESPONSE_CODES


def is_approval(code: str) -> bool:
    """Tell whether the code approves; that 10 does so for a sale only is the caller's matter."""
    return code in APPROVALS
