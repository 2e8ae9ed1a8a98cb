"""The pages of pledges: promise, follow a promise, the bank desk, finding promises."""

from fastapi import APIRouter

from services.pledges.pages import bank, finding_pledges, pledges

router = APIRouter(include_in_schema=False)
router.include_router(pledges.router)
router.include_router(bank.router)
router.include_router(finding_pledges.router)
