import pytest

from harness.check.answer import fits, is_mac_good, next_message, take, wait_of
from harness.check.view import view
from tests.check.literal import history, row
from tests.check.reversal_rows import (
    answer,
    at_host,
    cancel,
    fault,
    hang_up,
    power,
    request,
    seen_at_host,
    sign_in,
    undo,
    undone,
)

ABORT = row("till", "tx", "ecr/06B0")


def taken(*rows, see=None, **header):
    """Return index and doubt of what is taken for the first message."""
    line = view((see or history)(*rows, **header))
    found = take(line, line.left[0])
    return (found.answer.index if found.answer else None), found.doubt


def at_host_taken(*rows, **header):
    return taken(list(rows), see=seen_at_host, **header)


def test_the_answer_that_fits_is_taken():
    assert taken(request(1), answer(1)) == (1, "")
    assert taken(request(1), answer(1, "51")) == (1, "")
    assert taken(request(1), answer(9), answer(1)) == (2, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"F3": "310000"},
        {"amount_minor": 999},
        {"terminal_id": "x"},
        {"merchant_id": "x"},
        {"mti": "0110"},
        {"mac_ok": False},
        {"key_missing": True},
        {"malformed": True},
        {"partial": True},
    ],
)
def test_an_answer_that_differs_is_not_taken(wrong):
    assert taken(request(1), answer(1, **wrong)) == (None, "")
    assert taken(request(1), answer(2)) == (None, "")


def test_a_partial_approval_of_a_sale_may_differ_in_its_amount():
    assert taken(request(1), answer(1, "10", amount_minor=400)) == (1, "")
    void = [request(1, kind="void"), answer(1, "10", kind="void", amount_minor=400)]
    assert taken(*void) == (None, "")


@pytest.mark.parametrize(
    ("name", "code", "doubt"),
    [
        ("stan", "00", "the answer lacks field 11"),
        ("stan", "51", "the answer lacks field 11"),
        ("amount_minor", "00", "the answer lacks field 4"),
        ("amount_minor", "51", ""),
    ],
)
def test_an_answer_that_lacks_a_field_is_doubtful(name, code, doubt):
    reply = answer(1, code)
    del reply[5][name]
    assert taken(request(1), reply) == (1, doubt)


def test_an_approval_without_mac_is_doubtful():
    bare = answer(1, mac="absent")
    assert taken(request(1), bare) == (1, "the approval carries no MAC")
    assert taken(request(1, mac="absent"), bare) == (1, "")
    assert taken(request(1), answer(1, "51", mac="absent")) == (1, "")


def test_the_mac_of_a_decline_counts_by_profile():
    rows = [request(1), answer(1, "51", mac_ok=False)]
    assert taken(*rows) == (None, "")
    assert taken(*rows, profile={"mac_on_decline": "skipped"}) == (1, "")
    assert taken(request(1), answer(1, "51", key_missing=True)) == (None, "")
    approval = [request(1), answer(1, mac_ok=False)]
    assert taken(*approval, profile={"mac_on_decline": "skipped"}) == (None, "")


@pytest.mark.parametrize(
    ("at_s", "expected"),
    [
        (58.9, (1, "")),
        (59, (1, "the answer came within the tolerance of the time-out")),
        (61, (1, "the answer came within the tolerance of the time-out")),
        (61.1, (None, "")),
    ],
)
def test_the_wait_ends_with_the_time_out(at_s, expected):
    assert taken(request(1, at_s=0), answer(1, at_s=at_s)) == expected


def test_a_scaled_run_has_slack():
    rows = [request(1, at_s=0), answer(1, at_s=62)]
    assert taken(*rows, bench={"slack_ms": 2000})[0] == 1
    assert taken(*rows, bench={"slack_ms": "x"})[0] is None


@pytest.mark.parametrize("end", [hang_up(), power("off"), request(2), undo(1)])
def test_the_wait_ends_with_power_line_or_the_next_message(end):
    assert taken(request(1), end, answer(1)) == (None, "")


@pytest.mark.parametrize(
    "other",
    [
        row("terminal", "disconnect", "ecr", "lost"),
        row("host", "disconnect", "terminal", "lost"),
        ("host", "power", "", "off", None, {}),
        power("on"),
        row("operator", "act", "key", key="OK"),
    ],
)
def test_other_events_do_not_end_the_wait(other):
    assert taken(request(1), other, answer(1)) == (2, "")


def test_repeats_of_its_own_do_not_end_the_wait():
    line = view(history(request(1), request(1), answer(1)))
    assert take(line, line.left[0]).answer is None
    assert take(line, line.left[0], {1}).answer.index == 2
    assert [each.index for each in wait_of(line, line.left[0], {1})] == [2]


def test_cancel_ends_the_wait_by_profile():
    rows = [request(1, at_s=0), cancel(at_s=5)]
    assert taken(*rows, answer(1, at_s=6.1)) == (None, "")
    near = taken(*rows, answer(1, at_s=6))
    assert near == (2, "CANCEL was pressed before the answer came")
    ignored = {"profile": {"cancel_while_waiting": "ignored"}}
    assert taken(*rows, answer(1, at_s=6.1), **ignored) == (2, "")
    before = [cancel(at_s=0), request(1), answer(1)]
    assert taken(*before)[1] == ""


def test_cancel_leaves_the_answer_to_a_reversal_open():
    rows = [undo(1, at_s=0), cancel(at_s=5), undone(1, at_s=30)]
    assert taken(*rows) == (2, "CANCEL was pressed before the answer came")


def test_an_abort_of_the_till_leaves_the_answer_open():
    rows = [request(1), ABORT, answer(1)]
    assert taken(*rows) == (2, "the till had aborted before the answer came")
    assert taken(ABORT, request(1), answer(1))[1] == ""


def test_a_doubt_of_the_answer_goes_before_that_of_the_moment():
    bare = answer(1, mac="absent", at_s=60)
    assert taken(request(1, at_s=0), bare)[1] == "the approval carries no MAC"


KEYS = "the keys of the last sign-in may not have arrived"


def offer(at="terminal/0810", **more):
    return row("host", "tx", at, mti="0810", name="sign_in", response_code="00", **more)


def unsure(**more):
    """Return a request whose MAC says nothing about the keys, and its answer."""
    ask = request(1)
    del ask[5]["mac_ok"]
    return ask, answer(1, **more)


def key_doubt(*before, **more):
    rows = [*before, *unsure(**more)]
    line = view(history(*rows))
    send = next(each for each in line.left if each.facts["mti"] == "0200")
    found = take(line, send)
    return found.doubt, found.answer is not None


def test_keys_that_did_not_arrive_leave_the_mac_open():
    asked, answered = sign_in()
    assert key_doubt(asked, offer(), answered) == ("", True)
    assert key_doubt(asked, offer()) == (KEYS, True)
    assert key_doubt(asked, offer(), mac_ok=False) == (KEYS, True)
    assert key_doubt(asked, offer(), power("off"), power("on"), answered) == (KEYS, True)
    assert key_doubt(asked, offer(), mac="absent")[0] == "the approval carries no MAC"
    assert key_doubt(asked, answered) == ("", True)


def test_a_right_mac_of_the_request_shows_that_the_keys_arrived():
    rows = [offer(), request(1), answer(1)]
    line = view(history(*rows))
    assert take(line, line.left[0]).doubt == ""


def test_a_refused_sign_in_offers_no_keys():
    refused = ("host", "tx", "terminal/0810", "", None, {"mti": "0810", "response_code": "97"})
    assert key_doubt(refused) == ("", True)


def test_at_the_host_keys_arrived_unless_something_happened():
    def doubt(*between, **marks):
        rows = [*at_host(list(sign_in())[:1]), offer(**marks), *between, *at_host(unsure())]
        line = view(history(*rows, host_wire_at="host"))
        return take(line, line.left[1]).doubt

    assert doubt() == ""
    assert doubt(fault("tx host 0810 #1", "cut")) == KEYS
    assert doubt(lost=True) == KEYS


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (fault("tx host 0210 #1", "cut"), "cut"),
        (fault("tx host 0210 #1", "hold"), "hold"),
        (power("off"), "power off"),
        (row("host", "disconnect", "terminal", "lost"), "disconnect lost"),
    ],
)
def test_at_the_host_an_answer_may_have_been_kept_away(after, why):
    assert at_host_taken(request(1), answer(1), after)[1].endswith(why)
    assert taken(request(1), answer(1), after) == (1, "")
    assert at_host_taken(request(1), answer(1), request(2), after) == (1, "")


@pytest.mark.parametrize(
    "after",
    [
        fault("print terminal slip #1", "paper_out"),
        fault("tx host 0210 #1", "duplicate"),
        fault("tx terminal 040F #1", "drop"),
        fault("rx till 06D1 #1", "link_down"),
        fault("show terminal WAIT #1", "link_down", device="ecr-line"),
        row("host", "disconnect", "terminal", "hang up"),
        power("on"),
        ("host", "power", "", "off", None, {}),
    ],
)
def test_at_the_host_other_events_leave_no_doubt(after):
    assert at_host_taken(request(1), answer(1), after) == (1, "")


READ_OUT = row("host", "disconnect", "terminal", "caller hung up")


@pytest.mark.parametrize("after", [fault("rx host 0500 #1", "cut"), power("off")])
def test_at_the_host_nothing_keeps_an_answer_away_that_the_caller_has_read(after):
    assert at_host_taken(request(1), answer(1), READ_OUT, after) == (1, "")
    assert at_host_taken(request(1), answer(1), after, READ_OUT)[1] != ""
    assert at_host_taken(READ_OUT, request(1), answer(1), after)[1] != ""


def test_a_power_cut_at_a_frame_of_the_till_line_is_a_doubt_all_the_same():
    after = fault("tx terminal 040F #1", "power_off")
    assert "power_off" in at_host_taken(request(1), answer(1), after)[1]


def test_at_the_host_a_spoiled_answer_is_doubtful():
    spoiled = answer(1, spoiled=True)
    assert at_host_taken(request(1), spoiled) == (1, "the host's answer was spoiled on the way")


@pytest.mark.parametrize("action", ["drop", "truncate"])
@pytest.mark.parametrize("point", ["tx host 0210 #1", "rx terminal 0210 #1"])
def test_at_the_host_a_lost_answer_is_none(action, point):
    assert at_host_taken(request(1), fault(point, action), answer(1)) == (None, "")
    assert at_host_taken(request(1), answer(1), fault(point, action)) == (None, "")
    assert at_host_taken(request(1), answer(1, lost=True)) == (None, "")


def test_at_the_host_one_of_two_answers_was_lost_and_nobody_knows_which():
    rows = [request(1), answer(1), fault("tx host 0210 #1", "drop"), answer(1)]
    assert at_host_taken(*rows)[1].endswith("drop")


def test_at_the_host_what_hit_another_message_hit_no_answer():
    rows = [request(1), fault("tx host 0410 #1", "drop"), answer(1)]
    assert at_host_taken(*rows)[1].endswith("drop")


def test_the_next_message_leaves_out_what_it_is_told_to():
    rows = history(request(1), request(1), request(2)).rows
    assert next_message(rows, rows[0]).index == 1
    assert next_message(rows, rows[0], {1}).index == 2
    assert next_message(rows, rows[2]) is None


def test_fit_and_mac_can_be_asked_alone():
    ask, reply = history(request(1), answer(1, mac_ok=False)).rows
    assert fits(ask, reply, {}) is None
    assert not is_mac_good(reply, {})
    assert is_mac_good(history(answer(1)).rows[0], {})
