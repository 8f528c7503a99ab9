"""What the display says, by the name of the prompt."""

from collections.abc import Mapping

from harness.emulator import Show

PROMPTS: Mapping[str, str] = {
    "IDLE": "欢迎使用 WELCOME",
    "PRESENT_CARD": "请刷卡 SWIPE CARD",
    "ENTER_PIN": "请输入密码 ENTER PIN",
    "DIALLING": "正在连接 CONNECTING",
    "WAIT": "正在处理 请稍候 PLEASE WAIT",
    "REVERSING": "正在冲正 REVERSING",
    "SIGNING_IN": "正在签到 SIGNING IN",
    "SIGNED_IN": "签到成功 SIGNED IN",
    "PRINTING": "正在打印 PRINTING",
    "NO_PAPER": "交易成功 打印机缺纸 APPROVED, NO PAPER",
    "REPRINT": "上笔签购单未打完 请重打印 REPRINT THE LAST SLIP",
    "REVERSAL_FAILED": "冲正不成功 请人工处理 REVERSAL FAILED, SETTLE BY HAND",
    "SIGN_IN_FIRST": "请先签到 SIGN IN FIRST",
    "JOURNAL_FULL": "请先结算 SETTLE FIRST",
    "SETTLE_FIRST": "请先完成结算 FINISH SETTLEMENT FIRST",
    "SETTLING": "正在结算 SETTLING",
    "UPLOADING": "正在上送 UPLOADING",
    "EMPTY_BATCH": "无交易 NOTHING TO SETTLE",
    "WRONG_PASSWORD": "主管密码错误 WRONG PASSWORD",
    "VOID_ORIGINAL": "原交易 ORIGINAL",
    "NO_ORIGINAL": "无此凭证 不能撤销 NO SUCH VOUCHER",
    "VOIDED_BEFORE": "该交易已撤销 VOIDED BEFORE",
    "VOID_WHOLE_ONLY": "只能全额撤销 WHOLE AMOUNT ONLY",
    "REFUND_CLOSED": "未开通退货 REFUND NOT OPENED",
    "REFUND_LIMIT": "超过退货限额 ABOVE THE REFUND LIMIT",
    "REFUND_UNCERTAIN": "退货结果不明 请人工处理 REFUND UNCERTAIN, SETTLE BY HAND",
    "SIGNED_OUT": "已签退 SIGNED OUT",
    "UPDATING": "正在更新 UPDATING",
    "REPRINT_SETTLEMENT": "结算单未打印 请重打印 REPRINT THE SETTLEMENT SLIP",
    "APPROVED": "交易成功 APPROVED",
    "NOT_APPROVED": "交易失败 NOT APPROVED",
}
_SHOWS = {name: Show(name, text) for name, text in PROMPTS.items()}


def show(name: str, more: str = "") -> Show:
    """Return the effect that shows a prompt, with more text behind it."""
    return Show(name, f"{PROMPTS[name]} {more}") if more else _SHOWS[name]


def show_result(text: str) -> Show:
    """Return the effect that shows how the till's command ended."""
    return Show("RESULT", text)
