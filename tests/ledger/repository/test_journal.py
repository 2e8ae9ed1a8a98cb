"""Entries are written in one exchange when they are few and by COPY when they are many; nobody can tell."""

from shared.database.copying import FEW
from tests.ledger.books import DAY, Books, payment

ENTRIES = """
    select seq, journal, entry_number, entry_on, value_on, label, policy_id, line, account, amount_minor, fund,
        currency, instrument
    from journal_entries join entry_lines using (territory, seq) where territory = :territory order by seq, line
"""


async def test_many_entries_and_few_are_written_alike(books: Books) -> None:
    """The same payments in one batch and one by one: the same rows, sums and proofs of what the bank says."""
    await books.adopt(500, on=DAY, territory="00")
    amounts = range(1_000, 1_000 + FEW + 1)
    await books.hear(*[payment(amount, territory="13") for amount in amounts])
    for amount in amounts:
        await books.hear(payment(amount, territory="64"))
    written = {code: await books.rows(ENTRIES.replace(":territory", f"'{code}'")) for code in ("13", "64")}
    assert len(written["13"]) == 3 * len(amounts)
    assert written["13"] == written["64"]
    for table, column in (
        ("chains", "seq"),
        ("balances", "abs(amount_minor)"),
        ("daily_movements", "debit_minor"),
    ):
        sums = f"select sum({column}) from {table} where territory = "
        assert await books.rows(f"{sums}'13'") == await books.rows(f"{sums}'64'")
