"""One history, sorted once for the checkers of the host line.

Where the bench sits at the terminal (`host_wire_at: terminal`) its own rows are the truth.  Where
only the host's rows exist, what the host received stands for what was sent, and what the host
sent may have arrived.  An order is taken only from the terminal's own doings or along a message.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from harness.check.index import by_kind
from harness.check.kept_back import kept_back_in
from harness.check.message import is_power_cut, is_seen_at_terminal, is_whole, mti_of
from harness.check.observability import is_blind
from harness.history.record import Facts, History, Row
from harness.profile.defaults import number

SECOND_NS, MILLISECOND_NS = 1_000_000_000, 1_000_000
DEADLY = frozenset({"drop", "truncate"})  # to the frame at whose point they are
HARMLESS = frozenset({"duplicate", "paper_out", "printer_dead"})  # to the host line
NEW_ROLL = "load paper"  # the note that says so
ECR_ABORT = "ecr/06B0"
INDEX = attrgetter("index")
_ECR_POINT = re.compile(r"^[rt]x \w+ (?:ACK|NAK|04FF|040F|05\d[1-9]|06[0-9A-F]{2}|80[0-9A-F]{2}) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The rows by kind, what left the terminal, and what reached it or may have."""

    history: History
    kinds: Mapping[str, Sequence[Row]]
    left: Sequence[Row]  # also what was cut short, but not what came late
    came: Sequence[Row]  # whole messages only
    aborts: Sequence[Row]  # of the till
    overtaken: Mapping[int, Row]  # requests that came late, by the indices of their 0400s

    @property
    def is_at_terminal(self) -> bool:
        """Tell whether the terminal's own rows of the host line exist."""
        return is_seen_at_terminal(self.history)

    @property
    def profile(self) -> Facts:
        """Return the parameters of the rules."""
        return self.history.header.profile

    @property
    def tolerance_ns(self) -> int:
        """Return how far a time may be off: by profile, and by the slack of a scaled live run."""
        slack_ms = self.history.header.bench.get("slack_ms", 0)
        slack_ns = slack_ms * MILLISECOND_NS if isinstance(slack_ms, int) else 0
        return number(self.profile, "timeout_tolerance_s") * SECOND_NS + slack_ns

    @property
    def answer_timeout_ns(self) -> int:
        """Return how long the terminal waits for an answer."""
        return number(self.profile, "answer_timeout_s") * SECOND_NS

    @property
    def end(self) -> int:
        """Return the index after the last row."""
        return len(self.history.rows)

    def observes(self, channel: str) -> bool:
        """Tell whether the bench has the channel at all."""
        return channel in self.history.header.observes

    def rows(self, kind: str, first: int, last: int) -> list[Row]:
        """Return the rows of a kind whose index lies from `first` to `last`, both included."""
        return between(self.kinds.get(kind, ()), first, last)

    def is_blind(self, channel: str, first: int, last: int) -> bool:
        """Tell whether the channel was blind at any time between two rows, both included."""
        return "blind" in self.kinds and is_blind(self.history, channel, first, last)

    def power_cuts(self, sent: Row, last: int) -> list[Row]:
        """Return the terminal's power cuts after it sent something, up to the row `last`.

        What left just before the cut may be recorded after it.
        """
        switched = [row for row in self.kinds.get("power", ()) if row.actor == "terminal"]
        before = [row for row in switched if row.index < sent.index]
        later = between(switched, sent.index, last)
        return list(filter(is_power_cut, [*before[-1:], *later]))

    def are_keys_certain(self, row: Row) -> bool:
        """Tell whether the terminal surely has the keys that the host sent last before a row."""
        sent = [one for one in self.rows("tx", 0, row.index) if _offers_keys(one)]
        if not sent:
            return True
        offer = sent[-1]
        last = next((one.index for one in self.left if one.index > offer.index), self.end)
        if self.rows("power", offer.index, last):
            return False
        if self.is_at_terminal:
            arrived = between(self.came, offer.index, last)
            return any(mti_of(one) == "0810" and not one.facts.get("malformed") for one in arrived)
        return offer in self.came and not self.line_faults(offer.index - 2, last)

    def paper_back(self, trouble: Row) -> Row | None:
        """Return the row at which a printing fault was healed, None if it was not."""
        notes = ("heal",) if trouble.facts.get("action") == "printer_dead" else ("heal", NEW_ROLL)
        healed = [
            row
            for kind in ("heal", "note")
            for row in self.rows(kind, trouble.index, self.end)
            if row.address in ((trouble.address,) if kind == "heal" else notes)
        ]
        return min(healed, key=INDEX, default=None)

    def line_faults(self, first: int, last: int) -> list[Row]:
        """Return the faults between two rows that may have kept a message from its end."""
        return [row for row in self.rows("fault", first, last) if is_line_fault(row)]


def view(history: History) -> View:
    """Sort a history."""
    kinds = by_kind(history)
    tx, rx = kinds.get("tx", []), kinds.get("rx", [])
    if is_seen_at_terminal(history):
        left, came = _of(tx, "terminal", "host/"), _of(rx, "terminal", "host/")
    else:
        left = _without_copies(_of(rx, "host", "terminal/"), kinds.get("fault", []))
        came = _not_lost(_of(tx, "host", "terminal/"), left, kinds.get("fault", []))
    whole = [row for row in came if is_whole(row)]
    overtaken = kept_back_in(left, kinds.get("fault", ()), history.header.profile)
    return View(
        history=history,
        kinds=kinds,
        left=_without(left, overtaken.values()),
        came=whole,
        aborts=_of(tx, "till", ECR_ABORT),
        overtaken=overtaken,
    )


def between(rows: Sequence[Row], first: int, last: int) -> list[Row]:
    """Return those of sorted rows whose index lies from `first` to `last`, both included."""
    begin = bisect_left(rows, first, key=INDEX)
    return list(rows[begin : bisect_right(rows, last, begin, key=INDEX)])


def is_line_fault(row: Row) -> bool:
    """Tell whether a fault may have kept a message of the host line from its end."""
    if row.facts.get("action") in HARMLESS or str(row.facts.get("device", "")).startswith("ecr"):
        return False
    return row.facts.get("action") == "power_off" or not _ECR_POINT.match(row.address)


def _offers_keys(row: Row) -> bool:
    is_host = row.actor == "host"
    return is_host and mti_of(row) == "0810" and row.facts.get("response_code") == "00"


def _of(rows: list[Row], actor: str, prefix: str) -> list[Row]:
    return [row for row in rows if row.actor == actor and row.address.startswith(prefix)]


def _without(rows: list[Row], others: Iterable[Row]) -> list[Row]:
    gone = {row.index for row in others}
    return [row for row in rows if row.index not in gone] if gone else rows


def _without_copies(received: list[Row], faults: list[Row]) -> list[Row]:
    """Leave out what the bench itself doubled on the way to the host."""
    doubling = [row.index for row in faults if row.facts.get("action") == "duplicate"]
    kept: list[Row] = []
    for row in received:
        before = kept[-1] if kept else None
        if before and doubling and _is_same(before, row):
            made = [index for index in doubling if before.index - 1 <= index <= row.index]
            if made:
                doubling.remove(made[0])
                continue
        kept.append(row)
    return kept


def _is_same(one: Row, other: Row) -> bool:
    return one.address == other.address and dict(one.facts) == dict(other.facts)


def _not_lost(sent: list[Row], left: list[Row], faults: list[Row]) -> list[Row]:
    """Leave out what surely did not reach the terminal: marked so, or hit at its own point."""
    kept = [row for row in sent if not row.facts.get("lost")]
    deadly = [row for row in faults if row.facts.get("action") in DEADLY]
    return [row for row in kept if not _is_hit(row, sent, left, deadly)] if deadly else kept


def _is_hit(answer: Row, sent: list[Row], left: list[Row], deadly: list[Row]) -> bool:
    """Tell whether a fault at its point was meant for this answer and no other."""
    end = max(answer.index, deadly[-1].index)
    last = next((row.index for row in left if row.index > answer.index), end)
    near = between(sent, answer.index - 2, last)
    is_only = sum(mti_of(row) == mti_of(answer) for row in near) == 1
    points = tuple(f"{end} {mti_of(answer)} #" for end in ("tx host", "rx terminal"))
    hits = between(deadly, answer.index - 2, last)
    return is_only and any(row.address.startswith(points) for row in hits)
