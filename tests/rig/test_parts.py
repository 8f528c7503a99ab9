"""What a device is made of, and what a history says of it."""

from dataclasses import replace

import pytest

from harness.errors import MisuseError
from harness.link.zvt_serial import ZvtSerialLink
from harness.link.zvt_tcp import ZvtTcpLink
from harness.rig.defects import DEFECTS, require_known
from harness.rig.frames import till_link
from harness.rig.open_rig import open_rig
from harness.rig.opening import INSIDE, LIVE_FAST, Opening, make_header, till_slack_s
from harness.rig.parts import make_parts
from harness.terms.outcome import Outcome
from tests.rig.opened import ROOT, SERIAL, TCP, rig


def header(parts=SERIAL, **opening):
    return make_header(parts, Opening(**opening))


# --- header


def test_header_says_what_the_bench_is_and_sees():
    found = header(case="a", due=("M2",))
    assert (found.world, found.case, found.due, found.observes) == ("virtual", "a", ("M2",), INSIDE)
    assert found.host_wire_at == "terminal"
    assert found.bench["kind"] == "emulated"
    assert found.bench["keys_from"] == "built-in test keys"
    assert found.bench["paper_columns"] == 32
    assert "defects" not in found.bench


def test_defects_that_are_on_are_in_the_header():
    assert header(replace(SERIAL, defects=("accepts-any-pin",))).bench["defects"] == (
        "accepts-any-pin",
    )


def test_live_world_of_an_emulated_bench_is_scaled_and_says_how_late_it_may_be():
    found = header(world="live")
    assert (found.world, found.timer_scale) == ("live", LIVE_FAST)
    assert found.bench["slack_ms"] == 15_000


def test_till_line_waits_longer_only_where_the_world_is_scaled():
    assert till_slack_s(header()) == 0.0
    assert till_slack_s(header(world="live")) == pytest.approx(45.0)


# --- links


def test_till_link_is_the_one_of_the_line_with_its_slack():
    assert isinstance(till_link("tcp", 45.0)(), ZvtTcpLink)
    usual, slow = till_link("serial")(), till_link("serial", 45.0)()
    assert isinstance(usual, ZvtSerialLink)
    assert slow.ack_timeout_s == usual.ack_timeout_s + 45.0
    assert slow.byte_timeout_s == usual.byte_timeout_s + 45.0


def test_three_attempts_of_a_slow_till_line_end_before_the_till_gives_up():
    slow = till_link("serial", till_slack_s(header(world="live")))()
    with rig() as opened:
        assert slow.attempts_max * slow.ack_timeout_s < opened.till.terminal.result_timeout_s


def test_terminal_waits_longer_for_its_till_by_the_same_slack():
    usual, slow = (SERIAL.terminal(slack_s)({}).config for slack_s in (0.0, 45.0))
    assert slow.ecr_ack_timeout_s == usual.ecr_ack_timeout_s + 45.0
    assert slow.ecr_answer_timeout_s == usual.ecr_answer_timeout_s + 45.0


# --- parts


def test_names_of_links_are_those_of_the_file():
    assert (SERIAL.ecr_link, TCP.ecr_link) == ("serial", "tcp")


def test_cards_and_keys_are_in_no_representation():
    text = repr(SERIAL)
    assert SERIAL.cards[0].pan not in text
    assert SERIAL.tmk.hex() not in text.lower()
    assert repr(SERIAL.tmk) not in text


def test_books_begin_with_the_balances_of_the_cards():
    books = SERIAL.books()
    assert {card.token: books.balance_minor(f"card:{card.token}") for card in SERIAL.cards} == {
        card.token: card.balance_minor for card in SERIAL.cards
    }


def test_profile_of_a_case_comes_on_top_of_that_of_the_device():
    device = SERIAL.device
    made = make_parts("x", device, ROOT, profile={"copies": 3})
    assert (made.profile["copies"], made.profile["reversal_attempts_max"]) == (3, 3)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["none-such"], "no defect is called 'none-such'"),
        (["accepts-wrong-mac", "prints-no-slip"], "both of the terminal: switch on one"),
    ],
)
def test_defects_that_cannot_be_switched_on_are_misuse(names, said):
    with pytest.raises(MisuseError, match=said):
        make_parts("x", SERIAL.device, ROOT, defects=tuple(names))


def test_one_defect_of_each_part_may_be_on():
    firsts = {defect.part: name for name, defect in reversed(DEFECTS.items())}
    require_known(firsts.values())
    assert set(firsts) == {"terminal", "host", "printer", "till", "bench"}


def test_every_defect_names_a_rule_and_says_what_is_wrong():
    assert all(defect.rule and defect.what for defect in DEFECTS.values())
    assert len(DEFECTS) >= 15


def test_emulated_terminal_believes_the_supervisor_of_the_bench():
    parts = replace(SERIAL, password="271828")
    assert parts.terminal()({}).config.password == "271828"
    assert "271828" not in repr(parts.terminal()({}).config)
    with open_rig(parts, Opening()) as opened:
        opened.bring_to()
        opened.till.sale(1234)
        assert opened.till.void(opened.till.voucher) is Outcome.APPROVED
