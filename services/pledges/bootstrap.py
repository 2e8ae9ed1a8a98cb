"""Puts pledges together: the same for production and tests."""

from datetime import timedelta

from services.pledges import api, pages
from services.pledges.domain.allocation import AllocationRefused
from services.pledges.domain.claims import ClaimUsedUp
from services.pledges.domain.commitment import CommittedAlready, LetterClosed, TextChanged
from services.pledges.domain.debit_refusals import (
    BatchClosed,
    BatchNotFound,
    DebitsRefused,
    NothingLeftToSend,
    TooEarlyToSend,
    TooLateToSend,
)
from services.pledges.domain.investors import RollRefused, StatementsComeIn
from services.pledges.domain.mandate import MandateExists, MandateNotOpen, MandateRefused
from services.pledges.domain.national_desk import TreasurerNoMore
from services.pledges.domain.payment_file import (
    FileNeverSent,
    FileNotFound,
    FileNotWhole,
    FileWasSent,
    OrderInAnotherFile,
    OrderNotInFile,
    OrderNotOpen,
    PaymentFileRefused,
)
from services.pledges.domain.payment_ruling import PaymentNotFound
from services.pledges.domain.pledge import PledgeAlreadyPaid, PledgeRefused
from services.pledges.domain.pledge_file import PledgeFileTooLarge
from services.pledges.domain.receipt_issuer import AccountTaken, IssuerInState, IssuerNotFound, IssuerRefused
from services.pledges.domain.refund import RefundRefused
from services.pledges.domain.refusals import BankFileRefused, StatementTooLarge
from services.pledges.domain.reminder_policy import PolicyRefused
from services.pledges.domain.survey.loading import questionnaires
from services.pledges.domain.survey.refusals import ResponseSent, SurveyIncomplete, SurveyRefused
from services.pledges.domain.tax_receipt import (
    NoRightToIssue,
    ReceiptAlreadyCancelled,
    ReceiptAltered,
    ReceiptNotFound,
    ReceiptRefused,
)
from services.pledges.handlers import handlers
from services.pledges.operations.forget_responses import keep_forgetting
from services.pledges.operations.limit_floods import FloodGate
from services.pledges.operations.reading_apart import ReadingStopped
from services.pledges.operations.redo_receipts import follow_returns
from services.pledges.reminding import Reminding
from services.pledges.repository.pledge_imports import PledgeImportUnderWay
from services.pledges.repository.statements import ImportUnderWay
from services.pledges.settings import Settings
from services.pledges.watching import watch_conditions
from shared.database import Database
from shared.runtime import Service
from shared.runtime.service import BackgroundTask

STATUSES: dict[type[Exception], int] = {
    PledgeRefused: 422,
    AllocationRefused: 422,
    ClaimUsedUp: 410,
    RefundRefused: 422,
    CommittedAlready: 409,
    LetterClosed: 409,
    TextChanged: 409,
    DebitsRefused: 422,
    BatchNotFound: 404,
    BatchClosed: 409,
    TooEarlyToSend: 409,
    TooLateToSend: 409,
    NothingLeftToSend: 409,
    PaymentFileRefused: 422,
    TreasurerNoMore: 403,
    FileNotFound: 404,
    FileNeverSent: 409,
    FileNotWhole: 409,
    FileWasSent: 409,
    OrderNotInFile: 409,
    OrderInAnotherFile: 409,
    OrderNotOpen: 409,
    MandateRefused: 422,
    MandateExists: 409,
    MandateNotOpen: 409,
    PledgeFileTooLarge: 413,
    PledgeImportUnderWay: 409,
    PledgeAlreadyPaid: 409,
    StatementsComeIn: 409,
    RollRefused: 422,
    ImportUnderWay: 409,
    StatementTooLarge: 413,
    PolicyRefused: 422,
    BankFileRefused: 422,
    ReadingStopped: 503,
    ResponseSent: 409,
    SurveyIncomplete: 409,
    SurveyRefused: 422,
    ReceiptRefused: 422,
    ReceiptNotFound: 404,
    PaymentNotFound: 404,
    ReceiptAlreadyCancelled: 409,
    NoRightToIssue: 409,
    ReceiptAltered: 500,
    IssuerRefused: 422,
    IssuerNotFound: 404,
    IssuerInState: 409,
    AccountTaken: 409,
}
"""How HTTP answers what the domain refuses."""


def bootstrap(settings: Settings) -> Service:
    questionnaires()  # a questionnaire that cannot be asked is found out here, not by the first person
    service = Service(
        name="pledges",
        settings=settings,
        handlers=handlers(settings),
        routers=(api.router, pages.router),
        statuses=STATUSES,
        ahead=timedelta(days=settings.days_ahead),
    )
    service.background += _tasks(service.database, settings)
    service.app.state.floods = FloodGate()  # pages and API count the same promises
    service.app.state.survey_floods = FloodGate(
        refusal="Beaucoup de réponses viennent de votre connexion : réessayez dans une heure.",
        code="too_many_responses",
    )
    service.app.state.name_floods = FloodGate(
        refusal="Beaucoup de noms ont été essayés depuis votre connexion : réessayez dans une heure.",
        code="too_many_names",
    )
    return service


def _tasks(database: Database, settings: Settings) -> list[BackgroundTask]:
    """What goes on beside requests and lanes. Each takes a lock of its own where one process is to do it at a time."""
    reminding = Reminding(settings)

    async def remind() -> None:
        await reminding.run(database)

    async def follow() -> None:
        await follow_returns(database)

    async def forget() -> None:
        await keep_forgetting(database)

    async def watch() -> None:
        await watch_conditions(database, settings)

    return [remind, follow, forget, watch]
