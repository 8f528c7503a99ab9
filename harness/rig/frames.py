"""How the frames of each port are found and named, and which link speaks there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from harness.emulator.terminal.config import EcrLink
from harness.link import Link, length_prefix, zvt_serial
from harness.link.zvt_serial import ZvtSerialLink
from harness.link.zvt_tcp import ZvtTcpLink
from harness.wire import zvt
from harness.wire.dialects import unionpay

HOST_FRAME_SIZE_MAX = 4096


@dataclass(frozen=True, slots=True)
class Frames:
    """`split` returns whole frames and the rest, `label` the word that names a frame in points."""

    split: Callable[[bytes], tuple[list[bytes], bytes]]
    label: Callable[[bytes], str]


def _split_host(data: bytes) -> tuple[list[bytes], bytes]:
    frames, rest = length_prefix.split(data, size_max=HOST_FRAME_SIZE_MAX)
    return list(frames), rest


HOST_FRAMES = Frames(_split_host, unionpay.label)
ECR_FRAMES: Mapping[EcrLink, Frames] = {
    "serial": Frames(zvt_serial.split, zvt_serial.label),
    "tcp": Frames(zvt.split, zvt.label),
}


def till_link(name: EcrLink, slack_s: float = 0.0) -> Callable[[], Link]:
    """Return what makes the till's end of the line; its timers wait `slack_s` seconds longer."""
    if name == "tcp":
        return ZvtTcpLink
    usual = ZvtSerialLink()
    return partial(
        ZvtSerialLink,
        ack_timeout_s=usual.ack_timeout_s + slack_s,
        byte_timeout_s=usual.byte_timeout_s + slack_s,
    )
