"""When the money of pledges came and went: the one place that knows every way in which it does.

A received line and a part of a suspended one come in; returned and refunded lines, which name the pledge whose payment
they give back, go out. The day is the bank's, whenever we heard of it or understood it.
"""

MOVEMENTS = """
    select pledge_id, booked_on, case fate when 'received' then amount_minor else -amount_minor end as moved_minor,
        statement_id, cast(null as timestamptz) as allocated_at
    from bank_lines where pledge_id is not null
    union all
    select allocations.pledge_id, booked_on, allocations.amount_minor, statement_id, allocations.made_at
    from allocations join bank_lines on bank_lines.line_id = allocations.line_id
    where undone_at is null
"""
"""Rows of a subquery: `moved_minor` is below zero for what went out; `allocated_at` is None for what was recognised as
its statement came in."""
