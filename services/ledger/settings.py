"""Settings of the ledger."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`MILLIARD_LEDGER_…`"""

    model_config = SettingsConfigDict(env_prefix="MILLIARD_LEDGER_", extra="ignore", populate_by_name=True)

    target_minor: int = Field(100_000_000_000, gt=0)
    """One billion euros, in cents: the movement's aim."""

    publisher: str | None = None
    """Who publishes the site, for the legal notice."""
