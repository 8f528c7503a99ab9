"""Each seeded defect shows, and the reference terminal does not show it."""

from functools import partial

import pytest

from harness.emulator import KeyPressed, Store
from harness.emulator.terminal.defects import TERMINAL_DEFECTS
from harness.emulator.terminal.defects_answer import ANSWER_DEFECTS
from harness.emulator.terminal.defects_closing import CLOSING_DEFECTS
from harness.emulator.terminal.defects_field import FIELD_DEFECTS
from harness.emulator.terminal.defects_power import POWER_DEFECTS
from harness.emulator.terminal.defects_settlement import SETTLEMENT_DEFECTS
from harness.emulator.terminal.defects_till import TILL_LINE_DEFECTS
from harness.emulator.terminal.defects_void import VOID_DEFECTS
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.slips import WIDTH
from harness.errors import DecodeError
from harness.wire import zvt
from harness.wire.dialects.unionpay import Header
from harness.wire.escpos import columns
from harness.wire.keys import format_working_keys
from harness.wire.mac import is_mac_right
from harness.wire.pin_block import decrypt_pin
from tests.emulator.terminal import day
from tests.emulator.terminal.bench import (
    CARD,
    LAST,
    MAK,
    PIK,
    REPRINT,
    SIGN_IN,
    TMK,
    Bench,
    answer_to,
    approve,
    codes,
    sale,
    silence,
)

BALANCE = zvt.Message(zvt.BALANCE)


def answering(code, mti="0200", **changes):
    def host(request):
        is_meant = request.mti == mti
        return [answer_to(request, code, **changes)] if is_meant else approve(request)

    return host


def unanswered(bench, order=None, key=""):
    """Let a transaction have no answer, or be cancelled while it waits; return the bench."""
    bench.host = silence
    bench.order(order or sale(500))
    if key:
        bench.give(KeyPressed(key))
    elif "answer" in bench.timers:
        bench.fire("answer")
    bench.host = approve
    bench.forget()
    return bench


def next_mtis(bench):
    bench.order(sale(99))
    return bench.mtis


def stores_late(bench):
    bench.order(sale())
    return bench.log.index("tx 0200") < bench.log.index("nv reversal")


def pushes_inquiry(bench):
    return "0400" in next_mtis(unanswered(bench, BALANCE))


def forgets(bench, key=""):
    return next_mtis(unanswered(bench, key=key)) != ["0400", "0200"]


def reverses_after(bench, code):
    bench.host = answering(code)
    bench.order(sale())
    return bench.memory.is_owing


def forgets_unknown(bench):
    return not reverses_after(bench, "ZZ")


def sends_first(bench):
    next_mtis(unanswered(bench))
    return next_mtis(bench)[:2] == ["0200", "0400"]


def in_reversal(bench, number, right):
    next_mtis(unanswered(bench))
    return bench.sent[0].text(number) != right


def concludes_on(bench, code):
    unanswered(bench).host = answering(code, "0400")
    return "0200" in next_mtis(bench)


def gives_up(bench, prepare=lambda _bench: None, times=3):
    unanswered(bench)
    bench.host = silence
    prepare(bench)
    for _ in range(times):
        bench.order(sale(99))
        if "answer" in bench.timers:
            bench.fire("answer")
    return bench


def drops_silently(bench):
    gives_up(bench)
    return not bench.memory.is_owing and not bench.slips and "REVERSAL_FAILED" not in bench.shown


def counts_refused_calls(bench):
    def refuse(bench):
        bench.answers_calls = False

    return gives_up(bench, refuse).memory.reversal.attempts > 0


def never_gives_up(bench):
    return gives_up(bench, times=4).mtis.count("0400") > 3


def takes_late(bench):
    late = []
    bench.host = lambda request: late.append(answer_to(request)) or []
    bench.order(sale(500))
    bench.fire("answer")
    bench.host = lambda request: [late[0]] if request.mti == "0200" else approve(request)
    return codes(bench.order(sale(500)))[-1:] == [("060F", None)]


def loses_at_cut(bench):
    return not unanswered(bench).reboot().memory.is_owing


def cut_at(bench, label, nth=1):
    """Cut the power after the nth effect of this name in a sale."""
    perform, seen = bench.perform, []

    def count(effect):
        perform(effect)
        seen.append(f"{effect.kind} {effect.label}")
        if seen.count(label) == nth and seen[-1] == label:
            bench.cut_at = bench.applied + 1

    bench.perform = count
    bench.order(sale())
    return bench.reboot()


def reverses_completed(bench):
    return cut_at(bench, "nv journal").memory.is_owing


def reverses_unprinted(bench):
    bench.has_paper = False
    bench.order(sale())
    return "0400" in next_mtis(bench)


def reverses_untold(bench):
    react = bench.react
    bench.react = lambda data: None if data[:2] == b"\x04\x0f" else react(data)
    bench.order(sale())
    bench.fire("ecr")
    bench.react = react
    return "0400" in next_mtis(bench)


def prints(bench, code):
    bench.host = answering(code) if code else silence
    bench.order(sale())
    if not code:
        bench.fire("answer")
    return bool(bench.slips) and bench.read().says_approved


def prints_nothing(bench):
    return not prints(bench, "00")


def lacks(bench, name):
    bench.order(sale())
    return not getattr(bench.read(), name)


def is_too_wide(bench):
    bench.order(sale())
    return any(columns(line.text) > WIDTH for line in bench.slips[0].lines)


def shows(bench, name, right):
    bench.order(sale(1234))
    return getattr(bench.read(), name) != right


def reprint(bench, name, right):
    bench.order(sale(700))
    bench.order(sale(1234))
    bench.order(REPRINT)
    return getattr(bench.read(), name) != right


def reports_before(bench):
    bench.order(sale(700))
    bench.order(sale(1234))
    return bench.order(LAST)[0].fields["amount_minor"] != 1234


def reports_pending(bench):
    return unanswered(bench).order(LAST)[0].fields["result_code"] == 0


def in_request(bench, number):
    bench.order(sale())
    return number not in bench.sent[0].fields


def repeats_stan(bench):
    bench.order(sale())
    bench.order(sale())
    return len({message.text(11) for message in bench.sent}) < 2


def repeats_stan_after_cut(bench):
    bench.order(BALANCE)
    fresh = bench.reboot()
    fresh.order(BALANCE)
    return fresh.sent[0].text(11) == bench.sent[0].text(11)


def frame_of_sale(bench):
    frames = []
    bench.send = lambda _label, data: frames.append(data)
    bench.order(sale())
    return frames[0]


def has_wrong_mac(bench):
    return not is_mac_right(frame_of_sale(bench)[13:], MAK)


def asks_in_header(bench):
    return frame_of_sale(bench)[7:13].hex() != str(Header())


def keeps_keys(bench):
    keys = format_working_keys(TMK, PIK, MAK[::-1])
    bench.host = lambda request: [answer_to(request, F62=keys)]
    bench.order(SIGN_IN)
    return bench.memory.working.mak == MAK


def accepts(bench, **changes):
    bench.host = lambda request: [answer_to(request, **changes)]
    return codes(bench.order(sale()))[-1:] == [("060F", None)]


def sells_signed_out(bench):
    bench.host = answering("A0", mak=None)
    bench.order(sale())
    return codes(bench.order(sale())) != [("061E", 0x6B)]


def sells_without_keys(bench):
    fresh = bench.reboot(nv={})
    fresh.order(sale())
    return fresh.mtis == ["0200"]


def has_wrong_block(bench):
    bench.order(sale())
    try:
        return decrypt_pin(bench.sent[0].text(52), PIK, CARD.pan) != "135790"
    except DecodeError:
        return True


class Tearing(Bench):
    """Of the write before the cut only the first bytes come through."""

    keep = 0

    def perform(self, effect):
        if not (isinstance(effect, Store) and self.applied + 1 == self.cut_at):
            super().perform(effect)
            return
        old = self.nv.get(effect.label, b"")
        self.nv[effect.label] = effect.data[: self.keep] + old[self.keep :]


def tear(bench, label, keep):
    """Tear the first write of an area in the next sale, and boot again."""
    trial = bench.reboot()
    trial.order(sale(1234))
    torn = Tearing(bench.config, dict(bench.nv), bench.boot, host=bench.host)
    torn.keep, torn.cut_at = keep, trial.log.index(f"nv {label}") + 1
    torn.order(sale(1234))
    assert not torn.is_on
    return bench.reboot(nv=torn.nv)


def reverses_another(bench):
    """Take the number of the torn record and the fields of the one below it."""
    bench.order(sale(9876))
    return tear(bench, "reversal", 60).memory.is_owing


def loses_torn(bench):
    return not tear(unanswered(bench), "reversal", 20).memory.is_owing


def waits_long(bench):
    bench.host = silence
    bench.order(sale())
    return bench.timers["answer"] - bench.now_ns > 61 * 10**9


def waits_for_ever(bench):
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")
    return bench.terminal.phase.name == "AWAITING_ANSWER"


def signs_cardholders_copy(bench):
    bench.order(sale())
    return bench.read().has_signature_line


def leaves_paper_uncut(bench):
    bench.order(sale())
    return not bench.slips[0].is_cut


def reports_like_a_receipt(bench):
    bench.host = silence
    for _ in range(4):
        bench.order(sale(500))
        bench.fire("answer")
    return bench.slips != [] and bench.read().kind != "fault"


def repeats_for_ever(bench):
    bench.host = silence
    bench.order(sale())
    for _ in range(9):
        if "answer" in bench.timers:
            bench.fire("answer")
    return bench.mtis == ["0200"] * 10


PROBES = {
    "stores-reversal-after-send": stores_late,
    "reverses-balance-inquiry": pushes_inquiry,
    "forgets-reversal-after-time-out": forgets,
    "forgets-reversal-on-cancel": partial(forgets, key="CANCEL"),
    "accepts-unknown-response-code": forgets_unknown,
    "reverses-decline": partial(reverses_after, code="51"),
    "reverses-host-failure": partial(reverses_after, code="96"),
    "sends-sale-before-reversal": sends_first,
    "reversal-carries-track": partial(in_reversal, number=35, right=""),
    "reversal-has-wrong-reason": partial(in_reversal, number=39, right="98"),
    "reversal-changes-amount": partial(in_reversal, number=4, right="000000000500"),
    "concludes-reversal-on-96": partial(concludes_on, code="96"),
    "concludes-reversal-on-any-answer": partial(concludes_on, code="22"),
    "drops-reversal-silently": drops_silently,
    "counts-connect-failures": counts_refused_calls,
    "retries-reversal-for-ever": never_gives_up,
    "takes-late-answer": takes_late,
    "loses-reversal-at-power-cut": loses_at_cut,
    "reverses-completed-sale": reverses_completed,
    "reverses-at-paper-out": reverses_unprinted,
    "reverses-when-till-is-lost": reverses_untold,
    "prints-slip-for-pending-sale": partial(prints, code=""),
    "prints-slip-for-decline": partial(prints, code="51"),
    "prints-no-slip": prints_nothing,
    "slip-is-too-wide": is_too_wide,
    "slip-lacks-reference": partial(lacks, name="rrn"),
    "slip-lacks-batch": partial(lacks, name="batch"),
    "slip-shows-other-amount": partial(shows, name="amount_minor", right=1234),
    "prints-pan-in-clear": partial(shows, name="pan_masked", right=CARD.masked),
    "reprint-is-unmarked": partial(reprint, name="is_duplicate", right=True),
    "reprints-sale-before": partial(reprint, name="amount_minor", right=1234),
    "cardholder-signs": signs_cardholders_copy,
    "slip-is-not-cut": leaves_paper_uncut,
    "fault-looks-like-receipt": reports_like_a_receipt,
    "reports-payment-before": reports_before,
    "reports-failure-as-approved": reports_pending,
    "omits-currency": partial(in_request, number=49),
    "stan-stands-still": repeats_stan,
    "reuses-stan-after-power-cut": repeats_stan_after_cut,
    "asks-in-header": asks_in_header,
    "mac-lacks-mti": has_wrong_mac,
    "keeps-old-keys": keeps_keys,
    "accepts-wrong-mac": partial(accepts, mak=bytes(8)),
    "accepts-other-amount": partial(accepts, F4="000000009999"),
    "accepts-other-stan": partial(accepts, F11="987654"),
    "stays-signed-in": sells_signed_out,
    "sells-without-sign-in": sells_without_keys,
    "omits-pin-size": partial(in_request, number=26),
    "pin-under-half-key": has_wrong_block,
    "reads-torn-record": reverses_another,
    "writes-reversal-in-place": loses_torn,
    "waits-too-long": waits_long,
    "waits-for-ever": waits_for_ever,
    "repeats-request-for-ever": repeats_for_ever,
}


REFERENCE_DAY = day.transcripts(Terminal)


def boot_of(name):
    """Return what makes a terminal with the defect, as a class would."""
    return lambda config, survived: TERMINAL_DEFECTS[name].boot(config)(survived)


ELSEWHERE = {  # in test_defects_field and test_defects_further
    **FIELD_DEFECTS, **ANSWER_DEFECTS, **CLOSING_DEFECTS, **POWER_DEFECTS, **TILL_LINE_DEFECTS
}  # fmt: skip
SILENT = {"mac-lacks-mti", "stan-stands-still", "keeps-result-to-itself"}
OF_A_DAY = VOID_DEFECTS | SETTLEMENT_DEFECTS  # seen in what they do from sale to settlement


def test_every_defect_has_a_probe():
    assert set(PROBES) | set(OF_A_DAY) | set(ELSEWHERE) == set(TERMINAL_DEFECTS)


@pytest.mark.parametrize("name", OF_A_DAY)
def test_a_defect_makes_another_day(name):
    assert day.transcripts(boot_of(name)) != REFERENCE_DAY


@pytest.mark.parametrize("name", PROBES)
def test_a_defect_shows_and_the_reference_does_not_show_it(name):
    assert PROBES[name](Bench(boot=boot_of(name)).sign_in())
    assert not PROBES[name](Bench(boot=Terminal).sign_in())


@pytest.mark.parametrize("name", TERMINAL_DEFECTS)
def test_a_defect_says_what_it_is(name):
    defect = TERMINAL_DEFECTS[name]
    assert defect.rule[0].isupper()
    assert defect.rule[1:].isdigit()
    assert defect.what.endswith(".")
    assert "\n" not in defect.what


@pytest.mark.parametrize("name", sorted(set(TERMINAL_DEFECTS) - SILENT))
def test_a_terminal_with_a_defect_still_sells(name):
    bench = Bench(boot=boot_of(name)).sign_in()
    assert codes(bench.order(sale()))[-1] == ("060F", None)
    assert len(bench.memory.journal.vouchers) == 1
