"""Settlements of each kind, every cut of power or line within them, and what must come of it.

What comes before the settlement is not cut.  Each cut is one of the terminal's power (before and
after each effect, and within each non-volatile write), of the host's power, or of the line at a
message (before it, within, after it; told to both ends or to nobody).
"""

from dataclasses import dataclass, replace

from harness.campaign.play import play
from harness.campaign.power_cuts import points_of, power_cuts
from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Cut, Drop, PaperOut, Plan
from harness.terms.outcome import Outcome
from tests.campaign.benches import SERIAL

ATTEMPTS_MAX = 3
CARDS = ("card-1", "card-2", "card-3")
HOST_MESSAGES = {"0400", "0410", "0500", "0510", "0320", "0330", "0800", "0810", "0820", "0830"}
EXPLAINED = ("the host was stopped before it could notify of",)  # M6: the bench itself did so
UNBALANCED = {("0500", 1): Override(results=(2, 1))}
SILENT = {("0400", 1): Override(silent=True)}


def nothing(_rig):
    """Trade nothing."""


def trade(rig):
    """Sell to three cards, and void the second sale."""
    for card in CARDS[:2]:
        rig.till.sale(10_000, card=card)
    voucher = rig.till.voucher
    rig.till.sale(10_000, card=CARDS[2])
    rig.till.void(voucher, card=CARDS[1])


def give_back(rig):
    """Sell, settle, and refund a part on the next day in the second batch."""
    rig.office.open_refunds()
    rig.till.sale(10_000)
    rrn, date = rig.till.reference()
    rig.till.settle()
    rig.office.next_day()
    rig.till.sign_in()
    rig.till.refund(1000, rrn=rrn, date=date)


def settle_until_done(rig):
    """Settle; after an interruption again, and sign in where that is asked for."""
    for _ in range(ATTEMPTS_MAX):
        if rig.till.settle() is Outcome.APPROVED:
            return
        rig.wait(10)
        rig.load_paper()


@dataclass(frozen=True)
class Case:
    """A settlement, what comes before it, and what it leaves.

    spent: what the cards have paid in the end, in minor units.  closed: how many batches.
    """

    settlement: Scenario
    before: Scenario
    spent: tuple[int, int, int]
    closed: int

    def __str__(self):
        return self.settlement.name


def case(name, before=trade, plan=None, *, spent=(10_000, 0, 10_000), closed=1, **more):
    """Return a settlement; what happens `before` it is not cut."""

    def script(rig):
        before(rig)
        settle_until_done(rig)

    scenario = Scenario(name=name, script=script, due=("M2",), plan=plan or Plan(), **more)
    return Case(scenario, replace(scenario, script=before), spent, closed)


OWING = {"plan": Plan().also("tx host 0210 #4", Drop()), "spent": (10_000, 10_000, 10_000)}
NOTHING = {"before": nothing, "spent": (0, 0, 0)}
CASES = (
    case("balanced, its end 207"),
    case("out of balance, its end 202", answers=UNBALANCED),
    case("out of balance, all uploaded", answers=UNBALANCED,
         profile={"upload_on_mismatch": "all"}),
    case("out of balance with a refund", give_back, spent=(9_000, 0, 0), closed=2,
         answers={("0500", 2): Override(results=(2, 1))}, profile={"refund_enabled": True}),
    case("resumed after a lost 0510", plan=Plan().also("tx host 0510 #1", Drop())),
    case("resumed after a lost end", plan=Plan().also("tx host 0330 #1", Drop())),
    case("resumed between uploads", answers=UNBALANCED,
         plan=Plan().also("tx host 0330 #1", Drop())),
    case("of an empty batch", closed=0, **NOTHING),
    case("of an empty batch, sent", profile={"empty_settlement": "empty_0500"}, **NOTHING),
    case("with a pending reversal", **OWING),
    case("with a reversal that is not answered at once", answers=SILENT, **OWING),
    case("slip without paper", plan=Plan().also("print terminal slip #9", PaperOut(keep=60))),
    case("without a sign-out", profile={"auto_sign_out": False}),
)  # fmt: skip


def points(each):
    """Return the points of the settlement itself."""
    earlier = set(points_of(each.before, SERIAL))
    return [point for point in points_of(each.settlement, SERIAL) if point not in earlier]


def terminal_cuts(each):
    """Return every cut of the terminal's power: around each effect, and within each write."""
    return list(power_cuts(each.settlement, points(each)))


def host_cuts(each):
    """Return every cut of the host's power; it is back after some seconds."""
    return list(power_cuts(each.settlement, points(each), "host"))


def line_cuts(each):
    """Return every cut of the host line at a message of either end."""
    taken = {step.point for step in each.settlement.plan.steps}
    messages = [one for one in points(each) if one not in taken and _is_on_host_line(one)]
    actions = [Cut(keep=keep, how=how) for keep in (0, 20, None) for how in ("rst", "silence")]
    return [_line_cut(each.settlement, point, action) for point in messages for action in actions]


def _line_cut(settlement, point, action):
    name = f"{settlement}, line cut ({action.how}, {action.keep}) at {point}"
    return replace(settlement, name=name, plan=settlement.plan.also(str(point), action))


def _is_on_host_line(point):
    """Tell whether a message is one of the host line; their names begin with 0 and are of four."""
    is_message = point.kind in ("tx", "rx") and point.actor in ("terminal", "host")
    return is_message and str(point).split()[2] in HOST_MESSAGES


CUTS = {"terminal": terminal_cuts, "host": host_cuts, "line": line_cuts}


def wrong(each, cut, parts=SERIAL):
    """Return what is wrong with one cut: findings, and whatever is not as it was to be left."""
    played = play(cut, parts)
    rows, verdict = played.history.rows, played.judged()
    said = [str(finding) for finding in verdict.findings]
    said += [
        f"{ruling.rule}: {gap}"
        for ruling in verdict.rulings
        for gap in ruling.gaps
        if not gap.startswith(EXPLAINED)
    ]
    said += [*_left(each, rows), *filter(None, [played.error])]
    point = str(cut.plan.steps[-1].point)
    is_fired = any(row.kind == "fault" and row.address == point for row in rows)
    return said if is_fired else [*said, "the cut did not happen"]


def _left(each, rows):
    """Yield what is wrong with batch number, journal and books at the end."""
    closed = [row.facts["batch"] for row in rows if _is_at(row, "ledger", "batch_end")]
    if len(closed) != each.closed and not _may_be_settled_once_more(each, closed):
        yield f"batches {closed} were closed"
    numbers = [row.facts["batch"] for row in rows if _is_at(row, "nv", "counters")]
    if int(numbers[-1]) != 1 + len(closed) or len(set(closed)) != len(closed):
        yield f"batch {numbers[-1]} after the settlement of {closed}"
    records = [row.facts["records"] for row in rows if _is_at(row, "nv", "journal")]
    if records and records[-1]:
        yield f"the journal still holds {records[-1]}"
    first, last = (
        next(row.facts for row in rows if row.facts.get("when") == when)
        for when in ("begin", "rest")
    )
    spent = tuple(first[card] - last[card] for card in CARDS)
    if spent != each.spent:
        yield f"the cards have paid {spent}"


def _may_be_settled_once_more(each, closed):
    """Tell whether the till, which was told nothing, may have had an empty batch settled again."""
    is_sent = each.settlement.profile.get("empty_settlement") == "empty_0500"
    return is_sent and len(closed) == each.closed + 1


def _is_at(row, kind, address):
    is_whole = not row.facts.get("torn") and bool(row.facts)
    return is_whole and row.kind == kind and row.address == address
