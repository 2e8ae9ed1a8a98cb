"""The public page: four figures without a script, and figures that move by themselves with one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Windows
from tests.running import Running

FIGURES = ("promised", "received", "converted", "to_convert", "disbursed")


def cents(text: str) -> int:
    """« 1 234,56 € » → 123456."""
    return int(re.sub(r"[\s,€]", "", text))


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_four_figures_are_read_without_a_script(windows: Windows, running: Running, width: int) -> None:
    """What the server draws is what the API says."""
    page = windows.open("/", width=width, javascript=False)
    progress = running.progress()
    for name in FIGURES:
        shown = page.locator(f'.figures [data-figure="{name}"]')
        expect(shown).to_be_visible()
        assert cents(shown.inner_text()) == progress[f"{name}_minor"]


def test_a_page_that_is_open_moves_with_an_import(windows: Windows, running: Running) -> None:
    """Nobody reloads: the figure, the territory's row and the announcement follow the bank statement."""
    page = windows.open("/")
    shown = page.locator('.figures [data-figure="received"]')
    page.wait_for_timeout(1_000)
    announcement = page.locator("[data-live]")
    expect(announcement).not_to_contain_text("viennent de bouger")
    assert page.locator(".moved").count() == 0, "nothing has moved yet"
    before = cents(shown.inner_text())

    day = running.bank_day()
    day.credit(4_321, reference=running.pledge(territory="05", euros=43)["reference"])
    running.import_day(day)
    expect(shown).to_have_class(re.compile("moved"))
    assert cents(shown.inner_text()) == before + 4_321
    expect(announcement).to_contain_text("Les chiffres viennent de bouger")
    assert cents(page.locator('[data-figure="received"][data-territory="05"]').text_content() or "") == 4_321


def test_the_badge_is_an_image_that_others_can_show(windows: Windows, running: Running) -> None:
    """Its page shows it, and the picture has a size."""
    page = windows.open("/badge", javascript=False)
    badge = page.locator('img[src*="badge.svg"]')
    expect(badge).to_be_visible()
    assert badge.evaluate("image => image.complete && image.naturalWidth > 100")


def test_every_square_of_the_map_leads_to_its_territory(windows: Windows) -> None:
    """A link in the map opens the territory's own figures."""
    page = windows.open("/", javascript=False)
    page.locator('[data-tile="64"]').click()
    expect(page.locator("h1")).to_have_text("Pyrénées-Atlantiques")
    expect(page.locator('.figures [data-figure="received"][data-territory="64"]')).to_be_visible()
