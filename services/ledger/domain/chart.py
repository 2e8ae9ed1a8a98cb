"""The chart of accounts that the flows post to (ANC 2018-06, PCG), and the journals. See docs/flows.md §1.

The accounts of the flows are data (`chart.csv`: number, label, what the balance says); those that the code names are
below. The table `accounts` begins with them: the national treasury writes labels and adds accounts there.
Local-currency sub-accounts, and the accounts of instruments other than the gift, are conventions that an accountant
must confirm.
"""

import csv
from enum import StrEnum
from importlib import resources
from typing import NamedTuple


class Account(NamedTuple):
    """An account: six characters, its label, what its balance says, whether it may be posted to."""

    number: str
    label: str
    meaning: str
    is_open: bool = True


def _chart_of_flows() -> tuple[Account, ...]:
    text = resources.files("services.ledger.domain").joinpath("chart.csv").read_text(encoding="utf-8")
    return tuple(
        Account(row["number"], row["label"], row["meaning"]) for row in csv.DictReader(text.splitlines())
    )


FLOWS = _chart_of_flows()
"""The accounts that the flows post to, in the order of their numbers."""

ACCOUNTS: dict[str, str] = {account.number: account.label for account in FLOWS}
"""Their labels, as the table begins: what pages and exports show comes from the table."""

BANK = "512100"
SUSPENSE = "471000"
LIAISON = "181000"
ENVELOPE_SENT = "186000"
ENVELOPE_RECEIVED = "187000"
CARRIED_FORWARD = "110000"
BANK_FEES = "627000"
CONVERSIONS_UNDER_WAY = "467200"
CONVERTED = "588000"
GIFTS = "754110"
GIFTS_FOR_LOCAL_CURRENCY = "754190"
LOANS_RECEIVED = "168100"
PARTICIPATING_TITLES = "167100"
COOPERATIVE_SHARES = "101300"
CROSS_SUBSCRIPTIONS = "467100"
GRANTS = "657100"
INVESTMENTS = "274000"
INVESTMENTS_REPAID = "274900"
GRANTS_IN_LOCAL_CURRENCY = "657200"
INTEREST_RECEIVED = "762000"
PROMISES = "802100"
PROMISES_CONTRA = "809100"
LETTERS_OF_INTENT = "802200"
LETTERS_OF_INTENT_CONTRA = "809300"
RESERVED = "801100"
COMMITTED = "801200"
ENVELOPE_CONTRA = "809200"
CONDITIONAL_PROMISES = "802300"
CONDITIONAL_PROMISES_CONTRA = "809400"

CASH = "530B"
"""What the accounts begin with that hold local currencies (ANC 2018-06)."""

LOCAL_CURRENCY_CASH: tuple[str, ...] = tuple(f"{CASH}{number:02}" for number in range(1, 100))
"""What is held of each local currency, an account for each, opened when it is registered."""

POSTED = frozenset({*ACCOUNTS, *LOCAL_CURRENCY_CASH})
"""The accounts that the flows may post to; the table says which of them are open."""

GIFT = "gift"
RECEIVED: dict[str, str] = {
    GIFT: GIFTS,
    "loan": LOANS_RECEIVED,
    "participating_title": PARTICIPATING_TITLES,
    "cooperative_share": COOPERATIVE_SHARES,
    "cross_subscription": CROSS_SUBSCRIPTIONS,
}
"""Where a payment is kept, by its instrument. One that is not here is not posted: its event is parked."""

ENVELOPE = (
    GIFTS,
    GRANTS,
    INVESTMENTS,
    INVESTMENTS_REPAID,
    INTEREST_RECEIVED,
    ENVELOPE_SENT,
    ENVELOPE_RECEIVED,
    RESERVED,
    COMMITTED,
)
"""What an envelope is made of: gifts in euros, shares that came from other territories, investments that were paid
back and their interest, less what is held back, committed, ceded or gone. What must be given back one day, or belongs
to who subscribed, is in none."""

MEMO_CLASS = "8"
"""Of memo accounts: promises and reservations, which are no money and balance among themselves."""

NOT_BY_TERRITORY = frozenset(
    {LETTERS_OF_INTENT, LETTERS_OF_INTENT_CONTRA, CONDITIONAL_PROMISES, CONDITIONAL_PROMISES_CONTRA}
)
"""Not published for one territory: what few people would give, or offer under conditions, may be one person's there."""


class Journal(StrEnum):
    """Journals: each numbers its entries without a gap, in each territory."""

    COLLECTIONS = "COL"
    LOCAL_CURRENCY = "ML"
    DISBURSEMENTS = "DEC"
    REPAYMENTS = "REM"
    COMMITMENTS = "ENG"
    MISCELLANEOUS = "OD"
    OPENING = "AN"


JOURNAL_NAMES: dict[str, str] = {
    Journal.COLLECTIONS: "Encaissements",
    Journal.LOCAL_CURRENCY: "Monnaies locales",
    Journal.DISBURSEMENTS: "Versements",
    Journal.REPAYMENTS: "Remboursements",
    Journal.COMMITMENTS: "Engagements",
    Journal.MISCELLANEOUS: "Opérations diverses",
    Journal.OPENING: "Ouverture d’un compte de banque",
}
"""What people read for each."""
