"""The load: savers promise and the bank's files come in, through the API of pledges, whatever happens meanwhile.

A client of a platform that may die at any moment repeats its request until it is answered; promises carry a key
and statements an id, so that a request that had worked before its answer was lost changes nothing.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import structlog

from deploy.local.campaign.statements import BankDay
from deploy.trials.chaos.plan import Fate, Plan, PlannedDay, PlannedLine, PlannedPromise
from shared.client import Platform

log = structlog.get_logger(__name__)

FIRST_DAY = date(2024, 1, 1)
STATEMENTS_A_DAY = 8
"""Banks give several statements a day where there is much to say."""

PAUSE_SECONDS = 0.15
"""Between two statements: some hundreds of lines a second, which two cores post with half of their time."""

TRY_AGAIN_SECONDS = 0.2
ANSWER_SECONDS = 20.0
PROMISES_AT_ONCE = 5
PASSING = frozenset({409, 500, 502, 503, 504})
"""Answers after which a client tries again: an import is under way, or something that pledges stands on is away."""


class LoadRefused(Exception):
    """The platform refused for good what is right: a defect, and no count would say anything."""


class Load:
    """One plan on its way in. `days` are those that are in, whole; `refusals` counts what clients met instead of a
    good answer, by status or by the connection's failure."""

    def __init__(self, plan: Plan, *, socket: Path, home: Path) -> None:
        self.days: list[tuple[PlannedDay, BankDay]] = []
        self.refusals: Counter[str] = Counter()
        self.seconds = 0.0
        self._plan = plan
        self._socket = socket
        self._platform = Platform(facts={}, home=home)
        self._folder = home / "samples"
        self._references: dict[int, str] = {}
        self._iban = ""

    @property
    def lines(self) -> Iterator[tuple[str, PlannedLine]]:
        """Every line that is in, with the reference that the bank gave it."""
        for planned, written in self.days:
            for line, booked in zip(planned.lines, written.lines, strict=True):
                yield str(booked.bank_reference), line

    @property
    def promises(self) -> Iterator[PlannedPromise]:
        """Every promise that is in."""
        for planned, _ in self.days:
            yield from planned.promises

    async def play(self, stopped: asyncio.Event) -> None:
        """Day after day until stopped; the day in hand is brought to its end."""
        began = time.monotonic()
        transport = httpx.AsyncHTTPTransport(uds=str(self._socket))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://pledges", timeout=ANSWER_SECONDS
        ) as http:
            balance = 0
            for planned in self._plan.days():
                if stopped.is_set():
                    break
                await self._promise(http, planned.promises)
                written = self._book(planned, opening_minor=balance)
                balance = written.closing_minor
                await self._import(http, written)
                self.days.append((planned, written))
                with suppress(TimeoutError):
                    async with asyncio.timeout(PAUSE_SECONDS):
                        await stopped.wait()
        self.seconds = time.monotonic() - began

    async def _promise(self, http: httpx.AsyncClient, promises: tuple[PlannedPromise, ...]) -> None:
        places = asyncio.Semaphore(PROMISES_AT_ONCE)

        async def one(promise: PlannedPromise) -> None:
            async with places:
                made = await self._until_accepted(
                    http,
                    "/api/pledges/pledges",
                    json={"amount_minor": promise.amount_minor, "territory": promise.territory},
                    headers={"Idempotency-Key": promise.key},
                )
            self._references[promise.number] = made["reference"]
            self._iban = made["beneficiary_iban"]

        await asyncio.gather(*(one(promise) for promise in promises))

    def _book(self, planned: PlannedDay, *, opening_minor: int) -> BankDay:
        day = BankDay(
            iban=self._iban,
            booked_on=FIRST_DAY + timedelta(days=(planned.number - 1) // STATEMENTS_A_DAY),
            number=planned.number,
            opening_minor=opening_minor,
        )
        for line in planned.lines:
            reference = self._references[line.promise.number] if line.promise else None
            amount = abs(line.movement_minor)
            match line.fate:
                case Fate.RECEIVED if line.in_free_text:
                    day.credit(amount, text=f"MILLIARD {reference} merci")
                case Fate.RECEIVED:
                    day.credit(amount, reference=reference)
                case Fate.RETURNED:
                    assert reference
                    day.give_back(amount, reference=reference)
                case Fate.FEE:
                    day.fee(amount)
                case Fate.SUSPENDED if line.movement_minor > 0:
                    day.credit(amount, text="Don pour la transition")
                case Fate.SUSPENDED:
                    day.debit(amount, end_to_end_id=f"INCONNU-{planned.number}")
        return day

    async def _import(self, http: httpx.AsyncClient, day: BankDay) -> None:
        file = day.write(self._folder)
        await self._until_accepted(
            http,
            "/api/pledges/statements",
            params={"file": file.name},
            headers={"Content-Type": "application/xml"},
            content=file.read_bytes(),
        )
        file.unlink()

    async def _until_accepted(self, http: httpx.AsyncClient, path: str, **request: Any) -> dict[str, Any]:
        """Send until it is answered that it is in. Raises LoadRefused."""
        headers = request.pop("headers")
        while True:
            signed = {**headers, "Authorization": f"Bearer {self._platform.local_token()}"}
            try:
                answer = await http.post(path, headers=signed, **request)
            except httpx.TransportError as error:
                self.refusals[type(error).__name__] += 1
            else:
                if answer.is_success:
                    accepted: dict[str, Any] = answer.json()
                    return accepted
                if answer.status_code not in PASSING:
                    raise LoadRefused(f"{path} → {answer.status_code}: {answer.text[:300]}")
                self.refusals[str(answer.status_code)] += 1
            await asyncio.sleep(TRY_AGAIN_SECONDS)
