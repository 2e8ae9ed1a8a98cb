"""Where disbursements stand: in the fund and family of their request, or where their last correction put them."""

LAST_CORRECTION = """
    select c.lines from corrections c join journal_entries e on e.territory = c.territory and e.seq = c.corrected_seq
    where c.territory = d.territory and c.state = 'confirmed' and e.document = d.disbursement_id::text
    order by c.ended_at desc limit 1
"""
"""The lines that the last correction of disbursement `d` put in place of its entry."""

STANDING = f"""
    select d.territory, d.disbursement_id, d.need_id, d.state, stands.fund, stands.family, d.currency,
        stands.amount_minor
    from disbursements d
        left join lateral ({LAST_CORRECTION}) corrected on true
        cross join lateral (
            select d.fund, d.family, d.amount_minor where corrected.lines is null
            union all
            select line->>2, case line->>0 when '657100' then 'grant' else 'investment' end,
                sum((line->>1)::bigint)::bigint
            from jsonb_array_elements(corrected.lines) line where line->>0 in ('657100', '274000') group by 1, 2
        ) stands
"""  # noqa: S608 - a constant
"""Disbursements by the fund and family where they stand, in minor units: one that was split has a row for each part,
one that a correction made a fee of has none."""
