"""Whether an answer belongs to a request, as a correct terminal decides it.

Source: UnionPay POS messages: the answer's MTI is the request's + 10, it repeats fields 3, 4, 11,
41 and 42, and its MAC is right (on declines by profile).  An approval of a part of the amount
carries another field 4.
"""

from harness.check.message import is_answer_mti, is_approval, name_of, value_of
from harness.history.record import Facts, Row
from harness.profile.defaults import parameter
from harness.wire.response_codes import PARTIAL_APPROVAL

REPEATED = ("F3", "F4", "F11", "F41", "F42")


def differs(request: Row, answer: Row, profile: Facts) -> str:
    """Return what makes the answer one to something else; empty if it is the request's."""
    if answer.facts.get("malformed"):
        return "it cannot be read"
    if not is_answer_mti(answer, request):
        return "its MTI is another"
    for name in REPEATED:
        asked, told = value_of(request, name), value_of(answer, name)
        if asked is None or told is None or asked == told:
            continue
        if name != "F4" or not _is_partial(request, answer):
            return f"its field {name[1:]} is another"
    if _is_mac_right(answer) or not _is_mac_checked(answer, profile):
        return ""
    is_missing = answer.facts.get("key_missing")
    return "the terminal has no key for its MAC" if is_missing else "its MAC is wrong"


def _is_partial(request: Row, answer: Row) -> bool:
    return value_of(answer, "F39") == PARTIAL_APPROVAL and name_of(request) == "sale"


def _is_mac_right(answer: Row) -> bool:
    return answer.facts.get("mac_ok") is not False and not answer.facts.get("key_missing")


def _is_mac_checked(answer: Row, profile: Facts) -> bool:
    return parameter(profile, "mac_on_decline") == "checked" or is_approval(answer, profile)


def lacks(request: Row, answer: Row, profile: Facts) -> str:
    """Return what is missing so that terminals may take the answer or not; empty if nothing is."""
    absent = [
        name
        for name in REPEATED
        if value_of(request, name) is not None and value_of(answer, name) is None
    ]
    if "F11" in absent or (absent and is_approval(answer, profile)):
        return f"the answer lacks field {', '.join(name[1:] for name in absent)}"
    is_bare = request.facts.get("mac") == "present" and answer.facts.get("mac") == "absent"
    return "the approval carries no MAC" if is_bare and is_approval(answer, profile) else ""
