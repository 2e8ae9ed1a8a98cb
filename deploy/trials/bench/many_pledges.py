"""Pledges by the million, made by SQL: the table that a bank's file finds.

*Lived*: spread as years of promises are, territories of unequal size, most unpaid or paid and some in every other
state, each made with a key; what a server does in a quiet night is done. *New*: unpaid, in turn over all territories.
References and ids are in no order. Nobody is told of them, and no bank line is behind what they received.
"""

import asyncpg

from deploy.trials.bench.filling import without_indexes
from deploy.trials.facts import FUND
from services.pledges.domain.references import territory_number
from shared.values import territories

_MAKE = f"""
    insert into pledges (territory, pledge_id, person_id, by_member, fund, amount_minor, currency, reference, state,
        received_minor, returned_minor, idempotency_hash, made_at)
    select territory, gen_random_uuid(), gen_random_uuid(), n % 3 = 0, '{FUND}', amount_minor, 'EUR',
        'RF' || lpad((98 - (body || '271500')::bigint % 97)::text, 2, '0') || body,
        state,
        case when state in ('paid', 'partially_refunded', 'refunded') then amount_minor
            when state = 'partially_paid' then amount_minor / 2 else 0 end,
        case state when 'refunded' then amount_minor when 'partially_refunded' then amount_minor / 2 else 0 end,
        case when $4 then encode(sha256(int8send(n)), 'hex') end,
        timestamptz '2026-09-30' - ($1 - n) * (interval '700 days' / $1)
    from (
        select n, ($2::text[])[place] as territory,
            ($3::text[])[place] || lpad((n * 387420489 % 1000000000)::text, 9, '0') as body,
            (array[1000, 2000, 2500, 5000, 10000, 20000, 50000])[1 + n % 7] as amount_minor,
            case when not $4 or drawn < 0.60 then 'pledged' when drawn < 0.90 then 'paid'
                when drawn < 0.94 then 'partially_paid' when drawn < 0.97 then 'expired'
                when drawn < 0.98 then 'cancelled' when drawn < 0.99 then 'partially_refunded'
                else 'refunded' end as state
        from (
            select n, random() as drawn, case
                when $4::boolean then 1 + floor(cardinality($2::text[]) * random() ^ 1.4)::integer
                else 1 + (n - 1) % cardinality($2::text[]) end as place
            from generate_series(1, $1::bigint) as n
        ) as drawn
    ) as made
"""  # noqa: S608 - made of constants of the code
"""The serial of a reference is n times a number that no power of ten divides: each once, far from its neighbours'."""


async def make_pledges(owner_url: str, admin_url: str, count: int, *, lived: bool) -> None:
    """Put so many pledges into the empty table of a database."""
    codes = [one.code for one in territories()]
    owner = await asyncpg.connect(owner_url)
    try:
        async with without_indexes(owner, "pledges"):
            numbers = [f"{territory_number(code):03d}" for code in codes]
            await owner.execute(_MAKE, count, codes, numbers, lived)
        await owner.execute("vacuum (analyze) pledges")
    finally:
        await owner.close()
    if lived:
        await _checkpoint(admin_url)


async def _checkpoint(admin_url: str) -> None:
    """The first change of a page after one is logged whole: an import of the morning pays for that."""
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute("checkpoint")
    finally:
        await admin.close()
