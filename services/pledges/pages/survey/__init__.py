"""The savers' survey as pages: consent, a few questions at a time, a last look, and the way out. No account, no script.

The address of a person's answers is their only key: it is not indexed, not stored, not sent to other sites.
"""

from fastapi import APIRouter

from services.pledges.pages.survey import answering, beginning, publishing, results, sending

router = APIRouter()
router.include_router(beginning.router)
router.include_router(answering.router)
router.include_router(sending.router)
router.include_router(publishing.router)
router.include_router(results.router)
