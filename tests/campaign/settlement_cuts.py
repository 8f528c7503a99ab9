"""Settlements of each kind, and every cut of power or line between their begin and their end."""

from dataclasses import replace

from harness.campaign.power_cuts import points_of, power_cuts
from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Cut, Drop, PaperOut, Plan
from harness.terms.outcome import Outcome
from tests.campaign.benches import SERIAL

ATTEMPTS_MAX = 3
FIRST_BATCH, NEXT_BATCH = "000001", "000002"
CARDS = ("card-1", "card-2", "card-3")
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


def case(name, before=trade, plan=None, **more):
    """Return a settlement; what happens `before` it is not cut."""

    def script(rig):
        before(rig)
        settle_until_done(rig)

    plan = plan or Plan()
    scenario = Scenario(name=name, script=script, due=("S7", "M2"), plan=plan, **more)
    return scenario, replace(scenario, script=before)


CASES = (
    case("balanced, its end 207"),
    case("out of balance, its end 202", answers=UNBALANCED),
    case("out of balance, all uploaded", answers=UNBALANCED,
         profile={"upload_on_mismatch": "all"}),
    case("out of balance with a refund", give_back, answers={("0500", 2): Override(results=(2, 1))},
         profile={"refund_enabled": True}),
    case("resumed after a lost 0510", plan=Plan().also("tx host 0510 #1", Drop())),
    case("resumed after a lost end", plan=Plan().also("tx host 0330 #1", Drop())),
    case("resumed between uploads", answers=UNBALANCED,
         plan=Plan().also("tx host 0330 #1", Drop())),
    case("of an empty batch", nothing),
    case("of an empty batch, sent", nothing, profile={"empty_settlement": "empty_0500"}),
    case("with a pending reversal", plan=Plan().also("tx host 0210 #4", Drop())),
    case("with a reversal that is not answered at once", answers=SILENT,
         plan=Plan().also("tx host 0210 #4", Drop())),
    case("slip without paper", plan=Plan().also("print terminal slip #9", PaperOut(keep=60))),
    case("without a sign-out", profile={"auto_sign_out": False}),
)  # fmt: skip


def points(settlement, before):
    """Return the points of the settlement itself."""
    earlier = set(points_of(before, SERIAL))
    return [point for point in points_of(settlement, SERIAL) if point not in earlier]


def terminal_cuts(settlement, before):
    """Return every cut of the terminal's power: around each effect, and within each write."""
    return list(power_cuts(settlement, points(settlement, before)))


def host_cuts(settlement, before):
    """Return every cut of the host's power; it is back after some seconds."""
    return list(power_cuts(settlement, points(settlement, before), "host"))


def line_cuts(settlement, before):
    """Return every cut of the line at a message of either end, before, within and after it."""
    taken = {step.point for step in settlement.plan.steps}
    messages = [each for each in points(settlement, before) if _is_message(each)]
    actions = [Cut(keep=keep, how=how) for keep in (0, 20, None) for how in ("rst", "silence")]
    return [
        replace(
            settlement,
            name=f"{settlement}, line cut ({action.how}, {action.keep}) at {point}",
            plan=settlement.plan.also(str(point), action),
        )
        for point in messages
        if point not in taken
        for action in actions
    ]


def _is_message(point):
    return point.kind in ("tx", "rx") and point.actor in ("terminal", "host") and _is_host(point)


def _is_host(point):
    """Tell whether a message is one of the host line."""
    name = str(point).split()[2]
    return name in {
        "0500", "0510", "0320", "0330", "0400", "0410", "0820", "0830", "0800", "0810",
    }  # fmt: skip
