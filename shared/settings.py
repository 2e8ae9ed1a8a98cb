"""What programs are told by their environment, or by a secret's file; a service's own settings have its prefix
(`MILLIARD_LEDGER_…`)."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.values import lanes

SECRETS = Path("/run/secrets")
"""Where container engines put secrets, a file each: its name is the setting's in lower case."""


class SettingMissing(Exception):
    """« Il manque le réglage … »"""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Il manque le réglage {name} : donnez-le dans l’environnement, ou dans le fichier"
            f" {SECRETS}/{name.lower()}."
        )


def setting(name: str, default: str | None = None) -> str:
    """One setting: from the environment, else from its secret's file, else the default. Raises SettingMissing."""
    if (told := os.environ.get(name)) is not None:
        return told
    file = SECRETS / name.lower()
    if file.is_file():
        return file.read_text(encoding="utf-8").strip()
    if default is None:
        raise SettingMissing(name)
    return default


class ServiceSettings(BaseSettings):
    """Settings of one process of one service; a subclass sets `env_prefix`."""

    model_config = SettingsConfigDict(
        extra="ignore", populate_by_name=True, secrets_dir=SECRETS if SECRETS.is_dir() else None
    )

    home: Path = Field(default=Path("var"), validation_alias=AliasChoices("home", "MILLIARD_HOME"))
    public_url: str = Field(
        "http://localhost:8080", validation_alias=AliasChoices("public_url", "MILLIARD_PUBLIC_URL")
    )
    database_url: str = ""
    nats_url: str = ""
    personal_nats_url: str | None = None
    listen: str = Field("127.0.0.1:0", validation_alias=AliasChoices("listen", "MILLIARD_LISTEN"))
    """Where this process answers HTTP: `unix:/…/ledger.sock`, or `address:port`."""

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
