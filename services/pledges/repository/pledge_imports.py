"""Imported pledges: known lines, new pledges by the set, and the file that they came in."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from services.pledges.domain.particulars import Particulars
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.pledge_file import KeyedLine
from services.pledges.domain.schedule import Schedule
from shared.database import Work

IMPORT_LOCK = 0x706C6564676573
"""One file of pledges at a time: two with one identifier would wait for each other and then fail."""

LOCK_WAIT = "20s"
"""Several files of the largest size, and less than a request may take."""

_LOCK_NOT_AVAILABLE = "55P03"  # SQLSTATE

_LINES = (
    "import_id", "line_number", "territory", "pledge_id", "row_key", "content_hash", "identifier", "is_new",
)  # fmt: skip


class PledgeImportUnderWay(Exception):
    """Another file of pledges held its lock for longer than one waits for it."""

    def __init__(self) -> None:
        super().__init__(
            "Un autre fichier de promesses est en cours d’import. Rien n’a été importé : réessayez dans une minute."
        )


class KnownLine(NamedTuple):
    """A line that made a pledge before."""

    content_hash: str
    territory: str
    pledge_id: UUID
    reference: str


async def lock_pledge_imports(work: Work) -> None:
    """Wait for imports under way. Raises PledgeImportUnderWay."""
    await work.execute("select set_config('lock_timeout', :wait, true)", wait=LOCK_WAIT)
    try:
        await work.execute("select pg_advisory_xact_lock(:lock)", lock=IMPORT_LOCK)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise PledgeImportUnderWay from None
        raise


async def import_of_file(work: Work, file_hash: str) -> UUID | None:
    """The import of a file that says exactly the same."""
    found = await work.execute(
        "select import_id from pledge_imports where file_hash = :file_hash", file_hash=file_hash
    )
    import_id: UUID | None = found.scalar()
    return import_id


async def known_lines(work: Work, keys: Sequence[str]) -> dict[str, KnownLine]:
    """The lines of these keys that made a pledge, by key."""
    rows = await work.execute(
        """
        select row_key, content_hash, territory, pledge_id, reference
        from pledge_import_lines join pledges using (territory, pledge_id)
        where is_new and row_key = any(cast(:keys as text[]))
        """,
        keys=keys,
    )
    return {row[0]: KnownLine(*row[1:]) for row in rows}


async def add_pledges(
    work: Work, pledges: Sequence[tuple[Pledge, Particulars, Schedule]], *, currency: str
) -> set[UUID]:
    """The ids of those that were added: the others' references are taken. Nobody signed in made them; all are paid
    once."""
    added = await work.execute(
        """
        insert into pledges (territory, pledge_id, person_id, by_member, fund, amount_minor, currency, reference,
            state, made_at, payer_kind, instrument, commitment, due_on)
        select territory, pledge_id, person_id, false, fund, amount_minor, :currency, reference, state, :now,
            payer_kind, instrument, commitment, due_on
        from unnest(cast(:territories as text[]), cast(:ids as uuid[]), cast(:persons as uuid[]),
            cast(:funds as text[]), cast(:amounts as bigint[]), cast(:references as text[]), cast(:states as text[]),
            cast(:kinds as text[]), cast(:instruments as text[]), cast(:commitments as text[]),
            cast(:due_dates as date[]))
            as given (territory, pledge_id, person_id, fund, amount_minor, reference, state, payer_kind, instrument,
                commitment, due_on)
        on conflict (reference) do nothing
        returning pledge_id
        """,
        currency=currency,
        now=work.now,
        territories=[pledge.territory for pledge, _, _ in pledges],
        ids=[pledge.pledge_id for pledge, _, _ in pledges],
        persons=[pledge.person_id for pledge, _, _ in pledges],
        funds=[pledge.fund for pledge, _, _ in pledges],
        amounts=[pledge.amount_minor for pledge, _, _ in pledges],
        references=[pledge.reference for pledge, _, _ in pledges],
        states=[pledge.state.value for pledge, _, _ in pledges],
        kinds=[said.payer_kind.value for _, said, _ in pledges],
        instruments=[said.instrument for _, said, _ in pledges],
        commitments=[said.commitment.value for _, said, _ in pledges],
        due_dates=[schedule.last_due_on for _, _, schedule in pledges],
    )
    return set(added.scalars())


async def add_import(
    work: Work,
    *,
    import_id: UUID,
    file_hash: str,
    file_name: str,
    lines: Sequence[KeyedLine],
    new: Mapping[str, Pledge],
    known: Mapping[str, KnownLine],
    imported_by: UUID | None,
) -> None:
    """Keep a file and which pledge each of its lines is."""
    await work.execute(
        """
        insert into pledge_imports
            (import_id, file_hash, file_name, line_count, new_count, amount_minor, imported_by, imported_at)
        values (:import_id, :file_hash, :file_name, :line_count, :new_count, :amount_minor, :imported_by, :now)
        """,
        import_id=import_id,
        file_hash=file_hash,
        file_name=file_name,
        line_count=len(lines),
        new_count=len(new),
        amount_minor=sum(pledge.amount_minor for pledge in new.values()),
        imported_by=imported_by,
        now=work.now,
    )
    rows = []
    for key, promised in lines:
        pledge = new.get(key) or known[key]
        place = (pledge.territory, pledge.pledge_id)
        rows.append(
            (import_id, promised.line, *place, key, promised.content_hash, promised.identifier, key in new)
        )
    await work.copy("pledge_import_lines", _LINES, rows)
