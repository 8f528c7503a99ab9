import pytest

from harness.check import money
from tests.check.literal import EVERYTHING, fired, history, judgements, without
from tests.check.money_rows import (
    RECORD,
    REST,
    answer,
    balances,
    blind,
    decline,
    end,
    fault,
    invoke,
    journal,
    lost,
    notice,
    open_item,
    posting,
    power,
    request,
    sale_call,
    slip,
    sold,
    undo,
)

BEGIN = balances("begin", card_1=5000, card_2=300)


def judged(*rows, end=4000, **header):
    whole = history(BEGIN, *rows, *REST, balances("end", card_1=end, card_2=300), **header)
    return judgements(money, whole)["M2"]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


def only(*channels):
    kept = {"ledger", *channels}
    return [name for name in EVERYTHING if name in kept]


def test_balances_that_fit_the_approvals_are_right():
    assert told(judged(*sold(), *lost(8, 2))) == (2, (), ())


@pytest.mark.parametrize("channel", ["till", "slip"])
def test_the_till_or_the_slips_alone_tell_what_was_approved(channel):
    assert told(judged(*sold(), observes=only(channel))) == (2, (), ())


def test_without_a_rest_nothing_is_judged():
    whole = history(BEGIN, *sold(), balances("end", card_1=0, card_2=0))
    assert told(judgements(money, whole)["M2"]) == (0, (), ())


def test_a_balance_that_moved_by_itself_is_a_finding_of_m2_alone():
    whole = history(BEGIN, *sold(), *REST, balances("end", card_1=3999, card_2=300))
    assert fired(money, whole) == ["M2"]
    finding = judgements(money, whole)["M2"].findings[0]
    assert (finding.expected, finding.seen) == ("a change by -10.00", "by -10.01")
    assert "card-1" in finding.what
    assert finding.evidence == (3, 7, 8)


def test_what_another_terminal_sold_is_none_of_the_approvals():
    bench = {"terminal_id": "12345678"}
    other = posting(1, terminal_id="99999999")
    assert judged(other, *sold(), end=3000, bench=bench).findings == ()
    assert len(judged(other, *sold(), end=4000, bench=bench).findings) == 1
    own = posting(1, terminal_id="12345678")
    assert len(judged(own, *sold(), end=3000, bench=bench).findings) == 1


def test_a_card_that_nobody_presented_must_keep_its_money():
    whole = history(BEGIN, *sold(), *REST, balances("end", card_1=5000, card_2=-700))
    assert len(judgements(money, whole)["M2"].findings) == 2


def test_without_snapshots_the_postings_count():
    wrong = [*sold()[:2], posting(entries=("card:card-1 -999", "merchant:m-1 999")), *sold()[3:]]
    assert told(judgements(money, history(*sold(), *REST))["M2"]) == (1, (), ())
    assert len(judgements(money, history(*wrong, *REST))["M2"].findings) == 1


def test_what_is_sold_after_the_rest_counts_neither_way():
    whole = history(BEGIN, *sold(), *REST, *sold(8, 2), balances("end", card_1=3000, card_2=300))
    assert told(judgements(money, whole)["M2"]) == (2, (), ())


def test_a_snapshot_before_the_rest_is_brought_up_to_date():
    rows = [*sold(), balances("rest", card_1=4000, card_2=300), *sold(8, 2)]
    assert told(judgements(money, history(BEGIN, *rows, *REST))["M2"]) == (2, (), ())


def test_a_sale_that_the_till_heard_refused_must_not_stand():
    rows = [sale_call(), request(), posting(), notice("s7"), end("fail", voucher=7)]
    assert len(judged(*rows).findings) == 1


@pytest.mark.parametrize("closed_by_hand", [4000, 5000])
def test_an_open_item_may_be_closed_or_not(closed_by_hand):
    rows = [*without(lost(), 5, 6, 7, 8), open_item()]
    assert told(judged(*rows, end=closed_by_hand)) == (2, (), ())


def test_an_open_item_does_not_excuse_another_amount():
    rows = [*without(lost(), 5, 6, 7, 8), open_item()]
    finding = judged(*rows, end=4500).findings[0]
    assert finding.expected == "a change by 0.00, but for 1 open items"


def test_an_open_item_that_does_not_tell_its_amount_is_about_the_whole_sale():
    item = open_item(amount="?")
    assert told(judged(*without(lost(), 5, 6, 7, 8), item)) == (2, (), ())
    assert told(judged(*without(lost(), 5, 6, 7, 8)[1:], open_item(9, "?"), end=5000))[0] == 2


def test_a_void_and_a_refund_give_the_money_back():
    void = [
        invoke(2, "void", card="card-1", amount_minor=1000),
        undo(8, name="void", original="s7"),
        end("ok", 2, "void", voucher=8),
    ]
    refund = [
        invoke(3, "refund", card="card-2", amount_minor=50),
        undo(9, 50, "card-2", name="refund", original="s1"),
        end("ok", 3, "refund", voucher=9),
    ]
    whole = history(BEGIN, *sold(), *void, *refund, *REST, balances("end", card_1=5000, card_2=350))
    assert told(judgements(money, whole)["M2"]) == (2, (), ())


def unknown(*more):
    """Return a sale whose outcome neither till nor paper tells."""
    return sale_call(), request(), posting(), fault("paper_out"), *more, end("info")


def test_an_outcome_that_nobody_was_told_is_a_gap():
    found = judged(*unknown())
    assert (found.evaluated, found.findings, len(found.gaps)) == (1, (), 1)
    assert "sale 000007" in found.gaps[0]


def test_an_outcome_that_nobody_was_told_moves_nothing_once_it_is_reversed():
    assert told(judged(*unknown(undo()), end=5000)) == (2, (), ())


def test_an_approval_of_an_unknown_amount_is_a_gap():
    bare = invoke(1, card="card-1")
    found = judged(bare, posting(), end("ok", voucher=7), observes=only("till"))
    assert (found.evaluated, len(found.gaps)) == (1, 1)


def test_the_amount_that_was_approved_goes_before_the_one_that_was_asked_for():
    rows = [sale_call(), posting(amount=600), end("ok", voucher=7, amount_minor=600)]
    assert told(judged(*rows, end=4400, observes=only("till"))) == (2, (), ())


def test_a_card_that_nobody_knows_is_a_gap():
    nameless = posting(card="unknown card")
    assert judged(nameless, end=5000, observes=only("slip")).gaps[0].startswith("nobody knows")


def test_a_card_without_a_balance_is_a_gap():
    rows = [sale_call(card="card-9"), request(card="card-9"), decline(), end("fail", voucher=7)]
    assert judged(*rows, end=5000).gaps == ("the balance of card-9 was not noted",)


def test_books_without_entries_go_by_their_names():
    bare = posting()
    del bare[-1]["entries"]
    rows = [sale_call(), request(), bare, answer(), journal(RECORD), slip(), end("ok", voucher=7)]
    assert told(judgements(money, history(*rows, *REST))["M2"]) == (1, (), ())
    homeless = posting(entries=None)
    del homeless[-1]["card"], homeless[-1]["entries"]
    assert len(judgements(money, history(*rows, homeless, *REST))["M2"].findings) == 0


@pytest.mark.parametrize("channels", [["ledger"], ["till", "slip"]])
def test_blind_channels_are_a_gap(channels):
    found = judged(*map(blind, channels), *sold())
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_one_of_till_and_slip_suffices():
    assert told(judged(blind("till"), *sold(), power("off"), power("on"))) == (2, (), ())


def test_a_card_that_nobody_knows_does_not_matter_where_nothing_moved():
    nameless = decline()
    assert told(judged(nameless, end=5000, observes=only("slip"))) == (2, (), ())


def test_a_hold_on_a_card_that_nobody_knows_moves_no_balance():
    held = posting(name="preauth", card="unknown card", entries=("hold:x 5", "held -5"))
    assert told(judged(held, end=5000, observes=only("slip"))) == (2, (), ())


def test_a_channel_that_the_bench_does_not_have_does_not_suffice():
    assert judged(blind("slip"), *sold(), observes=only("slip")).evaluated == 0


def test_an_open_item_counts_with_its_own_amount():
    rows = [*without(lost(), 5, 6, 7, 8), open_item(amount=400)]
    assert told(judged(*rows, end=4600)) == (2, (), ())


def test_an_outcome_that_nobody_was_told_is_no_gap_once_it_is_an_open_item():
    assert told(judged(*unknown(), open_item())) == (2, (), ())


def test_the_amount_of_what_was_refused_does_not_matter():
    refused = [invoke(1, card="card-1"), end("fail", voucher=7)]
    assert told(judged(*refused, end=5000, observes=only("till"))) == (2, (), ())


@pytest.mark.parametrize("when", ["begin", "end"])
def test_one_snapshot_is_none(when):
    whole = history(balances(when, card_1=1), *sold(), *REST)
    assert told(judgements(money, whole)["M2"]) == (1, (), ())


def test_a_call_that_never_ended_is_judged_by_the_slip():
    assert told(judged(*sold()[:-1], observes=only("slip"))) == (2, (), ())
