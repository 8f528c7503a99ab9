"""V7: supervisor and PIN, as the profile wants them, before a void leaves.

The password is what the till gave, or what the display asked for; the PIN is what the message
carries, or what the display asked for where the cardholder may have left it empty.
"""

from harness.check import Judgement, fact
from harness.check.tally import Tally
from harness.check.undoing import VOIDS, Undoing
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.profile.defaults import parameter

_PIN_PROMPT, _PASSWORD_PROMPT = "ENTER_PIN", "PASSWORD"


def judge_permission(scene: Scene) -> Judgement:
    """V7: judge what every void asked for before it left, and refunds by the password alone."""
    tally = Tally("V7")
    for undoing in scene.all:
        if not scene.is_taken_back_alone(undoing):
            _password(tally, scene, undoing)
            if undoing.name in VOIDS and undoing.request:
                _pin(tally, scene, undoing, undoing.request)
    return tally.judgement()


def _password(tally: Tally, scene: Scene, undoing: Undoing) -> None:
    if parameter(scene.profile, "supervisor_password") is not True:
        return
    keyed = fact.text(undoing.invoke, "password") if undoing.invoke else None
    if keyed == "wrong":
        _wrong_password(tally, scene, undoing)
    elif undoing.request and (keyed == "right" or _is_shown(scene, undoing, _PASSWORD_PROMPT)):
        tally.right()


def _wrong_password(tally: Tally, scene: Scene, undoing: Undoing) -> None:
    request, end = undoing.request, undoing.end
    is_taken = request is not None or (end is not None and end.kind == "ok")
    if not is_taken and end is None:
        return
    if not is_taken and end and scene.line.is_blind("host_wire", undoing.begin, end.index):
        tally.gap(f"host_wire was blind after the wrong password of row {undoing.begin}")
        return
    tally.require(
        not is_taken,
        f"the password of the supervisor was wrong for {undoing.title}",
        expected="a refusal, and nothing on the line",
        seen="the request on the line" if request else "an approval at the till",
        at=undoing.rows,
    )


def _is_shown(scene: Scene, undoing: Undoing, prompt: str) -> bool:
    """Tell whether the terminal asked for something on its display before the request left."""
    rows = scene.line.of("show")
    begin = _beginning(scene, undoing)
    return any(begin < row.index < undoing.left_at and prompt in row.address for row in rows)


def _beginning(scene: Scene, undoing: Undoing) -> int:
    """Return where the dialogue began: at the till's call, else after the message before it."""
    if undoing.invoke:
        return undoing.begin
    sent = (one.request.index for one in scene.line.exchanges)
    return max((index for index in sent if index < undoing.left_at), default=-1)


def _pin(tally: Tally, scene: Scene, undoing: Undoing, request: Row) -> None:
    present = fact.words(request, "present")
    if not present or request.facts.get("spoiled"):
        return
    is_needed = parameter(scene.profile, "void_needs_pin") is True
    is_asked = "52" in present or _is_shown(scene, undoing, _PIN_PROMPT)
    if is_needed and not is_asked and not _is_seen_without(scene, undoing):
        return
    tally.require(
        is_asked == is_needed,
        f"{undoing.title} was sent {'with' if is_asked else 'without'} a PIN",
        expected=f"{'a' if is_needed else 'no'} PIN (void_needs_pin)",
        seen="one was asked for" if is_asked else "none was asked for",
        at=undoing.rows,
    )


def _is_seen_without(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether no PIN in the message means that none was asked for: one may be left empty."""
    sees_display = "display" in scene.line.history.header.observes
    is_left_empty = _keyed(scene, undoing) == "none"
    is_blind = scene.line.is_blind("display", undoing.begin, undoing.left_at)
    return (sees_display and not is_blind) or not is_left_empty


def _keyed(scene: Scene, undoing: Undoing) -> str | None:
    """Return what was keyed as a PIN."""
    begin, end = _beginning(scene, undoing), undoing.left_at
    acts = (row for row in scene.line.of("act") if begin < row.index < end)
    keyed = [pin for row in acts if (pin := fact.text(row, "pin"))]
    told = fact.text(undoing.invoke, "pin") if undoing.invoke else None
    return keyed[-1] if keyed else told
