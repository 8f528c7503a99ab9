"""Whatever comes in whatever order: the host never raises, and its books stay right."""

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.emulator import Received
from harness.wire.dialects.unionpay import Header, wrap_body
from tests.emulator.host.bench import (
    TERMINAL,
    Bench,
    frame_of,
    inquiry,
    management,
    reversal,
    sign_in,
    signed_in,
)

STEPS = st.tuples(
    st.sampled_from(["sale", "reversal", "inquiry", "sign-in", "cut"]),
    st.integers(2, 4),
    st.sampled_from([1_000, 999]),
)


def take(bench, step):
    what, stan, minor = step
    asked = bench.sale(stan=stan, minor=minor)
    if what == "cut":
        bench.power_on()
    elif what == "sign-in":
        bench.sign_in(stan=stan)
    else:
        messages = {"sale": asked, "reversal": reversal(asked), "inquiry": inquiry(stan)}
        bench.ask(messages[what])


def net_minor(bench, stan):
    postings = bench.books.find(stan=stan, terminal_id=TERMINAL)
    return sum(e.amount_minor for p in postings for e in p.entries if e.account == "card:card-1")


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=10))
def test_any_order_of_requests_leaves_the_books_right(steps):
    bench = signed_in()
    for step in steps:
        take(bench, step)
        postings = bench.books.postings.values()
        assert all(sum(e.amount_minor for e in p.entries) == 0 for p in postings)
        assert all(net_minor(bench, stan) in (0, -1_000, -999) for stan in (2, 3, 4))


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=10))
def test_each_posting_is_notified_exactly_once(steps):
    bench = signed_in()
    for step in steps:
        take(bench, step)
    due = {"sale": "debit", "reversal": "return"}
    names = [name for name, _ in bench.names() if name in due]
    assert [direction for direction, *_ in bench.notices] == [due[name] for name in names]
    for stan in (2, 3, 4):
        undone = bench.books.find(name="reversal", stan=stan)
        assert len(undone) <= 1
        assert not undone or net_minor(bench, stan) == 0


@given(st.binary(max_size=60))
def test_any_bytes_are_taken_without_an_error(data):
    bench = Bench()
    bench.hear(data)
    bench.hear(wrap_body("6000030000", "", data), wrap_body("6000030000", str(Header()), data))


@settings(deadline=None)
@given(st.data())
def test_any_spoilt_request_is_taken_without_an_error_and_never_debits(data):
    bench = signed_in()
    asked = bench.sale(pin="135790")
    plain = [sign_in(stan=2), management("0820", "002", 2), management("0500", "201")]
    whole = [bench.sealed(asked), bench.sealed(reversal(asked)), *map(frame_of, plain)]
    frame = data.draw(st.sampled_from(whole))
    at = data.draw(st.integers(13, len(frame) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != frame[at]))
    bench.give(Received("terminal", frame[:at] + bytes([byte]) + frame[at + 1 :]))
    assert bench.balance() == 100_000


@settings(deadline=None)
@given(st.binary(min_size=8, max_size=8), st.binary(max_size=120), st.sampled_from(["02", "08"]))
def test_any_fields_behind_any_bitmap_are_taken_without_an_error(bitmap, fields, kind):
    body = bytes.fromhex(f"{kind}00") + bitmap + fields
    Bench().hear(wrap_body("6000030000", str(Header()), body))
