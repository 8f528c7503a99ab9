"""A day of one terminal by hand: what it sends, tells, prints and shows from sale to settlement."""

from harness.emulator import KeyPressed
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    SETTLE,
    SIGN_IN,
    Bench,
    answer_to,
    asking,
    config,
    frame_of,
    refund,
    sale,
    silence,
    void,
)
from tests.emulator.terminal.test_undo import OTHER

TOTALS = zvt.with_password(zvt.TOTALS)


def answering(results="11", code="00"):
    return lambda request: [answer_to(request, code, results=results)]


def wanting(request):
    """Return an answer; beside that to a sale the host asks for a sign-in."""
    frame = frame_of(answer_to(request))
    return [asking(frame, "3") if request.mti == "0200" else frame]


def bench_of(boot, **changes):
    bench = Bench(boot=boot, config=config(refund_enabled=True, **changes)).sign_in()
    bench.host = answering()
    return bench


def trade(bench):
    for _ in range(3):
        bench.order(sale(1000))
    bench.order(void(2, password="000009"))
    bench.card = OTHER
    bench.order(void(2))
    bench.card = Bench.card
    bench.order(void(2))


def without_answer(bench, command):
    host, bench.host = bench.host, silence
    bench.order(command)
    if "answer" in bench.timers:
        bench.fire("answer")
    bench.host = host


def transcripts(boot):
    """Return what a terminal did in several short days."""
    return [list(each(boot)) for each in DAYS]


def said(bench):
    yield from (repr(sorted(each.fields.items())) + each.mti for each in bench.sent)
    yield from ([line.text for line in slip.lines] for slip in bench.slips)
    yield bench.shown
    yield bench.log


def balanced(boot):
    bench = bench_of(boot)
    trade(bench)
    bench.order(TOTALS)
    bench.order(SETTLE)
    bench.order(SIGN_IN)
    bench.order(zvt.with_password(zvt.REPEAT_RECEIPT))
    return said(bench)


def unbalanced(boot):
    bench = bench_of(boot)
    trade(bench)
    bench.host = answering("21")
    bench.order(SETTLE)
    return said(bench)


def untaken(boot):
    """Settle out of balance with a host that answers for no record."""
    bench = bench_of(boot)
    bench.order(sale(1000))
    bench.host = deaf_to_records
    bench.order(SETTLE)
    while "answer" in bench.timers:
        bench.fire("answer")
    return said(bench)


def deaf_to_records(request):
    is_record = request.mti == "0320" and request.text(60)[8:11] == "201"
    return [] if is_record else answering("21")(request)


def lost(command):
    """Return a day on which the answer to a command is lost, and something follows."""

    def play(boot):
        bench = bench_of(boot)
        bench.order(sale(1000))
        without_answer(bench, command)
        for each in (sale(500), SETTLE):
            bench.order(each)
        return said(bench)

    return play


def owing(boot):
    bench = bench_of(boot)
    bench.order(sale(1000))
    without_answer(bench, sale(500))
    bench.order(SETTLE)
    return said(bench)


def small(boot):
    bench = bench_of(boot, journal_size_max=1)
    bench.order(sale(1000))
    bench.order(sale(1000))
    return said(bench)


def two_batches(boot):
    bench = bench_of(boot)
    for order in (sale(1000), SETTLE, SIGN_IN, sale(500), SETTLE):
        bench.order(order)
    return said(bench)


def asked(boot):
    bench = bench_of(boot)
    bench.host = wanting
    bench.order(sale(1000))
    return said(bench)


def cancelled(boot):
    bench = bench_of(boot)
    bench.order(sale(1000))
    bench.host = silence
    bench.order(SETTLE)
    bench.give(KeyPressed("CANCEL"))
    return said(bench)


DAYS = (
    balanced, unbalanced, lost(void(2)), lost(refund()), lost(SETTLE), owing, small, asked,
    cancelled, two_batches, untaken,
)  # fmt: skip
