"""S7: the batch number rises by one with each settlement, and at no other time.

A number that the host gave in a sign-in answer is accepted at any time.  After a power cut without
a settlement the number is D1's matter.  999999 is followed by 1.
"""

from dataclasses import dataclass, field

from harness.check import fact
from harness.check.closing import UPLOAD, Closing, Reply, following
from harness.check.exchange import Exchange
from harness.check.message import FINANCIAL, SETTLEMENT, mti_of, title
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row

_SIGN_IN_ANSWER = "0810"


@dataclass(slots=True)
class _Walk:
    """What is known of the number so far."""

    scene: Settling
    tally: Tally
    last: Row | None = None  # the last message with a batch number
    closing: Closing | None = None  # the last settlement, until the number has risen with it
    given: set[int] = field(default_factory=set)  # by the host, since then

    def take(self, exchange: Exchange) -> None:
        """Look at one message."""
        row, mti = exchange.request, mti_of(exchange.request)
        self.given |= set(map(_number, filter(_gives, exchange.answers)))
        if mti == UPLOAD:
            self._upload(row)
        elif (mti in FINANCIAL or mti == SETTLEMENT) and not exchange.is_overtaken:
            self._message(row)

    def _upload(self, row: Row) -> None:
        """Judge that what is uploaded names the batch that is being settled."""
        owner = next((one for one in self.scene.closings if _holds(one, row)), None)
        batch = fact.number(row, "batch")
        if owner and batch is not None and batch != owner.batch:
            self.tally.wrong(
                f"an upload of {owner.title} names another batch",
                expected=f"{owner.batch:06}",
                seen=f"{batch:06}",
                at=(owner.first, row),
            )

    def _message(self, row: Row) -> None:
        owner = next((one for one in self.scene.closings if _holds(one, row)), None)
        if fact.number(row, "batch") is None or (owner and owner.first is not row):
            return
        if self.last is not None:
            self._judge(row, self.last)
        if owner or self._is_counted(row):
            self.closing = owner
        self.given, self.last = set(), row

    def _is_counted(self, row: Row) -> bool:
        """Tell whether the settlement cannot raise the number any more."""
        is_risen = self.closing is not None and _number(row) != self.closing.batch
        return is_risen or self._done(row) is not None

    def _done(self, row: Row) -> Reply | None:
        """Return the answer to the end of the settlement, if it came before a row."""
        done = self.closing.done if self.closing else None
        return done if done and done.row.index < row.index else None

    def _judge(self, row: Row, last: Row) -> None:
        """Judge the number of a message by that of the one before."""
        was, now, done = _number(last), _number(row), self._done(row)
        right = self._allowed(was, done) | self.given
        if not self.closing and (now == was or self.scene.power_cuts(last.index, row.index)):
            return
        if now not in right and self.scene.line.is_blind("host_wire", last.index, row.index):
            return  # said of the whole rule
        self.tally.require(
            now in right,
            f"{title(row)} ({mti_of(row)}) is of batch {now:06}, {title(last)} was of {was:06}",
            expected=f"{self._why()}: {' or '.join(f'{number:06}' for number in sorted(right))}",
            seen=f"{now:06}",
            at=(last, done.row if done else None, row),
        )

    def _allowed(self, was: int, done: Reply | None) -> set[int]:
        if self.closing is None or self.closing.is_refused:
            return {was}
        return {following(was)} if done and not done.doubt else {was, following(was)}

    def _why(self) -> str:
        return "one settlement between them" if self.closing else "no settlement between them"


def judge_numbers(tally: Tally, scene: Settling) -> None:
    """S7: judge every step from one message to the next, and the host's own count."""
    walk = _Walk(scene, tally)
    for exchange in scene.line.exchanges:
        walk.take(exchange)
    _at_host(tally, scene)


def _gives(row: Row) -> bool:
    """Tell whether an answer gives the terminal a batch number."""
    is_sign_in = mti_of(row) == _SIGN_IN_ANSWER and row.facts.get("response_code") == "00"
    return is_sign_in and fact.number(row, "batch") is not None


def _number(row: Row) -> int:
    return fact.number(row, "batch") or 0


def _holds(closing: Closing, row: Row) -> bool:
    return any(one.request is row for one in closing.messages)


def _at_host(tally: Tally, scene: Settling) -> None:
    """Judge that the host closes a batch once, and gives it the next number."""
    closed: dict[tuple[object, int], list[Row]] = {}
    for row in scene.ledger("batch_end"):
        closed.setdefault((row.facts.get("terminal_id"), _number(row)), []).append(row)
    for (_, batch), rows in closed.items():
        numbers = [fact.number(row, "next_batch") for row in rows]
        is_right = len(rows) == 1 and numbers[0] in (None, following(batch))
        tally.require(
            is_right,
            f"the host closed batch {batch:06}",
            expected=f"once, the next one {following(batch):06}",
            seen=f"{len(rows)} times, the next one {', '.join(map(str, numbers))}",
            at=rows,
        )
