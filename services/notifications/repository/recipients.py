"""Writes of recipients: keys, contacts, tombstones; and what each changes in the letters to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.database import Work


async def lock_recipients(work: Work, person_ids: Iterable[UUID]) -> dict[UUID, Any]:
    """The rows of these persons, made where missing, locked in one order for all until the commit."""
    ids = sorted(set(person_ids))
    await work.execute(
        "insert into recipients (person_id) select unnest(cast(:ids as uuid[])) on conflict do nothing",
        ids=ids,
    )
    rows = await work.execute(
        "select person_id, wrapped_key, erased_at is not null as is_erased,"
        " sealed_contact is not null as has_contact"
        " from recipients where person_id = any(cast(:ids as uuid[])) order by person_id for update",
        ids=ids,
    )
    return {row.person_id: row for row in rows}


async def save_keys(work: Work, wrapped_keys: Mapping[UUID, bytes]) -> None:
    """Remember the wrapped keys of persons."""
    await work.execute(
        "update recipients set wrapped_key = given.key"
        " from unnest(cast(:ids as uuid[]), cast(:keys as bytea[])) as given (id, key)"
        " where person_id = given.id",
        ids=list(wrapped_keys),
        keys=list(wrapped_keys.values()),
    )


async def save_contacts(work: Work, contacts: Mapping[UUID, tuple[str, datetime]]) -> None:
    """Keep each person's newest sealed contact (with its time); letters that waited for one become due."""
    saved = await work.execute(
        "update recipients set sealed_contact = given.sealed, contact_at = given.at"
        " from unnest(cast(:ids as uuid[]), cast(:sealed as text[]), cast(:times as timestamptz[]))"
        " as given (id, sealed, at)"
        " where person_id = given.id and (contact_at is null or contact_at <= given.at) returning person_id",
        ids=list(contacts),
        sealed=[sealed for sealed, _ in contacts.values()],
        times=[at for _, at in contacts.values()],
    )
    await work.execute(
        "update letters set state = 'due', next_attempt_at = :now"
        " where person_id = any(cast(:ids as uuid[])) and state = 'waiting_contact'",
        ids=list(saved.scalars()),
        now=work.now,
    )


async def bury(work: Work, person_ids: Sequence[UUID]) -> None:
    """Leave a tombstone: key and contact are gone, and no letter is sent any more."""
    await work.execute(
        "update recipients set erased_at = :now, wrapped_key = null, sealed_contact = null, contact_at = null"
        " where person_id = any(cast(:ids as uuid[]))",
        ids=list(person_ids),
        now=work.now,
    )
    await work.execute(
        "update letters set state = 'expired', reason = 'erased', sealed_link = null"
        " where person_id = any(cast(:ids as uuid[])) and state in ('due', 'waiting_contact', 'sending')",
        ids=list(person_ids),
    )
