"""What the survey says, over HTTP: restitutions for everybody as open data, drafts and publishing for who runs it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.pledges.operations.export_results import results_csv
from services.pledges.operations.publish_survey import (
    MOST_NOTE,
    MOST_SIGNATURE,
    draft_results,
    publish_results,
    published_results,
)
from services.pledges.queries.restitutions import Restitution, RestitutionLine, restitutions
from services.pledges.queries.survey_results import SurveyResults
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction
from shared.values import day_of
from shared.web.kept_files import CsvFile

router = APIRouter(prefix="/survey", tags=["enquête"])
Version = Annotated[str | None, Query(max_length=20, description="La plus récente sans elle")]


class NewRestitution(BaseModel):
    """What is published with the figures: the name that signs, and the method in its words. Both are public."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[str, Field(max_length=20)] | None = None
    signature: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=2, max_length=MOST_SIGNATURE)
    ]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_NOTE)] = ""


@router.get("/restitutions", dependencies=[anyone()])
async def list_restitutions(work: Transaction) -> list[RestitutionLine]:
    """All restitutions, the newest first."""
    return await restitutions(work)


@router.get("/restitutions/{restitution_id}", dependencies=[anyone()])
async def show_restitution(restitution_id: UUID, work: Transaction) -> Restitution:
    """One restitution: figures of groups of ten persons or more, under an open licence."""
    return await published_results(work, restitution_id)


@router.get("/restitutions/{restitution_id}/figures.csv", response_class=CsvFile, dependencies=[anyone()])
async def export_restitution(restitution_id: UUID, work: Transaction) -> Response:
    """The same figures as CSV, a line for each."""
    found = await published_results(work, restitution_id)
    name = f"enquete-epargnants-{found.version}-{day_of(found.published_at)}.csv"
    return Response(
        results_csv(found),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/draft", dependencies=[allow(Role.NATIONAL_OPERATOR, Role.TREASURER, local_key=True)])
async def show_draft(response: Response, work: Transaction, version: Version = None) -> SurveyResults:
    """What a restitution would say now: for who prepares it."""
    response.headers["Cache-Control"] = "no-store"
    return await draft_results(work, version)


@router.post("/restitutions", status_code=201)
async def publish(
    body: NewRestitution, work: Transaction, session: Session = allow(Role.NATIONAL_OPERATOR)
) -> Restitution:
    """Publish the draft as it is now, for good. The same again changes nothing."""
    assert session.person_id is not None  # a role is a person's
    return await publish_results(
        work, version=body.version, signature=body.signature, note=body.note, by=session.person_id
    )
