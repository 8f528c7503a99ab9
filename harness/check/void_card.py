"""V4: a void is of the card of its sale, and carries the card that was presented for it.

Without `void_needs_card` no card is presented: then the money goes back to that of the sale.
"""

from harness.check import Judgement, fact
from harness.check.message import is_whole
from harness.check.safety import UNKNOWN_CARD
from harness.check.tally import Tally
from harness.check.undoing import VOIDS, Undoing
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.profile.defaults import parameter

_KEYED = "01"  # entry mode: no card was read


def judge_cards(scene: Scene) -> Judgement:
    """V4: judge every void by the card that was presented, and by that of its sale."""
    tally = Tally("V4")
    is_needed = parameter(scene.profile, "void_needs_card") is True
    for undoing in scene.of(VOIDS):
        if is_needed and undoing.request and not scene.is_taken_back_alone(undoing):
            _carried(tally, scene, undoing, undoing.request)
        sale = scene.sale_of(undoing)
        if sale:
            _of_sale(tally, scene, undoing, sale, is_needed=is_needed)
    return tally.judgement()


def _carried(tally: Tally, scene: Scene, undoing: Undoing, request: Row) -> None:
    """Judge the card in the message by the one that was presented."""
    carried = _card(request)
    if carried is None or not is_whole(request) or request.facts.get("spoiled"):
        return
    shown = _presented(scene, undoing, request)
    if shown is None and not _is_read(scene, undoing, request):
        seen = f"{carried}, and nobody presented a card"
    else:
        seen = "" if shown in (None, carried) else carried
    if seen or shown:
        tally.require(
            not seen,
            f"{undoing.title} carries another card than the one presented",
            expected=shown or "a card read for it (void_needs_card)",
            seen=seen,
            at=(*undoing.rows, *_acts(scene, undoing, request)),
        )


def _card(row: Row) -> str | None:
    """Return the token of a declared card."""
    card = fact.text(row, "card")
    return None if card == UNKNOWN_CARD else card


def _acts(scene: Scene, undoing: Undoing, request: Row) -> list[Row]:
    """Return the cards that were presented for it."""
    sent = (one.request.index for one in scene.line.exchanges)
    before = max((index for index in sent if index < request.index), default=-1)
    begin = undoing.begin if undoing.invoke else before
    acts = (row for row in scene.line.of("act") if begin < row.index < request.index)
    return [row for row in acts if _card(row)]


def _presented(scene: Scene, undoing: Undoing, request: Row) -> str | None:
    acts = _acts(scene, undoing, request)
    if acts:
        return _card(acts[-1])
    return _card(undoing.invoke) if undoing.invoke else None


def _is_read(scene: Scene, undoing: Undoing, request: Row) -> bool:
    """Tell whether a card may have been read, though nobody saw it presented."""
    is_keyed = str(request.facts.get("F22", "")).startswith(_KEYED)
    is_watched = undoing.invoke is not None and any(map(_card, scene.line.of("act")))
    return not is_watched and not is_keyed


def _of_sale(tally: Tally, scene: Scene, undoing: Undoing, sale: Row, *, is_needed: bool) -> None:
    """Judge that nothing is booked on another card than that of the sale."""
    posting = undoing.posting
    cards = [card for row in _shown(undoing, is_needed=is_needed) if (card := _card(row))]
    other = next((card for card in cards if card != _card(sale)), None)
    if _card(sale) is None or not cards or not (undoing.booked or undoing.end):
        return
    credited = [card for card, _ in scene.books.cards(posting)] if posting else []
    if posting is None and other and scene.line.is_blind("ledger", undoing.at):
        tally.gap(f"ledger was blind after {undoing.title}: it may have been booked")
    elif posting or other:
        tally.require(
            posting is None or (other is None and set(credited) <= {_card(sale)}),
            f"the host booked {undoing.title} on another card than that of its sale",
            expected=f"{_card(sale)}, or a refusal",
            seen=other or ", ".join(credited),
            at=(*undoing.rows, sale),
        )


def _shown(undoing: Undoing, *, is_needed: bool) -> list[Row]:
    """Return what shows the card of a void: message and books; if nothing left, the till."""
    sent = [row for row in (undoing.request, *undoing.booked) if row]
    asked = [undoing.invoke] if undoing.invoke and is_needed else []
    return sent or asked
