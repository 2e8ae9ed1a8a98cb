"""From facts to entries: the journal lines of docs/flows.md, one function for each kind of fact."""

import hashlib
from datetime import date
from uuid import UUID

from services.ledger.domain import chart
from services.ledger.domain.chart import Journal
from services.ledger.domain.entries import BankProof, Draft, Line


def payload_hash(payload: bytes) -> bytes:
    """The hash by which a repeated event is known to say the same."""
    return hashlib.sha256(payload).digest()


def promise(
    *,
    event_id: UUID,
    hashed: bytes,
    made_on: date,
    reference: str,
    fund: str,
    amount_minor: int,
    currency: str,
) -> Draft:
    """A promise, in the memo accounts: D 802100 / C 809100."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.COMMITMENTS,
        entry_on=made_on,
        value_on=made_on,
        document=reference,
        label="Promesse",
        lines=(
            Line(chart.PROMISES, amount_minor, fund, currency),
            Line(chart.PROMISES_CONTRA, -amount_minor, fund, currency),
        ),
    )


def receipt(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, fund: str, share_minor: int,
    currency: str, policy_id: UUID | None,
) -> Draft:  # fmt: skip
    """A payment received, its local-currency share apart: D 512100 / C 754110 / C 754190."""
    amount = proof.movement_minor
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.COLLECTIONS,
        entry_on=on,
        value_on=value_on,
        document=str(proof.line_id),
        label="Paiement reçu",
        lines=_without_zeros(
            Line(chart.BANK, amount, fund, currency),
            Line(chart.GIFTS, share_minor - amount, fund, currency),
            Line(chart.GIFTS_FOR_LOCAL_CURRENCY, -share_minor, fund, currency),
        ),
        proof=proof,
        policy_id=policy_id,
    )


def returned(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, fund: str, share_minor: int,
    currency: str,
) -> Draft:  # fmt: skip
    """A payment given back: D 754110 / D 754190 / C 512100."""
    amount = -proof.movement_minor
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.COLLECTIONS,
        entry_on=on,
        value_on=value_on,
        document=str(proof.line_id),
        label="Paiement rejeté ou remboursé",
        lines=_without_zeros(
            Line(chart.GIFTS, amount - share_minor, fund, currency),
            Line(chart.GIFTS_FOR_LOCAL_CURRENCY, share_minor, fund, currency),
            Line(chart.BANK, -amount, fund, currency),
        ),
        proof=proof,
    )


def bank_line(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, account: str, label: str,
    fund: str, currency: str,
) -> Draft:  # fmt: skip
    """A line of the bank against one account: suspense, fees."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.MISCELLANEOUS,
        entry_on=on,
        value_on=value_on,
        document=str(proof.line_id),
        label=label,
        lines=(
            Line(chart.BANK, proof.movement_minor, fund, currency),
            Line(account, -proof.movement_minor, fund, currency),
        ),
        proof=proof,
    )


def opening(
    *,
    event_id: UUID,
    hashed: bytes,
    on: date,
    statement_id: UUID,
    amount_minor: int,
    fund: str,
    currency: str,
) -> Draft:
    """What the bank account held before its first statement: D 512100 / C 110000."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.OPENING,
        entry_on=on,
        value_on=on,
        document=str(statement_id),
        label="Solde d’ouverture du relevé",
        lines=(
            Line(chart.BANK, amount_minor, fund, currency),
            Line(chart.CARRIED_FORWARD, -amount_minor, fund, currency),
        ),
    )


def envelope_move(
    *, event_id: UUID, hashed: bytes, on: date, disbursement_id: UUID, debit: str, credit: str, label: str,
    fund: str, amount_minor: int, currency: str, instrument: str,
) -> Draft:  # fmt: skip
    """A move between the memo accounts of an envelope: reserved, committed, released."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.COMMITMENTS,
        entry_on=on,
        value_on=on,
        document=str(disbursement_id),
        label=label,
        lines=(
            Line(debit, amount_minor, fund, currency, instrument),
            Line(credit, -amount_minor, fund, currency, instrument),
        ),
    )


def disbursed(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, disbursement_id: UUID,
    fund: str, currency: str, family: str,
) -> Draft:  # fmt: skip
    """Money that has left for a project: D 657100 (grant) or 274000 (investment) / C 512100."""
    account = chart.INVESTMENTS if family == "investment" else chart.GRANTS
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.DISBURSEMENTS,
        entry_on=on,
        value_on=value_on,
        document=str(disbursement_id),
        label="Versement à un projet",
        lines=(
            Line(account, -proof.movement_minor, fund, currency, family),
            Line(chart.BANK, proof.movement_minor, fund, currency, family),
        ),
        proof=proof,
    )


def _without_zeros(*lines: Line) -> tuple[Line, ...]:
    return tuple([line for line in lines if line.amount_minor])  # a generator would take twice as long
