"""The pages of pledges, each file its own corner: promising, following a promise, the bank desk."""

from fastapi import APIRouter

from services.pledges.pages import (
    bank,
    bank_line,
    changing_pledges,
    claims,
    commitments,
    conditional_promise,
    debits,
    finding_pledges,
    instruments,
    investors,
    line_details,
    mandates,
    offers,
    organisations,
    payment_rulings,
    pledge_imports,
    pledges,
    receipt_desk,
    receipt_issuers,
    refunds,
    reminder_policies,
    signing,
    survey,
    tax_receipts,
    transfers,
)

router = APIRouter(include_in_schema=False)
router.include_router(pledges.router)
router.include_router(conditional_promise.router)
router.include_router(offers.router)
router.include_router(bank.router)
router.include_router(bank_line.router)
router.include_router(line_details.router)
router.include_router(claims.router)
router.include_router(finding_pledges.router)
router.include_router(refunds.router)
router.include_router(organisations.router)
router.include_router(commitments.router)
router.include_router(instruments.router)
router.include_router(signing.router)
router.include_router(mandates.router)
router.include_router(debits.router)
router.include_router(transfers.router)
router.include_router(pledge_imports.router)
router.include_router(changing_pledges.router)
router.include_router(reminder_policies.router)
router.include_router(tax_receipts.router)
router.include_router(receipt_issuers.router)
router.include_router(receipt_desk.router)
router.include_router(payment_rulings.router)
router.include_router(survey.router)
router.include_router(investors.router)
