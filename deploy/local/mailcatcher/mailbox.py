"""The mails on disk: one `.eml` file each, the newest few hundred."""

import base64
import contextlib
import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import lru_cache
from pathlib import Path

MOST_MAILS = 500  # a sample campaign sends a few hundred; the oldest go first


class MailUnknown(LookupError):
    """« Ce courriel n’existe pas, ou plus : seuls les plus récents sont gardés. »"""

    def __init__(self) -> None:
        super().__init__("Ce courriel n’existe pas, ou plus : seuls les plus récents sont gardés.")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail as its reader needs it. `html` has its inline images in it; `source` is what came by SMTP."""

    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    attachments: tuple[str, ...]
    source: str


class Mailbox:
    """The folder of mails. An id is the time of receipt in nanoseconds and a few random letters."""

    def __init__(self, *, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.read = lru_cache(maxsize=MOST_MAILS)(self._read)

    def keep(self, content: bytes, *, sender: str, recipients: Sequence[str]) -> str:
        """Write the mail with its envelope (`Return-Path`, `Delivered-To`: RFC 5321 §4.4); returns its id."""
        mail_id = f"{time.time_ns()}-{secrets.token_hex(3)}"
        envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
        file = self._folder / f"{mail_id}.eml"
        draft = file.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write("\r\n".join([*envelope, ""]).encode() + content)
        draft.rename(file)
        for old in self.ids()[MOST_MAILS:]:
            with contextlib.suppress(FileNotFoundError):
                (self._folder / f"{old}.eml").unlink()
        return mail_id

    def ids(self) -> list[str]:
        """All mails' ids, the newest first."""
        return sorted((file.stem for file in self._folder.glob("*.eml")), reverse=True)

    def newest(self, *, recipient: str | None = None) -> list[Mail]:
        """The mails, the newest first; those to one address when it is given."""
        mails = []
        for mail_id in self.ids():
            with contextlib.suppress(MailUnknown):  # put away meanwhile
                mails.append(self.read(mail_id))
        wanted = recipient and recipient.casefold()
        return [mail for mail in mails if not wanted or wanted in map(str.casefold, mail.recipients)]

    def _read(self, mail_id: str) -> Mail:
        if not re.fullmatch(r"\d+-[0-9a-f]{6}", mail_id):
            raise MailUnknown
        try:
            content = (self._folder / f"{mail_id}.eml").read_bytes()
        except FileNotFoundError as error:
            raise MailUnknown from error
        message = BytesParser(policy=policy.default).parsebytes(content)
        return Mail(
            id=mail_id,
            received_at=datetime.fromtimestamp(int(mail_id.partition("-")[0]) / 1e9, tz=UTC),
            sender=str(message["From"] or ""),
            recipients=tuple(str(value) for value in message.get_all("Delivered-To", [])),
            subject=str(message["Subject"] or "(sans objet)"),
            headers=tuple((name, str(value)) for name, value in message.items()),
            text=_body(message, "plain"),
            html=_with_images(_body(message, "html"), message),
            attachments=tuple(
                part.get_filename() or part.get_content_type() for part in message.iter_attachments()
            ),
            source=content.decode(errors="replace"),
        )


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part is not None else None


def _with_images(html: str | None, message: EmailMessage) -> str | None:
    """The page with its `cid:` images written into it, so that it needs nothing else."""
    if html is None:
        return None
    for part in message.walk():
        if (name := part.get("Content-ID")) and part.get_content_maintype() == "image":
            image = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{name.strip('<>')}", f"data:{part.get_content_type()};base64,{image}")
    return html
