"""A terminal with a past is settled before a case that must know what its batch holds."""

import pytest

from harness.errors import RigError
from harness.rig.empty_batch import empty_batch, needs_empty_batch
from tests.rig.opened import rig


def settlements(opened):
    rows = opened.history().rows
    return [row.kind for row in rows if row.address == "settle" and row.kind != "invoke"]


@pytest.mark.parametrize(
    ("due", "is_needed"),
    [
        (("S7",), True),
        (("M8", "L1"), True),
        (("F1", "M2"), True),
        (("V3",), True),
        (("V2",), False),
        (("M2", "R3"), False),
        ((), False),
    ],
)
def test_rules_about_what_a_batch_holds_need_an_empty_batch(due, is_needed):
    assert needs_empty_batch(due) == is_needed


def test_what_the_batch_holds_is_settled():
    with rig() as opened:
        opened.bring_to()
        opened.till.sale(1234)
        empty_batch(opened)
        assert settlements(opened) == ["ok"]


def test_one_that_refuses_an_empty_batch_is_settled_with_a_sale_in_it():
    with rig() as opened:
        empty_batch(opened)
        assert settlements(opened) == ["fail", "ok"]


def test_one_that_does_not_know_the_supervisor_is_told():
    with rig() as opened:
        opened.till.password = "999999"
        with pytest.raises(RigError, match="could not be settled before the case, .*password_file"):
            empty_batch(opened)
        assert settlements(opened) == ["fail", "fail"]
