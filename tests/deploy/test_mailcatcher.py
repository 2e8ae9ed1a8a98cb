"""The mail catcher, by SMTP and by HTTP."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.mail import MailCatcher
from deploy.local.mailcatcher import mailbox as mailbox_module
from deploy.local.mailcatcher.mailbox import Mailbox

PIXEL = bytes.fromhex("89504e470d0a1a0a")


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailCatcher]:
    """A running mail catcher."""
    catcher = MailCatcher(home=tmp_path_factory.mktemp("mail"))
    catcher.start()
    yield catcher
    catcher.child.stop()


def _letter(
    *, to: str = "elodie@exemple.fr", subject: str = "Bienvenue à l’Opération Milliard"
) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "Opération Milliard <bonjour@milliard.test>"
    letter["To"] = to
    letter["Subject"] = subject
    letter.set_content("Bonjour Élodie,\nvotre lien : http://localhost:8080/connexion/abc")
    letter.add_alternative(
        '<p>Bonjour Élodie <img src="cid:code"><script>alert(1)</script></p>', subtype="html"
    )
    html = letter.get_payload()[1]
    html.add_related(PIXEL, maintype="image", subtype="png", cid="<code>")
    return letter


def _send(catcher: MailCatcher, letter: EmailMessage) -> None:
    host, _, port = catcher.smtp_url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.send_message(letter)


def _mails_to(catcher: MailCatcher, recipient: str) -> list[dict[str, Any]]:
    found = httpx.get(f"{catcher.web_url}/api/v1/search", params={"query": f'to:"{recipient}"'})
    mails: list[dict[str, Any]] = found.json()["messages"]
    return mails


def test_a_mail_that_is_sent_is_listed_and_read_as_json(catcher: MailCatcher) -> None:
    """A mail that was accepted is in the list at once, with its text decoded."""
    _send(catcher, _letter(to="json@exemple.fr"))
    (listed,) = _mails_to(catcher, "JSON@exemple.fr")
    assert listed["Subject"] == "Bienvenue à l’Opération Milliard"
    assert listed["To"] == [{"Name": "", "Address": "json@exemple.fr"}]
    mail = httpx.get(f"{catcher.web_url}/api/v1/message/{listed['ID']}").json()
    assert "votre lien : http://localhost:8080/connexion/abc" in mail["Text"]
    assert mail["From"]["Address"] == "bonjour@milliard.test"


def test_the_newest_mail_comes_first(catcher: MailCatcher) -> None:
    """The newest mail comes first."""
    for subject in ("Premier", "Second"):
        _send(catcher, _letter(to="ordre@exemple.fr", subject=subject))
    listed = _mails_to(catcher, "ordre@exemple.fr")
    assert [mail["Subject"] for mail in listed] == ["Second", "Premier"]


def test_a_search_that_is_not_by_recipient_is_told(catcher: MailCatcher) -> None:
    """Of Mailpit's searches there is this one; another is refused, and never answered with every mail."""
    answer = httpx.get(f"{catcher.web_url}/api/v1/search", params={"query": "subject:lien"})
    assert answer.status_code == 400
    assert "destinataire" in answer.text


def test_the_page_shows_the_mail_without_running_it(catcher: MailCatcher) -> None:
    """A mail's HTML is shown in a frame where no script runs, with its inline images."""
    _send(catcher, _letter(to="page@exemple.fr"))
    (listed,) = _mails_to(catcher, "page@exemple.fr")
    page = httpx.get(f"{catcher.web_url}/messages/{listed['ID']}")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "&lt;script&gt;" not in page.text.partition("Source")[0]
    shown = httpx.get(f"{catcher.web_url}/messages/{listed['ID']}/html")
    assert shown.headers["content-security-policy"].startswith("sandbox allow-popups")
    assert 'src="data:image/png;base64,' in shown.text


def test_the_list_is_a_page_in_french(catcher: MailCatcher) -> None:
    """The list says in French what it is."""
    _send(catcher, _letter(subject="Une <lettre>"))
    page = httpx.get(catcher.web_url)
    assert "Tout ce que la plateforme envoie arrive ici" in page.text
    assert "Une &lt;lettre&gt;" in page.text


def test_another_sites_name_does_not_read_mails(catcher: MailCatcher) -> None:
    """A site that points its own name at this machine gets nothing: mails hold sign-in links."""
    answer = httpx.get(f"{catcher.web_url}/api/v1/search", headers={"Host": "ailleurs.example"})
    assert answer.status_code == 400


def test_a_mail_that_is_not_there_is_told(catcher: MailCatcher) -> None:
    """An unknown mail is a 404, and no path leads out of the folder."""
    for name in ("1-abcdef", "..%2F..%2Fkeys", "x"):
        assert httpx.get(f"{catcher.web_url}/api/v1/message/{name}").status_code == 404


def test_mails_are_kept_over_a_restart(catcher: MailCatcher) -> None:
    """Mails are files: a restart at the same addresses loses none."""
    _send(catcher, _letter(to="garde@exemple.fr"))
    catcher.child.stop()
    catcher.start()
    assert len(_mails_to(catcher, "garde@exemple.fr")) == 1


def test_the_oldest_mails_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder does not grow without end."""
    monkeypatch.setattr(mailbox_module, "MOST_MAILS", 3)
    mailbox = Mailbox(folder=tmp_path)
    kept = [mailbox.keep(b"Subject: x\r\n\r\n", sender="a@b.fr", recipients=["c@d.fr"]) for _ in range(5)]
    assert mailbox.ids() == kept[:1:-1]
