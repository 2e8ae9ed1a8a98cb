"""What is there before strangers call: one of each thing that a path can name, made by the services' own ways."""

import io
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.ledger.domain.instalments import Computation
from services.ledger.domain.repayment_schedule import RepaymentSchedule
from services.ledger.operations import disburse
from services.ledger.operations.schedule_repayments import order_schedule
from services.ledger.operations.share_envelope import order_share
from services.pledges.api.receipt_issuers import NewIssuer
from services.pledges.domain.statement import BankLine, Direction, StatementHeader
from services.pledges.domain.target_days import next_business_day
from services.pledges.formats.camt_writer import write_statements
from services.pledges.settings import DEMONSTRATION_IBAN
from shared.events.ledger import DisbursementCommitted
from shared.events.members import RoleGranted
from shared.events.projects import Family
from shared.testing.harness import hear
from shared.values import new_id, today_in_france
from tests.http.plausible import PLAUSIBLE
from tests.http.stage import HERE, Stage
from tests.ledger.books import DAY, FUND, Books, debit, line, payment, request, statement
from tests.ledger.mlc import EUSKO, SIREN, Mlc
from tests.members.conftest import letters_of
from tests.pledges.survey.conftest import answered_by
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
        until = today_in_france() + timedelta(days=30)
        condition = {"kind": "threshold", "target_minor": 10_000, "until_on": until.isoformat()}
        await http.post(
            "/api/pledges/pledges",
            json={"amount_minor": 5000, "territory": HERE, "condition": condition},
            headers=headers["nobody"](),
        )
        imported = await http.post(
            "/api/pledges/statements", content=out.getvalue(), headers=headers["the local key"]()
        )
        survey = (await http.get("/api/pledges/survey")).json()
        consent = {"consent": True, "consent_version": survey["consent_version"]}
        begun = await http.post("/api/pledges/survey/responses", json=consent)
        await answered_by(stage.service, 12, {"territoire": [HERE], "message": ["Du temps."]})
        published = await http.post(
            "/api/pledges/survey/restitutions",
            json={"signature": "Groupe Épargnants"},
            headers=headers["an official"](),
        )
        drawn = await http.post(
            "/api/pledges/investor-rolls", json={"as_of": str(DAY)}, headers=headers["the local key"]()
        )
    stage.known["statement_id"] = imported.json()["statements"][0]["statement_id"]
    stage.known["roll_id"] = drawn.json()["roll_id"]
    stage.known |= {
        "response_id": begun.json()["response_id"],
        "consent_version": survey["consent_version"],
        "version": survey["version"],
        "restitution_id": published.json()["restitution_id"],
        "signature": "Groupe Épargnants",
        "question_id": "don",
        "question": "message",
        "page": "epargne",
        "epargne_formes": "livrets",
        "epargne_montant": "0",
    }
    await _direct_debits(stage)


_COMMITTED = {
    "territory": HERE,
    "amount_minor": 9000,
    "currency": "EUR",
    "payee_name": "Les Jardins partagés",
    "payee_iban": "FR1420041010050500013M02606",
    "confirmed_by": UUID(int=1),
    "order_hash": "0" * 64,
}


async def _direct_debits(stage: Stage) -> None:
    """A mandate, a batch that announces its first collection, and a file with one of two transfers."""
    local, day = stage.callers()["the local key"], today_in_france() + timedelta(days=60)
    async with stage.client() as http:
        digest = (await http.get("/api/pledges/mandate-text")).json()["digest"]
        signed = await http.post(
            f"/api/pledges/pledges/{stage.known['pledge_id']}/mandates",
            json={
                "holder_name": "Camille",
                "iban": "FR1420041010050500013M02606",
                "rhythm": "monthly",
                "amount_minor": 1000,
                "day": 1,
                "text_digest": digest,
            },
        )
        day = next_business_day(day)
        batch = await http.post("/api/pledges/debit-batches", json={"on": f"{day}"}, headers=local())
        orders = [
            DisbursementCommitted(**_COMMITTED, end_to_end_id=f"VIR-{number}", disbursement_id=new_id())
            for number in (1, 2)
        ]
        await hear(stage.service, orders)
        await http.post(
            "/api/pledges/transfer-files",
            json={"end_to_end_ids": ["VIR-1"], "execute_on": f"{day}"},
            headers=stage.callers()["an official"](),
        )
        files = await http.get("/api/pledges/transfer-files", headers=local())
    stage.known |= {
        "mandate_id": signed.json()["mandate_id"],
        "file_id": files.json()[0]["file_id"],
        "end_to_end_ids": ["VIR-2"],
        "ordre": "VIR-2",
        "execute_on": f"{day}",
        "batch_id": batch.json()["batch_id"],
        "text_digest": digest,
        "text": digest,
        "on": f"{day}",
        "le": f"{day}",
    }
    await _tax_receipt(stage)


async def _tax_receipt(stage: Stage) -> None:
    """An organisation whose right is on, another whose right is not, and the receipt of a gift of last year."""
    official, day = stage.callers()["an official"], date(DAY.year - 1, 3, 2)
    mentions = {name: PLAUSIBLE[name] for name in NewIssuer.model_fields if name in PLAUSIBLE}
    async with stage.client() as http:
        for known in ("issuer_id", "waiting_issuer_id"):
            made = await http.post(
                "/api/pledges/receipt-issuers",
                json=mentions | {"accounts": [DEMONSTRATION_IBAN]},
                headers=official(),
            )
            stage.known[known] = made.json()["issuer_id"]
        right = {"ground": PLAUSIBLE["ground"], "first_on": str(date(day.year, 1, 1))}
        path = f"/api/pledges/receipt-issuers/{stage.known['issuer_id']}/right"
        await http.post(path, json=right, headers=official())
        async with stage.service.database.begin() as work:
            await work.execute(
                """
                insert into statements (statement_id, iban, bank_statement_id, content_hash, file_name, norm, currency,
                    opening_minor, closing_minor, opening_on, closing_on, first_booked_on, last_booked_on, line_count,
                    received_count, returned_count, refunded_count, suspended_count, fee_count, disbursed_count,
                    credit_minor, debit_minor, imported_at)
                values (gen_random_uuid(), :iban, 'R', '', '', 'camt.053', 'EUR', 0, 700, :day, :day, :day, :day, 1,
                    1, 0, 0, 0, 0, 0, 700, 0, now())
                """,
                iban=DEMONSTRATION_IBAN,
                day=day,
            )
            await work.execute(
                """
                insert into bank_lines (territory, line_id, statement_id, entry_index, detail_index, fate, direction,
                    amount_minor, currency, booked_on, value_on, pledge_id, matched_by, counterparty_name)
                select '64', gen_random_uuid(), statement_id, 1, 1, 'received', 'credit', 700, 'EUR', :day, :day,
                    cast(:pledge_id as uuid), 'free_text', :payer
                from statements where bank_statement_id = 'R'
                """,
                day=day,
                pledge_id=stage.known["pledge_id"],
                payer=PLAUSIBLE["last_name"],
            )
        member, page = stage.callers()["a member"], f"/promesses/{stage.known['pledge_id']}/recu"
        await http.post(f"{page}/coordonnees", data=PLAUSIBLE, headers=member())
        await http.post(page, headers=member())
        listed = await http.get(
            "/api/pledges/tax-receipts", params={"year": day.year}, headers=stage.callers()["the local key"]()
        )
    stage.known["receipt_id"] = listed.json()[0]["receipt_id"]


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
        shared = await order_share(
            work,
            territory=HERE,
            receiver="13",
            fund=asked.fund,
            amount_minor=100,
            decision_reference=PLAUSIBLE["decision_reference"],
            by=stage.official,
        )
        hashed = await disburse.order(
            work, territory=HERE, disbursement_id=ordered.disbursement_id, by=stage.official
        )
    schedule = await _investment(stage)
    stage.known |= {
        "schedule_id": str(schedule.schedule_id),
        "disbursement_id": str(asked.disbursement_id),
        "share_id": str(shared.share_id),
        "receiver": "13",
        "statement_id": str(line(1)["statement_id"]),
        "order_hash": hashed.order_hash,
    }
    await _local_currency(stage)


async def _local_currency(stage: Stage) -> None:
    """A currency of the territory, units that are held, a conversion and a delivery that are ordered."""
    async with stage.service.database.begin() as work:
        await work.execute(
            "insert into local_currency_policies (policy_id, territory, basis_points, effective_on,"
            " decision_reference, adopted_by) values (gen_random_uuid(), '64', 5000, :day, 'AG', gen_random_uuid())",
            day=DAY,
        )
    books = Books(service=stage.service, owner=stage.service.database.engine)
    mlc = await Mlc.open(books)
    await books.hear(payment(10_000))
    await mlc.converted(1_000)
    conversion_id, _ = await mlc.order(1_000)
    delivery_id, _ = await mlc.give(500)
    stage.known |= {
        "local_currency": EUSKO,
        "conversion_id": str(conversion_id),
        "delivery_id": str(delivery_id),
        "fund": FUND,
        "held": f"{EUSKO} {FUND}",
        "payee_identifier": SIREN,
    }


async def _investment(stage: Stage) -> RepaymentSchedule:
    """One that the bank has debited, and a schedule that waits for its confirmation."""
    lent, second = request(500, family=Family.INVESTMENT), new_id()
    granted = RoleGranted(territory=HERE, person_id=second, role="treasurer", grant_id=new_id())
    await hear(stage.service, [lent, granted])
    of = {"territory": HERE, "disbursement_id": lent.disbursement_id}
    async with stage.service.database.begin() as work:
        ordered = await disburse.order(work, by=stage.official, **of)
        await disburse.confirm(work, by=second, order_hash=ordered.order_hash, **of)
    await hear(stage.service, [debit(lent)])
    async with stage.service.database.begin() as work:
        return await order_schedule(
            work,
            wanted=Computation(5, 12, date(2027, 1, 31), 100),
            decision_reference=PLAUSIBLE["decision_reference"],
            by=second,
            **of,
        )


_SEEDS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "pledges": _pledges,
    "projects": _projects,
    "members": _members,
    "ledger": _ledger,
}
