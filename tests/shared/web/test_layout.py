"""The common layout and the form macros."""

import re

import pytest
from fastapi import Request
from jinja2 import UndefinedError

from shared.web.layout import templates_for

templates = templates_for("shared.web")


def request(path="/", session=None):
    state = {} if session is None else {"session": session}
    return Request(
        {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "state": state}
    )


def written(source, **context):
    return templates.environment.from_string(
        '{% from "macros/forms.html" import field, error_summary %}' + source
    ).render(**context)


def page(path="/", session=None):
    context = {"title": "Merci", "message": "C’est noté."}
    return templates.render(request(path, session), "pages/message.html", **context).body.decode()


def test_a_wrong_field_is_tied_to_its_error_and_to_the_summary():
    """The summary links to the field, the field names its hint and error for screen readers."""
    html = written(
        "{{ error_summary(errors) }}{{ field('email', 'Adresse', values, errors, hint='Une fois.') }}",
        values={"email": "camille"},
        errors={"email": "Il manque un @."},
    )
    assert 'href="#champ-email"' in html
    assert 'id="champ-email"' in html
    assert 'aria-describedby="aide-email erreur-email"' in html
    assert 'aria-invalid="true"' in html


def test_a_right_field_is_not_marked():
    """No error, no mark, no empty summary."""
    html = written("{{ error_summary({}) }}{{ field('email', 'Adresse') }}")
    assert "aria-invalid" not in html
    assert "notice" not in html


def test_a_password_is_never_written_back():
    """What was typed in a secret field stays out of the page."""
    assert "secret" not in written("{{ field('code', 'Code', {'code': 'secret'}, type='password') }}")


def test_what_people_type_is_escaped():
    """A value is text, never markup."""
    assert "<script>" not in written("{{ field('nom', 'Nom', {'nom': '\"><script>'}) }}")


def test_an_undefined_amount_is_an_error_not_a_blank():
    """A page never shows nothing in place of a figure."""
    with pytest.raises(UndefinedError):
        written("{{ progress.received_minor }}", progress={})


def test_the_header_knows_whether_one_is_signed_in():
    """« Connexion » for a visitor, « Mon espace » with a session."""
    assert "Connexion" in page()
    assert "Mon espace" in page(session=object())


def test_the_menu_marks_the_current_page():
    """Only the page that one is on is marked."""
    assert re.findall(r'href="([^"]+)" aria-current="page"', page("/projets")) == ["/projets"]


def test_pages_hold_nothing_that_the_content_policy_would_block():
    """No inline script, style or handler."""
    assert not re.search(r"<style|<script>|\sstyle=|\son\w+=", page())
