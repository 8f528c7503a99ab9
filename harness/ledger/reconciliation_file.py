"""A reader of an acquirer's reconciliation file, and what its rows and the books disagree on.

A file has a row for each transaction, in CSV with a line of names, or in columns of fixed width;
a layout says where each part of a record is.  Terminal, batch and STAN tell which transaction a
row is about; where these fit none, an RRN may.

The text is read as it was given: no file is opened here.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from harness.errors import DecodeError, MisuseError
from harness.ledger.books import Books, Posting
from harness.ledger.enquiry import WRAP
from harness.ledger.reconciliation import Difference
from harness.ledger.transaction import REFUND, SALE, VOID, is_taken_back

NEEDED = frozenset({"terminal_id", "batch", "stan", "amount_minor"})
DIGITS_MAX = 12
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One row; `line` is its number in the file, "" is a part that the layout has not.

    `card` is a token, `date` the business date as YYYYMMDD, `name` that of a posting.
    """

    line: int
    terminal_id: str
    batch: str
    stan: int
    amount_minor: int
    name: str = ""
    card: str = ""
    rrn: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the parts of a record are, and how they are written.

    `columns` has for each part the name of its column in CSV, or where it begins and ends, from 0,
    in a line of fixed width.  `names` maps what the file says to names of postings.  An amount
    with a decimal point is one in units of a hundred minor ones.  `head_lines` are no records.
    Raises MisuseError if a part is unknown, a needed one is missing, or both kinds are mixed.
    """

    columns: Mapping[str, str] | Mapping[str, tuple[int, int]]
    names: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ","
    head_lines: int = 0

    def __post_init__(self) -> None:
        known = {each.name for each in fields(FileRecord)} - {"line"}
        if unknown := self.columns.keys() - known:
            raise MisuseError(f"layout: {min(unknown)} is no part of a record")
        if missing := NEEDED - self.columns.keys():
            raise MisuseError(f"layout: {min(missing)} is needed")
        if len({type(place) for place in self.columns.values()}) > 1:
            raise MisuseError("layout: columns by name and by place cannot be mixed")

    def rows(self, text: str) -> Iterator[tuple[int, Row]]:
        """Return the rows with the numbers of their lines; blank lines are none.

        Raises DecodeError for CSV that cannot be read or has not a column that it should have.
        """
        every = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        lines = [line for line in enumerate(every, start=1) if line[1].strip()][self.head_lines :]
        names = {part: place for part, place in self.columns.items() if isinstance(place, str)}
        return self._by_name(lines, names) if names else self._by_place(lines)

    def _by_name(
        self, lines: list[tuple[int, str]], names: Mapping[str, str]
    ) -> Iterator[tuple[int, Row]]:
        table = csv.DictReader([text for _, text in lines], delimiter=self.delimiter, restval="")
        try:
            if absent := set(names.values()) - set(table.fieldnames or ()):
                raise DecodeError(f"no column {min(absent)!r}")
            for row in table:
                line = lines[table.line_num - 1][0]
                yield line, {part: row[name].strip() for part, name in names.items()}
        except csv.Error as error:
            raise DecodeError(f"no CSV: {error}") from None

    def _by_place(self, lines: list[tuple[int, str]]) -> Iterator[tuple[int, Row]]:
        places = {
            part: slice(*place)
            for part, place in self.columns.items()
            if not isinstance(place, str)
        }
        for line, text in lines:
            yield line, {part: text[place].strip() for part, place in places.items()}


def read_records(text: str, layout: Layout, token: Callable[[str], str] = str) -> list[FileRecord]:
    """Return the records of a file; `token` gives that of a card by its number as written.

    Raises DecodeError, with the line, for a number that is none or a name that is not known.
    """
    return records_of(layout.rows(text), layout, token)


def records_of(
    rows: Iterable[tuple[int, Row]], layout: Layout, token: Callable[[str], str] = str
) -> list[FileRecord]:
    """Return the records of rows that somebody else has read, as `read_records` does."""
    return [_record(line, row, layout, token) for line, row in rows]


def _record(line: int, row: Row, layout: Layout, token: Callable[[str], str]) -> FileRecord:
    name = row.get("name", "")
    if name and name not in layout.names:
        raise DecodeError("a name that the layout does not know", field="name", offset=line)
    return FileRecord(
        line=line,
        terminal_id=row["terminal_id"],
        batch=f"{_whole(row['batch'], 'batch', line):06}",
        stan=_whole(row["stan"], "stan", line),
        amount_minor=_minor(row, line),
        name=layout.names.get(name, ""),
        card=token(row["card"]) if row.get("card") else "",
        rrn=row.get("rrn", ""),
        date=row.get("date", ""),
    )


def _whole(text: str, part: str, line: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX):
        raise DecodeError("not a whole number", field=part, offset=line)
    return int(text)


def _minor(row: Row, line: int) -> int:
    units, point, hundredths = row["amount_minor"].partition(".")
    if not point:
        return _whole(units, "amount_minor", line)
    if len(hundredths) != 2:
        raise DecodeError("not an amount with two decimals", field="amount_minor", offset=line)
    return _whole(units + hundredths, "amount_minor", line)


def booked(books: Books, **equal: str | int) -> list[Posting]:
    """Return what a file should have of the postings with these values: taken back is nothing."""
    names = frozenset({SALE, VOID, REFUND})
    found = (one for one in books.find(**equal) if one.name in names)
    return [one for one in found if not is_taken_back(books, one)]


def concerned(postings: Sequence[Posting], records: Iterable[FileRecord]) -> list[FileRecord]:
    """Return the records that can be about these postings, oldest first; a file has others too.

    They have an RRN of theirs, or are of the same terminal and batch and not before the first.
    """
    first = {(one.terminal_id, one.batch): one.stan for one in reversed(postings)}
    rrns = {one.rrn for one in postings if one.rrn}
    return [row for row in records if row.rrn in rrns or _is_since(row, first)]


def _is_since(row: FileRecord, first: Mapping[tuple[str, str], int]) -> bool:
    """Tell whether a row has a STAN that its batch had then, or later; STANs wrap."""
    begin = first.get((row.terminal_id, row.batch))
    return begin is not None and (row.stan - begin) % WRAP < WRAP // 2


def compare(postings: Iterable[Posting], records: Sequence[FileRecord]) -> list[Difference]:
    """Return one difference for each missing, extra or altered row of a file."""
    pairing = _Pairing(list(postings), list(records))
    pairing.pair(lambda own: (own.terminal_id, own.batch, own.stan), _number_of)
    pairing.pair(lambda own: own.rrn, lambda record: record.rrn)
    return [
        *(Difference("missing", own, f"{own.reference} is not in it") for own in pairing.own),
        *(
            Difference("extra", None, f"line {row.line} is not in the books")
            for row in pairing.rows
        ),
        *(_altered(own, row) for own, row in pairing.pairs if _parts(own, row)),
    ]


def _number_of(record: FileRecord) -> tuple[str, str, int]:
    return record.terminal_id, record.batch, record.stan


@dataclass(slots=True)
class _Pairing:
    """What is left of both sides, and what was found to belong together."""

    own: list[Posting]
    rows: list[FileRecord]
    pairs: list[tuple[Posting, FileRecord]] = field(default_factory=list)

    def pair(
        self, key: Callable[[Posting], object], key_of_row: Callable[[FileRecord], object]
    ) -> None:
        """Take out what has the same key; the first of several rows is taken, "" is no key."""
        waiting: defaultdict[object, list[FileRecord]] = defaultdict(list)
        for row in self.rows:
            waiting[key_of_row(row)].append(row)
        left = []
        for own in self.own:
            if key(own) and waiting[key(own)]:
                self.pairs.append((own, waiting[key(own)].pop(0)))
            else:
                left.append(own)
        taken = {row.line for _, row in self.pairs}
        self.own, self.rows = left, [row for row in self.rows if row.line not in taken]


def _altered(own: Posting, row: FileRecord) -> Difference:
    parts = ", ".join(_parts(own, row))
    return Difference("altered", own, f"line {row.line} has another {parts} than {own.reference}")


def _parts(own: Posting, row: FileRecord) -> list[str]:
    """Return the parts in which a row differs from its posting; what it has not is not compared."""
    said = {
        "terminal_id": (own.terminal_id, row.terminal_id),
        "batch": (own.batch, row.batch),
        "stan": (own.stan, row.stan),
        "amount_minor": (own.amount_minor, row.amount_minor),
        "name": (own.name, row.name or own.name),
        "card": (own.card, row.card or own.card),
        "rrn": (own.rrn, row.rrn or own.rrn),
        "date": (own.business_date, row.date or own.business_date),
    }
    return [part for part, (mine, theirs) in said.items() if mine != theirs]
