"""HTTP JSON of pledges."""

from fastapi import APIRouter

from services.pledges.api import (
    bank,
    bank_line,
    changing_pledges,
    conditions,
    debits,
    instruments,
    investors,
    mandates,
    notifications,
    pledge_imports,
    pledges,
    receipt_issuers,
    receipts,
    refunds,
    reminder_policies,
    survey,
    survey_results,
    transfers,
)

router = APIRouter(prefix="/api/pledges")
router.include_router(pledges.router)
router.include_router(conditions.router)
router.include_router(bank.router)
router.include_router(bank_line.router)
router.include_router(notifications.router)
router.include_router(refunds.router)
router.include_router(instruments.router)
router.include_router(mandates.router)
router.include_router(debits.router)
router.include_router(transfers.router)
router.include_router(pledge_imports.router)
router.include_router(changing_pledges.router)
router.include_router(reminder_policies.router)
router.include_router(receipt_issuers.router)
router.include_router(receipts.router)
router.include_router(survey.router)
router.include_router(survey_results.router)
router.include_router(investors.router)
