import pytest

from harness.emulator import (
    CancelTimer,
    Closed,
    Connected,
    Received,
    SendFailed,
    SetTimer,
    Told,
    Transmit,
)
from harness.emulator.terminal.till_port import TillPort
from harness.link import Received as LinkReceived
from harness.link import Send, zvt_serial
from harness.wire import zvt
from tests.emulator.terminal.bench import Bench, codes, config, sale

DONE = zvt.encode_message(zvt.acknowledgement())
STATUS = zvt.encode_message(zvt.intermediate_status(4))
ACK, NAK = b"\x06", b"\x15"


def labels(effects):
    return [each.label for each in effects]


@pytest.fixture
def port():
    return TillPort(config(ecr_link="serial"))


@pytest.fixture
def bench():
    return Bench().sign_in()


def test_a_frame_is_acknowledged_and_its_command_taken_once(port):
    effects = port.receive(zvt_serial.frame(zvt.encode_message(sale())), 0.0)
    assert labels(effects) == ["ACK"]
    assert port.take() == [zvt.encode_message(sale())]
    assert port.take() == []


def test_a_damaged_frame_is_refused_and_heard_by_nobody(port):
    spoiled = bytearray(zvt_serial.frame(DONE))
    spoiled[-1] ^= 1
    assert labels(port.receive(bytes(spoiled), 0.0)) == ["NAK"]
    assert port.take() == []


def test_messages_go_one_by_one_each_after_the_tills_answer(port):
    assert labels(port.say(STATUS, 0.0)) == ["04FF", "ecr"]
    assert port.say(STATUS, 0.0) == []
    assert labels(port.receive(ACK, 0.1)) == []
    assert labels(port.receive(zvt_serial.frame(DONE), 0.2)) == ["ACK", "04FF", "ecr"]
    port.receive(ACK, 0.3)
    assert labels(port.receive(zvt_serial.frame(DONE), 0.4)) == ["ACK", "ecr"]


def test_the_timer_runs_while_something_is_waited_for(port):
    sent = port.say(STATUS, 0.0)
    assert sent[1:] == [SetTimer("ecr", 5.0)]
    port.receive(ACK, 0.1)
    assert port.receive(zvt_serial.frame(DONE), 0.2)[1:] == [CancelTimer("ecr")]


def test_an_answer_of_ours_does_not_wait_for_the_till(port):
    port.say(STATUS, 0.0)
    port.receive(ACK, 0.1)
    assert labels(port.answer(DONE, 0.2)) == ["8000", "ecr"]


def test_what_is_not_acknowledged_is_repeated_and_then_the_till_is_lost(port):
    port.say(STATUS, 0.0)
    assert labels(port.tick(5.0)) == ["04FF", "ecr"]
    assert labels(port.receive(NAK, 6.0)) == ["04FF"]
    assert not port.is_lost
    assert port.tick(11.0) == []
    assert port.is_lost
    assert port.say(STATUS, 11.0) == []


def test_a_till_that_never_answers_is_lost(port):
    port.say(STATUS, 0.0)
    port.receive(ACK, 1.0)
    assert port.tick(5.0) == [SetTimer("ecr", 6.0)]
    assert port.tick(11.0) == []
    assert port.is_lost


def test_an_answer_that_overtakes_the_acknowledgement_counts(port):
    port.say(STATUS, 0.0)
    assert labels(port.receive(zvt_serial.frame(DONE), 0.1)) == ["ACK"]
    assert labels(port.receive(ACK, 0.2)) == ["ecr"]
    assert labels(port.say(STATUS, 0.3)) == ["04FF", "ecr"]


def test_a_timer_never_fires_before_its_deadline_for_ever(port):
    port.say(STATUS, 0.1)
    assert port.tick(5.1 - 1e-12) == [SetTimer("ecr", 0.001)]


def test_a_lost_till_is_still_answered(port):
    port.lose()
    assert labels(port.answer(DONE, 0.0)) == ["8000", "ecr"]
    port.restart()
    assert labels(port.say(STATUS, 0.0)) == ["04FF", "ecr"]


def test_over_tcp_there_is_no_acknowledgement():
    port = TillPort(config(ecr_link="tcp"))
    assert port.say(STATUS, 0.0) == [Transmit("04FF", "ecr", STATUS), SetTimer("ecr", 10.0)]
    assert port.receive(DONE, 0.1) == [CancelTimer("ecr")]


class SerialTill(Bench):
    """A till on a serial line: a link of its own between the terminal's frames and the replies."""

    def __post_init__(self):
        self.link, self.replies = zvt_serial.ZvtSerialLink(), []
        super().__post_init__()

    def perform(self, effect):
        if isinstance(effect, Transmit) and effect.port == "ecr":
            self.take(self.link.receive(effect.data, 0.0))
        else:
            super().perform(effect)

    def take(self, events):
        for event in events:
            if isinstance(event, Send):
                self.queue.append(Received("ecr", event.data))
            elif isinstance(event, LinkReceived):
                self.told.append(zvt.decode_message(event.payload))
                self.react(event.payload)

    def react(self, data):
        waiting = len(self.queue)
        super().react(data)
        replies = [self.queue.pop() for _ in range(len(self.queue) - waiting)]
        for reply in reversed(replies):
            if isinstance(reply, Received):
                self.take(self.link.send(reply.data, 0.0))
            else:
                self.queue.append(reply)

    def order(self, message):
        self.told.clear()
        self.take(self.link.send(zvt.encode_message(message), 0.0))
        self.give(Told("the till has spoken"))
        return self.results()


def test_a_serial_till_sees_a_whole_sale():
    till = SerialTill(config=config(ecr_link="serial"))
    assert codes(till.order(zvt.with_password(zvt.SIGN_IN))) == [("060F", None)]
    assert codes(till.order(sale())) == [("040F", 0), ("060F", None)]
    assert till.log.count("tx ACK") > 5


@pytest.mark.parametrize("amount_minor", [99, 1234])
def test_a_second_command_while_busy_is_refused(bench, amount_minor):
    bench.card = None
    bench.order(sale())
    bench.order(sale(amount_minor))
    assert [each.command for each in bench.told] == [zvt.REFUSE | zvt.BUSY]
    assert bench.terminal.task.amount_minor == 1234


def test_a_repeated_frame_is_no_second_command():
    bench = Bench().sign_in()
    bench.react = lambda _data: None
    bench.order(sale())
    bench.order(sale())
    assert bench.told == []


@pytest.mark.parametrize(
    "data",
    [b"\x06\x30\x00", b"\x06\x22\x00", b"\x12\x34\x00", b"\x06\x01\x01\x04"],
)
def test_commands_that_are_unknown_are_refused(bench, data):
    bench.told.clear()
    bench.give(Received("ecr", data))
    assert [f"{each.command:04X}" for each in bench.told] == ["8483"]


def test_an_abort_of_nothing_is_accepted(bench):
    bench.order(zvt.Message(zvt.ECR_ABORT))
    assert [f"{each.command:04X}" for each in bench.told] == ["8000"]


def test_without_its_till_no_card_is_waited_for(bench):
    bench.card = None
    bench.order(sale())
    bench.give(Closed("ecr"))
    assert bench.terminal.phase.name == "IDLE"
    assert bench.timers == {}
    bench.give(Connected("ecr"))
    assert codes(bench.order(zvt.Message(zvt.LAST_RESULT)))[0] == ("040F", 0x6C)


def test_a_sale_whose_till_is_lost_after_approval_stands(bench):
    react = bench.react
    bench.react = lambda data: None if data[:2] == b"\x04\x0f" else react(data)
    bench.order(sale())
    bench.fire("ecr")
    bench.react = react
    assert codes(bench.order(zvt.Message(zvt.LAST_RESULT))) == [("040F", 0), ("060F", None)]
    assert not bench.memory.is_owing


def test_a_message_that_cannot_be_sent_loses_the_till(bench):
    bench.card = None
    bench.order(sale())
    bench.give(SendFailed("ecr", "04FF"))
    assert bench.terminal.phase.name == "IDLE"
