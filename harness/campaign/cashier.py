"""Whoever works at the till all day: does the tasks, and sees to it that the next one can begin."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from harness.campaign.day import Day, Size, Task, plan_day
from harness.campaign.troubles import CANCELS, PAUSE_S, TROUBLES, Trouble, reachable
from harness.history.record import Facts
from harness.rig.rig import Rig
from harness.rig.till import NOT_REGISTERED, SETTLE_FIRST
from harness.terms.outcome import Outcome

NO_VOUCHER, NO_REFERENCE = 0, ("0" * 12, "0101")  # of a sale that did not stand
SETTLE_TRIES = 3


@dataclass
class Cashier:
    """Works through a day; what each sale is known by is kept by its place."""

    rig: Rig
    day: Day
    vouchers: dict[int, int] = field(default_factory=dict)
    references: dict[int, tuple[str, str]] = field(default_factory=dict)  # RRN, MMDD

    def work(self) -> None:
        """Do all tasks, with their troubles."""
        needed = {task.original for task in self.day.tasks}
        for place, task in enumerate(self.day.tasks):
            if task.trouble:
                self.rig.also(task.trouble.plan)
            outcome = self._do(task)
            if outcome is Outcome.APPROVED and place in needed:
                self.vouchers[place] = self.rig.till.voucher
                self.references[place] = self.rig.till.reference()
            self._attend(task, outcome)

    def _do(self, task: Task) -> Outcome:
        till, card = self.rig.till, task.card
        match task.verb:
            case "sale":
                return till.sale(task.amount_minor, card=card, pin=task.pin)
            case "tender":
                return till.tender(task.amount_minor, card=card)
            case "balance":
                return till.balance(card=card)
            case "void":
                return till.void(self._voucher(task), card=card, password=task.password)
            case "refund":
                rrn, date = self.references.get(_original(task), NO_REFERENCE)
                return till.refund(task.amount_minor, rrn=rrn, date=date, card=card)
            case "reprint_voucher":
                return till.reprint(self._voucher(task))
        return self._plain[task.verb]()

    @property
    def _plain(self) -> dict[str, Callable[[], Outcome]]:
        """Return the verbs that are about no transaction."""
        till = self.rig.till
        return {
            "settle": till.settle, "reprint": till.reprint, "details": till.details,
            "totals": till.totals,
        }  # fmt: skip

    def _voucher(self, task: Task) -> int:
        return self.vouchers.get(_original(task), NO_VOUCHER)

    def _attend(self, task: Task, outcome: Outcome) -> None:
        """Wait the trouble out and mend it; finish a settlement, sign in again."""
        code = self.rig.till.code
        if task.trouble:
            self._mend(task, task.trouble)
        is_settling = task.verb == "settle" or code == SETTLE_FIRST
        if is_settling and outcome is not Outcome.APPROVED:
            self._settle()
        if is_settling or code == NOT_REGISTERED:
            self.rig.till.sign_in()

    def _mend(self, task: Task, trouble: Trouble) -> None:
        self.rig.wait(trouble.pause_s)
        self.rig.ask_until_ready()
        if trouble.takes_paper:
            self.rig.load_paper()
            self.rig.wait(PAUSE_S)
        if trouble.prints_again:
            self._print_again(task)

    def _print_again(self, task: Task) -> None:
        if task.verb == "settle":
            self.rig.till.reprint_settlement()
        else:
            self.rig.till.reprint()

    def _settle(self) -> None:
        for _ in range(SETTLE_TRIES):
            if self.rig.till.settle() is Outcome.APPROVED:
                return
            self.rig.wait(PAUSE_S)


def _original(task: Task) -> int:
    assert task.original is not None  # of what is undone or printed again
    return task.original


def work(rig: Rig, seed: int, size: Size, *, has_refunds: bool = True) -> Day:
    """Have a cashier work through the day of a seed, with what can go wrong on this bench.

    Which day it is stands in the history.
    """
    is_serial = not rig.till.terminal.is_call
    here = partial(reachable, is_inside=rig.is_emulated, is_serial=is_serial)
    day = plan_day(
        seed, size, troubles=here(TROUBLES), cancels=here(CANCELS), has_refunds=has_refunds
    )
    if has_refunds:
        rig.office.open_refunds()
    facts: Facts = {"seed": seed, "transactions": len(day.tasks), "faults": day.fault_count}
    rig.world.recorder.add("bench", "note", "day", str(day), facts)
    Cashier(rig, day).work()
    return day
