"""What notifications is told by its environment (`MILLIARD_NOTIFICATIONS_…`)."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The mail server, who writes, and how patient a letter is."""

    model_config = SettingsConfigDict(
        env_prefix="MILLIARD_NOTIFICATIONS_", extra="ignore", populate_by_name=True
    )

    smtp_url: SecretStr = SecretStr("smtp://127.0.0.1:1025")
    """`smtp://[user:password@]host[:587]` or `smtps://…[:465]`, with `?starttls=always|auto|never`. Without
    it, `always` when there is a password to protect, `auto` otherwise."""

    sender: str = "Opération Milliard <courrier@milliard.example>"
    reply_to: str = "Opération Milliard <bonjour@milliard.example>"
    list_id: str = "Opération Milliard <service.milliard.example>"
    """RFC 2919: lets people sort our mails, whatever address they come from."""

    waiting_days: int = Field(default=30, ge=1)
    """How long a letter waits for a contact. Savers who stay anonymous never give one; after a month the news
    is old."""

    attempts: int = Field(default=8, ge=1)
    """With the pauses of the domain, eight attempts last eleven hours: a mail server's bad night."""

    poll_seconds: float = Field(default=1.0, gt=0)
    """How often due letters are looked for when nothing woke the delivery: for pauses that are over, and for
    letters that another process wrote."""

    smtp_timeout_seconds: float = Field(default=20, gt=0)
    """For one answer of the mail server. Content filters take seconds; longer, and it counts as away."""
