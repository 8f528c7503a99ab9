"""When the host pays its merchant: the next day, or at once for each sale."""

from harness.emulator.host.config import HostConfig
from harness.ledger.books import Books, Posting
from harness.ledger.payout import payout_at_once, payout_of_day, unpaid


class Paymaster:
    """Reads the books, never writes them; whoever asks posts what is due."""

    def __init__(self, config: HostConfig, books: Books) -> None:
        self._config, self._books = config, books

    @property
    def _is_at_once(self) -> bool:
        return self._config.payout == "D+0"

    def overdue(self, business_date: str) -> list[Posting]:
        """Return what should have been paid or taken back by now, oldest first."""
        merchant_id = self._config.merchant_id
        if self._is_at_once:
            return unpaid(self._books, merchant_id, business_date)
        payout = payout_of_day(self._books, merchant_id, business_date)
        return [] if payout is None else [payout]

    def consequences(self, posting: Posting, business_date: str) -> list[Posting]:
        """Return what a posting, which is in the books, has paid or taken back at once."""
        if not self._is_at_once:
            return []
        found = payout_at_once(self._books, posting, business_date)
        return [] if found is None else [found]
