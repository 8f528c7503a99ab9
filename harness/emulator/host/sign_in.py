"""What a sign-in is answered: working keys under the master key, batch, and the host's clock."""

from harness.emulator.host.config import HostConfig
from harness.emulator.host.exchange import Exchange
from harness.emulator.host.key_store import FORMS, derive
from harness.emulator.host.numbers import management_rrn
from harness.wire.keys import KEY_SIZES, KeysForm, format_working_keys


def form_of(exchange: Exchange, config: HostConfig) -> KeysForm | None:
    """Return which set of keys a sign-in asks for, None if this host does not give it."""
    form = FORMS.get(exchange.network)
    return form if config.keys_form in (None, form) else None


def sign_in_fields(
    exchange: Exchange, config: HostConfig, batch: str, generation: int, form: KeysForm
) -> dict[int, str]:
    """Return the fields of an answer that gives out the keys of a generation, and the batch."""
    keys = derive(exchange.terminal_id, generation, form)
    text = format_working_keys(config.tmk, keys.pik, keys.mak, form, track_key=keys.track_key)
    if exchange.override.wrong_check_value:
        at = 2 * KEY_SIZES[form][0]  # the check value of the PIN key, in hexadecimal digits
        text = f"{text[:at]}{'1' if text[at] == '0' else '0'}{text[at + 1 :]}"
    return {
        32: config.acquirer_id,
        37: management_rrn(exchange, config),
        60: f"00{batch}{exchange.network}",
        62: text,
    }
