"""Posts a batch of one territory's facts about money: promises, receipts, returns, lines that nothing explains."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.ledger.domain import chart, posting
from services.ledger.domain.entries import BankProof, Draft
from services.ledger.domain.funds import GENERAL_FUND
from services.ledger.domain.sharing import Policy, Receipt, give_back, lines_back, policy_in_force
from services.ledger.operations.draft_promises import PROMISE_DRAFTS
from services.ledger.repository import books, journal, receipts
from services.ledger.repository.books import Chain
from shared.bus import CauseMissing
from shared.database import Work
from shared.events import Event, Heard
from shared.events.pledges import (
    AllocationReversed,
    BankFeeCharged,
    BankLineEvent,
    Direction,
    PaymentAllocated,
    PaymentReceived,
    PaymentRefunded,
    PaymentReturned,
    PaymentSuspended,
    SuspenseCleared,
    SuspenseRestored,
)
from shared.values import split_by_basis_points


async def post_facts(work: Work, batch: Sequence[Heard[Any]]) -> None:
    """Post facts of one territory, in order, each once. Raises CauseMissing for a return before its receipt."""
    (territory,) = {heard.event.territory for heard in batch}
    hashes = {heard.id: posting.payload_hash(heard.payload) for heard in batch}
    opened = await books.open_books(work, territory, hashes)
    new = [heard for heard in batch if heard.id not in opened.known]
    returning = {id for heard in new if (id := _given_back(heard.event)) is not None}
    sheet = _Sheet(
        chain=opened.chain,
        policies=opened.policies,
        returning=returning,
        receipts=await receipts.find_receipts(work, territory, returning),
    )
    drafts = list(filter(None, [sheet.draft(heard, hashes[heard.id]) for heard in new]))
    await receipts.save_returned(work, territory, list(sheet.returned.values()))
    await journal.append(work, opened.chain, drafts)


class _Sheet:
    """What a batch needs to know while it is turned into drafts, and what it changes."""

    def __init__(
        self, *, chain: Chain, policies: list[Policy], returning: set[UUID], receipts: dict[UUID, Receipt]
    ) -> None:
        """`receipts` are earlier ones of the `returning` lines: the others came in this batch, or not yet."""
        self._chain = chain
        self._policies = policies
        self._returning = returning
        self._receipts = receipts
        self._by_day: dict[date, Policy | None] = {}
        self._drafts: dict[type[Event], Callable[[UUID, bytes, Any], Draft | None]] = {
            **PROMISE_DRAFTS,
            PaymentReceived: self._received,
            PaymentReturned: self._returned,
            PaymentRefunded: self._returned,
            PaymentAllocated: self._allocated,
            AllocationReversed: self._reversed,
            SuspenseCleared: self._cleared,
            SuspenseRestored: self._cleared,
            PaymentSuspended: self._suspended,
            BankFeeCharged: self._charged,
        }
        self.returned: dict[UUID, Receipt] = {}

    def draft(self, heard: Heard[Any], hashed: bytes) -> Draft | None:
        """The entry of a fact, None when it moves nothing. Raises CauseMissing for a return before its receipt."""
        return self._drafts[type(heard.event)](heard.id, hashed, heard.event)

    def _received(self, event_id: UUID, hashed: bytes, payment: PaymentReceived) -> Draft:
        share, policy = self._shared(payment, payment.line_id)
        return posting.receipt(
            event_id=event_id,
            hashed=hashed,
            on=payment.booked_on,
            value_on=payment.value_on,
            proof=_proof(payment, is_credit=True),
            fund=payment.fund,
            share_minor=share,
            currency=payment.currency,
            instrument=payment.instrument,
            policy_id=policy.policy_id if policy else None,
        )

    def _allocated(self, event_id: UUID, hashed: bytes, payment: PaymentAllocated) -> Draft:
        share, policy = self._shared(payment, payment.allocation_id)
        return posting.allocated(
            event_id=event_id,
            hashed=hashed,
            on=payment.made_on,
            value_on=payment.value_on,
            line_id=payment.line_id,
            allocation_id=payment.allocation_id,
            amount_minor=payment.amount_minor,
            fund=payment.fund,
            share_minor=share,
            currency=payment.currency,
            instrument=payment.instrument,
            policy_id=policy.policy_id if policy else None,
        )

    def _shared(
        self, payment: PaymentReceived | PaymentAllocated, receipt_id: UUID
    ) -> tuple[int, Policy | None]:
        """The local-currency share of a gift, by the policy of the day when the bank had it.

        Of nothing else: what is lent or subscribed in euros is owed in euros.
        """
        policy = self._in_force(payment.booked_on) if payment.instrument == chart.GIFT else None
        share, carried = 0, self._chain.share_remainders
        if policy is not None:
            share, carried[payment.currency] = split_by_basis_points(
                payment.amount_minor, policy.basis_points, carried.get(payment.currency, 0)
            )
        if self._returning and receipt_id in self._returning:
            self._receipts[receipt_id] = Receipt(
                receipt_id, payment.fund, payment.currency, payment.instrument, payment.amount_minor, share
            )
        return share, policy

    def _in_force(self, day: date) -> Policy | None:
        """The policy of a day, looked for once: a batch has thousands of payments and a few days."""
        if day not in self._by_day:
            self._by_day[day] = policy_in_force(self._policies, territory=self._chain.territory, on=day)
        return self._by_day[day]

    def _returned(self, event_id: UUID, hashed: bytes, payment: PaymentReturned | PaymentRefunded) -> Draft:
        share, before, receipt = self._give_back(payment.received_line_id, payment)
        draft = posting.returned(
            event_id=event_id,
            hashed=hashed,
            on=payment.booked_on,
            value_on=payment.value_on,
            proof=_proof(payment, is_credit=False),
            fund=receipt.fund,
            share_minor=share,
            currency=payment.currency,
            instrument=receipt.instrument,
        )
        return _as_corrected(draft, before, receipt, share)

    def _reversed(self, event_id: UUID, hashed: bytes, undone: AllocationReversed) -> Draft:
        share, before, receipt = self._give_back(undone.allocation_id, undone)
        draft = posting.allocation_reversed(
            event_id=event_id,
            hashed=hashed,
            on=undone.made_on,
            line_id=undone.line_id,
            amount_minor=undone.amount_minor,
            fund=receipt.fund,
            share_minor=share,
            currency=undone.currency,
            instrument=receipt.instrument,
        )
        return _as_corrected(draft, before, receipt, share)

    def _give_back(
        self, receipt_id: UUID, back: PaymentReturned | PaymentRefunded | AllocationReversed
    ) -> tuple[int, Receipt, Receipt]:
        """The share that goes back with a payment, and the payment before and after it. Raises CauseMissing."""
        before = self._receipts.get(receipt_id)
        if before is None:
            raise CauseMissing(f"payment {receipt_id} is not posted yet")
        share, receipt = give_back(before, back.amount_minor, back.currency)
        self._receipts[receipt_id] = self.returned[receipt_id] = receipt
        return share, before, receipt

    def _cleared(self, event_id: UUID, hashed: bytes, moved: SuspenseCleared | SuspenseRestored) -> Draft:
        is_back = isinstance(moved, SuspenseRestored)
        return posting.out_of_suspense(
            event_id=event_id,
            hashed=hashed,
            on=moved.made_on,
            line_id=moved.line_id,
            amount_minor=-moved.amount_minor if is_back else moved.amount_minor,
            fund=GENERAL_FUND,
            currency=moved.currency,
        )

    def _suspended(self, event_id: UUID, hashed: bytes, line: PaymentSuspended) -> Draft:
        is_credit = line.direction is Direction.CREDIT
        label = f"En attente : {line.reason}"
        return _bank_line(event_id, hashed, line, account=chart.SUSPENSE, is_credit=is_credit, label=label)

    def _charged(self, event_id: UUID, hashed: bytes, line: BankFeeCharged) -> Draft:
        return _bank_line(
            event_id, hashed, line, account=chart.BANK_FEES, is_credit=False, label="Frais bancaires"
        )


def _as_corrected(draft: Draft, before: Receipt, after: Receipt, share_minor: int) -> Draft:
    """What goes back of a payment that was corrected takes back what stands in its place."""
    return draft._replace(lines=lines_back(before, after, share_minor=share_minor)) if after.stands else draft


def _given_back(fact: Event) -> UUID | None:
    """The payment that a fact gives back, in whole or in part."""
    if type(fact) is PaymentReturned or type(fact) is PaymentRefunded:
        return fact.received_line_id
    return fact.allocation_id if type(fact) is AllocationReversed else None


def _bank_line(
    event_id: UUID, hashed: bytes, line: BankLineEvent, *, account: str, is_credit: bool, label: str
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
