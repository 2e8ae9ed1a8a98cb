"""What people and programs are told when something goes wrong."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.exc import ProgrammingError
from structlog.testing import capture_logs

from shared.testing import client_for
from shared.web.errors import UserError, install_errors


class PledgeAlreadyPaid(Exception):
    """Stands for a service's domain error."""


class Pledge(BaseModel):
    amount_minor: int


@pytest.fixture
async def browser():
    app = FastAPI()
    install_errors(app, statuses={PledgeAlreadyPaid: 409})

    @app.get("/moi")
    async def refuse_strangers() -> None:
        raise HTTPException(status_code=401)

    @app.get("/api/pledges/paid")
    async def already_paid() -> None:
        raise PledgeAlreadyPaid("Cette promesse est déjà payée.")

    @app.get("/saturated")
    async def saturated() -> None:
        raise UserError(
            "Attendez une minute.", status=429, code="too_many_links", headers={"Retry-After": "60"}
        )

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("camille@exemple.fr")

    @app.get("/recus/{receipt_id}/recu.pdf")
    async def broken_receipt(receipt_id: str) -> None:
        raise RuntimeError(receipt_id)

    @app.get("/api/pledges/broken-statement")
    async def broken_statement() -> None:
        raise ProgrammingError("select", {}, Exception())

    @app.post("/api/pledges")
    async def pledge(pledge: Pledge) -> None: ...

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://milliard.test", headers={"Accept": "text/html"}
    ) as client:
        yield client


async def test_a_missing_page_is_told_in_french(browser):
    """A browser gets a page in the common layout."""
    answer = await browser.get("/nulle-part")
    assert answer.status_code == 404
    assert "Page introuvable" in answer.text
    assert '<html lang="fr">' in answer.text


async def test_a_stranger_is_shown_the_way_to_sign_in_and_back(browser):
    """The link to sign in carries the page to come back to, query included."""
    answer = await browser.get("/moi?onglet=missions")
    assert answer.status_code == 401
    assert 'href="/connexion?suite=/moi%3Fonglet%3Dmissions"' in answer.text


async def test_an_api_answers_with_problem_details_whatever_it_accepts(browser):
    """RFC 9457; the code comes from the domain error's name, the detail is its sentence."""
    answer = await browser.get("/api/pledges/paid")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank", "title": "Action déjà faite ou dépassée", "status": 409,
        "detail": "Cette promesse est déjà payée.", "code": "pledge_already_paid",
    }  # fmt: skip


async def test_a_wrong_field_is_named_and_its_value_is_not_repeated(browser):
    """Input may be personal: it never comes back."""
    answer = await browser.post("/api/pledges", json={"amount_minor": "douze"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "amount_minor", "message": "Un nombre entier est attendu."}]
    assert "douze" not in answer.text


async def test_a_body_that_cannot_be_read_is_told_in_french(browser):
    """The framework's own sentence is in English, and no program waits for it."""
    answer = await browser.post("/api/pledges", content=b"\xff", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("La demande est illisible")


async def test_a_statement_that_is_wrong_is_our_fault(browser):
    """Only values that no column can hold are the sender's."""
    answer = await browser.get("/api/pledges/broken-statement")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_server_error")


async def test_a_value_that_no_column_can_hold_is_the_senders(make_service):
    """The database refuses it, and the sender is told; it is no failure of the service."""
    async with client_for(await make_service("projects")) as http:
        answer = await http.get(f"/api/projects/organisations?offset={2**63}")
    assert (answer.status_code, answer.json()["code"]) == (422, "unfit_value")
    assert "rien n’a été enregistré" in answer.json()["detail"]


async def test_a_user_error_keeps_its_headers(browser):
    """A client that must wait is told how long."""
    answer = await browser.get("/saturated")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert "Attendez une minute." in answer.text


async def test_an_unexpected_error_tells_nothing_of_its_cause(browser):
    """Causes go to the log, not to the page."""
    answer = await browser.get("/broken")
    assert answer.status_code == 500
    assert "Une erreur de notre côté" in answer.text
    assert "camille" not in answer.text


async def test_a_failure_is_logged_by_its_route(browser):
    """Whoever reads the log does not learn the address of a private page."""
    receipt_id = str(uuid4())
    with capture_logs() as logs:
        await browser.get(f"/recus/{receipt_id}/recu.pdf")
    (line,) = [line for line in logs if line["event"] == "request_failed"]
    assert line["route"] == "/recus/{receipt_id}/recu.pdf"
    assert receipt_id not in str(logs)


async def test_a_program_outside_the_api_asks_for_json(browser):
    """The Accept header decides on pages' paths."""
    answer = await browser.get("/nulle-part", headers={"Accept": "application/json"})
    assert answer.json()["code"] == "not_found"


async def test_a_wrong_method_keeps_the_list_of_allowed_ones(browser):
    """405 tells which methods exist (RFC 9110 §15.5.6)."""
    answer = await browser.delete("/moi")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
