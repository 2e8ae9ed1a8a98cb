"""/moi: my territory, my roles in sentences, my missions."""

from fastapi import APIRouter, Request, Response

from services.members.domain.grants import ROLE_NAMES, ROLE_SENTENCES
from services.members.queries import missions_of, roles_of
from services.members.repository import person
from shared.identity import Session, signed_in
from shared.runtime import Transaction
from shared.values import NATIONAL, territory
from shared.web.errors import UserError
from shared.web.layout import templates_for

router = APIRouter(include_in_schema=False)
templates = templates_for("services.members")


@router.get("/moi")
async def show_my_space(
    request: Request, work: Transaction, bienvenue: str = "", session: Session = signed_in()
) -> Response:
    """The signed-in person's own page."""
    assert session.person_id is not None
    me = await person(work, session.person_id)
    if me is None or me.email is None:
        raise UserError("Ce compte n’existe plus. Vous pouvez rejoindre le mouvement à nouveau.", status=404)
    roles = await roles_of(work, me.person_id)
    return templates.render(
        request,
        "my_space.html",
        headers={"Cache-Control": "no-store"},
        me=me,
        place=place_name(me.territory),
        welcome=bool(bienvenue),
        roles=[
            {
                "name": ROLE_NAMES.get(role, "Membre"),
                "place": place_name(code),
                "sentence": ROLE_SENTENCES[role],
            }
            for role, code in roles
        ],
        is_member=me.joined_at is not None,
        is_operator=("national_operator", NATIONAL) in roles,
        missions=await missions_of(work, me.person_id),
    )


def place_name(code: str) -> str:
    """A territory in words: its name, and the national lane as « France entière »."""
    return "France entière" if code == NATIONAL else territory(code).name
