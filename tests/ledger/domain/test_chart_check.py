"""The editor's check: a whole chart, and what keeps it from taking the place of the present one."""

import pytest

from services.ledger.domain.chart import FLOWS, Account
from services.ledger.domain.chart_check import MOST_ACCOUNTS, chart_problems

FEES = Account("622600", "Honoraires", "Ce que coûtent les conseils.")
PRESENT = [account.number for account in (*FLOWS, FEES)]


def problems(*accounts: Account, with_balance: tuple[str, ...] = ()) -> list[str]:
    """Of the flows' chart with these accounts in place of those of their number."""
    proposed = [one for one in FLOWS if one.number not in {account.number for account in accounts}]
    return chart_problems([*proposed, *accounts], present=PRESENT, with_balance=with_balance)


def test_an_account_may_be_added_and_labels_written_anew() -> None:
    """With letters at the end, with no-break spaces in words."""
    bank = Account("512100", "Banque\u00a0: compte courant", "Le compte de banque.")
    assert problems(FEES, bank, Account("530B01", "Eusko", "")) == []


@pytest.mark.parametrize(
    "number", ["", "6226", "6226000", "922600", "022600", "6A2600", "62260a", "62260é", "6226 0"]
)
def test_a_number_is_three_digits_of_the_plan_and_three_more(number: str) -> None:
    """The file of entries wants it so."""
    [problem] = problems(FEES, Account(number, "Autre", ""))
    assert "n’a pas un numéro du plan" in problem


def test_a_root_is_one_of_the_plan() -> None:
    """Class 6 has no accounts 639."""
    assert problems(FEES, Account("639000", "Autre", "")) == [
        "Le compte 639000 : le plan comptable des associations n’a pas de comptes 639."
    ]


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("", "n’a pas d’intitulé"),
        ("  ", "n’a pas d’intitulé"),
        ("Frais\tdivers", "que le format FEC refuse"),
        ("Frais|divers", "que le format FEC refuse"),
        ("Frais\ndivers", "que le format FEC refuse"),
        ("=1+1", "commence par une lettre ou un chiffre"),
        ("F" * 101, "dépasse 100 caractères"),
        ("dons  MANUELS", "est à plusieurs comptes"),
    ],
)
def test_a_label_says_one_thing_and_fits_every_file(label: str, why: str) -> None:
    """Tabs, bars and line breaks separate fields elsewhere; a formula would run in a spreadsheet."""
    [problem] = problems(FEES._replace(label=label))
    assert why in problem


def test_what_the_balance_says_fits_every_file_too() -> None:
    """It may be empty."""
    [problem] = problems(FEES._replace(meaning="@SUM"))
    assert "ce que dit le solde commence" in problem


def test_a_number_stands_once() -> None:
    """Twice would be two accounts in one."""
    [problem] = problems(FEES, FEES._replace(label="Autre"))
    assert problem == "Le compte 622600 est 2 fois dans le plan : gardez-en un."


def test_no_account_leaves_the_chart() -> None:
    """Nor is it given another number: it is closed."""
    [problem] = problems(FEES._replace(number="622700"))
    assert problem.startswith("Le compte 622600 manque")


def test_accounts_of_flows_stay_open() -> None:
    """Facts are posted to them whatever the treasury thinks."""
    [closed] = problems(FEES, Account("754110", "Dons", "", is_open=False))
    assert closed == "Le compte 754110 ne se clôt pas : des faits y sont inscrits d’eux-mêmes."
    [gone] = chart_problems([*FLOWS[1:], FEES], present=PRESENT, with_balance=())
    assert gone == "Le compte 101300 manque : des faits y sont inscrits d’eux-mêmes."


def test_an_account_is_closed_at_zero() -> None:
    """Everywhere."""
    closed = FEES._replace(is_open=False)
    assert problems(closed) == []
    [problem] = problems(closed, with_balance=("622600",))
    assert problem == "Le compte 622600 n’est pas à zéro partout : soldez-le avant de le clore."


def test_a_new_account_is_open() -> None:
    """One that was never there cannot have been closed."""
    [problem] = problems(FEES, Account("622700", "Frais d’actes", "", is_open=False))
    assert problem == "Le compte 622700 est nouveau : ajoutez-le ouvert."


def test_a_chart_without_end_is_not_read() -> None:
    """One sentence, not a million."""
    assert len(problems(*[Account(str(number), "", "") for number in range(MOST_ACCOUNTS)])) == 1
