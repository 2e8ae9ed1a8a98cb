"""Builds the message: text and HTML side by side, headers that no name can break out of.

Every letter keeps its Message-ID, so that mail readers show a repeated one once (RFC 5322 §3.6.4).
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import cast
from uuid import UUID

from services.notifications.domain import SendingFailed, one_line

CODE_CONTENT_ID = "virement"


@dataclass(frozen=True)
class Writer:
    """Who writes: our own addresses, and the list's name (RFC 2919). All three read `Name <address>`."""

    sender: str
    reply_to: str
    list_id: str

    @property
    def domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2]


@dataclass(frozen=True)
class Body:
    """What one letter says. `code_png` is shown in the HTML as `cid:virement`."""

    subject: str
    text: str
    html: str
    code_png: bytes | None = None


def compose(
    *, writer: Writer, letter_id: UUID, email: str, display_name: str, body: Body, written_at: datetime
) -> EmailMessage:
    """The message for one person. Raises SendingFailed for an address that no mail can go to."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _ours(writer.sender)
    message["To"] = _theirs(email=email, display_name=display_name)
    message["Reply-To"] = _ours(writer.reply_to)
    message["Subject"] = body.subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{letter_id}@{writer.domain}>"
    message["List-ID"] = writer.list_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to us
    message.set_content(body.text, cte="quoted-printable")
    message.add_alternative(body.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = "fr"  # after the parts: adding them moves content headers into the first
    if body.code_png is not None:
        html = cast(EmailMessage, message.get_payload()[1])  # type: ignore[index]
        html.add_related(
            body.code_png,
            maintype="image",
            subtype="png",
            cid=f"<{CODE_CONTENT_ID}>",
            filename="virement.png",
            disposition="inline",
        )
    return message


def _ours(address: str) -> Address:
    name, addr_spec = parseaddr(address)
    return Address(display_name=name, addr_spec=addr_spec)


def _theirs(*, email: str, display_name: str) -> Address:
    local, _, domain = email.strip().rpartition("@")
    try:
        if not local or not domain:
            raise ValueError("an address has a local part and a domain")
        ascii_domain = domain.encode("idna").decode()
        return Address(display_name=one_line(display_name), username=local, domain=ascii_domain)
    except (ValueError, UnicodeError):
        raise SendingFailed("address_invalid", for_good=True) from None
