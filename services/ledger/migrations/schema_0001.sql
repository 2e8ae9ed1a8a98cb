-- The books. `journal_entries` and `entry_lines` are only ever added to: triggers stop accidents, the application
-- role has no right to do otherwise, and the hash chain shows what the owner of the database might do.

create table chains (
    territory text not null,
    seq bigint not null default 0,
    hash bytea not null,
    entry_numbers jsonb not null default '{}',
    share_remainder integer not null default 0,
    constraint pk_chains primary key (territory),
    constraint ck_chains__share_remainder check (share_remainder between 0 and 9999)
);

create table journal_entries (
    territory text not null,
    seq bigint not null,
    event_id uuid not null,
    journal text not null,
    entry_number bigint not null,
    entry_on date not null,
    value_on date not null,
    document text not null,
    label text not null,
    payload_hash bytea not null,
    statement_id uuid,
    line_id uuid,
    recorded_at timestamptz not null,
    hash bytea not null,
    constraint pk_journal_entries primary key (territory, seq),
    constraint uq_journal_entries__event_id_journal unique (event_id, journal)
);
create unique index uq_journal_entries__line_id on journal_entries (line_id) where line_id is not null;

create table entry_lines (
    territory text not null,
    seq bigint not null,
    line smallint not null,
    account text not null,
    fund text not null,
    instrument text not null,
    currency text not null,
    amount_minor bigint not null,
    constraint pk_entry_lines primary key (territory, seq, line),
    constraint ck_entry_lines__amount_minor check (amount_minor <> 0),
    constraint ck_entry_lines__account check (account in ('512100', '471000', '110000', '627000', '754110', '754190',
        '657100', '274000', '802100', '809100', '801100', '801200', '809200'))
);

create table balances (
    territory text not null,
    fund text not null,
    account text not null,
    currency text not null,
    amount_minor bigint not null,
    constraint pk_balances primary key (territory, fund, account, currency)
);

create table receipts (
    territory text not null,
    line_id uuid not null,
    fund text not null,
    currency text not null,
    amount_minor bigint not null,
    share_minor bigint not null,
    policy_id uuid,
    returned_minor bigint not null default 0,
    constraint pk_receipts primary key (line_id),
    constraint ck_receipts__share_minor check (share_minor between 0 and amount_minor),
    constraint ck_receipts__returned_minor check (returned_minor between 0 and amount_minor)
);

create table statements (
    statement_id uuid not null,
    account text not null,
    opening_minor bigint not null,
    closing_minor bigint not null,
    currency text not null,
    opening_on date not null,
    closing_on date not null,
    line_count integer not null,
    credit_minor bigint not null,
    debit_minor bigint not null,
    event_id uuid not null,
    payload_hash bytea not null,
    proved_at timestamptz,
    proved_position bigint,
    constraint pk_statements primary key (statement_id),
    constraint uq_statements__account_proved_position unique (account, proved_position),
    constraint ck_statements__proved check ((proved_at is null) = (proved_position is null)),
    constraint ck_statements__closing_minor check (opening_minor + credit_minor - debit_minor = closing_minor)
);
create index ix_statements__closing_on on statements (closing_on);
create index ix_statements__unproved on statements (closing_on) where proved_at is null;

create table statement_tallies (
    statement_id uuid not null,
    territory text not null,
    line_count integer not null,
    credit_minor bigint not null,
    debit_minor bigint not null,
    constraint pk_statement_tallies primary key (statement_id, territory)
);

create table local_currency_policies (
    policy_id uuid not null,
    territory text not null,
    basis_points integer not null,
    effective_on date not null,
    decision_reference text not null,
    adopted_by uuid not null,
    recorded_at timestamptz not null default now(),
    constraint pk_local_currency_policies primary key (policy_id),
    constraint uq_local_currency_policies__territory_effective_on unique (territory, effective_on),
    constraint ck_local_currency_policies__basis_points check (basis_points between 0 and 10000)
);

create table disbursements (
    territory text not null,
    disbursement_id uuid not null,
    need_id uuid not null,
    organisation_name text not null,
    fund text not null,
    family text not null,
    amount_minor bigint not null,
    currency text not null,
    payee_name text not null,
    payee_iban text not null,
    decision_reference text not null,
    requested_by uuid not null,
    state text not null,
    refusal text,
    ordered_by uuid,
    confirmed_by uuid,
    changed_at timestamptz not null,
    constraint pk_disbursements primary key (territory, disbursement_id),
    constraint ck_disbursements__state check (state in ('reserved', 'refused', 'ordered', 'committed', 'disbursed')),
    constraint ck_disbursements__two_persons check (confirmed_by is null or confirmed_by <> ordered_by)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'append-only: % on % is refused; correct by a contra-entry', tg_op, tg_table_name;
end $$;

create trigger tr_journal_entries__append_only before update or delete or truncate on journal_entries
    for each statement execute function refuse_change();
create trigger tr_entry_lines__append_only before update or delete or truncate on entry_lines
    for each statement execute function refuse_change();

-- All lines of an entry come in one statement, so a statement trigger sees each entry whole: its lines numbered
-- from 1 (so none is added to an entry later) under an entry that is there, real and memo accounts (class 8)
-- balancing apart. It stands in for a foreign key, which looks the entry up again for each line: without that,
-- posting is a quarter faster (measured), and no entry can be deleted from under its lines. Each entry is
-- counted by its key: a join's plan, made while the table was small, would come to read all of it (measured).
create function check_balanced() returns trigger language plpgsql
    set enable_seqscan = off as $$
begin
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

create trigger tr_entry_lines__balanced after insert on entry_lines
    referencing new table as added for each statement execute function check_balanced();

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke update, delete, truncate on journal_entries, entry_lines, local_currency_policies from ledger_app;
        revoke delete, truncate on chains, balances, receipts, statements, statement_tallies, disbursements from ledger_app;
    end if;
end $$;
