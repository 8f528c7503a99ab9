import pytest

from harness.check import shown_secrets as checker
from harness.check.all import ALL_CHECKERS
from harness.check.compose import compose
from tests.check.literal import history, judgements, row
from tests.check.settlement_rows import fired, other_slip, put, story, whole_day
from tests.check.slip_rows import blind, slip

CLEAN = [
    slip(), row("terminal", "show", "RESULT", "", leaks=0),
    row("terminal", "tx", "ecr/040F", pan_form="6x4", leaks=0),
]  # fmt: skip


def c2(*rows, **header):
    return judgements(checker, history(*rows, **header))["C2"]


def test_masked_numbers_are_right():
    assert c2(*CLEAN).evaluated == 3
    assert not c2(*CLEAN).findings


@pytest.mark.parametrize(("leak", "where"), [
    (row("terminal", "show", "RESULT", "", leaks=1), "the display (RESULT)"),
    (row("terminal", "tx", "ecr/040F", leaks=2), "the till's line (040F)"),
    (row("terminal", "tx", "ecr/040F", pan_form="clear"), "the till's line (040F)"),
    (other_slip("details", leaks=1), "a slip"),
])  # fmt: skip
def test_a_number_in_clear_is_found(leak, where):
    (finding,) = c2(leak).findings
    assert finding.what == f"{where} shows a card number or track in clear"
    assert finding.evidence == (0,)
    assert finding.seen == str(leak[5].get("leaks", 1))


def test_a_number_on_the_display_is_found_alone():
    rows = put(whole_day(), 20, row("terminal", "show", "RESULT", "", leaks=1))
    assert fired(rows) == ["C2"]


def test_a_slip_that_may_show_it_is_right():
    clear = {"mask": "clear", "leaks": 1}
    assert c2(slip(**clear)).findings
    assert not c2(slip(**clear), profile={"pan_mask": ("sale clear",)}).findings
    assert not c2(slip(type="offline_sale", **clear)).findings
    assert c2(slip(mask="6x4", leaks=1), profile={"pan_mask": ("sale clear",)}).findings
    assert c2(slip(copy=None, **clear | {"type": None})).findings
    merchants = {"pan_mask": ("merchant clear",)}
    assert not c2(slip(**clear), profile=merchants).findings
    assert c2(slip(copy="cardholder", **clear), profile=merchants).findings
    assert c2(slip(copy=None, **clear | {"type": None}), profile={"pan_mask": "cup6x4"}).findings


def test_what_nobody_searched_and_what_others_sent_is_not_judged():
    unsearched = [row("terminal", "show", "RESULT", ""), row("terminal", "tx", "ecr/040F")]
    assert c2(*unsearched).evaluated == 0
    others = [row("till", "tx", "ecr/0601", leaks=1), row("terminal", "tx", "host/0200", leaks=1)]
    assert c2(*others).evaluated == 0


@pytest.mark.parametrize("channel", ["slip", "display", "ecr_wire"])
def test_a_blind_channel_leaves_a_gap(channel):
    assert not c2(*CLEAN).gaps
    assert c2(*CLEAN, blind(channel)).gaps
    assert not c2(*CLEAN, blind(channel), observes=("host_wire",)).gaps


def test_it_needs_paper_display_or_the_tills_line():
    judged = compose(story(CLEAN, observes=("host_wire", "ledger")), ALL_CHECKERS)
    assert "C2" in judged.unobservable
