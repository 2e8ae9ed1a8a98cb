"""Bank statements of the sample campaign: real camt.053 files, one for each bank day, in MILLIARD_HOME/samples."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.pledges.domain.statement import BankLine, Direction, StatementHeader
from services.pledges.formats.camt_writer import write_statements


@dataclass
class BankDay:
    """The movements of one day, in the order in which the bank booked them."""

    iban: str
    booked_on: date
    number: int
    opening_minor: int
    lines: list[BankLine] = field(default_factory=list)

    @property
    def closing_minor(self) -> int:
        return self.opening_minor + sum(line.signed_minor for line in self.lines)

    def credit(self, amount_minor: int, *, reference: str | None = None, text: str | None = None) -> None:
        """A transfer to us, with a structured reference, a free text, or neither."""
        self._book(
            Direction.CREDIT,
            amount_minor,
            structured_reference=reference,
            remittance_text=text,
            counterparty_name="Personne donatrice",
            transaction_code="PMNT/RCDT/ESCT",
        )

    def lump(self, amount_minor: int, *, bank_reference: str) -> None:
        """Several transfers that the bank books as one sum, and details elsewhere (camt.054)."""
        self._book(
            Direction.CREDIT,
            amount_minor,
            detail_index=0,
            bank_reference=bank_reference,
            transaction_code="PMNT/RCDT/ESCT",
        )

    def debit(self, amount_minor: int, *, end_to_end_id: str) -> None:
        """A transfer that we ordered."""
        self._book(
            Direction.DEBIT, amount_minor, end_to_end_id=end_to_end_id, transaction_code="PMNT/ICDT/ESCT"
        )

    def give_back(self, amount_minor: int, *, reference: str) -> None:
        """A transfer that the debtor's bank takes back."""
        self._book(
            Direction.DEBIT,
            amount_minor,
            structured_reference=reference,
            return_reason="AC04",
            transaction_code="PMNT/RCDT/RRTN",
        )

    def collect(self, amount_minor: int, *, end_to_end_id: str, return_reason: str | None = None) -> None:
        """A direct debit of ours; below zero, one that the debtor's bank takes back for a reason."""
        self._book(
            Direction.CREDIT if amount_minor > 0 else Direction.DEBIT,
            abs(amount_minor),
            end_to_end_id=end_to_end_id,
            return_reason=return_reason,
            transaction_code="PMNT/IDDT/ESDD" if amount_minor > 0 else "PMNT/IDDT/UPDD",
        )

    def fee(self, amount_minor: int) -> None:
        """The bank's fee."""
        self._book(
            Direction.DEBIT,
            amount_minor,
            transaction_code="PMNT/MDOP/CHRG",
            additional_information="Frais de tenue de compte",
        )

    def _book(self, direction: Direction, amount_minor: int, **details: Any) -> None:
        number = len(self.lines) + 1
        own: dict[str, Any] = {
            "detail_index": 1,
            "bank_reference": f"{self.booked_on:%Y%m%d}-{self.number}-{number}",
        }
        self.lines.append(
            BankLine(
                entry_index=number,
                amount_minor=amount_minor,
                direction=direction,
                booked_on=self.booked_on,
                value_on=self.booked_on,
                **own | details,
            )
        )

    def write(self, folder: Path) -> Path:
        """Write the day's statement; returns its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"releve-{self.number:03d}-{self.booked_on:%Y-%m-%d}.xml"
        header = StatementHeader(
            iban=self.iban,
            statement_id=f"MIL-{self.booked_on:%Y%m%d}-{self.number:03d}",
            currency="EUR",
            opening_minor=self.opening_minor,
            closing_minor=self.closing_minor,
            opening_on=self.booked_on,
            closing_on=self.booked_on,
            sequence_number=self.number,
        )
        with path.open("wb") as out:
            write_statements(
                out,
                [(header, self.lines)],
                message_id=header.statement_id,
                created_at=datetime.now(UTC).replace(microsecond=0),
            )
        return path
