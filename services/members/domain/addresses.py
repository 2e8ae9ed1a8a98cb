"""E-mail addresses: what is accepted, and when two of them are one person's.

Acceptance is plain on purpose: the only proof of an address is that its owner opens the link sent to it.
"""

import re

LONGEST_ADDRESS = 254
"""Octets of the longest address that SMTP can carry in a path (RFC 5321 §4.5.3.1.3)."""

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)

_GMAIL = frozenset({"gmail.com", "googlemail.com"})


class AddressRefused(Exception):
    """The text is no e-mail address that a letter can reach."""

    def __init__(self) -> None:
        super().__init__(
            "Cette adresse de courriel n’est pas complète. Écrivez-la comme dans cet exemple, sans "
            "espace ni accent\u00a0: prenom.nom@exemple.fr."
        )


def read_address(text: str) -> str:
    """The address in lower case. Raises AddressRefused."""
    address = text.strip()
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise AddressRefused
    return address.lower()


def canonical_address(address: str) -> str:
    """The mailbox behind an address: without case, `+tag`, and, at Gmail, dots.

    Used to tell whether two accounts are one person's, never to write to somebody.
    """
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
