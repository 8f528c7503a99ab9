"""Every exception the harness raises.  The branch says who has to act."""


class HarnessError(Exception):
    """Root of the tree.  Catch a branch, never this."""


class MisuseError(HarnessError):
    """The suite, the configuration or our own code is wrong: mend it and run again (exit 2)."""


class ConfigError(MisuseError):
    """A value in a file of the user's is wrong; the message has file, key path and remedy."""


class EncodeError(MisuseError):
    """A value does not fit the field it is meant for."""


class LinkBusyError(MisuseError):
    """A frame was given to a link whose frame before it is still unsettled."""


class StuckError(MisuseError):
    """Something waits in virtual time for what can never come, or comes for ever."""


class RigError(HarnessError):
    """The bench failed: the run proves nothing about the terminal (INCONCLUSIVE)."""


class PortLostError(RigError):
    """A port of the bench could not be opened, or is gone."""


class BenchTimeoutError(RigError):
    """A part of the bench, not the terminal, did not answer in time."""


class DecodeError(HarnessError):
    """Bytes of the device under test are not what its protocol allows: a finding.

    The message never holds the value itself: it may be a PAN.
    """

    def __init__(self, what: str, *, field: str = "", offset: int = 0) -> None:
        where = f"field {field}, offset {offset}: " if field else ""
        super().__init__(f"{where}{what}")
        self.what, self.field, self.offset = what, field, offset
