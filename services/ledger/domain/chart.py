"""The chart of accounts that the flows post to (ANC 2018-06, PCG), and the journals. See docs/flows.md §1.

Local-currency sub-accounts are a convention that an accountant must confirm.
"""

from enum import StrEnum

BANK = "512100"
SUSPENSE = "471000"
CARRIED_FORWARD = "110000"
BANK_FEES = "627000"
GIFTS = "754110"
GIFTS_FOR_LOCAL_CURRENCY = "754190"
GRANTS = "657100"
INVESTMENTS = "274000"
PROMISES = "802100"
PROMISES_CONTRA = "809100"
RESERVED = "801100"
COMMITTED = "801200"
ENVELOPE_CONTRA = "809200"

ACCOUNTS: dict[str, str] = {
    BANK: "Banque",
    SUSPENSE: "Compte d’attente",
    CARRIED_FORWARD: "Report à nouveau",
    BANK_FEES: "Services bancaires",
    GIFTS: "Dons manuels",
    GIFTS_FOR_LOCAL_CURRENCY: "Dons, part en monnaies locales",
    GRANTS: "Aides financières octroyées",
    INVESTMENTS: "Prêts et participations",
    PROMISES: "Promesses reçues",
    PROMISES_CONTRA: "Contrepartie des promesses reçues",
    RESERVED: "Enveloppe réservée",
    COMMITTED: "Enveloppe engagée",
    ENVELOPE_CONTRA: "Contrepartie des enveloppes",
}

ENVELOPE = (GIFTS, GRANTS, INVESTMENTS, RESERVED, COMMITTED)
"""What an envelope is made of: gifts in euros, less what is held back, committed or gone."""


MEMO_ACCOUNTS = frozenset(account for account in ACCOUNTS if account.startswith("8"))
"""Class 8: promises and reservations, which are no money and balance among themselves."""


class Journal(StrEnum):
    """Journals: each numbers its entries without a gap, in each territory."""

    COLLECTIONS = "COL"
    DISBURSEMENTS = "DEC"
    COMMITMENTS = "ENG"
    MISCELLANEOUS = "OD"
    OPENING = "AN"
