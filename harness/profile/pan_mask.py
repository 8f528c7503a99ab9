"""How a card number is printed: the parameter `pan_mask`.

Either one form for every slip, or a list of exceptions, each a copy (`merchant`, `cardholder`,
`bank`), a transaction (`preauth`), or both joined by a slash, and its form: "cardholder last4",
"preauth clear", "preauth/merchant clear", "default cup6x4".  The most particular one holds.

Source: PCI DSS 4.0.1 requirement 3.4.1 (at most BIN and last four), FACTA (last five), forms of
UnionPay terminals (six and four, or four; off-line slips in clear, as a lost upload could not be
corrected by hand otherwise; pre-authorisations by parameter).
"""

from collections.abc import Mapping
from functools import lru_cache

from harness.errors import MisuseError
from harness.profile.defaults import DEFAULTS, Profile, Value, parameter

FORMS: Mapping[str, frozenset[str]] = {  # to what may be seen on paper
    "cup6x4": frozenset({"6x4"}),
    "pci6x4": frozenset({"6x4", "last4"}),
    "pci_bin8x4": frozenset({"bin8x4", "6x4", "last4"}),
    "facta5": frozenset({"last5", "last4"}),
    "last4": frozenset({"last4"}),
    "clear": frozenset({"clear"}),
}
NEVER_MASKED = frozenset(
    {"offline_settlement", "offline", "adjust", "adjustment", "tip", "offline_sale"}
)


def forms(profile: Profile, copy: str, transaction: str) -> frozenset[str]:
    """Return the forms that a slip may print a card number in.

    Raises MisuseError if the profile names a form that does not exist.
    """
    if transaction in NEVER_MASKED:
        return FORMS["clear"] | FORMS["pci_bin8x4"] | FORMS["facta5"]
    return _forms(parameter(profile, "pan_mask"), copy, transaction)


@lru_cache(maxsize=64)
def _forms(value: Value, copy: str, transaction: str) -> frozenset[str]:
    name = _name(value, copy, transaction)
    if name not in FORMS:
        raise MisuseError(f"profile: pan_mask: expected one of {', '.join(FORMS)}, got {name!r}")
    return FORMS[name]


def _name(value: Value, copy: str, transaction: str) -> str:
    if not isinstance(value, tuple):
        return str(value)
    named = {where: form for where, _, form in (entry.partition(" ") for entry in value)}
    for where in (f"{transaction}/{copy}", transaction, copy, "default"):
        if where in named:
            return named[where]
    return str(DEFAULTS["pan_mask"])
