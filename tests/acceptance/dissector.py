"""What tshark's ZVT dissector, which shares no code with us, reads in pieces of a TCP stream."""

import json
import shutil
import subprocess

PORT = 20007
TOOLS = ("text2pcap", "tshark")


def missing():
    """Return what is not installed here, "" if all is."""
    absent = [tool for tool in TOOLS if not shutil.which(tool)]
    return f"{' and '.join(absent)}: not installed (Debian: tshark)" if absent else ""


def capture(pieces, folder):
    """Write directions and bytes as a capture file and return its path."""
    text, path = folder / "ecr.txt", folder / "ecr.pcapng"
    text.write_text("".join(f"{way}\n000000 {data.hex(' ')}\n" for way, data in pieces), "ascii")
    ends = ["-T", f"40000,{PORT}", "-4", "127.0.0.1,127.0.0.1"]
    subprocess.run(["text2pcap", "-q", "-D", *ends, text, path], check=True, capture_output=True)
    return path


def read(path, *options):
    command = ["tshark", "-r", path, "-d", f"tcp.port=={PORT},zvt", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def damaged(path):
    """Return a line for each packet in which the dissector has something to complain about."""
    return read(path, "-Y", "_ws.malformed || zvt.apdu_len.invalid || _ws.expert").splitlines()


def apdus(path, *, is_to_terminal):
    """Return the fields of every APDU that was read in one direction, in order."""
    end = "dst" if is_to_terminal else "src"
    packets = json.loads(
        read(path, "-T", "json", "--no-duplicate-keys", "-Y", f"zvt && tcp.{end}port == {PORT}")
    )
    layers = [packet["_source"]["layers"]["zvt"] for packet in packets]
    found = [each for layer in layers for each in (layer if isinstance(layer, list) else [layer])]
    return [flat(each["ZVT APDU"]) for each in found]


def flat(tree):
    fields = {}
    for name, value in tree.items():
        fields |= flat(value) if isinstance(value, dict) else {name: value}
    return fields


def command(fields):
    if "zvt.control_field" in fields:
        return f"{int(fields['zvt.control_field'], 16):04X}"
    return f"{int(fields['zvt.ccrc'], 16):02X}{int(fields['zvt.aprc'], 16):02X}"


def facts(fields):
    """Return what was read, in the words of a history."""
    found = {"command": command(fields)}
    if "zvt.amount" in fields:
        found["amount_minor"] = int(fields["zvt.amount"])
    if "zvt.trace_number" in fields:
        found["voucher"] = int(fields["zvt.trace_number"])
    for name, field in (("result_code", "zvt.result_code"), ("status_code", "zvt.int_status")):
        if field in fields:
            found[name] = f"{int(fields[field], 16):02X}"
    return found
