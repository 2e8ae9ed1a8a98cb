"""Security headers, and the refusal of writes that another site triggers."""

import httpx
import pytest
from fastapi import FastAPI, Response

from shared.web.security import install_security


@pytest.fixture
async def site():
    app = FastAPI()
    install_security(app, public_url="https://milliard.example")

    @app.api_route("/promettre", methods=["GET", "POST"])
    async def pledge() -> str:
        return "fait"

    @app.get("/badge.svg")
    async def badge() -> Response:
        return Response("<svg/>", media_type="image/svg+xml")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://interne") as client:
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://interne"},
        {"Origin": "https://milliard.example"},
        {"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer abc"},
    ],
)
async def test_our_pages_and_programs_may_write(site, headers):
    """The page's own forms, a program without a browser's headers, and bearer tokens pass."""
    assert (await site.post("/promettre", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://interne"},
        {"Origin": "https://pirate.example"},
        {"Origin": "null"},
        {"Origin": "https://pirate.example", "Authorization": "Basic abc"},
    ],
)
async def test_another_site_may_not_write(site, headers):
    """A form on a foreign page is refused with a sentence."""
    answer = await site.post("/promettre", headers=headers | {"Accept": "text/html"})
    assert answer.status_code == 403
    assert "vient d’un autre site" in answer.text


async def test_a_link_from_another_site_still_opens_a_page(site):
    """Reading is never refused."""
    assert (await site.get("/promettre", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


async def test_pages_run_our_scripts_only_and_are_never_framed(site):
    """No inline script or style, no frame, no sniffing, HTTPS kept once seen."""
    headers = (await site.get("/promettre")).headers
    assert "script-src 'self';" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"] == "max-age=31536000"


async def test_other_sites_may_show_the_badge(site):
    """The badge is made to be embedded."""
    headers = (await site.get("/badge.svg")).headers
    assert headers["content-security-policy"].endswith("frame-ancestors *")
    assert headers["cross-origin-resource-policy"] == "cross-origin"


async def test_a_refusal_carries_the_guards_too(site):
    """The headers wrap the refusal."""
    answer = await site.post("/promettre", headers={"Origin": "null"})
    assert "content-security-policy" in answer.headers
