"""Plays the campaign, scene by scene; each waits for the platform as a person would."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from deploy.local.campaign import cast
from deploy.local.campaign.people import People, appoint
from deploy.local.campaign.statements import BankDay
from deploy.local.campaign.visitor import Visitor
from shared.client import Platform
from shared.values import today_in_france

WAIT_SECONDS = 60.0


class Campaign:
    """One run of the campaign on a running platform. Statements go to `samples` in its home."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._samples = platform.home / "samples"
        self._today = today_in_france()
        self._stack = ExitStack()

    def __enter__(self) -> "Campaign":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def visitor(self, who: tuple[str, str]) -> Visitor:
        email, name = who
        return self._stack.enter_context(
            Visitor(
                public_url=self._platform.facts["public_url"],
                mail_url=self._platform.facts["mail_url"],
                email=email,
                name=name,
            )
        )

    def play(self) -> None:
        """The whole campaign."""
        savers = self.visitor(("epargne@exemple.test", "Une épargnante"))
        pledges = [
            (promise, self._promise(savers, promise.territory, promise.euros)) for promise in cast.PROMISES
        ]
        account = pledges[0][1]["beneficiary_iban"]

        first = BankDay(iban=account, booked_on=self._today - timedelta(days=1), number=1, opening_minor=0)
        for promise, pledge in pledges:
            if promise.comes_with == 1:
                first.credit(promise.euros * 100, reference=pledge["reference"])
        first.credit(4_200, text="Don pour la transition, merci à vous")
        first.fee(1_250)
        self._import(first)

        people = appoint(self._platform, self.visitor)
        people.operators[0].post_when_known(
            "/api/ledger/policies",
            territory="00",
            basis_points=cast.SHARE_BASIS_POINTS,
            effective_on=self._today.isoformat(),
            decision_reference=cast.SHARE_DECISION,
        )
        second = BankDay(iban=account, booked_on=self._today, number=2, opening_minor=first.closing_minor)
        for promise, pledge in pledges:
            if promise.comes_with == 2:
                second.credit(promise.euros * 100, text=f"MILLIARD {pledge['reference_in_groups']} merci")
        second.give_back(9_000, reference=_reference_of(pledges, "13", 90))
        self._import(second)

        disbursement = self._money_out(people)
        third = BankDay(iban=account, booked_on=self._today, number=3, opening_minor=second.closing_minor)
        third.debit(cast.NEED["amount_minor"], end_to_end_id=disbursement["end_to_end_id"])
        self._import(third)
        self._leave_next_statement(savers, third)

    def _promise(self, savers: Visitor, territory: str, euros: int) -> dict[str, Any]:
        found: dict[str, Any] = savers.post(
            "/api/pledges/pledges", amount_minor=euros * 100, territory=territory, fund="fonds-commun"
        )
        return found

    def _import(self, day: BankDay) -> None:
        """Import a day's statement by the command that treasurers use; waits until it is posted."""
        milliard = Path(sys.executable).with_name("milliard")
        command = [str(milliard), "bank", "import", str(day.write(self._samples))]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    def _money_out(self, people: People) -> dict[str, Any]:
        """A need is submitted, approved, asked for, ordered by one treasurer and confirmed by the other."""
        representative = self.visitor(cast.REPRESENTATIVE)
        representative.join(territory=cast.TERRITORY)
        representative.sign_in()
        organisation = representative.post("/api/projects/organisations", **cast.ORGANISATION)
        here = f"/api/projects/{cast.TERRITORY}/needs"
        need = representative.post(here, organisation_id=organisation["organisation_id"], **cast.NEED)
        people.steward.post_when_known(
            f"{here}/{need['id']}/approval",
            decision_reference=cast.DECISION,
            decided_on=self._today.isoformat(),
        )
        asked = representative.post(
            f"{here}/{need['id']}/disbursements",
            amount_minor=cast.NEED["amount_minor"],
            payee_iban="FR1420041010050500013M02606",
        )
        money_out = f"/api/ledger/{cast.TERRITORY}/disbursements/{asked['id']}"
        order = people.treasurers[0].post_when_known(f"{money_out}/order")
        confirmed: dict[str, Any] = people.treasurers[1].post_when_known(
            f"{money_out}/confirmation", order_hash=order["order_hash"]
        )
        self._until(lambda: any(True for _ in self._expected_debits(confirmed["end_to_end_id"])))
        return confirmed

    def _expected_debits(self, end_to_end_id: str) -> Iterator[dict[str, Any]]:
        with self._platform.http("pledges") as http:
            for row in http.get("/api/pledges/expected-debits").raise_for_status().json():
                if row["end_to_end_id"] == end_to_end_id:
                    yield row

    def _until(self, check: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not check():
            if time.monotonic() > deadline:
                raise TimeoutError("the platform did not catch up: look at `milliard status`")
            time.sleep(0.1)

    def _leave_next_statement(self, savers: Visitor, last: BankDay) -> None:
        """A statement that nobody has imported yet: for the newcomer to see the page move."""
        day = BankDay(iban=last.iban, booked_on=self._today, number=4, opening_minor=last.closing_minor)
        for position, euros in enumerate(cast.NEXT_EUROS):
            territory = cast.PROMISES[position * 3].territory
            day.credit(euros * 100, reference=self._promise(savers, territory, euros)["reference"])
        day.write(self._samples)


def _reference_of(pledges: list[tuple[cast.Promise, dict[str, Any]]], territory: str, euros: int) -> str:
    return next(
        str(pledge["reference"])
        for promise, pledge in pledges
        if (promise.territory, promise.euros) == (territory, euros)
    )
