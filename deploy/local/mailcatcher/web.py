"""The web side: the list of mails, one mail, and both as JSON for tests and scripts.

The JSON is a part of Mailpit's API (`/api/v1/search`, `/api/v1/message/ID`): a script reads mails
here as in containers.
"""

import re
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from deploy.local.mailcatcher.mailbox import Mail, Mailbox, MailUnknown
from deploy.local.ports import LOOPBACK

TEMPLATES = Jinja2Templates(Path(__file__).parent / "templates")
ADDRESSED = re.compile(r'to:"([^"]+)"')
LOCAL_NAMES = ("localhost", LOOPBACK)
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'"
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def application(*, mailbox: Mailbox, names: Sequence[str] = LOCAL_NAMES) -> Starlette:
    """The pages and the JSON of this mailbox.

    They answer to these names only, and in no frame: other sites must not read them, since they hold sign-in links.
    """

    def mail_of(request: Request) -> Mail:
        try:
            return mailbox.read(request.path_params["mail_id"])
        except MailUnknown as error:
            raise HTTPException(404, str(error)) from error

    def page(request: Request, name: str, **values: object) -> Response:
        answer = TEMPLATES.TemplateResponse(request, name, values)
        answer.headers["Content-Security-Policy"] = PAGE_POLICY
        return answer

    def show_list(request: Request) -> Response:
        return page(request, "list.html", mails=mailbox.newest())

    def show_mail(request: Request) -> Response:
        return page(request, "mail.html", mail=mail_of(request))

    def show_html(request: Request) -> Response:
        html = '<base target="_blank">' + (mail_of(request).html or "")
        return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})

    def search_mails(request: Request) -> Response:
        asked = ADDRESSED.fullmatch(request.query_params.get("query", ""))
        if asked is None:
            raise HTTPException(400, 'Cherchez par destinataire : query=to:"jeanne@exemple.fr".')
        mails = mailbox.newest(recipient=asked[1])
        return JSONResponse({"messages_count": len(mails), "messages": [_summary(mail) for mail in mails]})

    def get_mail(request: Request) -> Response:
        mail = mail_of(request)
        return JSONResponse({**_summary(mail), "Text": mail.text or "", "HTML": mail.html or ""})

    def is_ready(request: Request) -> Response:
        return Response()

    return Starlette(
        routes=[
            Route("/", show_list),
            Route("/messages/{mail_id}", show_mail),
            Route("/messages/{mail_id}/html", show_html),
            Route("/api/v1/search", search_mails),
            Route("/api/v1/message/{mail_id}", get_mail),
            Route("/health/ready", is_ready),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names)],
    )


def _summary(mail: Mail) -> dict[str, Any]:
    name, address = parseaddr(mail.sender)
    return {
        "ID": mail.id,
        "Created": mail.received_at.isoformat(),
        "From": {"Name": name, "Address": address},
        "To": [{"Name": "", "Address": recipient} for recipient in mail.recipients],
        "Subject": mail.subject,
    }
