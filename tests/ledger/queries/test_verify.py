"""An auditor's command finds what somebody with all rights on the database changed, and says where."""

import pytest

from shared.events.pledges import Direction
from tests.ledger.books import DAY, Books, payment, payment_back, pledge, request, statement, unexplained


@pytest.fixture
async def kept(books: Books) -> Books:
    """Books with a bit of everything, which are in order."""
    await books.adopt(500, on=DAY)
    received = payment(1_000)
    lines = [
        received,
        payment_back(received, 300),
        payment(40, territory="13"),
        unexplained(7, Direction.CREDIT),
    ]
    await books.hear(pledge(50), statement(100, lines), *lines, request(200), pledge(60))
    await books.prove()
    found = await books.verify()
    assert (found.verdict, found.entries, found.proved_statements) == ("ok", 8, 1)
    return books


ENTRY_2 = "territoire 64, écriture 2 : "
CONTENT = "le contenu ne correspond pas à son empreinte."


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("update journal_entries set label = 'x' where territory = '64' and seq = 2", ENTRY_2 + CONTENT),
        ("update journal_entries set recorded_at = recorded_at + interval '1 microsecond'"
         " where territory = '64' and seq = 2", ENTRY_2 + CONTENT),
        ("update entry_lines set fund = 'x' where territory = '64' and seq = 2", ENTRY_2 + CONTENT),
        ("update entry_lines set amount_minor = amount_minor + 1 where territory = '64' and seq = 2 and line = 1",
         ENTRY_2 + "débits et crédits diffèrent."),
        ("delete from entry_lines where territory = '64' and seq = 2", ENTRY_2 + "débits et crédits diffèrent."),
        ("update entry_lines set seq = 5 - seq, line = line + 10 where territory = '64' and seq in (2, 3)",
         ENTRY_2 + CONTENT),
    ],
    ids=["label", "a microsecond", "fund", "amount", "lines gone", "lines of two entries swapped"],
)  # fmt: skip
async def test_a_changed_entry_is_found_and_located(kept: Books, sql: str, problem: str) -> None:
    """By the hash of its content; entries before and after it are not accused."""
    await kept.as_owner(sql)
    problems = await kept.problems()
    assert problem in problems
    assert not any("écriture 1 " in one or "écriture 4 " in one for one in problems)


async def test_two_entries_swapped_are_found(kept: Books) -> None:
    """Their numbers are part of what is hashed."""
    await kept.as_owner(
        *(
            f"update {table} set seq = case seq when 2 then -3 else -2 end"
            " where territory = '64' and seq in (2, 3)"
            for table in ("journal_entries", "entry_lines")
        ),
        *(f"update {table} set seq = -seq where seq < 0" for table in ("journal_entries", "entry_lines")),
    )
    assert ENTRY_2 + CONTENT in await kept.problems()


async def test_a_last_entry_removed_is_found(kept: Books) -> None:
    """The head of the chain says how many there are."""
    await kept.as_owner(
        "delete from entry_lines where territory = '13'", "delete from journal_entries where territory = '13'"
    )
    problems = await kept.problems()
    assert "territoire 13 : la chaîne finit à l’écriture 0, la tête annonce 1." in problems


async def test_an_entry_removed_from_the_middle_is_found(kept: Books) -> None:
    """Its number is missing."""
    await kept.as_owner(
        "delete from entry_lines where territory = '64' and seq = 2",
        "delete from journal_entries where territory = '64' and seq = 2",
    )
    assert "territoire 64, écriture 3 : le numéro 2 manque dans la chaîne." in await kept.problems()


async def test_a_territory_whose_chain_was_removed_is_found(kept: Books) -> None:
    """Its entries are strays."""
    await kept.as_owner("delete from chains where territory = '13'")
    assert "territoire 13 : des écritures sont hors chaîne." in await kept.problems()


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("update balances set amount_minor = amount_minor + 1 where territory = '64' and account = '754110'",
         "territoire 64, compte 754110"),
        ("insert into balances (territory, account, fund, instrument, currency, amount_minor)"
         " values ('2A', '754110', 'f', 'gift', 'EUR', -5)", "territoire 2A, compte 754110"),
        ("update daily_movements set debit_minor = debit_minor + 1 where territory = '64' and account = '512100'",
         "territoire 64, compte 512100 (fonds-commun, gift, EUR), 2026-03-02 : les mouvements tenus"),
        ("delete from daily_movements where territory = '13'", "territoire 13, compte 512100"),
        ("update chains set entry_numbers = entry_numbers || '{\"COL\": 9}' where territory = '64'",
         "la tête annonce {'COL': 9"),
        ("update statement_tallies set credit_minor = credit_minor + 1 where territory = '13'",
         "territoire 13 : le décompte tenu"),
        ("update statements set opening_minor = 0, closing_minor = closing_minor - 100", "banque : le compte 512100"),
        ("update statements set line_count = 3", "prouvé, mais les écritures disent"),
        ("update returned_receipts set share_minor = share_minor + 1 where territory = '64'", "paiement "),
        ("update returned_receipts set returned_minor = 299 where territory = '64'", "retours du territoire 64"),
        ("delete from returned_receipts where territory = '64'", "retours du territoire 64"),
        ("update disbursements set amount_minor = 100", "territoire 64, enveloppe fonds-commun"),
        ("update fund_rules set adopted_by = requested_by from disbursements",
         "fonds fonds-commun : ses règles du 2000-01-01 ont été écrites après ce jour."),
        ("update disbursements set state = 'disbursed', family = 'cadeau'",
         "territoire 64, fonds fonds-commun : un versement (cadeau) n’est permis par aucune de ses règles."),
        ("update accounts set label = 'Caisse noire' where number = '512100'",
         "plan de comptes : le compte 512100 n’est pas comme il a été écrit."),
        ("update accounts set closed_on = '2026-03-01' where number = '754110'",
         "territoire 64 : le compte 754110 est clos, et n’est pas à zéro."),
        ("update accounts set closed_on = '2026-03-01' where number = '762000'",
         "plan de comptes : le compte 762000 manque ou est clos"),
        ("update entry_lines set account = '999999' where territory = '13' and line = 1",
         "territoire 13 : le compte 999999 n’est pas au plan."),
    ],
)  # fmt: skip
async def test_what_is_kept_beside_the_journal_must_agree_with_it(
    kept: Books, sql: str, problem: str
) -> None:
    """Balances, numbers, tallies, statements, receipts, disbursements."""
    await kept.as_owner(sql)
    assert any(problem in one for one in await kept.problems())


async def test_the_heads_of_the_chains_are_given_to_be_kept_elsewhere(kept: Books) -> None:
    """Who keeps them notices a history that was rewritten whole."""
    heads = (await kept.verify()).heads
    assert set(heads) == {"00", "13", "64"}
    assert heads["13"].startswith("1:")
