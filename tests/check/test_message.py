import pytest

from harness.check.message import (
    has_left,
    is_answer_mti,
    is_approval,
    is_cancel,
    is_card_transaction,
    is_code_known,
    is_power_cut,
    is_reversible,
    is_same_stan,
    is_whole,
    mti_of,
    name_of,
    original_of,
    stan_of,
    title,
    value_of,
)
from tests.check.literal import history, row
from tests.check.reversal_rows import answer, cancel, power, request, undo


def one(made):
    return history(made).rows[0]


def fact_row(address="host/0200", **facts):
    return one(row("terminal", "tx", address, **facts))


def test_a_title_has_name_and_stan():
    assert title(one(request(1))) == "sale 000001"
    assert title(fact_row(name="sale")) == "sale of unknown STAN"


def test_a_name_that_is_not_known_comes_from_the_type_code():
    assert name_of(fact_row(type_code="23")) == "void"
    assert name_of(fact_row(name="unknown", type_code="20")) == "completion"
    assert name_of(fact_row(name="sale", type_code="20")) == "sale"
    assert name_of(fact_row()) == name_of(fact_row(type_code="99")) == "unknown"


def test_an_mti_that_could_not_be_read_comes_from_the_address():
    assert mti_of(fact_row()) == "0200"
    assert mti_of(fact_row(mti="0400")) == "0400"


def test_a_field_is_its_fact_or_what_was_derived_from_it():
    made = fact_row(F3="000000", F11="000009", stan=9)
    assert (value_of(made, "F3"), value_of(made, "F11")) == ("000000", 9)
    assert value_of(made, "F4") is None
    assert value_of(fact_row(F11="000009"), "F11") == "000009"


def test_a_frame_is_whole_or_has_left_at_least():
    assert is_whole(fact_row())
    assert has_left(fact_row())
    cut, never = fact_row(partial=True, size=1), fact_row(partial=True, size=0)
    assert (is_whole(cut), has_left(cut)) == (False, True)
    assert (is_whole(never), has_left(never)) == (False, False)
    assert has_left(fact_row(partial=True))


@pytest.mark.parametrize(
    ("kind", "reversible", "card"),
    [
        ("sale", True, True),
        ("void", True, True),
        ("preauth", True, True),
        ("completion", True, True),
        ("balance", False, True),
        ("refund", False, True),
        ("completion_advice", False, True),
        ("offline_sale", False, False),
    ],
)
def test_kinds_of_requests(kind, reversible, card):
    made = one(request(1, kind=kind))
    assert (is_reversible(made), is_card_transaction(made)) == (reversible, card)


def test_a_reversal_is_no_request():
    made = one(undo(1, name="sale"))
    assert not is_reversible(made)
    assert not is_card_transaction(made)


@pytest.mark.parametrize("code", ["00", "11", "A2", "A4", "A5", "A6", "10"])
def test_approving_codes(code):
    assert is_approval(one(answer(1, code)), {})


def test_code_10_approves_a_sale_only():
    assert not is_approval(one(answer(1, "10", kind="void")), {})
    assert not is_approval(one(answer(1, "51")), {})


def test_codes_are_those_of_the_profile():
    table = {"f39_table": ("00 A", "Z9 A", "51 C", "68", "")}
    assert is_approval(one(answer(1, "Z9")), table)
    assert not is_approval(one(answer(1, "11")), table)
    assert is_code_known(one(answer(1, "68")), table)
    assert not is_code_known(one(answer(1, "55")), table)
    assert is_code_known(one(answer(1, "55")), {})
    assert not is_code_known(one(answer(1, "Z9")), {})
    assert not is_code_known(fact_row(), {})


def test_keys_that_cancel():
    assert is_cancel(one(cancel()))
    assert is_cancel(one(row("nemesis", "act", "tx terminal 0200 #1", key="stop")))
    assert not is_cancel(one(row("operator", "act", "key", key="OK")))
    assert not is_cancel(one(row("operator", "act", "card", card="card-1")))
    assert not is_cancel(fact_row(key="CANCEL"))


def test_the_terminals_power_only():
    assert is_power_cut(one(power("off")))
    assert not is_power_cut(one(power("on")))
    assert not is_power_cut(one(("host", "power", "", "off", None, {})))
    assert not is_power_cut(one(("terminal", "show", "", "off", None, {})))


def test_stans_are_numbers_or_digits():
    assert stan_of(fact_row(stan="000012")) == 12
    assert stan_of(fact_row(stan=True)) is None
    assert is_same_stan(fact_row(stan="000012"), fact_row(stan=12))
    assert not is_same_stan(fact_row(), fact_row())


def test_an_answer_has_the_mti_of_its_request_and_ten():
    assert is_answer_mti(fact_row(mti="0210"), fact_row(mti="0200"))
    assert not is_answer_mti(fact_row(mti="0110"), fact_row(mti="0200"))
    assert not is_answer_mti(fact_row(mti="0210"), fact_row(mti="02x0"))


def test_an_original_is_named_by_its_facts_or_by_field_61():
    assert original_of(fact_row(original_batch="000007", original_stan=101, F61="x")) == (7, 101)
    assert original_of(fact_row(F61="0000070001011125")) == (7, 101)
    assert original_of(fact_row(F61="000007000101", original_stan=9)) == (7, 101)
    for text in ("000007", "000007******1125", ""):
        assert original_of(fact_row(F61=text)) is None
    assert original_of(fact_row()) is None
