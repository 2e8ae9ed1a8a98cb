"""What members is told by its environment (`MILLIARD_MEMBERS_…`)."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of one process of members. `secret` wraps every key at rest: losing it loses them all."""

    model_config = SettingsConfigDict(env_prefix="MILLIARD_MEMBERS_", extra="ignore", populate_by_name=True)

    confirmation_hours: int = Field(48, ge=1)
    """How long the link that confirms a membership is valid: a weekend without reading mail."""

    sign_in_minutes: int = Field(15, ge=1)
    """How long a sign-in link is valid: it opens the account, so it must not lie in a mailbox."""

    refresh_days: int = Field(30, ge=1)
    """How long a browser stays signed in without being used: once a month is how often most members come."""

    refresh_grace_seconds: int = Field(10, ge=0)
    """Two tabs may renew at one time with one cookie; an older token after that was stolen or copied."""

    letters_per_address_per_hour: int = Field(5, ge=1)
    """Letters that strangers can make us send to one mailbox; a person who mistypes needs two or three."""

    forms_per_client_per_hour: int = Field(100, ge=1)
    """Forms from one network address: a public meeting may join behind one, a flood goes far beyond."""

    pending_days: int = Field(30, ge=3)
    """After this an address that was never confirmed is removed: we have no consent to keep it."""

    signing_key_days: int = Field(90, ge=2)
    """How long a key that signs sessions is trusted."""

    signing_key_renewal_days: int = Field(30, ge=1)
    """A new key is made when the last one has fewer days left: verifiers get weeks to hear of it."""


def _settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]


Configured = Annotated[Settings, Depends(_settings)]
"""The settings of the service that answers the request."""
