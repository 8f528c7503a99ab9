"""K2: keys with a wrong check value."""

import pytest

from harness.check import obedience as checker
from tests.check.literal import row
from tests.check.slip_rows import answer, begin, blind, done, fault, request, sign_in
from tests.check.undoing_rows import SEEN, at_host, found, judged, made, said, sale

WITH_NV = {"observes": (*SEEN, "nv")}


def k2(*rows, **header):
    return judged(checker, "K2", made(*rows, **header))


def keys(generation, **facts):
    return row("terminal", "nv", "keys", generation=generation, **facts)


def wrong(end="fail", *, stan=100, within=()):
    """Return a sign-in whose answer has keys that do not fit their check values."""
    rows = sign_in(stan, keys_ok=False)
    ending = [done(9, "sign_in", end)] if end else []
    return [begin(9, "sign_in"), *rows, *within, *ending]


def test_keys_that_are_refused_are_right():
    assert k2(*wrong()) == (1, 0, 0)
    assert k2(*wrong(), *sale()) == (1, 0, 0)
    assert k2(*wrong(None), *sale()) == (1, 0, 0)
    assert k2(*wrong(None)) == (0, 0, 0)
    assert k2(*wrong("info")) == (0, 0, 0)


def test_keys_that_fit_are_not_its_matter():
    assert k2(*sign_in(keys_ok=True), *sale()) == (0, 0, 0)
    assert k2(*sign_in(), *sale()) == (0, 0, 0)
    assert k2(*sign_in(keys_ok=False, response_code="05"), *sale()) == (0, 0, 0)


def test_a_sign_in_that_goes_well_with_them_is_a_finding():
    assert k2(*wrong("ok")) == (1, 1, 0)
    assert found(made(*wrong("ok"))) == ["K2"]


def test_a_mac_under_them_is_a_finding():
    rows = [*wrong(), request(101, mac_ok=False), answer(101)]
    assert k2(*rows) == (1, 1, 0)
    unknown = [*wrong(None), request(101, mac_ok=None), request(102, mac_ok=False), answer(102)]
    assert k2(*unknown) == (1, 1, 0)


@pytest.mark.parametrize(
    ("before", "after", "is_found"),
    [
        (keys(3), keys(4), 1),
        (keys(3), keys(3), 0),
        (keys(3), keys(4, torn=True), 0),
        (keys(3, torn=True), keys(4), 0),
        (keys(3), row("terminal", "nv", "keys"), 0),
        (keys(3), row("terminal", "nv", "counters", stan=4), 0),
    ],
)
def test_other_keys_stored_are_a_finding(before, after, is_found):
    assert k2(before, *wrong(within=[after]), **WITH_NV) == (1, is_found, 0)


def test_what_the_next_sign_in_brings_is_right():
    rows = [keys(3), *wrong(), *sign_in(101, keys_ok=True), keys(4), request(102, mac_ok=False)]
    assert k2(*rows, **WITH_NV) == (1, 0, 0)
    assert k2(*wrong("ok", within=sign_in(101))) == (0, 0, 0)


def test_another_call_than_the_sign_in_says_nothing():
    rows = [begin(9, "sale"), *sign_in(100, keys_ok=False), done(9, "sale", "ok")]
    assert k2(*rows) == (0, 0, 0)


def test_an_answer_that_may_not_have_come_is_not_judged():
    asks, tells, end = sign_in(100, keys_ok=False)
    rows = [asks, fault("delay", "tx host 0810 #1"), tells, end, *sale()]
    assert k2(*at_host(rows), host_wire_at="host") == (0, 0, 0)


def test_a_line_that_went_blind_is_a_gap():
    assert k2(*wrong(), blind("host_wire")) == (0, 0, 1)
    assert k2(*wrong("ok"), blind("host_wire")) == (1, 1, 0)


def test_other_writes_than_of_keys_do_not_count():
    other = row("terminal", "nv", "counters", generation=4)
    assert k2(keys(3), *wrong(within=[other]), **WITH_NV) == (1, 0, 0)
    state = row("terminal", "nv", "keys")
    assert k2(keys(3), state, *wrong(within=[keys(4)]), **WITH_NV) == (1, 1, 0)


def test_a_finding_says_how_they_were_taken():
    assert said(checker, "K2", made(*wrong("ok"))) == "a sign-in that went well"
    rows = [keys(3), *wrong(within=[keys(4)])]
    assert said(checker, "K2", made(*rows, **WITH_NV)) == "new keys stored"
    used = [*wrong(), request(101, mac_ok=False)]
    assert said(checker, "K2", made(*used)) == "a wrong MAC in sale 000101"
