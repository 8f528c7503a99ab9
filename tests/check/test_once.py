"""One reading serves all checkers, and no history gets what was read of another."""

from harness.check.once import once
from harness.history.record import Header, History


def history() -> History:
    return History(Header(world="virtual", observes=()), ())


def test_history_is_read_once_by_identity():
    read = []
    kept = once(lambda each: read.append(each) or len(read))
    one, equal = history(), history()
    assert [kept(one), kept(one), kept(equal), kept(equal), kept(one)] == [1, 1, 2, 2, 3]
    assert [each is one for each in read] == [True, False, True]
