"""Imports a file of pledges: all of it in one transaction, or nothing of it; or says what it would do.

The same file again changes nothing. A line with an identifier that is known must say the same; a line without one that
another file had already is refused, since it may be the same pledge or another person's.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import structlog

from services.pledges.domain.particulars import Particulars
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.pledge_file import (
    KeyedLine,
    LineError,
    LinesRefused,
    PledgeFileTooLarge,
    PledgeLine,
    file_hash,
    keyed,
)
from services.pledges.domain.references import issue_reference, territory_number
from services.pledges.domain.refusals import typeset
from services.pledges.domain.schedule import Schedule
from services.pledges.formats.pledges_csv import read_rows
from services.pledges.operations.import_statements import BankFile
from services.pledges.operations.make_pledge import (
    ATTEMPTS,
    CURRENCY,
    SERIALS,
    no_free_reference,
    plain_schedule,
    pledge_made,
)
from services.pledges.operations.read_pledge_lines import PledgeLines
from services.pledges.queries.instruments import InstrumentView, instruments_now
from services.pledges.repository.particulars import add_particulars
from services.pledges.repository.pledge_imports import (
    KnownLine,
    add_import,
    add_pledges,
    import_of_file,
    known_lines,
    lock_pledge_imports,
)
from services.pledges.settings import Settings
from shared.database import Work
from shared.values import new_id

log = structlog.get_logger(__name__)

EVENTS_AT_ONCE = 200
"""Events that are made before others of this process may go on: some ten milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import of a file would do: `known` and `new` by key. With `errors` it is refused."""

    lines: list[KeyedLine]
    known: Mapping[str, KnownLine]
    errors: list[LineError]
    same_file: UUID | None = None

    @property
    def new(self) -> list[KeyedLine]:
        return [line for line in self.lines if line.key not in self.known]


async def plan_import(work: Work, file: BankFile, *, settings: Settings) -> Plan:
    """What an import would do now. Raises PledgeFileRefused when the file cannot be read at all."""
    lines, errors = await asyncio.to_thread(_read, file, settings, await instruments_now(work))
    by_key = keyed(lines)
    known = await known_lines(work, [key for key, _ in by_key])
    same_file = None if errors else await import_of_file(work, file_hash(by_key))
    if same_file is None:
        errors += _contradictions(by_key, known)
    return Plan(lines=by_key, known=known, errors=sorted(errors), same_file=same_file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """An import, the plan that it followed, and the pledges that it made, by key."""

    import_id: UUID
    plan: Plan
    made: Mapping[str, Pledge]


async def import_pledges(
    work: Work, file: BankFile, *, settings: Settings, imported_by: UUID | None
) -> Imported:
    """Import a file; the earlier import when the same file comes again.

    Raises PledgeFileRefused (LinesRefused for wrong lines) or PledgeImportUnderWay: nothing has changed then.
    """
    await lock_pledge_imports(work)
    plan = await plan_import(work, file, settings=settings)
    if plan.errors:
        raise LinesRefused(plan.errors)
    if plan.same_file is not None:
        return Imported(import_id=plan.same_file, plan=plan, made={})
    new = await _make(work, plan.new, settings)
    import_id = new_id()
    await add_import(
        work,
        import_id=import_id,
        file_hash=file_hash(plan.lines),
        file_name=file.name,
        lines=plan.lines,
        new=new,
        known=plan.known,
        imported_by=imported_by,
    )
    log.info("pledges_imported", lines=len(plan.lines), new_pledges=len(new))
    return Imported(import_id=import_id, plan=plan, made=new)


def _read(
    file: BankFile, settings: Settings, known: list[InstrumentView]
) -> tuple[list[PledgeLine], list[LineError]]:
    content = file.content.read(settings.max_pledge_file_bytes + 1)
    if len(content) > settings.max_pledge_file_bytes:
        raise PledgeFileTooLarge(max_bytes=settings.max_pledge_file_bytes)
    rows, errors = read_rows(content, most=settings.max_imported_pledges)
    read = PledgeLines(settings=settings, known=known)
    for row in rows:
        read.read(row)
    return read.lines, errors + read.errors


def _contradictions(lines: Sequence[KeyedLine], known: Mapping[str, KnownLine]) -> list[LineError]:
    errors = []
    for key, promised in lines:
        earlier = known.get(key)
        if earlier is None:
            continue
        if promised.identifier is None:
            errors.append(
                LineError(
                    promised.line,
                    typeset(
                        "Une ligne identique a déjà été importée d’un autre fichier. Si c’est une autre promesse, "
                        "donnez-lui un identifiant ; sinon, supprimez cette ligne."
                    ),
                )
            )
        elif earlier.content_hash != promised.content_hash:
            errors.append(
                LineError(
                    promised.line,
                    typeset(
                        "Cet identifiant a déjà été importé avec un autre contenu : vérifiez lequel est juste. "
                        "Une promesse ne se change pas par un import."
                    ),
                )
            )
    return errors


async def _make(work: Work, lines: Sequence[KeyedLine], settings: Settings) -> dict[str, Pledge]:
    """The new pledges by key, each with a reference that nobody has; what is taken meanwhile is drawn again."""
    made: dict[str, Pledge] = {}
    missing = list(lines)
    for _ in range(ATTEMPTS):
        if not missing:
            break
        drawn = [(line, _drawn(line.promised)) for line in missing]
        added = await add_pledges(
            work,
            [
                (pledge, line.promised.said, _schedule(pledge, line.promised.said, work))
                for line, pledge in drawn
            ],
            currency=CURRENCY,
        )
        made |= {line.key: pledge for line, pledge in drawn if pledge.pledge_id in added}
        missing = [line for line, pledge in drawn if pledge.pledge_id not in added]
    if missing:
        raise no_free_reference()
    in_order = [(made[line.key], line.promised.said) for line in lines]
    await add_particulars(work, in_order, now=work.now)
    for number, (pledge, said) in enumerate(in_order):
        work.record(pledge_made(pledge, said, _schedule(pledge, said, work), work, settings))
        if number % EVENTS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return made


def _schedule(pledge: Pledge, said: Particulars, work: Work) -> Schedule:
    return plain_schedule(pledge.amount_minor, said.commitment, work.today)


def _drawn(promised: PledgeLine) -> Pledge:
    return Pledge(
        pledge_id=uuid4(),
        person_id=uuid4(),
        territory=promised.territory,
        fund=promised.fund,
        amount_minor=promised.amount_minor,
        reference=issue_reference(territory_number(promised.territory), secrets.randbelow(SERIALS)),
    )
