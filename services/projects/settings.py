"""What projects is told by its environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of one process of projects (`MILLIARD_PROJECTS_…`)."""

    model_config = SettingsConfigDict(env_prefix="MILLIARD_PROJECTS_", extra="ignore", populate_by_name=True)

    page_size: int = Field(default=50, ge=1, le=200)
    """Rows of a public list on one page: what a person still reads, and a phone still loads at once."""
