"""Weeks of a campaign, rehearsed on one home: what was promised on a day, and what becomes of it when its day comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from deploy.local.campaign.people import appoint
from deploy.local.campaign.visitor import Visitor
from deploy.local.temporary import temporary_home
from services.pledges.domain.target_days import business_days_after
from tests.running import Running, eventually, running_in

DAYS_AHEAD = 17
"""Sixteen days after a mandate is signed its collection may be prepared for three business days later."""

PLEDGES = "/api/pledges/pledges"
HOLDER = {"holder_name": "Jo Exemple", "iban": "FR1420041010050500013M02606", "rhythm": "once"}


@dataclass
class Rehearsal:
    """What was promised on the first day, and the platform on the day when all of it is due."""

    running: Running
    desk: Visitor
    funder: Visitor
    reminded: Visitor
    matching: dict[str, Any]
    due: dict[str, Any]
    collected: dict[str, Any]
    batch: dict[str, Any]
    collect_on: date


def _promise(running: Running, who: Visitor, *, euros: int, territory: str, **more: Any) -> dict[str, Any]:
    """A promise of somebody who leaves an address."""
    made: dict[str, Any] = who.post(PLEDGES, amount_minor=euros * 100, territory=territory, **more)
    form = {"person_id": made["person_id"], "email": who.email, "name": "Jo", "territory": territory}
    page = f"/promesses/{made['pledge_id']}"
    assert who.request("POST", "/membres/contact", data=form | {"suite": page}).status_code == 303
    assert who.mail_with(made["reference_in_groups"])
    return made


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    """The first day, then the same home started again as of a later one."""
    with temporary_home() as (home, _):
        with running_in(home, "--empty") as first:
            people = appoint(first.platform, first.visitor)
            funder, reminded, saver = first.visitor(), first.visitor(), first.visitor()
            until = first.today + timedelta(days=60)
            offer = {"kind": "match_funding", "ratio_basis_points": 10_000, "until_on": f"{until}"}
            matching = _promise(first, funder, euros=80, territory="15", condition=offer)
            due_on = first.today + timedelta(days=DAYS_AHEAD)
            terms = {"kind": "once", "due_on": f"{due_on}"}
            due = _promise(first, reminded, euros=50, territory="15", terms=terms)
            collected = _promise(first, saver, euros=60, territory="48")
            digest = saver.get("/api/pledges/mandate-text")["digest"]
            address = f"{PLEDGES}/{collected['pledge_id']}/mandates"
            saver.post(address, **HOLDER, text_digest=digest)
            collect_on = business_days_after(first.today + timedelta(days=16), 3)
            batch = people.treasurers[0].post("/api/pledges/debit-batches", on=f"{collect_on}")
            saver.mail_with("Un prélèvement est prévu")
            treasurer = people.treasurers[0].email, people.treasurers[0].name
        with running_in(home, days_ahead=DAYS_AHEAD) as running:
            desk = running.visitor(treasurer)
            desk.sign_in()
            funder, reminded = (running.visitor((one.email, "Jo")) for one in (funder, reminded))
            yield Rehearsal(running, desk, funder, reminded, matching, due, collected, batch, collect_on)


def test_who_promised_is_reminded_on_the_day(rehearsal: Rehearsal) -> None:
    """Once, with what is missing and the reference to pay it with."""
    mail = rehearsal.reminded.mail_with("prévoit un versement le")
    assert rehearsal.due["reference_in_groups"] in mail["Text"]
    assert "50,00" in mail["Text"]


def test_each_euro_received_triggers_one_of_the_funder(rehearsal: Rehearsal) -> None:
    """From the day after the offer; the funder is told what to pay, and the public sees the offer move."""
    running = rehearsal.running
    assert running.progress("15")["promised_minor"] == 5_000
    day = running.bank_day()
    day.credit(3_000, reference=rehearsal.due["reference"])
    running.import_day(day)
    eventually(lambda: running.progress("15")["promised_minor"] == 8_000)
    assert "30,00" in rehearsal.funder.mail_with("déclenché")["Text"]
    assert rehearsal.funder.get(f"{PLEDGES}/{rehearsal.matching['pledge_id']}")


def test_the_banks_file_collects_what_was_announced(rehearsal: Rehearsal) -> None:
    """The pain.008 has the mandate, its day and the amount; taken again, the same bytes."""
    address = f"/api/pledges/debit-batches/{rehearsal.batch['batch_id']}/file"
    file = rehearsal.desk.request("POST", address)
    assert file.status_code == 200, file.text
    written = {element.tag.partition("}")[2]: element.text for element in fromstring(file.content).iter()}
    assert (written["InstdAmt"], written["ReqdColltnDt"]) == ("60.00", f"{rehearsal.collect_on}")
    assert rehearsal.desk.request("POST", address).content == file.content


def test_a_collection_comes_and_goes_back(rehearsal: Rehearsal) -> None:
    """The debtor's bank takes it back: the territory has not received it, and the desk sees why."""
    running, desk = rehearsal.running, rehearsal.desk
    shown = desk.get(f"/api/pledges/debit-batches/{rehearsal.batch['batch_id']}")
    (collection,) = shown["collections"]
    day = running.bank_day()
    day.collect(6_000, end_to_end_id=collection["end_to_end_id"])
    running.import_day(day)
    eventually(lambda: running.progress("48")["received_minor"] == 6_000)
    back = running.bank_day()
    back.collect(-6_000, end_to_end_id=collection["end_to_end_id"], return_reason="MD06")
    running.import_day(back)
    eventually(lambda: running.progress("48")["received_minor"] == 0)
    (returned,) = desk.get(f"/api/pledges/debit-batches/{rehearsal.batch['batch_id']}")["collections"]
    assert (returned["state"], returned["return_reason"]) == ("returned", "MD06")
    assert running.milliard_json("ledger", "verify")["problems"] == []


def test_what_is_not_paid_in_time_expires_and_late_money_lands() -> None:
    """Sixty days after its date the saver is told, nothing is promised any more, and what comes later is received."""
    with temporary_home() as (home, _):
        with running_in(home, "--empty") as first:
            saver = first.visitor()
            pledge = _promise(first, saver, euros=20, territory="12")
            eventually(lambda: first.progress("12")["promised_minor"] == 2_000)
        with running_in(home, days_ahead=30 + 61) as running:
            told = running.visitor((saver.email, "Jo"))
            told.mail_with("a expiré")
            eventually(lambda: running.progress("12")["promised_minor"] == 0)
            assert told.get(f"{PLEDGES}/{pledge['pledge_id']}")["state"] == "expired"
            day = running.bank_day()
            day.credit(2_000, reference=pledge["reference"])
            running.import_day(day)
            eventually(lambda: running.progress("12")["received_minor"] == 2_000)
            assert running.progress("12")["promised_minor"] == 0
