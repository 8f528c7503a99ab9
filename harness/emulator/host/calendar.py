"""The host's dates and times; the business date moves only when somebody says so."""

from datetime import date, timedelta
from functools import lru_cache

SECOND_NS = 1_000_000_000
DAY_S = 24 * 3600


def local_time(start_time: str, now_ns: int) -> str:
    """Return HHMMSS of the world's time; after midnight it begins anew."""
    hours, minutes, seconds = (int(start_time[at : at + 2]) for at in (0, 2, 4))
    second = (hours * 3600 + minutes * 60 + seconds + now_ns // SECOND_NS) % DAY_S
    return f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02}"


def next_day(business_date: str) -> str:
    """Return the date after this one; both are YYYYMMDD."""
    return f"{_date(business_date) + timedelta(days=1):%Y%m%d}"


@lru_cache(maxsize=64)
def day_number(business_date: str) -> str:
    """Return the last digit of the year and the day of the year, four digits."""
    return f"{business_date[3]}{_date(business_date):%j}"


def _date(business_date: str) -> date:
    return date(int(business_date[:4]), int(business_date[4:6]), int(business_date[6:]))
