"""The accounts that flows post to are data, and the code names each of them."""

from services.ledger.domain import chart
from services.ledger.domain.chart_check import chart_problems
from services.ledger.formats.fec import JOURNALS


def test_the_code_names_the_accounts_of_the_data() -> None:
    """None is in the file for nothing, none is named that it does not have."""
    named = {
        value
        for name, value in vars(chart).items()
        if name.isupper() and isinstance(value, str) and len(value) == 6
    }
    assert named == set(chart.ACCOUNTS)
    assert all(account.meaning for account in chart.FLOWS)


def test_the_chart_of_the_flows_passes_the_editors_check() -> None:
    """Numbers, roots, labels."""
    assert chart_problems(chart.FLOWS, present=chart.ACCOUNTS, with_balance=chart.ACCOUNTS) == []


def test_every_journal_has_a_name() -> None:
    """One for people, which exports use too; commitments are in no file of entries."""
    assert set(chart.JOURNAL_NAMES) == set(chart.Journal)
    assert set(JOURNALS) == set(chart.Journal) - {chart.Journal.COMMITMENTS} | {"RAN"}
