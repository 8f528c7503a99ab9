"""Settlement: totals, uploads, slip, the empty journal, the next batch; and signing out.

Its stage is stored after each step, so that a settlement that was interrupted goes on there when
it is asked for again, and nothing else is done before it is finished:

begun    the totals may be with the host
totals   the host has answered them
upload   records were acknowledged, as listed
end      the host has closed the batch
slip     the slip is out, or waits for paper; from here on nothing is left to chance: the journal
         is emptied, and the batch raised unless a sign-in has brought the next one already

Source: settlement of UnionPay terminals as in wire/dialects/unionpay_messages.
"""

from collections.abc import Sequence
from dataclasses import replace

from harness.emulator import Effect, Print
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.batch_totals import DOMESTIC, FOREIGN, GROUPS, gross, net_rows
from harness.emulator.terminal.nv import Settlement, Voucher
from harness.emulator.terminal.phases import Trigger
from harness.emulator.terminal.prompts import show
from harness.emulator.terminal.slips import Slip, paper
from harness.emulator.terminal.slips_batch import BatchSlips, details
from harness.emulator.terminal.state import ANSWER, TerminalState
from harness.emulator.terminal.task import Kind, Task
from harness.errors import DecodeError
from harness.wire.dialects.unionpay_subfields import (
    UPLOAD_RECORDS_MAX,
    parse_settlement_totals,
)
from harness.wire.response_codes import SIGN_IN_AGAIN

BALANCED_END, UNBALANCED_END = "207", "202"
BATCH_MAX = 999_999
BALANCED = 1


class BatchFlow(TerminalState):
    """The actions of settlements and sign-outs."""

    def settlement_due(self) -> Trigger:
        """Return what comes next in a settlement, once no reversal is pending."""
        match self.memory.settlement.stage:
            case "none":
                return Trigger.STAGE_DUE
            case "begun":
                return Trigger.TOTALS_DUE
            case "end":
                return Trigger.SLIP_DUE
            case "slip":
                return Trigger.CLOSE_DUE
        unsent = self.unsent()
        if not unsent:
            return Trigger.END_DUE
        return Trigger.RECORD_DUE if unsent[0].kind == "refund" else Trigger.GROUP_DUE

    def unsent(self) -> list[Voucher]:
        """Return what is still to be uploaded: those of a stripe sale or void first."""
        record = self.memory.settlement
        done = {*record.sent, *record.failed}
        owed = [each for each in self.owed() if each.number not in done]
        return sorted(owed, key=lambda each: each.kind == "refund")

    def owed(self) -> list[Voucher]:
        """Return what the host wants to see: the groups that did not balance, or all of it."""
        groups = self.unbalanced()
        if groups and self.config.upload_on_mismatch == "all":
            groups = GROUPS
        return [each for each in self.memory.journal.vouchers if each.group in groups]

    def unbalanced(self) -> Sequence[str]:
        """Return the card groups that did not balance."""
        record = self.memory.settlement
        results = {DOMESTIC: record.result, FOREIGN: record.foreign_result}
        return [group for group, result in results.items() if result != BALANCED]

    def stage(self) -> list[Effect]:
        """Store that the settlement begins, with what it comes to."""
        vouchers = self.memory.journal.vouchers
        begun = Settlement(
            stage="begun",
            batch=self.memory.counters.batch,
            totals=str(gross(vouchers)),
            rows=net_rows(vouchers),
            date_time=self.date_time(),
        )
        self.task.is_staged = True
        return [show("SETTLING"), self.memory.store_settlement(begun)]

    def send_totals(self) -> list[Effect]:
        """Send the 0500."""
        record, stan = self.memory.settlement, self.stan(self.task.side_number)
        request = self.requests.settlement(stan, record.batch, record.totals)
        return [show("SETTLING"), *self.transmit(request)]

    def take_totals(self) -> list[Effect]:
        """Store what the host makes of the totals."""
        try:
            found = parse_settlement_totals(self.task.answer.text(48))
            results = found.domestic.result, found.foreign.result
        except DecodeError:
            results = 0, 0  # it says nothing: then nothing balances
        record = replace(
            self.memory.settlement, stage="totals", result=results[0], foreign_result=results[1]
        )
        return [*self.stop(ANSWER), self.memory.store_settlement(record)]

    def unstage(self) -> list[Effect]:
        """Store that the settlement has not begun after all: the host does not want it."""
        code = self.task.answer.text(39)
        self.task.result_code = till_messages.host_code(code)
        self.task.text = till_messages.decline_text(code)
        return [*self.end_wait(), self._store_stage("none")]

    def unstage_unsent(self) -> list[Effect]:
        """Store that the settlement has not begun after all, unless an earlier 0500 has left."""
        self.task.result_code = self.task.result_code or till_messages.NO_CONNECTION
        if not self.task.is_staged:
            self.then = Trigger.STORED
            return self.end_wait()
        return [*self.end_wait(), self._store_stage("none")]

    def weigh_refusal(self) -> list[Effect]:
        """Find out whether the refusal of the settlement asks for another sign-in."""
        is_renewal = self.task.answer.text(39) in SIGN_IN_AGAIN
        self.then = Trigger.SIGN_OUT_DUE if is_renewal else Trigger.NOTHING_DUE
        return []

    def _store_stage(self, stage: str) -> Effect:
        return self.memory.store_settlement(replace(self.memory.settlement, stage=stage))

    def send_group(self) -> list[Effect]:
        """Upload up to eight sales and voids."""
        batch = self.memory.settlement.batch
        request = self.requests.upload(self.stan(self.task.side_number), batch, self.group())
        return [show("UPLOADING"), *self.transmit(request)]

    def group(self) -> list[Voucher]:
        """Return what goes into the next upload."""
        unsent = self.unsent()
        if unsent and unsent[0].kind == "refund":
            return unsent[:1]
        return [each for each in unsent if each.kind != "refund"][:UPLOAD_RECORDS_MAX]

    def send_record(self) -> list[Effect]:
        """Upload one refund whole, under its own number."""
        return [show("UPLOADING"), *self.transmit(self.requests.record(self.group()[0]))]

    def mark_sent(self) -> list[Effect]:
        """Store that the host has acknowledged the records; a refusal is an answer too."""
        self.task.resends = 0
        return [*self.stop(ANSWER), self._mark(is_sent=True)]

    def mark_failed(self) -> list[Effect]:
        """Store that the host never answered for the records: they go on a list for people."""
        self.task.resends = 0
        return [*self.stop(ANSWER), self._mark(is_sent=False)]

    def _mark(self, *, is_sent: bool) -> Effect:
        record = self.memory.settlement
        numbers = tuple(each.number for each in self.group())
        sent, failed = (numbers, ()) if is_sent else ((), numbers)
        marked = replace(
            record, stage="upload", sent=(*record.sent, *sent), failed=(*record.failed, *failed)
        )
        return self.memory.store_settlement(marked)

    def weigh_silence(self) -> list[Effect]:
        """Find out whether an upload is sent again, left out, or left to the next attempt."""
        if not self.is_off_hook:
            self.task.result_code = self.task.result_code or till_messages.NO_ANSWER
            self.then = Trigger.NOTHING_DUE
        elif self.task.resends < self.config.offline_resends:
            self.task.resends += 1
            self.then = Trigger.RESEND_DUE
        else:
            self.then = Trigger.GAP_DUE
        return []

    def send_again(self) -> list[Effect]:
        """Send the same upload once more."""
        return self.transmit(self.task.request)

    def send_end(self) -> list[Effect]:
        """Send the end of the uploads, with how many records the host has acknowledged."""
        record = self.memory.settlement
        network = UNBALANCED_END if self.unbalanced() else BALANCED_END
        stan = self.stan(self.task.side_number)
        request = self.requests.upload_end(stan, record.batch, network, len(record.sent))
        return [show("UPLOADING"), *self.transmit(request)]

    def take_end(self) -> list[Effect]:
        """Store that the host has closed the batch, and what it has not taken of it."""
        record = self.memory.settlement
        failed = [each for each in self.memory.journal.vouchers if each.number in record.failed]
        ended = replace(record, stage="end", left=details(failed))
        return [*self.stop(ANSWER), self.memory.store_settlement(ended)]

    def print_totals(self) -> list[Effect]:
        """Print the settlement slip, and what could not be uploaded."""
        self.task.slips = self.settlement_slips(printed_at=self.date_time())
        self.unprinted = list(self.task.slips)
        return [show("PRINTING"), Print("slip", paper(self.unprinted[0]))]

    def settlement_slips(self, *, printed_at: str = "", is_duplicate: bool = False) -> list[Slip]:
        """Return the slips of the last settlement, of now or of when they were printed first."""
        record, writer = self.memory.settlement, BatchSlips(self.config)
        record = replace(record, date_time=printed_at or record.date_time)
        slips = [writer.settlement(record, is_duplicate=is_duplicate)]
        return [*slips, writer.failed(record)] if record.left else slips

    def note_slip(self) -> list[Effect]:
        """Store that the slip is out."""
        return [self._store_slip(is_printed=True)]

    def miss_slip(self) -> list[Effect]:
        """Store that the slip waits for paper: the settlement is complete all the same."""
        return [show("NO_PAPER"), self._store_slip(is_printed=False)]

    def _store_slip(self, *, is_printed: bool) -> Effect:
        self.unprinted = []
        record = self.memory.settlement
        return self.memory.store_settlement(
            replace(record, stage="slip", date_time=self.date_time(), is_printed=is_printed)
        )

    def print_left(self) -> list[Effect]:
        """Print the slip that has waited for paper; nobody has asked for it now."""
        slips = self.settlement_slips(is_duplicate=True)
        self.task = Task(Kind.SETTLEMENT_SLIP, slips=slips, is_own=True)
        self.unprinted = list(slips)
        return [show("PRINTING"), Print("slip", paper(self.unprinted[0]))]

    def file_slip(self) -> list[Effect]:
        """Store that the slip of the last settlement is out, if that is what was printed."""
        if self.task.kind is not Kind.SETTLEMENT_SLIP or not self.memory.is_slip_left:
            self.then = Trigger.STORED
            return []
        printed = replace(self.memory.settlement, is_printed=True)
        return [self.memory.store_settlement(printed)]

    def empty(self) -> list[Effect]:
        """Empty the journal."""
        return [self.memory.empty_journal()]

    def empty_after_boot(self) -> list[Effect]:
        """Go on with closing a settlement, which nobody has asked for now."""
        self.task = Task(is_own=True)
        return self.empty()

    def raise_batch(self) -> list[Effect]:
        """Store the next batch, unless a sign-in has brought it."""
        counters, settled = self.memory.counters, self.memory.settlement.batch
        if counters.batch != settled:
            self.then = Trigger.STORED
            return []
        following = int(settled) % BATCH_MAX + 1
        return [self.memory.store_counters(replace(counters, batch=f"{following:06}"))]

    def close_settlement(self) -> list[Effect]:
        """Store that nothing is under way any more; what the slip says stays for a reprint."""
        return [self._store_stage("none")]

    def leave(self) -> list[Effect]:
        """Find out whether the terminal signs out after a settlement, and whether by a message."""
        self.task.is_settled = True
        if not self.config.auto_sign_out:
            self.then = Trigger.NOTHING_DUE
        else:
            is_heard = self.is_off_hook and self.memory.is_signed_in
            self.then = Trigger.LEAVE_DUE if is_heard else Trigger.FORGET_DUE
        return []

    def send_sign_out(self) -> list[Effect]:
        """Send the 0820."""
        stan = self.stan(self.task.side_number)
        return self.transmit(self.requests.sign_out(stan, self.memory.counters.batch))

    def forget(self) -> list[Effect]:
        """Store that the terminal is signed out, whatever the host says."""
        signed_out = replace(self.memory.keys, is_signed_in=False)
        return [*self.end_wait(), self.memory.store_keys(signed_out)]

    def end_sign_out(self) -> list[Effect]:
        """End the task, signed out."""
        return [show("SIGNED_OUT"), *self.finish()]
