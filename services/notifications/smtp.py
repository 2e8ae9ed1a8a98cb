"""The mail server: one connection, kept while there are letters, and what its answers mean for them."""

import asyncio
import re
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from services.notifications.domain import MailServerAway, SendingFailed

SUBMISSION_PORT, SUBMISSIONS_PORT = 587, 465  # RFC 6409, RFC 8314
START_TLS = {"always": True, "auto": None, "never": False}

IDLE_SECONDS = 10
"""A connection that rested longer is made anew: servers hang up on idle clients, no letter must pay."""

_ENHANCED_STATUS = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463


@dataclass(frozen=True)
class MailServerAddress:
    """Where mails are handed in. `start_tls` None: encrypt when the server offers it."""

    host: str
    port: int
    use_tls: bool
    start_tls: bool | None
    username: str | None
    password: str | None

    @classmethod
    def from_url(cls, url: str) -> "MailServerAddress":
        """Read `smtp://` or `smtps://`. Raises ValueError, without repeating the URL: it holds a password."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("the mail server's URL must read smtp://host[:port] or smtps://host[:port]")
        use_tls = parts.scheme == "smtps"
        default = "never" if use_tls else "always" if parts.password else "auto"
        wanted = parse_qs(parts.query).get("starttls", [default])[0]
        if wanted not in START_TLS:
            raise ValueError("starttls must be always, auto or never")
        return cls(
            host=parts.hostname,
            port=parts.port or (SUBMISSIONS_PORT if use_tls else SUBMISSION_PORT),
            use_tls=use_tls,
            start_tls=START_TLS[wanted],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class MailServer:
    """Sends one message after the other. Not for use by two tasks at once."""

    def __init__(self, address: MailServerAddress, *, timeout_seconds: float) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0

    async def send(self, message: EmailMessage) -> None:
        """Return once the server took it over (250 after DATA). Raises SendingFailed, MailServerAway."""
        client = await self._connected()
        try:
            await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _refusal(refused.recipients[0]) from None
        except aiosmtplib.SMTPSenderRefused as refused:  # our own address: nothing that this letter can help
            await self.close()
            raise MailServerAway(f"sender refused: {status_of(refused)}") from None
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code == 421:  # the server closes the channel, whatever the command (RFC 5321 §3.8)
                await self.close()
                raise MailServerAway(status_of(refused)) from None
            raise _refusal(refused) from None
        except aiosmtplib.SMTPNotSupported:
            raise SendingFailed("smtputf8_unsupported", for_good=True) from None
        except ValueError:
            raise SendingFailed("address_invalid", for_good=True) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()  # perhaps the letter was taken: trying again may bring it twice
            raise SendingFailed(f"interrupted: {type(error).__name__}", for_good=False) from None
        self._used_at = asyncio.get_running_loop().time()

    async def close(self) -> None:
        """Hang up; the next letter connects anew."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def rest(self) -> None:
        """Say goodbye when no letter needed the connection for a while."""
        if self._client is not None and self._has_rested():
            client, self._client = self._client, None
            try:
                await client.quit(timeout=1)
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    def _has_rested(self) -> bool:
        return asyncio.get_running_loop().time() - self._used_at > IDLE_SECONDS

    async def _connected(self) -> aiosmtplib.SMTP:
        await self.rest()
        if self._client is not None and self._client.is_connected:
            return self._client
        address = self._address
        client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            use_tls=address.use_tls,
            start_tls=address.start_tls,
            username=address.username,
            password=address.password,
            timeout=self._timeout_seconds,
        )
        try:
            await client.connect()
        except aiosmtplib.SMTPResponseException as refused:
            raise MailServerAway(f"{type(refused).__name__}: {status_of(refused)}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailServerAway(type(error).__name__) from None
        self._client, self._used_at = client, asyncio.get_running_loop().time()
        return client


def status_of(refused: aiosmtplib.SMTPResponseException) -> str:
    """`550 5.1.1`: the code and the enhanced status of an answer; its text can hold the address."""
    enhanced = _ENHANCED_STATUS.match(refused.message)
    return f"{refused.code} {enhanced[0]}" if enhanced else str(refused.code)


def _refusal(refused: aiosmtplib.SMTPResponseException) -> SendingFailed:
    """5xx is for good, except 5.7.x: policy and rights (RFC 3463 §3.8) are mostly our own relay's settings:
    a wrong one must not give up every letter of a night."""
    status = status_of(refused)
    return SendingFailed(status, for_good=refused.code >= 500 and " 5.7." not in status)
