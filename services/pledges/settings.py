"""What pledges is told by its environment (`MILLIARD_PLEDGES_…`)."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict
from stdnum import iban as iban_number
from stdnum.eu import at_02
from stdnum.exceptions import ValidationError as StdnumError

from shared.settings import ServiceSettings

DEMONSTRATION_IBAN = "FR7630006000011234567890189"
"""A valid French IBAN that banks print as an example: no account has it."""

DEMONSTRATION_CREDITOR_ID = "FR72ZZZ123456"
"""The SEPA creditor identifier that documents give as an example: no creditor has it."""


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

    survey_responses_per_hour: int = Field(60, ge=1)
    """Answers to the survey that one address may begin in an hour: a whole meeting, but no flood."""

    max_statement_bytes: int = Field(200_000_000, ge=1)
    """Some two hundred thousand lines, at a kilobyte each; the local gateway stops there too."""

    max_imported_pledge_minor: int = Field(10_000_000_000, le=99_999_999_999)
    """A hundred million euros: treasurers enter what was agreed beyond the above; a tenth of the goal is a slip."""

    max_imported_pledges: int = Field(5_000, ge=1)
    """Lines of one file of pledges: a campaign's meetings, in one transaction of a few seconds and one page."""

    max_pledge_file_bytes: int = Field(2_000_000, ge=1)
    """Five thousand lines of four hundred bytes; the longest that can be right has some six hundred."""

    lines_per_chunk: int = Field(1000, ge=1)
    """Bank lines in memory at one time. With a thousand, round trips cost nothing; more only holds memory."""

    creditor_id: str | None = None
    """Our SEPA creditor identifier (ICS), from the Banque de France: without it nothing is collected."""

    prenotification_days: int = Field(14, ge=1, le=60)
    """Days between the letter that announces a direct debit and its file; the scheme's own are 14."""

    bank_lead_days: int = Field(2, ge=1, le=10)
    """Business days before a collection by which the bank wants its file. The scheme asks for one; banks for more."""

    days_ahead: int = Field(0, ge=0, le=3660)
    """A rehearsal's: how many days later it is for this service than the machine's clock says, ten years at most."""

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

    @field_validator("creditor_id")
    @classmethod
    def _valid_creditor_id(cls, value: str | None) -> str | None:
        """Checked by its key (ISO 7064 mod 97-10 without characters 5 to 7, EPC262-08); empty is none."""
        if value is None or not value.strip():
            return None
        try:
            return str(at_02.validate(value))
        except StdnumError:
            raise ValueError("MILLIARD_PLEDGES_CREDITOR_ID is no SEPA creditor identifier") from None

    @model_validator(mode="after")
    def _example_creditor_only_for_the_example_account(self) -> Self:
        if self.creditor_id == DEMONSTRATION_CREDITOR_ID and not self.is_demonstration:
            raise ValueError("MILLIARD_PLEDGES_CREDITOR_ID is the example that no creditor has")
        return self

    @model_validator(mode="after")
    def _rehearsals_move_no_money(self) -> Self:
        if self.days_ahead and not self.is_demonstration:
            raise ValueError(
                "MILLIARD_PLEDGES_DAYS_AHEAD is for rehearsals with the example account: a real one keeps real days"
            )
        return self

    @property
    def beneficiary_iban(self) -> str:
        return self.account_ibans[0]

    @property
    def is_demonstration(self) -> bool:
        """Whether pledges would be paid to the example account, which no bank holds: pages must say so."""
        return self.beneficiary_iban == DEMONSTRATION_IBAN

    @property
    def collecting_creditor_id(self) -> str | None:
        """Under which identifier direct debits are collected, None when they are not: the example one in a
        demonstration, whose file no bank takes."""
        return self.creditor_id or (DEMONSTRATION_CREDITOR_ID if self.is_demonstration else None)
