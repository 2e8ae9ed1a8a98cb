"""The mail server's URL, and what its answers leave behind."""

import pytest
from aiosmtplib import SMTPResponseException

from services.notifications.smtp import MailServerAddress, status_of


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "start_tls"),
    [
        ("smtp://mail.exemple.fr", 587, False, None),
        ("smtp://mail.exemple.fr:25?starttls=never", 25, False, False),
        ("smtp://u:p%40ss@mail.exemple.fr", 587, False, True),
        ("smtp://u:p%40ss@mail.exemple.fr?starttls=auto", 587, False, None),
        ("smtps://u:p%40ss@mail.exemple.fr", 465, True, False),
    ],
)
def test_a_url_says_how_to_connect(url, port, use_tls, start_tls):
    """A password is never sent in clear unless somebody says so."""
    address = MailServerAddress.from_url(url)
    assert (address.port, address.use_tls, address.start_tls) == (port, use_tls, start_tls)
    assert address.password in (None, "p@ss")


@pytest.mark.parametrize("url", ["", "http://u:secret@x", "smtp://", "smtp://u:secret@x?starttls=perhaps"])
def test_a_wrong_url_is_refused_without_repeating_its_password(url):
    """The message goes to a log."""
    with pytest.raises(ValueError, match="must") as refused:
        MailServerAddress.from_url(url)
    assert "secret" not in str(refused.value)


def test_a_status_keeps_no_text():
    """Servers repeat addresses in their answers."""
    assert status_of(SMTPResponseException(550, "5.1.1 camille@exemple.fr unknown")) == "550 5.1.1"
    assert status_of(SMTPResponseException(451, "camille@exemple.fr: later")) == "451"
