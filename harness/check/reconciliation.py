"""M8: what the host approved and the settled batch lacks is found, and closed by hand.

The host compares the totals of a 0500 with its own books: its result must be what that comes to.
A sale that the terminal does not know is then given back, or is an open item that was closed.
"""

from collections.abc import Sequence

from harness.check import Judgement, Rule, books, fact
from harness.check.batch import DEBITS
from harness.check.books import Books
from harness.check.closing import BALANCED, ERROR, GROUPS, NOT_BALANCED, figures, key
from harness.check.message import mti_of
from harness.check.settlement_books import held_figures, held_in, may_hold_more
from harness.check.settlement_totals import said, stated
from harness.check.settling import Settling, settling
from harness.check.tally import Tally
from harness.history.record import History, Row
from harness.profile.defaults import number, parameter
from harness.terms.amount import in_units

RULES = (Rule("M8", "ledger & host_wire", after_rest=True),)
_ANSWER = "0510"


def check(history: History) -> list[Judgement]:
    """Judge every settlement in the books, after the rest."""
    tally, scene = Tally("M8"), settling(history)
    settled = scene.ledger("settlement")
    if not settled or scene.rest_end is None:
        return [tally.judgement()]
    for channel in ("ledger", "host_wire"):
        if scene.line.is_blind(channel):
            tally.gap(f"{channel} was blind: what a batch lacks may have been missed")
    for row in settled:
        _is_found(tally, scene, scene.books, row)
    for row in {fact.number(row, "batch"): row for row in settled}.values():
        _are_closed(tally, scene, scene.books, row)
    return [tally.judgement()]


def _is_found(tally: Tally, scene: Settling, ledger: Books, row: Row) -> None:
    """Judge that the host's result says whether its books agree with the totals."""
    results = {fact.number(row, key(group, "result")) for group in GROUPS} - {None}
    told, true = stated(row, ""), held_figures(held_in(ledger, row))
    is_unjudged = not results or ERROR in results or scene.line.is_blind("ledger")
    if is_unjudged or _is_on_purpose(scene, row):
        return
    if told != true and may_hold_more(scene, row, told, true):
        tally.gap(f"what batch {row.facts.get('batch')} held before this history is not known")
        return
    is_balanced = NOT_BALANCED not in results
    if told == true and not is_balanced and not _are_all_domestic(scene, ledger, row):
        return  # the groups may differ, though together they agree
    tally.require(
        (told == true) == is_balanced,
        f"the host compared the totals of batch {row.facts.get('batch')} with its books",
        expected=f"{'balanced' if told == true else 'not balanced'}: its books have {said(true)}",
        seen=f"{'balanced' if is_balanced else 'not balanced'}, the 0500 has {said(told)}",
        at=(row, *held_in(ledger, row)),
    )


def _is_on_purpose(scene: Settling, row: Row) -> bool:
    """Tell whether the host was, or may have been, told to answer this settlement wrong.

    Where its messages are seen, an answer that a fault kept back until its line was gone is not.
    """
    sent = [one for one in scene.line.of("tx") if one.actor == "host"]
    later = (one.index for one in scene.ledger("settlement") if one.index > row.index)
    until = next(later, scene.line.last + 1)
    own = [one for one in sent if row.index < one.index < until and mti_of(one) == _ANSWER]
    return any(one.facts.get("on_purpose") is True for one in own) if own else bool(sent)


def _are_all_domestic(scene: Settling, ledger: Books, row: Row) -> bool:
    """Tell whether totals and books can only be about domestic cards."""
    stans = [fact.number(one, "stan") for one in held_in(ledger, row)]
    groups = {scene.batches.group_of(stan, row.index) for stan in stans if stan is not None}
    return groups <= {"domestic"} and not any(figures(row, "foreign"))


def _are_closed(tally: Tally, scene: Settling, ledger: Books, row: Row) -> None:
    """Judge that every sale that the terminal lacks has been closed by hand since."""
    days = number(scene.profile, "manual_return_days")
    notes = [one for one in scene.line.of("note") if one.address == "open item"]
    closed = {fact.number(one, "stan") for one in notes if one.facts.get("closed") is True}
    for sale in _lacking(scene, ledger, row):
        undone = ledger.reversal_of(sale) or ledger.void_of(sale)
        tally.require(
            undone is not None or fact.number(sale, "stan") in closed,
            f"{books.title(sale)} of {_amount(sale)} is not in the settled batch",
            expected=f"found by the host and closed by hand within {days} days",
            seen="it stands",
            at=(sale, row),
        )


def _amount(sale: Row) -> str:
    return in_units(fact.number(sale, "amount_minor"))


def _lacking(scene: Settling, ledger: Books, row: Row) -> list[Row]:
    """Return the debits that stood in the books, and that the terminal does not know."""
    held = held_in(ledger, row)
    if stated(row, "") == held_figures(held):
        return []
    content = scene.batches.before(row.index, fact.number(row, "batch"))
    known = {item.stan for item in content.items}
    debits = [one for one in held if books.name_of(one) in DEBITS]
    return [one for one in debits if _is_lacking(scene, row, one, known)]


def _is_lacking(scene: Settling, row: Row, sale: Row, known: Sequence[int] | set[int]) -> bool:
    stan = fact.number(sale, "stan")
    uploads = [one for one in scene.ledger("upload") if fact.agree(one, row, "batch")]
    uploaded = {fact.number(one, "stan") for one in uploads}
    is_all_there = bool(uploaded) and _is_side_uploaded(scene, row, sale)
    return stan not in known or (is_all_there and stan not in uploaded)


def _is_side_uploaded(scene: Settling, row: Row, sale: Row) -> bool:
    """Tell whether the whole of the sale's card group was uploaded, so that it is all there."""
    batch = fact.number(row, "batch")
    owner = next((one for one in scene.closings if one.batch == batch), None)
    if owner is None or owner.done is None:
        return False
    wrong = [one for one in GROUPS if fact.number(row, key(one, "result")) != BALANCED]
    is_all = parameter(scene.profile, "upload_on_mismatch") == "all"
    stan = fact.number(sale, "stan") or 0
    return is_all or len(wrong) == len(GROUPS) or scene.batches.group_of(stan, row.index) in wrong
