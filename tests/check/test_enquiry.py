import pytest

from harness.check import enquiry
from tests.check.literal import fired, history, judgements, row
from tests.check.money_rows import (
    REST,
    answer,
    blind,
    decline,
    fault,
    lost,
    open_item,
    posting,
    request,
    reversed_answer,
    reversing,
    sold,
    undo,
)


def office(said, stan=7, **facts):
    known = {"answer": said, "stan": stan, "batch": 1, "card": "card-1", "amount_minor": 1000}
    return row("host", "ledger", "enquiry", **{**known, **facts})


def judged(*rows, **header):
    return judgements(enquiry, history(*rows, **header))["Q1"]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


def broken(*rows, **header):
    """Return what Q1 has seen against the one enquiry of a history."""
    whole = history(*rows, **header)
    assert fired(enquiry, whole) == ["Q1"]
    return judgements(enquiry, whole)["Q1"].findings[0].seen


RIGHT = [
    (*sold(), office("succeeded")),
    (*lost(), office("not_succeeded")),
    (*lost()[:5], office("open"), *lost()[5:]),
    (request(), decline(), office("not_succeeded")),
    (*sold(), undo(name="void", stan=8, original="s7"), office("not_succeeded")),
    (*sold(), office("open")),
    (*lost()[:5], open_item(), *REST, office("open")),
    (posting(batch=2), office("not_succeeded")),
]


@pytest.mark.parametrize("rows", RIGHT)
def test_what_stays_true_is_right(rows):
    assert told(judged(*rows)) == (1, (), ())


def test_without_an_enquiry_nothing_is_judged():
    assert told(judged(*sold())) == (0, (), ())


def test_succeeded_while_the_terminal_may_still_reverse_is_a_finding():
    assert broken(*lost()[:5], office("succeeded")) == "no answer at the terminal"


def test_succeeded_of_what_is_reversed_before_or_later_is_a_finding():
    assert broken(*lost(), office("succeeded")) == "a reversal"
    assert broken(*lost()[:5], office("succeeded"), *lost()[5:]) == "a reversal"


def test_succeeded_of_what_was_never_posted_is_a_finding():
    assert broken(request(), answer(), office("succeeded"), posting()) == "none"


def test_not_succeeded_and_then_a_late_posting_is_a_finding():
    rows = [request(), office("not_succeeded"), posting()]
    assert broken(*rows) == "a posting after it"


def test_not_succeeded_of_what_stands_is_a_finding():
    assert broken(*sold(), office("not_succeeded")) == "a posting that stood"
    assert broken(*lost()[:5], office("not_succeeded"), *lost()[5:]) == "a posting that stood"


def test_another_word_is_a_finding():
    assert broken(office("perhaps")) == "perhaps"


def test_open_after_the_rest_must_be_listed():
    assert broken(*sold(), *REST, office("open")) == "neither"
    assert broken(*sold(), open_item(9), *REST, office("open")) == "neither"


@pytest.mark.parametrize("code", ["12", "25"])
def test_a_concluded_reversal_comes_no_more(code):
    rows = [request(), posting(), reversing(), reversed_answer(code=code), office("succeeded")]
    assert told(judged(*rows)) == (1, (), ())


def test_a_reversal_that_was_given_up_comes_no_more_unless_it_is_kept():
    rows = [request(), posting(), *[reversing()] * 3, office("succeeded")]
    assert told(judged(*rows)) == (1, (), ())
    assert broken(*rows, profile={"reversal_exhausted": "keep_and_block"})
    assert broken(*rows, profile={"reversal_attempts_max": 4})


def test_a_transaction_that_is_never_reversed_is_not_pending():
    refund = [request(name="refund", mti="0220"), posting(name="refund"), office("succeeded")]
    assert told(judged(*refund)) == (1, (), ())


def test_an_enquiry_that_names_no_transaction_is_a_gap():
    assert judged(*sold(), office("succeeded", stan="?")).gaps[0].endswith("name its transaction")


@pytest.mark.parametrize("channel", ["ledger", "host_wire"])
def test_a_blind_channel_is_a_gap(channel):
    found = judged(blind(channel), *sold(), office("succeeded"))
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)
    assert judged(blind(channel), *lost(), office("succeeded")).findings


def test_an_answer_that_the_bench_may_have_kept_from_the_terminal_is_a_gap():
    facts = {"name": "sale", "stan": 7, "batch": 1, "amount_minor": 1000}
    sent = row("host", "rx", "terminal/0200", mti="0200", **facts)
    back = row("host", "tx", "terminal/0210", mti="0210", response_code="00", **facts)
    cut = fault("cut", "tx host 0210 #1")
    following = row("host", "rx", "terminal/0200", mti="0200", name="balance", stan=8)
    rows = [sent, posting(), back, cut, office("succeeded")]
    found = judged(*rows, host_wire_at="host")
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)
    later = [*rows[:4], following, office("succeeded")]
    assert told(judged(*later, host_wire_at="host")) == (1, (), ())


def test_one_of_two_postings_that_stands_is_a_success():
    rows = [*sold(), undo(), posting(reference="s7b"), office("succeeded")]
    assert told(judged(*rows)) == (1, (), ())


def test_open_before_the_end_of_the_rest_needs_no_list():
    assert told(judged(*lost()[:5], office("open"), *lost()[5:], *REST)) == (1, (), ())


def test_another_transaction_that_waits_is_not_meant():
    assert told(judged(*sold(6), *lost(7, 2)[:5], office("succeeded", 6))) == (1, (), ())


def test_a_reversal_that_was_refused_or_is_concluded_later_may_still_come():
    rows = [request(), posting(), reversing()]
    assert broken(*rows, reversed_answer(code="96"), office("succeeded"))
    assert broken(*rows, office("succeeded"), reversed_answer(code="25"))
    assert broken(*rows[:2], office("succeeded"), *[reversing()] * 3)


def doubtful():
    """Return a sale as the host sees it, whose answer may not have arrived."""
    facts = {"name": "sale", "stan": 7, "batch": 1, "amount_minor": 1000}
    sent = row("host", "rx", "terminal/0200", mti="0200", **facts)
    back = row("host", "tx", "terminal/0210", mti="0210", response_code="00", **facts)
    return sent, posting(), back, fault("cut", "tx host 0210 #1")


def test_a_doubtful_answer_does_not_excuse_what_is_known_to_be_wrong():
    rows = [*doubtful(), office("succeeded"), undo()]
    assert broken(*rows, host_wire_at="host") == "a reversal"


def test_a_doubtful_answer_does_not_matter_where_nothing_is_promised():
    assert told(judged(*doubtful(), office("open"), host_wire_at="host")) == (1, (), ())
    following = row("host", "rx", "terminal/0200", mti="0200", name="balance", stan=8)
    later = judged(*doubtful(), office("succeeded"), following, host_wire_at="host")
    assert len(later.gaps) == 1


def test_open_about_a_transaction_that_the_books_do_not_know_claims_nothing():
    asked = row("host", "ledger", "enquiry", question="before", answer="open", card="card-1")
    judged = judgements(enquiry, history(asked))["Q1"]
    assert (judged.evaluated, judged.findings, judged.gaps) == (0, (), ())


def test_an_enquiry_by_card_is_about_its_last_request():
    by_card = office("not_succeeded")
    del by_card[-1]["stan"], by_card[-1]["batch"]
    assert told(judged(*sold(6), *lost(7, 2), by_card)) == (1, (), ())
    assert broken(*lost(6), *sold(7, 2), by_card) == "a posting that stood"
    assert judged(by_card).gaps[0].endswith("name its transaction")


def test_an_enquiry_by_nothing_at_all_is_a_gap_unless_it_claims_nothing():
    assert judged(*sold(), row("host", "ledger", "enquiry", answer="succeeded")).gaps
    assert told(judged(*sold(), row("host", "ledger", "enquiry", answer="open"))) == (0, (), ())


def test_an_enquiry_by_card_is_not_about_what_came_after_it():
    by_card = office("succeeded")
    del by_card[-1]["stan"], by_card[-1]["batch"]
    assert told(judged(*sold(6), by_card, *lost(7, 2))) == (1, (), ())


def test_succeeded_of_what_the_books_never_saw_is_a_finding():
    assert broken(request(), office("succeeded")) == "none"
