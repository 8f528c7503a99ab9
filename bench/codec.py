"""The ISO 8583 codec against pyiso8583: the same 14 fields of a 0200, encoded and decoded."""

import timeit

import iso8583

from bench.figure import Figure
from harness.wire.dialects.unionpay import UNIONPAY
from harness.wire.iso8583 import Message, decode, encode
from tests.wire.peer import PEER, to_peer

ROUNDS, RUNS = 3000, 3
FIELDS = {
    2: "6225887319460289", 3: "000000", 4: "000000001234", 11: "000123", 14: "4912", 22: "021",
    25: "00", 35: "6225887319460289D49122200000000", 41: "10000001", 42: "104110045110012",
    49: "156", 53: "2600000000000000", 60: "22000001000600", 63: "01 ",
}  # fmt: skip


def iso8583_round_trip_vs_pyiso8583() -> Figure:
    """Return how many times as fast as pyiso8583 one round trip is; above 1 is faster."""
    message = Message("0200", FIELDS)
    whole = encode(message, UNIONPAY)
    texts = to_peer(message)
    assert bytes(iso8583.encode(dict(texts), PEER)[0]) == whole

    def ours_once() -> None:
        decode(encode(message, UNIONPAY), UNIONPAY)

    def theirs_once() -> None:
        iso8583.decode(iso8583.encode(dict(texts), PEER)[0], PEER)

    ratios, times = [], []
    for _ in range(RUNS):
        their_s = timeit.timeit(theirs_once, number=ROUNDS)
        our_s = timeit.timeit(ours_once, number=ROUNDS)
        ratios.append(their_s / our_s)
        times.append(their_s / ROUNDS * 1e6)
    return Figure(
        name="iso8583_round_trip_vs_pyiso8583",
        unit="x",
        runs=tuple(ratios),
        is_more_better=True,
        wanted=">= 0.8",
        baseline=f"pyiso8583 {min(times):.0f} us a trip of {len(whole)} bytes",
    )
