"""Francs are no cents: shares carry a remainder for each currency, and statements are counted in their own."""

from shared.database.plumbing import run_script

revision = "0021"
down_revision = "0020"

APART = """
alter table chains add column share_remainders jsonb not null default '{}';
update chains set share_remainders = jsonb_build_object('EUR', share_remainder) where share_remainder <> 0;
alter table chains drop column share_remainder;
alter table chains add constraint ck_chains__share_remainders
    check (not jsonb_path_exists(share_remainders, '$.* ? (@ < 0 || @ > 9999)'));

alter table statement_tallies add column currency text not null default 'EUR';
alter table statement_tallies alter column currency drop default;
alter table statement_tallies drop constraint pk_statement_tallies;
alter table statement_tallies add constraint pk_statement_tallies primary key (statement_id, territory, currency);
"""


def upgrade() -> None:
    run_script(APART)
