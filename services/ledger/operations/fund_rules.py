"""Adds funds, adopts their rules, and says in a sentence why a fund may not give what is asked of it."""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.domain.chart import RECEIVED
from services.ledger.domain.disbursement import Disbursement
from services.ledger.domain.entries import Line
from services.ledger.domain.funds import (
    FAMILIES,
    Asked,
    Broken,
    FundRules,
    RulesInThePast,
    broken_rule,
    given_by,
    rules_in_force,
)
from services.ledger.repository import disbursements, funds
from shared.database import Work
from shared.events.projects import DisbursementRequested
from shared.web.errors import UserError
from shared.web.numbers import BEFORE_PERCENT, date_fr, euros


async def add_fund(work: Work, *, code: str, name: str, purpose: str, by: UUID) -> None:
    """Add a fund, which gives nothing until it has rules. Raises UserError when its code is taken."""
    if not await funds.add_fund(work, code=code, name=name, purpose=purpose, by=by):
        raise UserError("Ce fonds existe déjà : choisissez un autre code.", status=409, code="fund_exists")


async def adopt_rules(work: Work, rules: FundRules, *, by: UUID) -> None:
    """Record rules with the decision that adopted them. Raises RulesInThePast, UserError; one set a day and fund."""
    if rules.effective_on < work.today:
        raise RulesInThePast(RulesInThePast.__doc__)
    if unknown := set(rules.instruments) - RECEIVED.keys():
        raise UserError(
            f"L’instrument « {min(unknown)} » n’existe pas : choisissez parmi {', '.join(RECEIVED)}.",
            status=422,
            code="unknown_instrument",
        )
    if rules.opens_on and rules.closes_on and rules.closes_on < rules.opens_on:
        raise UserError(
            "Ce fonds fermerait avant d’ouvrir : corrigez l’un des deux jours.",
            status=422,
            code="closes_too_early",
        )
    if not await funds.is_fund(work, rules.fund):
        raise UserError("Ce fonds n’existe pas : ajoutez-le d’abord.", status=404, code="unknown_fund")
    if not await funds.add_rules(work, rules, by=by):
        raise UserError(
            "Des règles de ce fonds prennent déjà effet ce jour-là : choisissez un autre jour.",
            status=409,
            code="rules_exist",
        )


async def refusal_of_fund(
    work: Work, disbursement: DisbursementRequested | Disbursement, *, envelope_minor: int
) -> str | None:
    """Why a fund may not give a disbursement today, in a sentence; None when it may. The caller holds the chain.

    `envelope_minor` is what the envelope would hold without it.
    """
    fund = disbursement.fund
    given = await disbursements.given_beside(work, disbursement)
    rules = rules_in_force((await funds.rules_of(work, fund)).get(fund, []), on=work.today)
    asked = Asked(
        family=disbursement.family,
        amount_minor=disbursement.amount_minor,
        currency=disbursement.currency,
        on=work.today,
        for_need_minor=given.for_need_minor + disbursement.amount_minor,
        whole_minor=envelope_minor + given.in_all_minor - given.repaid_minor,
    )
    return _refusal(fund, rules, asked)


async def refusal_of_correction(work: Work, before: Sequence[Line], after: Sequence[Line]) -> str | None:
    """Why a fund may not give what lines in place of an entry's say that it gave; None when all may.

    Asked wherever a fund gives more of a family than the entry said, of all that stands there then. The largest share
    for one need is not asked: only the request of a disbursement says its need.
    """
    stood, stands = given_by(before), given_by(after)
    rules_by_fund = await funds.rules_of(work)
    today = work.today
    for (fund, family, currency), amount in sorted(stands.items()):
        if amount > max(0, stood[fund, family, currency]):
            rules = rules_in_force(rules_by_fund.get(fund, []), on=today)
            asked = Asked(family, amount, currency, today, for_need_minor=0, whole_minor=0)
            if refusal := _refusal(fund, rules, asked):
                return refusal
    return None


def _refusal(fund: str, rules: FundRules | None, asked: Asked) -> str | None:
    broken = broken_rule(rules, asked)
    if broken is None:
        return None
    if rules is None:
        return f"Le fonds « {fund} » n’a pas de règles en vigueur, et ne verse rien sans elles"
    return f"Le fonds « {fund} » {_why(broken, rules)}"


def _why(broken: Broken, rules: FundRules) -> str:
    if broken is Broken.NOT_OPEN:
        return f"ne verse qu’à partir du {date_fr(rules.opens_on)}"
    if broken is Broken.CLOSED:
        return f"ne verse plus après le {date_fr(rules.closes_on)}"
    if broken is Broken.FAMILY:
        kinds = " et ".join(FAMILIES[family] for family in rules.families)
        return f"ne verse que des {kinds}" if kinds else "ne verse rien"
    if broken is Broken.AMOUNT:
        return f"verse au plus {euros(rules.largest_disbursement_minor or 0)} à la fois"
    percent = f"{(rules.largest_share_basis_points or 0) / 100:g}".replace(".", ",")
    return f"donne au plus {percent}{BEFORE_PERCENT}% de l’enveloppe du territoire pour un même besoin"
