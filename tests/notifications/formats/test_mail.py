"""The message itself: headers, parts, and names that try to break out."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest

from services.notifications.domain import SendingFailed
from services.notifications.formats.mail import Body, Writer, compose

LETTER_ID = UUID("019aa000-0000-7000-8000-000000000001")
WRITER = Writer(
    sender="Opération Milliard <courrier@milliard.example>",
    reply_to="Opération Milliard <bonjour@milliard.example>",
    list_id="Opération Milliard <service.milliard.example>",
)


def mail(
    *, email: str = "camille@exemple.fr", name: str = "Camille", code_png: bytes | None = None
) -> EmailMessage:
    body = Body(
        subject="Votre versement est arrivé",
        text="Bonjour à vous\n",
        html="<p>Bonjour</p>",
        code_png=code_png,
    )
    message = compose(
        writer=WRITER,
        letter_id=LETTER_ID,
        email=email,
        display_name=name,
        body=body,
        written_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )
    return message_from_bytes(message.as_bytes(), policy=policy.default)  # type: ignore[return-value]


def test_the_headers_say_what_kind_of_mail_it_is():
    """Stable Message-ID, list, language, and no automatic answers wanted."""
    message = mail()
    assert message["Message-ID"] == f"<{LETTER_ID}@milliard.example>"
    assert message["List-ID"] == "Opération Milliard <service.milliard.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["Date"] == "Sun, 22 Nov 2026 12:00:00 +0000"
    assert message["Reply-To"] == "Opération Milliard <bonjour@milliard.example>"


def test_text_comes_before_html():
    """The last alternative is the preferred one (RFC 2046 §5.1.4)."""
    kinds = [part.get_content_type() for part in mail().iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_the_code_rides_beside_the_html():
    """text | related(html, png)."""
    kinds = [part.get_content_type() for part in mail(code_png=b"png").walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]


@pytest.mark.parametrize(
    "name",
    [
        "Camille\r\nBcc: victime@exemple.fr",
        "Camille\n\nBonjour",
        "Camille\u2028Bcc: victime@exemple.fr",
        'Camille" <victime@exemple.fr>, "x',
        "é" * 5_000,
        "Camille, Étienne; <x@exemple.fr>",
        "\x00\x1b[31mCamille",
        "\u202eelliamaC",
        "",
    ],
)
def test_no_name_breaks_out_of_its_header(name):
    """One recipient, no new header, whatever the name holds."""
    message = mail(name=name)
    assert [address.addr_spec for address in message["To"].addresses] == ["camille@exemple.fr"]
    assert message["Bcc"] is None
    assert len(message["To"].addresses[0].display_name) <= 64, (
        "60, and what folding puts between encoded words"
    )
    assert not message.defects


@pytest.mark.parametrize(
    "email",
    [
        "",
        "camille",
        "@exemple.fr",
        "camille@",
        "a@exemple.fr\r\nBcc: b@exemple.fr",
        "a\r\n@exemple.fr",
        "a@" + "x" * 80,
    ],
)
def test_an_impossible_address_is_refused_for_good(email):
    """No mail can go there: the letter is given up, not tried again."""
    with pytest.raises(SendingFailed) as refused:
        mail(email=email)
    assert refused.value.for_good
    assert refused.value.reason == "address_invalid"


def test_an_accented_domain_travels_in_ascii():
    """IDNA, so that any server can route it."""
    assert mail(email="camille@écologie.fr")["To"].addresses[0].domain == "xn--cologie-9xa.fr"
