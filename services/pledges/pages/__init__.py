"""The pages of pledges: promise, follow a promise, the bank desk."""

from fastapi import APIRouter

from services.pledges.pages import bank, pledges

router = APIRouter(include_in_schema=False)
router.include_router(pledges.router)
router.include_router(bank.router)
