"""F1: without the function no refund, clearly refused; with it, what is in order is booked.

The provider opens the function in two places: at its host and in the terminal.  Only the first is
seen here; a terminal that began without it (`refund_enabled`) may not have been given it yet.
"""

from harness.check import Judgement, fact
from harness.check.message import is_code_known, is_whole
from harness.check.refund_books import data_flaw, is_over, sale_flaw
from harness.check.refusal import is_hindered, is_refused_alone
from harness.check.tally import Tally
from harness.check.undoing import REFUNDS, Undoing
from harness.check.undoing_scene import Scene
from harness.profile.defaults import parameter

_DENYING = frozenset({"03", "12", "13", "22", "25", "40", "57", "58", "61", "64"})
_OTHERWISE = "the refund booked: the function is open and nothing is in its way"


def judge_function(scene: Scene) -> Judgement:
    """F1: judge every refund by whether the provider has opened the function."""
    tally = Tally("F1")
    for undoing in scene.of(REFUNDS):
        if undoing.posting is None and scene.line.is_blind("ledger", undoing.at):
            tally.gap(f"ledger was blind after {undoing.title}: it may have been booked")
        elif _is_open(scene, undoing):
            _works(tally, scene, undoing)
        else:
            _is_refused(tally, scene, undoing)
    return tally.judgement()


def _is_open(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether the provider had opened the function: by what it did last, else by profile."""
    notes = (row for row in scene.line.of("note") if row.address == "refund function")
    told = [row.facts.get("is_open") for row in notes if row.index < undoing.at]
    return (told[-1] if told else parameter(scene.profile, "refund_enabled")) is True


def _is_refused(tally: Tally, scene: Scene, undoing: Undoing) -> None:
    seen = _unrefused(scene, undoing)
    is_answered = undoing.exchange is not None and undoing.exchange.taken is not None
    if seen or is_answered or (is_over(undoing) and _is_owed(scene, undoing)):
        tally.require(
            not seen,
            f"{undoing.title} was made without the refund function",
            expected="a clear refusal, and nothing booked (refund_enabled)",
            seen=seen,
            at=undoing.rows,
        )


def _unrefused(scene: Scene, undoing: Undoing) -> str:
    """Return what is no clear refusal; empty if there is none."""
    end, answer = undoing.end, scene.answer_of(undoing)
    is_meant = answer is not None and not answer.facts.get("on_purpose")
    if undoing.posting:
        return "booked"
    if is_meant and undoing.exchange and undoing.exchange.approves:
        return "approved by the host"
    if end and end.kind == "ok":
        return "approved at the till"
    is_vague = end is not None and end.kind == "info" and _is_owed(scene, undoing)
    return "an unknown outcome at the till" if is_vague else ""


def _is_owed(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether the terminal had what it takes to refuse clearly."""
    exchange = undoing.exchange
    is_answered = exchange is None or (exchange.taken is not None and not exchange.doubt)
    return is_answered and not is_hindered(scene, undoing)


def _works(tally: Tally, scene: Scene, undoing: Undoing) -> None:
    sale = scene.sale_of(undoing)
    if sale is None or data_flaw(scene, undoing, sale) or sale_flaw(scene, undoing, sale):
        return
    if undoing.posting:
        tally.right()
        return
    why = _denied(scene, undoing) if undoing.request else _stopped(scene, undoing)
    if why and not _has_function(scene, undoing):
        tally.gap(f"{undoing.title}: the terminal may not have the function yet (refund_enabled)")
    elif why:
        at = (*undoing.rows, sale)
        tally.wrong(f"{undoing.title} was refused", expected=_OTHERWISE, seen=why, at=at)


def _denied(scene: Scene, undoing: Undoing) -> str:
    """Return the code by which the host denied the function or the sale; empty if it did not."""
    answer, request = scene.answer_of(undoing), undoing.request
    source = next(iter(undoing.refusals), answer)
    if source is None or request is None or (source is answer and source.facts.get("on_purpose")):
        return ""
    is_sound = is_whole(request) and request.facts.get("mac_ok") is not False
    code = fact.text(source, "response_code")
    is_denial = code in _DENYING or (code is not None and not is_code_known(source, scene.profile))
    return f"the answer {code}" if is_sound and is_denial else ""


def _stopped(scene: Scene, undoing: Undoing) -> str:
    """Return that the terminal refused it by itself; empty if something else may have done so."""
    is_wrong = is_refused_alone(scene, undoing)
    return "a refusal by the terminal, and nothing on the line" if is_wrong else ""


def _has_function(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether the terminal offers refunds: by profile, or because it has sent one."""
    sent = (one for one in scene.of(REFUNDS) if one.request and one.left_at <= undoing.at)
    return parameter(scene.profile, "refund_enabled") is True or any(sent)
