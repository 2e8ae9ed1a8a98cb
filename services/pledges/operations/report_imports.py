"""Tells what an import did, or would do: line by line, for pages, API and commands; and its result as a file."""

from functools import partial
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.payer import PayerKind
from services.pledges.domain.pledge_file import LineError
from services.pledges.operations.import_pledges import Imported, Plan
from services.pledges.queries.pledge_imports import import_by_id, write_result
from shared.database import Work
from shared.web.errors import UserError
from shared.web.kept_files import CsvFile, csv_file


class ReportedLine(BaseModel):
    """A line that makes a pledge, or made it before (`is_known`). A pledge that is made has its reference."""

    line: int
    is_known: bool
    identifier: str | None
    territory: str
    amount_minor: int
    fund: str
    payer_kind: PayerKind
    payer_name: str | None
    instrument: str
    commitment: Commitment
    reference: str | None


class ReportedError(BaseModel):
    """What is wrong with a line, in French."""

    line: int
    message: str


class PledgeImportReport(BaseModel):
    """What an import did; without `import_id`, what it would do. Sums are in cents, of new pledges.

    `intended_minor` are letters of intent, which are no part of `promised_minor`.
    """

    import_id: UUID | None
    file: str
    new_count: int
    known_count: int
    promised_minor: int
    intended_minor: int
    lines: list[ReportedLine]
    errors: list[ReportedError]


def report_of_import(done: Imported, *, file: str) -> PledgeImportReport:
    """What was done, with the reference of each line."""
    references = {key: pledge.reference for key, pledge in done.made.items()}
    return _report(done.plan, file=file, import_id=done.import_id, references=references)


def report_of_plan(plan: Plan, *, file: str) -> PledgeImportReport:
    """What would be done."""
    return _report(plan, file=file, import_id=None, references={})


def _report(
    plan: Plan, *, file: str, import_id: UUID | None, references: dict[str, str]
) -> PledgeImportReport:
    references = {key: line.reference for key, line in plan.known.items()} | references
    intended = [
        promised.amount_minor
        for _, promised in plan.new
        if promised.said.commitment is Commitment.LETTER_OF_INTENT
    ]
    total = sum(promised.amount_minor for _, promised in plan.new)
    return PledgeImportReport(
        import_id=import_id,
        file=file,
        new_count=len(plan.new),
        known_count=len(plan.lines) - len(plan.new),
        promised_minor=total - sum(intended),
        intended_minor=sum(intended),
        lines=[
            ReportedLine(
                line=promised.line,
                is_known=key in plan.known,
                identifier=promised.identifier,
                territory=promised.territory,
                amount_minor=promised.amount_minor,
                fund=promised.fund,
                payer_kind=promised.said.payer_kind,
                payer_name=promised.said.payer.name if promised.said.payer else None,
                instrument=promised.said.instrument,
                commitment=promised.said.commitment,
                reference=references.get(key),
            )
            for key, promised in plan.lines
        ],
        errors=reported_errors(plan.errors),
    )


def reported_errors(errors: list[LineError]) -> list[ReportedError]:
    """Errors as the report has them."""
    return [ReportedError(line=error.line, message=error.sentence) for error in errors]


async def result_of_import(work: Work, import_id: UUID, *, public_url: str) -> CsvFile:
    """The reference and page of each line as a CSV file. Raises UserError for an import that is not there."""
    if await import_by_id(work, import_id) is None:
        raise UserError("Aucun import de promesses n’a cet identifiant.", status=404, code="import_not_found")
    return await csv_file(
        partial(write_result, work, import_id=import_id, public_url=public_url),
        name=f"promesses-{import_id}.csv",
    )
