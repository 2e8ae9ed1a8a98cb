-- The trigger that keeps entries whole and balanced looked at the lines of a statement twice, and counted each entry
-- by its key: a fifth of what the database does for a batch. One pass now finds whether anything may be wrong, and
-- only then are the exact questions asked, so that what is refused, and what is said of it, stay the same.

create or replace function check_balanced() returns trigger language plpgsql
    set enable_seqscan = off as $$
begin
    -- One pass: every entry is in euros, sums to zero with and without its memo lines, and is numbered from 1; and
    -- the entries of each territory follow one another, and as many of them are there.
    if not exists (
        select from (
            select territory, min(seq) as first, max(seq) as last, count(*) as entries,
                bool_and(euros = lines and lines >= 2 and first = 1 and last = lines and total = 0
                    and coalesce(memo, 0) = 0) as are_sound
            from (
                select territory, seq, min(line) as first, max(line) as last, count(*) as lines,
                    sum(amount_minor) as total, sum(amount_minor) filter (where account like '8%') as memo,
                    count(*) filter (where currency = 'EUR') as euros
                from added group by territory, seq
            ) as entry
            group by territory
        ) as run
        where not are_sound or entries <> last - first + 1 or entries <> (
            select count(*) from journal_entries e
            where e.territory = run.territory and e.seq between run.first and run.last
        )
    ) then
        return null;
    end if;
    if exists (
        select from added
        group by territory, seq, currency, account like '8%'
        having sum(amount_minor) <> 0
    ) then
        raise exception 'unbalanced: the lines of an entry do not sum to zero';
    end if;
    if exists (
        select from (
            select territory, seq, min(line) as first, max(line) as last, count(*) as lines
            from added group by territory, seq
        ) as entry
        where first <> 1 or last <> lines or lines < 2 or 1 <> (
            select count(*) from journal_entries e where e.territory = entry.territory and e.seq = entry.seq
        )
    ) then
        raise exception 'incomplete: an entry is there, and all its lines come together, numbered from 1';
    end if;
    return null;
end $$;
