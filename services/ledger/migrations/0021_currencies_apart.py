"""Francs are no cents: shares carry a remainder for each currency, and statements are counted in their own.

A statement has one currency. What was counted of one that is not announced yet is in that of its bank lines.
"""

from shared.database.plumbing import run_script

revision = "0021"
down_revision = "0020"

APART = """
alter table chains add column share_remainders jsonb not null default '{}';
update chains set share_remainders = jsonb_build_object('EUR', share_remainder) where share_remainder <> 0;
alter table chains drop column share_remainder;
alter table chains add constraint ck_chains__share_remainders
    check (not jsonb_path_exists(share_remainders, '$.* ? (@ < 0 || @ > 9999)'));

alter table statement_tallies add column currency text;
update statement_tallies t set currency = s.currency from statements s where s.statement_id = t.statement_id;
update statement_tallies t set currency = posted.currency
    from (
        select distinct on (e.statement_id, territory) e.statement_id, territory, l.currency
        from journal_entries e join entry_lines l using (territory, seq)
        where l.account = '512100'
            and e.statement_id in (select statement_id from statement_tallies where currency is null)
        order by e.statement_id, territory
    ) as posted
    where t.currency is null and posted.statement_id = t.statement_id and posted.territory = t.territory;
alter table statement_tallies alter column currency set not null;
alter table statement_tallies drop constraint pk_statement_tallies;
alter table statement_tallies add constraint pk_statement_tallies primary key (statement_id, territory, currency);
"""


def upgrade() -> None:
    run_script(APART)
