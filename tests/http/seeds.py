"""What is there before strangers call: one of each thing that a path can name, made by the services' own ways."""

import io
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from uuid import UUID

from services.ledger.operations import disburse
from services.pledges.domain.statement import BankLine, Direction, StatementHeader
from services.pledges.formats.camt_writer import write_statements
from services.pledges.settings import DEMONSTRATION_IBAN
from shared.events.members import RoleGranted
from shared.testing.harness import hear
from shared.values import new_id
from tests.http.stage import HERE, Stage
from tests.ledger.books import DAY, line, payment, request, statement
from tests.members.conftest import letters_of
from tests.projects.stage import Stage as ProjectsStage


async def sow(stage: Stage) -> None:
    """Fill a service, and park one event that nobody can read."""
    await hear(
        stage.service,
        [
            RoleGranted(territory=place, person_id=stage.official, role=role, grant_id=new_id())
            for role, place in (
                ("treasurer", HERE),
                ("steward", HERE),
                ("treasurer", "00"),
                ("national_operator", "00"),
            )
        ],
    )
    if stage.service.name in _SEEDS:
        await _SEEDS[stage.service.name](stage)
    async with stage.service.database.begin() as work:
        parked = await work.execute(
            "insert into parked_events (territory, event_id, key, subject, headers, payload, status, reason)"
            " values ('64', :id, 'key', 'milliard.64.pledges', '{}', '\\xff00', 'invalid', 'bytes')"
            " returning position",
            id=new_id(),
        )
        stage.known["position"] = parked.scalar()


async def _pledges(stage: Stage) -> None:
    header = StatementHeader(
        iban=DEMONSTRATION_IBAN,
        statement_id="RELEVE-1",
        currency="EUR",
        opening_minor=0,
        closing_minor=500,
        opening_on=DAY,
        closing_on=DAY,
    )
    credit = BankLine(
        entry_index=1,
        detail_index=1,
        amount_minor=500,
        direction=Direction.CREDIT,
        booked_on=DAY,
        value_on=DAY,
    )
    out = io.BytesIO()
    write_statements(out, [(header, [credit])], message_id="M", created_at=datetime(2026, 3, 3, tzinfo=UTC))
    stage.known["bank_file"] = out.getvalue()
    headers = stage.callers()
    async with stage.client() as http:
        made = await http.post(
            "/api/pledges/pledges",
            json={"amount_minor": 5000, "territory": HERE},
            headers=headers["a member"](),
        )
        stage.known["pledge_id"] = made.json()["pledge_id"]
        imported = await http.post(
            "/api/pledges/statements", content=out.getvalue(), headers=headers["the local key"]()
        )
    stage.known["statement_id"] = imported.json()["statements"][0]["statement_id"]


async def _projects(stage: Stage) -> None:
    async with stage.client() as http:
        played = ProjectsStage(stage.service, http, representative=stage.person)
        need_id = await played.approved_need()
        await played.ask(need_id, 1000)
        found = await http.get(f"/api/projects/{HERE}/needs/{need_id}", headers=played.as_steward())
        organisation_id = found.json()["organisation_id"]
        waiting = await played.submit(organisation_id)
    stage.known |= {
        "need_id": need_id,
        "organisation_id": organisation_id,
        "waiting_need_id": waiting.json()["id"],
    }


async def _members(stage: Stage) -> None:
    async with stage.client() as http:
        local = stage.callers()["the local key"]
        made = await http.post(
            "/api/members/founding-operators",
            json={"email": "alix@exemple.fr", "name": "Alix"},
            headers=local(),
        )
        stage.official = UUID(made.json()["person_id"])
        form = {
            "email": "camille@exemple.fr",
            "name": "Camille",
            "territory": HERE,
            "kind": "personne",
            "consent": "oui",
        }
        await http.post("/rejoindre", data=form)
        token = (await letters_of(stage.service))[-1].token
        joined = await http.post("/api/members/memberships/confirmations", json={"token": token})
        stage.person = UUID(joined.json()["member_id"])
        grant = await http.post(
            "/api/members/grants",
            json={"email": "camille@exemple.fr", "role": "treasurer", "territory": HERE},
            headers=stage.callers()["an official"](),
        )
        await http.post("/api/members/sign-in-links", json={"email": "camille@exemple.fr"})
    stage.known |= {
        "email": "camille@exemple.fr",
        "person_id": str(stage.person),
        "grant_id": grant.json()["grant_id"],
        "order_hash": grant.json()["order_hash"],
        "token": (await letters_of(stage.service))[-1].token,
        "jeton": (await letters_of(stage.service))[-1].token,
    }


async def _ledger(stage: Stage) -> None:
    asked, ordered = request(1000), request(2000)
    receipt = payment(100_000)
    await hear(stage.service, [receipt, asked, ordered, statement(0, [receipt], day=date(2026, 3, 2))])
    async with stage.service.database.begin() as work:
        hashed = await disburse.order(
            work, territory=HERE, disbursement_id=ordered.disbursement_id, by=stage.official
        )
    stage.known |= {
        "disbursement_id": str(asked.disbursement_id),
        "statement_id": str(line(1)["statement_id"]),
        "order_hash": hashed.order_hash,
    }


_SEEDS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "pledges": _pledges,
    "projects": _projects,
    "members": _members,
    "ledger": _ledger,
}
