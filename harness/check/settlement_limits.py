"""S9 and S10: a full journal asks for a settlement; an empty one is settled as the profile says."""

import re
from collections.abc import Iterator

from harness.check import fact
from harness.check.batch import CREDITS, DEBITS
from harness.check.calls import Call
from harness.check.closing import UPLOAD, Closing
from harness.check.exchange import Exchange
from harness.check.message import REVERSIBLE, SETTLEMENT, mti_of, title
from harness.check.refusal import is_signed_in
from harness.check.settlement_totals import stated
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import number, parameter

_FILLING = DEBITS | CREDITS | REVERSIBLE  # verbs that leave a record
_PROMPTS = frozenset({"PRESENT_CARD", "ENTER_PIN"})
_SETTLE = re.compile(r"结算|结帐|结账|settle|batch|end of day", re.IGNORECASE)


def judge_full_journal(tally: Tally, scene: Settling) -> None:
    """S9: judge every call that finds the journal full."""
    most = number(scene.profile, "journal_size_max")
    if not _may_be_full(scene, most):
        return
    for call in scene.line.calls:
        count = _count(scene, call) if call.verb in _FILLING else 0
        if call.end and count >= most:
            _is_refused(tally, scene, call, call.end, count)


def _may_be_full(scene: Settling, most: int) -> bool:
    """Tell at low cost whether there can be so many records at all."""
    writes = (row for row in scene.line.of("nv") if row.address == "journal")
    is_seen = any(len(fact.words(row, "records")) >= most for row in writes)
    return is_seen or len(scene.cards) >= most


def _count(scene: Settling, call: Call) -> int:
    """Return how many records the journal holds at least when a call begins."""
    rows = [row for row in scene.line.of("nv") if row.index < call.invoke.index]
    writes = [row for row in rows if row.address == "journal" and not row.facts.get("torn")]
    if writes:
        return len(fact.words(writes[-1], "records"))
    return sum(item.is_sure for item in scene.batches.before(call.invoke.index).items)


def _is_refused(tally: Tally, scene: Settling, call: Call, end: Row, count: int) -> None:
    shown = [row for row in scene.line.of("show") if call.holds(row)]
    prompts = [row for row in shown if row.address in _PROMPTS]
    sent = [one.request for one in scene.cards if call.holds(one.request)]
    seen = [f"{mti_of(row)} {title(row)}" for row in sent]
    seen += [f"the prompt {row.address}" for row in prompts]
    seen += ["the call ended ok"] * (end.kind == "ok")
    if not seen and end.kind != "fail":
        return  # nobody knows how it ended
    seen += _unsaid(scene, shown, end) if not seen else []
    tally.require(
        not seen,
        f"the journal holds {count} records when a {call.verb} is begun",
        expected='a refusal, "settle first", before the card is touched',
        seen=", ".join(seen),
        at=(call.invoke, *prompts, *sent, end),
    )


def _unsaid(scene: Settling, shown: list[Row], end: Row) -> list[str]:
    """Return what is missing if nobody was told why; where nothing is shown nobody knows."""
    told = [*(row.value for row in shown), fact.text(end, "text") or ""]
    is_seen = scene.observes("display") and not scene.line.is_blind("display")
    is_told = any(_SETTLE.search(text) for text in told)
    return [] if is_told or not (is_seen or any(told)) else ["a refusal that does not say why"]


def judge_empty_batch(tally: Tally, scene: Settling) -> None:
    """S10: judge every settlement of a batch that holds nothing."""
    is_local = parameter(scene.profile, "empty_settlement") == "local"
    for closing in scene.closings:
        if closing.asks and _is_empty(scene, closing):
            tally.require(
                not is_local,
                "an empty batch was settled",
                expected="a message at the terminal only (empty_settlement local)",
                seen="0500",
                at=(closing.first,),
            )
    for call in _silent_calls(scene):
        tally.require(
            is_local,
            "an empty batch was to be settled",
            expected="an empty 0500 (empty_settlement empty_0500)",
            seen="none",
            at=(call.invoke, call.end),
        )


def _is_empty(scene: Settling, closing: Closing) -> bool:
    """Tell whether a batch is empty, by what is known of it or by the terminal's own word."""
    content = scene.batches.at(closing)
    ask = closing.asks[0].request
    is_said = "debit_minor" in ask.facts and not any(stated(ask, ""))
    return not content.items and (content.is_whole or is_said)


def _silent_calls(scene: Settling) -> Iterator[Call]:
    """Return the calls that settled an empty batch without a word to the host."""
    for call in scene.calls:
        last = call.end.index if call.end else scene.line.last
        first = call.invoke.index
        sent = [one for one in scene.line.exchanges if first < one.request.index < last]
        is_disturbed = scene.faults(first, last) or scene.power_cuts(first, last)
        is_other = is_disturbed or scene.cancels(first, last) or call.end is None
        is_denied = call.invoke.facts.get("password") == "wrong"
        is_denied = is_denied or is_signed_in(scene.line, call.invoke) is False
        content = scene.batches.before(first)
        is_empty = content.is_whole and not content.items and not scene.is_under_way(first)
        if is_empty and not (is_other or is_denied or any(map(_settles, sent))):
            yield call


def _settles(exchange: Exchange) -> bool:
    return mti_of(exchange.request) in {SETTLEMENT, UPLOAD}
