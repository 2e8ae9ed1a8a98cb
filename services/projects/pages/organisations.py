"""The registry of partner organisations: who is in it, and how to come in."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.projects import queries
from services.projects.domain.organisations import MAX_NAME, OrganisationUnknown
from services.projects.domain.refusals import Refusal, line_within
from services.projects.domain.territories import known_territory
from services.projects.formats.identifiers import read_identifiers, read_rna, read_siren
from services.projects.operations.organisations import register_organisation
from services.projects.pages import templates
from services.projects.pages.forms import FilledForm, filled_form, page_number
from shared.identity import Session, anyone, signed_in
from shared.runtime import Transaction
from shared.values import territories, territory

router = APIRouter(include_in_schema=False)


@router.get("/organisations", dependencies=[anyone()])
async def show_registry(
    request: Request, work: Transaction, territoire: str = "", page: str = "1"
) -> Response:
    size = request.app.state.settings.page_size
    number = page_number(page)
    found = await queries.organisations(
        work,
        territory=known_territory(territoire) if territoire else None,
        limit=size + 1,
        offset=size * (number - 1),
    )
    return templates.render(
        request,
        "organisations.html",
        organisations=found[:size],
        territories=territories(),
        chosen=territoire.upper(),
        number=number,
        has_next=len(found) > size,
        territory_of=territory,
    )


@router.get("/organisations/nouvelle", dependencies=[signed_in()])
async def ask_who_they_are(request: Request) -> Response:
    return _form(request, FilledForm({}))


@router.post("/organisations")
async def register(request: Request, work: Transaction, session: Session = signed_in()) -> Response:
    form = await filled_form(request)
    name = form.read("name", partial(line_within, most=MAX_NAME))
    seat = form.read("territory", known_territory)
    form.read("siren", read_siren)
    form.read("rna", read_rna)
    if name and seat and not form.errors and session.person_id:
        try:
            made = await register_organisation(
                work,
                name=name,
                territory=seat,
                identifiers=read_identifiers(
                    siren=form.values.get("siren", ""),
                    rna=form.values.get("rna", ""),
                    tribunal_reference=form.values.get("tribunal_reference", ""),
                    territory=seat,
                ),
                representative_id=session.person_id,
            )
            return RedirectResponse(f"/organisations/{made.organisation_id}", 303)
        except Refusal as refusal:
            form.refuse(refusal, field="siren")
    return _form(request, form, status_code=422)


@router.get("/organisations/{organisation_id}")
async def show_organisation(
    request: Request, work: Transaction, organisation_id: UUID, session: Session = anyone()
) -> Response:
    found = await queries.organisation(work, organisation_id)
    if found is None:
        raise OrganisationUnknown()
    own = await queries.organisations_represented_by(work, session.person_id)
    return templates.render(
        request,
        "organisation.html",
        organisation=found,
        needs=await queries.public_needs(work, organisation_id=organisation_id, limit=100),
        is_own=found in own,
        territory_of=territory,
    )


def _form(request: Request, form: FilledForm, *, status_code: int = 200) -> Response:
    return templates.render(
        request,
        "new_organisation.html",
        status_code=status_code,
        values=form.values,
        errors=form.errors,
        territories=territories(),
    )
