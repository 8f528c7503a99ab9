from harness.check.books import Books
from harness.check.deals import Deals
from harness.check.index import Index
from tests.check.literal import history, row
from tests.check.money_rows import (
    ask,
    decline,
    end,
    invoke,
    lost,
    posting,
    request,
    sale_call,
    slip,
    sold,
    undo,
)


def sort(*rows, **header):
    index = Index(history(*rows, **header))
    return Deals(index, Books(index.of("ledger")))


def deals(*rows, **header):
    """Return for each transaction its name, number, and how many rows of each kind it has."""
    return [
        (one.title, len(one.requests), len(one.postings), len(one.words), len(one.slips))
        for one in sort(*rows, **header).all
    ]


def test_a_sale_has_all_its_rows():
    assert deals(*sold(), *ask(2, "approved", voucher=7)) == [("sale 000007", 1, 1, 2, 1)]


def test_two_sales_are_two_transactions_whatever_comes_between():
    rows = [*lost(), *ask(2, "not_approved"), *sold(8, 3)]
    assert deals(*rows) == [("sale 000007", 1, 1, 2, 0), ("sale 000008", 1, 1, 1, 1)]


def test_a_decline_shows_a_transaction_and_posts_nothing():
    found = sort(decline()).all[0]
    assert (found.title, found.batch, found.posting) == ("sale 000007", 1, None)


def test_what_is_said_of_reversals_or_other_terminals_is_no_transaction():
    refused = row("host", "ledger", "refusal", name="reversal", stan=7)
    nameless = row("host", "ledger", "decline", name="sale")
    assert deals(refused, nameless, undo(), row("host", "ledger", "balances", stan=3)) == []
    bench = {"bench": {"terminal_id": "87654321"}}
    assert deals(posting(), **bench) == []
    assert len(deals(posting(terminal_id="87654321"), **bench)) == 1
    unsaid = posting()
    del unsaid[-1]["terminal_id"]
    assert len(deals(unsaid, **bench)) == 1


def test_balance_inquiries_are_no_transactions_and_their_slips_are_none():
    asked = request(5, name="balance")
    assert (
        deals(invoke(1, "balance"), asked, slip(5, type="balance"), end("ok", 1, "balance")) == []
    )


def test_a_message_without_a_number_shows_none():
    bare = request()
    del bare[-1]["stan"]
    assert deals(bare, row("terminal", "print", "slip", says_approved=True)) == []


def test_the_name_comes_from_who_knows_it():
    assert deals(request(name="unknown", type_code="99"), posting())[0][0] == "sale 000007"
    assert deals(row("host", "ledger", "decline", stan=7), request())[0][0] == "sale 000007"


def test_at_the_host_what_it_got_is_what_was_sent():
    at_host = row("host", "rx", "terminal/0200", mti="0200", name="sale", stan=7)
    assert deals(at_host, request(8), host_wire_at="host") == [("sale 000007", 1, 0, 0, 0)]


def test_another_batch_is_another_transaction():
    assert len(deals(posting(), posting(batch=2))) == 2
    assert len(deals(posting(), slip(batch=2))) == 2


def test_a_repeat_is_the_same_transaction():
    assert deals(sale_call(), request(), request())[0][1] == 2
    advice = request(name="completion_advice", mti="0220")
    assert (
        deals(invoke(1, "complete"), advice, end("ok", 1, "complete"), invoke(2), advice)[0][1] == 2
    )


def test_a_number_that_another_call_uses_is_another_transaction():
    rows = [sale_call(1), request(), end("ok", 1, voucher=7), sale_call(2), request()]
    assert [found[1] for found in deals(*rows)] == [1, 1]
    assert not sort(*rows).is_latest(sort(*rows).all[0])


def test_a_number_that_another_kind_uses_is_another_transaction():
    assert [found[0] for found in deals(request(name="void"), request())] == [
        "void 000007",
        "sale 000007",
    ]
    assert deals(request(name="balance"), request()) == [("sale 000007", 1, 0, 0, 0)]


def test_a_request_that_came_late_belongs_to_its_own_posting():
    late = [sale_call(1), end("fail", 1, voucher=7), sale_call(2), request()]
    assert len(deals(*late)) == 1


def test_a_slip_printed_again_of_an_earlier_history_is_left_out():
    assert deals(slip(is_duplicate=True)) == []
    assert deals(posting(), slip(batch=2, is_duplicate=True)) == [("sale 000007", 0, 1, 0, 0)]
    assert deals(posting(), slip(is_duplicate=True)) == [("sale 000007", 0, 1, 0, 1)]


def test_a_slip_that_does_not_approve_or_name_its_transaction_is_no_approval():
    nameless = slip()
    del nameless[-1]["voucher"]
    assert deals(slip(says_approved=False), nameless) == []


def test_an_approval_out_of_nothing_is_a_transaction():
    assert deals(slip()) == [("sale 000007", 0, 0, 0, 1)]
    assert deals(sale_call(), end("ok", voucher=7)) == [("sale 000007", 0, 0, 1, 0)]


def test_the_old_approval_given_for_a_new_call_is_an_approval_out_of_nothing():
    rows = [*sold(), sale_call(2), end("ok", 2, voucher=7)]
    assert deals(*rows) == [("sale 000007", 1, 1, 1, 1), ("sale 000007", 0, 0, 1, 0)]


def test_the_approval_that_an_earlier_call_did_not_get_may_come_later():
    rows = [sale_call(), request(), posting(), end("info"), sale_call(2), end("ok", 2, voucher=7)]
    assert deals(*rows) == [("sale 000007", 1, 1, 2, 0)]
    found = sort(*rows)
    assert [found.of_call(call) for call in found.calls] == [found.all, found.all]


def test_a_refusal_that_names_an_older_transaction_says_nothing_of_it():
    rows = [*sold(), sale_call(2), end("fail", 2, voucher=7)]
    assert deals(*rows) == [("sale 000007", 1, 1, 1, 1)]


def test_a_call_that_shows_two_numbers_ends_with_the_one_it_names():
    rows = [sale_call(), request(7), request(8), end("ok", voucher=7)]
    assert [found[3] for found in deals(*rows)] == [1, 0]
    found = sort(*rows)
    assert len(found.of_call(found.calls[0])) == 2


def test_a_call_without_a_number_ends_with_what_it_showed():
    assert deals(sale_call(), request(), end("fail")) == [("sale 000007", 1, 0, 1, 0)]
    assert deals(sale_call(), end("fail")) == []


def test_a_call_that_the_till_gave_up_may_still_run():
    rows = [sale_call(), end("info"), posting()]
    assert deals(*rows) == [("sale 000007", 0, 1, 1, 0)]
    busy = [sale_call(), end("info"), sale_call(2), end("fail", 2), posting(), posting(8)]
    assert [found[3] for found in deals(*busy)] == [1, 0]


def test_only_answers_to_questions_are_words():
    reprint = (invoke(2, "reprint"), end("ok", 2, "reprint", voucher=7))
    failed = (invoke(3, "status"), end("fail", 3, "status", voucher=7))
    assert deals(*sold(), *reprint, *failed, end("ok", 9))[0][3] == 1


def test_a_question_without_a_number_is_about_the_last_card_transaction():
    quiet = (invoke(5, "sign_in"), end("ok", 5, "sign_in"))
    assert deals(*sold(), *quiet, *ask(2, "approved"))[0][3] == 2
    settled = (invoke(5, "settle"), end("ok", 5, "settle"))
    assert deals(*sold(), *settled, *ask(2, "none"))[0][3] == 1
    assert deals(*ask(2, "none")) == []


def test_a_word_of_a_number_that_nobody_knows_is_a_stray():
    assert len(sort(*sold(), *ask(2, "approved", voucher=9)).strays) == 1
    assert sort(*ask(2, "approved", voucher=9), *sold()).strays == []


def test_a_call_for_a_balance_has_no_transactions():
    found = sort(invoke(1, "balance"), request(5, name="balance"), end("ok", 1, "balance"))
    assert found.of_call(found.calls[0]) == []


def test_a_repeat_that_cannot_be_read_whole_is_the_same_transaction():
    rows = [sale_call(), request(), request(name="unknown"), end("fail")]
    assert deals(*rows, request()) == [("sale 000007", 3, 0, 1, 0)]


def test_a_call_that_has_shown_its_transaction_shows_no_other_after_its_end():
    found = sort(sale_call(), request(), end("info"), posting(8)).all
    assert [(one.stan, one.call is None, len(one.words)) for one in found] == [
        (7, False, 1),
        (8, True, 0),
    ]


def test_the_number_that_a_refusal_names_may_be_one_of_two_in_its_call():
    rows = [sale_call(), request(7), request(8), end("fail", voucher=7)]
    assert [found[3] for found in deals(*rows)] == [1, 0]


def test_what_the_till_was_told_first_gets_its_batch_from_the_books():
    rows = [sale_call(), end("ok", voucher=7), posting(), posting(batch=2)]
    assert [found.batch for found in sort(*rows).all] == [1, 2]


def test_a_question_that_was_answered_with_no_is_no_approval():
    rows = [sale_call(), request(), posting(), end("info"), *ask(2, "not_approved", voucher=7)]
    assert len(deals(*rows, sale_call(3), end("ok", 3, voucher=7))) == 1


def test_a_transaction_belongs_to_the_call_that_made_it():
    rows = [sale_call(), request(), posting(), end("info"), sale_call(2), end("ok", 2, voucher=7)]
    found = sort(*rows)
    assert found.all[0].call is found.calls[0]
    ghost = sort(sale_call(), end("info"), sale_call(2), end("ok", 2, voucher=7))
    assert ghost.all[0].call is ghost.calls[1]


def test_a_till_that_registers_again_asks_about_the_same_transaction():
    again = (invoke(5, "register"), end("ok", 5, "register"))
    assert deals(*sold(), *again, *ask(2, "approved"))[0][3] == 2
