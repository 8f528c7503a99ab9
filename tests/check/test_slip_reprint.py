import pytest

from harness.check import slip as checker
from tests.check.literal import fired, history, judgements
from tests.check.slip_rows import (
    answer,
    begin,
    blind,
    changed,
    copies,
    done,
    fault,
    hang_up,
    heal,
    posting,
    power,
    reprint,
    request,
    rested,
    sale,
    slip,
)  # fmt: skip

AGAIN = {"is_duplicate": True}


def one(rule, *rows, **header):
    return judgements(checker, history(*rows, **header))[rule]


def clean(judgement):
    return judgement.evaluated > 0 and not judgement.findings and not judgement.gaps


def test_a_marked_and_equal_reprint_is_right():
    assert clean(one("L6", *sale(), *reprint(slip(**AGAIN))))


def test_a_reprint_without_its_mark_is_found():
    assert fired(checker, history(*sale(), *reprint(slip()))) == ["L6"]


@pytest.mark.parametrize(
    "other", [{"operator": "02"}, {"is_test": True}, {"mask": None}, {"merchant_name": "SHOP"}]
)
def test_a_reprint_that_is_another_slip_is_found(other):
    assert "L6" in fired(checker, history(*sale(), *reprint(slip(**AGAIN | other))))
    if "mask" not in other:
        assert fired(checker, history(*sale(), *reprint(slip(**AGAIN | other)))) == ["L6"]


def test_masks_are_compared_with_the_same_copy_only():
    profile = {"pan_mask": ("cardholder last4",)}
    last4 = {"copy": "cardholder", "mask": "last4", "pan_masked": "************0289"}
    rows = [*changed(sale(), 6, **last4), *reprint(slip(**AGAIN | last4), slip(**AGAIN))]
    assert clean(one("L6", *rows, profile=profile))
    bank = AGAIN | {"copy": "bank", "mask": "last4"}
    assert clean(one("L6", *sale(), *reprint(slip(**bank))))


def test_what_comes_out_again_without_a_call_must_be_marked_too():
    assert clean(one("L6", *sale(), slip(**AGAIN)))
    assert fired(checker, history(*sale(), slip())) == ["L6"]


def test_copies_without_a_caption_are_counted():
    rows = [each for each in sale() if each[1] != "print"]
    plain = slip(copy=None)
    assert one("L6", *rows, plain, plain).evaluated == 0
    assert one("L6", *rows, plain, plain, plain).findings
    assert one("L6", *rows, plain, plain, plain, profile={"copies": 3}).evaluated == 0


def test_a_slip_of_before_the_history_is_known_by_its_numbers():
    old = {"voucher": 44, "batch": "000001"}
    assert one("L6", slip(**old), slip(**old | {"batch": "000002"})).evaluated == 0
    assert one("L6", slip(**old), slip(**old)).findings


def test_a_mark_on_the_first_slip_is_found_unless_a_fault_came_before():
    rows = [begin(), request(), answer(), hang_up(), slip(**AGAIN), done()]
    assert fired(checker, history(*rows)) == ["L6"]
    assert not one("L6", *rows[:4], power("off"), *rows[4:]).findings
    later = [*rows[:4], done(), request(102), slip(**AGAIN)]
    assert not one("L6", *later).findings
    assert one("L6", slip(**AGAIN)).evaluated == 0


def test_an_interrupted_reprint_or_original_is_not_compared():
    torn = slip(is_complete=False, operator="0")
    assert not one("L6", *sale(), *reprint(fault("paper_out"), torn)).findings
    rows = [*sale()[:5], fault("paper_out"), torn, done(), heal("paper_out")]
    assert clean(one("L6", *rows, *reprint(slip(**AGAIN))))


def test_other_papers_are_no_reprints():
    assert one("L6", *sale(), *reprint(slip(says_approved=False))).evaluated == 0
    assert one("L6", *sale(), *reprint(slip(type="balance"))).evaluated == 0


def spoiled(*later, torn=True, posted=True):
    rows = [begin(), request(), answer(), hang_up(), fault("paper_out")]
    rows += [posting()] if posted else []
    rows += [slip(is_complete=False, amount_minor=None)] if torn else []
    return [*rows, done(), heal("paper_out"), *later]


OLDER = {"voucher": 100, "rrn": "000000000776", "amount_minor": 55, "time": "091500"}


@pytest.mark.parametrize("torn", [True, False])
def test_the_last_slip_after_a_printer_fault_is_right(torn):
    assert clean(one("L7", *spoiled(*reprint(slip(**AGAIN)), torn=torn)))


def older():
    told = {"rrn": "000000000776", "amount_minor": 55, "F12": "091500"}
    paper = OLDER
    return [
        begin(5), request(100, amount_minor=55), answer(100, **told), hang_up(),
        *copies(**paper), done(5, voucher=100),
    ]  # fmt: skip


def test_an_older_slip_instead_of_the_last_is_found():
    rows = [*older(), *spoiled(*reprint(slip(**AGAIN | OLDER)))]
    assert fired(checker, history(*rows)) == ["L7"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 1}, {"date": "2026/11/26"}, {"time": "111112"}, {"card": "card-2"},
        {"amount_minor": None}, {"date": None}, {"time": None},
        {"card": None, "pan_masked": None},
    ],
)  # fmt: skip
def test_each_of_the_four_values_is_looked_at(wrong):
    assert one("L7", *spoiled(*reprint(slip(**AGAIN | wrong)))).findings


def test_a_card_that_the_mask_does_not_tell_is_not_compared():
    assert clean(one("L7", *spoiled(*reprint(slip(**AGAIN | {"card": None})))))


def test_the_ledger_alone_tells_amount_and_card():
    rows = [begin(), posting(), fault("paper_out"), done(), heal("paper_out")]
    rows = [*rows, *reprint(slip(**AGAIN)), *rested()]
    assert clean(one("L7", *rows, observes=("slip", "ledger", "till")))


@pytest.mark.parametrize(
    "rows",
    [
        sale(),
        [*sale(), *reprint(slip(**AGAIN))],
        spoiled(),
        spoiled(*reprint(slip(**AGAIN)), posted=False),
        spoiled(*reprint(kind="fail")),
        spoiled(*reprint(slip(is_complete=False), power("off"))),
        [*sale(), fault("paper_out"), *reprint(slip(**AGAIN))],
        [begin(), request(), fault("paper_out"), done(kind="fail"), *reprint(slip(**AGAIN))],
    ],
    ids=[
        "no fault",
        "reprint without fault",
        "no reprint",
        "no posting",
        "nothing",
        "cut again",
        "whole",
        "lost",
    ],
)
def test_only_a_last_slip_that_a_fault_spoiled_is_judged(rows):
    assert one("L7", *rows).evaluated == 0


@pytest.mark.parametrize("channel", ["ledger", "slip"])
def test_a_blind_channel_leaves_a_gap(channel):
    judged = one("L7", *spoiled(blind(channel), *reprint(slip(**AGAIN))))
    assert judged.gaps
    assert one("L6", *sale(), blind("slip")).gaps


def test_a_reprint_is_known_by_its_call_or_by_its_mark():
    rows = spoiled(*reprint(slip(**OLDER)), torn=False)
    assert fired(checker, history(*older(), *rows)) == ["L6", "L7"]
    assert not one("L7", *older(), *spoiled(slip(**AGAIN | OLDER), torn=False)).evaluated
    assert "L3" not in fired(
        checker, history(*older(), *spoiled(slip(**AGAIN | OLDER), torn=False))
    )


def test_only_what_the_reprint_printed_is_looked_at():
    assert clean(one("L7", *older(), *spoiled(*reprint(slip(**AGAIN)))))


def test_a_reprint_names_the_same_original():
    kind = {"type": "refund", "original_rrn": "000000000555"}
    refund = [request(name="refund"), answer(name="refund"), *copies(**kind)]
    assert clean(one("L6", *refund, *reprint(slip(**AGAIN | kind))))
    other = AGAIN | kind | {"original_rrn": "000000000556"}
    assert one("L6", *refund, *reprint(slip(**other))).findings


def test_a_copy_under_the_caption_of_another_is_no_reprint():
    """Its caption is wrong, which is L5's matter; a fault or another call makes it a reprint."""
    wrong = [*sale()[:5], slip(), slip(), done(voucher=101)]
    assert fired(checker, history(*wrong)) == ["L5"]
    torn = [*sale()[:5], slip(), power("off"), power("on"), slip(), slip(copy="cardholder")]
    assert "L6" in fired(checker, history(*torn))
    again = [*sale()[:5], slip(), done(voucher=101), *reprint(slip())]
    assert "L6" in fired(checker, history(*again))
    other = [*sale()[:5], slip(), done(voucher=101), begin(8, "totals"), slip(), done(8, "totals")]
    assert "L6" in fired(checker, history(*other))


def test_a_reprint_with_the_number_of_no_transaction_is_found():
    (finding,) = one("L6", *sale(), *reprint(slip(**AGAIN | {"voucher": 999}))).findings
    assert finding.what == "the merchant slip of voucher 000999 is a reprint of the last one"
    assert finding.expected == "the slip of a transaction before, such as sale 000101"
    assert finding.seen == "a number that none of them has"


@pytest.mark.parametrize("other", [{"voucher": None}, {"is_complete": False}])
def test_a_reprint_without_a_number_or_an_end_is_not_asked_for_it(other):
    torn = [fault("paper_out")] if "is_complete" in other else []
    rows = [*sale(), *reprint(*torn, slip(**AGAIN | {"voucher": 999} | other))]
    assert "a reprint of the last one" not in str(one("L6", *rows).findings)


def test_a_reprint_of_what_was_before_the_history_is_not_known():
    assert one("L6", *reprint(slip(**AGAIN | {"voucher": 999}))).findings == ()


def test_a_reprint_by_voucher_may_be_of_any_time():
    rows = list(reprint(slip(**AGAIN | {"voucher": 999})))
    rows[0] = (*rows[0][:5], {**rows[0][5], "original_voucher": 999})
    assert "reprint of the last" not in str(one("L6", *sale(), *rows).findings)


def test_an_older_slip_without_any_fault_is_found():
    rows = [*sale(), *sale(2, 102)]
    assert clean(one("L6", *rows, *reprint(slip(**AGAIN | {"voucher": 102}))))
    (finding,) = one("L6", *rows, *reprint(slip(**AGAIN))).findings
    assert finding.what.endswith("was printed again, and the last slip was asked for")
    assert (finding.expected, finding.seen) == ("the slip of sale 000102", "an older one")


def test_an_older_slip_is_right_when_it_is_asked_for_or_the_last_is_not_sure():
    rows = list(reprint(slip(**AGAIN)))
    rows[0] = (*rows[0][:5], {**rows[0][5], "original_voucher": 101})
    assert one("L6", *sale(), *sale(2, 102), *rows).findings == ()
    unsure = [begin(2), request(102)]
    assert one("L6", *sale(), *unsure, *reprint(slip(**AGAIN))).findings == ()
