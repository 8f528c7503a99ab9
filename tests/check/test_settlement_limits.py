import pytest

from tests.check.literal import BLACK_BOX
from tests.check.settlement_rows import (
    BATCH,
    NET,
    NEXT,
    asked,
    balance,
    begin,
    black_box,
    closed,
    done,
    edit,
    ended,
    exchanged,
    fired,
    journal,
    morning,
    pending,
    record,
    rest,
    ruling,
    settled,
    signed_in,
    signed_out,
    sold,
    stage,
    totals,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, power, row

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
FULL = {"profile": {"journal_size_max": 3}}
EMPTY_0500 = {"profile": {"empty_settlement": "empty_0500"}}
STAYS = {"profile": EMPTY_0500["profile"] | {"auto_sign_out": False}}  # signed in
CANCEL = row("operator", "act", "key", key="CANCEL")
SETTLE_FIRST = row("terminal", "show", "RESULT", "请先结算")


def seen(rule, rows, **header):
    judged = ruling(rule, rows, **header)
    return judged and [finding.seen for finding in judged.findings]


def refused(*shown, verb="sale", kind="fail", **said):
    return [begin(60, verb), *shown, done(60, verb, kind, **said)]


def full(*call):
    return [*morning(), *call, *rest(*balance(104, batch=BATCH), balance_minor=900)]


@pytest.mark.parametrize("verb", ["sale", "void", "refund", "preauth", "completion"])
def test_a_full_journal_refuses_what_would_leave_a_record(verb):
    assert word("S9", full(*refused(SETTLE_FIRST, verb=verb)), **FULL) == "PASS"
    assert not fired(full(*refused(SETTLE_FIRST)), **FULL)


@pytest.mark.parametrize("text", ["settle first", "SETTLEMENT REQUIRED", "batch full", "请先结算"])
def test_it_says_why_on_the_display_or_to_the_till(text):
    shown = row("terminal", "show", "RESULT", text)
    assert seen("S9", full(*refused(shown)), **FULL) == []
    assert seen("S9", full(*refused(text=text)), **FULL) == []


def test_a_refusal_that_does_not_say_why_is_found_alone():
    bare = full(*refused(row("terminal", "show", "RESULT", "交易失败")))
    assert fired(bare, **FULL) == ["S9"]
    assert seen("S9", bare, **FULL) == ["a refusal that does not say why"]
    assert seen("S9", full(*refused()), **FULL) == ["a refusal that does not say why"]
    told = list(black_box(full(*refused(text="declined"))))
    assert seen("S9", told, **FULL, **AT_HOST) == ["a refusal that does not say why"]
    hidden = full(blind("display"), *refused())
    assert seen("S9", hidden, **FULL) == []


def test_where_nothing_is_shown_a_refusal_is_enough():
    observes = tuple(each for each in BLACK_BOX if each != "display")
    rows = list(black_box(full(*refused())))
    assert word("S9", rows, **FULL, host_wire_at="host", observes=observes) == "PASS"


@pytest.mark.parametrize("prompt", ["PRESENT_CARD", "ENTER_PIN"])
def test_a_card_that_is_asked_for_all_the_same_is_found_alone(prompt):
    rows = full(*refused(row("terminal", "show", prompt, ""), SETTLE_FIRST))
    assert seen("S9", rows, **FULL) == [f"the prompt {prompt}"]
    assert fired(rows, **FULL) == ["S9"]


def test_a_transaction_all_the_same_is_found():
    four = [record(101, state="voided"), record(102), record(103, "void"), record(104)]
    rows = [*morning(), *sold(104, four)]
    assert seen("S9", rows, **FULL) == ["0200 sale 000104, the call ended ok"]
    black = list(black_box(rows))
    assert seen("S9", black, **FULL, **AT_HOST) == ["0200 sale 000104, the call ended ok"]


def test_a_refusal_whose_end_nobody_knows_proves_nothing():
    assert ruling("S9", full(*refused(SETTLE_FIRST, kind="info")), **FULL) is None
    prompt = row("terminal", "show", "PRESENT_CARD", "")
    assert seen("S9", full(*refused(prompt, kind="info")), **FULL) == ["the prompt PRESENT_CARD"]


def test_below_the_limit_nothing_is_full():
    assert ruling("S9", full(*refused())) is None
    assert ruling("S9", full(*refused()), profile={"journal_size_max": 4}) is None
    assert ruling("S9", full(begin(60)), **FULL) is None  # nobody knows how it ends
    assert ruling("S9", full(*refused(verb="balance")), **FULL) is None
    torn = edit([*morning(), *refused()], "nv", "journal", 2, torn=True)
    assert ruling("S9", torn, **FULL) is None
    first = [*refused(), *morning()]
    assert ruling("S9", first, **FULL) is None


def test_after_a_settlement_the_journal_has_room_again():
    rows = [*morning(), *settled(), *sold(108, [record(108)], batch=NEXT)]
    assert ruling("S9", rows, **FULL) is None
    assert ruling("S9", list(black_box(rows)), **FULL, **AT_HOST) is None
    one = {"profile": {"journal_size_max": 1}}
    assert ruling("S9", refused(SETTLE_FIRST), **one) is None


def test_a_reversal_may_go_out_before_the_refusal():
    away = refused(pending(103), SETTLE_FIRST)
    assert seen("S9", full(*away), **FULL) == []


def test_full_is_what_only_a_small_history_can_tell_from_the_line():
    day = [each for each in full(*refused(SETTLE_FIRST)) if each[2] != "journal"]
    assert word("S9", day, **FULL) == "PASS"


# S10


def empty(*middle, call=50, kind="fail", **facts):
    """Return a settlement that begins where nothing was sold."""
    return [begin(call, "settle", **facts), *middle, done(call, "settle", kind)]


NOTHING = [*totals(101, (0, 0, 0, 0)), *ended(102)]


def test_an_empty_batch_is_settled_as_the_profile_says():
    assert word("S10", empty()) == "PASS"
    assert seen("S10", empty(), **EMPTY_0500) == ["none"]
    assert seen("S10", empty(*NOTHING)) == ["0500"]
    assert word("S10", empty(*NOTHING), **EMPTY_0500) == "PASS"
    assert word("S10", list(black_box(empty())), **AT_HOST) == "PASS"
    assert seen("S10", list(black_box(empty(*NOTHING))), **AT_HOST) == ["0500"]


def test_a_silent_settlement_of_an_empty_batch_is_found_alone():
    assert fired(empty(), **EMPTY_0500) == ["S10"]


def second(*more):
    """Return a day whose settlement is asked for once more."""
    return [*morning(), *settled(), *more, *rest(*balance(110), balance_minor=900)]


def test_an_empty_0500_is_found_alone():
    after = [*totals(108, (0, 0, 0, 0), batch=NEXT), *ended(109, batch=NEXT)]
    rows = second(begin(60, "settle"), *after, closed(NEXT, "000009"), done(60, "settle"))
    assert "S10" in fired(rows)
    assert word("S10", second(*empty(call=60))) == "PASS"
    assert seen("S10", second(*empty(call=60)), **EMPTY_0500) == ["none"]


def test_a_batch_that_holds_something_is_not_its_matter():
    assert word("S10", whole_day()) == ""
    kept = [*morning(), *empty()]
    assert ruling("S10", kept) is None
    assert ruling("S10", list(black_box(kept)), **AT_HOST) is None


@pytest.mark.parametrize("why", [[CANCEL], [power("off")], [fault("link_down", "host")]])
def test_a_settlement_that_something_stopped_need_not_send_anything(why):
    assert ruling("S10", empty(*why), **EMPTY_0500) is None


def test_a_settlement_that_is_denied_or_has_no_end_need_not_send_anything():
    assert ruling("S10", empty(password="wrong"), **EMPTY_0500) is None
    assert ruling("S10", [begin(50, "settle")], **EMPTY_0500) is None


def test_a_terminal_that_is_signed_out_settles_nothing():
    assert ruling("S10", [*signed_out(99), *empty()], **EMPTY_0500) is None
    back = [*signed_out(98), *signed_in(99), *empty()]
    assert seen("S10", back, **EMPTY_0500) == ["none"]
    again = [*signed_in(99), power("off"), power("on"), *empty()]
    assert ruling("S10", again, **EMPTY_0500) is None
    silent = [*signed_in(99), *totals(101, NET), *ended(102), power("off"), power("on"), journal()]
    assert not seen("S10", [*silent, *empty()], **EMPTY_0500)
    assert seen("S10", [*silent, *empty()], **STAYS) == ["none"]
    asked = exchanged("0820", "echo", 99, tells={"response_code": "A0"})
    assert ruling("S10", [*asked, *empty()], **EMPTY_0500) is None


def test_a_settlement_that_goes_on_is_no_empty_one():
    begun = [begin(50, "settle"), *totals(104, NET), *ended(105)[:1], power("off"), power("on")]
    resumed = [*morning(), *begun, journal(), *empty(call=51)]
    assert ruling("S10", resumed, **EMPTY_0500) is None
    again = [*morning(), *begun, journal(), *empty(*ended(105), call=51)]
    assert ruling("S10", again, **EMPTY_0500) is None


def test_by_the_terminals_own_word_a_batch_may_be_empty():
    header = AT_HOST | {"world": "hardware", "bench": {"kind": "external"}}
    rows = list(black_box(empty(*NOTHING)))
    assert seen("S10", rows, **header) == ["0500"]
    full_one = list(black_box(empty(*totals(101, (100, 1, 0, 0)), *ended(102))))
    assert ruling("S10", full_one, **header) is None
    assert ruling("S10", list(black_box(empty())), **header) is None
    bare = edit(rows, "rx", "terminal/0500", debit_minor=None)
    assert ruling("S10", bare, **header) is None


def test_other_messages_in_the_call_settle_nothing():
    assert seen("S10", empty(asked(101, "balance"), stage("none")), **EMPTY_0500) == ["none"]


def test_an_upload_without_a_0500_in_sight_is_no_empty_settlement():
    assert ruling("S10", ended(101)) is None


def test_every_record_of_the_journal_takes_room():
    held = [record(101), record(102, "preauth", 700), record(103)]
    rows = [*sold(101, held), *refused(row("terminal", "show", "PRESENT_CARD", ""))]
    assert seen("S9", rows, **FULL) == ["the prompt PRESENT_CARD"]
    unsure = list(black_box(sold(101)))
    unsure = [*unsure[:4], fault("drop", "rx terminal 0210 #1"), *unsure[4:]]
    one = {"profile": {"journal_size_max": 1}}
    assert ruling("S9", [*unsure, *refused()], **one, **AT_HOST) is None


def test_only_what_is_shown_in_the_call_counts():
    early = row("terminal", "show", "PRESENT_CARD", "")
    rows = full(early, *refused(SETTLE_FIRST), early)
    assert seen("S9", rows, **FULL) == []
    said_before = full(SETTLE_FIRST, *refused())
    assert seen("S9", said_before, **FULL)


def test_a_number_that_the_host_gives_empties_no_journal():
    rows = [*sold(101), *sold(102), *signed_in(103, NEXT), *refused(SETTLE_FIRST)]
    bare = [each for each in rows if each[1] != "nv"]
    two = {"profile": {"journal_size_max": 2}}
    assert word("S9", bare, **two) == "PASS"


def test_an_empty_journal_is_empty_whatever_the_0500_says():
    rows = [journal(), *empty(*totals(101, (100, 1, 0, 0)), *ended(102))]
    assert seen("S10", rows) == ["0500"]


def test_an_end_whose_answer_may_be_lost_may_be_resumed_in_silence():
    first = list(black_box([*totals(104, (0, 0, 0, 0)), *ended(105)]))
    lossy = [*first[:-1], fault("drop", "rx terminal 0330 #1"), first[-1]]
    second_call = list(black_box(empty(call=51)))
    header = AT_HOST | STAYS
    assert not seen("S10", [*lossy, *second_call], **header)
    assert seen("S10", [*first, *second_call], **header) == ["none"]
    assert seen("S10", [*second_call, *lossy], **header) == ["none"]


def test_a_settlement_that_power_left_unfinished_is_resumed_in_silence():
    first = [begin(50, "settle"), *NOTHING, power("off"), power("on")]
    first += [("till", "info", "settle", "", None, {"call": 50})]
    rows = [*first, *empty(journal(), call=51)]
    assert not seen("S10", rows, **STAYS)
    third = [*rows, *empty(call=52)]
    assert seen("S10", third, **STAYS) == ["none"]
