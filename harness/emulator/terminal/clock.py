"""The terminal's clock: battery-backed seconds, set by what the host says.

`now_s` counts on through power cuts; the calendar is its distance from 1970, 0 when nobody has
told it yet.  The host sends no year: it is the one that brings its date nearest to our own.
"""

from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)


def moment(clock_s: int, now_s: float, year: int) -> str:
    """Return date and time (YYYYMMDDHHMMSS); the begin of `year` when nobody told it."""
    return _calendar(clock_s, now_s, year).strftime("%Y%m%d%H%M%S")


def told(clock_s: int, now_s: float, year: int, date_time: str) -> int:
    """Return the distance after the host said MMDDHHMMSS; unchanged for what is no such time."""
    before = _calendar(clock_s, now_s, year)
    years = (before.year - 1, before.year, before.year + 1) if clock_s else (year, year + 1)
    found = [each for each in (_at(each, date_time) for each in years) if each]
    if not found:
        return clock_s
    nearest = min(found, key=lambda each: abs(each - before))
    return int((nearest - EPOCH).total_seconds()) - int(now_s)


def _calendar(clock_s: int, now_s: float, year: int) -> datetime:
    if not clock_s:
        return datetime(year, 1, 1)
    return EPOCH + timedelta(seconds=clock_s + int(now_s))


def _at(year: int, date_time: str) -> datetime | None:
    if len(date_time) != 10 or not date_time.isdigit():
        return None
    month, day, hour, minute, second = (int(date_time[at : at + 2]) for at in range(0, 10, 2))
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:  # as 29 February of another year, or digits that are no time
        return None
