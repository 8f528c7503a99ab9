import pytest

from harness.report import case_view
from tests.check.literal import history
from tests.report.literal import BENCH, CUT, FOUND, SLIP, quick, row, whole_case


def of(*rows, **header):
    return history(*quick(rows), **header)


def test_the_plan_says_what_happened_and_what_did_not():
    steps = [(step.point, step.fired_at is not None) for step in case_view.plan(whole_case())]
    assert steps == [(CUT, True), ("rx host 0400 #2", False)]
    assert [each.value for each in case_view.heals(whole_case())] == ["line up"]


def test_a_step_counts_from_its_first_row():
    rows = [row("nemesis", kind, CUT, "cut", action="cut") for kind in ("note", "fault", "fault")]
    (step,) = case_view.plan(of(*rows, plan=[(CUT, "Cut()", ())]))
    assert step.fired_at == 1


def test_each_call_of_the_till_has_its_outcome():
    found = [(call.verb, call.outcome) for call in case_view.calls(whole_case())]
    assert found == [("sign_in", "done"), ("sale", "outcome unknown"), ("sale", "done")]
    assert case_view.calls(whole_case())[2].asked == "amount 1.00 · card card-3 · pin right"
    assert "voucher 000003" in case_view.calls(whole_case())[2].reported


def test_a_call_without_an_end_says_so():
    whole = of(row("till", "invoke", "sale", call=1), row("till", "invoke", "old"))
    assert [call.outcome for call in case_view.calls(whole)] == ["never ended", "never ended"]


def test_postings_have_amounts_as_people_write_them():
    found = case_view.postings(whole_case())
    assert [(each.name, each.stan, each.amount) for each in found] == [
        ("sale", "000002", "12.34"),
        ("reversal", "000002", "12.34"),
        ("sale", "000003", "1.00"),
    ]
    assert found[0].entries == ("card:card-3 −12.34", "clearing +12.34")


@pytest.mark.parametrize("entry", ["", "12", "card x", "card --5", "card ４"])
def test_an_entry_that_is_none_stays_as_it_is(entry):
    (found,) = case_view.postings(of(row("host", "ledger", "sale", entries=(entry,))))
    assert found.entries == (entry,)


def test_balances_say_how_they_moved():
    (found,) = case_view.balances(whole_case())
    assert (found.card, found.first, found.last, found.change) == (
        "card-3",
        "1 000.00",
        "999.00",
        "−1.00",
    )
    assert case_view.balances(of()) == []


def test_a_balance_that_was_seen_once_only_has_no_change():
    rows = [
        row("host", "ledger", "balances", when="begin"),
        row("host", "ledger", "balances", when="end", **{"card-1": 5}),
    ]
    (found,) = case_view.balances(of(*rows))
    assert (found.first, found.last, found.change) == ("", "5", "")


def test_slips_have_a_title_and_their_lines():
    (slip,) = case_view.slips(whole_case())
    assert (slip.number, slip.title, slip.lines) == (1, "receipt sale merchant", SLIP)


def test_a_slip_that_broke_off_and_one_that_is_a_reprint_say_so():
    rows = [
        row("terminal", "print", "slip", "ink", is_complete=False),
        row("terminal", "print", "slip", "", kind="receipt", is_duplicate=True, text=("a",)),
    ]
    first, second = case_view.slips(of(*rows))
    assert (first.title, first.lines) == ("broken off", ("ink",))
    assert second.title == "receipt reprint"


def test_rows_tell_who_did_what_with_facts_and_time():
    line = case_view.rows(whole_case())[14]
    assert (line.index, line.time, line.what) == (14, "0.060", "terminal tx host/0200")
    assert "amount 12.34" in line.facts
    assert "mac_ok yes" in line.facts
    assert "stan 000002" in line.facts


def test_evidence_is_the_rows_that_the_history_has():
    assert [each.index for each in case_view.evidence(whole_case(), FOUND)] == [14, 18]
    assert case_view.evidence(whole_case(), (999,)) == []


def test_facts_of_every_type_have_words():
    facts = {"a": True, "b": (), "c": ("x", "y"), "stan": 7, "amount_minor": 5, "n": 3, "t": "z"}
    wanted = "a yes · b none · c x, y · stan 000007 · amount 0.05 · n 3 · t z"
    assert case_view.facts_text(facts) == wanted


def test_what_is_not_declared_of_a_foreign_terminal_is_said():
    bench = {"kind": "external", "firmware": "2.1", "terminal_model": "", "power": "command"}
    found = dict(case_view.bench(of(bench=bench)))
    assert (found["firmware"], found["model"]) == ("2.1", "not declared")
    assert found["serial number"] == "not declared"
    assert list(found)[0] == "kind"
    assert "not declared" not in dict(case_view.bench(of(bench=BENCH))).values()
