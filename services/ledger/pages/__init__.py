"""The pages of the ledger, in French, working without JavaScript: the counter, the books, what treasurers decide."""

from fastapi import APIRouter

from services.ledger.pages import (
    accounts,
    chart,
    closings,
    conversions,
    corrections,
    counter,
    currency_registry,
    deliveries,
    disbursements,
    envelope_shares,
    funds,
    general_ledger,
    history,
    journal,
    local_currencies,
    periods,
    repayments,
    roots,
)

router = APIRouter(include_in_schema=False)
router.include_router(counter.router)
router.include_router(history.router)
router.include_router(roots.router)
router.include_router(periods.router)
router.include_router(general_ledger.router)
router.include_router(journal.router)
router.include_router(chart.router)
router.include_router(funds.router)
router.include_router(local_currencies.router)
router.include_router(currency_registry.router)
router.include_router(
    closings.router
)  # these come before the accounts, whose addresses end with any territory
router.include_router(accounts.router)
router.include_router(disbursements.router)
router.include_router(envelope_shares.router)
router.include_router(conversions.router)
router.include_router(deliveries.router)
router.include_router(corrections.router)
router.include_router(repayments.router)
