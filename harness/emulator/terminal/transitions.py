"""What moves the terminal from phase to phase, and what it does then.  What is not here is refused.

READY, NUMBERED, DECLINING and FAILING are left at once, by what their action finds to be due.
"""

from collections.abc import Callable, Mapping

from harness.emulator import Effect
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.phases import Phase, Trigger

Action = Callable[[Flows], list[Effect]]
Row = tuple[Phase, Action]
Table = Mapping[tuple[Phase, Trigger], Row]

P, T, F = Phase, Trigger, Flows

COMMANDS: Table = {
    (P.IDLE, T.BOOTED): (P.IDLE, F.greet),
    (P.IDLE, T.BOOTED_COMPLETED): (P.RECOVERING, F.clear),
    (P.RECOVERING, T.STORED): (P.IDLE, F.greet),
    (P.RECOVERING, T.STORE_FAILED): (P.IDLE, F.greet),
    (P.IDLE, T.SALE): (P.BEGINNING, F.begin_sale),
    (P.IDLE, T.INQUIRY): (P.AWAITING_CARD, F.begin_inquiry),
    (P.IDLE, T.REFUSED): (P.FINISHING, F.refuse),
    (P.IDLE, T.SIGN_IN): (P.DIALLING, F.begin_sign_in),
    (P.IDLE, T.REPRINT): (P.REPRINTING, F.reprint),
    (P.IDLE, T.PAPER_IN): (P.PRINTING_REST, F.print_rest),
}
CARD: Table = {
    (P.BEGINNING, T.STORED): (P.AWAITING_CARD, F.ask_card),
    (P.BEGINNING, T.STORE_FAILED): (P.FINISHING, F.fail_store),
    (P.AWAITING_CARD, T.CARD): (P.AWAITING_PIN, F.ask_pin),
    (P.AWAITING_CARD, T.CARD_REFUSED): (P.FINISHING, F.finish),
    (P.AWAITING_CARD, T.CANCELLED): (P.FINISHING, F.cancel),
    (P.AWAITING_PIN, T.PIN): (P.DIALLING, F.dial),
    (P.AWAITING_PIN, T.EXHAUSTED): (P.EXHAUSTING, F.report_fault),
    (P.AWAITING_PIN, T.CANCELLED): (P.FINISHING, F.cancel),
    (P.DIALLING, T.CONNECTED): (P.READY, F.connected),
    (P.DIALLING, T.UNCONNECTED): (P.FINISHING, F.fail_connect),
    (P.DIALLING, T.CANCELLED): (P.FINISHING, F.cancel),
    (P.READY, T.SALE_DUE): (P.NUMBERING, F.number),
    (P.READY, T.INQUIRY_DUE): (P.NUMBERING, F.number),
    (P.READY, T.SIGN_IN_DUE): (P.NUMBERING, F.number_aside),
    (P.READY, T.OWING): (P.COUNTING, F.count),
    (P.READY, T.OWING_NEW): (P.NUMBERING, F.number_aside),
    (P.READY, T.LAST_DUE): (P.SETTLING, F.settle),
    (P.READY, T.EXHAUSTED): (P.EXHAUSTING, F.report_fault),
    (P.READY, T.BLOCKED): (P.FINISHING, F.block),
    (P.READY, T.NOTHING_DUE): (P.FINISHING, F.finish),
    (P.NUMBERING, T.STORED): (P.NUMBERED, F.choose),
    (P.NUMBERING, T.STORE_FAILED): (P.FINISHING, F.fail_store),
    (P.NUMBERED, T.SALE_DUE): (P.SECURING, F.secure),
    (P.NUMBERED, T.INQUIRY_DUE): (P.INQUIRING, F.send_inquiry),
    (P.NUMBERED, T.SIGN_IN_DUE): (P.SIGNING_IN, F.send_sign_in),
    (P.NUMBERED, T.OWING_NEW): (P.COUNTING, F.count),
    (P.SECURING, T.STORED): (P.AWAITING_ANSWER, F.send_request),
    (P.SECURING, T.STORE_FAILED): (P.FINISHING, F.fail_store),
}
ANSWERS: Table = {
    (P.AWAITING_ANSWER, T.APPROVED): (P.JOURNALLING, F.journal),
    (P.AWAITING_ANSWER, T.DECLINED): (P.REFUSING, F.clear),
    (P.AWAITING_ANSWER, T.SPOILED): (P.GIVING_UP, F.give_up),
    (P.AWAITING_ANSWER, T.SILENT): (P.GIVING_UP, F.give_up),
    (P.AWAITING_ANSWER, T.UNSENT): (P.GIVING_UP, F.give_up_unsent),
    (P.AWAITING_ANSWER, T.CANCELLED): (P.GIVING_UP, F.give_up_cancelled),
    (P.GIVING_UP, T.STORED): (P.FINISHING, F.fail_answer),
    (P.GIVING_UP, T.STORE_FAILED): (P.FINISHING, F.fail_answer),
    (P.JOURNALLING, T.STORED): (P.CLEARING, F.clear),
    (P.JOURNALLING, T.STORE_FAILED): (P.GIVING_UP, F.give_up_journal),
    (P.CLEARING, T.STORED): (P.PRINTING, F.print_sale),
    (P.CLEARING, T.STORE_FAILED): (P.PRINTING, F.print_sale),
    (P.REFUSING, T.STORED): (P.DECLINING, F.weigh_decline),
    (P.REFUSING, T.STORE_FAILED): (P.DECLINING, F.weigh_decline),
    (P.DECLINING, T.SIGN_OUT_DUE): (P.SIGNING_OUT, F.sign_out),
    (P.DECLINING, T.NOTHING_DUE): (P.FINISHING, F.finish),
    (P.SIGNING_OUT, T.STORED): (P.FINISHING, F.say_signed_out),
    (P.SIGNING_OUT, T.STORE_FAILED): (P.FINISHING, F.say_signed_out),
    (P.INQUIRING, T.APPROVED): (P.FINISHING, F.finish),
    (P.INQUIRING, T.DECLINED): (P.DECLINING, F.weigh_decline),
    (P.INQUIRING, T.SPOILED): (P.FINISHING, F.fail_answer),
    (P.INQUIRING, T.SILENT): (P.FINISHING, F.fail_answer),
    (P.INQUIRING, T.UNSENT): (P.FINISHING, F.fail_connect),
    (P.INQUIRING, T.CANCELLED): (P.FINISHING, F.cancel),
    (P.FINISHING, T.STORED): (P.IDLE, F.tell),
    (P.FINISHING, T.STORE_FAILED): (P.IDLE, F.tell),
    (P.FINISHING, T.REVERSAL_AT_ONCE): (P.DIALLING, F.reverse_at_once),
}
REVERSALS: Table = {
    (P.COUNTING, T.STORED): (P.REVERSING, F.send_reversal),
    (P.COUNTING, T.STORE_FAILED): (P.FINISHING, F.fail_store),
    (P.REVERSING, T.CONCLUDED): (P.CONCLUDING, F.conclude),
    (P.REVERSING, T.UNCONCLUDED): (P.FAILING, F.fail_reversal),
    (P.REVERSING, T.SPOILED): (P.FAILING, F.fail_reversal),
    (P.REVERSING, T.SILENT): (P.FAILING, F.fail_reversal),
    (P.REVERSING, T.CANCELLED): (P.FAILING, F.cancel_reversal),
    (P.REVERSING, T.UNSENT): (P.UNCOUNTING, F.uncount),
    (P.REVERSING, T.MUST_SIGN_IN): (P.RENEWING, F.sign_out),
    (P.FAILING, T.EXHAUSTED): (P.EXHAUSTING, F.report_fault),
    (P.FAILING, T.BLOCKED): (P.FINISHING, F.block),
    (P.FAILING, T.NOTHING_DUE): (P.FINISHING, F.finish),
    (P.UNCOUNTING, T.STORED): (P.FINISHING, F.finish),
    (P.UNCOUNTING, T.STORE_FAILED): (P.FINISHING, F.finish),
    (P.CONCLUDING, T.STORED): (P.READY, F.choose),
    (P.CONCLUDING, T.STORE_FAILED): (P.FINISHING, F.fail_store),
    (P.SETTLING, T.STORED): (P.READY, F.choose),
    (P.SETTLING, T.STORE_FAILED): (P.FINISHING, F.fail_store),
    (P.RENEWING, T.STORED): (P.READY, F.choose),
    (P.RENEWING, T.STORE_FAILED): (P.FINISHING, F.fail_store),
    (P.EXHAUSTING, T.PRINTED): (P.DROPPING, F.drop),
    (P.EXHAUSTING, T.UNPRINTED): (P.DROPPING, F.drop),
    (P.DROPPING, T.STORED): (P.FINISHING, F.give_in),
    (P.DROPPING, T.STORE_FAILED): (P.FINISHING, F.give_in),
}
SIGN_IN: Table = {
    (P.SIGNING_IN, T.KEYS): (P.TAKING_BATCH, F.take_batch),
    (P.SIGNING_IN, T.SPOILED): (P.FINISHING, F.refuse_keys),
    (P.SIGNING_IN, T.DECLINED): (P.FINISHING, F.decline_sign_in),
    (P.SIGNING_IN, T.SILENT): (P.FINISHING, F.fail_answer),
    (P.SIGNING_IN, T.UNSENT): (P.FINISHING, F.fail_connect),
    (P.SIGNING_IN, T.CANCELLED): (P.FINISHING, F.cancel),
    (P.TAKING_BATCH, T.STORED): (P.TAKING_KEYS, F.take_keys),
    (P.TAKING_BATCH, T.STORE_FAILED): (P.FINISHING, F.fail_store),
    (P.TAKING_KEYS, T.STORED): (P.READY, F.choose),
    (P.TAKING_KEYS, T.STORE_FAILED): (P.FINISHING, F.fail_store),
}
PRINTING: Table = {
    (P.PRINTING, T.PRINTED): (P.PRINTING, F.print_next),
    (P.PRINTING, T.ALL_PRINTED): (P.FINISHING, F.end_printing),
    (P.PRINTING, T.UNPRINTED): (P.FINISHING, F.miss_paper),
    (P.REPRINTING, T.PRINTED): (P.REPRINTING, F.print_next),
    (P.REPRINTING, T.ALL_PRINTED): (P.FINISHING, F.end_printing),
    (P.REPRINTING, T.UNPRINTED): (P.FINISHING, F.miss_paper_again),
    (P.PRINTING_REST, T.PRINTED): (P.PRINTING_REST, F.print_next),
    (P.PRINTING_REST, T.ALL_PRINTED): (P.RECORDING, F.record_printed),
    (P.PRINTING_REST, T.UNPRINTED): (P.IDLE, F.wait_for_paper),
    (P.RECORDING, T.STORED): (P.IDLE, F.rest_done),
    (P.RECORDING, T.STORE_FAILED): (P.IDLE, F.rest_done),
}
TRANSITIONS: Table = {**COMMANDS, **CARD, **ANSWERS, **REVERSALS, **SIGN_IN, **PRINTING}
