"""S4: after the 0510 the terminal uploads what is required, and ends with the message that fits.

A result other than "balanced" does not stop a settlement.  A group that the host does not call
balanced is uploaded, by profile (`upload_on_mismatch`) the other one with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.check import fact
from harness.check.batch import Content, Item
from harness.check.closing import (
    BALANCED,
    BALANCED_END,
    GROUPED,
    GROUPS,
    OTHER_END,
    Closing,
    network_of,
)
from harness.check.message import OFFLINE, stan_of
from harness.check.safety import UNKNOWN_CARD
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import parameter
from harness.terms.amount import in_units

_SINGLES = frozenset({"000", ""})
_OF_CHIP = frozenset({"203", "204"})  # sent also where both groups are balanced
_ALONE = frozenset({"refund", "completion_advice", *OFFLINE})  # a message each
_OF_ONE_MESSAGE = frozenset({"drop", "duplicate", "corrupt", "truncate", "delay", "hold"})
_WORDS = {1: "balanced", 2: "not balanced", 3: "error"}


@dataclass(frozen=True, slots=True)
class Record:
    """One transaction as it was uploaded; `group` is empty where the message does not tell it."""

    stan: int
    card: str | None
    amount_minor: int | None
    group: str
    row: Row

    @property
    def is_grouped(self) -> bool:
        """Tell whether it came with others in one message."""
        return network_of(self.row) == GROUPED


def judge_uploads(tally: Tally, scene: Settling) -> None:
    """S4: judge every settlement whose result is known."""
    for closing in scene.closings:
        answer, results = closing.answer, closing.results()
        if answer is None or closing.is_refused:
            continue
        if results is None:
            tally.gap(f"the result in the 0510 of row {answer.row.index} cannot be read")
        elif closing.ends:
            _end(tally, closing, results)
            _judge(tally, scene, closing, results)
            _total(tally, scene, closing)
        elif not answer.doubt and _is_stopped(scene, closing):
            _stopped(tally, scene, closing, results)


def records_of(closing: Closing) -> list[Record]:
    """Return what was uploaded, each as often as it was sent."""
    return [record for one in closing.uploads for record in records_in(one.request)]


def records_in(row: Row) -> Iterator[Record]:
    """Return the records of one message."""
    if network_of(row) != GROUPED:
        stan = stan_of(row)
        if stan is not None:
            yield Record(stan, fact.text(row, "card"), fact.number(row, "amount_minor"), "", row)
    for text in fact.words(row, "records"):
        stan_text, card, amount, group = text.split("|")
        yield Record(int(stan_text), card, int(amount), group, row)


def _due_end(results: Mapping[str, int]) -> str:
    is_balanced = all(result == BALANCED for result in results.values())
    return BALANCED_END if is_balanced else OTHER_END


def _said(results: Mapping[str, int]) -> str:
    return ", ".join(f"{group} {_WORDS.get(result, result)}" for group, result in results.items())


def _end(tally: Tally, closing: Closing, results: Mapping[str, int]) -> None:
    due, answer = _due_end(results), closing.answer
    wrong = [one.request for one in closing.ends if network_of(one.request) != due]
    tally.require(
        not wrong,
        f"{closing.title} was answered: {_said(results)}",
        expected=f"0320 with 60.3 = {due} as its end",
        seen=", ".join(network_of(row) for row in wrong),
        at=(closing.first, answer.row if answer else None, *wrong),
    )


def _is_stopped(scene: Settling, closing: Closing) -> bool:
    """Tell whether the terminal has gone on without an end, and nothing but itself stopped it."""
    call = scene.call_of(closing)
    is_told = call is not None and call.end is not None and call.end.kind in {"ok", "fail"}
    is_over = is_told or scene.gate(closing) is not None or closing.until <= scene.line.last
    last = closing.until if not call or not call.end else call.end.index
    is_disturbed = scene.breaks(closing) or scene.cancels(closing.first.index, last)
    return is_over and not is_disturbed


def _stopped(tally: Tally, scene: Settling, closing: Closing, results: Mapping[str, int]) -> None:
    gate, call = scene.gate(closing), scene.call_of(closing)
    if scene.line.is_blind("host_wire", closing.first.index):
        return  # said of the whole rule
    tally.wrong(
        f"{closing.title} was answered: {_said(results)}",
        expected=f"that it goes on to its end, 0320 with 60.3 = {_due_end(results)}",
        seen=f"{len(closing.uploads)} records, and no end of the upload",
        at=(closing.first, closing.answer.row if closing.answer else None, gate,
            call.end if call else None),
    )  # fmt: skip


def _total(tally: Tally, scene: Settling, closing: Closing) -> None:
    """Judge how many records the terminal says it sent: all, or those that were acknowledged."""
    if _is_lossy(scene, closing):
        return  # what was lost on its way has no row
    acknowledged = [one for one in closing.uploads if closing.reply(one)]
    taken = {record.stan for one in acknowledged for record in records_in(one.request)}
    sent = {record.stan for record in records_of(closing)}
    for end in closing.ends:
        total = fact.number(end.request, "sent_total")
        if total is not None:
            tally.require(
                len(taken) <= total <= len(sent),
                f"the end of {closing.title} counts its records",
                expected=f"{len(sent)} sent" if taken == sent else f"{len(taken)} to {len(sent)}",
                seen=str(total),
                at=(end.request, *(one.request for one in closing.uploads)),
            )


def _judge(tally: Tally, scene: Settling, closing: Closing, results: Mapping[str, int]) -> None:
    content, sent = scene.batches.at(closing), records_of(closing)
    sides = _sides(scene, results)
    breaches = [
        *_superfluous(content, sent, sides),
        *_misstated(content, sent),
        *(() if _is_lossy(scene, closing) else _missing(content, sent, sides)),
    ]
    answer = closing.answer.row if closing.answer else None
    for expected, seen, rows in breaches:
        tally.wrong(
            f"{closing.title} was answered: {_said(results)}",
            expected=expected,
            seen=seen,
            at=(closing.first, answer, *rows),
        )
    if not breaches:
        _is_known(tally, scene, closing, content, sides)


def _is_known(
    tally: Tally, scene: Settling, closing: Closing, content: Content, sides: Sequence[str]
) -> None:
    """Count what was right, as far as it is known what had to be uploaded."""
    if sides and not content.is_whole:
        tally.gap(f"what batch {closing.batch} held before this history is not known")
    elif len(sides) == 1 and content.groups != GROUPS:
        tally.gap(f"of which card group the transactions of batch {closing.batch} are is not known")
    elif sides and _is_lossy(scene, closing):
        tally.gap(f"records of {closing.title} may have been lost on their way to the host")
    else:
        tally.right()


def _sides(scene: Settling, results: Mapping[str, int]) -> Sequence[str]:
    """Return the card groups that must be uploaded."""
    wrong = [group for group, result in results.items() if result != BALANCED]
    is_all = parameter(scene.profile, "upload_on_mismatch") == "all"
    return list(GROUPS) if wrong and is_all else wrong


Breach = tuple[str, str, list[Row]]  # expected, seen, where


def _superfluous(
    content: Content, sent: Sequence[Record], sides: Sequence[str]
) -> Iterator[Breach]:
    """Return the records of a group that nobody asked for."""
    known = {item.stan: item.group for item in content.items}
    groups = ((record, record.group or known.get(record.stan, "")) for record in sent)
    if sides:
        wrong = [record for record, group in groups if group and group not in sides]
    else:
        wrong = [record for record in sent if network_of(record.row) not in _OF_CHIP]
    if wrong:
        expected = f"records of {' and '.join(sides)} cards only" if sides else "no records"
        yield expected, f"{_stans(wrong)} uploaded", [record.row for record in wrong]


def _misstated(content: Content, sent: Sequence[Record]) -> Iterator[Breach]:
    """Return the records that are not what the batch holds."""
    known = {item.stan: item for item in content.items}
    for record in sent:
        item = known.get(record.stan)
        if item:
            yield from _other(item, record)
        elif content.is_sure and (record.is_grouped or network_of(record.row) in _SINGLES):
            yield "what the batch holds", f"{record.stan:06}, which it does not hold", [record.row]
    for row in {record.row.index: record.row for record in sent}.values():
        stans = [record.stan for record in sent if record.row is row]
        if len(set(stans)) < len(stans):
            yield "each record once", "one twice in a message", [row]


def _other(item: Item, record: Record) -> Iterator[Breach]:
    """Return where a record says other things than the transaction that it repeats."""
    rows = [item.row, record.row]
    if record.amount_minor not in (None, item.amount_minor):
        yield _title(item), f"of {in_units(record.amount_minor)}", rows
    if _is_other_card(item.card, record.card):
        yield f"{item.stan:06} with {item.card}", f"with {record.card}", rows
    if record.group and item.group not in ("", record.group):
        yield f"{item.stan:06} as {item.group}", f"as {record.group}", rows
    if record.is_grouped and item.name in _ALONE:
        name = item.name.replace("_", " ")
        yield f"{name} {item.stan:06} in a message of its own", "among others", rows


def _title(item: Item) -> str:
    return f"{item.stan:06} of {in_units(item.amount_minor)}"


def _is_other_card(true: str | None, said: str | None) -> bool:
    return None not in (true, said) and true not in (said, UNKNOWN_CARD)


def _is_lossy(scene: Settling, closing: Closing) -> bool:
    """Tell whether records may have left that nobody saw."""
    faults = scene.faults(closing.first.index, closing.over)
    return not scene.is_at_terminal and not all(map(_is_of_an_answer, faults))


def _is_of_an_answer(fault: Row) -> bool:
    """Tell whether it had one answer of the host's suffer, and nothing else."""
    return fault.address.startswith("tx host") and fact.text(fault, "action") in _OF_ONE_MESSAGE


def _missing(content: Content, sent: Sequence[Record], sides: Sequence[str]) -> Iterator[Breach]:
    """Return what was to be uploaded before the end and was not."""
    are_all = len(sides) == len(GROUPS)
    stans = {record.stan for record in sent}
    due = [item for item in content.items if item.group in sides or are_all]
    due = [item for item in due if item.is_sure and item.name not in OFFLINE]
    missing = [item for item in due if item.stan not in stans]
    if missing:
        listed = ", ".join(f"{one.name} {_title(one)}" for one in missing)
        rows = {item.row.index: item.row for item in missing}.values()
        yield "all records of the groups that are not balanced", f"without {listed}", list(rows)


def _stans(records: Sequence[Record]) -> str:
    return ", ".join(f"{stan:06}" for stan in dict.fromkeys(record.stan for record in records))
