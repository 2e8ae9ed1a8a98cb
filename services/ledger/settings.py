"""Settings of the ledger."""

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as siren_number

from services.ledger.domain.milestones import BILLION_MINOR
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`MILLIARD_LEDGER_…`"""

    model_config = SettingsConfigDict(env_prefix="MILLIARD_LEDGER_", extra="ignore", populate_by_name=True)

    target_minor: int = Field(BILLION_MINOR, gt=0)
    """The movement's aim, in cents."""

    siren: str | None = None
    """The SIREN of the body whose books these are: files in FEC format bear it."""

    publisher: str | None = None
    """Who publishes the site, for the legal notice."""

    @field_validator("siren")
    @classmethod
    def _valid_siren(cls, value: str | None) -> str | None:
        """Nine digits with their key (Luhn); empty is none."""
        if value is None or not value.strip():
            return None
        try:
            return str(siren_number.validate(value))
        except StdnumError:
            raise ValueError("MILLIARD_LEDGER_SIREN is no SIREN") from None
