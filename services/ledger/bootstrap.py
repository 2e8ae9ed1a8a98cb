"""Puts the ledger together; production and tests both start here."""

from services.ledger import api, pages
from services.ledger.board import Board
from services.ledger.domain import (
    chart_check,
    conversion,
    correction,
    delivery,
    disbursement,
    envelope_share,
    funds,
    local_currency,
    repayment_schedule,
    sharing,
)
from services.ledger.handlers import ledger_handlers
from services.ledger.measures import show_progress, show_unproved
from services.ledger.operations.publish_root import root_signer
from services.ledger.proving import Proving, publish_roots
from services.ledger.settings import Settings
from shared.runtime import Service
from shared.web.static_files import mount_static


def bootstrap(settings: Settings) -> Service:
    """The ledger with these settings."""
    proving = Proving(target_minor=settings.target_minor)
    service = Service(
        name="ledger",
        settings=settings,
        handlers=ledger_handlers(proving.wake),
        routers=(api.router, pages.router),
        statuses={
            disbursement.NotInState: 409,
            disbursement.SamePersonTwice: 403,
            disbursement.RequesterMayNotPay: 403,
            disbursement.AnotherOrder: 409,
            disbursement.OrdererLeft: 409,
            disbursement.EnvelopeShort: 409,
            disbursement.ReasonMissing: 422,
            sharing.PolicyInThePast: 422,
            envelope_share.ShareRefused: 422,
            envelope_share.ShareNotInState: 409,
            envelope_share.ShareByOnePerson: 403,
            envelope_share.AnotherShare: 409,
            envelope_share.ShareOrdererLeft: 409,
            envelope_share.ShareExceedsEnvelope: 409,
            chart_check.ChartRefused: 422,
            funds.RulesInThePast: 422,
            repayment_schedule.ScheduleRefused: 422,
            repayment_schedule.ScheduleNotInState: 409,
            repayment_schedule.ScheduleByOnePerson: 403,
            repayment_schedule.AnotherSchedule: 409,
            repayment_schedule.ScheduleOrdererLeft: 409,
            repayment_schedule.ScheduleWaits: 409,
            repayment_schedule.NothingLeftToRepay: 409,
            correction.CorrectionRefused: 422,
            correction.CorrectionNotInState: 409,
            correction.CorrectionByOnePerson: 403,
            correction.AnotherCorrection: 409,
            local_currency.RegistryRefused: 422,
            local_currency.UnknownCurrency: 404,
            local_currency.CurrencyExists: 409,
            local_currency.TooManyCurrencies: 409,
            conversion.ConversionRefused: 422,
            conversion.ConversionNotInState: 409,
            conversion.ConversionByOnePerson: 403,
            conversion.ConversionByRegistrar: 403,
            conversion.AnotherConversion: 409,
            delivery.DeliveryRefused: 422,
            delivery.DeliveryNotInState: 409,
            delivery.DeliveryByOnePerson: 403,
            delivery.AnotherDelivery: 409,
        },
    )
    service.app.state.board = Board(database=service.database, target_minor=settings.target_minor)
    mount_static(service.app)

    async def prove() -> None:
        await proving.run(service.database)

    async def root() -> None:
        await publish_roots(service.database, root_signer(settings.secret.get_secret_value()))

    service.background += [prove, root]
    service.measures += [show_progress, show_unproved]
    return service
