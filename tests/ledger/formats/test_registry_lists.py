"""Lists of communes and organisations as people paste them."""

from datetime import date
from uuid import UUID

import pytest

from services.ledger.domain.local_currency import Acceptor, ListRefused, RegistryRefused, territory_of_commune
from services.ledger.formats.identifiers import read_iban, read_identifier
from services.ledger.formats.registry_lists import MOST_LINES, read_acceptors, read_communes


@pytest.mark.parametrize(
    ("commune", "territory"),
    [("64102", "64"), ("2A004", "2A"), ("97101", "971"), ("98735", "987"), ("01001", "01")],
)
def test_the_territory_of_a_commune_follows_from_its_code(commune: str, territory: str) -> None:
    """Two characters in Europe, three overseas."""
    assert territory_of_commune(commune) == territory


@pytest.mark.parametrize("code", ["20004", "6410", "641022", "99132", "00000", "2C001", "2a004", ""])
def test_what_is_no_code_of_a_commune_has_no_territory(code: str) -> None:
    """Foreign countries and postal codes of Corsica among them."""
    assert territory_of_commune(code) is None


def test_communes_are_read_with_or_without_titles() -> None:
    """Blank lines, a byte order mark, small letters and further columns are no matter."""
    assert read_communes("\ufeffcommune;nom\r\n64102;Bayonne\r\n\r\n2a004;Ajaccio\r\n") == ["2A004", "64102"]
    assert read_communes("") == []


def test_organisations_are_read_with_their_days() -> None:
    """A last day and an id in the registry of projects may be missing."""
    of_projects = UUID(int=7)
    written = f'732 829 320,"Pain, et four",2026-01-01\nW641000000,Amap,2026-01-01,2026-12-31,{of_projects}'
    assert read_acceptors(written) == [
        Acceptor("732829320", "Pain, et four", date(2026, 1, 1)),
        Acceptor("W641000000", "Amap", date(2026, 1, 1), date(2026, 12, 31), of_projects),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("732829321;Amap;2026-01-01", "SIREN"),
        ("W641000000;A;2026-01-01", "Le nom"),
        ("W641000000;Amap;01/02/2026", "2026-03-12"),
        ("W641000000;Amap", "2026-03-12"),
        ("W641000000;Amap;2026-01-02;2026-01-01", "avant le premier"),
        ("W641000000;Amap;2026-01-01;;x", "registre des projets"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(line: str, said: str) -> None:
    """And nothing of the list is kept."""
    with pytest.raises(ListRefused, match=said) as refused:
        read_acceptors(f"732829320;La Graine;2020-01-01\n{line}")
    assert [error.line for error in refused.value.errors] == [2]


def test_a_list_has_a_last_line() -> None:
    """What is longer is a slip, and is told in one sentence."""
    with pytest.raises(ListRefused) as refused:
        read_communes("\n" * MOST_LINES + "64102")
    assert len(refused.value.errors) == 1


def test_a_long_list_of_errors_is_cut() -> None:
    """Who corrects twenty sends it again."""
    with pytest.raises(ListRefused, match="Et 80 autres"):
        read_communes("x\n" * 100)


def test_identifiers_and_accounts_are_compact() -> None:
    """Their keys are checked."""
    assert read_identifier("732 829 320") == "732829320"
    assert read_identifier("w641000000") == "W641000000"
    assert read_iban("fr14 2004 1010 0505 0001 3M02 606") == "FR1420041010050500013M02606"
    with pytest.raises(RegistryRefused):
        read_iban("FR1420041010050500013M02607")
