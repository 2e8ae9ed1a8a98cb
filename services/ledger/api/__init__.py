"""The ledger over HTTP: public progress, treasurers' orders, operators' checks."""

from fastapi import APIRouter

from services.ledger.api import (
    books,
    chart,
    corrections,
    disbursements,
    envelope_shares,
    exports,
    funds,
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
router.include_router(roots.router)
router.include_router(exports.router)
