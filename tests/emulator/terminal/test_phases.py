"""Any event in any phase: nothing raises, and what the table does not have changes nothing."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.emulator import (
    CardPresented,
    Closed,
    Connected,
    KeyPressed,
    PaperIn,
    PaperOut,
    PinKeyed,
    Posted,
    PoweredOn,
    Printed,
    PrinterDead,
    Received,
    Refused,
    SendFailed,
    Stored,
    StoreFailed,
    TimerFired,
    Told,
)
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.phases import AWAITING, REVOCABLE, Phase, Trigger
from harness.emulator.terminal.transitions import TRANSITIONS
from harness.link.zvt_serial import frame
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    CARD,
    REPRINT,
    SETTLE,
    SIGN_IN,
    Bench,
    answer_to,
    approve,
    asking,
    config,
    frame_of,
    refund,
    sale,
    silence,
    void,
)

MOMENTARY = {Phase.READING, Phase.READY, Phase.NUMBERED, Phase.DECLINING, Phase.FAILING}
AREAS = ("reversal", "journal", "counters", "keys", "last", "settlement")


class Collecting(Bench):
    """Keeps a copy of the terminal in each phase that it comes through."""

    found = None

    def apply(self, effects):
        if self.found is not None:
            self.found.setdefault(self.terminal.phase, deepcopy(self.terminal))
        super().apply(effects)


def collecting(found, **changes):
    """Return a bench with a terminal that is signed in."""
    bench = Collecting(config=config(**changes))
    bench.found = found
    return bench.sign_in()


def answering(code, **changes):
    return lambda request: [answer_to(request, code, **changes)]


def pending(found, **changes):
    """Return a bench that owes a reversal."""
    bench = collecting(found, **changes)
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")
    bench.host = approve
    return bench


def sell(found):
    bench = collecting(found)
    bench.order(sale())
    bench.order(REPRINT)
    for host in (answering("51"), answering("A0", mak=None), answering("00", mak=bytes(8))):
        bench.sign_in().host = host
        bench.order(sale())


def reverse(found):
    for code in ("00", "A0"):
        bench = pending(found)
        bench.host = answering(code)
        bench.order(zvt.Message(zvt.BALANCE))
    bench = pending(found)
    bench.dead_at = ("0400",)
    bench.order(sale())
    bench = pending(found, reversal_attempts_max=1)
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")


def lose_paper(found):
    bench = collecting(found)
    bench.has_paper = False
    bench.order(sale())
    bench.has_paper = True
    bench.give(PaperIn())


def heed(found):
    bench = collecting(found)
    bench.host = lambda request: [asking(frame_of(answer_to(request)), "1")]
    bench.order(sale())


def settle(found):
    for results in ("11", "22"):
        bench = collecting(found, refund_enabled=True)
        bench.order(sale())
        bench.order(refund())
        bench.host = lambda request, results=results: [answer_to(request, results=results)]
        bench.order(SETTLE)
    bench = collecting(found)
    bench.order(sale())
    bench.host = answering("77")
    bench.order(SETTLE)
    bench = collecting(found)
    bench.order(sale())
    bench.has_paper = False
    bench.order(SETTLE)
    bench.has_paper = True
    bench.give(PaperIn())


def phases():
    found = {}
    sell(found)
    settle(found)
    reverse(found)
    lose_paper(found)
    heed(found)
    recovering = Bench().sign_in()
    recovering.cut_at = recovering.applied + 28
    recovering.order(sale())
    terminal = Terminal(recovering.config, dict(recovering.nv))
    terminal.handle(0, PoweredOn())
    found.setdefault(terminal.phase, terminal)
    return found


FOUND = phases()


def events():
    """Return every kind of event, garbage on both ports among them."""
    request = Bench().sign_in()
    request.host = silence
    request.order(sale())
    answers = [answer_to(request.sent[0], code) for code in ("00", "51", "A0", "ZZ")]
    told = [
        sale(),
        void(2),
        refund(),
        SETTLE,
        REPRINT,
        SIGN_IN,
        zvt.Message(zvt.BALANCE),
        zvt.Message(zvt.ECR_ABORT),
    ]
    told += [zvt.with_password(each) for each in (zvt.SIGN_OUT, zvt.DETAILS, zvt.TOTALS)]
    told += [zvt.with_password(zvt.REPEAT_SETTLEMENT)]
    told += [zvt.Message(zvt.LAST_RESULT), zvt.registration(6), zvt.acknowledgement()]
    return [
        PoweredOn(), Printed(), PaperOut(), PaperIn(), PrinterDead(), Told("next day"),
        Posted("x"), KeyPressed("CANCEL"), KeyPressed("ENTER"),
        *(CardPresented(track2) for track2 in (CARD.track2, "", "D", CARD.track2[:-9])),
        *(PinKeyed(pin) for pin in ("", "1", "135790", "١٢٣٤", "1" * 13)),
        *(kind(port) for kind in (Connected, Refused, Closed) for port in ("host", "ecr", "x")),
        *(SendFailed(port, "0200") for port in ("host", "ecr")),
        *(kind(area) for kind in (Stored, StoreFailed) for area in (*AREAS, "", "other")),
        *(TimerFired(name) for name in ("answer", "connect", "operator", "ecr", "other")),
        *(Received("host", frame_of(answer)) for answer in answers),
        *(Received("host", data) for data in (b"", b"\x00", b"\x00\x05garba", b"\xff" * 90)),
        *(Received("ecr", zvt.encode_message(message)) for message in told),
        *(Received("ecr", data) for data in (b"", b"\x06", b"\x06\x01\x01\x04", b"\xff" * 9)),
    ]  # fmt: skip


EVENTS = events()


def test_every_phase_that_lasts_was_reached():
    assert set(FOUND) == set(Phase) - MOMENTARY


@pytest.mark.parametrize("phase", sorted(FOUND, key=lambda phase: phase.name))
def test_no_event_raises_in_any_phase(phase):
    for event in EVENTS:
        terminal = deepcopy(FOUND[phase])
        assert isinstance(terminal.handle(10**12, event), list)
        assert terminal.phase not in MOMENTARY


@pytest.mark.parametrize("phase", list(Phase))
def test_the_table_moves_or_refuses_every_trigger(phase):
    for trigger in Trigger:
        terminal = deepcopy(FOUND.get(phase, FOUND[Phase.IDLE]))
        terminal.phase = phase
        if (phase, trigger) not in TRANSITIONS:
            assert terminal.step(trigger) == []
            assert terminal.phase is phase


def test_momentary_phases_leave_by_every_trigger_that_can_be_due():
    due = {Trigger.SALE_DUE, Trigger.INQUIRY_DUE, Trigger.SIGN_IN_DUE, Trigger.OWING_NEW}
    due |= {Trigger.REFUND_DUE, Trigger.TOTALS_DUE, Trigger.GROUP_DUE, Trigger.END_DUE}
    due |= {Trigger.LEAVE_DUE}
    more = {Trigger.OWING, Trigger.LAST_DUE, Trigger.EXHAUSTED, Trigger.BLOCKED}
    more |= {Trigger.COMPLETED, Trigger.REPORT_DUE, Trigger.STAGE_DUE, Trigger.RECORD_DUE}
    more |= {Trigger.SLIP_DUE, Trigger.CLOSE_DUE, Trigger.NOTHING_DUE}
    assert all((Phase.NUMBERED, trigger) in TRANSITIONS for trigger in due)
    assert all((Phase.READY, trigger) in TRANSITIONS for trigger in {*due, *more})


def test_every_wait_for_the_host_ends_by_silence_and_by_cancel():
    for phase in AWAITING:
        for trigger in (Trigger.SILENT, Trigger.UNSENT):
            assert (phase, trigger) in TRANSITIONS
        assert ((phase, Trigger.CANCELLED) in TRANSITIONS) == (phase in REVOCABLE)


def test_every_write_goes_on_when_it_fails():
    writing = {phase for phase, trigger in TRANSITIONS if trigger is Trigger.STORED}
    assert {phase for phase, trigger in TRANSITIONS if trigger is Trigger.STORE_FAILED} == writing


noise = st.one_of(
    st.sampled_from(EVENTS),
    st.binary(max_size=60).map(lambda data: Received("host", data)),
    st.binary(max_size=20).map(lambda data: Received("ecr", data)),
    st.binary(max_size=20).map(lambda data: Received("ecr", frame(data))),
)


@pytest.mark.parametrize("link", ["serial", "tcp"])
@given(
    steps=st.lists(st.tuples(noise, st.integers(0, 40)), max_size=60),
    at_once=st.booleans(),
    attempts=st.integers(1, 3),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_sequence_of_events_raises_or_hangs(link, steps, at_once, attempts):
    changes = {"ecr_link": link, "reversal_at_once": at_once, "reversal_attempts_max": attempts}
    terminal = Terminal(config(**changes), dict(SIGNED_IN))
    now_s = 0
    for event, later_s in steps:
        now_s += later_s
        effects = terminal.handle(now_s * 10**9, event)
        assert len(effects) < 120
        assert terminal.phase not in MOMENTARY


SIGNED_IN = Bench().sign_in().nv
