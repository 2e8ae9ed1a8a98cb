"""What every service is told by its environment. Each adds its own under its prefix (`MILLIARD_LEDGER_…`)."""

from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.values import lanes


class ServiceSettings(BaseSettings):
    """Settings of one process of one service; a subclass sets `env_prefix`."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    home: Path = Field(default=Path("var"), validation_alias=AliasChoices("home", "MILLIARD_HOME"))
    public_url: str = Field(
        "http://localhost:8080", validation_alias=AliasChoices("public_url", "MILLIARD_PUBLIC_URL")
    )
    database_url: str = ""
    nats_url: str = ""
    personal_nats_url: str | None = None
    listen: str = "127.0.0.1:0"
    secret: SecretStr = SecretStr("")
    operator_public_key_file: Path | None = Field(
        None, validation_alias=AliasChoices("operator_public_key_file", "MILLIARD_OPERATOR_PUBLIC_KEY_FILE")
    )
    lanes: Annotated[tuple[str, ...], NoDecode] = Field(
        (), validation_alias=AliasChoices("lanes", "MILLIARD_LANES")
    )
    """The lanes that this process may serve; empty for all."""

    batch_size: int = Field(default=500, ge=1, le=1000)
    """Events in one transaction. Beyond 500 the gain is lost in the noise and the batch's locks last longer."""

    batch_deadline_seconds: float = 20
    """A batch that takes longer is given up and tried again; a page is that much behind at most before it shows."""

    concurrent_batches: int = Field(default=4, ge=1)
    """Batches at work at one time in a process: what a flooded lane can take is one of these places."""

    slow_batches: int = Field(default=8, ge=0)
    """Batches that may go on beside those (`shared.bus.places`): lanes that hang together before others feel it."""

    pool_size: int = Field(default=20, ge=4)
    """Database connections of a process: its batches, its relay, its leases, and what remains for requests."""

    roles: Annotated[tuple[str, ...], NoDecode] = ("api", "lanes", "relay")

    @field_validator("lanes", "roles", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("lanes")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        codes = tuple(code.upper() for code in value)
        if unknown := [code for code in codes if code not in lanes()]:
            raise ValueError(f"MILLIARD_LANES names no lane of the registry: {', '.join(unknown)}")
        return codes

    def served_lanes(self) -> tuple[str, ...]:
        return self.lanes or lanes()
