"""Reads the form of a promise under a condition: what it says, or one sentence for each field that is wrong."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.conditions import (
    ConditionRefused,
    ConditionTerms,
    match_funding_terms,
    threshold_terms,
)
from services.pledges.domain.days import day_from
from services.pledges.domain.earmark import Earmark, earmark_of
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.operations.make_pledge import check_amount, check_fund, check_territory
from services.pledges.settings import Settings

Read = TypeVar("Read")

MATCH, THRESHOLD, WISH = "abondement", "seuil", "souhait"
FIELDS = {"ratio": "ratio", "from_on": "du", "until_on": "au", "target": "objectif"}
"""The form's name of what a refusal names."""

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class ReadForm:
    """What a form says; without `errors` all of it can be promised."""

    def __init__(self, values: Mapping[str, str], *, settings: Settings, today: date) -> None:
        self._values = values
        self._today = today
        self.errors: dict[str, str] = {}
        self.amount_minor = self._amount(settings)
        self._read("territory", lambda: check_territory(values["territory"]))
        self._read("fund", lambda: check_fund(values["fund"]))
        self.terms = self._terms()
        self.earmark = self._earmark()

    def _read(self, field: str, reading: Callable[[], Read]) -> Read | None:
        """What a field says, None when it is refused."""
        try:
            return reading()
        except ConditionRefused as refusal:
            self.errors.setdefault(FIELDS[refusal.field], str(refusal))
        except PledgeRefused as refusal:
            self.errors.setdefault(field, str(refusal))
        return None

    def _amount(self, settings: Settings) -> int:
        amount_minor = self._read("amount", lambda: cents_from(self._values["amount"])) or 0
        self._read("amount", lambda: check_amount(amount_minor, settings))
        return amount_minor

    def _terms(self) -> ConditionTerms | None:
        """The condition that was chosen; a wish has none."""
        kind = self._values["kind"]
        if kind == MATCH:
            return self._match_funding()
        if kind == THRESHOLD:
            return self._threshold()
        if kind != WISH:
            self.errors["kind"] = "Choisissez comment vous promettez."
        return None

    def _earmark(self) -> Earmark | None:
        values = self._values
        found = _ID.search(values["projet"])
        if values["projet"].strip() and found is None:
            self.errors["projet"] = (
                "Recopiez l’adresse de la page du projet, ou l’identifiant qui la termine."
            )
        need_id = UUID(found[0]) if found else None
        self._read("theme", lambda: earmark_of(theme=values["theme"]))
        self._read("instrument", lambda: earmark_of(instrument=values["instrument"]))
        if {"theme", "projet", "instrument"} & self.errors.keys():
            return None
        earmark = earmark_of(theme=values["theme"], need_id=need_id, instrument=values["instrument"])
        if earmark is None and values["kind"] == WISH:
            self.errors["theme"] = "Dites au moins un souhait, ou promettez sans condition."
        return earmark

    def _match_funding(self) -> ConditionTerms | None:
        ratio = self._read("ratio", lambda: cents_from(self._values["ratio"]))
        begins = self._day("du") if self._values["du"].strip() else None
        ends = self._day("au")
        if ratio is None or ends is None or "du" in self.errors:
            return None
        return self._read(
            "au",
            lambda: match_funding_terms(
                ratio_basis_points=ratio * 100,
                is_everywhere=bool(self._values["partout"]),
                from_on=begins,
                until_on=ends,
                today=self._today,
            ),
        )

    def _threshold(self) -> ConditionTerms | None:
        target = self._read("objectif", lambda: cents_from(self._values["objectif"]))
        ends = self._day("au")
        if target is None or ends is None:
            return None
        return self._read(
            "au",
            lambda: threshold_terms(
                target_minor=target,
                is_everywhere=bool(self._values["partout"]),
                until_on=ends,
                today=self._today,
            ),
        )

    def _day(self, field: str) -> date | None:
        return self._read(field, lambda: day_from(self._values[field]))
