"""devices.yaml: what it may say, and one clear sentence for everything else."""

import shutil

import pytest

from harness.errors import ConfigError
from harness.rig.schema import load_bench
from harness.runner.place import load_parts
from tests.live.program import ROOT, key_file
from tests.rig.bench_file import ABSENT, EMULATED, EXTERNAL, changed, write


def refusal(path):
    with pytest.raises(ConfigError) as raised:
        load_bench(path)
    said = str(raised.value)
    assert said.startswith(f"{path}")
    assert "\n" not in said
    return said.removeprefix(f"{path}").removeprefix(": ")


POWERS = {"human": "none", "robot": "command", "instruments": "supply", "rack": "relay"}
GPIO = {"kind": "gpio", "chip": "gpiochip0", "line": "POWER"}
COIL = {"kind": "modbus", "board": "tcp://192.0.2.41", "coil": 0}
SUPPLY = {"kind": "supply", "resource": "ASRL/dev/ttyUSB9::INSTR", "voltage_v": 5}


@pytest.mark.parametrize("name", POWERS)
def test_examples_of_benches_load(tmp_path, name):
    (tmp_path / "secrets").mkdir()
    key_file(tmp_path / "secrets")
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    (parts,) = load_parts(tmp_path / "fixtures/benches" / f"{name}.yaml")
    assert (parts.is_emulated, parts.keys_from, len(parts.cards)) == (False, "file", 6)
    assert parts.device.power.kind == POWERS[name]
    assert getattr(parts.device.power, "off", "") == ("./switch.sh off" if name == "robot" else "")


def test_example_with_a_gate_says_where_it_is_called_and_held():
    (parts,) = load_parts(ROOT / "fixtures/benches/gate.yaml")
    gate = parts.device.gate
    assert (parts.is_emulated, gate.listen_address) == (True, ("127.0.0.1", 8582))
    assert (gate.control_address, parts.device.host.address[1]) == (("127.0.0.1", 8584), 8583)


def test_shipped_benches_are_emulated():
    assert [parts.is_emulated for parts in load_parts(ROOT / "devices.yaml", ["all"])] == [True] * 2


@pytest.mark.parametrize(
    ("device", "said"),
    [
        (changed(EMULATED, colour=1), "devices.one.colour: unknown key: remove it"),
        (changed(EMULATED, terminal__baud=1), "devices.one.terminal.baud: unknown key"),
        (changed(EMULATED, terminal__kind="odd"),
         "devices.one.terminal.kind: expected one of emulated, external, got 'odd'"),
        (changed(EMULATED, terminal__kind=ABSENT), "devices.one.terminal: expected a `kind`: see"),
        (changed(EMULATED, terminal=ABSENT), "devices.one.terminal: missing: add it"),
        (changed(EMULATED, terminal_id=10000001),
         "devices.one.terminal_id: expected text (put it in quotes), got 10000001"),
        (changed(EMULATED, terminal_id="1"), "devices.one.terminal_id: expected 8 letters"),
        (changed(EMULATED, merchant_id="x" * 14), "devices.one.merchant_id: expected 15 letters"),
        (changed(EMULATED, environment="live"), "devices.one.environment: expected test, got"),
        (changed(EMULATED, profile__answer_timeout_s="x"),
         "devices.one.profile: answer_timeout_s: expected a whole number, got text"),
        (changed(EMULATED, profile=[1]), "devices.one.profile: expected parameters"),
        (changed(EMULATED, operator={"kind": "human"}),
         "devices.one: an emulated terminal has its own operator and power"),
        (changed(EXTERNAL, operator=ABSENT), "devices.one: an external terminal needs `operator`"),
        (changed(EXTERNAL, tmk_file=ABSENT), "devices.one: an external terminal needs `tmk_file`"),
        (changed(EXTERNAL, defects=["x"]), "devices.one: defects can be switched on in emulated"),
        (changed(EXTERNAL, power=SUPPLY),
         "devices.one.power.current_limit_a: missing: add it"),
        (changed(EXTERNAL, power=SUPPLY | {"current_limit_a": 2, "voltage_v": 400}),
         "devices.one.power.voltage_v: expected 60.0 or less, got 400"),
        (changed(EXTERNAL, power={"kind": "relay", "relay": COIL | {"coil": -1}}),
         "devices.one.power.relay.coil: expected 0 or more, got -1"),
        (changed(EXTERNAL, power={"kind": "relay", "relay": COIL | {"kind": "steam"}}),
         "devices.one.power.relay.kind: expected one of gpio, modbus, dialogue, got 'steam'"),
        (changed(EXTERNAL, power={"kind": "relay", "relay": GPIO, "proof": "current"}),
         "devices.one.power: a proof by current needs a `meter`: add it, or use proof: silence"),
        (changed(EXTERNAL, line_relay=COIL | {"contact": "open"}),
         "devices.one.line_relay.contact: expected normally_closed or normally_open, got"),
        (changed(EXTERNAL, line_relay=COIL, power={"kind": "relay", "relay": COIL}),
         "devices.one: line_relay and power.relay are one relay: each needs its own"),
        (changed(EXTERNAL, operator={"kind": "fingers", "cards": {"card-1": GPIO | {"bias": "x"}}}),
         "devices.one.operator.cards.card-1.bias: expected as_is, disabled, pull_up or pull_down"),
        (changed(EXTERNAL, terminal__printer="/dev/nowhere"),
         "devices.one: terminal.ecr and terminal.printer are one port: each needs its own"),
        (changed(EXTERNAL, terminal__character="8X1"),
         "devices.one.terminal.character: '8X1': expected data bits, parity (N, E, O, M, S) and"),
        (changed(EMULATED, line_relay=GPIO), "devices.one: an emulated terminal's line has no re"),
        (changed(EXTERNAL, terminal__baud="9600"),
         "devices.one.terminal.baud: expected a whole number, got other text"),
        (changed(EXTERNAL, terminal__baud=3), "devices.one.terminal.baud: expected 300 or more"),
        (changed(EXTERNAL, host__listen="8583"), "devices.one.host: expected HOST:PORT"),
        (changed(EXTERNAL, gate={"listen": "127.0.0.1:1", "control": "x"}),
         "devices.one.gate.control: expected HOST:PORT"),
        (changed(EXTERNAL, gate={"listen": "127.0.0.1:1"}), "devices.one.gate.control: missing"),
        (changed(EXTERNAL, gate={"listen": "127.0.0.1:1", "control": "127.0.0.1:2"}),
         "devices.one: a host behind a gate needs a port of its own"),
        (changed(EXTERNAL, host__listen="0.0.0.0:1"), "devices.one.host: beyond loopback name"),
        (changed(EXTERNAL, host__listen="127.example.com:1"), "devices.one.host: beyond loopback"),
        (changed(EXTERNAL, host__allow=["x y"]), "devices.one.host: allow-list: 'x y' is no"),
        (changed(EXTERNAL, host__allow="192.0.2.1"),
         "devices.one.host.allow: expected a list, such as [ONE, TWO], got other text"),
        (changed(EXTERNAL, operator__present_card="x 'y"),
         "devices.one.operator.present_card: no command line: No closing quotation"),
        (changed(EXTERNAL, operator__press=""), "devices.one.operator.press: expected a command"),
        (changed(EXTERNAL, operator__present_card="x {crad}"),
         "devices.one.operator.present_card: nothing is filled in for {crad}: expected {card}"),
        (changed(EXTERNAL, power={"kind": "command", "off": "x"}),
         "devices.one.power.on: missing"),
        (changed(EXTERNAL, power={"kind": "command", "off": "x", "on": "y", "boot_s": -1}),
         "devices.one.power.boot_s: expected 0.0 or more, got -1"),
        (5, "devices.one: expected keys of its own, got 5"),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)  # fmt: skip
def test_wrong_value_is_one_sentence_with_its_place(tmp_path, device, said):
    assert refusal(write(tmp_path, device)).startswith(said)


def test_several_wrong_values_are_counted(tmp_path):
    device = changed(EMULATED, terminal_id=ABSENT, merchant_id=ABSENT, cards=ABSENT)
    assert (
        refusal(write(tmp_path, device)) == "devices.one.terminal_id: missing: add it (and 2 more)"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"just text", "expected `version: 1` and `devices:`; see fixtures/benches"),
        (b"", "expected `version: 1` and `devices:`; see fixtures/benches"),
        (b"a: [", ", line 1: this is no YAML; mend the indentation or quotes there"),
        (b"\xff\xfe\x00", "this is no YAML"),
        (b"a: !!python/object:os.system x", ", line 1: this is no YAML"),
        (b"version: 1\nversion: 1\ndevices: {}", ", line 2: a key stands twice: remove one"),
        (b"version: 1\ndevices:\n  a: {x: 1}\n  a: {x: 1}", ", line 4: a key stands twice"),
        (b"version: 2\ndevices: {}", "version: expected 1, got 2"),
        (b"version: 1\ndevices: [1]", "devices: expected names, each with keys of its own, got a"),
    ],
)
def test_file_that_is_no_bench_is_refused(tmp_path, content, said):
    path = tmp_path / "devices.yaml"
    path.write_bytes(content)
    assert refusal(path).startswith(said)


def test_file_that_cannot_be_read_is_named_with_the_remedy(tmp_path):
    assert "write one (see fixtures/benches)" in refusal(tmp_path / "nowhere.yaml")
    assert "Is a directory" in refusal(tmp_path)


def test_text_of_the_file_that_may_be_secret_is_not_shown(tmp_path):
    secret = "0123456789ABCDEFFEDCBA9876543210"
    for device in (changed(EMULATED, terminal=secret), changed(EMULATED, terminal__kind=secret)):
        assert secret not in refusal(write(tmp_path, device))
