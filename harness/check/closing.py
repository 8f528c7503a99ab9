"""Settlements as the host line shows them: 0500, what is uploaded, and the end of the upload.

A settlement goes on over power cuts and lost lines until the host has answered its end; what is
sent of the same batch before that belongs to it.  Records that the terminal sends without a 0500
in sight belong to a settlement that was begun before the history.
"""

from dataclasses import dataclass, field

from harness.check import fact
from harness.check.exchange import Exchange, Line
from harness.check.fit import differs, lacks
from harness.check.message import SETTLEMENT, has_left, mti_of
from harness.history.record import Header, Row

UPLOAD = "0320"
BALANCED_END, OTHER_END = "207", "202"
ENDS = frozenset({BALANCED_END, OTHER_END})
GROUPED = "201"
BALANCED, NOT_BALANCED, ERROR = 1, 2, 3
GROUPS = ("domestic", "foreign")
BATCH_MAX = 999_999  # it is followed by 1


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer that the terminal takes for a message, and why that is not certain."""

    row: Row
    doubt: str = ""


@dataclass(slots=True, eq=False)
class Closing:
    """One settlement; `until` is where the next one begins, or the index after the last row."""

    batch: int | None
    until: int
    header: Header
    messages: list[Exchange] = field(default_factory=list)
    asks: list[Exchange] = field(default_factory=list)  # 0500, once or more
    uploads: list[Exchange] = field(default_factory=list)
    ends: list[Exchange] = field(default_factory=list)  # 207 or 202, once or more

    @property
    def title(self) -> str:
        """Return what findings call it."""
        return f"the settlement of batch {'?' if self.batch is None else f'{self.batch:06}'}"

    @property
    def first(self) -> Row:
        """Return the first message."""
        return self.messages[0].request

    @property
    def answers(self) -> list[Reply]:
        """Return the 0510s that the terminal takes."""
        return list(filter(None, map(self.reply, self.asks)))

    @property
    def answer(self) -> Reply | None:
        """Return the 0510 by which it goes on, None if none came."""
        later = [*self.uploads, *self.ends]
        begin = min((one.request.index for one in later), default=self.until)
        in_time = [reply for reply in self.answers if reply.row.index < begin]
        return next(iter([*reversed(in_time), *self.answers]), None)

    @property
    def is_refused(self) -> bool:
        """Tell whether the host would not settle."""
        answer = self.answer
        return answer is not None and answer.row.facts.get("response_code") not in (None, "00")

    @property
    def done(self) -> Reply | None:
        """Return the answer to the end of the upload, None if none came."""
        return next(filter(None, map(self.reply, self.ends)), None)

    @property
    def over(self) -> int:
        """Return the index of the row that ended it, else of where the next one begins."""
        return self.done.row.index if self.done else self.until

    def reply(self, exchange: Exchange) -> Reply | None:
        """Return the answer to one of its messages; CANCEL ends no wait of a settlement."""
        profile = self.header.profile
        if exchange.taken:
            is_short = exchange.doubt == lacks(exchange.request, exchange.taken, profile)
            return Reply(exchange.taken, self._loss(exchange) if is_short else exchange.doubt)
        if not any(row.kind == "act" for row in exchange.events):
            return None
        fits = (row for row in exchange.answers if not differs(exchange.request, row, profile))
        return next((Reply(row, "CANCEL was pressed before it came") for row in fits), None)

    def _loss(self, exchange: Exchange) -> str:
        """Return why an answer of few fields, as a 0330 is, may not have arrived."""
        is_cut = exchange.end is not None and exchange.end.kind == "power"
        is_near = self.header.host_wire_at == "terminal"
        is_sure = is_near or not (exchange.faults or is_cut)
        return "" if is_sure else "the host's answer may not have arrived"

    def results(self) -> dict[str, int] | None:
        """Return what the host says of each card group, None if that is not known.

        A group without totals is balanced where the host gives it no result.
        """
        answer = self.answer
        if answer is None:
            return None
        found: dict[str, int] = {}
        for group in GROUPS:
            result = fact.number(answer.row, key(group, "result"))
            if result is None or (not result and any(figures(answer.row, group))):
                return None
            found[group] = result or BALANCED
        return found


def key(group: str, name: str) -> str:
    """Return the name of a fact of a card group."""
    return f"foreign_{name}" if group == "foreign" else name


def figures(row: Row, group: str) -> tuple[int, int, int, int]:
    """Return the totals of a card group: debit and credit, each amount and count."""
    names = ("debit_minor", "debit_count", "credit_minor", "credit_count")
    known = [fact.number(row, key(group, name)) or 0 for name in names]
    return known[0], known[1], known[2], known[3]


def following(batch: int) -> int:
    """Return the number of the batch after this one."""
    return batch % BATCH_MAX + 1


def network_of(row: Row) -> str:
    """Return field 60.3 of a message, "" if it is not known."""
    return fact.text(row, "network") or ""


def closings(line: Line) -> list[Closing]:
    """Return the settlements in order."""
    found: list[Closing] = []
    for exchange in line.exchanges:
        mti = mti_of(exchange.request)
        is_upload = mti == UPLOAD and bool(network_of(exchange.request))
        if is_upload or (mti == SETTLEMENT and has_left(exchange.request)):
            _take(line, found, exchange, is_ask=not is_upload)
    return found


def _take(line: Line, found: list[Closing], exchange: Exchange, *, is_ask: bool) -> None:
    row = exchange.request
    if not found or (is_ask and _is_new(found[-1], row)):
        if found:
            found[-1].until = row.index
        header = line.history.header
        found.append(Closing(fact.number(row, "batch"), line.last + 1, header))
    closing = found[-1]
    closing.batch = fact.number(row, "batch") if closing.batch is None else closing.batch
    closing.messages.append(exchange)
    is_end = network_of(row) in ENDS
    (closing.asks if is_ask else closing.ends if is_end else closing.uploads).append(exchange)


def _is_new(before: Closing, row: Row) -> bool:
    """Tell whether a 0500 begins another settlement than the one before."""
    batch = fact.number(row, "batch")
    if None not in (batch, before.batch) and batch != before.batch:
        return True
    done = before.done
    return before.is_refused or (done is not None and not done.doubt)
