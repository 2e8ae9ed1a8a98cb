"""The public counter: four figures, the scale, the territories, the badge."""

import re
from xml.etree import ElementTree

import pytest
from fastapi import Request

from services.ledger.pages.places import place_of
from shared.web.layout import templates_for

templates = templates_for("services.ledger")


def territory(code, name, received_minor, promised_minor=0):
    figures = {"promised_minor": promised_minor, "received_minor": received_minor}
    return {
        "code": code,
        "name": name,
        "region": "Occitanie",
        **figures,
        "local_currency_minor": 0,
        "converted_minor": 0,
        "to_convert_minor": 0,
        "disbursed_minor": 0,
        "received_minor_per_1000_inhabitants": None,
    }


@pytest.fixture
def progress():
    return {
        "target_minor": 100_000_000_000,
        "promised_minor": 5_000_000,
        "received_minor": 3_124_000,
        "received_proved_on": "2026-11-20",
        "local_currency_minor": 156_200,
        "converted_minor": 100_000,
        "to_convert_minor": 56_200,
        "disbursed_minor": 1_000_000,
        "currency": "EUR",
        "territories": [
            territory("64", "Pyrénées-Atlantiques", 3_124_000, 5_000_000),
            territory("48", "Lozère", 0),
            territory("2A", "Corse-du-Sud", 0),
        ],
        "as_of": "2026-11-22T14:05:00Z",
    }


def shown(name, progress, **context):
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})
    return templates.render(request, name, progress=progress, **context).body.decode()


def rows(html):
    return re.findall(r'<th scope="row"><a href="/territoires/(\w+)"', html)


@pytest.mark.parametrize(
    ("figure", "amount"),
    [
        ("promised", "50\u202f000,00\u00a0€"),
        ("received", "31\u202f240,00\u00a0€"),
        ("converted", "1\u202f000,00\u00a0€"),
        ("disbursed", "10\u202f000,00\u00a0€"),
    ],
)
def test_each_figure_stands_alone(progress, figure, amount):
    """Four amounts, each under its own name, none added to another."""
    assert f'<p class="amount" data-figure="{figure}">{amount}</p>' in shown(
        "progress.html", progress, sort="zero"
    )


def test_what_is_left_to_convert_stands_beside_what_was(progress):
    """Under the third figure, in its own words."""
    html = shown("progress.html", progress, sort="zero")
    assert 'à convertir&nbsp;: <span data-figure="to_convert">562,00\u00a0€</span>' in html


def test_the_received_figure_names_its_proof(progress):
    """The bank statement's date stands beside it; without one, the page says so."""
    assert "20 novembre 2026</time>" in shown("progress.html", progress, sort="zero")
    assert "Aucun relevé bancaire" in shown(
        "progress.html", progress | {"received_proved_on": None}, sort="zero"
    )


def test_a_tiny_share_is_drawn_at_its_true_length(progress):
    """0,0031 % of the whole bar, and 31 % of the magnified one, which ends at 100 000 €."""
    html = shown("progress.html", progress, sort="zero")
    assert 'width="0.003124%"' in html
    assert 'width="31.24%"' in html
    assert "0,0031\u202f%" in html


@pytest.mark.parametrize(
    ("sort", "order"),
    [("zero", ["2a", "48", "64"]), ("recu", ["64", "2a", "48"]), ("nom", ["2a", "48", "64"])],
)
def test_the_table_can_be_sorted_without_a_script(progress, sort, order):
    """Those who wait come first by default."""
    assert rows(shown("progress.html", progress, sort=sort)) == order


def test_the_table_opens_when_an_order_is_asked(progress):
    """Closed at first, open on the page that a sort link leads to."""
    assert 'id="tableau">' in shown("progress.html", progress, sort=None)
    assert 'id="tableau" open>' in shown("progress.html", progress, sort="zero")


def test_every_territory_is_a_tile_and_a_link(progress):
    """The map's colour follows what is received."""
    html = shown("progress.html", progress, sort="zero")
    levels = dict(re.findall(r'data-tile="(\w+)" data-level="(\d)"', html))
    assert levels == {"64": "3", "48": "0", "2A": "0"}


def test_the_counter_starts_at_nothing(progress):
    """An empty campaign is a page too."""
    empty = progress | {"received_minor": 0, "promised_minor": 0, "received_proved_on": None}
    empty["territories"] = [territory("48", "Lozère", 0)]
    assert "le vôtre peut ouvrir la marche" in shown("progress.html", empty, sort="zero")


def test_a_territory_invites_to_pledge_for_itself(progress):
    """Its figures carry its code, its buttons too."""
    html = shown("territory.html", progress, territory=progress["territories"][0], place=place_of("64"))
    assert 'data-figure="received" data-territory="64"' in html
    assert 'href="/promettre?territoire=64"' in html


def test_the_badge_is_an_image_that_speaks(progress):
    """Well-formed SVG with a title and a description, and no style that a page's policy could refuse."""
    badge = templates.text("badge.svg", progress=progress)
    root = ElementTree.fromstring(badge)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "Opération Milliard : 31\u202f240,00\u00a0€ reçus"
    assert "20 novembre 2026" in root.findtext(f"{space}desc")
    assert "style" not in badge


def test_the_pages_hold_nothing_that_the_content_policy_would_block(progress):
    """No inline script, style or handler."""
    pages = shown("progress.html", progress, sort="nom") + shown(
        "badge.html", progress, public_url="https://x.example"
    )
    assert not re.search(r"<style|<script>|\sstyle=|\son\w+=", pages)
