"""W6: date and time of the terminal are those of the host.

The terminal sets its clock by the answers; between two of them it goes by itself.  So what it
shows is the date and time of its own answer, or those of an answer since the last sign-in and the
time that has passed.  Where the host line is not seen, slips must not go back in time.
"""

from bisect import bisect_left
from datetime import datetime
from functools import cached_property, lru_cache

from harness.check import Judgement, fact
from harness.check.exchange import SIGN_IN, Line, tolerance_ns
from harness.check.message import SETTLEMENT, mti_of, stan_of, title
from harness.check.tally import Tally
from harness.history.record import Row
from harness.terms.immutable import immutable

_TOLERANCE_S = 60
_SLIP_OF_SETTLEMENT = "settlement"
_SECOND_NS = 1_000_000_000
_LEAP_YEAR, _YEAR_S = 2000, 366 * 86_400  # messages have no year


@immutable
class _Moment:
    """A date and time that somebody said; seconds since the year began."""

    row: Row
    text: str
    second: int
    stan: int | None


def judge_clock(line: Line) -> Judgement:
    """Judge every date and time that the terminal shows."""
    tally = Tally("W6")
    shown = _shown(line)
    told = _told(line) if shown else []
    if told:
        host = _Host(line, told)
        for moment in shown:
            host.judge(tally, moment)
    elif "host_wire" not in line.history.header.observes:
        _rise(tally, shown)
    if shown and line.is_blind("host_wire"):
        tally.gap("host_wire was blind: the host may have told another date or time")
    return tally.judgement()


def _shown(line: Line) -> list[_Moment]:
    """Return what slips and requests of the terminal say; reprints say what was once right."""
    slips = (row for row in line.of("print") if row.facts.get("is_duplicate") is not True)
    found = [_moment(row, "date", "time", fact.number(row, "voucher")) for row in slips]
    sent = (one.request for one in line.exchanges if not one.is_overtaken)
    found += [_moment(row, "F13", "F12", None) for row in sent]
    known = [moment for moment in found if moment]
    return sorted(known, key=lambda moment: moment.row.index)


def _told(line: Line) -> list[_Moment]:
    """Return what the answers say that the terminal took, none before the last sign-in but that."""
    taken = ((one.taken, stan_of(one.request)) for one in line.exchanges if one.taken)
    found = (_moment(row, "F13", "F12", stan) for row, stan in taken)
    return [moment for moment in found if moment and moment.second >= 0]


def _moment(row: Row, date: str, time: str, stan: int | None) -> _Moment | None:
    """Return what a row says; its second is -1 where that is no date and time."""
    said = fact.text(row, date), fact.text(row, time)
    if None in said:
        return None
    day, hour = ("".join(filter(str.isdigit, text or "")) for text in said)
    second = _second_of(day[-4:] + hour.ljust(6, "0"))
    return _Moment(row, f"{said[0]} {said[1]}", second, stan)


@lru_cache(maxsize=512)  # answer, slips and reprints of a transaction say the same
def _second_of(text: str) -> int:
    """Return the second of a year that MMDDHHMMSS names, -1 if it names none."""
    try:
        at = datetime.strptime(f"{_LEAP_YEAR}{text}", "%Y%m%d%H%M%S")
    except ValueError:
        return -1
    return int((at - datetime(_LEAP_YEAR, 1, 1)).total_seconds())


class _Host:
    """What the host has told so far, and what the terminal's clock may say by that."""

    def __init__(self, line: Line, told: list[_Moment]) -> None:
        self._line, self._told = line, told
        self._places = [moment.row.index for moment in told]
        own = (one for one in line.exchanges if one.name == SIGN_IN and one.approves)
        self._sign_ins = [one.taken.index for one in own if one.taken]
        self._begins = {stan_of(one.request): one.request.time_ns for one in line.exchanges}
        self._limit_s = max(_TOLERANCE_S, tolerance_ns(line.history.header) // _SECOND_NS)

    def judge(self, tally: Tally, moment: _Moment) -> None:
        """Judge one moment by what was told before it."""
        index = moment.row.index
        until = bisect_left(self._places, index)
        signed_in = self._sign_ins[: bisect_left(self._sign_ins, index)]
        since = bisect_left(self._places, signed_in[-1]) if signed_in else 0
        recent = self._told[since:until]
        if recent:
            own = [one for one in self._told[:until] if one.stan == moment.stan is not None]
            self._require(tally, moment, recent, own)

    def _require(
        self, tally: Tally, moment: _Moment, recent: list[_Moment], own: list[_Moment]
    ) -> None:
        last = recent[-1]
        is_right = any(_is_within(moment, one.second, 0, self._limit_s) for one in own) or any(
            self._is_kept(moment, one) for one in reversed(recent)
        )
        tally.require(
            is_right and moment.second >= 0,
            f"{_name(moment.row)} shows another time than the host's",
            expected=f"{last.text} and {_passed_s(last, moment.row.time_ns)} s more",
            seen=moment.text,
            at=(last.row, moment.row),
        )

    def _is_kept(self, moment: _Moment, told: _Moment) -> bool:
        """Tell whether a clock set by an answer shows it, at the print or since it was begun."""
        begin_ns = self._begin_ns(moment)
        early_s, late_s = _passed_s(told, begin_ns), _passed_s(told, moment.row.time_ns)
        return _is_within(moment, told.second + early_s, late_s - early_s, self._limit_s)

    def _begin_ns(self, moment: _Moment) -> int:
        """Return when that was begun what a slip is about."""
        now_ns = moment.row.time_ns
        if moment.row.facts.get("kind") == _SLIP_OF_SETTLEMENT:
            sent = (row for row in self._settlements if row.index < moment.row.index)
            return max((row.time_ns for row in sent), default=now_ns)
        begin_ns = self._begins.get(moment.stan, now_ns) if moment.stan is not None else now_ns
        return min(begin_ns, now_ns)

    @cached_property
    def _settlements(self) -> list[Row]:
        sent = (one.request for one in self._line.exchanges)
        return [row for row in sent if mti_of(row) == SETTLEMENT]


def _is_within(moment: _Moment, second: int, length_s: int, limit_s: int) -> bool:
    """Tell whether a moment lies in a stretch of time, around the end of the year too."""
    return (moment.second - second + limit_s) % _YEAR_S <= length_s + 2 * limit_s


def _passed_s(told: _Moment, now_ns: int) -> int:
    return (now_ns - told.row.time_ns) // _SECOND_NS


def _name(row: Row) -> str:
    if row.kind != "print":
        return title(row)
    voucher = fact.number(row, "voucher")
    number = "" if voucher is None else f" {voucher:06}"
    return f"the {row.facts.get('kind', 'unknown')} slip{number}"


def _rise(tally: Tally, shown: list[_Moment]) -> None:
    """Judge slips alone: one with a higher number is not of an earlier time."""
    receipts = [one for one in shown if one.row.facts.get("kind") == "receipt"]
    for before, after in zip(receipts, receipts[1:], strict=False):
        if before.stan is not None and after.stan is not None and before.stan < after.stan:
            is_known = before.second >= 0 and after.second >= 0
            tally.require(
                is_known and (after.second - before.second) % _YEAR_S < _YEAR_S // 2,
                f"{_name(after.row)} is of an earlier time than {_name(before.row)}",
                expected=f"{before.text} or later",
                seen=after.text,
                at=(before.row, after.row),
            )
