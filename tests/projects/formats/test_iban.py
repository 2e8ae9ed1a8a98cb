"""The account that a disbursement goes to."""

import pytest

from services.projects.domain.disbursements import IbanInvalid, IbanOutsideSepa
from services.projects.formats.iban import masked, read_iban


@pytest.mark.parametrize("written", ["FR76 3000 6000 0112 3456 7890 189", "fr7630006000011234567890189"])
def test_an_iban_is_read_with_or_without_spaces(written: str) -> None:
    """In compact form, upper case."""
    assert read_iban(written) == "FR7630006000011234567890189"


@pytest.mark.parametrize("written", ["", "FR7630006000011234567890188", "FR76", "bonjour"])
def test_an_iban_with_a_wrong_key_is_refused(written: str) -> None:
    """A mistyped digit is found before money leaves."""
    with pytest.raises(IbanInvalid, match="RIB"):
        read_iban(written)


def test_an_account_out_of_reach_of_sepa_is_refused() -> None:
    """A valid IBAN of Brazil cannot get a SEPA credit transfer."""
    with pytest.raises(IbanOutsideSepa, match="SEPA"):
        read_iban("BR1800360305000010009795493C1")


def test_a_page_shows_only_the_ends_of_an_iban() -> None:
    """Enough to recognise one's own account."""
    assert masked("FR7630006000011234567890189") == "FR76\u00a0••••\u00a00189"
