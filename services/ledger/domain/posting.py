"""From facts about money to entries: the journal lines of docs/flows.md, one function for each kind of fact.

`share_minor` is the local-currency share of a gift; nothing else has one.
"""

import hashlib
from datetime import date
from uuid import UUID

from services.ledger.domain import chart
from services.ledger.domain.chart import Journal
from services.ledger.domain.entries import BankProof, Draft, Line


class UnknownInstrument(Exception):
    """A payment with an instrument for which the chart has no account."""


def payload_hash(payload: bytes) -> bytes:
    """The hash by which a repeated event is known to say the same."""
    return hashlib.sha256(payload).digest()


def receipt(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, fund: str, share_minor: int,
    currency: str, instrument: str, policy_id: UUID | None,
) -> Draft:  # fmt: skip
    """A payment received, its local-currency share apart: D 512100 / C 754110 / C 754190.

    With another instrument than the gift: D 512100 / C the instrument's account.
    """
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
            Line(chart.BANK, amount, fund, currency, instrument),
            Line(_kept_in(instrument), share_minor - amount, fund, currency, instrument),
            Line(chart.GIFTS_FOR_LOCAL_CURRENCY, -share_minor, fund, currency, instrument),
        ),
        proof=proof,
        policy_id=policy_id,
    )


def returned(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, proof: BankProof, fund: str, share_minor: int,
    currency: str, instrument: str,
) -> Draft:  # fmt: skip
    """A payment given back: D 754110 (or the instrument's account) / D 754190 / C 512100."""
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
            Line(_kept_in(instrument), amount - share_minor, fund, currency, instrument),
            Line(chart.GIFTS_FOR_LOCAL_CURRENCY, share_minor, fund, currency, instrument),
            Line(chart.BANK, -amount, fund, currency, instrument),
        ),
        proof=proof,
    )


def out_of_suspense(
    *, event_id: UUID, hashed: bytes, on: date, line_id: UUID, amount_minor: int, fund: str, currency: str,
) -> Draft:  # fmt: skip
    """Money that leaves suspense for a territory: D 471000 / C 181000; below zero, money that comes back."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.MISCELLANEOUS,
        entry_on=on,
        value_on=on,
        document=str(line_id),
        label="Affectation" if amount_minor > 0 else "Affectation annulée",
        lines=(
            Line(chart.SUSPENSE, amount_minor, fund, currency),
            Line(chart.LIAISON, -amount_minor, fund, currency),
        ),
    )


def allocated(
    *, event_id: UUID, hashed: bytes, on: date, value_on: date, line_id: UUID, allocation_id: UUID, amount_minor: int,
    fund: str, share_minor: int, currency: str, instrument: str, policy_id: UUID | None,
) -> Draft:  # fmt: skip
    """A payment that comes from suspense: as `receipt`, with D 181000."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.COLLECTIONS,
        entry_on=on,
        value_on=value_on,
        document=str(line_id),
        label="Paiement reçu, affecté depuis l’attente",
        lines=_without_zeros(
            Line(chart.LIAISON, amount_minor, fund, currency, instrument),
            Line(_kept_in(instrument), share_minor - amount_minor, fund, currency, instrument),
            Line(chart.GIFTS_FOR_LOCAL_CURRENCY, -share_minor, fund, currency, instrument),
        ),
        proof=BankProof(None, allocation_id, amount_minor),
        policy_id=policy_id,
    )


def allocation_reversed(
    *, event_id: UUID, hashed: bytes, on: date, line_id: UUID, amount_minor: int, fund: str, share_minor: int,
    currency: str, instrument: str,
) -> Draft:  # fmt: skip
    """A payment that goes back to suspense, with the share that it had: as `returned`, with C 181000."""
    return Draft(
        event_id=event_id,
        payload_hash=hashed,
        journal=Journal.COLLECTIONS,
        entry_on=on,
        value_on=on,
        document=str(line_id),
        label="Affectation annulée",
        lines=_without_zeros(
            Line(_kept_in(instrument), amount_minor - share_minor, fund, currency, instrument),
            Line(chart.GIFTS_FOR_LOCAL_CURRENCY, share_minor, fund, currency, instrument),
            Line(chart.LIAISON, -amount_minor, fund, currency, instrument),
        ),
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


def _kept_in(instrument: str) -> str:
    try:
        return chart.RECEIVED[instrument]
    except KeyError:
        raise UnknownInstrument(f"no account of the chart is for instrument {instrument!r}") from None


def _without_zeros(*lines: Line) -> tuple[Line, ...]:
    return tuple([line for line in lines if line.amount_minor])  # a generator would take twice as long
