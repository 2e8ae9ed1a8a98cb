"""Puts notifications together: for production and for tests."""

import asyncio
from datetime import timedelta

from nats.aio.client import Client

from services.notifications import api
from services.notifications.delivery import Delivery
from services.notifications.formats.mail import Writer
from services.notifications.handlers import lane_handlers, personal_handlers
from services.notifications.operations import PersonKeys, Sending, ask_members
from services.notifications.settings import Settings
from services.notifications.smtp import MailServer, MailServerAddress
from services.notifications.wrapping import KeyWrapping
from services.notifications.writing import Writing
from shared.runtime import Service


def bootstrap(settings: Settings) -> Service:
    """The service, not started. Raises ValueError when a setting cannot be understood."""

    def personal_connection() -> Client | None:
        return service.personal

    due = asyncio.Event()
    keys = PersonKeys(
        ask=ask_members(personal_connection), wrapping=KeyWrapping(secret=settings.secret.get_secret_value())
    )
    service = Service(
        name="notifications",
        settings=settings,
        handlers=lane_handlers(waiting=timedelta(days=settings.waiting_days), wake=due.set),
        personal_handlers=personal_handlers(keys=keys, wake=due.set),
        routers=(api.router,),
    )
    delivery = Delivery(
        database=service.database,
        server=MailServer(
            MailServerAddress.from_url(settings.smtp_url.get_secret_value()),
            timeout_seconds=settings.smtp_timeout_seconds,
        ),
        sending=Sending(
            keys=keys,
            writing=Writing(public_url=settings.public_url),
            writer=Writer(sender=settings.sender, reply_to=settings.reply_to, list_id=settings.list_id),
        ),
        due=due,
        attempts=settings.attempts,
        poll_seconds=settings.poll_seconds,
    )
    service.background.append(delivery.run)
    return service
