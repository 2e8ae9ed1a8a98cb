"""An order that somebody with all rights on the database changed after its confirmation is found."""

import pytest

from tests.ledger.books import FUND, Books, debit, payment
from tests.ledger.operations import test_correct, test_disburse

PAID = "il n’est pas l’ordre qui a été confirmé."
CORRECTED = "territoire 64, écriture 1 : sa correction n’est pas l’ordre qui a été confirmé."
RECTIFIED = "territoire 64, écriture 1 : sa rectification n’a pas les lignes de sa correction."


@pytest.mark.parametrize("is_debited", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        "payee_iban = 'FR7612345987650123456789014'",
        "payee_name = 'Une autre'",
        "decision_reference = 'AG du 13'",
        "ordered_by = requested_by",
    ],
)
async def test_a_disbursement_that_was_changed_is_found(books: Books, change: str, is_debited: bool) -> None:
    """To whom, why, on whose order: committed, and debited too."""
    one = await test_disburse.committed(books)
    if is_debited:
        await books.hear(debit(one))
    assert await books.problems() == []
    await books.as_owner(f"update disbursements set {change}")
    assert f"territoire 64, versement {one.disbursement_id} : {PAID}" in await books.problems()


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("update corrections set reason = 'Il fallait bien en faire quelque chose.'", CORRECTED),
        ("update corrections set ordered_by = gen_random_uuid()", CORRECTED),
        ("update corrections set lines = jsonb_set(lines, '{1,2}', '\"mers\"')", CORRECTED),
        ("update corrections set lines = jsonb_set(lines, '{1,2}', '\"mers\"')", RECTIFIED),
        ("update entry_lines set fund = 'mers' where seq = 3", RECTIFIED),
    ],
)
async def test_a_correction_that_was_changed_is_found(books: Books, sql: str, problem: str) -> None:
    """Its reason, its author, its lines; and so is an entry that says something else than what was confirmed."""
    await books.add_fund("terres")
    await books.hear(payment(1_000, fund=FUND))
    first, second = await books.treasurer(), await books.treasurer()
    ordered = await test_correct.order(books, first)
    assert (await test_correct.confirm(books, second, ordered.json())).status_code == 200
    assert await books.problems() == []
    await books.as_owner(sql)
    assert problem in await books.problems()
