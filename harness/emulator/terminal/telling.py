"""How a task ends: what the display shows and the till is told."""

from harness.emulator import Effect
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.phases import Trigger
from harness.emulator.terminal.prompts import show_result
from harness.emulator.terminal.slips import mask, texts
from harness.emulator.terminal.state import TerminalState
from harness.emulator.terminal.task import Kind, Task
from harness.errors import DecodeError
from harness.wire.dialects.unionpay_subfields import parse_balance

# what is done for a digit of the header by which the host asks for something
DEMANDS = {"1": Kind.PARAMETERS, "2": Kind.STATUS, "3": Kind.SIGN_IN}
_DONE = {
    Kind.SALE: "交易成功 APPROVED",
    Kind.INQUIRY: "余额查询完成 DONE",
    Kind.SIGN_IN: "签到成功 SIGNED IN",
    Kind.REPRINT: "重打印完成 DONE",
    Kind.VOID: "撤销成功 VOIDED",
    Kind.REFUND: "退货成功 REFUNDED",
    Kind.SETTLEMENT: "结算成功 SETTLED",
    Kind.SIGN_OUT: "签退成功 SIGNED OUT",
    Kind.SETTLEMENT_SLIP: "重打印完成 DONE",
    Kind.PARAMETERS: "更新完成 UPDATED",
    Kind.STATUS: "更新完成 UPDATED",
}
_FAILURES = {
    till_messages.UNREADABLE: "卡无法读取 CARD UNREADABLE",
    till_messages.NOT_REGISTERED: "请先签到 SIGN IN FIRST",
    till_messages.CANCELLED: "交易取消 CANCELLED",
    till_messages.EXPIRED: "卡已过期 CARD EXPIRED",
    till_messages.NO_KEY: "密钥错误 WRONG KEY",
    till_messages.NO_ANSWER: "无应答 NO ANSWER",
    till_messages.NO_CONNECTION: "无法连接 NO CONNECTION",
    till_messages.REVERSAL_LEFT: "冲正不成功 REVERSAL FAILED",
    till_messages.JOURNAL_FULL: "请先结算 SETTLE FIRST",
    till_messages.NO_PAPER: "打印机缺纸 NO PAPER",
    till_messages.SETTLE_FIRST: "请先完成结算 FINISH SETTLEMENT FIRST",
    till_messages.NO_SETTLEMENT: "无交易 NOTHING TO SETTLE",
    till_messages.VOIDED: "该交易已撤销 VOIDED BEFORE",
    till_messages.NOT_VOIDABLE: "不能撤销 CANNOT BE VOIDED",
}


class Telling(TerminalState):
    """The end of every task."""

    def tell(self) -> list[Effect]:
        """Tell display and till how the task ended; the terminal is free again."""
        task, self.task = self.task, Task()
        effects: list[Effect] = [show_result(self.result_text(task))]
        for message in [] if task.is_own else self.ending(task):
            effects += self.say(message)
        if not task.result_code:
            self._strike_out(task.kind)
        self.heed_host()
        return effects

    def _strike_out(self, done: Kind) -> None:
        """Forget what the host asked for and has got."""
        left = (digit for digit in self.requirement if DEMANDS[digit] is not done)
        self.requirement = "".join(left)

    def heed_host(self) -> None:
        """Begin what the host has asked for, now that nothing runs.

        What comes to nothing is tried again after the till's next command.
        """
        untried = (digit for digit in self.requirement if digit not in self.heeded)
        digit = next(untried, "")
        if digit:
            self.heeded += digit
            self.task = Task(DEMANDS[digit], is_own=True)
            self.then = Trigger.DEMAND

    def result_text(self, task: Task) -> str:
        """Return what the display says in the end."""
        if task.result_code:
            return f"交易失败 {task.text or _FAILURES.get(task.result_code, 'FAILED')}"
        return _DONE.get(task.kind, "")

    def ending(self, task: Task) -> list[bytes]:
        """Return what the till is told in the end."""
        code = task.result_code
        if not code:
            return [*self.success(task), till_messages.COMPLETION]
        if not task.text:
            return [till_messages.abort(code)]
        return [till_messages.declined(code, task.number, task.text), till_messages.abort(code)]

    def success(self, task: Task) -> list[bytes]:
        """Return what the till is told of a task that succeeded, before the completion."""
        slips = task.slips if self.prints_at_till else []
        lines = [payload for slip in slips for payload in till_messages.print_lines(texts(slip))]
        voucher = self.memory.journal.last
        if task.ticket and voucher:
            return [till_messages.approved(voucher), *lines]
        return [self.balance(task)] if task.kind is Kind.INQUIRY else lines

    def balance(self, task: Task) -> bytes:
        """Return the result of a balance inquiry; without a balance when the host sent none."""
        masked = mask(task.pan, self.config.pan_mask)
        try:
            minor = parse_balance(task.answer.text(54)).balance_minor
        except DecodeError:
            minor = None
        return till_messages.balance(task.number, masked, minor)
