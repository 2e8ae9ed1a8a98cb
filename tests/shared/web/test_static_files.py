"""The style sheet, script and logos."""

import httpx
import pytest
from fastapi import FastAPI

from shared.web.static_files import mount_static, static_url


@pytest.fixture
async def site():
    app = FastAPI()
    mount_static(app)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://milliard.test"
    ) as client:
        yield client


async def test_a_file_is_kept_for_a_year_under_its_hash(site):
    """The address changes when the content does."""
    answer = await site.get(static_url("milliard.css"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")


async def test_an_older_hash_still_answers_but_is_not_kept(site):
    """Two versions may be running during a deployment."""
    answer = await site.get("/static/000000000000/progress.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=60")


async def test_only_known_files_are_served(site):
    """Files come from memory: no path leaves the folder."""
    assert (await site.get("/static/0/..%2Flayout.py")).status_code == 404
