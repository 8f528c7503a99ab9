"""What a frame from the host means to a request that is waiting: the checks of an answer.

Source: UnionPay POS terminals: MTI + 10, the same fields 3, 4, 11, 41 and 42, a known code in
field 39, a MAC that is right.
"""

from enum import Enum, auto

from harness.emulator.terminal.config import TerminalConfig
from harness.errors import DecodeError
from harness.wire.dialects.unionpay import HEADER_SIZE, PREFIX_SIZE, decode_frame
from harness.wire.iso8583 import Message
from harness.wire.mac import MAC_FIELD, is_mac_right
from harness.wire.response_codes import APPROVALS, PARTIAL_APPROVAL, RESPONSE_CODES
from harness.wire.tpdu import TPDU_SIZE

SALE_PROCESSING = "000000"
ALWAYS = (11, 41, 42)  # fields that every answer repeats
ON_APPROVAL = (3, 4)
CONCLUDING = frozenset({"00", "12", "25"})


class Meaning(Enum):
    """What a frame is to the request."""

    FOREIGN = auto()  # unreadable, too late, or of another request: the wait goes on
    WRONG_MAC = auto()
    UNKNOWN = auto()  # field 39 says nothing that the profile knows
    APPROVED = auto()
    DECLINED = auto()


class Answers:
    """Judges the answers to one terminal's requests."""

    def __init__(self, config: TerminalConfig) -> None:
        self._config = config
        self.known, self.approvals = _codes(config.f39_table)

    def judge(self, request: Message, data: bytes, mak: bytes | None) -> tuple[Meaning, Message]:
        """Return what the frame means to a request; without a key no MAC is due."""
        try:
            frame = decode_frame(data)
        except DecodeError:
            return Meaning.FOREIGN, request
        message = frame.message
        body_at = PREFIX_SIZE + TPDU_SIZE + (HEADER_SIZE if frame.header else 0)
        if not self.is_ours(request, message):
            return Meaning.FOREIGN, message
        if mak is not None and not self.is_mac_good(message, data[body_at:], mak):
            return Meaning.WRONG_MAC, message
        if not self.is_known(_code(message)):
            return Meaning.UNKNOWN, message
        return Meaning.APPROVED if self._approves(message) else Meaning.DECLINED, message

    def is_ours(self, request: Message, answer: Message) -> bool:
        """Tell whether the answer is that of the request."""
        if answer.mti != f"{int(request.mti) + 10:04}":
            return False
        if any(answer.text(number) != request.text(number) for number in ALWAYS):
            return False
        is_owed = self._approves(answer) and request.mti != "0400"  # a 0410 may lack field 4
        return all(
            self.is_repeated(request, answer, number, is_owed=is_owed) for number in ON_APPROVAL
        )

    def is_repeated(self, request: Message, answer: Message, number: int, *, is_owed: bool) -> bool:
        """Tell whether the answer has a field of the request unchanged, or may lack it."""
        asked, told = request.text(number), answer.text(number)
        if not asked:
            return True
        if number == 4 and self._is_partial(answer):
            return told.isdigit() and 0 < int(told) <= int(asked)
        return told == asked or not (told or is_owed)

    def is_mac_good(self, message: Message, body: bytes, mak: bytes) -> bool:
        """Tell whether the MAC is right; a decline may have none, or by profile a wrong one."""
        if not self._approves(message) and (
            MAC_FIELD not in message.fields or self._config.mac_on_decline == "skipped"
        ):
            return True
        return is_mac_right(body, mak, width=self._config.mac_width)

    def is_known(self, code: str) -> bool:
        """Tell whether the profile knows the code."""
        return code in self.known

    def _approves(self, answer: Message) -> bool:
        code = _code(answer)
        if code == PARTIAL_APPROVAL:
            return self._is_partial(answer)
        return code in self.approvals

    def _is_partial(self, answer: Message) -> bool:
        return answer.text(39) == PARTIAL_APPROVAL and answer.text(3) == SALE_PROCESSING


def _code(answer: Message) -> str:
    """Return field 39; the answer to a settlement may do without it."""
    return answer.text(39) or ("00" if answer.mti == "0510" else "")


def _codes(table: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the codes that are known, and those that approve."""
    rows = [parts for parts in map(str.split, table) if parts]
    if not rows:
        return frozenset(RESPONSE_CODES), APPROVALS
    return frozenset(row[0] for row in rows), frozenset(row[0] for row in rows if row[1:] == ["A"])
