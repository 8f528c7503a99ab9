"""The till's verbs: what they ask, return, and leave in the history."""

import pytest

from harness.emulator.host.config import Override
from harness.errors import MisuseError
from harness.fault.plan import Drop, Duplicate, LinkDown, PowerOff
from harness.terms.outcome import Outcome
from tests.rig.opened import TCP, rig, rows

LOST = ("tx host 0210 #1", Drop())


def calls(opened, verb):
    """Return the ends of a verb's calls, as the history has them."""
    return [
        (row.kind, row.facts)
        for row in rows(opened, actor="till", address=verb)
        if row.kind != "invoke"
    ]


@pytest.mark.parametrize("parts", [None, TCP])
def test_approved_sale_reports_amount_voucher_card_and_code(parts):
    with rig(**({"parts": parts} if parts else {})) as opened:
        assert opened.till.sale(1234) is Outcome.APPROVED
        ((kind, facts),) = calls(opened, "sale")
    assert kind == "ok"
    assert facts["amount_minor"] == 1234
    assert (facts["voucher"], facts["card"], facts["result_code"]) == (2, "card-1", "00")


def test_call_and_its_end_are_paired_by_a_number():
    with rig() as opened:
        opened.till.sale(100)
        opened.till.status()
        numbers = [row.facts["call"] for row in rows(opened, actor="till") if "call" in row.facts]
    assert numbers == [1, 1, 2, 2, 3, 3, 4, 4]  # register, sign in, sale, status


def test_what_was_asked_for_is_in_the_invocation():
    with rig() as opened:
        opened.till.sale(100, card="card-2", pin="wrong", tender="t-1")
        (asked,) = rows(opened, kind="invoke", address="sale")
    assert asked.facts == {
        "card": "card-2", "pin": "wrong", "amount_minor": 100, "tender": "t-1", "call": 3,
    }  # fmt: skip
    assert asked.value == "card=card-2 pin=wrong amount_minor=100 tender=t-1"


@pytest.mark.parametrize(
    ("sale", "outcome"),
    [
        ({"amount_minor": 1234, "pin": "wrong"}, Outcome.NOT_APPROVED),
        ({"amount_minor": 99_900, "card": "card-poor"}, Outcome.NOT_APPROVED),
        ({"amount_minor": 250, "card": "card-3"}, Outcome.APPROVED),
        ({"amount_minor": 250, "card": "card-3", "pin": "wrong"}, Outcome.APPROVED),  # it has none
    ],
)
def test_sale_ends_as_host_and_card_say(sale, outcome):
    with rig() as opened:
        assert opened.till.sale(**sale) is outcome


def test_card_without_a_pin_is_keyed_none_whatever_is_asked():
    with rig() as opened:
        opened.till.sale(250, card="card-3", pin="right")
        acts = [(row.address, row.value) for row in rows(opened, actor="operator", kind="act")]
    assert acts == [("card", "card-3"), ("pin", "none")]


def test_operator_acts_once_a_verb_however_often_the_terminal_asks():
    asked_twice = [(f"tx terminal 04FF #{nth}", Duplicate()) for nth in (1, 2)]
    with rig(*asked_twice) as opened:
        assert opened.till.sale(1234) is Outcome.APPROVED
        acts = [row.address for row in rows(opened, actor="operator", kind="act")]
    assert acts == ["card", "pin"]


@pytest.mark.parametrize("wrong", [{"card": "card-9"}, {"pin": "1234"}])
def test_word_that_no_bench_knows_is_misuse_before_anything_is_asked(wrong):
    with rig() as opened:
        before = len(opened.history().rows)
        with pytest.raises(MisuseError):
            opened.till.sale(100, **wrong)
        assert len(opened.history().rows) == before


def test_silence_of_the_terminal_is_an_unknown_outcome():
    with rig(("rx host 0200 #1", PowerOff(off_s=400))) as opened:
        assert opened.till.sale(1234) is Outcome.UNKNOWN
        assert calls(opened, "sale") == [("info", {"call": 3})]


@pytest.mark.parametrize(
    ("steps", "last"),
    [((), "approved"), ((LOST,), "pending")],
)
def test_status_says_how_the_last_payment_ended(steps, last):
    with rig(*steps) as opened:
        opened.till.sale(1234)
        opened.till.status()
        ((kind, facts),) = calls(opened, "status")
    assert (kind, facts["last"], facts["amount_minor"]) == ("ok", last, 1234)


def test_status_of_a_declined_payment_and_of_none():
    with rig() as opened:
        opened.till.status()
        opened.till.sale(1234, pin="wrong")
        opened.till.status()
        assert [facts["last"] for _, facts in calls(opened, "status")] == ["none", "not_approved"]


def test_tender_asks_after_an_unknown_outcome_and_does_not_pay_twice():
    cut = ("tx terminal 040F #1", LinkDown(keep=0, for_s=60))
    with rig(cut) as opened:
        assert opened.till.tender(1234) is Outcome.APPROVED
        assert len(rows(opened, kind="invoke", address="sale")) == 1
        assert len(rows(opened, kind="ledger", address="sale")) == 1


def test_tender_is_tried_again_after_a_decline_and_given_up_at_last():
    with rig() as opened:
        assert opened.till.tender(99_900, card="card-poor") is Outcome.NOT_APPROVED
        asked = rows(opened, kind="invoke", address="sale")
    assert [row.facts["tender"] for row in asked] == ["tender-1"] * 3


def test_tender_is_not_tried_again_while_nobody_says_how_it_ended():
    with rig(("tx terminal 040F #1", LinkDown(keep=0, for_s=10_000))) as opened:
        assert opened.till.tender(1234) is Outcome.UNKNOWN
        assert len(rows(opened, kind="invoke", address="sale")) == 1
        assert len(rows(opened, kind="invoke", address="status")) == 3


def test_tender_whose_reversal_is_pending_is_tried_again_and_pays_once():
    with rig(LOST) as opened:
        assert opened.till.tender(1234) is Outcome.APPROVED
        assert opened.office.balance_minor("card-1") == 100_000_000 - 1234


def test_tenders_are_told_apart():
    with rig() as opened:
        opened.till.tender(100)
        opened.till.tender(100)
        asked = rows(opened, kind="invoke", address="sale")
    assert [row.facts["tender"] for row in asked] == ["tender-1", "tender-2"]


def test_till_that_retries_without_asking_pays_twice():
    cut = ("tx terminal 040F #1", LinkDown(keep=0, for_s=60))
    with rig(cut, defect="till-retries-without-asking") as opened:
        opened.till.tender(1234)
        assert len(rows(opened, kind="ledger", address="sale")) == 2


def test_till_that_takes_unknown_for_paid_says_so_in_its_history():
    with rig(("rx host 0200 #1", PowerOff()), defect="till-takes-unknown-for-paid") as opened:
        assert opened.till.sale(1234) is Outcome.UNKNOWN  # the verb tells what was
        assert [kind for kind, _ in calls(opened, "sale")] == ["ok"]


def test_balance_inquiry_moves_nothing():
    with rig() as opened:
        assert opened.till.balance(card="card-2") is Outcome.APPROVED
        assert rows(opened, kind="ledger", address="sale") == []


def test_reprint_repeats_the_slip():
    with rig() as opened:
        opened.till.sale(1234)
        printed = len(rows(opened, kind="print"))
        assert opened.till.reprint() is Outcome.APPROVED
        assert rows(opened, kind="print")[printed:][0].facts["is_duplicate"] is True


def test_key_ends_the_wait_for_the_host():
    with rig(("rx host 0200 #1", Drop())) as opened:
        opened.world.later(10, lambda: opened.till.press("CANCEL"))
        assert opened.till.sale(1234) is Outcome.NOT_APPROVED
        assert opened.world.now_ns() < 40 * 10**9


def test_abort_of_the_till_ends_the_wait_for_the_card():
    with rig() as opened:
        opened.world.later(0.5, opened.till.abort)
        assert opened.till.sale(1234) is Outcome.NOT_APPROVED


def test_sign_in_that_the_host_refuses_is_told():
    refused = {("0800", 1): Override(response_code="96")}
    with rig(script=refused) as opened:
        assert opened.till.sign_in() is Outcome.NOT_APPROVED


def test_second_command_is_refused_and_the_first_one_goes_on():
    with rig() as opened:
        opened.till.ask_meanwhile()
        assert opened.till.sale(1234) is Outcome.APPROVED
        opened.till.sale(500, card="card-2")
        asked = rows(opened, actor="till", kind="tx", address="ecr/0F02")
        refused = rows(opened, actor="till", kind="rx", address="ecr/849C")
    assert (len(asked), len(refused)) == (1, 1)
