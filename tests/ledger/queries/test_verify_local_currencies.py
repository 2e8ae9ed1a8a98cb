"""An auditor's command finds conversions and deliveries that were changed behind the ledger's back."""

import pytest

from tests.ledger.books import DAY, Books, payment
from tests.ledger.mlc import Mlc


@pytest.fixture
async def kept(books: Books) -> Books:
    """A conversion that came back as units, one that is paid, one that waits, and a delivery: all in order."""
    await books.adopt(5_000, on=DAY)
    await books.guard()
    mlc = await Mlc.open(books)
    await books.hear(payment(1_000))
    await mlc.converted(200)
    await mlc.paid(100)
    await mlc.committed(50)
    await mlc.delivered(150)
    assert await books.problems() == []
    return books


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("update conversions set amount_minor = 101 where state = 'paid'", "les écritures diffèrent"),
        (
            "update conversions set amount_minor = 201, units_minor = 201 where state = 'received'",
            "les écritures",
        ),
        ("update conversions set fund = 'autre' where state = 'paid'", "les écritures diffèrent"),
        (
            "update conversions set local_currency = 'X-AUTRE' where state = 'received'",
            "les écritures diffèrent",
        ),
        (
            "update conversions set state = 'committed', paid_on = null where state = 'paid'",
            "les écritures diffèrent",
        ),
        ("delete from conversions where state = 'paid'", "les écritures diffèrent"),
        (
            "update conversions set through_offset_minor = 201 where through_offset_minor = 200",
            "là où la précédente",
        ),
        ("update conversions set through_seq = 99 where state = 'committed'", "là où la précédente"),
        ("update conversions set amount_minor = 51 where state = 'committed'", "ne font pas son montant"),
        ("update conversions set fund = 'autre' where state = 'committed'", "ne font pas son montant"),
        ("update conversions set paid_on = paid_on + 1 where state = 'paid'", "le jour du débit"),
        ("update conversions set paid_on = paid_on - 1 where state = 'received'", "le jour du débit"),
        ("update conversions set received_on = received_on + 1", "autre chose que l’ordre"),
        (
            "update conversions set issuer_reference = 'R-13' where state = 'received'",
            "autre chose que l’ordre",
        ),
        (f"update conversions set proof_sha256 = '{'cd' * 32}' where state = 'received'", "autre chose que"),
        ("update conversions set issuer_iban = 'FR76' where state = 'received'", "autre chose que l’ordre"),
        ("update local_currency_deliveries set delivered_on = delivered_on + 1", "autre chose que l’ordre"),
        ("update local_currency_deliveries set issuer_reference = 'V-8'", "autre chose que l’ordre"),
        (f"update local_currency_deliveries set proof_sha256 = '{'cd' * 32}'", "autre chose que l’ordre"),
        ("update local_currency_deliveries set payee_name = 'Une autre'", "autre chose que l’ordre"),
        ("update local_currency_deliveries set amount_minor = 149", "les écritures diffèrent"),
        ("delete from local_currency_deliveries", "les écritures diffèrent"),
        (
            "update balances set amount_minor = 1 where account = '588000' and currency = 'EUR'",
            "les unités reçues",
        ),
        ("update balances set amount_minor = -1 where account = '530B01'", "remises que reçues"),
    ],
)
async def test_what_was_changed_is_found(kept: Books, sql: str, problem: str) -> None:
    """Against the journal, against parity, against the order of the chain."""
    await kept.as_owner(sql)
    assert any(problem in one for one in await kept.problems())
