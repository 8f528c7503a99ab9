"""Settlements as the host line shows them: 0500, what is uploaded, and the end of the upload.

A settlement goes on over power cuts and lost lines until the host has answered its end; what is
sent of the same batch before that belongs to it.  Records that the terminal sends without a 0500
in sight belong to a settlement that was begun before the history.
"""

from dataclasses import dataclass, field

from harness.check import fact
from harness.check.exchange import Exchange, Line
from harness.check.fit import differs, lacks
from harness.check.kept_back import is_moving
from harness.check.message import SETTLEMENT, STAN_MAX, has_left, mti_of, stan_of
from harness.history.record import Header, Row

UPLOAD = "0320"
BALANCED_END, OTHER_END = "207", "202"
ENDS = frozenset({BALANCED_END, OTHER_END})
GROUPED = "201"
BALANCED, NOT_BALANCED, ERROR = 1, 2, 3
GROUPS = ("domestic", "foreign")
BATCH_MAX = 999_999  # it is followed by 1
_BROKEN = "breaks_parsing|"
_NUMBERED = frozenset({GROUPED, *ENDS})  # those of a 0500 too: with a number of their own


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
        return self.answer is not None and _is_refusal(self.answer.row)

    @property
    def done(self) -> Reply | None:
        """Return the answer to the end of the upload, None if none came; a sure one first."""
        found = list(filter(None, map(self.reply, self.ends)))
        sure = [reply for reply in found if not reply.doubt]
        return next(iter([*sure, *found]), None)

    @property
    def over(self) -> int:
        """Return the index of the row that ended it, else of where the next one begins."""
        return self.done.row.index if self.done else self.until

    def reply(self, exchange: Exchange) -> Reply | None:
        """Return the answer to one of its messages; CANCEL ends no wait of a settlement."""
        profile = self.header.profile
        if exchange.taken:
            return Reply(exchange.taken, self._doubt(exchange, exchange.taken))
        if not any(row.kind == "act" for row in exchange.events):
            return None
        fits = (row for row in exchange.answers if not differs(exchange.request, row, profile))
        return next((Reply(row, "CANCEL was pressed before it came") for row in fits), None)

    def _doubt(self, exchange: Exchange, answer: Row) -> str:
        """Return why nobody can tell whether the terminal took an answer; few fields are enough."""
        if any(text.startswith(_BROKEN) for text in fact.words(answer, "deviations")):
            return "it cannot be read whole"
        if exchange in self.ends and _is_refusal(answer):
            return "the host refused the end of the upload"
        is_short = exchange.doubt == lacks(exchange.request, answer, self.header.profile)
        return self._loss(exchange) if is_short else exchange.doubt

    def _loss(self, exchange: Exchange) -> str:
        """Return why an answer of few fields, as a 0330 is, may not have arrived."""
        is_cut = exchange.end is not None and exchange.end.kind == "power"
        is_near = self.header.host_wire_at == "terminal"
        is_sure = is_near or not (exchange.faults or exchange.is_dark or is_cut)
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


def _is_refusal(answer: Row) -> bool:
    return answer.facts.get("response_code") not in (None, "00")


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
    newest: Row | None = None
    for exchange in line.exchanges:
        row, mti = exchange.request, mti_of(exchange.request)
        is_upload = mti == UPLOAD and bool(network_of(row))
        is_own = is_upload or (mti == SETTLEMENT and has_left(row))
        if is_own and not (newest and _is_late(line, row, newest)):
            _take(line, found, exchange, is_ask=not is_upload)
            newest = row if network_of(row) in _NUMBERED else newest
    return found


def _is_late(line: Line, row: Row, newest: Row) -> bool:
    """Tell whether the bench kept a message back, so that it has its row after later ones.

    Single records have the number of what they repeat: it tells nothing.
    """
    own, other = stan_of(row), stan_of(newest)
    if own is None or other is None or network_of(row) not in _NUMBERED:
        return False
    is_older = 0 < (other - own) % STAN_MAX < STAN_MAX // 2
    return is_older and any(map(is_moving, line.of("fault")))


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
