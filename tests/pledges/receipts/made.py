"""A tax receipt as it is made."""

from datetime import UTC, date, datetime
from uuid import UUID

from services.pledges.domain.donor import Donor
from services.pledges.domain.receipt_issuer import Mentions
from services.pledges.domain.tax_receipt import CountedPayment, Mode, TaxReceipt

RECEIPT = TaxReceipt(
    receipt_id=UUID("7d9f5a52-3b0c-4e0f-8a9a-0f6a3f1f0001"),
    year=2025,
    number=42,
    issuer=Mentions(
        name="Association de l’Œuvre",
        registration="732829320",
        street="12 rue de l’Église",
        postal_code="64000",
        city="Pau",
        object="Rassembler des dons.",
        quality="Œuvre d’intérêt général",
        for_wealth_tax=False,
        signatory_name="Alix Exemple",
        signatory_role="trésorière",
    ),
    donor=Donor("Zoé", "D’Étienne", "3 impasse du Cœur", "64100", "Bayonne", "France"),
    payments=[CountedPayment(UUID(int=1), date(2025, 3, 5), 1000, Mode.TRANSFER)],
    issued_at=datetime(2026, 1, 15, 8, 30, tzinfo=UTC),
)
