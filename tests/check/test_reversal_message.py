import pytest

from harness.check import reversal
from tests.check.literal import BLACK_BOX, fired, history
from tests.check.reversal_rows import (
    answer,
    approved,
    at_host,
    black_box,
    cancel,
    end,
    fault,
    hang_up,
    invoke,
    judged,
    power,
    pushed,
    request,
    seen_at_host,
    sign_in,
    unanswered,
    undo,
    undone,
)

F61 = "000007000001"
SEEN = ("host_wire", "slip", "power")
REPEATED = ("F3", "amount_minor", "terminal_id", "merchant_id")  # by the answer


def told(*request_and_more, reason="98", kind="sale", profile=None, **more):
    """Return a history in which the request is reversed by this 0400."""
    echo = {name: value for name, value in more.items() if name in REPEATED}
    rows = [*request_and_more, undo(1, reason, kind=kind, **more), undone(1, kind=kind, **echo)]
    return history(*rows, *approved(2), observes=SEEN, profile=profile or {})


def silence(**more):
    return [request(1, at_s=0, **more), hang_up(at_s=60)]


def test_a_0400_like_its_original_is_right():
    assert judged(told(*silence()), "R6") == (1, False, False)
    assert judged(history(*approved(1), *approved(2)), "R6") == (0, False, False)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"F3": "200000"}, "field 3"),
        ({"amount_minor": 999}, "field 4"),
        ({"terminal_id": "2"}, "field 41"),
        ({"merchant_id": "2"}, "field 42"),
        ({"F22": "012"}, "field 22"),
        ({"F25": "06"}, "field 25"),
        ({"type_code": "23"}, "60.1"),
        ({"batch": "000008"}, "60.2"),
        ({"present": ("3", "35")}, "field 35"),
        ({"present": ("3", "52")}, "field 52"),
        ({"present": ("3", "37")}, "field 37"),
        ({"F61": "000007000009"}, "field 61"),
        ({"reason": "00"}, "reason"),
        ({"mac": "absent", "mac_ok": False}, "MAC"),
        ({"mac_ok": False}, "MAC"),
    ],
)
def test_a_0400_unlike_its_original_breaks_r6(wrong, what):
    whole = told(*silence(), **wrong) if "reason" not in wrong else told(*silence(), reason="00")
    assert fired(reversal, whole) == ["R6"]
    found = next(each for each in reversal.check(whole) if each.findings).findings
    assert len(found) == 1
    assert what in found[0].what


def test_a_finding_of_r6_says_what_was_expected():
    whole = told(*silence(), amount_minor=999)
    found = next(each for each in reversal.check(whole) if each.findings).findings[0]
    assert str(found) == (
        "R6: field 4 of the 0400 (sale 000001): expected 10.00, as in the original, "
        "seen 9.99 (rows 0, 2)"
    )


def test_a_field_that_the_0400_lacks_breaks_r6():
    rows = [*silence(), undo(1), undone(1), *approved(2)]
    actor, kind, address, value, at_s, facts = rows[2]
    del facts["F22"]
    rows[2] = actor, kind, address, value, at_s, facts
    assert fired(reversal, black_box(rows)) == ["R6"]


def test_a_0400_without_reason_breaks_r6():
    rows = [*silence(), undo(1), undone(1), *approved(2)]
    del rows[2][5]["reason"]
    assert fired(reversal, black_box(rows)) == ["R6"]


def test_the_stan_is_by_profile():
    rows = [*silence(), undo(7), undone(7), *approved(8)]
    assert fired(reversal, black_box(rows)) == ["R6"]
    new = {"profile": {"reversal_stan": "new"}}
    assert fired(reversal, black_box(rows, **new)) == []
    rows = [*silence(), undo(1), undone(1), *approved(2)]
    assert fired(reversal, black_box(rows, **new)) == ["R6"]


@pytest.mark.parametrize(
    ("mode", "right", "wrong"),
    [
        ("reversed", "0000070000010131", "0000070000990131"),
        ("original", "0000070000550000", "000007000001"),
        ("as_request", "0000070000550131", "000007000055"),
    ],
)
def test_field_61_of_the_reversal_of_a_void_is_by_profile(mode, right, wrong):
    void = [request(1, kind="void", F61="0000070000550131", at_s=0), hang_up(at_s=60)]
    profile = {"reversal_f61": mode}
    assert fired(reversal, told(*void, kind="void", profile=profile, F61=right)) == []
    assert fired(reversal, told(*void, kind="void", profile=profile, F61=wrong)) == ["R6"]
    assert fired(reversal, told(*void, kind="void", profile=profile)) == ["R6"]


@pytest.mark.parametrize("mode", ["reversed", "original", "as_request"])
def test_field_61_names_what_is_reversed_where_the_reversal_has_a_number_of_its_own(mode):
    void = [request(1, kind="void", F61="0000070000550131", at_s=0), hang_up(at_s=60)]
    end = [undone(2, kind="void"), *approved(3)]
    profile = {"reversal_f61": mode, "reversal_stan": "new"}
    own = [*void, undo(2, kind="void", F61="000007000001"), *end]
    original = [*void, undo(2, kind="void", F61="0000070000550131"), *end]
    assert fired(reversal, history(*own, observes=SEEN, profile=profile)) == []
    assert "R6" in fired(reversal, history(*original, observes=SEEN, profile=profile))


def test_field_61_of_the_reversal_of_a_sale_may_name_the_sale():
    assert fired(reversal, told(*silence(), F61=F61)) == []


def bad_mac():
    return answer(1, mac_ok=False)


@pytest.mark.parametrize(
    ("rows", "right", "wrong"),
    [
        (silence(), "98", "06"),
        ([request(1), bad_mac(), end("fail", 1)], "A0", "98"),
        ([request(1), answer(1, terminal_id="2")], "06", "A0 "),
        ([request(1), bad_mac(), answer(1, terminal_id="2")], "98", "96"),
        ([request(1), bad_mac(), cancel()], "A0", "96"),
        ([request(1), cancel()], "06", "A0"),
        ([request(1), power("off"), power("on")], "06", "A0"),
        ([request(1, partial=True, size=9), hang_up()], "06", "96"),
        ([request(1), answer(1, "Z9")], "06", "A0"),
        ([request(1), answer(1)], "96", "98"),
        ([request(1), answer(1), power("off"), power("on")], "98", "A0"),
    ],
)
def test_the_reason_fits_the_cause(rows, right, wrong):
    assert "R6" not in fired(reversal, told(*rows, reason=right))
    assert fired(reversal, told(*rows, reason=wrong)) == ["R6"]


def test_a_lost_line_is_no_answer_or_other():
    for reason in ("98", "06"):
        assert fired(reversal, told(request(1), hang_up(value="lost"), reason=reason)) == []
    assert fired(reversal, told(request(1), hang_up(value="lost"), reason="A0")) == ["R6"]


def test_a_time_out_after_a_late_answer_is_still_no_answer():
    rows = [*silence(), answer(1, at_s=100)]
    assert fired(reversal, told(*rows, reason="98")) == []
    assert fired(reversal, told(*rows, reason="A0")) == ["R6"]


def test_a_repeat_may_change_its_reason_to_other():
    rows = [*silence(), undo(1), undone(1, "96")]
    assert fired(reversal, told(*rows, reason="06")) == []
    assert fired(reversal, told(*rows, reason="96")) == ["R6"]


def test_any_reason_goes_where_the_cause_is_not_known():
    rows = [request(1), answer(1, "51"), fault("tx host 0210 #1", "cut"), undo(1, "A0"), undone(1)]
    assert fired(reversal, seen_at_host([*rows, *approved(2)])) == []
    rows = [request(1, partial=True, size=0), *pushed(), *approved(2)]
    assert fired(reversal, black_box(rows)) == []


def test_a_0400_that_was_hit_on_the_way_is_not_judged_at_the_host():
    rows = [*unanswered(), fault("tx terminal 0400 #1", "corrupt"), undo(1, amount_minor=7)]
    rest = [undo(1), undone(1), *approved(2)]
    assert judged(seen_at_host([*rows, hang_up(), *rest]), "R6") == (1, False, False)
    spoiled = [*unanswered(), undo(1, amount_minor=7, spoiled=True), *rest]
    assert judged(seen_at_host(spoiled), "R6") == (1, False, False)
    doubled = [*unanswered(), fault("tx terminal 0400 #1", "duplicate"), undo(1, amount_minor=7)]
    assert judged(seen_at_host([*doubled, undone(1, amount_minor=7), *approved(2)]), "R6") == (
        1,
        True,
        False,
    )


def test_a_0400_that_was_cut_short_is_not_judged():
    rows = [*unanswered(), undo(1, amount_minor=7, partial=True, size=20), *pushed(), *approved(2)]
    assert judged(history(*rows), "R6") == (1, False, False)
    rows = [*unanswered(), undo(1, amount_minor=7, malformed=True), *pushed(), *approved(2)]
    assert judged(history(*rows), "R6") == (1, False, False)


def test_a_mac_under_keys_that_may_not_have_arrived_is_not_judged():
    *_, answered = sign_in()
    offer = ("host", "tx", "terminal/0810", "", None, answered[5])
    rows = [*silence(), offer, undo(1, mac_ok=False), undone(1), *approved(2)]
    assert fired(reversal, black_box(rows)) == []
    rows = [*silence(), offer, answered, undo(1, mac_ok=False), undone(1), *approved(2)]
    assert fired(reversal, black_box(rows)) == ["R6"]


def test_the_0400_of_an_inquiry_is_compared_as_well():
    whole = told(request(1, kind="balance", at_s=0), hang_up(at_s=60), kind="balance", F22="012")
    assert fired(reversal, whole) == ["R2", "R6"]


def test_a_request_that_could_not_be_read_has_nothing_to_compare():
    cut = ("host", "rx", "terminal/0200", "", 0, {"mti": "0200", "partial": True, "size": 20})
    rows = [invoke(1), cut, end("fail", 1), *at_host([*pushed(), *approved(2)])]
    whole = history(*rows, observes=BLACK_BOX, host_wire_at="host")
    assert judged(whole, "R6") == (1, False, False)
