"""Histories written by hand.  A row is one second after the one before, unless it says `at_s`."""

from harness.history.record import Expected, Header, History, Row

_ALL = "till ecr_wire host_wire ledger notify slip display journal nv key line power paper card"
_BLACK_BOX = "till ecr_wire host_wire ledger notify slip key line power paper card"
EVERYTHING = (*_ALL.split(), "keys", "calendar")
BLACK_BOX = tuple(_BLACK_BOX.split())


def row(actor, kind, address="", value="", /, *, at_s=None, **facts):
    """Return what `history` makes a row of."""
    return actor, kind, address, value, at_s, facts


def history(*rows, observes=EVERYTHING, plan=(), world="virtual", **header):
    """Return the history of these rows; `plan` has (point, action, rules) for each step."""
    steps = tuple(Expected(point, action, tuple(rules)) for point, action, rules in plan)
    whole = Header(world=world, observes=tuple(observes), plan=steps, **header)
    return History(whole, tuple(_rows(rows)))


def without(rows, *indices):
    """Return the rows but those at these indices."""
    gone = {index % len(rows) for index in indices}
    return [each for index, each in enumerate(rows) if index not in gone]


def _rows(rows):
    now_s = 0.0
    for index, (actor, kind, address, value, at_s, facts) in enumerate(rows):
        now_s = now_s + 1 if at_s is None else at_s
        yield Row(index, int(now_s * 10**9), actor, kind, address, value, facts)


def judgements(checker, whole):
    """Return the judgements of a checker by rule."""
    return {each.rule: each for each in checker.check(whole)}


def fired(checker, whole):
    """Return the rules that have a finding, each once, sorted."""
    return sorted({each.rule for each in checker.check(whole) if each.findings})
