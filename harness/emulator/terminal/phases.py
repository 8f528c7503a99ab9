"""Where the terminal stands, and what can move it.

A phase in which it WRITES waits for `Stored` of one area.  READING, READY, NUMBERED, DECLINING and
FAILING last for no event: what comes next is decided there by what the terminal remembers.
"""

from enum import Enum, auto


class Phase(Enum):
    """Where the terminal stands."""

    __hash__ = object.__hash__  # looked up with every event: Enum's own is slow

    IDLE = auto()
    RECOVERING = auto()  # writes: clears the reversal of a sale that the journal has
    BEGINNING = auto()  # writes: the till wants a sale
    READING = auto()  # what is asked of the customer next
    AWAITING_CARD = auto()
    AWAITING_PIN = auto()
    DIALLING = auto()
    READY = auto()  # the line is up
    NUMBERING = auto()  # writes: the number of the next request
    NUMBERED = auto()
    SECURING = auto()  # writes: the pending reversal, before the request
    AWAITING_ANSWER = auto()  # of a sale
    INQUIRING = auto()  # awaits the answer of a balance inquiry
    REFUNDING = auto()  # awaits the answer of a refund
    JOURNALLING = auto()  # writes: the approved sale
    CLEARING = auto()  # writes: no reversal is pending any more
    PRINTING = auto()
    REFUSING = auto()  # writes: a decline leaves no reversal
    DECLINING = auto()
    SIGNING_OUT = auto()  # writes: a decline that asks for another sign-in
    GIVING_UP = auto()  # writes: why the sale will be reversed
    FINISHING = auto()  # writes: what became of the sale
    COUNTING = auto()  # writes: one more attempt, before the 0400
    REVERSING = auto()  # awaits the 0410
    FAILING = auto()  # the 0400 was not concluded
    UNCOUNTING = auto()  # writes: the 0400 could not leave
    CONCLUDING = auto()  # writes: the reversal is concluded
    SETTLING = auto()  # writes: what became of the sale that was reversed
    RENEWING = auto()  # writes: signed out, to sign in again before the 0400 is repeated
    EXHAUSTING = auto()  # prints the fault slip
    DROPPING = auto()  # writes: the reversal is given up
    SIGNING_IN = auto()  # awaits the 0810
    TAKING_BATCH = auto()  # writes: batch and clock from the host
    TAKING_KEYS = auto()  # writes: the new keys
    REPRINTING = auto()
    PRINTING_REST = auto()  # of its own accord, when there is paper again
    RECORDING = auto()  # writes: the slips are out after all
    STAGING = auto()  # writes: how far the settlement has come
    TOTALLING = auto()  # awaits the 0510
    UNSTAGING = auto()  # writes: the settlement has not begun after all
    UPLOADING = auto()  # awaits the 0330 of records
    ENDING = auto()  # awaits the 0330 of the end
    PRINTING_TOTALS = auto()  # the settlement slip
    EMPTYING = auto()  # writes: the empty journal
    RAISING = auto()  # writes: the next batch
    CLOSING = auto()  # writes: no settlement is under way any more
    LEAVING = auto()  # awaits the answer of a sign-out
    FORGETTING = auto()  # writes: signed out
    ADMITTING = auto()  # writes: nobody knows of the refund, before it is sent
    REPORTING = auto()  # awaits the answer to what the host asked for
    FILING = auto()  # writes: the settlement slip is out after all


class Trigger(Enum):
    """What an event means, or what is due next; conditions are decided before."""

    __hash__ = object.__hash__  # as of Phase

    BOOTED = auto()
    BOOTED_COMPLETED = auto()  # and a reversal is stored of a sale that the journal has
    BOOTED_SETTLED = auto()  # and a settlement has only to be closed
    SALE = auto()
    INQUIRY = auto()
    SIGN_IN = auto()
    REPRINT = auto()
    SETTLEMENT = auto()
    SIGN_OUT = auto()
    DEMAND = auto()  # of the host
    SLIP_LEFT = auto()  # of a settlement, and there is paper
    CARD_DUE = auto()
    PIN_DUE = auto()
    LINE_DUE = auto()
    REFUSED = auto()  # a card transaction that cannot be begun now
    PAPER_IN = auto()  # and slips are left to print
    CARD = auto()
    CARD_REFUSED = auto()
    PIN = auto()
    CANCELLED = auto()
    CONNECTED = auto()
    UNCONNECTED = auto()
    STORED = auto()
    STORE_FAILED = auto()
    APPROVED = auto()
    DECLINED = auto()
    SPOILED = auto()  # an answer to the request, and not a valid one
    SILENT = auto()
    UNSENT = auto()
    CONCLUDED = auto()
    UNCONCLUDED = auto()
    MUST_SIGN_IN = auto()
    KEYS = auto()
    PRINTED = auto()
    ALL_PRINTED = auto()
    UNPRINTED = auto()
    SALE_DUE = auto()
    INQUIRY_DUE = auto()
    SIGN_IN_DUE = auto()
    SIGN_OUT_DUE = auto()
    REFUND_DUE = auto()
    STAGE_DUE = auto()
    TOTALS_DUE = auto()
    GROUP_DUE = auto()
    RECORD_DUE = auto()
    RESEND_DUE = auto()
    GAP_DUE = auto()  # records that the host never answered are left out
    END_DUE = auto()
    SLIP_DUE = auto()
    CLOSE_DUE = auto()
    LEAVE_DUE = auto()
    FORGET_DUE = auto()
    OWING = auto()  # a reversal has to be sent
    OWING_NEW = auto()  # and takes a number of its own
    LAST_DUE = auto()  # the outcome of the last payment has to be stored
    COMPLETED = auto()  # a reversal is stored of what the journal has
    REPORT_DUE = auto()
    REVERSAL_AT_ONCE = auto()
    EXHAUSTED = auto()
    BLOCKED = auto()
    UNCERTAIN = auto()  # an approved refund that cannot be stored
    NOTHING_DUE = auto()


DEFERRING = frozenset({Phase.RECOVERING, Phase.PRINTING_REST, Phase.RECORDING})
REVOCABLE = frozenset(  # waits for the host that CANCEL may end
    {
        Phase.AWAITING_ANSWER,
        Phase.INQUIRING,
        Phase.REFUNDING,
        Phase.REVERSING,
        Phase.SIGNING_IN,
        Phase.LEAVING,
        Phase.REPORTING,
    }
)
AWAITING = REVOCABLE | {Phase.TOTALLING, Phase.UPLOADING, Phase.ENDING}
CANCELLABLE = frozenset({Phase.AWAITING_CARD, Phase.AWAITING_PIN, Phase.DIALLING})
