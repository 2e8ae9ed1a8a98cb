"""What pledges is told by its environment (`MILLIARD_PLEDGES_…`)."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict
from stdnum import iban as iban_number

from shared.settings import ServiceSettings

DEMONSTRATION_IBAN = "FR7630006000011234567890189"
"""A valid French IBAN that banks print as an example: no account has it."""


class Settings(ServiceSettings):
    """Settings of the pledges service. Amounts in cents."""

    model_config = SettingsConfigDict(env_prefix="MILLIARD_PLEDGES_", extra="ignore", populate_by_name=True)

    account_ibans: Annotated[tuple[str, ...], NoDecode] = (DEMONSTRATION_IBAN,)
    """Our accounts. Pledges are paid to the first; statements of all of them may be imported, of no other."""

    beneficiary_name: str = Field("Opération Milliard", min_length=1, max_length=70)
    """Whom the transfer is made to. Banks compare it with the account's holder; a QR code holds 70."""

    min_pledge_minor: int = Field(100, ge=1)
    """One euro: below it a transfer costs more than it brings."""

    max_pledge_minor: int = Field(100_000_000, le=99_999_999_999)
    """One million euros: beyond, one talks first, and a slipped zero would move the public figure."""

    pledges_per_hour: int = Field(60, ge=1)
    """Pledges that one address may make in an hour: a whole meeting behind one router, but no flood."""

    max_statement_bytes: int = Field(200_000_000, ge=1)
    """Some two hundred thousand lines, at a kilobyte each; the local gateway stops there too."""

    lines_per_chunk: int = Field(1000, ge=1)
    """Bank lines in memory at one time. With a thousand, round trips cost nothing; more only holds memory."""

    @field_validator("account_ibans", mode="before")
    @classmethod
    def _split_ibans(cls, value: object) -> object:
        return tuple(part for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("account_ibans")
    @classmethod
    def _valid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("MILLIARD_PLEDGES_ACCOUNT_IBANS names no account")
        return tuple(iban_number.validate(number) for number in value)

    @property
    def beneficiary_iban(self) -> str:
        return self.account_ibans[0]

    @property
    def is_demonstration(self) -> bool:
        """Whether pledges would be paid to the example account, which no bank holds: pages must say so."""
        return self.beneficiary_iban == DEMONSTRATION_IBAN
