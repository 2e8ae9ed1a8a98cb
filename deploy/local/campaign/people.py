"""Gives people their roles, as it is done for real: two operators by command, the others by both of them."""

from collections.abc import Callable
from dataclasses import dataclass

from deploy.local.campaign import cast
from deploy.local.campaign.visitor import Visitor
from shared.client import Platform
from shared.values import NATIONAL


@dataclass(frozen=True)
class People:
    """Everybody with a role, signed in. The first treasurer also keeps the bank desk, which is national."""

    operators: tuple[Visitor, Visitor]
    treasurers: tuple[Visitor, Visitor]
    steward: Visitor


def appoint(platform: Platform, visitor: Callable[[tuple[str, str]], Visitor]) -> People:
    """Make the founding operators, let the others join, and grant what each does; all sign in."""
    with platform.http("members") as http:
        for email, name in cast.OPERATORS:
            http.post(
                "/api/members/founding-operators", json={"email": email, "name": name}
            ).raise_for_status()
    operators = (visitor(cast.OPERATORS[0]), visitor(cast.OPERATORS[1]))
    treasurers = (visitor(cast.TREASURERS[0]), visitor(cast.TREASURERS[1]))
    steward = visitor(cast.STEWARD)
    for person in (*treasurers, steward):
        person.join(territory=cast.TERRITORY)
    for operator in operators:
        operator.sign_in()
    for person in treasurers:
        grant_treasurer(operators, person, territory=cast.TERRITORY)
    grant_treasurer(operators, treasurers[0], territory=NATIONAL)
    operators[0].post("/api/members/grants", email=steward.email, role="steward", territory=cast.TERRITORY)
    for person in (*treasurers, steward):
        person.sign_in()
    return People(operators=operators, treasurers=treasurers, steward=steward)


def grant_treasurer(operators: tuple[Visitor, Visitor], person: Visitor, *, territory: str) -> None:
    """A role that moves money: one operator proposes it, the other confirms exactly that."""
    grant = operators[0].post(
        "/api/members/grants", email=person.email, role="treasurer", territory=territory
    )
    operators[1].post(f"/api/members/grants/{grant['grant_id']}/confirmation", order_hash=grant["order_hash"])
