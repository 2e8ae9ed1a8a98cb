"""Posts a batch of one territory's facts about money: promises, receipts, returns, lines that nothing explains."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.ledger.domain import chart, posting
from services.ledger.domain.entries import BankProof, Draft
from services.ledger.domain.sharing import Policy, Receipt, give_back, policy_in_force
from services.ledger.repository import journal, receipts
from services.ledger.repository.journal import Chain
from shared.bus import CauseMissing
from shared.database import Work
from shared.events import Heard
from shared.events.pledges import (
    BankFeeCharged,
    BankLineEvent,
    Direction,
    PaymentReceived,
    PaymentReturned,
    PaymentSuspended,
    PledgeMade,
)
from shared.values import split_by_basis_points

GENERAL_FUND = "general"
"""The fund of what belongs to no fund yet: suspense and fees."""


async def post_facts(work: Work, batch: Sequence[Heard[Any]]) -> None:
    """Post facts of one territory, in order, each once. Raises CauseMissing for a return before its receipt."""
    (territory,) = {heard.event.territory for heard in batch}
    chain = await journal.lock_chain(work, territory)
    hashes = {heard.id: posting.payload_hash(heard.payload) for heard in batch}
    known = await journal.known_events(work, list(hashes), hashes)
    new = [heard for heard in batch if heard.id not in known]
    books = _Books(
        chain=chain,
        policies=await _policies(work, territory, new),
        receipts=await receipts.find_receipts(work, territory, _returned_lines(new)),
    )
    drafts = [books.draft(heard, hashes[heard.id]) for heard in new]
    await receipts.insert_receipts(work, territory, list(books.new_receipts.values()))
    await receipts.update_returned(work, books.changed_receipts.values())
    await journal.append(work, chain, drafts)


async def _policies(work: Work, territory: str, batch: Sequence[Heard[Any]]) -> list[Policy]:
    if any(isinstance(heard.event, PaymentReceived) for heard in batch):
        return await receipts.policies_of(work, territory)
    return []


def _returned_lines(batch: Sequence[Heard[Any]]) -> list[UUID]:
    return [heard.event.received_line_id for heard in batch if isinstance(heard.event, PaymentReturned)]


class _Books:
    """What a batch needs to know while it is turned into drafts, and what it changes."""

    def __init__(self, *, chain: Chain, policies: list[Policy], receipts: dict[UUID, Receipt]) -> None:
        self._chain = chain
        self._policies = policies
        self._receipts = receipts
        self.new_receipts: dict[UUID, tuple[Receipt, UUID | None]] = {}
        self.changed_receipts: dict[UUID, Receipt] = {}

    def draft(self, heard: Heard[Any], hashed: bytes) -> Draft:
        match heard.event:
            case PledgeMade() as pledge:
                return posting.promise(
                    event_id=heard.id,
                    hashed=hashed,
                    made_on=pledge.made_at.date(),
                    reference=pledge.reference,
                    fund=pledge.fund,
                    amount_minor=pledge.amount_minor,
                    currency=pledge.currency,
                )
            case PaymentReceived() as payment:
                return self._received(heard.id, hashed, payment)
            case PaymentReturned() as payment:
                return self._returned(heard.id, hashed, payment)
            case PaymentSuspended() as line:
                credit = line.direction is Direction.CREDIT
                return self._bank_line(
                    heard.id,
                    hashed,
                    line,
                    account=chart.SUSPENSE,
                    is_credit=credit,
                    label=f"En attente : {line.reason}",
                )
            case BankFeeCharged() as line:
                return self._bank_line(
                    heard.id, hashed, line, account=chart.BANK_FEES, is_credit=False, label="Frais bancaires"
                )
        raise TypeError(f"{type(heard.event).__name__} is not a fact that is posted here")

    def _received(self, event_id: UUID, hashed: bytes, payment: PaymentReceived) -> Draft:
        policy = policy_in_force(self._policies, territory=payment.territory, on=payment.booked_on)
        share, self._chain.share_remainder = split_by_basis_points(
            payment.amount_minor, policy.basis_points if policy else 0, self._chain.share_remainder
        )
        receipt = Receipt(payment.line_id, payment.fund, payment.currency, payment.amount_minor, share)
        self.new_receipts[payment.line_id] = receipt, policy.policy_id if policy else None
        return posting.receipt(
            event_id=event_id,
            hashed=hashed,
            on=payment.booked_on,
            value_on=payment.value_on,
            proof=_proof(payment, is_credit=True),
            fund=payment.fund,
            share_minor=share,
            currency=payment.currency,
        )

    def _returned(self, event_id: UUID, hashed: bytes, payment: PaymentReturned) -> Draft:
        line_id = payment.received_line_id
        fresh = self.new_receipts.get(line_id)
        receipt = fresh[0] if fresh else self.changed_receipts.get(line_id, self._receipts.get(line_id))
        if receipt is None:
            raise CauseMissing(f"payment {line_id} is not posted yet")
        share, receipt = give_back(receipt, payment.amount_minor, payment.currency)
        if fresh:
            self.new_receipts[line_id] = receipt, fresh[1]
        else:
            self.changed_receipts[line_id] = receipt
        return posting.returned(
            event_id=event_id,
            hashed=hashed,
            on=payment.booked_on,
            value_on=payment.value_on,
            proof=_proof(payment, is_credit=False),
            fund=receipt.fund,
            share_minor=share,
            currency=payment.currency,
        )

    def _bank_line(
        self, event_id: UUID, hashed: bytes, line: BankLineEvent, *, account: str, is_credit: bool, label: str
    ) -> Draft:
        return posting.bank_line(
            event_id=event_id,
            hashed=hashed,
            on=line.booked_on,
            value_on=line.value_on,
            proof=_proof(line, is_credit=is_credit),
            account=account,
            label=label,
            fund=GENERAL_FUND,
            currency=line.currency,
        )


def _proof(line: BankLineEvent, *, is_credit: bool) -> BankProof:
    return BankProof(
        statement_id=line.statement_id,
        line_id=line.line_id,
        movement_minor=line.amount_minor if is_credit else -line.amount_minor,
    )
