"""The SMTP side: every recipient is accepted, every mail is kept."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mailcatcher.mailbox import Mailbox

LARGEST_MAIL_BYTES = 10_000_000


class Catcher:
    """What aiosmtpd calls for each mail."""

    def __init__(self, *, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail; the answer promises that it is on disk."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self._mailbox.keep(content, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)
        return "250 OK"


async def listen(*, mailbox: Mailbox, address: str, port: int) -> asyncio.Server:
    """The SMTP server."""

    def session() -> SMTP:
        return SMTP(
            Catcher(mailbox=mailbox),
            hostname="localhost",
            data_size_limit=LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
        )

    return await asyncio.get_running_loop().create_server(session, host=address, port=port)
