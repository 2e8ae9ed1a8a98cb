"""The funds that a need may ask. One for now; a fund is a dimension of every posting in the ledger."""

from services.projects.domain.refusals import Refusal

FUNDS = {"fonds-commun": "Fonds commun de la transition juste"}
"""Code → name, as people see it."""

DEFAULT_FUND = "fonds-commun"


class FundUnknown(Refusal):
    """No fund has this code."""

    field = "fund"
    sentence = "Ce fonds n’existe pas : choisissez-en un dans la liste."


def known_fund(code: str) -> str:
    """The code itself. Raises FundUnknown."""
    if code not in FUNDS:
        raise FundUnknown()
    return code
