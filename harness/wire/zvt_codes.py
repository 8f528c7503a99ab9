"""ZVT codes in words: results (BMP 27, 06 1E, 84 xx) and what a terminal is doing (04 FF).

Source: ZVT protocol PA00P015 (terminalhersteller.de), tables of error and intermediate status
codes; in our own words.  Results 01 to 63 (hexadecimal) are the host's, so each host's own.
"""

from collections.abc import Mapping

SUCCESS = 0x00
ABORTED = 0x6C
CURRENCY_WRONG = 0x6F
END_OF_DAY_IMPOSSIBLE = 0x77
JOURNAL_FULL = 0xB2
ALREADY_REVERSED = 0xB4
REVERSAL_IMPOSSIBLE = 0xB5
PRINTER_NOT_READY = 0xCC
END_OF_DAY_OPEN = 0xF0
SYSTEM_ERROR = 0xFF

RESULT_CODES: Mapping[int, str] = {
    SUCCESS: "success",
    0x64: "card unreadable",
    0x65: "no card data",
    0x66: "card could not be processed",
    0x67: "not permitted for debit cards",
    0x68: "not permitted for credit cards",
    0x6A: "turnover file full",
    0x6B: "terminal not registered",
    ABORTED: "time-out or abort key",
    0x6E: "card on the blocked list",
    CURRENCY_WRONG: "wrong currency",
    0x71: "credit on the chip too low",
    0x72: "chip failed",
    0x73: "card data wrong",
    0x74: "key engine exhausted",
    0x75: "text not authentic",
    0x76: "card not on the white list",
    END_OF_DAY_IMPOSSIBLE: "end of day impossible",
    0x78: "card expired",
    0x79: "card not yet valid",
    0x7A: "card unknown",
    0x7B: "fall-back to the stripe not possible for this debit card",
    0x7C: "fall-back to the stripe not possible",
    0x7D: "communication module does not answer",
    0x83: "function not possible",
    0x85: "key missing",
    0x89: "PIN pad defective",
    0x9A: "protocol error",
    0x9B: "dial-up or communication error",
    0x9C: "please wait",
    0xA0: "receiver not ready",
    0xA1: "remote station does not answer",
    0xA3: "no connection",
    0xA4: "stored transactions could not be sent",
    0xB1: "memory full",
    JOURNAL_FULL: "merchant journal full",
    ALREADY_REVERSED: "already reversed",
    REVERSAL_IMPOSSIBLE: "reversal not possible",
    0xB7: "pre-authorisation amount wrong",
    0xB8: "pre-authorisation failed",
    0xBF: "supply voltage too low",
    0xC0: "card lock defective",
    0xC1: "merchant card locked",
    0xC2: "diagnosis needed",
    0xC3: "amount above the maximum",
    0xC4: "card profile invalid",
    0xC5: "payment method not supported",
    0xC6: "currency not applicable",
    0xC8: "amount too small",
    0xC9: "maximum amount too small",
    0xCB: "only in euro",
    PRINTER_NOT_READY: "printer not ready",
    0xD2: "not permitted for service cards",
    0xDC: "card still inserted",
    0xDD: "card could not be ejected",
    0xDE: "card could not be inserted",
    0xE0: "remote maintenance on",
    0xE2: "card reader defective",
    0xE3: "shutter closed",
    0xE7: "goods group not found",
    0xE8: "no table of goods groups",
    0xE9: "restriction code not permitted",
    0xEA: "card code not permitted",
    0xEB: "PIN algorithm unknown",
    0xEC: "PIN cannot be processed",
    0xED: "PIN pad does not work",
    END_OF_DAY_OPEN: "an end-of-day batch is open",
    0xF1: "off-line error",
    0xF5: "initialisation error",
    0xF6: "initialisation data missing",
    0xFA: "off-line transactions could not be sent",
    0xFB: "turnover data defective",
    0xFC: "a needed device is absent or defective",
    0xFD: "baud rate not supported",
    0xFE: "register unknown",
    SYSTEM_ERROR: "system error",
}

WAITING_FOR_HOST = 0x04
SENDING_REVERSAL = 0x05
SENDING_POST_BOOKINGS = 0x06
INSERT_CARD = 0x0A
REMOVE_CARD = 0x0B
PLEASE_WAIT = 0x0E
AUTOMATIC_END_OF_DAY = 0x0F
DECLINED = 0x1D

INTERMEDIATE_STATUSES: Mapping[int, str] = {
    0x00: "waiting for the amount to be confirmed",
    0x01: "watch the PIN pad",
    0x02: "watch the PIN pad",
    0x03: "not accepted",
    WAITING_FOR_HOST: "waiting for the host",
    SENDING_REVERSAL: "sending a reversal",
    SENDING_POST_BOOKINGS: "sending post-bookings",
    0x07: "card not admitted",
    0x08: "card unknown",
    0x09: "card expired",
    INSERT_CARD: "insert the card",
    REMOVE_CARD: "remove the card",
    0x0C: "card unreadable",
    0x0D: "processing error",
    PLEASE_WAIT: "please wait",
    AUTOMATIC_END_OF_DAY: "automatic end of day begins",
    0x10: "card invalid",
    0x11: "balance displayed",
    0x12: "system malfunction",
    0x13: "payment not possible",
    0x14: "credit too low",
    0x15: "PIN wrong",
    0x16: "limit too low",
    0x17: "please wait",
    0x18: "PIN tries used up",
    0x19: "card data wrong",
    0x1A: "service mode",
    0x1B: "approved, fill up",
    0x1C: "approved, take the goods",
    DECLINED: "declined",
    0xC8: "ask the cashier",
    0xCB: "merchant journal full",
    0xD2: "connecting",
    0xD3: "connected",
    0xE0: "waiting for the application to be chosen",
    0xE1: "waiting for the language to be chosen",
    0xF1: "off-line",
    0xF2: "on-line",
    0xF3: "off-line transaction",
    0xFF: "no code for this",
}


def describe_result(code: int) -> str:
    """Return a result code in hexadecimal and in words, as findings print it."""
    words = "the host's own" if 0 < code < 0x64 else RESULT_CODES.get(code, "unknown")
    return f"{code:02X} ({words})"


def describe_status(code: int) -> str:
    """Return an intermediate status code in hexadecimal and in words."""
    return f"{code:02X} ({INTERMEDIATE_STATUSES.get(code, 'unknown')})"
