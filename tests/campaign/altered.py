"""Histories in which one thing is not as it was: a row of the books, a slip, a record, a result."""

from dataclasses import replace

from harness.history.record import History

MONEY = ("sale", "void", "refund")
UNDOING = ("reversal", "manual_return")


def postings(history):
    """Return the rows of the books that moved money of a card."""
    return [
        row for row in history.rows if row.kind == "ledger" and row.address in (*MONEY, *UNDOING)
    ]


def slips(history):
    """Return the approval slips that have a number."""
    prints = (row for row in history.rows if row.kind == "print")
    return [row for row in prints if row.facts.get("says_approved") and "voucher" in row.facts]


def first_slips(history):
    """Return the slips of sales that came out as they should, each but one copy of it."""
    calls = [row for row in history.rows if row.actor == "till" and row.kind in ("invoke", "ok")]
    spans = [
        (one.index, other.index)
        for one, other in zip(calls, calls[1:], strict=False)
        if (one.kind, other.kind, one.address) == ("invoke", "ok", "sale")
    ]
    faults = [row.index for row in history.rows if row.kind == "fault"]
    calm = [span for span in spans if not any(span[0] < each < span[1] for each in faults)]
    return [row for row in slips(history) if any(one < row.index < end for one, end in calm)]


def records(history):
    """Return the non-volatile writes that brought a new record into the journal."""
    writes = [row for row in history.rows if (row.kind, row.address) == ("nv", "journal")]
    whole = [row for row in writes if row.facts.get("records") and not row.facts.get("torn")]
    return [
        row
        for before, row in zip([None, *whole], whole, strict=False)
        if before is None or newest(row) not in before.facts["records"]
    ]


def results(history):
    """Return the ends of calls that told the till of an approval."""
    ends = (row for row in history.rows if (row.actor, row.kind) == ("till", "ok"))
    return [row for row in ends if row.address in MONEY]


def newest(row):
    return row.facts["records"][-1]


def voucher_of(row):
    """Return the number of the transaction that a row is about."""
    if row.kind == "nv":
        return int(newest(row).split("|")[0])
    return row.facts["stan"] if row.kind == "ledger" else row.facts["voucher"]


def with_rows(history, rows):
    """Return the history of these rows, numbered anew."""
    numbered = (row if row.index == n else replace(row, index=n) for n, row in enumerate(rows))
    return History(history.header, tuple(numbered))


def changed(history, row, **facts):
    other = replace(row, facts={**row.facts, **facts})
    return with_rows(history, [*history.rows[: row.index], other, *history.rows[row.index + 1 :]])


def more(history, row, by=1):
    """Return the history with another amount in a row, its entries as they were."""
    return changed(history, row, amount_minor=row.facts["amount_minor"] + by)


def moved(history, row):
    """Return the history in which a posting moves a cent more, and says so."""
    entries = tuple(map(_one_more, row.facts["entries"]))
    return changed(history, row, amount_minor=row.facts["amount_minor"] + 1, entries=entries)


def _one_more(entry):
    account, _, minor = entry.rpartition(" ")
    return f"{account} {int(minor) + (1 if int(minor) > 0 else -1)}"


def missing(history, row):
    return with_rows(history, [*history.rows[: row.index], *history.rows[row.index + 1 :]])


def doubled(history, row):
    place = row.index + 1
    return with_rows(history, [*history.rows[:place], row, *history.rows[place:]])


def of_other_card(history, row):
    own = row.facts["card"]
    card = "card-2" if own != "card-2" else "card-1"
    entries = {"entries": tuple(e.replace(own, card) for e in row.facts.get("entries", ()))}
    return changed(history, row, card=card, **entries if row.kind == "ledger" else {})


def without_slips(history, row):
    """Return the history without any slip of a transaction."""
    key = row.facts.get("batch"), row.facts["voucher"]
    rows = [
        each
        for each in history.rows
        if each.kind != "print" or (each.facts.get("batch"), each.facts.get("voucher")) != key
    ]
    return with_rows(history, rows)


def record_more(history, row):
    """Return the history in which a record has another amount in all writes."""
    stan, name, minor, state = newest(row).split("|")
    return _with_records(history, row, lambda text: _other(text, stan, int(minor) + 1))


def _other(text, stan, minor):
    own, name, _, state = text.split("|")
    return f"{stan}|{name}|{minor}|{state}" if own == stan else text


def record_missing(history, row):
    """Return the history in which a record is in no write."""
    stan = newest(row).split("|")[0]
    return _with_records(history, row, lambda text: None if text.split("|")[0] == stan else text)


def record_more_once(history, row):
    """Return the history in which a record has another amount in one write of several."""
    stan, _, minor, _ = newest(row).split("|")
    own = tuple(_other(text, stan, int(minor) + 1) for text in row.facts["records"])
    return changed(history, row, records=own)


def _with_records(history, first, alter):
    rows = []
    for row in history.rows:
        is_later = (row.kind, row.address) == ("nv", "journal") and row.index >= first.index
        if is_later and "records" in row.facts:
            kept = tuple(filter(None, map(alter, row.facts["records"])))
            row = replace(row, facts={**row.facts, "records": kept})
        rows.append(row)
    return with_rows(history, rows)


def denied(history, row):
    """Return the history in which the till was told a refusal."""
    other = replace(row, kind="fail")
    return with_rows(history, [*history.rows[: row.index], other, *history.rows[row.index + 1 :]])


ALTERATIONS = {  # what is altered, of which rows, and whether the books agree with the till then
    "posting of another amount": (postings, more),
    "posting that moves a cent more": (postings, moved),
    "posting missing": (postings, missing),
    "posting doubled": (postings, doubled),
    "posting of another card": (postings, of_other_card),
    "slip of another amount": (slips, more),
    "slip of another card": (slips, of_other_card),
    "copy of a slip missing": (first_slips, missing),
    "slip missing": (first_slips, without_slips),
    "record of another amount": (records, record_more),
    "record of another amount in one write": (records, record_more_once),
    "record missing": (records, record_missing),
    "result of another amount": (results, more),
    "result denied": (results, denied),
}
