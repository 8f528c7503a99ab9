from harness.check import Finding, Judgement
from harness.check.tally import Tally
from tests.check.literal import history, row

ROWS = history(row("till", "ok"), row("till", "ok")).rows


def test_what_is_right_is_counted():
    tally = Tally("Z1")
    tally.right()
    tally.require(True, "what", expected="this", seen="that", at=ROWS)
    assert tally.judgement() == Judgement("Z1", 2)


def test_what_is_wrong_is_a_finding_with_its_rows():
    tally = Tally("Z1")
    tally.require(False, "what", expected="this", seen="that", at=(ROWS[1], None, *ROWS))
    finding = Finding("Z1", "what", "this", "that", (0, 1))
    assert tally.judgement() == Judgement("Z1", 1, (finding,))


def test_a_gap_is_said_once():
    tally = Tally("Z1")
    for why in ("blind", "blind", "deaf"):
        tally.gap(why)
    assert tally.judgement() == Judgement("Z1", 0, gaps=("blind", "deaf"))
