"""HTTP JSON of pledges."""

from fastapi import APIRouter

from services.pledges.api import bank, pledges

router = APIRouter(prefix="/api/pledges")
router.include_router(pledges.router)
router.include_router(bank.router)
