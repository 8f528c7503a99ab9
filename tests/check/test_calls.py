from harness.check.calls import calls
from tests.check.literal import history, row
from tests.check.money_rows import end, invoke


def test_an_end_belongs_to_the_call_of_its_number():
    whole = history(invoke(1), invoke(2), end("fail", 2), end("ok", 1))
    assert [call.end.kind for call in calls(whole)] == ["ok", "fail"]
    assert [call.verb for call in calls(whole)] == ["sale", "sale"]


def test_calls_without_numbers_end_in_order_and_each_once():
    bare = row("till", "invoke", "sale"), row("till", "ok", "sale")
    found = calls(history(bare[0], bare[1], bare[1], bare[0]))
    assert [call.end and call.end.index for call in found] == [1, None]


def test_an_end_of_another_verb_or_actor_is_no_end():
    others = end("ok", verb="void"), row("terminal", "ok", "sale", call=1)
    assert calls(history(invoke(1), *others))[0].end is None


def test_a_call_holds_what_happens_before_its_end():
    whole = history(end("ok", 9), invoke(1), row("host", "rx"), end("ok"), row("host", "rx"))
    call = calls(whole)[0]
    assert [call.holds(each) for each in whole.rows] == [False, False, True, False, False]
    open_call = calls(history(invoke(1), row("host", "rx")))[0]
    assert open_call.holds(whole.rows[4])
