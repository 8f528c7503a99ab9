"""Whatever comes in whatever order: the host never raises, and its books stay right."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.emulator import Post, Received
from harness.emulator.host.orders import NextDay, Reconcile
from harness.wire.dialects.unionpay import Header, wrap_body
from tests.emulator.host.bench import (
    CONFIG,
    MERCHANT,
    TERMINAL,
    Bench,
    frame_of,
    inquiry,
    management,
    refund,
    reversal,
    settlement,
    sign_in,
    signed_in,
    upload,
    upload_end,
    void,
)

STEPS = st.tuples(
    st.sampled_from(["sale", "reversal", "inquiry", "sign-in", "cut"]),
    st.integers(2, 4),
    st.sampled_from([1_000, 999]),
)
MONEY_STEPS = st.tuples(
    st.sampled_from(
        ["sale", "sale", "void", "undo void", "refund", "reversal", "settle", "upload", "end"]
        + ["cut", "next day", "reconcile", "cut posting"]
    ),
    st.integers(2, 4),
    st.sampled_from(["000001", "000002"]),
)
FULL = replace(CONFIG, refund_enabled=True, refund_same_batch="allowed")


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


def transact(bench, step):
    """Do one thing to a host that does everything; what was posted last may be all that it did."""
    what, stan, batch = step
    asked = bench.sale(stan=stan, batch=batch)
    undo = void(asked, stan=10 + stan)
    sales = bench.books.find(name="sale", stan=stan)
    named = {"F37": sales[-1].rrn, "F61": "0000000000000105"} if sales else {"F37": "0" * 12}
    messages = {
        "sale": asked, "void": undo, "undo void": reversal(undo), "reversal": reversal(asked),
        "refund": refund(asked, asked, stan=20 + stan, F4="000000000500", **named),
        "settle": settlement(1_234, 1, 0, 0, stan=30 + stan, batch=batch),
        "upload": upload((stan, 1_234, "card-1"), batch=batch), "end": upload_end(batch=batch),
    }  # fmt: skip
    match what:
        case "cut":
            bench.power_on()
        case "cut posting":
            post_and_cut(bench, undo)
        case "next day":
            bench.tell(NextDay())
        case "reconcile":
            bench.tell(Reconcile())
        case _:
            bench.ask(messages[what])


def post_and_cut(bench, message):
    for effect in bench.host.handle(0, Received("terminal", bench.sealed(message))):
        if isinstance(effect, Post):
            bench.books.post(effect.posting)
    bench.power_on()


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


@settings(max_examples=60, deadline=None)
@given(st.lists(MONEY_STEPS, max_size=15), st.sampled_from(["T+1", "D+0"]))
def test_any_order_of_everything_keeps_books_and_payouts_right(steps, payout):
    bench = signed_in(replace(FULL, payout=payout))
    for step in steps:
        transact(bench, step)
        postings = bench.books.postings.values()
        assert all(sum(e.amount_minor for e in p.entries) == 0 for p in postings)
        assert 100_000 - 6 * 1_234 <= bench.balance() <= 100_000
    ended = [one.batch for one in bench.books.find(name="batch_end")]
    assert ended == ["000001", "000002"][: len(ended)]
    if payout == "D+0":
        bench.power_on()
        assert bench.books.balance_minor(f"merchant:{MERCHANT}") == 0


@given(st.binary(max_size=60))
def test_any_bytes_are_taken_without_an_error(data):
    bench = Bench()
    bench.hear(data)
    bench.hear(wrap_body("6000030000", "", data), wrap_body("6000030000", str(Header()), data))


def spoilt(data, frame):
    """Return the frame with one byte of its message otherwise."""
    at = data.draw(st.integers(13, len(frame) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != frame[at]))
    return frame[:at] + bytes([byte]) + frame[at + 1 :]


@settings(deadline=None)
@given(st.data())
def test_any_spoilt_request_is_taken_without_an_error_and_never_debits(data):
    bench = signed_in()
    asked = bench.sale(pin="135790")
    plain = [sign_in(stan=2), management("0820", "002", 2), management("0500", "201")]
    whole = [bench.sealed(asked), bench.sealed(reversal(asked)), *map(frame_of, plain)]
    bench.give(Received("terminal", spoilt(data, data.draw(st.sampled_from(whole)))))
    assert bench.balance() == 100_000


@settings(deadline=None)
@given(st.data())
def test_any_spoilt_void_or_batch_message_is_taken_and_moves_no_money(data):
    bench = signed_in(FULL)
    asked = bench.sale()
    answer = bench.ask(asked)
    if data.draw(st.booleans()):
        bench.ask(settlement())
    plain = [settlement(), upload((2, 1_234, "card-1")), upload_end(), upload_end(network="202")]
    sealed = [void(asked), refund(asked, answer), reversal(void(asked))]
    frame = data.draw(st.sampled_from([*map(frame_of, plain), *map(bench.sealed, sealed)]))
    bench.give(Received("terminal", spoilt(data, frame)))
    assert bench.balance() == 98_766


@settings(deadline=None)
@given(st.binary(min_size=8, max_size=8), st.binary(max_size=120), st.sampled_from(["02", "08"]))
def test_any_fields_behind_any_bitmap_are_taken_without_an_error(bitmap, fields, kind):
    body = bytes.fromhex(f"{kind}00") + bitmap + fields
    Bench().hear(wrap_body("6000030000", str(Header()), body))
