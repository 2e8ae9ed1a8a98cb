"""The registry of local currencies: each edit is added with its author and decision, and replaces the one before."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.ledger.domain.chart import CASH, LOCAL_CURRENCY_CASH, Account
from services.ledger.domain.local_currency import (
    Acceptor,
    EditKind,
    LocalCurrency,
    Terms,
    TooManyCurrencies,
    territory_of_commune,
)
from services.ledger.repository.accounts import lock_chart, open_account
from shared.database import Work

NEWEST_TERMS = """
    select c.code, c.held_account, t.name, t.issuer_name, t.issuer_identifier, t.issuer_iban, t.retired_on
    from local_currencies c join lateral (
        select * from local_currency_terms t where t.code = c.code order by edit desc limit 1
    ) as t using (code)
"""
"""Every currency as its last edit has it."""

OF_LAST_EDIT = (
    "code = :code and edit = (select max(edit) from local_currency_edits where code = :code and kind = :kind)"
)
"""What the newest edit of a kind says: an empty list says that there is nothing."""


async def lock_registry(work: Work) -> None:
    """One edit at a time, until the transaction ends: numbers of edits and accounts follow one another."""
    await lock_chart(work)
    await work.execute("select pg_advisory_xact_lock(hashtextextended('local currencies', 8))")


async def find_currency(work: Work, code: str) -> LocalCurrency | None:
    found = await work.execute(f"{NEWEST_TERMS} where code = :code", code=code)
    row = found.mappings().first()
    return currency_from(row) if row else None


def currency_from(row: Any) -> LocalCurrency:
    """A currency from the columns of `NEWEST_TERMS`."""
    columns = dict(row)
    return LocalCurrency(columns.pop("code"), columns.pop("held_account"), Terms(**columns))


async def add_currency(work: Work, code: str, *, by: UUID) -> str:
    """Add a currency to the locked registry; the account in which its units will be held. Raises TooManyCurrencies."""
    held_account = await _next_account(work)
    account = Account(held_account, f"Caisse en {code}", "Unités de cette monnaie locale qui sont tenues.")
    await open_account(work, account, reason=f"La monnaie {code} est enregistrée.", by=by)
    await work.execute(
        "insert into local_currencies (code, held_account, registered_by, registered_at)"
        " values (:code, :held_account, :by, :now)",
        code=code,
        held_account=held_account,
        by=by,
        now=work.now,
    )
    return held_account


async def held_accounts(work: Work) -> frozenset[str]:
    """The accounts that hold the units of registered currencies."""
    found = await work.execute("select held_account from local_currencies")
    return frozenset(found.scalars())


async def _next_account(work: Work) -> str:
    """The first sub-account of 530B that the locked chart does not have: the treasury may have opened one by hand."""
    found = await work.execute("select number from accounts where starts_with(number, :cash)", cash=CASH)
    taken = frozenset(found.scalars())
    free = next((account for account in LOCAL_CURRENCY_CASH if account not in taken), None)
    if free is None:
        raise TooManyCurrencies
    return free


async def add_edit(work: Work, code: str, kind: EditKind, *, decision_reference: str, by: UUID) -> int:
    """The number of a new edit of a currency of the locked registry."""
    added = await work.execute(
        """
        insert into local_currency_edits (code, edit, kind, decision_reference, edited_by, edited_at)
        select :code, coalesce(max(edit), 0) + 1, :kind, :decision_reference, :by, :now
        from local_currency_edits where code = :code returning edit
        """,
        code=code,
        kind=kind.value,
        decision_reference=decision_reference,
        by=by,
        now=work.now,
    )
    return int(added.scalar())


async def add_terms(work: Work, code: str, edit: int, terms: Terms) -> None:
    await work.execute(
        "insert into local_currency_terms (code, edit, name, issuer_name, issuer_identifier, issuer_iban, retired_on)"
        " values (:code, :edit, :name, :issuer_name, :issuer_identifier, :issuer_iban, :retired_on)",
        code=code,
        edit=edit,
        name=terms.name,
        issuer_name=terms.issuer_name,
        issuer_identifier=terms.issuer_identifier,
        issuer_iban=terms.issuer_iban,
        retired_on=terms.retired_on,
    )


async def issuer_written_by(work: Work, code: str) -> frozenset[UUID]:
    """Who wrote the issuer's name that is in force, and who wrote its account: one person or two."""
    found = await work.execute(
        """
        with written as (
            select edit, edited_by, issuer_name is distinct from lag(issuer_name) over chain as is_name,
                issuer_iban is distinct from lag(issuer_iban) over chain as is_account
            from local_currency_terms join local_currency_edits using (code, edit) where code = :code
            window chain as (order by edit)
        )
        select (select edited_by from written where is_name order by edit desc limit 1)
        union select (select edited_by from written where is_account order by edit desc limit 1)
        """,
        code=code,
    )
    return frozenset(found.scalars())


async def add_communes(work: Work, code: str, edit: int, communes: Sequence[str]) -> None:
    """The whole perimeter, as this edit has it."""
    await work.copy(
        "local_currency_communes",
        ("code", "edit", "commune", "territory"),
        [(code, edit, commune, territory_of_commune(commune)) for commune in communes],
    )


async def add_acceptors(work: Work, code: str, edit: int, acceptors: Sequence[Acceptor]) -> None:
    """The whole network, as this edit has it."""
    await work.copy(
        "local_currency_acceptors",
        ("code", "edit", *Acceptor._fields),
        [(code, edit, *acceptor) for acceptor in acceptors],
    )


async def communes_of(work: Work, code: str) -> list[str]:
    """The perimeter in force, in the order of its codes."""
    found = await work.execute(
        f"select commune from local_currency_communes where {OF_LAST_EDIT} order by commune",  # noqa: S608
        code=code,
        kind=EditKind.PERIMETER.value,
    )
    return [row.commune for row in found]


async def acceptors_of(work: Work, code: str) -> list[Acceptor]:
    """The network in force, by name; also those who accept no more, or not yet."""
    found = await work.execute(
        "select identifier, name, accepts_from, accepts_until, organisation_id from local_currency_acceptors"  # noqa: S608
        f" where {OF_LAST_EDIT} order by name, identifier",
        code=code,
        kind=EditKind.NETWORK.value,
    )
    return [Acceptor(*row) for row in found]


async def acceptor(work: Work, code: str, identifier: str) -> Acceptor | None:
    """One organisation of the network in force."""
    found = await work.execute(
        "select identifier, name, accepts_from, accepts_until, organisation_id from local_currency_acceptors"  # noqa: S608
        f" where {OF_LAST_EDIT} and identifier = :identifier",
        code=code,
        kind=EditKind.NETWORK.value,
        identifier=identifier,
    )
    row = found.first()
    return Acceptor(*row) if row else None


async def reaches(work: Work, code: str, territory: str) -> bool:
    """Whether the perimeter in force has a commune of a territory."""
    found = await work.execute(
        f"select exists (select from local_currency_communes where {OF_LAST_EDIT} and territory = :territory)",  # noqa: S608
        code=code,
        kind=EditKind.PERIMETER.value,
        territory=territory,
    )
    return bool(found.scalar())
