"""UnionPay POS message table: which transaction a message is, and which fields it must have.

A request is known by its MTI and the transaction type 60.1, a management message by its MTI and
the network management code 60.3, an answer as its request (MTI + 10).  Without field 60, as in
short answers, processing code and condition code decide.  Fields that acquirers define for
themselves (46, 47, 56 to 59) are allowed everywhere.  An answer owes its fields only when it
approves; of those that field tables demand, the ones that published answers lack are conditional.

Source: field presence tables and dumps named in fixtures/unionpay/README.md; field 39 and
reversals as in the JR/T 0001 and Q/CUP 009 family.  The transfer has no public layout: 0200 with
processing code 40xxxx is this project's own, unverified.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from harness.errors import DecodeError
from harness.wire.deviation import Deviation
from harness.wire.dialects.unionpay_subfields import (
    parse_batch_data,
    parse_entry_mode,
    parse_original_data,
    parse_security_control,
    parse_settlement_totals,
)
from harness.wire.iso8583 import Message
from harness.wire.response_codes import is_approval

UNKNOWN = "unknown"
REVERSAL, REVERSAL_MTI = "reversal", "0400"
TRANSFER_PROCESSING = "40"


def _numbers(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split()))


PRIVATE = _numbers("46 47 56 57 58 59")
CARD = _numbers("2 14 23 26 35 36 52 53")
SEEN = _numbers("12 13 63")  # in requests: not in the field tables, seen in captures
MONEY = _numbers("3 4 11 22 25 41 42 49 60 64")
ANSWER_ALL = _numbers("2 3 4 11 12 13 14 15 22 23 25 32 33 37 38 39 41 42 44 49 53 54 55 60 61")
ANSWER_ALL |= _numbers("62 63 64")
ANSWER_DECLINED = _numbers("11 39 41 42")
MANAGEMENT_DECLINED = _numbers("39 41 42")


@dataclass(frozen=True, slots=True)
class FieldSet:
    """Fields that a message must and may have."""

    mandatory: frozenset[int]
    conditional: frozenset[int]


def _set(mandatory: frozenset[int], conditional: frozenset[int]) -> FieldSet:
    return FieldSet(mandatory, (conditional | PRIVATE) - mandatory)


def _requests(more: str = "", may: str = "", less: str = "") -> FieldSet:
    return _set((MONEY | _numbers(more)) - _numbers(less), CARD | SEEN | _numbers(may))


@dataclass(frozen=True, slots=True)
class Answers:
    """The fields of an answer, by whether it approves."""

    approved: FieldSet
    declined: FieldSet


def _answers(
    owed: str, *, may: str = "", barred: str = "", declined: frozenset[int] = ANSWER_DECLINED
) -> Answers:
    every = (ANSWER_ALL | _numbers(may)) - _numbers(barred)
    return Answers(_set(_numbers(owed), every), _set(declined & _numbers(owed), every))


def _management(owed: str) -> Answers:
    return _answers(owed, declined=MANAGEMENT_DECLINED)


SALE_ANSWER = _answers("3 4 11 12 13 25 32 37 39 41 42 49 60 64")
REFUND_ANSWER = _answers("3 4 11 12 13 25 32 37 39 41 42 49 60 64", barred="38")
BALANCE_ANSWER = _answers("3 11 12 13 25 32 37 39 41 42 49 54 60 64", barred="4")
REVERSAL_ANSWER = _answers("3 11 12 13 25 37 39 41 42 49 64")
UPLOAD_ANSWER = _answers("11 12 13 39 41 42 60", may="48")
SETTLEMENT_ANSWER = Answers(  # field 39 may be absent, so an answer without it owes its totals
    _set(_numbers("11 12 13 41 42 48 60"), _numbers("15 32 37 39 49 63 64")),
    _set(_numbers("11 12 13 41 42 60"), _numbers("15 32 37 39 48 49 63 64")),
)
EXCHANGE_ANSWER = _management("12 13 39 41 42 60")


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction of the table."""

    name: str
    mtis: tuple[str, ...]
    request: FieldSet
    answers: Answers
    processing: str = ""  # field 3
    condition: str = ""  # field 25
    kind: str = ""  # 60.1
    networks: tuple[str, ...] = ()  # 60.3


_SALE = _requests(may="55 62")
_VOID = _requests("37 61", "38")
_ORIGINAL = _requests("38 61", "55 62")
_OFFLINE = _set(_numbers("2 3 4 11 22 25 41 42 60 63 64"), _numbers("12 13 14 23 38 49 55 61 62"))
_TOP_UP = _requests(may="37 38 48 55 61 62")

ROWS = (
    Row("sale", ("0200",), _SALE, SALE_ANSWER, "000000", "00", "22"),
    Row("void", ("0200",), _VOID, SALE_ANSWER, "200000", "00", "23"),
    Row("refund", ("0220",), _requests("37 61 63", "38"), REFUND_ANSWER, "200000", "00", "25"),
    Row("preauth", ("0100",), _SALE, SALE_ANSWER, "030000", "06", "10"),
    Row("preauth_addon", ("0100",), _SALE, SALE_ANSWER, "030000", "60", "10"),
    Row("preauth_void", ("0100",), _ORIGINAL, SALE_ANSWER, "200000", "06", "11"),
    Row("completion", ("0200",), _ORIGINAL, SALE_ANSWER, "000000", "06", "20"),
    Row("completion_advice", ("0220",), _ORIGINAL, SALE_ANSWER, "000000", "06", "24"),
    Row(
        "completion_void", ("0200",), _requests("37 61", "38 55 62"), SALE_ANSWER,
        "200000", "06", "21",
    ),
    Row("balance", ("0200",), _requests(may="55", less="4"), BALANCE_ANSWER, "310000", "00", "01"),
    Row("offline_settlement", ("0220",), _OFFLINE, SALE_ANSWER, "000000", "00", "30"),
    Row("adjust", ("0220",), _OFFLINE, SALE_ANSWER, "000000", "00", "32"),
    Row("tip", ("0220",), _OFFLINE, SALE_ANSWER, "000000", "00", "34"),
    Row(
        "offline_sale", ("0200", "0220"), _requests("55", "38 61 62"), SALE_ANSWER,
        "000000", "00", "36",
    ),
    Row("ecash_topup", ("0200",), _TOP_UP, SALE_ANSWER, "600000", "91", "45"),
    Row("ecash_topup", ("0200",), _TOP_UP, SALE_ANSWER, "630000", "91", "46"),
    Row("ecash_topup", ("0200",), _TOP_UP, SALE_ANSWER, "620000", "91", "47"),
    Row("ecash_topup", ("0200",), _TOP_UP, SALE_ANSWER, "170000", "91", "51"),
    Row("transfer", ("0200",), _TOP_UP, SALE_ANSWER),
)  # fmt: skip

_HEAD = _numbers("41 42 60")
_RECORD = _numbers("2 3 4 12 13 14 22 23 25 35 36 37 38 39 49 55 61 62 63 64")
MANAGEMENT_ROWS = (
    Row(
        "sign_in", ("0800",), _set(_HEAD | _numbers("11 63"), _numbers("12 13 53 62")),
        _management("11 12 13 32 37 39 41 42 60 62"), networks=("001", "003", "004", "005", "006"),
    ),
    Row(
        "sign_out", ("0820",), _set(_HEAD | _numbers("11"), _numbers("63")),
        _management("11 12 13 37 39 41 42 60"), networks=("002",),
    ),
    Row("echo", ("0820",), _set(_HEAD, _numbers("53")), EXCHANGE_ANSWER, networks=("301",)),
    Row(
        "parameter_download", ("0800",), _set(_HEAD, _numbers("53 62")), EXCHANGE_ANSWER,
        networks=("360", "361", "364", "365", "390", "391", "394", "395"),
    ),
    Row(
        "ca_key_download", ("0800",), _set(_HEAD, _numbers("53 62")), EXCHANGE_ANSWER,
        networks=("370", "371"),
    ),
    Row(
        "aid_download", ("0800",), _set(_HEAD, _numbers("53 62")), EXCHANGE_ANSWER,
        networks=("380", "381"),
    ),
    Row(
        "status_upload", ("0820",), _set(_HEAD | _numbers("62"), _numbers("53")), EXCHANGE_ANSWER,
        networks=("362", "372", "382", "390"),
    ),
    Row(
        "settlement", ("0500",), _set(_HEAD | _numbers("11 48 49 63"), frozenset()),
        SETTLEMENT_ANSWER, networks=("201",),
    ),
    Row(
        "batch_upload", ("0320",), _set(_HEAD | _numbers("11 48"), _numbers("49 63")),
        UPLOAD_ANSWER, networks=("201", "202", "207"),
    ),
    Row(
        "batch_upload", ("0320",), _set(_HEAD | _numbers("11 22"), _RECORD),
        UPLOAD_ANSWER, networks=("203", "204", "205", "206"),
    ),
    Row(
        "batch_upload", ("0320",), _set(_HEAD | _numbers("3 11 22 25 49 64"), _RECORD),
        UPLOAD_ANSWER, networks=("000", ""),
    ),
    Row(
        "script_notice", ("0620",), _set(_HEAD | _numbers("3 11 22 25 55"), _RECORD),
        UPLOAD_ANSWER, networks=("951",),
    ),
)  # fmt: skip

MANAGEMENT_MTIS = frozenset(mti for row in MANAGEMENT_ROWS for mti in row.mtis)
REVERSIBLE = frozenset(
    {
        "sale", "void", "preauth", "preauth_addon", "preauth_void", "completion",
        "completion_void", "ecash_topup", "transfer",
    }
)  # fmt: skip
_REVERSAL_REQUIRED = {
    "void": "61",
    "completion_void": "61",
    "preauth_void": "2 38 61",
    "completion": "38 61",
}
_REVERSAL_MAY = _numbers("2 12 13 14 23 38 55 62 63")
_PARSERS: dict[int, Callable[[str], object]] = {
    22: parse_entry_mode,
    53: parse_security_control,
    60: parse_batch_data,
    61: parse_original_data,
}
_SETTLEMENT: dict[int, Callable[[str], object]] = {
    48: parse_settlement_totals,
    60: parse_batch_data,
}


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """What one message of a transaction must look like; `of` names what a reversal reverses."""

    transaction: str
    mti: str
    is_answer: bool
    mandatory: frozenset[int]
    conditional: frozenset[int]
    values: Mapping[int, str] = field(default_factory=dict)
    has_card: bool = False
    of: str = ""

    @property
    def forbidden(self) -> frozenset[int]:
        """Return the fields that the message must not have."""
        return frozenset(range(2, 65)) - self.mandatory - self.conditional


def is_answer(mti: str) -> bool:
    """Tell whether the MTI is that of an answer."""
    return len(mti) == 4 and mti[2] in "1357"


def request_mti(mti: str) -> str:
    """Return the MTI of the request that an answer belongs to, or the request's own."""
    return f"{mti[:2]}{int(mti[2]) - 1}{mti[3]}" if is_answer(mti) else mti


def is_reversible(transaction: str) -> bool:
    """Tell whether a transaction without a valid answer has to be reversed."""
    return transaction in REVERSIBLE


def transaction_name(message: Message) -> str:
    """Return the name of the message's transaction: "sale", "reversal", ... or "unknown"."""
    spec = spec_for(message)
    if spec is not None:
        return spec.transaction
    return REVERSAL if request_mti(message.mti) == REVERSAL_MTI else UNKNOWN


def spec_for(message: Message) -> MessageSpec | None:
    """Return the specification of a message; None when it is not in the table."""
    f60 = message.text(60)
    approves = is_approval(message.text(39)) or 39 not in message.fields
    return _spec_of(
        message.mti, message.text(3), message.text(25), f60[:2], f60[8:11], approves=approves
    )


@lru_cache(maxsize=1024)  # a campaign asks for the same dozen a million times
def _spec_of(
    mti: str, processing: str, condition: str, kind: str, network: str, *, approves: bool
) -> MessageSpec | None:
    request = request_mti(mti)
    if request in MANAGEMENT_MTIS:
        row = _management_row(request, network)
    else:
        row = _row(request, processing, condition, kind)
    if row is None:
        return None
    is_reversal = request == REVERSAL_MTI
    answers = REVERSAL_ANSWER if is_reversal else row.answers
    fields = _reversal_request(row) if is_reversal else row.request
    if is_answer(mti):
        fields = answers.approved if approves else answers.declined
    return _spec(row, mti, fields)


def _management_row(mti: str, network: str) -> Row | None:
    rows = (row for row in MANAGEMENT_ROWS if mti in row.mtis and network in row.networks)
    return next(rows, None)


def _row(mti: str, processing: str, condition: str, kind: str) -> Row | None:
    is_reversal = mti == REVERSAL_MTI
    rows = [row for row in ROWS if mti in row.mtis or (is_reversal and is_reversible(row.name))]
    if processing.startswith(TRANSFER_PROCESSING):
        return next((row for row in rows if row.name == "transfer"), None)
    typed = [row for row in rows if row.kind == kind or not kind]
    exact = [row for row in typed if (row.processing, row.condition) == (processing, condition)]
    return next(iter(exact or (typed if kind else [])), None)  # 60.1 outweighs a wrong 3 or 25


def _reversal_request(row: Row) -> FieldSet:
    owed = MONEY | {39} | _numbers(_REVERSAL_REQUIRED.get(row.name, ""))
    return _set(owed, _REVERSAL_MAY)


def _spec(row: Row, mti: str, fields: FieldSet) -> MessageSpec:
    is_reversal = request_mti(mti) == REVERSAL_MTI
    expected = {3: row.processing, 25: row.condition}
    return MessageSpec(
        transaction=REVERSAL if is_reversal else row.name,
        mti=mti,
        is_answer=is_answer(mti),
        mandatory=fields.mandatory,
        conditional=fields.conditional,
        values=MappingProxyType({n: value for n, value in expected.items() if value}),
        has_card=not (row.networks or is_reversal or is_answer(mti)),
        of=row.name if is_reversal else "",
    )


def profile_deviations(message: Message, spec: MessageSpec) -> tuple[Deviation, ...]:
    """Return where a message that can be read is not what its specification says.

    Their offsets are 0: presence and values have no place in the bytes.
    """
    found = [
        *_presence(message, spec),
        *_values(message, spec),
        *_layouts(message, spec),
    ]
    if spec.has_card:
        found += [*_card(message), *_pin(message)]
    return tuple(found)


def _deviation(number: int, what: str) -> Deviation:
    return Deviation(str(number), 0, "not_in_profile", what)


def _presence(message: Message, spec: MessageSpec) -> Iterator[Deviation]:
    name = f"{spec.transaction} {spec.mti}"
    for number in sorted(spec.mandatory - message.fields.keys()):
        yield _deviation(number, f"missing in {name}")
    for number in sorted(message.fields.keys() - spec.mandatory - spec.conditional):
        yield _deviation(number, f"not allowed in {name}")


def _values(message: Message, spec: MessageSpec) -> Iterator[Deviation]:
    for number, value in spec.values.items():
        if number in message.fields and message.fields[number] != value:
            yield _deviation(number, f"not {value} as in {spec.of or spec.transaction}")


def _layouts(message: Message, spec: MessageSpec) -> Iterator[Deviation]:
    for number, parse in (_SETTLEMENT if spec.transaction == "settlement" else _PARSERS).items():
        try:
            if number in message.fields:
                parse(message.fields[number])
        except DecodeError as error:
            yield _deviation(number, error.what)
    if message.text(22).startswith("00"):
        yield Deviation("22", 0, "cosmetic", "begins with 00: right-justified, it seems")


def _card(message: Message) -> Iterator[Deviation]:
    if not message.fields.keys() & {2, 35, 36}:
        yield _deviation(2, "missing, and so are tracks 2 and 3: no card is named")


def _pin(message: Message) -> Iterator[Deviation]:
    has_block, security = 52 in message.fields, message.text(53)
    if has_block != (26 in message.fields):
        yield _deviation(26, "must be there exactly when field 52 is")
    if has_block and security[:1] not in ("1", "2"):
        yield _deviation(53, "must name the format of the PIN block in field 52")
    if not has_block and security[:1] not in ("", "0"):
        yield _deviation(53, "names a PIN block, and field 52 is missing")
    if has_block != (message.text(22)[2:] == "1"):
        yield _deviation(22, "its third digit must be 1 exactly when field 52 is there")
