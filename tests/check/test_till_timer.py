"""E3 and E5: how long the till waits, and that it repeats no payment."""

import pytest

from harness.check import till_command as checker
from tests.check.literal import row
from tests.check.slip_rows import begin, blind, done, fault, power
from tests.check.undoing_rows import found, judged, made, said

LINE = {"observes": ("till", "ecr_wire")}
LOST = fault("link_down", "tx terminal 04FF #1", device="ecr")
CUT = fault("cut", "tx terminal 04FF #1", device="ecr")


def e3(*rows, **header):
    return judged(checker, "E3", made(*rows, **LINE | header))


def e5(*rows, **header):
    return judged(checker, "E5", made(*rows, **LINE | header))


def apdu(kind, command, at_s=None, **facts):
    return row("till", kind, f"ecr/{command}", at_s=at_s, command=command, **facts)


def ended(kind, at_s, call=1, verb="sale"):
    return row("till", kind, verb, at_s=at_s, call=call)


def silent(end_s, *between, kind="info", last_s=100):
    """Return a sale after whose message at `last_s` the terminal falls silent."""
    rows = [begin(1), apdu("tx", "0601"), apdu("rx", "8000"), apdu("rx", "04FF", last_s), *between]
    return [*rows, *([ended(kind, end_s)] if end_s else [])]


def test_silence_ends_the_waiting_after_the_timer():
    assert e3(*silent(280)) == (1, 0, 0)
    assert e3(*silent(279)) == (1, 0, 0)
    assert e3(*silent(300)) == (1, 0, 0)


def test_a_call_given_up_though_messages_kept_coming_is_a_finding():
    assert e3(*silent(181)) == (1, 1, 0)
    assert e3(*silent(278)) == (1, 1, 0)
    assert found(made(*silent(181), **LINE)) == ["E3"]


def test_a_till_that_hangs_is_a_finding():
    assert e3(*silent(302)) == (1, 1, 0)
    assert e3(*silent(None), row("bench", "note", "x", at_s=400)) == (1, 1, 0)
    assert e3(*silent(None), row("bench", "note", "x", at_s=200)) == (0, 0, 0)


def test_a_call_longer_than_the_timer_that_messages_kept_alive_is_right():
    def whole(last_s):
        return [*silent(None, apdu("rx", "060F", last_s)), ended("ok", last_s + 1)]

    assert e3(*whole(190)) == (1, 0, 0)
    assert e3(*whole(150)) == (0, 0, 0)


@pytest.mark.parametrize(
    "what",
    [LOST, power("off"), apdu("tx", "06B0"), fault("drop", "tx terminal 04FF #2", device="ecr")],
)
def test_what_else_ends_a_call_is_not_its_matter(what):
    assert e3(*silent(181, what)) == (0, 0, 0)


def test_a_refused_command_may_end_at_once():
    rows = [begin(1), apdu("tx", "0601"), apdu("rx", "849C"), ended("fail", 5)]
    assert e3(*rows) == (0, 0, 0)
    assert e3(*rows[:-1], ended("fail", 500)) == (1, 1, 0)


def test_questions_and_calls_without_a_line_are_not_judged():
    rows = [
        begin(1, "status"),
        apdu("tx", "0F50"),
        apdu("rx", "8000"),
        ended("info", 9, 1, "status"),
    ]
    assert e3(*rows) == (0, 0, 0)
    assert e3(begin(1), apdu("tx", "0601"), ended("info", 20)) == (0, 0, 0)
    assert e3(begin(1), done(1)) == (0, 0, 0)


def test_a_line_that_went_blind_hides_messages():
    assert e3(*silent(181, blind("ecr_wire"))) == (0, 0, 1)


def test_the_slack_of_a_scaled_run_counts():
    assert e3(*silent(275), bench={"slack_ms": 5000}) == (1, 0, 0)


def paying(*later, kind="info"):
    """Return a sale whose line is lost, and what the till does then."""
    rows = [begin(1), apdu("tx", "0601"), apdu("rx", "8000"), LOST]
    return [*rows, *later, done(1, kind=kind)]


def test_a_till_that_asks_instead_is_right():
    assert e5(*paying()) == (1, 0, 0)
    ask = [begin(2, "status"), apdu("tx", "0F50"), apdu("rx", "8000"), done(2, "status")]
    assert e5(*paying(), *ask) == (1, 0, 0)
    again = [begin(3), apdu("tx", "0601"), done(3)]
    assert e5(*paying(), *ask, *again) == (1, 0, 0)


def test_a_payment_sent_again_is_a_finding():
    assert e5(*paying(apdu("tx", "0601"))) == (1, 1, 0)
    assert e5(*paying(), apdu("tx", "0601")) == (2, 1, 0)
    assert e5(*paying(), begin(2, "status"), apdu("tx", "0601"), done(2, "status")) == (2, 1, 0)
    assert found(made(*paying(apdu("tx", "0601")), **LINE)) == ["E5"]


@pytest.mark.parametrize("command", ["0601", "0622", "0624", "0625", "0630", "0631", "0F03"])
def test_every_command_for_money_counts(command):
    rows = [begin(1), apdu("tx", command), apdu("rx", "8000"), LOST, apdu("tx", command), done(1)]
    assert e5(*rows) == (1, 1, 0)


def test_a_frame_may_be_repeated_until_the_terminal_has_spoken():
    start = [begin(1), apdu("tx", "0601"), LOST]
    assert e5(*start, apdu("tx", "0601"), apdu("rx", "8000"), done(1)) == (1, 0, 0)
    cut = [begin(1), apdu("tx", "0601"), CUT, apdu("tx", "0601"), done(1)]
    assert e5(*cut) == (1, 1, 0)
    early = [begin(1), CUT, apdu("tx", "0601"), LOST, apdu("tx", "0601"), done(1)]
    assert e5(*early) == (1, 0, 0)


def test_a_refusal_is_no_carrying_out():
    rows = [begin(1), apdu("tx", "0601"), apdu("rx", "849C"), LOST, apdu("tx", "0601"), done(1)]
    assert e5(*rows) == (1, 0, 0)


def test_other_commands_may_come_again():
    rows = paying(apdu("tx", "06B0"), apdu("tx", "0F50"), apdu("tx", "0F50"))
    assert e5(*rows) == (1, 0, 0)
    other = [begin(1), apdu("tx", "0601"), apdu("rx", "8000"), apdu("tx", "0630"), LOST, done(1)]
    assert e5(*other) == (1, 0, 0)


def test_a_line_that_was_not_lost_is_not_its_matter():
    assert e5(begin(1), apdu("tx", "0601"), apdu("rx", "8000"), done(1)) == (0, 0, 0)
    assert e5(begin(1, "status"), apdu("tx", "0F50"), LOST, done(1, "status")) == (0, 0, 0)


def test_a_line_that_went_blind_is_a_gap():
    assert e5(*paying(blind("ecr_wire"))) == (0, 0, 1)
    assert e5(*paying(blind("ecr_wire"))[:-1]) == (0, 0, 1)


@pytest.mark.parametrize(
    "what",
    [
        fault("drop", "tx host 0210 #1"), power("on"), row("host", "power", "", "off"),
        row("terminal", "tx", "ecr/06B0"),
    ],
)  # fmt: skip
def test_what_else_happens_does_not_excuse_the_till(what):
    assert e3(*silent(181, what)) == (1, 1, 0)


def test_a_finding_says_how_long_it_was():
    assert said(checker, "E3", made(*silent(181), **LINE)) == "given up after 81.0 s"
    hung = [*silent(None), row("bench", "note", "x", at_s=400)]
    assert said(checker, "E3", made(*hung, **LINE)) == "still waiting after 300.0 s"


def test_what_the_terminal_sends_is_not_the_tills():
    echo = row("terminal", "rx", "ecr/0601")
    assert e5(*paying(echo)) == (1, 0, 0)
    told = apdu("rx", "0601")
    assert e5(*paying(told)) == (1, 0, 0)


def test_a_lost_host_line_is_not_its_matter():
    rows = [begin(1), apdu("tx", "0601"), apdu("rx", "8000"), fault("cut", "tx host 0210 #1")]
    assert e5(*rows, done(1)) == (0, 0, 0)


def test_what_was_said_before_the_first_command_does_not_count():
    early = [begin(1), apdu("rx", "04FF"), apdu("tx", "0601"), LOST, apdu("tx", "0601"), done(1)]
    assert e5(*early) == (1, 0, 0)
    two = [begin(1), apdu("tx", "0601"), apdu("tx", "04FF"), LOST, apdu("tx", "0601"), done(1)]
    assert e5(*two) == (1, 0, 0)


def test_a_finding_shows_the_command_before_it():
    rows = paying(apdu("tx", "0601"))
    (finding,) = next(
        one for one in checker.check(made(*rows, **LINE)) if one.rule == "E5"
    ).findings
    assert finding.evidence == (1, 4)
