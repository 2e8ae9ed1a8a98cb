"""Funders promise under conditions, and givers say what they wish; statements get their place in the order of imports.

`statements.position` is taken while the lock of imports is held, so that a higher one is never committed earlier.
"""

from shared.database.plumbing import run_script

revision = "0020"
down_revision = "0019"

CONDITIONS = """
create table conditions (
    territory text not null,
    pledge_id uuid not null,
    kind text not null,
    amount_minor bigint not null,
    is_everywhere boolean not null,
    from_on date not null,
    until_on date not null,
    ratio_basis_points integer,
    target_minor bigint,
    state text not null,
    triggered_minor bigint not null default 0,
    counted_minor bigint,
    called_minor bigint not null default 0,
    called_on date,
    closed_on date,
    constraint pk_conditions primary key (territory, pledge_id),
    constraint uq_conditions__pledge_id unique (pledge_id),
    constraint fk_conditions__pledge_id__pledges foreign key (pledge_id) references pledges (pledge_id),
    constraint ck_conditions__kind check (kind in ('match_funding', 'threshold')),
    constraint ck_conditions__state check (state in ('waiting', 'partly_triggered', 'met', 'lapsed')),
    constraint ck_conditions__ratio_basis_points check (
        (kind = 'match_funding') = (ratio_basis_points is not null)),
    constraint ck_conditions__target_minor check ((kind = 'threshold') = (target_minor is not null)),
    constraint ck_conditions__until_on check (from_on <= until_on),
    constraint ck_conditions__triggered_minor check (triggered_minor between 0 and amount_minor),
    constraint ck_conditions__state_of_money check (
        (state = 'met') = (triggered_minor = amount_minor) and (state <> 'lapsed' or closed_on is not null))
);
create index ix_conditions__open on conditions (until_on) where closed_on is null;

create table earmarks (
    territory text not null,
    pledge_id uuid not null,
    theme text,
    need_id uuid,
    instrument text,
    constraint pk_earmarks primary key (territory, pledge_id),
    constraint uq_earmarks__pledge_id unique (pledge_id),
    constraint fk_earmarks__pledge_id__pledges foreign key (pledge_id) references pledges (pledge_id),
    constraint ck_earmarks__instrument check (instrument in ('grant', 'investment')),
    constraint ck_earmarks__wish check (theme is not null or need_id is not null or instrument is not null)
);

create table matched_payments (
    territory text not null,
    payment_id uuid not null,
    amount_minor bigint not null,
    returned_minor bigint not null default 0,
    constraint pk_matched_payments primary key (payment_id),
    constraint ck_matched_payments__returned_minor check (returned_minor between 0 and amount_minor)
);

create table match_shares (
    territory text not null,
    pledge_id uuid not null,
    payment_id uuid not null,
    amount_minor bigint not null,
    reversed_minor bigint not null default 0,
    constraint pk_match_shares primary key (territory, pledge_id, payment_id),
    constraint fk_match_shares__pledge_id__conditions foreign key (pledge_id) references conditions (pledge_id),
    constraint fk_match_shares__payment_id__matched_payments
        foreign key (payment_id) references matched_payments (payment_id),
    constraint ck_match_shares__amount_minor check (amount_minor > 0),
    constraint ck_match_shares__reversed_minor check (reversed_minor between 0 and amount_minor)
);
create index ix_match_shares__payment_id on match_shares (payment_id);

create table matching_progress (
    is_only boolean not null,
    position bigint not null,
    at_returns boolean not null,
    entry_index integer not null,
    detail_index integer not null,
    has_moved boolean not null,
    constraint pk_matching_progress primary key (is_only),
    constraint ck_matching_progress__is_only check (is_only)
);
insert into matching_progress (is_only, position, at_returns, entry_index, detail_index, has_moved)
    values (true, 0, false, 0, 0, false);

alter table statements add column position bigint not null generated always as identity;
alter table statements add constraint uq_statements__position unique (position);
create index ix_allocations__made_at on allocations (made_at);
create index ix_allocations__undone_at on allocations (undone_at) where undone_at is not null;
"""


def upgrade() -> None:
    run_script(CONDITIONS)
