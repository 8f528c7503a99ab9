"""L2 and L4: what every slip must show, and what none may.

Source: elements of a UnionPay sales slip; the block of a chip card; forms of the masked number.
"""

from harness.check import fact
from harness.check.item import name_in_words
from harness.check.paper import NOT_JUDGED, Paper, Slip
from harness.check.subject import Subject
from harness.check.tally import Tally
from harness.profile.pan_mask import forms
from harness.wire import slip as slip_text

_ITEMS = (
    "merchant_name", "merchant_id", "terminal_id", "operator", "pan_masked", "entry", "type",
    "date", "time", "batch", "voucher", "amount_minor", "currency",
)  # fmt: skip
_FROM_ANSWER = ("approval_code", "rrn")
_CHIP = "05"
_CHIP_ITEMS = ("aid", "tvr", "tsi", "atc")
_NO_APPROVAL_CODE = frozenset({"refund"})


def judge_items(tally: Tally, paper: Paper) -> None:
    """Judge every whole receipt of an approval."""
    for slip in paper.slips:
        is_receipt = slip.is_approval and slip.row.facts.get("type") not in NOT_JUDGED
        if is_receipt and slip.is_whole:
            missing = [name for name in _due(slip) if slip.row.facts.get(name) in (None, "")]
            missing += _chip_missing(slip)
            if not missing:
                tally.right()
                continue
            tally.wrong(
                f"{slip.title} is incomplete",
                expected="all items of a sales slip",
                seen=f"no {', '.join(map(name_in_words, missing))}",
                at=(slip.row,),
            )


def _due(slip: Slip) -> list[str]:
    """Return the items; of what the host gives, those that it gave where that is known."""
    subject = slip.subject
    if subject and subject.answer:
        given = [name for name in _FROM_ANSWER if _is_given(subject, name)]
    else:
        is_refund = slip.row.facts.get("type") in _NO_APPROVAL_CODE
        given = ["rrn"] if is_refund else list(_FROM_ANSWER)
    return [*_ITEMS, *given]


def _is_given(subject: Subject, name: str) -> bool:
    return subject.answer is not None and bool((fact.text(subject.answer, name) or "").strip())


def _chip_missing(slip: Slip) -> list[str]:
    request = slip.subject.request if slip.subject else None
    if request is None or not str(request.facts.get("F22", "")).startswith(_CHIP):
        return []
    shown = slip_text.facts(slip_text.parse(fact.words(slip.row, "text")))
    missing = [name for name in _CHIP_ITEMS if name not in shown]
    return missing + ([] if {"tc", "arqc"} & shown.keys() else ["tc"])


def judge_masks(tally: Tally, paper: Paper) -> None:
    """Judge every slip that shows a card number, and every one for what leaks."""
    profile = paper.line.history.header.profile
    for slip in paper.slips:
        row = slip.row
        form, leaks = fact.text(row, "mask"), fact.number(row, "leaks")
        copy, kind = fact.text(row, "copy") or "", fact.text(row, "type") or ""
        allowed = forms(profile, copy, kind)
        tally.evaluated += (form is None or form in allowed) and (form, leaks) != (None, None)
        if form is not None and form not in allowed:
            tally.wrong(
                f"{slip.title} shows a card number in the form {form}",
                expected=" or ".join(sorted(allowed)),
                seen=form,
                at=(row,),
            )
        if leaks and not (form == "clear" and "clear" in allowed):
            tally.wrong(
                f"{slip.title} shows a card number or track in clear",
                expected="none",
                seen=f"{leaks}",
                at=(row,),
            )
