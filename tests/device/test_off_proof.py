"""Off is what was proved to be off: by current, or by silence."""

import pytest

from harness.device.contact import Contact
from harness.device.current_trace import CurrentTrace
from harness.device.line_relay import LineRelay
from harness.device.off_proof import CurrentProof, SilenceProof
from harness.errors import RigError
from tests.device.fake import Clock, recorder, told

DISCHARGE_S = 2.0


class Meter:
    """Shows one current after the other, the last one for ever."""

    part = "meter PSU"

    def __init__(self, *currents):
        self.currents = list(currents)

    def current_a(self):
        return self.currents.pop(0) if len(self.currents) > 1 else self.currents[0]


class Coil:
    part = "relay X"
    is_on = False

    def energise(self, is_energised):
        self.is_on = is_energised

    def is_energised(self):
        return self.is_on


@pytest.fixture
def clock():
    return Clock()


def test_current_that_dies_away_in_time_proves_it(clock):
    CurrentProof(Meter(0.3, 0.1, 0.009), clock, 0.01, DISCHARGE_S).require_off()
    assert 0 < clock.time_s < DISCHARGE_S


def test_current_that_stays_is_told_with_its_likely_cause(clock):
    with pytest.raises(RigError, match=r"still draws 0.085 A 2 s after .* by meter PSU: is the sw"):
        CurrentProof(Meter(0.085), clock, 0.01, DISCHARGE_S).require_off()
    assert clock.time_s >= DISCHARGE_S


def test_silence_proves_it_and_an_answer_does_not(clock):
    SilenceProof(lambda _for_s: True, clock).require_off()
    with pytest.raises(RigError, match="still answers after it was switched off: is the switch"):
        SilenceProof(lambda _for_s: False, clock).require_off()


def test_current_is_a_row_when_it_has_changed_or_a_second_has_passed(clock):
    kept = recorder(clock)
    trace = CurrentTrace(Meter(0.085, 0.086, 0.085, 0.085, 0.2), kept)
    for _ in range(5):
        trace.sample()
        clock.time_s += 0.4
    assert [row.facts["current_ma"] for row in kept.history().rows] == [85, 85, 200]


@pytest.mark.parametrize("is_normally_closed", [True, False])
def test_line_is_opened_for_a_time_and_left_whole(clock, is_normally_closed):
    coil = Coil()
    contact = Contact(coil, is_normally_closed)
    relay = LineRelay(contact, clock, kept := recorder(clock))
    relay.open()
    assert (contact.is_connected(), coil.is_on) == (False, is_normally_closed)
    relay.make_safe()
    assert (contact.is_connected(), coil.is_on) == (True, not is_normally_closed)
    relay.open_for(3.0)
    assert contact.is_connected()
    assert clock.time_s == pytest.approx(3.0)
    states = [value for _, _, value in told(kept)]
    assert states == ["open", "open", "closed"]
    assert {row.facts["layer"] for row in kept.history().rows} == {"relay"}
