"""The ledger over HTTP: public progress, treasurers' orders, operators' checks."""

from fastapi import APIRouter

from services.ledger.api import (
    books,
    chart,
    conversions,
    corrections,
    deliveries,
    disbursements,
    envelope_shares,
    exports,
    funds,
    local_currencies,
    progress,
    repayments,
    roots,
)

router = APIRouter(prefix="/api/ledger")
router.include_router(progress.router)
router.include_router(books.router)
router.include_router(chart.router)
router.include_router(funds.router)
router.include_router(disbursements.router)
router.include_router(envelope_shares.router)
router.include_router(repayments.router)
router.include_router(corrections.router)
router.include_router(local_currencies.router)
router.include_router(conversions.router)
router.include_router(deliveries.router)
router.include_router(roots.router)
router.include_router(exports.router)
